"""The topics of groups that are forums: found or made when the first message is to go there, and remembered.

Whatever stands against it (no forum, no right to make topics, a topic that its people closed or deleted), the
message goes into the group at large: a card in the wrong place is better than none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import structlog

from bot.sending.gateways import TOPIC_CLOSED, TOPIC_LOST, NoAnswer, TelegramGateway
from dialogs.engine import Unavailable
from rules.clock import Clock
from storage import topics
from storage.database import Database

ASKED_AGAIN: Final = 3600.0
"""Seconds until a group is asked again whether it is a forum, and a refusal is tried once more."""

log = structlog.get_logger()


class Topics:
    """Sorts the messages of one group by service."""

    def __init__(self, gateway: TelegramGateway, db: Database, clock: Clock) -> None:
        self._gateway = gateway
        self._db = db
        self._clock = clock
        self._forums: dict[str, tuple[bool, float]] = {}
        self._not_before: dict[tuple[str, str], float] = {}

    async def thread(self, chat: str, topic: Mapping[str, Any]) -> int | None:
        """Telegram's number of the topic, which is made if need be; None for the group at large.

        What if the process dies between making and remembering: the next one makes another of that name.
        """
        service = str(topic["of"])
        if not chat.startswith("-") or self._not_before.get((chat, service), 0.0) > _monotonic():
            return None
        try:
            if not await self._is_forum(chat):
                return None
            known = await topics.of(self._db.reader, int(chat), service)
            if known is not None:
                return None if known.lost_at is not None else known.thread_id
            return await self._made(chat, service, str(topic["name"]))
        except (NoAnswer, Unavailable):
            return None

    async def refused(self, chat: str, topic: Mapping[str, Any], thread: int, code: str) -> bool:
        """True if it was the topic that was refused: it is left alone, for good where it was deleted."""
        service = str(topic["of"])
        if code not in {TOPIC_LOST, TOPIC_CLOSED}:
            return False
        self._leave_alone(chat, service)
        self._forums.pop(chat, None)
        if code == TOPIC_LOST:
            try:
                # A group that is no forum any more says the same, and may be one again.
                if not await self._is_forum(chat):
                    return True
                async with self._db.transaction() as tx:
                    topics.lost(tx, int(chat), service, thread, self._clock.now())
            except (NoAnswer, Unavailable) as fault:
                log.warning("topics.not_remembered", chat=chat, fault=type(fault).__name__)
        return True

    async def _is_forum(self, chat: str) -> bool:
        is_forum, until = self._forums.get(chat, (False, 0.0))
        if until > _monotonic():
            return is_forum
        answer = await self._gateway.call("getChat", {"chat_id": int(chat)})
        result = answer.get("result")
        is_forum = isinstance(result, Mapping) and bool(result.get("is_forum"))
        self._forums[chat] = (is_forum, _monotonic() + ASKED_AGAIN)
        return is_forum

    async def _made(self, chat: str, service: str, name: str) -> int | None:
        answer = await self._gateway.call("createForumTopic", {"chat_id": int(chat), "name": name})
        result = answer.get("result")
        if not answer.get("ok") or not isinstance(result, Mapping):
            log.warning("topics.not_made", chat=chat, code=answer.get("error_code"))
            self._leave_alone(chat, service)
            return None
        async with self._db.transaction() as tx:
            topics.made(tx, int(chat), service, int(result["message_thread_id"]), self._clock.now())
        known = await topics.of(self._db.reader, int(chat), service)
        return None if known is None else known.thread_id

    def _leave_alone(self, chat: str, service: str) -> None:
        self._not_before[chat, service] = _monotonic() + ASKED_AGAIN


def _monotonic() -> float:
    return asyncio.get_running_loop().time()
