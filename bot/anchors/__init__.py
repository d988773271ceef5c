"""Daily anchors of the audit chain: taken at night, stamped by an authority, checked by `verify`."""
