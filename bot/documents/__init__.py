"""Digital documents: asked for with the holder's consent, taken once, shown once in private."""
