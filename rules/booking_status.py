"""The life of a booking: its statuses, which may follow which, and what still counts as open."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from rules.law import rule


class BookingStatus(StrEnum):
    """Where a booking stands, as the cabinet shows it (G-66).

    `WAITING` has no time yet and waits for one; `TO_MOVE` lost its time because the clinic could not keep
    it (G-55): the request stays open until a new time is chosen. `NOT_NOTED` was visited or not: nobody said.
    """

    REGISTERED = "registered"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    TO_MOVE = "to_move"
    CAME = "came"
    DID_NOT_COME = "did_not_come"
    NOT_NOTED = "not_noted"
    REFUSED = "refused"
    CANCELLED = "cancelled"


S = BookingStatus

_MOVES: Final[Mapping[BookingStatus, frozenset[BookingStatus]]] = {
    S.REGISTERED: frozenset({S.CONFIRMED, S.WAITING, S.REFUSED, S.CANCELLED}),
    S.WAITING: frozenset({S.CONFIRMED, S.REFUSED, S.CANCELLED}),
    # Confirmed again: another time was chosen.
    S.CONFIRMED: frozenset(
        {S.CONFIRMED, S.TO_MOVE, S.CAME, S.DID_NOT_COME, S.NOT_NOTED, S.REFUSED, S.CANCELLED}
    ),
    S.TO_MOVE: frozenset({S.CONFIRMED, S.WAITING, S.REFUSED, S.CANCELLED}),
    # A wrong press in the doctor's list is put right by the other one.
    S.CAME: frozenset({S.DID_NOT_COME}),
    S.DID_NOT_COME: frozenset({S.CAME}),
    # Late, but not too late: the list of that day can still be asked for.
    S.NOT_NOTED: frozenset({S.CAME, S.DID_NOT_COME}),
    # The head reopens a mistaken refusal on the same day: the time may be gone by then (G-69).
    S.REFUSED: frozenset({S.TO_MOVE}),
    S.CANCELLED: frozenset(),
}
_OPEN: Final = frozenset({S.REGISTERED, S.WAITING, S.CONFIRMED, S.TO_MOVE})


@rule("G-66", "G-55", "AP-18", "G-69")
def may_move(before: BookingStatus, after: BookingStatus) -> bool:
    """True if a booking may go from one status to the other."""
    return after in _MOVES[before]


@rule("G-51")
def is_open(status: BookingStatus) -> bool:
    """True while the booking binds patient and clinic: a second one for the same doctor is refused."""
    return status in _OPEN


@rule("AP-09", "PC-09")
def has_answer(status: BookingStatus) -> bool:
    """True once there is a result to view."""
    return status not in {S.REGISTERED, S.WAITING, S.CANCELLED}
