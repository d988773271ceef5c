"""Questions: what is asked, what may be pressed, and what free words mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from dialogs.engine.journal import Entry, Json, Kind

if TYPE_CHECKING:
    from dialogs.engine.inputs import Input
    from dialogs.engine.words import Sentence, T


class Want(StrEnum):
    """What a channel may offer to share with one tap."""

    CONTACT = "contact"
    LOCATION = "location"


class NotUnderstood(Exception):
    """Raised by a question's reader: the words are no answer; ``hint`` says what would be."""

    def __init__(self, hint: T) -> None:
        super().__init__(hint.key)
        self.hint = hint


class WrongValue(NotUnderstood):
    """Raised where it is clear what was meant, and it is wrong: ``hint`` says in what."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose. ``id`` is ASCII, stable, at most 24 characters; ``label`` is read."""

    id: str
    label: Sentence


@dataclass(frozen=True, slots=True)
class Question:
    """A question under a stable ``key``; a new meaning needs a new key.

    ``reads`` turns free input into the JSON value that is journaled, or raises
    ``NotUnderstood``. ``still`` tells whether a journaled free answer is acceptable to
    the question as it stands now. ``hint`` is said when nothing could be understood.
    ``numbered`` is false where a typed number means something itself (a clinic's), not
    the place of an option. ``kept`` are ids of options that are not shown now but hold all
    the same: shown a moment ago, pressed or journaled since. ``gone`` is said when an option
    of this question is pressed that does not hold any more. ``leads`` are no answers: each starts
    something else with one tap, where the channel has buttons.
    """

    key: str
    text: tuple[Sentence, ...]
    hint: T
    options: tuple[Option, ...] = ()
    reads: Callable[[Input], Json] | None = None
    still: Callable[[Json], bool] | None = None
    wants: frozenset[Want] = frozenset()
    columns: int = 1
    numbered: bool = True
    kept: frozenset[str] = frozenset()
    gone: T | None = None
    leads: tuple[Option, ...] = ()

    def offers(self, option_id: str) -> bool:
        """Tell whether that option can be chosen now."""
        return option_id in self.kept or any(option.id == option_id for option in self.options)

    def accepts(self, entry: Entry) -> bool:
        """Tell whether a journaled answer fits this question as it stands now."""
        if entry.kind is Kind.OPTION:
            return isinstance(entry.value, str) and self.offers(entry.value)
        if entry.kind is not Kind.FREE or self.reads is None:
            return False
        return self.still is None or self.still(entry.value)
