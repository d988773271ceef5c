"""A question of the clinic to a request's citizen: into their chat, else an SMS; the answer comes back.

An SMS names no question: its words could be about health (S27). It leads to the bot, or to the phone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import locales
from bot.calls.notices import FIRST_LOOK, PATIENCE, first_mobile
from bot.channels.painting import notice
from bot.channels.sms import sms_parcel
from bot.channels.telegram import parcel_for
from bot.sending.by_day import by_day
from bot.staff.feed import LINE
from bot.staff.rights import actor_of
from bot.work.colleagues import colleagues_of
from bot.work.dossier import Dossier, Dossiers
from bot.work.pages import QueuePages
from dialogs.actions import MENU, answer_question
from dialogs.engine import T
from rules.law import rule
from rules.people import Language
from storage import audit, due, staff, work
from storage.database import Tx
from storage.outbox import Parcel
from storage.work import Asked, Posted

QUESTION: Final = "question"
CHECK: Final = "question_check"
"""Due kind, subject a question: whether it arrived."""

SMS: Final = "sms:"
"""Before the key of a question that went by SMS."""

_NEXT_LOOK: Final = timedelta(seconds=60)
_SMS_LOOK: Final = timedelta(minutes=5)
_SMS_KNOWN: Final = timedelta(hours=1)
"""How long after its sending the operator may still say that an SMS did not arrive."""
_NEVER_ARRIVES: Final = frozenset({"undelivered", "dead", "expired", "cancelled"})


@dataclass(frozen=True, slots=True)
class Asking:
    """Carries questions to citizens and answers to staff, each within its transaction."""

    dossiers: Dossiers
    pages: QueuePages

    def handlers(self) -> Mapping[str, Callable[[Tx, int, datetime], Awaitable[Sequence[Parcel]]]]:
        """The kinds of due rows, and who does them."""
        return {CHECK: self.check}

    @rule("G-46")
    def asked(
        self, tx: Tx, dossier: Dossier, question_id: int, words: str, now: datetime
    ) -> tuple[Parcel, ...]:
        """The question to the citizen; nothing where they can be reached nowhere. Twice: one message."""
        request = dossier.request
        match request.address.channel:
            case "telegram":
                text = T("question.asked", number=request.number, words=words)
                screen = notice(
                    (text,),
                    (answer_question(question_id), MENU),
                    lambda sentence: locales.render(sentence, request.locale),
                )
                due.set_due(tx, CHECK, question_id, now + FIRST_LOOK)
                once = work.question_key(question_id)
                return (
                    parcel_for(request.address, screen, kind=QUESTION, dedupe=once, request_id=request.id),
                )
            case "sms":
                due.set_due(tx, CHECK, question_id, now + _SMS_LOOK)
                return (self._by_sms(dossier, request.address.key, question_id),)
            case "nowhere":
                return ()

    @rule("G-46")
    async def check(self, tx: Tx, question_id: int, now: datetime) -> Sequence[Parcel]:
        """An SMS where Telegram refused the question, or has not taken it for ten minutes.

        Whoever asked is told where the SMS is lost too, or there is no phone for one. Twice: one of each.
        """
        asked = await work.question(tx, question_id)
        dossier = None if asked is None else await self.dossiers.of(tx, asked.request_id)
        if asked is None or asked.answered_at is not None or dossier is None or not dossier.is_open:
            return ()
        by_sms = await work.posted(tx, question_id, SMS)
        if by_sms is not None:
            return await self._sms_checked(tx, asked, dossier, by_sms, now)
        posted = await work.posted(tx, question_id)
        if posted is None or posted.status == "sent":
            return ()
        phone = _phone(dossier)
        if posted.status == "waiting" and (phone is None or now < posted.put_at + PATIENCE):
            due.set_due(tx, CHECK, question_id, now + _NEXT_LOOK)
            return ()
        if phone is None:
            return await self._lost(tx, asked, dossier)
        due.set_due(tx, CHECK, question_id, now + _SMS_LOOK)
        return (self._by_sms(dossier, phone, question_id),)

    async def _sms_checked(
        self, tx: Tx, asked: Asked, dossier: Dossier, posted: Posted, now: datetime
    ) -> Sequence[Parcel]:
        if posted.status in _NEVER_ARRIVES:
            return await self._lost(tx, asked, dossier)
        if posted.status == "waiting" or (posted.status == "sent" and now < posted.put_at + _SMS_KNOWN):
            due.set_due(tx, CHECK, asked.id, now + _SMS_LOOK)
        return ()

    async def _lost(self, tx: Tx, asked: Asked, dossier: Dossier) -> Sequence[Parcel]:
        """An answer that nobody can give is not waited for: the clinic calls."""
        words = T("queue.not_arrived", number=dossier.number)
        return [
            parcel_for(
                reader,
                self.pages.told(dossier, words, locale),
                kind=LINE,
                request_id=dossier.id,
                dedupe=f"{work.question_key(asked.id)}:lost:{reader}",
            )
            for reader, locale in await self._readers(tx, asked, dossier.clinic.no)
        ]

    @rule("G-71")
    async def answered(
        self, tx: Tx, asked: Asked, number: str, clinic_no: int, words: str, now: datetime
    ) -> tuple[Parcel, ...]:
        """The answer to whoever asked, by day, and the card in the group that now says so."""
        told = []
        for reader, locale in await self._readers(tx, asked, clinic_no):
            facts: dict[str, str | int] = {"reason": "answer", "question": str(asked.id)}
            await audit.append(
                tx, "work.details_opened", actor_of(reader), f"request:{asked.request_id}", facts, now
            )
            screen = self.pages.answer(asked.request_id, number, words, locale)
            told.append(parcel_for(reader, screen, kind=LINE, request_id=asked.request_id))
        zone = ZoneInfo(self.dossiers.parts.directory.clinics[clinic_no].zone)
        return (*by_day(told, now, zone), *await self.dossiers.refresh(tx, asked.request_id, now))

    async def _readers(self, tx: Tx, asked: Asked, clinic_no: int) -> Sequence[tuple[int, Language]]:
        """Whoever asked; if they have left, whoever has the request, else the heads."""
        languages = {one.telegram_id: one.locale for one in await staff.of_clinic(tx, clinic_no)}
        colleagues = await colleagues_of(tx, clinic_no)
        holder = (await work.of(tx, asked.request_id)).holder
        for one in (asked.asked_by, holder):
            if one is not None and colleagues.has(one):
                return [(one, languages[one])]
        heads = await staff.of_clinic(tx, clinic_no, "head")
        return [(head.telegram_id, head.locale) for head in heads]

    def _by_sms(self, dossier: Dossier, phone: str, question_id: int) -> Parcel:
        request = dossier.request
        words = T("sms.question", number=request.number, phone=dossier.clinic.phone)
        return sms_parcel(
            phone,
            locales.render(words, request.locale),
            kind=QUESTION,
            request_id=request.id,
            dedupe=f"{SMS}{work.question_key(question_id)}",
        )


def _phone(dossier: Dossier) -> str | None:
    """The caller's registered phone, else the one given with the request."""
    details = dossier.request.details
    return first_mobile(str(details.get("caller_phone") or ""), str(details.get("phone") or ""))
