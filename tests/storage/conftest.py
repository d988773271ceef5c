"""Each storage test runs on both engines: the same SQL, the same promises."""

from tests.both_engines import clock, db, migrated_postgresql_url, shared_postgresql_url, url

__all__ = ["clock", "db", "migrated_postgresql_url", "shared_postgresql_url", "url"]
