"""What thinking about one message came to: all the deciding transaction needs, and nothing done yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.talk.ports import Facing
from dialogs.engine import Dialog, Option, Outcome, Sentence
from rules.people import Language
from storage.addresses import Address
from storage.button_phones import Elsewhere
from storage.conversations import Chat, Conversation
from storage.desk import Case


@dataclass(frozen=True, slots=True)
class Scene:
    """Who is talking, in which language, and what is open."""

    address: Address
    chat: Chat | None
    conversation: Conversation | None
    of_staff: Conversation | None = None
    """What is open here but belongs to the same person's work as staff; it ends when a dialog begins."""
    case: Case | None = None
    """Where a registrar answers for somebody who came or called: ``address`` then is the case's own."""

    @property
    def terse(self) -> bool:
        """Whether it is talked by SMS, where few words are read."""
        return self.case is None and self.address.channel == "sms"

    @property
    def shown_at(self) -> Address:
        """The chat in which it is read and answered."""
        return self.address if self.case is None else self.case.chat

    @property
    def locale(self) -> Language | None:
        """The language chosen in this chat, or ``None`` before the first choice."""
        if self.case is not None:
            return self.case.locale
        return self.chat.locale if self.chat else None


@dataclass(frozen=True, slots=True)
class Course:
    """One run of a dialog: which conversation it is, its context, and where it stands."""

    conversation_id: int
    dialog: Dialog
    context: Any
    facing: Facing
    outcome: Outcome
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing to say: a second tap on a button already taken."""


@dataclass(frozen=True, slots=True)
class Tell:
    """Something is said that leaves the open dialog as it is."""

    text: Sequence[Sentence]
    leads: Sequence[Option]
    locale: Language
    missed: bool = False
    """What was sent could not be read."""


@dataclass(frozen=True, slots=True)
class Go:
    """The dialog goes on (or begins): ``notes`` come before its own words."""

    course: Course
    locale: Language
    notes: Sequence[Sentence] = ()
    wants_code: bool = False
    sets_locale: bool = False
    missed: bool = False
    """What was sent could not be read as an answer: ``notes`` say what would be."""
    wrong: bool = False
    """It is clear what was meant: ``notes`` say what is wrong with it."""
    refreshes: bool = False
    """A card was asked to be shown anew."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The open dialog is given up; the answers are erased. ``forgets`` erases the chat as well."""

    text: Sequence[Sentence]
    leads: Sequence[Option]
    locale: Language
    forgets: bool = False
    denies: bool = False


@dataclass(frozen=True, slots=True)
class Choose:
    """A language is set (or asked for, while ``locale`` is ``None``)."""

    locale: Language | None


@dataclass(frozen=True, slots=True)
class HandOver:
    """What is open here is to go on elsewhere: by SMS, or in Telegram."""

    to: Elsewhere
    locale: Language


@dataclass(frozen=True, slots=True)
class TakeOver:
    """A conversation comes here from elsewhere, as it stood there; what was open here (``closes``) ends.

    ``handover_id``: the code that brought it is used up; without one it came with a code of its identity.
    """

    came: Conversation
    closes: Conversation | None
    then: Go | Silence
    handover_id: int | None = None


Thought: TypeAlias = "Silence | Tell | Go | Leave | Choose | HandOver | TakeOver"
