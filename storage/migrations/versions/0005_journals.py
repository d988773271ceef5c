"""Journals: every step of a request under a number without gaps, and the seals that prove it."""

from alembic import op

from storage.migrations.fifth_tables import (
    INDEXES,
    POSTGRESQL,
    REGISTERS,
    SQLITE,
    TABLES,
    entries_before,
)

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables, enter what happened before, and forbid any change."""
    engine = op.get_context().dialect.name
    row_id = "INTEGER PRIMARY KEY" if engine == "sqlite" else "BIGINT PRIMARY KEY"
    for table in TABLES:
        op.execute(table.replace("ROW_ID", row_id))
    guards = SQLITE if engine == "sqlite" else POSTGRESQL
    for statement in (REGISTERS, *entries_before(engine), *INDEXES, *guards):
        op.execute(statement)
