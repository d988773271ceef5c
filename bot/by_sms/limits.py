"""What keeps SMS from costing without end: stop, the day's answers, and silence where nothing is understood.

Nothing here does I/O.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Final

from dialogs.engine import fold
from locales.catalogue import all_words
from locales.rendering import LOCALES
from locales.typed import spelt
from rules.law import Limit
from rules.sources import house_default
from storage.button_phones import Day

ANSWERS_PER_DAY: Final = Limit(40, "count", house_default("SMS sent in answer to one phone in one day"))
HINTS: Final = 1
"""How often in a row somebody is told how to answer before a phone to ring is named."""
GUESSES_PER_DAY: Final = Limit(5, "count", house_default("wrong hand-over codes from one address in a day"))


class Word(StrEnum):
    """A word about SMS themselves, in any spelling of both languages."""

    STOP = "stop"
    START = "start"


class Reply(StrEnum):
    """How the next answer of a day is given."""

    ANSWER = "answer"
    RING_US = "ring_us"
    DAY_OVER = "day_over"
    SILENCE = "silence"


def word_meant(text: str) -> Word | None:
    """Return whether the whole message says stop or start."""
    said = fold(text)
    return next((word for word in Word if said in _spellings(word)), None)


def _spellings(word: Word) -> frozenset[str]:
    return frozenset(form for locale in LOCALES for form in spelt(all_words(locale)[f"command.sms_{word}"]))


def reply_of(seen: Day, *, missed: bool) -> Reply:
    """Return how a message is answered, after what the day has seen.

    What is not understood gets one hint, then a phone to ring, then nothing for the rest of the day.
    """
    if seen.answers >= ANSWERS_PER_DAY.value:
        return Reply.SILENCE
    if seen.answers + 1 == ANSWERS_PER_DAY.value:
        return Reply.DAY_OVER
    if not missed or seen.misses < HINTS:
        return Reply.ANSWER
    return Reply.RING_US if seen.misses == HINTS else Reply.SILENCE


def after(seen: Day, reply: Reply, *, missed: bool) -> Day:
    """Return the day after that reply. Whoever was understood begins anew."""
    answers = seen.answers + (reply is not Reply.SILENCE)
    return replace(seen, answers=answers, misses=seen.misses + 1 if missed else 0)
