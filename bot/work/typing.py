"""What one of the staff is asked to type about a request: a question to its citizen, or a note."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.staff import expecting
from rules.people import Language
from storage.conversations import Conversation
from storage.database import Reader, Tx

DIALOG: Final = "staff_work"

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


async def expect(
    tx: Tx, user_id: int, request_id: int, wanted: Wanted, locale: Language, now: datetime
) -> None:
    """Expect words from this person. Twice: the later counts; so it does after any other question."""
    await expecting.expect(tx, user_id, DIALOG, {"request": request_id, "wanted": wanted}, locale, now)


async def expected_of(reader: Reader, user_id: int) -> Expected | None:
    """What this person is asked for, None if nothing."""
    found = await expecting.expected(reader, user_id, DIALOG)
    if found is None:
        return None
    conversation, kept = found
    return Expected(conversation, kept["request"], Wanted(kept["wanted"]))
