"""When a clinic's group is told, quietly, how its day stands."""

from datetime import datetime, time, timedelta
from typing import Final

from rules.calendar import Schedule
from rules.law import Limit, rule
from rules.sources import house_default

NOON: Final = time(12)
BEFORE_CLOSING: Final = Limit(1, "hours", house_default("G-72", "so that what is left can still be done"))


@rule("G-72")
def summary_moments(now: datetime, schedule: Schedule) -> tuple[datetime, ...]:
    """The moments (UTC) of the day of `now`: opening, noon, an hour before closing; none on a day off."""
    day = schedule.local_day(now)
    opens, closes = schedule.opening(day), schedule.closing(day)
    if opens is None or closes is None:
        return ()
    noon = datetime.combine(day, NOON, schedule.zone).astimezone(opens.tzinfo)
    moments = {opens, noon, closes - BEFORE_CLOSING.delta}
    return tuple(sorted(moment for moment in moments if opens <= moment < closes))


def next_summary(after: datetime, schedule: Schedule) -> datetime:
    """The first such moment later than `after`. Raises NeverOpen."""
    today = next((moment for moment in summary_moments(after, schedule) if moment > after), None)
    return today or schedule.next_opening(after)


def summary_of(now: datetime, schedule: Schedule, patience: timedelta) -> datetime | None:
    """The moment whose summary is due `now`: the last one passed, unless it is longer ago than `patience`."""
    passed = [moment for moment in summary_moments(now, schedule) if moment <= now < moment + patience]
    return passed[-1] if passed else None
