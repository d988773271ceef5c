"""Who answers what: staff, citizens, SMS, or nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.channels.events import (
    Blocked,
    CitizenEvent,
    Event,
    GroupChange,
    GroupMessage,
    Ignored,
    SmsReceived,
    StaffPress,
)
from bot.desk.talk import DeskTalk
from bot.staff.room import StaffRoom
from bot.talk.conversation import Conversations
from bot.talk.replies import Replies
from bot.watch import Watch
from rules.clock import Clock
from storage import inbox
from storage.database import Database, Tx
from storage.outbox import Owed


class Spinners(Protocol):
    """Whoever stops the spinner of a pressed button."""

    def answer_callback(self, callback_id: str) -> None:
        """Stop it, if it can be."""
        ...


class Reception:
    """Hands each event to the one that answers it."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        conversations: Conversations,
        replies: Replies,
        staff: StaffRoom,
        desk: DeskTalk,
        spinners: Spinners,
        watch: Watch,
    ) -> None:
        self._db = db
        self._clock = clock
        self._conversations = conversations
        self._replies = replies
        self._staff = staff
        self._desk = desk
        self._spinners = spinners
        self._watch = watch

    async def answer(self, event: Event) -> Sequence[Owed]:
        """Answer one event and end its inbox row. Raises ``Unavailable``."""
        callback = getattr(event, "callback_id", None)
        if callback is not None:
            self._spinners.answer_callback(callback)
        self._watch.handled(type(event).__name__)
        match event:
            case StaffPress() | GroupMessage() | GroupChange():
                return await self._staff.answer(event)
            case CitizenEvent() if await self._staff.handles(event):
                return await self._staff.answer(event)
            case CitizenEvent() if await self._desk.handles(event):
                return await self._desk.answer(event)
            case CitizenEvent():
                return await self._conversations.answer(event)
            case SmsReceived():
                return await self._replies.answer(event)
            case Blocked():
                return await self._done(event.inbox_id, "blocked")
            case Ignored():
                return await self._done(event.inbox_id, f"ignored:{event.why}")

    async def _done(self, inbox_id: int, outcome: str) -> Sequence[Owed]:
        async def work(tx: Tx) -> bool:
            return await inbox.done(tx, inbox_id, outcome, self._clock.now())

        await self._db.decide(work)
        return ()
