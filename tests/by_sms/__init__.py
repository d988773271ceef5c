"""The SMS side by itself: writing, reading, limits."""
