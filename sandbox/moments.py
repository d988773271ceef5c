"""Moments worth moving the clock to: the edges of a clinic's week, in Almaty time. Pure functions."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

ALMATY: Final = ZoneInfo("Asia/Almaty")
_FRIDAY, _SATURDAY = 4, 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days that differ from the plain week: `off` are holidays, `worked` are weekend days made working."""

    off: frozenset[date] = field(default_factory=frozenset)
    worked: frozenset[date] = field(default_factory=frozenset)

    def is_working(self, day: date) -> bool:
        if day in self.worked:
            return True
        return day.weekday() < _SATURDAY and day not in self.off


def read_calendar(path: Path | None) -> Calendar:
    """Reads a CSV with columns date, kind, ...; a kind that begins with "work" makes a day working."""
    if path is None or not path.exists():
        return Calendar()
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [(date.fromisoformat(row["date"]), row["kind"]) for row in csv.DictReader(lines)]
    worked = frozenset(day for day, kind in rows if kind.startswith("work"))
    return Calendar(off=frozenset(day for day, _ in rows) - worked, worked=worked)


def friday_before_cut_off(now: datetime, _calendar: Calendar) -> datetime | None:
    """Friday 17:59, a minute before home calls close for the day."""
    return _first(now, time(17, 59), lambda day: day.weekday() == _FRIDAY)


def saturday_noon(now: datetime, _calendar: Calendar) -> datetime | None:
    return _first(now, time(12, 0), lambda day: day.weekday() == _SATURDAY)


def holiday_morning(now: datetime, calendar: Calendar) -> datetime | None:
    """The next holiday at 10:00; None when the calendar names no later one."""
    return _first(now, time(10, 0), lambda day: day in calendar.off)


def working_morning(now: datetime, calendar: Calendar) -> datetime | None:
    """The next working day at 08:00, when clinics open."""
    return _first(now, time(8, 0), calendar.is_working)


MOMENTS: Final[Mapping[str, Callable[[datetime, Calendar], datetime | None]]] = {
    "friday_17_59": friday_before_cut_off,
    "saturday_noon": saturday_noon,
    "holiday_10": holiday_morning,
    "working_day_8": working_morning,
}


def _first(now: datetime, at: time, wanted: Callable[[date], bool]) -> datetime | None:
    for day in _days(now.astimezone(ALMATY).date()):
        moment = datetime.combine(day, at, ALMATY)
        if moment > now and wanted(day):
            return moment
    return None


def _days(first: date) -> Iterator[date]:
    days_ahead: Iterable[int] = range(800)
    return (first + timedelta(days=n) for n in days_ahead)
