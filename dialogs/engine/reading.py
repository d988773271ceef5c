"""Reading an input against the question that is open now."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dialogs.engine.folding import fold
from dialogs.engine.inputs import Input, Pressed, Said
from dialogs.engine.journal import Entry, Journal, Kind
from dialogs.engine.questions import NotUnderstood, Option, Question, WrongValue
from dialogs.engine.words import T

NUMBER = re.compile("[0-9]{1,2}")
MOST_WORDS = 4
ASKS_BACK = "?"


@dataclass(frozen=True, slots=True)
class Answered:
    """The input answers the open question."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class NotRead:
    """The input is no answer; ``hint`` says what would be. Nothing is lost.

    ``wrong``: it is clear what was meant, and ``hint`` says what is wrong with it.
    """

    hint: T
    wrong: bool = False


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
Ways: TypeAlias = "Callable[[str], Sequence[str]]"


def as_it_stands(text: str) -> tuple[str, ...]:
    """The one reading of typed words that needs no language."""
    return (fold(text),)


def read(
    question: Question,
    given: str,
    journal: Journal,
    sent: Input,
    spellings: Spellings,
    ways: Ways = as_it_stands,
) -> Reading:
    """Read ``sent`` as an answer to ``question``.

    ``given`` is the digest the open question depends on; ``spellings`` returns every
    folded spelling a person may type for an option, in all languages; ``ways`` returns what
    typed words may come to, folded, the closest first. Words that a question itself can read
    are taken as they stand; only what would not be understood is read more freely.
    """
    if isinstance(sent, Pressed):
        return _read_press(question, given, journal, sent)
    # Whoever asks back ("да?", "1?") has chosen nothing yet.
    chooses = isinstance(sent, Said) and ASKS_BACK not in sent.text
    option = (
        _option_meant(question, fold(sent.text), spellings) if isinstance(sent, Said) and chooses else None
    )
    if option is None:
        reading = _read_free(question, given, sent)
        if isinstance(reading, Answered) or not isinstance(sent, Said) or not chooses:
            return reading
        option = _loosely_meant(question, ways(sent.text), spellings)
        if option is None:
            return reading
    return Answered(Entry(question.key, option.id, Kind.OPTION, given))


def _read_press(question: Question, given: str, journal: Journal, sent: Pressed) -> Reading:
    if sent.key == question.key and question.offers(sent.option):
        return Answered(Entry(question.key, sent.option, Kind.OPTION, given))
    taken = journal.find(sent.key)
    if sent.key != question.key and taken is not None and taken.value == sent.option:
        return Repeated()
    return Moved(question.gone if sent.key == question.key else None)


def _option_meant(question: Question, said: str, spellings: Spellings) -> Option | None:
    if question.numbered and NUMBER.fullmatch(said) and 1 <= int(said) <= len(question.options):
        return question.options[int(said) - 1]
    meant = [option for option in question.options if said in spellings(option)]
    return meant[0] if len(meant) == 1 else None


def _loosely_meant(question: Question, ways: Sequence[str], spellings: Spellings) -> Option | None:
    for said in ways:
        option = _option_meant(question, said, spellings) or _said_twice(question, said, spellings)
        if option is not None:
            return option
    return None


def _said_twice(question: Question, said: str, spellings: Spellings) -> Option | None:
    """The option that every word means by itself, in whatever language: "иә, да", "1 да", "жоқ жоқ"."""
    words = said.split()
    if not 2 <= len(words) <= MOST_WORDS:
        return None
    meant = [_option_meant(question, word, spellings) for word in words]
    return meant[0] if all(option == meant[0] for option in meant) else None


def _read_free(question: Question, given: str, sent: Input) -> Reading:
    if question.reads is None:
        return NotRead(question.hint)
    try:
        value = question.reads(sent)
    except NotUnderstood as fault:
        return NotRead(fault.hint, wrong=isinstance(fault, WrongValue))
    return Answered(Entry(question.key, value, Kind.FREE, given))


def clean(text: str) -> str:
    """Return typed text without control, direction and invisible marks (S42); lines stay lines."""
    text = unicodedata.normalize("NFC", text)
    # Nearly every text has nothing to be taken out, and asking for that at once costs least.
    if text.isprintable():
        return text.strip()
    kept = (c for c in text if c == "\n" or unicodedata.category(c)[0] != "C")
    return "".join(kept).strip()
