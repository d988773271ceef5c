"""Each test of codes and consent runs on both engines."""

from tests.both_engines import clock, db, migrated_postgresql_url, shared_postgresql_url, url

__all__ = ["clock", "db", "migrated_postgresql_url", "shared_postgresql_url", "url"]
