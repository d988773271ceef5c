"""What somebody of the office is asked to type about a complaint, and the complaint on paper that they enter.

It is kept where a doctor's name is waited for (bot.staff.typing): sealed, one thing at a time, erased at the
end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.staff.typing import WAITS, stop, typing_address
from rules.people import Language
from storage import conversations
from storage.conversations import Conversation
from storage.database import Reader, Tx

DIALOG: Final = "staff_complaint"
_FORM: Final = "1"


class Wanted(StrEnum):
    """What the words are."""

    NUMBER = "number"
    ANSWER = "answer"
    REFUSAL = "refusal"
    DELIVERY = "delivery"
    NAME = "name"
    PAPER = "paper"


DECISIONS: Final = frozenset({Wanted.ANSWER, Wanted.REFUSAL})


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """What is waited for, about which complaint (0: one that is being entered at clinic ``clinic_no``).

    ``more`` is what has been said so far: the body of a number, the draft of an answer, a paper.
    """

    wanted: Wanted
    complaint_id: int = 0
    clinic_no: int = 0
    more: Mapping[str, str] = field(default_factory=dict)

    def adding(self, **said: str) -> Asked:
        """The same with more said."""
        return replace(self, more={**self.more, **said})

    def without(self, name: str) -> Asked:
        """The same with something taken back."""
        return replace(self, more={key: value for key, value in self.more.items() if key != name})


@dataclass(frozen=True, slots=True)
class Expected:
    """What this person's next words are."""

    conversation: Conversation
    asked: Asked

    def is_fresh(self, now: datetime) -> bool:
        """True while words are still taken for it."""
        return now < self.conversation.touched_at + WAITS


async def expect(tx: Tx, user_id: int, asked: Asked, locale: Language, now: datetime) -> None:
    """Expect words from this person. Twice: the later counts; so it does after any other question."""
    await stop(tx, user_id, now)
    journal = json.dumps(
        {
            "wanted": asked.wanted.value,
            "complaint": asked.complaint_id,
            "clinic": asked.clinic_no,
            "more": dict(asked.more),
        },
        ensure_ascii=False,
    )
    conversations.open_new(tx, typing_address(user_id), DIALOG, _FORM, locale, journal, now)


async def expected_of(reader: Reader, user_id: int) -> Expected | None:
    """What this person is asked for, None if nothing."""
    _, conversation = await conversations.of_address(reader, typing_address(user_id))
    if conversation is None or conversation.dialog != DIALOG or conversation.journal is None:
        return None
    kept = json.loads(conversation.journal)
    asked = Asked(Wanted(kept["wanted"]), kept["complaint"], kept["clinic"], kept["more"])
    return Expected(conversation, asked)
