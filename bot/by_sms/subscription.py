"""STOP and START: whoever wants no SMS gets none but the codes asked for; Telegram is not touched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import locales
from bot.by_sms import limits
from bot.by_sms.limits import Word
from bot.by_sms.spending import affordable
from bot.channels.events import SmsReceived
from bot.channels.sms import sms_parcel
from bot.talk.registers import Registers
from dialogs.engine import T
from locales.tongue import language_of
from rules.clock import Clock
from rules.days import country_day
from rules.people import Language
from rules.phone import Phone
from storage import button_phones, conversations, inbox, outbox
from storage.addresses import Address, stored_key
from storage.database import Database, Tx
from storage.outbox import Owed, Parcel

STOP: Final = "stop"
"""The kind of what is said about stopping itself: it is sent to a stopped phone too."""


class Subscription:
    """Hears the words about SMS themselves, and keeps a phone quiet that said stop."""

    def __init__(self, db: Database, registers: Registers, clock: Clock, worker: int) -> None:
        self._db: Final = db
        self._registers: Final = registers
        self._clock: Final = clock
        self._worker: Final = worker

    async def answer(self, event: SmsReceived, phone: Phone) -> Sequence[Owed] | None:
        """Stop or start, each confirmed once; None for a phone that is served as ever. Raises Unavailable.

        Where the provider has taken the word itself it has answered as well.
        """
        address = Address("sms", phone.e164)
        word = Word(event.opt_out.lower()) if event.opt_out in _TAKEN else limits.word_meant(event.text)
        stopped = await button_phones.is_stopped(self._db.reader, address)
        if not stopped and word is not Word.STOP and not event.opt_out:
            return None

        async def work(tx: Tx) -> Sequence[Owed]:
            now = self._clock.now()
            if not await inbox.done(tx, event.inbox_id, "subscription", now):
                return ()
            parcels = await affordable(tx, address, await self._told(tx, event, address, word, now), now)
            return await outbox.put(tx, parcels, self._worker, now + outbox.LEASE, now)

        return await self._db.decide(work)

    async def _told(
        self, tx: Tx, event: SmsReceived, address: Address, word: Word | None, now: datetime
    ) -> Sequence[Parcel]:
        match word:
            case Word.STOP:
                changed = await button_phones.stop(tx, address, now)
                return (await self._goodbye(tx, event, address),) if changed and not event.opt_out else ()
            case Word.START:
                changed = await button_phones.start(tx, address)
                words = T("by_sms.started")
                return (await self._said(tx, event, address, words),) if changed and not event.opt_out else ()
            case None:
                return () if event.opt_out else (await self._once_a_day(tx, event, address, now),)

    async def _goodbye(self, tx: Tx, event: SmsReceived, phone: Address) -> Parcel:
        """What ends and what stays; of a request that is told by SMS alone, also whom to ring instead."""
        held = await button_phones.told_of(tx, phone)
        clinic = None if held is None else await self._registers.of(tx).clinic(held[0])
        if held is None or clinic is None:
            return await self._said(tx, event, phone, T("by_sms.stopped"))
        words = T("by_sms.stopped_held", phone=clinic.phone)
        return await self._said(tx, event, phone, words, language=held[1])

    async def _once_a_day(self, tx: Tx, event: SmsReceived, address: Address, now: datetime) -> Parcel:
        """Whoever writes all the same is told how to be answered again."""
        dedupe = f"is_stopped:{stored_key(tx.keys, address)}:{country_day(now).isoformat()}"
        return await self._said(tx, event, address, T("by_sms.is_stopped"), dedupe=dedupe)

    async def _said(
        self,
        tx: Tx,
        event: SmsReceived,
        address: Address,
        words: T,
        *,
        dedupe: str | None = None,
        language: Language | None = None,
    ) -> Parcel:
        chat, _ = await conversations.of_address(tx, address)
        known = (chat.locale if chat else None) or language or language_of(event.text)
        spoken: Sequence[Language] = (known,) if known else locales.LOCALES
        text = "\n".join(locales.render(words, one) for one in spoken)
        return sms_parcel(address.key, text, kind=STOP, dedupe=dedupe)


_TAKEN: Final = frozenset({"STOP", "START"})
