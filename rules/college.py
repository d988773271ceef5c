"""The medical college as an institution: when it takes papers, when only its phone is answered."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from rules.calendar import OpenSpan, WorkingCalendar
from rules.clinics import Clinic
from rules.law import rule
from rules.sources import almaty_training

LUNCH: Final = OpenSpan(time(13), time(14))
LUNCH_SOURCE: Final = almaty_training("cl. 2")

INTAKE_ENDS: Final = time(17)
"""Papers are taken until then; the phone is answered until the college closes (X-13)."""
INTAKE_SOURCE: Final = almaty_training("cl. 9")

LINKS: Final = ("www.mz.gov.kz", "www.almaty.kz")
"""Where the order of the service is published."""
LINKS_SOURCE: Final = almaty_training("cl. 3")

FEATURES_SOURCE: Final = almaty_training("cl. 10")
"""Stands with the list of papers and samples, and a ramp: ``features`` of the college in the directory."""


@rule("TR-20")
def takes_bookings() -> bool:
    """False: the service has no booking ahead and no fast way (cl. 9)."""
    return False


class Counter(StrEnum):
    """What the college does at an instant."""

    OPEN = "open"
    LUNCH = "lunch"
    PHONE_ONLY = "phone_only"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Reception:
    """What it does, until when, and when papers are taken next (or since when: now). In the college's zone.

    ``until`` is ``None`` while it is closed.
    """

    counter: Counter
    until: datetime | None
    next_at: datetime


@rule("TR-19", "X-13")
def intake_spans(span: OpenSpan) -> tuple[OpenSpan, ...]:
    """The hours of one day in which papers are taken: those of the day until 17:00, without lunch."""
    ends = min(span.closes, INTAKE_ENDS)
    parts = ((span.opens, min(ends, LUNCH.opens)), (max(span.opens, LUNCH.closes), ends))
    return tuple(OpenSpan(opens, closes) for opens, closes in parts if opens < closes)


@rule("TR-19", "X-13")
def reception(now: datetime, college: Clinic, calendar: WorkingCalendar) -> Reception:
    """What the college does now, aware UTC: it takes papers, has lunch, answers the phone alone, is closed.

    Raises NeverOpen where it has no opening within a year.
    """
    schedule, local = college.schedule(calendar), college.local(now)
    span = schedule.span(local.date())
    next_at = _next_intake(now, college, calendar)
    if span is None or not span.opens <= local.time() < span.closes:
        return Reception(Counter.CLOSED, None, next_at)
    for part in intake_spans(span):
        if part.opens <= local.time() < part.closes:
            return Reception(Counter.OPEN, _at(local, part.closes), local)
    if LUNCH.opens <= local.time() < LUNCH.closes:
        return Reception(Counter.LUNCH, _at(local, LUNCH.closes), next_at)
    return Reception(Counter.PHONE_ONLY, _at(local, span.closes), next_at)


def _next_intake(now: datetime, college: Clinic, calendar: WorkingCalendar) -> datetime:
    """The first instant after now at which papers are taken anew."""
    local, schedule = college.local(now), college.schedule(calendar)
    span = schedule.span(local.date())
    later = (part.opens for part in intake_spans(span) if part.opens > local.time()) if span else iter(())
    today = next(later, None)
    if today is not None:
        return _at(local, today)
    day = schedule.next_working_day(local.date())
    opens = schedule.span(day)
    at = intake_spans(opens)[0].opens if opens else time()
    return datetime.combine(day, at, ZoneInfo(college.zone))


def _at(local: datetime, at: time) -> datetime:
    return datetime.combine(local.date(), at, local.tzinfo)
