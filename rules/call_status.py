"""The life of a home call: its statuses, which may follow which, and what may be taken back."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from rules.law import Limit, rule
from rules.sources import house_default

UNDO: Final = Limit(2, "minutes", house_default("staff: a wrong press can be taken back"))


class CallStatus(StrEnum):
    """Where a home call stands, as the cabinet shows it (G-66)."""

    REGISTERED = "registered"
    NEXT_DAY = "next_day"
    CONFIRMED = "confirmed"
    ON_WAY = "on_way"
    DONE = "done"
    NOT_HOME = "not_home"
    NOBODY_HOME = "nobody_home"
    REFUSED = "refused"
    CANCELLED = "cancelled"


S = CallStatus

_MOVES: Final[Mapping[CallStatus, frozenset[CallStatus]]] = {
    S.REGISTERED: frozenset({S.CONFIRMED, S.REFUSED, S.CANCELLED}),
    # At opening a call carried over becomes one of that day; staff who are early may answer it before.
    S.NEXT_DAY: frozenset({S.REGISTERED, S.CONFIRMED, S.REFUSED, S.CANCELLED}),
    # A doctor who forgot "on the way" can still close; what is left in the evening waits for morning (G-72).
    S.CONFIRMED: frozenset({S.ON_WAY, S.DONE, S.NOT_HOME, S.NEXT_DAY, S.CANCELLED}),
    S.ON_WAY: frozenset({S.DONE, S.NOT_HOME, S.NOBODY_HOME, S.NEXT_DAY}),
    # One repeat on the same day; the door closed to it too closes the call (G-19).
    S.NOT_HOME: frozenset({S.ON_WAY, S.DONE, S.NOBODY_HOME, S.CANCELLED}),
    # The head reopens a mistaken refusal on the same day; after closing it waits for morning (G-69).
    S.REFUSED: frozenset({S.REGISTERED, S.NEXT_DAY}),
    S.DONE: frozenset(),
    S.NOBODY_HOME: frozenset(),
    S.CANCELLED: frozenset(),
}
_OPEN: Final = frozenset({S.REGISTERED, S.NEXT_DAY, S.CONFIRMED, S.ON_WAY, S.NOT_HOME})
_ANSWERED: Final = frozenset(S) - {S.REGISTERED, S.NEXT_DAY, S.CANCELLED}
_WITHDRAWABLE: Final = frozenset({S.REGISTERED, S.NEXT_DAY, S.CONFIRMED})
_PRESSED_BY_STAFF: Final = frozenset({S.CONFIRMED, S.ON_WAY, S.DONE, S.NOT_HOME, S.NOBODY_HOME, S.REFUSED})


@rule("G-66", "G-69", "G-19", "G-72")
def may_move(before: CallStatus, after: CallStatus) -> bool:
    """True if a call may go from one status to the other."""
    return after in _MOVES[before]


@rule("G-19")
def is_open(status: CallStatus) -> bool:
    """True while the call still binds the clinic: a second one for the same person is merged (G-19)."""
    return status in _OPEN


@rule("PC-09")
def has_answer(status: CallStatus) -> bool:
    """True once there is a result to view."""
    return status in _ANSWERED


@rule("G-74")
def may_withdraw(status: CallStatus) -> bool:
    """True while the citizen may cancel by themself: until the doctor is on the way."""
    return status in _WITHDRAWABLE


def may_undo(status: CallStatus, pressed_at: datetime, now: datetime) -> bool:
    """True while the press that led to this status may be taken back by staff."""
    return status in _PRESSED_BY_STAFF and pressed_at <= now < pressed_at + UNDO.delta


@rule("HC-10")
def may_close(status: CallStatus, has_window: bool) -> bool:
    """True if the visit may be closed: it was promised for a window, and has not been closed."""
    return has_window and may_move(status, CallStatus.DONE)
