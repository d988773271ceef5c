"""Papers that can be trusted: drawn, signed by the clinic, sent, and checked by anybody."""
