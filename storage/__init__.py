"""The registry: schema, SQL, sealed personal fields, inbox, outbox, audit chain."""

from storage.errors import Clash, SchemaNotCurrent, Unavailable

__all__ = ["Clash", "SchemaNotCurrent", "Unavailable"]
