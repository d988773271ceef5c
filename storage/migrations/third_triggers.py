"""Triggers of the history of attachments: what happened is not written anew, and nobody is left without."""

from typing import Final

_FACTS: Final = "person_id, clinic_no, attached_on, origin, began_at, cause, chosen_on, request_id"
# Name, when it fires, and for which rows.
_KEPT: Final = (
    ("attachments_keep_facts", f"UPDATE OF {_FACTS}", ""),
    ("attachments_keep_end", "UPDATE OF ended_at", "WHEN (OLD.ended_at IS NOT NULL)"),
    ("attachments_keep_active", "DELETE", "WHEN (OLD.ended_at IS NULL)"),
)

SQLITE: Final = tuple(
    f"CREATE TRIGGER {name} BEFORE {verb} ON attachments {when} "
    "BEGIN SELECT RAISE(ABORT, 'the history of attachments is kept'); END"
    for name, verb, when in _KEPT
)

POSTGRESQL: Final = tuple(
    f"CREATE TRIGGER {name} BEFORE {verb} ON attachments FOR EACH ROW {when} EXECUTE FUNCTION append_only()"
    for name, verb, when in _KEPT
)
