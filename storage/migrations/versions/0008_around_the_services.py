"""What surrounds the services: complaints, the survey, the monitoring feed, the college."""

from alembic import op

from storage.migrations.eighth_tables import COLUMNS, INDEXES, POSTGRESQL, SQLITE, TABLES

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns, the tables, the indexes and the triggers of the engine."""
    sqlite = op.get_context().dialect.name == "sqlite"
    row_id = "INTEGER PRIMARY KEY" if sqlite else "BIGINT PRIMARY KEY"
    for statement in (*COLUMNS, *TABLES, *INDEXES, *(SQLITE if sqlite else POSTGRESQL)):
        op.execute(statement.replace("ROW_ID", row_id))
