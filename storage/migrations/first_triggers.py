"""Triggers of the first registry: what is appended stays as it was written."""

from typing import Final

_KEPT: Final = (("audit", "UPDATE"), ("audit", "DELETE"), ("request_marks", "UPDATE"))

SQLITE: Final = tuple(
    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
    f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
    for table, verb in _KEPT
)

POSTGRESQL: Final = (
    """CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'append only' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    *(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION append_only()"
        for table, verb in _KEPT
    ),
    """CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION append_only()""",
)
