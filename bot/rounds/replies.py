"""Replies by SMS to "did the doctor come?"; a reply without the right code does nothing (S2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.bookings.replies import PHONE, Replied
from bot.channels.events import SmsReceived
from bot.rounds.asking import Heard, VisitQuestions
from bot.staff.cards import Call
from bot.talk.reply_codes import HAPPENED, NoCode, replied
from rules.appointment import WRONG_REPLIES
from rules.law import rule
from rules.phone import Phone
from storage import inbox
from storage.addresses import Address
from storage.database import Tx

_A_DAY: Final = timedelta(days=1)
_SAID: Final = {
    Heard.YES: "sms.visit_was",
    Heard.NO: "sms.visit_was_not",
    Heard.ALREADY: "sms.visit_answered",
    Heard.LATE: "sms.visit_answer_late",
}


@dataclass(frozen=True, slots=True)
class VisitReplies:
    """Does what a reply means, in the transaction of its inbox row."""

    questions: VisitQuestions

    @rule("G-54")
    async def answer(self, tx: Tx, event: SmsReceived, phone: Phone, now: datetime) -> Replied | None:
        """What the reply comes to; None if it answers none of these questions.

        After five wrong codes in a day none is compared any more (S2).
        """
        reply = await replied(tx, phone, event.text, now)
        asked = None if reply is None else reply.newest if isinstance(reply, NoCode) else reply.question
        if reply is None or asked is None or asked.what != HAPPENED:
            return None
        call = await self.questions.feed.call(tx, asked.request_id)
        if call is None:
            return None
        wrong = await inbox.wrong_replies(tx, Address("sms", phone.e164), now - _A_DAY)
        guessed = isinstance(reply, NoCode) and reply.guessed
        if wrong + guessed >= WRONG_REPLIES.value:
            outcome = "too_many_replies" if wrong >= WRONG_REPLIES.value else inbox.WRONG_REPLY
            return self._once_a_day(tx, call, phone, "sms.visit_answer_late", outcome, now)
        if isinstance(reply, NoCode):
            outcome = inbox.WRONG_REPLY if guessed else "no_code"
            return self._once_a_day(tx, call, phone, "sms.visit_happened_code", outcome, now)
        heard, parcels = await self.questions.answered(tx, call, reply.yes, PHONE, now)
        said = self.questions.says(tx, call, phone.e164, _SAID[heard], f"reply:{event.inbox_id}")
        return Replied("answered", (said, *parcels))

    def _once_a_day(self, tx: Tx, call: Call, phone: Phone, key: str, outcome: str, now: datetime) -> Replied:
        dedupe = f"{key}:{call.id}:{call.local(now).date().isoformat()}"
        return Replied(outcome, (self.questions.says(tx, call, phone.e164, key, dedupe),))
