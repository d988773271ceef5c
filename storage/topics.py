"""The topics of groups that are forums: one for each service, made once and remembered."""

from dataclasses import dataclass
from datetime import datetime

from storage.database import Reader, Tx
from storage.instants import instant, micros


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic by Telegram's number for it; ``lost_at`` is when its people had deleted it."""

    thread_id: int
    lost_at: datetime | None


async def of(reader: Reader, chat_id: int, service: str) -> Topic | None:
    """The service's topic in that group, None if none was ever made there."""
    row = await reader.row("topic_of", chat_id=chat_id, service=service)
    return None if row is None else Topic(row[0], instant(row[1]))


def made(tx: Tx, chat_id: int, service: str, thread_id: int, now: datetime) -> None:
    """Remember a topic. What if two processes make one each: the first is the one that is used."""
    tx.later("topic_add", chat_id=chat_id, service=service, thread_id=thread_id, now=micros(now))


def lost(tx: Tx, chat_id: int, service: str, thread_id: int, now: datetime) -> None:
    """Remember that the topic is gone for good. Twice: the same."""
    tx.later("topic_lost", chat_id=chat_id, service=service, thread_id=thread_id, now=micros(now))
