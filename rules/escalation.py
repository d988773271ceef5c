"""A request that its clinic left unanswered: who is told when, and what new time its citizen is told."""

from datetime import datetime
from typing import Final

from rules.calendar import Schedule
from rules.law import Limit, rule
from rules.sources import house_default

ESCALATES_AFTER: Final = Limit(15, "minutes", house_default("HC-07", "after the head was told: the city"))
NEW_TERM: Final = Limit(30, "minutes", house_default("HC-07", "the term of the electronic answer once more"))
MOST_ROUNDS: Final = Limit(3, "count", house_default("HC-07", "how often a new time is told"))


@rule("HC-07")
def promised_anew(now: datetime, schedule: Schedule) -> datetime:
    """By when (UTC) an answer is expected anew: while the clinic works, else soon after it opens next.

    Raises NeverOpen.
    """
    by = now + NEW_TERM.delta
    closes = schedule.closing(schedule.local_day(now))
    if schedule.is_open(now) and closes is not None and by <= closes:
        return by
    return schedule.next_opening(now) + NEW_TERM.delta
