"""How people say when they want to come: the spellings of both languages, for `rules.when` to read with."""

from functools import cache
from typing import Final

from dialogs.engine import fold
from locales.catalogue import all_words
from locales.rendering import LOCALES
from locales.typed import forms
from rules.when import Meaning, Saying, WhenWords

_WEEKDAYS: Final = range(1, 8)
_MONTHS: Final = range(1, 13)
_NUMBERED: Final = frozenset({Saying.WEEKDAY, Saying.MONTH})


@cache
def when_words() -> WhenWords:
    """Every spelling of every language at once: people mix them, and leave out what their keyboard lacks."""
    keys: dict[Meaning, str] = {(said, 0): f"when.{said}" for said in Saying if said not in _NUMBERED}
    keys |= {(Saying.WEEKDAY, number): f"when.weekday.{number}" for number in _WEEKDAYS}
    keys |= {(Saying.MONTH, number): f"when.month.{number}" for number in _MONTHS}
    return WhenWords({meaning: _spellings(key) for meaning, key in keys.items()}, fold)


def _spellings(key: str) -> list[str]:
    said = (spelling for locale in LOCALES for spelling in all_words(locale)[key].split("|"))
    # Unfolded, with the star that some end in; "ә" is typed in two ways.
    return [form for spelling in said for form in forms(spelling)]
