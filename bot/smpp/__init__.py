"""A local operator's gateway: SMPP 3.4 by a link of our own, over the PDUs of smpp34."""
