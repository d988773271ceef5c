"""The monitoring feed: every stage of every request is sent until it is taken, and compared each night."""
