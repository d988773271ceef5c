"""Where a card stands in its group, and what became of notices."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from storage import due
from storage.database import Reader, Tx
from storage.instants import instant

LOST: Final = "card_lost"
"""Due kind, subject a request: its message can no longer be edited, so that a new one is put down."""

_EDIT_LOST: Final = "edit_lost"


@dataclass(frozen=True, slots=True)
class PostedCard:
    """A card's row of the outbox: its status, and Telegram's number for the message once it was sent.

    ``lost`` is true once Telegram would no longer edit that message; ``id`` is the row's own.
    """

    status: str
    message_id: int | None
    lost: bool = False
    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class PostedNotice:
    """A notice put down for a citizen's Telegram chat, and what became of it."""

    id: int
    kind: str
    status: str
    put_at: datetime


def card_key(request_id: int, chat_id: int, instead_of: int | str | None = None) -> str:
    """What keeps a card single in a chat: it is put down once, however often that is tried.

    ``instead_of`` is the message that could no longer be edited, or the row that never left: for each such
    one there is one new message.
    """
    key = f"card:{request_id}:{chat_id}"
    return key if instead_of is None else f"{key}:{instead_of}"


async def card(reader: Reader, request_id: int, chat_id: int) -> PostedCard | None:
    """The newest card of that request in that chat, None if it was never put down there."""
    key = card_key(request_id, chat_id)
    rows = await reader.rows("feed_cards", dedupe=key, first=f"{key}:", beyond=f"{key};")
    if not rows:
        return None
    status, message, error, row = rows[-1]
    return PostedCard(status, None if message is None else int(message), error == _EDIT_LOST, row)


async def lose_card(tx: Tx, request_id: int, chat: str, message_id: int, now: datetime) -> bool:
    """Telegram no longer edits the message that shows the request in that chat: it is drawn anew at once.

    False where that message is no card, as the pages turned in a private chat. Twice: False.
    """
    found = await tx.rows("feed_card_lost", request_id=request_id, chat=chat, message=str(message_id))
    if found:
        due.set_due(tx, LOST, request_id, now)
    return bool(found)


def leave_behind(tx: Tx, chat_id: int) -> None:
    """The group has another id: cards still on their way to the old one are put away. Twice: nothing more.

    Each is drawn anew under the new id, and must not stand there beside itself.
    """
    tx.later("feed_cards_left_behind", chat=str(chat_id))


async def posted(reader: Reader, dedupe: str) -> PostedCard | None:
    """What was put down under that very key, None if nothing was."""
    rows = await reader.rows("feed_cards", dedupe=dedupe, first=dedupe, beyond=dedupe)
    return None if not rows else PostedCard(rows[0][0], None)


async def notices(reader: Reader, request_id: int) -> tuple[PostedNotice, ...]:
    """The notices of that request to a Telegram chat, oldest first."""
    rows = await reader.rows("feed_notices", request_id=request_id)
    return tuple(PostedNotice(row[0], row[1], row[2], instant(row[3])) for row in rows)


async def newest_in_chats(reader: Reader, prefix: str) -> dict[int, PostedCard]:
    """By Telegram chat, what was last put down there under keys that begin so."""
    rows = await reader.rows("feed_posted_between", first=prefix, beyond=f"{prefix}\uffff")
    return {int(row[0]): PostedCard(row[1], int(row[2]) if row[2] is not None else None) for row in rows}


async def is_posted(reader: Reader, prefix: str) -> bool:
    """True if anything was ever put down under a key that begins so."""
    return bool(await reader.rows("feed_posted_between", first=prefix, beyond=f"{prefix}\uffff"))
