"""Attachment and papers: an unbroken history per person, terms of free choice, signers, papers."""

from alembic import op

from storage.migrations.third_tables import ATTACHMENTS, COLUMNS, INDEXES, TABLES
from storage.migrations.third_triggers import POSTGRESQL, SQLITE

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table of attachments anew with what it holds, and every table, index and trigger beside it."""
    sqlite = op.get_context().dialect.name == "sqlite"
    row_id = "INTEGER PRIMARY KEY" if sqlite else "BIGINT PRIMARY KEY"
    triggers = SQLITE if sqlite else POSTGRESQL
    # What PostgreSQL would judge at the end of the transaction it judges now: it makes no index over rows
    # that it still has to look at.
    judged = () if sqlite else ("SET CONSTRAINTS ALL IMMEDIATE",)
    for statement in (*COLUMNS, *ATTACHMENTS, *judged, *TABLES, *INDEXES, *triggers):
        op.execute(statement.replace("ROW_ID", row_id))
