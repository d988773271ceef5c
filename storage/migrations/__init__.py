"""The history of the schema: one file per step, portable DDL, triggers per engine."""
