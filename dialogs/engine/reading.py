"""Reading an input against the question that is open now."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeAlias

from dialogs.engine.inputs import Input, Pressed, Said
from dialogs.engine.journal import Entry, Journal, Kind
from dialogs.engine.questions import NotUnderstood, Option, Question
from dialogs.engine.words import T

# People type Kazakh on Russian keyboards: both spellings fold to one.
FOLDED = str.maketrans("әғқңөұүһіёӘҒҚҢӨҰҮҺІЁ", "агкноуухиеАГКНОУУХИЕ")
DIGITS = re.compile(r"\s*([0-9]{1,2})[.)]?\s*")


@dataclass(frozen=True, slots=True)
class Answered:
    """The input answers the open question."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class NotRead:
    """The input is no answer; ``hint`` says what would be. Nothing is lost."""

    hint: T


@dataclass(frozen=True, slots=True)
class Moved:
    """A button of a question that is not open any more, or an option not offered now.

    ``words`` say what became of it, where the question knows.
    """

    words: T | None = None


@dataclass(frozen=True, slots=True)
class Repeated:
    """A second tap on a button that has already been taken as the answer."""


Reading: TypeAlias = "Answered | NotRead | Moved | Repeated"
Spellings: TypeAlias = "Callable[[Option], Collection[str]]"


def read(question: Question, given: str, journal: Journal, sent: Input, spellings: Spellings) -> Reading:
    """Read ``sent`` as an answer to ``question``.

    ``given`` is the digest the open question depends on; ``spellings`` returns every
    folded spelling a person may type for an option, in all languages.
    """
    if isinstance(sent, Pressed):
        return _read_press(question, given, journal, sent)
    if isinstance(sent, Said):
        option = _option_meant(question, sent.text, spellings)
        if option is not None:
            return Answered(Entry(question.key, option.id, Kind.OPTION, given))
    return _read_free(question, given, sent)


def _read_press(question: Question, given: str, journal: Journal, sent: Pressed) -> Reading:
    if sent.key == question.key and question.offers(sent.option):
        return Answered(Entry(question.key, sent.option, Kind.OPTION, given))
    taken = journal.find(sent.key)
    if sent.key != question.key and taken is not None and taken.value == sent.option:
        return Repeated()
    return Moved(question.gone if sent.key == question.key else None)


def _option_meant(question: Question, text: str, spellings: Spellings) -> Option | None:
    number = DIGITS.fullmatch(text)
    if number and question.numbered and 1 <= int(number[1]) <= len(question.options):
        return question.options[int(number[1]) - 1]
    said = fold(text)
    meant = [option for option in question.options if said in spellings(option)]
    return meant[0] if len(meant) == 1 else None


def _read_free(question: Question, given: str, sent: Input) -> Reading:
    if question.reads is None:
        return NotRead(question.hint)
    try:
        value = question.reads(sent)
    except NotUnderstood as fault:
        return NotRead(fault.hint)
    return Answered(Entry(question.key, value, Kind.FREE, given))


def fold(text: str) -> str:
    """Return ``text`` as it is compared: case, Kazakh letters, marks and spaces folded."""
    words = "".join(c if c.isalnum() else " " for c in text.translate(FOLDED).casefold())
    return " ".join(words.split())


def clean(text: str) -> str:
    """Return typed text without control, direction and invisible marks (S42); lines stay lines."""
    text = unicodedata.normalize("NFC", text)
    # Nearly every text has nothing to be taken out, and asking for that at once costs least.
    if text.isprintable():
        return text.strip()
    kept = (c for c in text if c == "\n" or unicodedata.category(c)[0] != "C")
    return "".join(kept).strip()
