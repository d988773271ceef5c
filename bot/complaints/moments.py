"""When the days of a complaint begin and end at its clinic, as instants for the clocks."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from rules.calendar import WorkingCalendar
from rules.clinics import Clinic

_MORNING: Final = time(9)
_EVENING: Final = time(18)
"""For a day that counts for terms and on which the clinic has no hours of its own."""


def morning(clinic: Clinic, calendar: WorkingCalendar, day: date) -> datetime:
    """When the clinic opens on that day (UTC)."""
    return clinic.schedule(calendar).opening(day) or _at(clinic, day, _MORNING)


def evening(clinic: Clinic, calendar: WorkingCalendar, day: date) -> datetime:
    """When it closes on that day (UTC): what was to be done on it is late from then on."""
    return clinic.schedule(calendar).closing(day) or _at(clinic, day, _EVENING)


def day_over(clinic: Clinic, calendar: WorkingCalendar, day: date) -> datetime:
    """The first instant (UTC) after that day: a term of days ends with its last one."""
    return clinic.schedule(calendar).bounds(day)[1]


def _at(clinic: Clinic, day: date, at: time) -> datetime:
    return datetime.combine(day, at, ZoneInfo(clinic.zone))
