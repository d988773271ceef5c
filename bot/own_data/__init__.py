"""One's own data: what is done about consents by their giver, the copy of everything held, its erasure."""
