"""One field of a CSV row: read into what the database is given, or refused with its column and a code."""

from collections.abc import Mapping
from datetime import date, time
from functools import lru_cache
from typing import Final, TypeAlias

from rules.attachment import BadMonthDay, MonthDay
from rules.iin import BadIin, Iin
from rules.phone import BadPhone, Phone, PhoneFault

Fields: TypeAlias = Mapping[str, str]

# A phone that no SMS can reach is a fact about a person, not a fault of the row.
_NOT_FOR_SMS: Final = frozenset(
    {PhoneFault.LANDLINE, PhoneFault.NOT_KAZAKHSTAN, PhoneFault.NOT_MOBILE, PhoneFault.SERVICE_NUMBER}
)


class BadField(ValueError):
    """One field of a row cannot be read: its column and a code."""

    def __init__(self, column: str, code: str) -> None:
        super().__init__(f"{column}: {code}")
        self.column = column
        self.code = code


def text_of(fields: Fields, column: str) -> str:
    """The field, which may not be empty. Raises BadField."""
    if not fields[column]:
        raise BadField(column, "empty")
    return fields[column]


def number_of(fields: Fields, column: str, least: int, most: int) -> int:
    """A whole number from `least` to `most`. Raises BadField."""
    text = text_of(fields, column)
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise BadField(column, "bad_number")
    return int(text)


def degrees_of(fields: Fields, column: str, most: float) -> float | None:
    """Degrees of latitude or longitude, None where empty. Raises BadField."""
    if not fields[column]:
        return None
    try:
        degrees = float(fields[column])
    except ValueError:
        raise BadField(column, "bad_number") from None
    if not -most <= degrees <= most:
        raise BadField(column, "bad_number")
    return degrees


def day_of(fields: Fields, column: str) -> str:
    """A day as YYYY-MM-DD. Raises BadField."""
    try:
        return date.fromisoformat(text_of(fields, column)).isoformat()
    except ValueError as fault:
        if isinstance(fault, BadField):
            raise
        raise BadField(column, "bad_date") from None


def day_or_none(fields: Fields, column: str) -> str | None:
    """A day as YYYY-MM-DD, None where empty. Raises BadField."""
    return day_of(fields, column) if fields[column] else None


def time_of(fields: Fields, column: str) -> str:
    """A time as HH:MM. Raises BadField."""
    try:
        return time.fromisoformat(text_of(fields, column)).strftime("%H:%M")
    except ValueError as fault:
        if isinstance(fault, BadField):
            raise
        raise BadField(column, "bad_time") from None


def one_of(fields: Fields, column: str, allowed: tuple[str, ...]) -> str:
    """One of a few words. Raises BadField."""
    if fields[column] not in allowed:
        raise BadField(column, "not_one_of")
    return fields[column]


def iin_of(fields: Fields, column: str) -> Iin:
    """An IIN. Raises BadField."""
    try:
        return Iin.parse(fields[column])
    except BadIin as fault:
        raise BadField(column, f"iin_{fault.code}") from None


# The checking and the writing both read the file, and telling a mobile from a landline is the dearest part
# of a row.
@lru_cache(maxsize=1 << 17)
def mobile_of(text: str) -> str:
    """E.164 of a number a code may go to, "" of any other that is a number. Raises BadField."""
    if not text:
        return ""
    try:
        return Phone.parse(text).e164
    except BadPhone as fault:
        if fault.fault in _NOT_FOR_SMS:
            return ""
        raise BadField("phone", f"phone_{fault.code}") from None


def month_day_or_none(fields: Fields, column: str) -> str | None:
    """A day of any year as MM-DD, None where empty. Raises BadField."""
    if not fields[column]:
        return None
    try:
        return str(MonthDay.parse(fields[column]))
    except BadMonthDay:
        raise BadField(column, "bad_month_day") from None
