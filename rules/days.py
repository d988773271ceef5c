"""Days and instants for rooms that keep no calendar: their types, and a day as people type it."""

import re
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

Instant: TypeAlias = datetime
"""An aware point in time."""

Day: TypeAlias = date
"""A day of the calendar."""

COUNTRY_ZONE: Final = ZoneInfo("Asia/Almaty")
"""Kazakhstan has had one zone since 1 March 2024; a clinic's own zone is a setting."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_LIFE: Final = 120
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[\s.,/-]+([0-9]{1,2})[\s.,/-]+([0-9]{4})", re.ASCII)
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})[\s.,/-]+([0-9]{1,2})[\s.,/-]+([0-9]{1,2})", re.ASCII)
_RUN_TOGETHER: Final = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})", re.ASCII)


class DayFault(StrEnum):
    """Why a text is not a birth date; the words for each live in the catalogues."""

    NOT_A_DAY = "not_a_day"
    NO_SUCH_DAY = "no_such_day"
    FUTURE = "future"
    TOO_LONG_AGO = "too_long_ago"


class BadDay(ValueError):
    """The text is not a birth date; says only why, never the text."""

    def __init__(self, fault: DayFault) -> None:
        super().__init__(f"not a birth date: {fault}")
        self.fault = fault

    @property
    def code(self) -> DayFault:
        """The fault, under the name that every typed error of the house has."""
        return self.fault


def instant(microseconds: int) -> Instant:
    """The instant (UTC) that many microseconds after 1970, as the registry keeps it."""
    return _EPOCH + timedelta(microseconds=microseconds)


def day(text: str) -> Day:
    """The day written as YYYY-MM-DD. Raises ValueError."""
    return date.fromisoformat(text)


def country_day(now: Instant) -> Day:
    """The date in Kazakhstan at that instant."""
    return now.astimezone(COUNTRY_ZONE).date()


def read_birth_date(text: str, today: Day) -> Day:
    """Read a birth date as people type it: 05.03.2024, 5 3 2024, 2024-03-05, 05032024. Raises BadDay."""
    birth = _written(text.strip().strip("."))
    if birth > today:
        raise BadDay(DayFault.FUTURE)
    if today.year - birth.year > _LONGEST_LIFE:
        raise BadDay(DayFault.TOO_LONG_AGO)
    return birth


def _written(text: str) -> Day:
    year_first = _YEAR_FIRST.fullmatch(text)
    found = year_first or _DAY_FIRST.fullmatch(text) or _RUN_TOGETHER.fullmatch(text)
    if found is None:
        raise BadDay(DayFault.NOT_A_DAY)
    parts = [int(part) for part in found.groups()]
    year, month, day_of_month = parts if year_first else reversed(parts)
    try:
        return date(year, month, day_of_month)
    except ValueError:
        raise BadDay(DayFault.NO_SUCH_DAY) from None
