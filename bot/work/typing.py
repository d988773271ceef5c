"""What one of the staff is asked to type about a request: a question to its citizen, or a note.

It is kept where a doctor's name is waited for (bot.staff.typing): a person is asked for one thing at a time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.staff.typing import WAITS, stop, typing_address
from rules.people import Language
from storage import conversations
from storage.conversations import Conversation
from storage.database import Reader, Tx

DIALOG: Final = "staff_work"
_FORM: Final = "1"

LONGEST: Final = 500
"""Characters of a question or a note."""


class Wanted(StrEnum):
    """What the words are."""

    QUESTION = "question"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Expected:
    """What this person's next words are, and about which request."""

    conversation: Conversation
    request_id: int
    wanted: Wanted

    def is_fresh(self, now: datetime) -> bool:
        """True while words are still taken for it."""
        return now < self.conversation.touched_at + WAITS


async def expect(
    tx: Tx, user_id: int, request_id: int, wanted: Wanted, locale: Language, now: datetime
) -> None:
    """Expect words from this person. Twice: the later counts; so it does after any other question."""
    await stop(tx, user_id, now)
    journal = json.dumps({"request": request_id, "wanted": wanted})
    conversations.open_new(tx, typing_address(user_id), DIALOG, _FORM, locale, journal, now)


async def expected_of(reader: Reader, user_id: int) -> Expected | None:
    """What this person is asked for, None if nothing."""
    _, conversation = await conversations.of_address(reader, typing_address(user_id))
    if conversation is None or conversation.dialog != DIALOG or conversation.journal is None:
        return None
    kept = json.loads(conversation.journal)
    return Expected(conversation, kept["request"], Wanted(kept["wanted"]))
