"""The working calendar: when a clinic is open, and which day is the next one that counts.

Instants go in and come out as aware UTC datetimes; days are the clinic's own local dates.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from rules.law import rule

_SATURDAY: Final = 5
_SUNDAY: Final = 6
# Longer than any run of days off: beyond it the clinic simply never opens.
_HORIZON_DAYS: Final = 366


class HolidayKind(StrEnum):
    """What a line of the holiday calendar does to its day."""

    HOLIDAY = "holiday"
    MOVED_DAY_OFF = "moved_day_off"
    MOVED_WORKING_DAY = "moved_working_day"


@dataclass(frozen=True, slots=True)
class Holiday:
    """One line of the holiday calendar."""

    day: date
    kind: HolidayKind
    name_ru: str
    name_kk: str


class BadHours(ValueError):
    """Opening hours that cannot be read; carries the text, which is the operator's own."""


class NeverOpen(ValueError):
    """The clinic has no opening within a year: its hours or the calendar are wrong."""


class NaiveInstant(ValueError):
    """An instant without a zone; every instant in the house is aware."""


@dataclass(frozen=True, slots=True)
class OpenSpan:
    """Hours of one day, local time, the closing excluded."""

    opens: time
    closes: time

    @classmethod
    def parse(cls, text: str) -> "OpenSpan | None":
        """Read "08:00-20:00", or "-" for a day off. Raises BadHours."""
        if text.strip() == "-":
            return None
        try:
            opens, closes = (time.fromisoformat(part.strip()) for part in text.split("-"))
        except ValueError:
            raise BadHours(text) from None
        if opens >= closes:
            raise BadHours(text)
        return cls(opens, closes)

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"


@rule("GEN-01", "G-06")
@dataclass(frozen=True, slots=True)
class Hours:
    """A clinic's week; defaults of Almaty decree № 3/561 of 2013, home call cl. 3."""

    weekday: OpenSpan | None = OpenSpan(time(8), time(20))
    saturday: OpenSpan | None = OpenSpan(time(9), time(14))
    sunday: OpenSpan | None = None

    @classmethod
    def parse(cls, text: str) -> "Hours":
        """Read "weekday;saturday;sunday", e.g. "08:00-20:00;09:00-14:00;-". Raises BadHours."""
        parts = text.split(";")
        if len(parts) != 3:
            raise BadHours(text)
        hours = cls(*(OpenSpan.parse(part) for part in parts))
        if hours == cls(None, None, None):
            raise BadHours(text)
        return hours

    def of_weekday(self, weekday: int) -> OpenSpan | None:
        """Hours of a day of the week, Monday being 0."""
        if weekday == _SUNDAY:
            return self.sunday
        return self.saturday if weekday == _SATURDAY else self.weekday

    def __str__(self) -> str:
        return ";".join(str(span or "-") for span in (self.weekday, self.saturday, self.sunday))


class WorkingCalendar:
    """The country's holidays and moved days; data, never code (GEN-02, G-03, X-09). Immutable."""

    __slots__ = ("_by_day", "_years")

    def __init__(self, holidays: Iterable[Holiday] = ()) -> None:
        self._by_day: Final[Mapping[date, Holiday]] = {holiday.day: holiday for holiday in holidays}
        self._years: Final = frozenset(day.year for day in self._by_day)

    def __iter__(self) -> Iterator[Holiday]:
        return iter(sorted(self._by_day.values(), key=lambda holiday: holiday.day))

    def holiday(self, day: date) -> Holiday | None:
        """The calendar's line for that day, if it has one."""
        return self._by_day.get(day)

    @rule("G-03")
    def covers(self, year: int) -> bool:
        """False if no line of that year is loaded: staff are told in November, and only Sundays are off."""
        return year in self._years

    @rule("GEN-02", "X-09")
    def is_day_off(self, day: date) -> bool:
        """True on a public holiday and on a day off moved here."""
        holiday = self._by_day.get(day)
        return holiday is not None and holiday.kind is not HolidayKind.MOVED_WORKING_DAY

    def is_moved_working_day(self, day: date) -> bool:
        """True on a day on which the country works instead of another."""
        holiday = self._by_day.get(day)
        return holiday is not None and holiday.kind is HolidayKind.MOVED_WORKING_DAY


