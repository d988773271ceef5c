"""Appointments: the times of doctors, changes of schedules, rooms in use, the waiting list."""

from alembic import op

from storage.migrations.second_tables import COLUMNS, INDEXES, TABLES

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add two columns, and make every table and index of appointments."""
    sqlite = op.get_context().dialect.name == "sqlite"
    row_id = "INTEGER PRIMARY KEY" if sqlite else "BIGINT PRIMARY KEY"
    for statement in (*COLUMNS, *(table.replace("ROW_ID", row_id) for table in TABLES), *INDEXES):
        op.execute(statement)
