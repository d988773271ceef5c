"""Staff are bound to the doctor that they are; wrong replies by SMS are counted."""

from alembic import op

from storage.migrations.fourth_tables import COLUMNS, INDEXES

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column and the indexes."""
    for statement in (*COLUMNS, *INDEXES):
        op.execute(statement)
