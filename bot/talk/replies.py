"""SMS from citizens: each goes to the first that it concerns; whoever is concerned by all is asked last.

The order is the law of this file: the consent to what another person asks for, codes that confirm an
identity, replies to a question of ours, and then the conversation by SMS.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol

import locales
from bot.bookings.replies import BookingReplies, Replied
from bot.by_sms.showing import KIND as MENU_KIND
from bot.by_sms.spending import affordable
from bot.by_sms.talk import SmsTalk
from bot.by_sms.writing import Shown
from bot.channels.events import SmsReceived
from bot.rounds.replies import VisitReplies
from bot.talk.deciding import Deciding
from bot.talk.reply_codes import read_reply
from bot.talk.standing import Stale
from bot.talk.thinking import Thinking
from otp import codes
from rules.clock import Clock
from rules.phone import BadPhone, Phone
from storage import button_phones, conversations, inbox, outbox
from storage.addresses import Address, stored_key
from storage.database import Database, Tx
from storage.instants import micros
from storage.outbox import CODE, Owed

TRIES: Final = 3


class Listener(Protocol):
    """Whoever may be concerned by an SMS."""

    async def answer(self, event: SmsReceived, phone: Phone) -> Sequence[Owed] | None:
        """Handle it and end its inbox row; None, with nothing done, if it is for others. Raises Unavailable.

        What if it runs twice: the inbox row is done by the first.
        """
        ...


class Replies:
    """Answers inbound SMS."""

    def __init__(self, db: Database, clock: Clock, listeners: Sequence[Listener]) -> None:
        """``listeners`` in the order in which they are asked; the last one answers everything."""
        self._db = db
        self._clock = clock
        self._listeners = tuple(listeners)

    async def answer(self, event: SmsReceived) -> Sequence[Owed]:
        """Handle one SMS and end its inbox row. Raises ``Unavailable``."""
        phone = _phone_of(event)
        if phone is not None:
            for listener in self._listeners:
                owed = await listener.answer(event, phone)
                if owed is not None:
                    return owed
        # No mobile of the country: it is nobody's, and an answer abroad costs most.
        await self._db.decide(lambda tx: inbox.done(tx, event.inbox_id, "not_served", self._clock.now()))
        return ()


class IdentityCodes:
    """A code sent back from its phone confirms an identity (S2): in the chat that asked, or here."""

    def __init__(
        self,
        db: Database,
        thinking: Thinking,
        deciding: Deciding,
        talk: SmsTalk,
        clock: Clock,
        worker: int,
    ) -> None:
        self._db = db
        self._thinking = thinking
        self._deciding = deciding
        self._talk = talk
        self._clock = clock
        self._worker = worker

    async def answer(self, event: SmsReceived, phone: Phone) -> Sequence[Owed] | None:
        """Go on where the code was asked for; None if it is no code, or none of this phone's.

        What if it runs twice: the comparison is kept with its inbox row, and the row is done once.
        """
        # Whoever sends the code back with a no has agreed to nothing (S2), and no try of the code is used up.
        if locales.denies(event.text):
            return None
        now = self._clock.now()
        replied = await codes.compare_reply(self._db, event.inbox_id, phone, event.text, now)
        if not isinstance(replied, codes.RepliedTo):
            return None
        if await self._is_silent(phone, replied.conversation_id):
            # Confirmed it is; what follows would not be sent, so it is said how to have SMS again.
            return None
        by_phone = await self._talk.follow(event, phone, replied.conversation_id)
        if by_phone is not None:
            return by_phone
        return await self._in_chat(event, replied.conversation_id)

    async def _is_silent(self, phone: Phone, conversation_id: int) -> bool:
        """Whether that conversation is held by phone, and this phone said stop."""
        if not await button_phones.is_stopped(self._db.reader, Address("sms", phone.e164)):
            return False
        return await conversations.held_by_phone(self._db.reader, conversation_id) is not None

    async def _in_chat(self, event: SmsReceived, conversation_id: int) -> Sequence[Owed] | None:
        """What is said there leads on in the chat, never to the phone."""
        for _ in range(TRIES):
            address = await conversations.address_of(self._db.reader, conversation_id)
            if address is None:
                return None
            try:
                return await self._followed(event, address, conversation_id)
            except Stale:
                continue
        return None

    async def _followed(
        self, event: SmsReceived, address: Address, conversation_id: int
    ) -> Sequence[Owed] | None:
        scene = await self._thinking.scene(address)
        if scene.conversation is None or scene.conversation.id != conversation_id:
            return None
        thought = await self._thinking.follow(scene)

        async def work(tx: Tx) -> tuple[Owed, ...]:
            now = self._clock.now()
            if not await inbox.done(tx, event.inbox_id, "confirmed", now):
                return ()
            parcels = await self._deciding.carry_out(tx, scene, thought, now, None)
            return await outbox.put(tx, parcels, self._worker, now + outbox.LEASE, now)

        return await self._db.decide(work)


class QuestionReplies:
    """Yes or no, with three digits, to what we have asked by SMS."""

    def __init__(
        self, db: Database, bookings: BookingReplies, visits: VisitReplies, clock: Clock, worker: int
    ) -> None:
        self._db = db
        self._bookings = bookings
        self._visits = visits
        self._clock = clock
        self._worker = worker

    async def answer(self, event: SmsReceived, phone: Phone) -> Sequence[Owed] | None:
        """Do what the reply means; None if nothing was asked that it could answer."""
        read = read_reply(event.text)
        # Without the code of a question, a bare "1" or "0" answers the menu that was read last.
        if read is None or (not read[1] and await self._menu_read_last(phone)):
            return None

        async def work(tx: Tx) -> tuple[Owed, ...] | None:
            now = self._clock.now()
            replied = await self._meant(tx, event, phone, now)
            if replied is None:
                return None
            if not await inbox.done(tx, event.inbox_id, replied.outcome, now):
                return ()
            parcels = await affordable(tx, Address("sms", phone.e164), replied.parcels, now)
            return await outbox.put(tx, parcels, self._worker, now + outbox.LEASE, now)

        return await self._db.decide(work)

    async def _menu_read_last(self, phone: Phone) -> bool:
        key = stored_key(self._db.reader.keys, Address("sms", phone.e164))
        rows = await self._db.reader.rows("sms_sent_last", address_key=key, now=micros(self._clock.now()))
        kind = rows[0][0] if rows else None
        return kind == MENU_KIND or (kind == CODE and await self._is_at_gate(phone))

    async def _is_at_gate(self, phone: Phone) -> bool:
        """Whether the code was asked for here, where its SMS is what the conversation said last."""
        chat, conversation = await conversations.of_address(self._db.reader, Address("sms", phone.e164))
        shown = Shown.unpack(chat.last_menu if chat else None)
        return conversation is not None and shown is not None and not shown.keys

    async def _meant(self, tx: Tx, event: SmsReceived, phone: Phone, now: datetime) -> Replied | None:
        visit = await self._visits.answer(tx, event, phone, now)
        return visit if visit is not None else await self._bookings.answer(tx, event, phone, now)


def _phone_of(event: SmsReceived) -> Phone | None:
    try:
        return Phone.parse(event.phone)
    except BadPhone:
        return None
