"""How people type what they mean: with courtesy, with numbers in words, whatever their keyboards have."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

from dialogs.engine import fold
from locales.catalogue import all_words
from locales.rendering import LOCALES

_NUMBERS: Final = range(11)
_KINDLY: Final = frozenset("№👍🙏🙂😊❤")
"""Signs that take nothing back of what is said."""


def fold_typed(text: str) -> str:
    """``text`` as it is compared, without greetings and thanks around it; all of it if it is nothing else."""
    words = fold(text)
    kept = f" {words} "
    for courtesy in _courtesies():
        kept = kept.replace(f" {courtesy} ", " ")
    return kept.strip() or words


def ways(text: str) -> tuple[str, ...]:
    """Folded readings of what was typed, the closest first: as it stands, without courtesy, as a figure."""
    said, plain = fold(text), fold_typed(text)
    number = number_meant(text)
    return (said, plain) if number is None else (said, plain, str(number))


def is_doubtful(text: str) -> bool:
    """Whether it asks back ("да?"), or a picture stands in it that may say the opposite of its words."""
    return "?" in text or any(unicodedata.category(sign) == "So" and sign not in _KINDLY for sign in text)


def number_meant(text: str) -> int | None:
    """The number, 0 to 99, that is the whole message: "2)", "№ 2", "екі", "ekinshi", "2-ші", "вторая".

    "Я один" is no number: an ending counts behind a figure only. Whoever asks back ("2?") has chosen nothing.
    """
    words = [word for word in fold_typed(text).split() if word not in _number_words()]
    if len(words) == 2 and words[0].isdigit() and words[1] in _number_endings():
        words.pop()
    if len(words) != 1 or is_doubtful(text):
        return None
    found = _numbers().get(words[0], words[0])
    return int(found) if found.isascii() and found.isdigit() and len(found) <= 2 else None


def spelt(line: str) -> frozenset[str]:
    """Every folded spelling of the words of a catalogue's line, which "|" stands between."""
    return frozenset(fold(form) for word in line.split("|") if word for form in forms(word))


def forms(word: str) -> Iterator[str]:
    """A word in the ways it is typed: "ә" is heard, and typed, as "а" and as "э" alike."""
    yield word
    if "ә" in word.casefold():
        yield word.replace("ә", "е").replace("Ә", "Е")


@cache
def choice_letters() -> tuple[str, ...]:
    """What stands beside choices in an SMS where a number itself would be an answer."""
    return tuple(dict.fromkeys(_words("typed.choice_letters")))


@cache
def _courtesies() -> tuple[str, ...]:
    said = {fold(word) for word in _words("typed.courtesy")}
    return tuple(sorted(said, key=len, reverse=True))


@cache
def _number_words() -> frozenset[str]:
    return frozenset(fold(word) for word in _words("typed.number"))


@cache
def _number_endings() -> frozenset[str]:
    return frozenset(fold(word) for word in _words("typed.number_ending"))


@cache
def _numbers() -> dict[str, str]:
    return {
        form: str(number) for number in _NUMBERS for form in spelt("|".join(_words(f"typed.number.{number}")))
    }


def _words(key: str) -> list[str]:
    return [word for locale in LOCALES for word in all_words(locale)[key].split("|")]
