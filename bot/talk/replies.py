"""SMS from citizens: a code sent back from its phone confirms an identity, in the chat that asked (S2)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import locales
from bot.bookings.replies import BookingReplies, Replied
from bot.channels.events import SmsReceived
from bot.channels.sms import sms_parcel
from bot.rounds.replies import VisitReplies
from bot.talk.deciding import Deciding
from bot.talk.reply_codes import read_reply
from bot.talk.standing import Stale
from bot.talk.thinking import Thinking
from bot.talk.thoughts import Scene, Silence, Thought
from dialogs.engine import T
from otp import codes
from rules.clinics import CALL_CENTRE
from rules.clock import Clock
from rules.days import country_day
from rules.phone import BadPhone, Phone
from storage import conversations, inbox, outbox
from storage.database import Database, Tx
from storage.outbox import Owed, Parcel

TRIES: Final = 3


class Replies:
    """Answers inbound SMS. What is said there leads on in the chat, never to the phone."""

    def __init__(
        self,
        db: Database,
        thinking: Thinking,
        deciding: Deciding,
        bookings: BookingReplies,
        visits: VisitReplies,
        clock: Clock,
        worker: int,
    ) -> None:
        self._db = db
        self._thinking = thinking
        self._deciding = deciding
        self._bookings = bookings
        self._visits = visits
        self._clock = clock
        self._worker = worker

    async def answer(self, event: SmsReceived) -> tuple[Owed, ...]:
        """Handle one SMS and end its inbox row. Raises ``Unavailable``.

        What if it runs twice: the comparison is kept with its inbox row, and the row is done once.
        """
        phone = _phone_of(event)
        if read_reply(event.text) is not None:
            return await self._to_a_question(event, phone)
        conversation_id = await self._confirmed(event, phone) if phone else None
        for _ in range(TRIES):
            scene, thought = await self._follow(conversation_id)
            try:
                return await self._decide(event, phone, scene, thought)
            except Stale:
                continue
        return await self._decide(event, phone, None, Silence())

    async def _to_a_question(self, event: SmsReceived, phone: Phone | None) -> tuple[Owed, ...]:
        async def work(tx: Tx) -> tuple[Owed, ...]:
            now = self._clock.now()
            replied = await self._meant(tx, event, phone, now) if phone else None
            outcome = "not_asked" if replied is None else replied.outcome
            if not await inbox.done(tx, event.inbox_id, outcome, now):
                return ()
            owed = _not_served(tx, phone, now) if replied is None else replied.parcels
            return await outbox.put(tx, owed, self._worker, now + outbox.LEASE, now)

        return await self._db.decide(work)

    async def _meant(self, tx: Tx, event: SmsReceived, phone: Phone, now: datetime) -> Replied | None:
        visit = await self._visits.answer(tx, event, phone, now)
        return visit if visit is not None else await self._bookings.answer(tx, event, phone, now)

    async def _confirmed(self, event: SmsReceived, phone: Phone) -> int | None:
        """Return the conversation in which this reply gave a consent."""
        replied = await codes.compare_reply(self._db, event.inbox_id, phone, event.text, self._clock.now())
        return replied.conversation_id if isinstance(replied, codes.RepliedTo) else None

    async def _follow(self, conversation_id: int | None) -> tuple[Scene | None, Thought]:
        address = (
            await conversations.address_of(self._db.reader, conversation_id) if conversation_id else None
        )
        if address is None:
            return None, Silence()
        scene = await self._thinking.scene(address)
        if scene.conversation is None or scene.conversation.id != conversation_id:
            return None, Silence()
        return scene, await self._thinking.follow(scene)

    async def _decide(
        self, event: SmsReceived, phone: Phone | None, scene: Scene | None, thought: Thought
    ) -> tuple[Owed, ...]:
        async def work(tx: Tx) -> tuple[Owed, ...]:
            now = self._clock.now()
            if not await inbox.done(tx, event.inbox_id, "confirmed" if scene else "not_served", now):
                return ()
            if scene is not None:
                parcels = await self._deciding.carry_out(tx, scene, thought, now, None)
            else:
                parcels = _not_served(tx, phone, now)
            return await outbox.put(tx, parcels, self._worker, now + outbox.LEASE, now)

        return await self._db.decide(work)


def _phone_of(event: SmsReceived) -> Phone | None:
    try:
        return Phone.parse(event.phone)
    except BadPhone:
        return None


def _not_served(tx: Tx, phone: Phone | None, now: datetime) -> list[Parcel]:
    """One answer a day, to a mobile of the country: it leads to a phone, and nobody can run up a bill."""
    if phone is None:
        return []
    text = "\n".join(locales.render(T("sms.not_served", phone=CALL_CENTRE), name) for name in locales.LOCALES)
    whose = tx.keys.blind("phone", phone.e164).hex()
    dedupe = f"sms.not_served:{whose}:{country_day(now).isoformat()}"
    return [sms_parcel(phone.e164, text, kind="sms.not_served", dedupe=dedupe)]
