"""A doctor's rounds: the order of visits, the repeat at a closed door, and whether they took place.

Nothing here does I/O.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from rules.calendar import Schedule
from rules.call_status import CallStatus
from rules.law import Limit, rule
from rules.quiet_hours import DAY_BEGINS
from rules.sources import house_default

REPEATS: Final = Limit(1, "count", house_default("G-19", "visits again on the same day"))
PAGE_BEFORE: Final = Limit(30, "minutes", house_default("HC-17", "the doctor's visits, before opening"))
ASKED_AFTER: Final = Limit(30, "minutes", house_default("HC-17", "whether the visit took place"))
ANSWERED_WITHIN: Final = Limit(3, "days", house_default("HC-17", "how long that answer is taken"))

_BEFORE_ALL: Final = 0
_IN_TURN: Final = 1


@dataclass(frozen=True, slots=True)
class Turn:
    """One visit of a doctor's day, as far as its place in the line goes; ``starts`` is its window's."""

    request_id: int
    status: CallStatus
    starts: datetime


@rule("G-19")
def at_a_closed_door(closed_before: int) -> CallStatus:
    """What a call becomes when nobody opens, after so many visits in vain: one repeat, then it is closed."""
    return CallStatus.NOT_HOME if closed_before < REPEATS.value else CallStatus.NOBODY_HOME


def places(turns: Sequence[Turn]) -> dict[int, int]:
    """How many visits come before each of those that still wait for their first, by request.

    A visit the doctor is on the way to comes before all; a repeat at a closed door is nobody's wait.
    """
    ahead = [one for one in turns if one.status in (CallStatus.ON_WAY, CallStatus.CONFIRMED)]
    line = sorted(ahead, key=lambda one: (_rank(one.status), one.starts, one.request_id))
    return {one.request_id: before for before, one in enumerate(line) if one.status is CallStatus.CONFIRMED}


def comes_at(schedule: Schedule, day: date) -> datetime:
    """When that page comes by itself (UTC): before the clinic opens, at eight on a day off (G-47)."""
    opens = schedule.opening(day)
    return schedule.bounds(day)[0] + DAY_BEGINS.delta if opens is None else opens - PAGE_BEFORE.delta


def _rank(status: CallStatus) -> int:
    return _BEFORE_ALL if status is CallStatus.ON_WAY else _IN_TURN
