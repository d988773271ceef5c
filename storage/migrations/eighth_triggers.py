"""Triggers of the monitoring feed: a change of a request's status is an event of the very transaction.

Whoever writes a mark, by whatever statement, writes its event with it, and neither is there without the
other. A mark that leaves the status as it was (an answer is late, a card was opened) is no change, and no
event. Marks that stood before these triggers have no events; `python -m bot monitoring --replay DAY` makes
them.
"""

from typing import Final

# Source of the event, the table of its marks, and what number and status are called there.
_MARKS: Final = (
    ("request", "request_marks", "seq", "status"),
    ("centre", "centre_marks", "no", "status"),
    ("training", "training_marks", "no", "stage"),
)

_BEFORE: Final = (
    "(SELECT m.{status} FROM {table} m WHERE m.request_id = NEW.request_id AND m.{no} < NEW.{no}"
    " ORDER BY m.{no} DESC LIMIT 1)"
)
_WRITTEN: Final = (
    "INSERT INTO monitoring_events (source, subject_id, mark, status, at)"
    " VALUES ('{source}', NEW.request_id, NEW.{no}, NEW.{status}, NEW.at);"
)

_SQLITE: Final = (
    "CREATE TRIGGER {table}_monitored AFTER INSERT ON {table} WHEN NEW.{status} IS NOT "
    + _BEFORE
    + " BEGIN "
    + _WRITTEN
    + " END"
)
_POSTGRESQL: Final = (
    "CREATE FUNCTION {table}_monitored() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF NEW.{status} IS DISTINCT FROM " + _BEFORE + " THEN " + _WRITTEN + " END IF; RETURN NULL; END $$",
    (
        "CREATE TRIGGER {table}_monitored AFTER INSERT ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION {table}_monitored()"
    ),
)


def _of_each(*statements: str) -> tuple[str, ...]:
    return tuple(
        statement.format(source=source, table=table, no=no, status=status)
        for source, table, no, status in _MARKS
        for statement in statements
    )


_FEED: Final = "INSERT INTO monitoring_feed (id) VALUES (1)"

SQLITE: Final = (_FEED, *_of_each(_SQLITE))

POSTGRESQL: Final = (
    _FEED,
    # The number of an event is given by the database: no hand of ours writes one.
    "CREATE SEQUENCE monitoring_order OWNED BY monitoring_events.seq",
    "ALTER TABLE monitoring_events ALTER COLUMN seq SET DEFAULT nextval('monitoring_order')",
    *_of_each(*_POSTGRESQL),
)
