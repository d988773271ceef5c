"""Consent of another person: asking them, hearing them, and telling whoever waits for what came of it."""
