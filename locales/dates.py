"""Days and times as they are written here: "2026 жылғы 20 қараша", "20 ноября 2026 года".

The patterns are the ones of the acts; Babel supplies only the names of months and weekdays.
"""

from datetime import date, datetime
from functools import cache
from typing import Final

_LONG: Final = {"kk": "{year} жылғы {day} {month}", "ru": "{day} {month} {year} года"}
_MONTH: Final = {"kk": "{year} жылғы {month}", "ru": "{month} {year} года"}


def long_day(day: date, locale: str) -> str:
    """The day as acts write it."""
    return _LONG[locale].format(year=day.year, day=day.day, month=_months(locale)[day.month])


def long_month(day: date, locale: str) -> str:
    """The month of that day, with its year, as it stands alone."""
    return _MONTH[locale].format(year=day.year, month=_lone_months(locale)[day.month])


def long_moment(moment: datetime, locale: str) -> str:
    """The day and the time of the clinic's wall clock."""
    return f"{long_day(moment, locale)}, {moment:%H:%M}"


def short_day(day: date) -> str:
    """Day and month in figures, for SMS."""
    return f"{day:%d.%m}"


def weekday(day: date, locale: str) -> str:
    """The name of the weekday, as inside a sentence."""
    return _weekdays(locale)[day.weekday()]


@cache
def _months(locale: str) -> dict[int, str]:
    from babel import Locale

    return {number: str(name) for number, name in Locale.parse(locale).months["format"]["wide"].items()}


@cache
def _lone_months(locale: str) -> dict[int, str]:
    from babel import Locale

    names = Locale.parse(locale).months["stand-alone"]["wide"]
    return {number: str(name).lower() for number, name in names.items()}


@cache
def _weekdays(locale: str) -> dict[int, str]:
    from babel import Locale

    return {number: str(name) for number, name in Locale.parse(locale).days["format"]["wide"].items()}
