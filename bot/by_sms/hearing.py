"""What an SMS says, read against the menu that was shown last on that phone.

A number means what it stood for there and nothing else: the dialog then looks whether that still holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

import locales
from bot.by_sms.writing import MORE, ZERO, Shown
from bot.channels.events import Action
from bot.channels.painting import BACK
from bot.channels.telegram import read_data
from dialogs.actions import CABINET
from dialogs.engine import Input, fold
from dialogs.menu import menu
from locales.catalogue import all_words
from locales.rendering import LOCALES
from locales.typed import choice_letters, spelt

_LONG_NUMBER: Final = re.compile(r"[0-9]{10,}")


@dataclass(frozen=True, slots=True)
class More:
    """The rest of what was shown."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a number stood for; of which conversation, where it answers a question."""

    sent: Input | Action
    conversation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """Anything else, as it stands."""

    text: str


Heard: TypeAlias = "More | Chosen | Words"


def heard(text: str, shown: Shown | None) -> Heard:
    """Return what ``text`` means on a phone where ``shown`` was read last."""
    keys = {} if shown is None else shown.keys
    if choice_letters()[0] in keys and fold(text) in keys:
        # Letters stand there because a number would itself be an answer.
        return _chosen(keys[fold(text)])
    number = locales.number_meant(text)
    key = "" if number is None else str(number)
    if shown is not None and key == MORE and shown.rest is not None:
        return More()
    if key in keys:
        return _chosen(keys[key])
    return Chosen(Action(BACK.id)) if key == ZERO else Words(text)


def _chosen(data: str) -> Chosen:
    sent, conversation_id = read_data(data)
    # A menu kept by an earlier version may hold what today's code cannot read.
    return Chosen(Action("unknown") if sent is None else sent, conversation_id)


@dataclass(frozen=True, slots=True)
class Begun:
    """What the first words or the number of a message name, and what of it is left to be read."""

    chosen: Chosen
    left: str


def begun(text: str, shown: Shown | None) -> Begun | None:
    """Return which service the message names, by its first words or by any single word of it.

    Whoever cancels, moves, or misses a doctor means what was asked for before, and nothing new.
    """
    tokens = text.split()
    if _is_about_held(text):
        return Begun(Chosen(Action(CABINET.id)), " ".join(filter(is_long_number, tokens)))
    for count in range(len(tokens), 0, -1):
        service = service_meant(" ".join(tokens[:count]))
        if service is not None:
            return Begun(Chosen(service), " ".join(tokens[count:]))
    named = {one for token in tokens if (one := service_meant(token)) is not None}
    if len(named) == 1:
        return Begun(Chosen(named.pop()), " ".join(filter(is_long_number, tokens)))
    # A number before an IIN means both; a number before words (a day of a month) is no choice.
    first = heard(tokens[0], shown) if len(tokens) > 1 and is_long_number(tokens[1]) else None
    return Begun(first, " ".join(tokens[1:])) if isinstance(first, Chosen) else None


def service_meant(text: str) -> Action | None:
    """Return what of the menu these words name, as people write it."""
    typed = fold(text)
    return next((Action(lead.id) for lead in menu().leads if typed in locales.spellings(lead)), None)


def _is_about_held(text: str) -> bool:
    said = f" {fold(text)}"
    return any(said.find(f" {beginning}") >= 0 for beginning in _held_words())


@cache
def _held_words() -> frozenset[str]:
    return frozenset(form for locale in LOCALES for form in spelt(all_words(locale)["typed.about_held"]))


def is_long_number(token: str) -> bool:
    """Tell an IIN or a phone from the number of a choice."""
    return _LONG_NUMBER.fullmatch(token) is not None
