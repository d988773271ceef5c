"""Where a card stands in its group, and what became of notices."""

from dataclasses import dataclass
from datetime import datetime

from storage.database import Reader
from storage.instants import instant


@dataclass(frozen=True, slots=True)
class PostedCard:
    """A card's row of the outbox: its status, and Telegram's number for the message once it was sent."""

    status: str
    message_id: int | None


@dataclass(frozen=True, slots=True)
class PostedNotice:
    """A notice put down for a citizen's Telegram chat, and what became of it."""

    id: int
    kind: str
    status: str
    put_at: datetime


def card_key(request_id: int, chat_id: int) -> str:
    """What keeps a call's card single in a chat: it is put down once, however often that is tried."""
    return f"card:{request_id}:{chat_id}"


async def card(reader: Reader, request_id: int, chat_id: int) -> PostedCard | None:
    """The card of that request in that chat, None if it was never put down there."""
    row = await reader.row("feed_card", dedupe=card_key(request_id, chat_id))
    if row is None:
        return None
    return PostedCard(row[0], int(row[1]) if row[1] is not None else None)


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
