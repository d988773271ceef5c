"""Consent of another person, and the tables of what is released by it."""

from alembic import op

from storage.migrations.seventh_tables import COLUMNS, INDEXES, TABLES

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the columns, the tables and the indexes."""
    row_id = "INTEGER PRIMARY KEY" if op.get_context().dialect.name == "sqlite" else "BIGINT PRIMARY KEY"
    for statement in (*COLUMNS, *TABLES, *INDEXES):
        op.execute(statement.replace("ROW_ID", row_id))
