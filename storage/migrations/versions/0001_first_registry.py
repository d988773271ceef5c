"""The first registry: people, requests, messages in and out, codes and consents, the audit chain."""

from alembic import op

from storage.migrations.first_tables import INDEXES, TABLES
from storage.migrations.first_triggers import POSTGRESQL, SQLITE

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table, index and trigger."""
    sqlite = op.get_context().dialect.name == "sqlite"
    # An INTEGER PRIMARY KEY is SQLite's own row id, and costs no second index; PostgreSQL's INTEGER has 32
    # bits.
    row_id = "INTEGER PRIMARY KEY" if sqlite else "BIGINT PRIMARY KEY"
    for table in TABLES:
        op.execute(table.replace("ROW_ID", row_id))
    for statement in (*INDEXES, *(SQLITE if sqlite else POSTGRESQL)):
        op.execute(statement)
    op.execute("INSERT INTO data_version (id, version) VALUES (1, 0)")
    op.execute("INSERT INTO audit_head (id, seq) VALUES (1, 0)")
