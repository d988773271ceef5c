"""Did the visit take place? Its citizen is asked half an hour after; a "no" goes to the head and is kept.

Asked where they talk to us, else by SMS with a code for the reply. The first answer counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from bot.calls.notices import FIRST_LOOK, PREFIX, first_mobile, undelivered
from bot.channels.painting import notice
from bot.channels.sms import sms_parcel
from bot.channels.telegram import parcel_for
from bot.rounds.following import ASK
from bot.staff.cards import Call, Cards
from bot.staff.feed import LINE, Feed
from bot.staff.press import Verb
from bot.talk.reply_codes import HAPPENED, Question, reply_code
from dialogs.actions import visit_made, visit_not_made
from dialogs.engine import Sentence, T
from dialogs.engine.words import Value
from rules.call_status import CallStatus
from rules.quiet_hours import MessageKind, may_be_sent_at
from rules.rounds import ANSWERED_WITHIN
from storage import audit, due, requests, rounds, staff
from storage.database import Tx
from storage.outbox import Parcel

ASKED: Final = "visit_happened"
CHECK: Final = "visit_happened_check"
"""Due kind, subject a call: whether the question arrived in the chat."""

DENIED: Final = requests.VISIT_DENIED
TOOK_PLACE: Final = "visit_took_place"
COMPLAINT: Final = "visit_complaint"
"""Marks of the call, and so of its journal."""


class Heard(StrEnum):
    """What became of an answer."""

    YES = "yes"
    NO = "no"
    ALREADY = "already"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class VisitQuestions:
    """Asks, hears, and brings to the head; ``render`` is told the language that the citizen's chat was in."""

    feed: Feed
    cards: Cards
    render: Callable[[Sentence, str], str]

    async def ask(self, tx: Tx, call: Call, now: datetime) -> Sequence[Parcel]:
        """The question, unless it is night or the closing was taken back. Twice: asked once."""
        at = may_be_sent_at(MessageKind.REMINDER, now, ZoneInfo(call.clinic.zone))
        if call.status is not CallStatus.DONE:
            return ()
        if at > now:
            due.set_due(tx, ASK, call.id, at)
            return ()
        if call.told_at.channel == "nowhere" or not await rounds.ask(tx, call.id, now):
            return ()
        if call.told_at.channel == "sms":
            return (self._by_sms(tx, call, call.told_at.key),)
        due.set_due(tx, CHECK, call.id, now + FIRST_LOOK)
        leads = (visit_made(call.id), visit_not_made(call.id))
        words = (T("notice.visit_happened", **_values(call)),)
        screen = notice(words, leads, lambda sentence: self.render(sentence, call.told_in))
        return (parcel_for(call.told_at, screen, kind=PREFIX + ASKED, request_id=call.id),)

    async def unheard(self, tx: Tx, call: Call, now: datetime) -> Sequence[Parcel]:
        """An SMS in place of a question that the chat refused; by night it waits. Twice: one SMS."""
        at = may_be_sent_at(MessageKind.REMINDER, now, ZoneInfo(call.clinic.zone))
        if at > now:
            due.set_due(tx, CHECK, call.id, at)
            return ()
        lost = [one for one in await undelivered(tx, call.id, CHECK, now) if one.kind == PREFIX + ASKED]
        phone = first_mobile(call.details.caller_phone, call.details.phone)
        return (self._by_sms(tx, call, phone),) if lost and phone is not None else ()

    async def answered(
        self, tx: Tx, call: Call, took_place: bool, actor: str, now: datetime
    ) -> tuple[Heard, tuple[Parcel, ...]]:
        """Keep the answer, and bring a "no" to the heads, once. Twice: the first answer counts."""
        check = await rounds.check(tx, call.id)
        if check is None or now >= check.asked_at + ANSWERED_WITHIN.delta:
            return Heard.LATE, ()
        if not await rounds.answer(tx, call.id, took_place, actor, now):
            # Who said no and went away may still come back to write the complaint.
            unsaid = check.took_place is False and not took_place and check.complained_at is None
            return (Heard.NO if unsaid else Heard.ALREADY), ()
        note = TOOK_PLACE if took_place else DENIED
        requests.note(tx, call.id, actor, now, note)
        facts: dict[str, str | int] = {"clinic": call.clinic.no}
        await audit.append(tx, f"home_call.{note}", actor, f"request:{call.id}", facts, now)
        if took_place:
            return Heard.YES, ()
        denied = T("staff.rounds.denied", **_values(call))
        return Heard.NO, await self._to_heads(tx, call, denied)

    def says(self, tx: Tx, call: Call, phone: str, key: str, dedupe: str) -> Parcel:
        """What an SMS reply came to, or how to reply."""
        values = _values(call) | {"reply": reply_code(tx.keys, _question(call))}
        text = self.render(T(key, **values), call.told_in)
        return sms_parcel(phone, text, kind=key, request_id=call.id, dedupe=dedupe)

    def _by_sms(self, tx: Tx, call: Call, phone: str) -> Parcel:
        return self.says(tx, call, phone, "sms.visit_happened", _question(call).key)

    async def _to_heads(self, tx: Tx, call: Call, words: T) -> tuple[Parcel, ...]:
        """With a button for the call's data. A clinic without a head has it said in its group."""
        details = [[(T("staff.button.details"), call.press(Verb.DETAILS))]]
        parcels = []
        for head in await staff.of_clinic(tx, call.clinic.no, "head"):
            screen = self.cards.page([words], head.locale, details)
            parcels.append(parcel_for(head.telegram_id, screen, kind=LINE, request_id=call.id))
        return tuple(parcels) or await self.feed.told(tx, call, words)


def _question(call: Call) -> Question:
    return Question(HAPPENED, call.id, 0)


def _values(call: Call) -> dict[str, Value]:
    values: dict[str, Value] = {
        "number": call.number,
        "phone": call.clinic.phone,
        "day": call.visit_day,
        "doctor": call.doctor,
    }
    if call.window is not None:
        values |= {"start": call.local(call.window.start), "end": call.local(call.window.end)}
    return values
