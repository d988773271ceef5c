"""One SMS of a citizen answered: the same dialogs as in the chat, at the phone's own address.

What is said here goes back to the phone it came from. Its sender can be forged (S2), so a gate opens only by
a code that was sent to this very phone, and everything behind it stays on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import locales
from bot.by_sms import limits, showing
from bot.by_sms.claims import Claims
from bot.by_sms.handing import Claim
from bot.by_sms.limits import Reply
from bot.by_sms.listening import Listening
from bot.by_sms.plans import Plan, speaking
from bot.channels.events import SmsReceived
from bot.channels.painting import MENU, RESUME
from bot.talk.deciding import Deciding
from bot.talk.registers import Registers
from bot.talk.standing import Stale
from bot.talk.thinking import Thinking
from bot.talk.thoughts import Go, Scene, TakeOver, Tell
from dialogs.engine import T
from rules.clinics import CALL_CENTRE
from rules.clock import Clock
from rules.days import country_day
from rules.phone import Phone
from storage import button_phones, conversations, inbox, outbox
from storage.addresses import Address
from storage.database import Database, Tx
from storage.outbox import Owed, Parcel

TRIES: Final = 3


class SmsTalk:
    """Answers citizens by SMS, one message at a time."""

    def __init__(
        self,
        db: Database,
        registers: Registers,
        thinking: Thinking,
        deciding: Deciding,
        clock: Clock,
        worker: int,
    ) -> None:
        self._db: Final = db
        self._registers: Final = registers
        self._thinking: Final = thinking
        self._listening: Final = Listening(thinking, db)
        self._claims: Final = Claims(db, thinking, clock)
        self._deciding: Final = deciding
        self._clock: Final = clock
        self._worker: Final = worker

    async def answer(self, event: SmsReceived, phone: Phone) -> tuple[Owed, ...]:
        """Answer one SMS and end its inbox row. Raises ``Unavailable``.

        What if it runs twice: the inbox row is done by the first, the second returns nothing.
        """
        address = Address("sms", phone.e164)
        for _ in range(TRIES):
            scene = await self._thinking.scene(address)
            plan = await self._claimed(scene, event)
            plan = plan or await self._listening.plan(scene, event, self._clock.now())
            try:
                return await self._decide(event, plan)
            except Stale:
                continue
        return await self._given_up(event, address)

    async def _claimed(self, scene: Scene, event: SmsReceived) -> Plan | None:
        """A conversation is brought here by its code; other digits are another question's answer."""
        taken = await self._claims.taken(scene, event.text)
        match taken:
            case TakeOver():
                return Plan(scene, taken)
            case Claim(named=named) if named or scene.conversation is None:
                locale = scene.locale or locales.DEFAULT
                resume = (RESUME,) if scene.conversation else ()
                return Plan(scene, Tell((T("handover.refused"),), (*resume, MENU), locale, missed=True))
            case _:
                return None

    async def follow(self, event: SmsReceived, phone: Phone, conversation_id: int) -> tuple[Owed, ...] | None:
        """Go on where a code was just sent back from its phone; None if that conversation is over.

        Begun from another phone it goes on here, at the registered one, and nowhere else.
        """
        address = Address("sms", phone.e164)
        for _ in range(TRIES):
            scene = await self._thinking.scene(address)
            plan = await self._followed(scene, conversation_id)
            if plan is None:
                return None
            try:
                return await self._decide(event, plan)
            except Stale:
                continue
        return await self._given_up(event, address)

    async def _followed(self, scene: Scene, conversation_id: int) -> Plan | None:
        open_here = scene.conversation
        if open_here is not None and open_here.id == conversation_id:
            return Plan(scene, await self._thinking.follow(scene))
        kept = await conversations.held_by_phone(self._db.reader, conversation_id)
        if kept is None:
            return None
        here = replace(scene, conversation=kept)
        if here.locale is None:
            here = speaking(here, kept.locale, self._clock.now())
        return Plan(scene, TakeOver(kept, open_here, await self._thinking.follow(here)))

    async def _given_up(self, event: SmsReceived, address: Address) -> tuple[Owed, ...]:
        scene = await self._thinking.scene(address)
        return await self._decide(event, Plan(scene, self._thinking.give_up(scene)))

    async def _decide(self, event: SmsReceived, plan: Plan) -> tuple[Owed, ...]:
        async def work(tx: Tx) -> tuple[Owed, ...]:
            now = self._clock.now()
            if not await inbox.done(tx, event.inbox_id, "sms_missed" if plan.missed else "sms", now):
                return ()
            parcels = await self._within_limits(tx, plan, now)
            return await outbox.put(tx, parcels, self._worker, now + outbox.LEASE, now)

        return await self._db.decide(work)

    async def _within_limits(self, tx: Tx, plan: Plan, now: datetime) -> Sequence[Parcel]:
        address, today = plan.scene.address, country_day(now)
        seen = await button_phones.day_of(tx, address, today)
        reply = limits.reply_of(seen, missed=plan.missed)
        button_phones.keep_day(tx, address, today, limits.after(seen, reply, missed=plan.missed))
        match reply:
            case Reply.SILENCE:
                return ()
            case Reply.RING_US | Reply.DAY_OVER:
                words = T(f"by_sms.{reply}", phone=await self._whom_to_ring(tx, plan))
                return (showing.aside(address, words, plan.locale),)
            case Reply.ANSWER:
                return await self._carried_out(tx, plan, now)

    async def _carried_out(self, tx: Tx, plan: Plan, now: datetime) -> Sequence[Parcel]:
        scene = plan.scene
        if plan.speaks is not None:
            conversations.set_locale(tx, scene.address, plan.speaks, now)
        if plan.page is not None:
            return showing.next_page(tx, scene.address, plan.page, plan.locale, now)
        if plan.thought is None:
            return ()
        return await self._deciding.carry_out(tx, scene, plan.thought, now, None)

    async def _whom_to_ring(self, tx: Tx, plan: Plan) -> str:
        """The clinic's own phone once it is known who is asking; before that the call centre's."""
        passed = plan.thought.course.facing.leaned_on if isinstance(plan.thought, Go) else ()
        if not passed:
            return CALL_CENTRE
        registry = self._registers.of(tx)
        attachment = await registry.attachment(passed[0].person_id)
        clinic = await registry.clinic(attachment.clinic_no) if attachment else None
        return CALL_CENTRE if clinic is None else clinic.phone
