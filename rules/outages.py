"""Technical breaks: by how much they extend the term of an answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rules.calendar import Schedule
from rules.law import Limit, rule
from rules.sources import house_default

LEAST: Final = Limit(2, "minutes", house_default("G-07", "what is shorter changes no term"))


@dataclass(frozen=True, slots=True)
class Break:
    """A logged breakdown that is over; both ends in UTC."""

    began_at: datetime
    ended_at: datetime

    @property
    def counts(self) -> bool:
        """True if it lasted long enough to extend a term."""
        return self.ended_at - self.began_at >= LEAST.delta


@dataclass(frozen=True, slots=True)
class Term:
    """The term of one answer; both ends in UTC."""

    starts: datetime
    due: datetime


def term_of(registered_at: datetime, due: datetime, schedule: Schedule) -> Term:
    """The term that ends at `due`: it starts with the request, or with the opening that it was carried to."""
    opens = schedule.opening(schedule.local_day(due))
    return Term(registered_at if opens is None else max(registered_at, opens), due)


@rule("G-07")
def extended(term: Term, outage: Break, schedule: Schedule) -> datetime:
    """When the term ends after that breakdown: later by what it took of the term, and then of opening hours.

    Hours in which the clinic is closed are no loss. What would end after it has closed goes on when it opens
    next. Raises NeverOpen.
    """
    if not outage.counts or outage.began_at >= term.due or outage.ended_at <= term.starts:
        return term.due
    within = min(outage.ended_at, term.due) - max(outage.began_at, term.starts)
    return _later(term.due, within + _open_between(term.due, outage.ended_at, schedule), schedule)


def _open_between(since: datetime, until: datetime, schedule: Schedule) -> timedelta:
    """For how much of that time the clinic was open."""
    found, day = timedelta(), schedule.local_day(since)
    while day <= schedule.local_day(until):
        opens, closes = schedule.opening(day), schedule.closing(day)
        if opens is not None and closes is not None:
            found += max(timedelta(), min(until, closes) - max(since, opens))
        day += timedelta(days=1)
    return found


def _later(due: datetime, by: timedelta, schedule: Schedule) -> datetime:
    """The instant when the clinic has been open for `by` (above zero) since `due`."""
    day = schedule.local_day(due)
    opens, closes = schedule.opening(day), schedule.closing(day)
    while opens is None or closes is None or max(due, opens) + by > closes:
        if opens is not None and closes is not None:
            by -= max(timedelta(), closes - max(due, opens))
        day, opens = schedule.next_working_opening(day)
        closes = schedule.closing(day)
    return max(due, opens) + by
