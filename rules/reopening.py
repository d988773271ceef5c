"""A mistaken refusal: until when the head of department may reopen it."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from rules.calendar import Schedule
from rules.channels import Channel
from rules.home_call import answer_limit
from rules.law import rule


@dataclass(frozen=True, slots=True)
class BegunAnew:
    """A home call reopened: the day of its visit, by when it is answered (UTC), and whether it waits for
    the clinic to open on a later day.
    """

    visit_day: date
    answer_due: datetime
    carried_over: bool


@rule("G-69")
def may_reopen(refused_at: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """True on the clinic's day of the refusal; both instants are aware. Later a new request is made."""
    return refused_at <= now and refused_at.astimezone(zone).date() == now.astimezone(zone).date()


@rule("G-69", "HC-06", "HC-07", "X-05")
def call_begun_anew(
    now: datetime, visit_day: date, answer_due: datetime | None, schedule: Schedule, channel: Channel
) -> BegunAnew:
    """The terms of a home call reopened `now` (aware), which stood at that day and term.

    The clinic has its whole term while it is open, and none of it while it is closed; a term that was later
    is kept. Raises NeverOpen.
    """
    starts = now if schedule.is_open(now) else schedule.next_opening(now)
    day = max(visit_day, schedule.local_day(starts))
    due = max(starts + answer_limit(channel).delta, answer_due or starts)
    return BegunAnew(day, due, carried_over=day > schedule.local_day(now))
