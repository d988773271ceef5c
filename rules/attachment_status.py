"""The life of a request for attachment: its statuses, which may follow which, and what may be taken back."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from rules.call_status import UNDO
from rules.law import rule


class AttachmentStatus(StrEnum):
    """Where a request for attachment stands, as the cabinet shows it (G-66).

    `ACCEPTED` is answered with yes and has not taken effect: staff may still take a wrong press back, or
    the terms name a later day (G-22). `CLOSED` ended without an answer of the clinic: nothing was left to
    be decided.
    """

    REGISTERED = "registered"
    NEXT_DAY = "next_day"
    ACCEPTED = "accepted"
    ATTACHED = "attached"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    CLOSED = "closed"


S = AttachmentStatus

_MOVES: Final[Mapping[AttachmentStatus, frozenset[AttachmentStatus]]] = {
    S.REGISTERED: frozenset({S.ACCEPTED, S.REFUSED, S.CANCELLED, S.CLOSED}),
    # At opening a request carried over becomes one of that day; staff who are early may answer it before.
    S.NEXT_DAY: frozenset({S.REGISTERED, S.ACCEPTED, S.REFUSED, S.CANCELLED, S.CLOSED}),
    # A wrong press is taken back; until it takes effect the law may turn against it, and the citizen may
    # think again.
    S.ACCEPTED: frozenset({S.ATTACHED, S.REGISTERED, S.NEXT_DAY, S.REFUSED, S.CANCELLED, S.CLOSED}),
    # An attachment that stands is left by another one alone (G-23).
    S.ATTACHED: frozenset(),
    # A wrong press is taken back, and the head reopens a mistaken refusal (G-69).
    S.REFUSED: frozenset({S.REGISTERED, S.NEXT_DAY}),
    S.CANCELLED: frozenset(),
    S.CLOSED: frozenset(),
}
_OPEN: Final = frozenset({S.REGISTERED, S.NEXT_DAY, S.ACCEPTED})
_ANSWERED: Final = frozenset({S.ACCEPTED, S.ATTACHED, S.REFUSED})
_UNDONE_BY_STAFF: Final = frozenset({S.ACCEPTED, S.REFUSED})


@rule("G-66", "G-69", "G-23")
def may_move(before: AttachmentStatus, after: AttachmentStatus) -> bool:
    """True if a request may go from one status to the other."""
    return after in _MOVES[before]


@rule("AT-09")
def is_open(status: AttachmentStatus) -> bool:
    """True while the request binds person and clinic: a person has one open request at a time."""
    return status in _OPEN


@rule("PC-09")
def has_answer(status: AttachmentStatus) -> bool:
    """True once there is a result to view."""
    return status in _ANSWERED


@rule("G-74")
def may_withdraw(status: AttachmentStatus) -> bool:
    """True while the citizen may cancel by themself: until the attachment has taken effect."""
    return status in _OPEN


def may_undo(status: AttachmentStatus, pressed_at: datetime, now: datetime) -> bool:
    """True while staff may take back the press that led to this status.

    An attachment that stands is not undone: the switch has been told to both clinics and is left by another.
    """
    return status in _UNDONE_BY_STAFF and pressed_at <= now < pressed_at + UNDO.delta
