"""What somebody of the office is asked to type about a complaint, and the complaint on paper that they enter.

It is kept where a doctor's name is waited for (bot.staff.typing): sealed, one thing at a time, erased at the
end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.staff import expecting
from rules.people import Language
from storage.conversations import Conversation
from storage.database import Reader, Tx

DIALOG: Final = "staff_complaint"


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


async def expect(tx: Tx, user_id: int, asked: Asked, locale: Language, now: datetime) -> None:
    """Expect words from this person. Twice: the later counts; so it does after any other question."""
    kept = {
        "wanted": asked.wanted.value,
        "complaint": asked.complaint_id,
        "clinic": asked.clinic_no,
        "more": dict(asked.more),
    }
    await expecting.expect(tx, user_id, DIALOG, kept, locale, now)


async def expected_of(reader: Reader, user_id: int) -> Expected | None:
    """What this person is asked for, None if nothing."""
    found = await expecting.expected(reader, user_id, DIALOG)
    if found is None:
        return None
    conversation, kept = found
    asked = Asked(Wanted(kept["wanted"]), kept["complaint"], kept["clinic"], kept["more"])
    return Expected(conversation, asked)