@dataclass(frozen=True, slots=True)
class Schedule:
    """When one clinic works: its hours, the country's calendar, its zone (G-02)."""

    hours: Hours
    calendar: WorkingCalendar
    zone: ZoneInfo

    def local(self, instant: datetime) -> datetime:
        """The instant on the clinic's wall clock. Raises NaiveInstant."""
        if instant.tzinfo is None:
            raise NaiveInstant
        return instant.astimezone(self.zone)

    @rule("G-02")
    def local_day(self, instant: datetime) -> date:
        """The date at the clinic at that instant."""
        return self.local(instant).date()

    @rule("GEN-01", "GEN-02")
    def span(self, day: date) -> OpenSpan | None:
        """The clinic's hours on that day, None on a day off."""
        if self.calendar.is_day_off(day):
            return None
        if self.calendar.is_moved_working_day(day):
            # The day stands in for a weekday, so it is worked as one.
            return self.hours.weekday
        return self.hours.of_weekday(day.weekday())

    def is_working_day(self, day: date) -> bool:
        """True if the clinic opens on that day."""
        return self.span(day) is not None

    def opening(self, day: date) -> datetime | None:
        """The instant the clinic opens on that day, in UTC, None on a day off."""
        span = self.span(day)
        return self._instant(day, span.opens) if span else None

    def closing(self, day: date) -> datetime | None:
        """The instant the clinic closes on that day, in UTC, None on a day off."""
        span = self.span(day)
        return self._instant(day, span.closes) if span else None

    def bounds(self, day: date) -> tuple[datetime, datetime]:
        """The first instant of that day at the clinic and the first of the next one, in UTC."""
        return self._instant(day, time()), self._instant(day + timedelta(days=1), time())

    @rule("GEN-01")
    def is_open(self, instant: datetime) -> bool:
        """True from opening up to, and not at, closing."""
        local = self.local(instant)
        span = self.span(local.date())
        return span is not None and span.opens <= local.time() < span.closes

    @rule("G-05")
    def next_working_day(self, after: date) -> date:
        """The first day later than `after` on which the clinic opens (G-05). Raises NeverOpen."""
        for days in range(1, _HORIZON_DAYS + 1):
            day = after + timedelta(days=days)
            if self.is_working_day(day):
                return day
        raise NeverOpen

    def next_opening(self, after: datetime) -> datetime:
        """The first opening instant later than `after`, in UTC. Raises NeverOpen, NaiveInstant."""
        today = self.local_day(after)
        opens = self.opening(today)
        if opens is not None and opens > after:
            return opens
        return self.next_working_opening(today)[1]

    def next_working_opening(self, after: date) -> tuple[date, datetime]:
        """The next working day after `after` and the instant it opens, in UTC. Raises NeverOpen."""
        day = self.next_working_day(after)
        opens = self.opening(day)
        if opens is None:
            raise NeverOpen
        return day, opens

    def _instant(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)


def is_open(hours: Hours, calendar: WorkingCalendar, zone: ZoneInfo, instant: datetime) -> bool:
    """True if a clinic with these hours is open at that instant."""
    return Schedule(hours, calendar, zone).is_open(instant)


def is_office_day(day: date, calendar: WorkingCalendar) -> bool:
    """True on a day that counts for terms in working days: Monday to Friday without days off (G-05)."""
    if calendar.is_moved_working_day(day):
        return True
    return day.weekday() < _SATURDAY and not calendar.is_day_off(day)


@rule("G-05")
def add_working_days(start: date, count: int, calendar: WorkingCalendar) -> date:
    """The day on which a term of `count` (>= 0) working days ends; the day after `start` is the first."""
    day = start
    left = count
    while left > 0:
        day += timedelta(days=1)
        left -= is_office_day(day, calendar)
    return day


def add_months(start: date, count: int) -> date:
    """The same day of a later month, or that month's last day: 31 January + 1 is 28 or 29 February."""
    months = start.year * 12 + start.month - 1 + count
    year, month = divmod(months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
