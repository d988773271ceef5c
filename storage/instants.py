"""Instants and days between Python and the database: BIGINT microseconds of UTC, and 'YYYY-MM-DD'."""

from datetime import UTC, date, datetime, timedelta
from typing import overload

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@overload
def micros(instant: datetime) -> int: ...
@overload
def micros(instant: None) -> None: ...
def micros(instant: datetime | None) -> int | None:
    """Microseconds since 1970. Raises TypeError for a naive instant."""
    return None if instant is None else (instant - _EPOCH) // _MICROSECOND


@overload
def instant(us: int) -> datetime: ...
@overload
def instant(us: None) -> None: ...
def instant(us: int | None) -> datetime | None:
    """The aware UTC instant of so many microseconds since 1970."""
    return None if us is None else _EPOCH + timedelta(microseconds=us)


@overload
def day_text(day: date) -> str: ...
@overload
def day_text(day: None) -> None: ...
def day_text(day: date | None) -> str | None:
    """The day as the database keeps it."""
    return None if day is None else day.isoformat()


@overload
def day(text: str) -> date: ...
@overload
def day(text: None) -> None: ...
def day(text: str | None) -> date | None:
    """The day that the database keeps as text."""
    return None if text is None else date.fromisoformat(text)
