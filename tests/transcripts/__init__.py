"""Golden transcripts: whole conversations as people read them."""
