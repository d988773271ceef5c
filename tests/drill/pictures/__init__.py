"""Pictures of the running service in a real browser."""
