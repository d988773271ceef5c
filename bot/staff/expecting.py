"""What one of the staff was asked to type: one thing at a time, in private, for a quarter of an hour.

It is kept where a doctor's name is waited for (bot.staff.typing): sealed, surviving a restart, and gone when
it is answered or something else is asked. Each room names its own by the ``dialog`` of the conversation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

import locales
from bot.channels.events import CitizenEvent
from bot.staff.typing import WAITS, asked_last, stop, typing_address
from dialogs.engine import Said
from rules.people import Language
from storage import conversations
from storage.conversations import Conversation
from storage.database import Reader, Tx

Kept: TypeAlias = Mapping[str, Any]
"""What the room needs to know when the words come, as JSON."""

_FORM: Final = "1"


async def expect(tx: Tx, user_id: int, dialog: str, kept: Kept, locale: Language, now: datetime) -> None:
    """Expect words from this person. Twice: the later counts; so it does after any other question."""
    await stop(tx, user_id, now)
    conversations.open_new(tx, typing_address(user_id), dialog, _FORM, locale, packed(kept), now)


async def expected(reader: Reader, user_id: int, dialog: str) -> tuple[Conversation, Kept] | None:
    """What this person is asked for by that room, None if nothing."""
    _, conversation = await conversations.of_address(reader, typing_address(user_id))
    if conversation is None or conversation.dialog != dialog or conversation.journal is None:
        return None
    return conversation, json.loads(conversation.journal)


async def is_answered_by(
    reader: Reader, event: CitizenEvent, conversation: Conversation, now: datetime
) -> bool:
    """True if what was sent can be what was asked for: in time, and nothing else was asked meanwhile.

    Words that lead anywhere in the citizen's own talk are never taken for an answer.
    """
    if now >= conversation.touched_at + WAITS:
        return False
    if isinstance(event.sent, Said) and locales.command_meant(event.sent.text) is not None:
        return False
    return await asked_last(reader, event.address, event.user_id, conversation.touched_at)


def packed(kept: Kept) -> str:
    """As it lies in the conversation."""
    return json.dumps(dict(kept), ensure_ascii=False)
