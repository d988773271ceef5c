"""In which language somebody writes, told from their first words; digits and unclear words tell nothing."""

from __future__ import annotations

from functools import cache
from typing import Final

from dialogs.engine import fold
from locales.catalogue import all_words
from locales.rendering import LOCALES
from rules.law import rule
from rules.people import Language

_TONGUE: Final = "typed.tongue"
_LETTERS: Final = "typed.tongue_letters"
_OF_ALL: Final = frozenset({"command.stop", "command.start", "command.sms_stop", "command.sms_start"})
"""Words that are written alike in both languages, whatever catalogue they stand in."""
_SAID: Final = ("command.", "also.", "button.")


@rule("G-44")
def language_of(text: str) -> Language | None:
    """Return the language of ``text``, None where it could be either."""
    letters = set(text.casefold())
    for locale in LOCALES:
        if letters & set(all_words(locale)[_LETTERS].split("|")):
            return locale
    tokens = set(fold(text).split())
    kazakh, russian = len(tokens & _words("kk", "ru")), len(tokens & _words("ru", "kk"))
    if kazakh == russian:
        return None
    return "kk" if kazakh > russian else "ru"


@cache
def _words(locale: Language, other: Language) -> frozenset[str]:
    """Words of one language only. A loan word counts where the list of telling words has it."""
    telling = _tokens(all_words(locale)[_TONGUE])
    others = _commanding(other) | _tokens(all_words(other)[_TONGUE])
    return telling | frozenset(word for word in _commanding(locale) - others if not word.isascii())


@cache
def _commanding(locale: Language) -> frozenset[str]:
    said = all_words(locale).items()
    lines = [text for key, text in said if key.startswith(_SAID) and key not in _OF_ALL]
    return frozenset(token for line in lines for token in _tokens(line) if len(token) > 1)


def _tokens(line: str) -> frozenset[str]:
    return frozenset(fold(line.replace("|", " ")).split())
