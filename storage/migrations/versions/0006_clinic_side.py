"""The clinic's side: invitations of staff, and the tables of the rooms they work in."""

from alembic import op

from storage.migrations.sixth_tables import (
    COLUMNS,
    INDEXES,
    POSTGRESQL_JOURNAL,
    SQLITE_JOURNAL,
    TABLES,
)

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns, the tables and the indexes; let the journal hold a case that came to no request."""
    engine = op.get_context().dialect.name
    row_id = "INTEGER PRIMARY KEY" if engine == "sqlite" else "BIGINT PRIMARY KEY"
    journal = SQLITE_JOURNAL if engine == "sqlite" else POSTGRESQL_JOURNAL
    for statement in (*COLUMNS, *TABLES, *journal, *INDEXES):
        op.execute(statement.replace("ROW_ID", row_id))
