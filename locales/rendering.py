"""Words with their values in them: the one place where a sentence is made.

Values are inert: plain text in, plain text out, one line each; no markup is ever read from them.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from string import Formatter
from typing import Final

from dialogs.engine import Plain, Sentence, T, clean
from dialogs.engine.words import Named
from locales.catalogue import all_words, words
from locales.dates import long_day, long_moment, long_month, short_day, weekday
from rules.people import Language

LOCALES: Final[tuple[Language, ...]] = ("kk", "ru")
"""Kazakh first, as the state's language (G-44)."""

DEFAULT: Final[Language] = "kk"
"""What is shown before a person has chosen."""


SHORT: Final = "short."
"""What stands before the key of words that an SMS says instead of longer ones."""

NOTHING: Final = "-"
"""The short words of what an SMS does not say at all."""


class UnknownLocale(ValueError):
    """There are words in Kazakh and in Russian only; carries the name of the other one."""


class UtcShown(ValueError):
    """An instant that was not brought into the clinic's zone would be read three or five hours wrong."""


def render(sentence: Sentence, locale: str, *, short: bool = False) -> str:
    """What the person reads, as plain text.

    ``short`` takes the words under "short.<key>" where there are such, for an SMS; what they leave out
    altogether ("-") is the empty text.

    Strings and ints stand as they are, days and instants in the language's own long form; ``{x:time}``,
    ``{x:day}``, ``{x:month}``, ``{x:short}`` and ``{x:weekday}`` give the other forms. Raises MissingWords,
    UnknownLocale, UtcShown, and KeyError where a value is missing.
    """
    if isinstance(sentence, Plain):
        return _inert(sentence.text)
    if locale not in LOCALES:
        raise UnknownLocale(locale)
    return _fill(_shortened(sentence.key, locale) if short else sentence.key, sentence.values, locale, short)


def _fill(key: str, values: Mapping[str, object], locale: str, short: bool) -> str:
    pieces = []
    for literal, name, form in _template(key, locale):
        pieces.append(literal)
        if name is not None:
            pieces.append(_shown(values[name], form, locale, short))
    return "".join(pieces)


@cache
def _shortened(key: str, locale: str) -> str:
    return f"{SHORT}{key}" if f"{SHORT}{key}" in all_words(locale) else key


@cache
def _template(key: str, locale: str) -> tuple[tuple[str, str | None, str], ...]:
    text = words(key, locale)
    parsed = Formatter().parse("" if text == NOTHING and key.startswith(SHORT) else text)
    return tuple((literal, name, form or "") for literal, name, form, _ in parsed)


def _shown(value: object, form: str, locale: str, short: bool) -> str:
    match value:
        case str():
            return _inert(value)
        case datetime():
            return _moment(value, form, locale)
        case date():
            return _day(value, form, locale)
        case int():
            return str(value)
        case T() | Plain():
            return render(value, locale, short=short)
        case Named():
            return _inert(value.kk if locale == "kk" else value.ru)
        case tuple():
            return "\n".join(filter(None, (render(part, locale, short=short) for part in value)))
        case _:
            raise TypeError(type(value).__name__)


def _moment(value: datetime, form: str, locale: str) -> str:
    if value.tzinfo is None or value.tzinfo is UTC:
        raise UtcShown(form)
    if form == "time":
        return f"{value:%H:%M}"
    return _day(value, form, locale) if form else long_moment(value, locale)


def _day(value: date, form: str, locale: str) -> str:
    match form:
        case "" | "day":
            return long_day(value, locale)
        case "short":
            return short_day(value)
        case "month":
            return long_month(value, locale)
        case "weekday":
            return weekday(value, locale)
        case _:
            raise ValueError(form)


def _inert(text: str) -> str:
    """One line without control or direction marks: nobody's words may look like ours (S42)."""
    return " ".join(clean(text).split())
