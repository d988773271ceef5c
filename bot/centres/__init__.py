"""Information of the three centres: asked for with a consent, shown once at a time, hidden when it ends."""
