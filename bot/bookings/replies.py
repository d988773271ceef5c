"""Replies by SMS to what was asked about an appointment: "I will come", a cancellation, an offered time.

The code in the reply shows that whoever sends it has read the message on that phone; the sender alone proves
nothing (S2). A reply without the right code changes nothing; what it should hold is sent back once a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.bookings.book import Booking
from bot.bookings.steps import Answered, BookingSteps, Said
from bot.channels.events import SmsReceived
from bot.talk.reply_codes import OFFERED, NoCode, Question, Reply, replied, reply_code
from dialogs.engine.words import Value
from rules.booking_status import BookingStatus
from rules.law import rule
from rules.phone import Phone
from storage.database import Tx
from storage.outbox import Parcel

PHONE: Final = "phone"
"""Who answered by SMS, as marks and audit name them: whoever read the message on that phone."""


@dataclass(frozen=True, slots=True)
class BookingReplies:
    """Does what a reply means, in the transaction of its inbox row."""

    steps: BookingSteps

    @rule("AP-15", "G-54")
    async def answer(
        self, tx: Tx, event: SmsReceived, phone: Phone, now: datetime
    ) -> tuple[Parcel, ...] | None:
        """What is owed because of the reply; None if it answers none of our questions."""
        reply = await replied(tx, phone, event.text, now)
        if reply is None:
            return None
        asked = reply.newest if isinstance(reply, NoCode) else reply.question
        booking = await self.steps.bookings.booking(tx, asked.request_id)
        if booking is None:
            return None
        if isinstance(reply, NoCode):
            return (self._asked_again(tx, booking, asked, phone, now),)
        if reply.question.what == OFFERED:
            key, booking, parcels = await self._offered(tx, booking, reply, now)
        else:
            key, booking, parcels = await self._reminded(tx, booking, reply, now)
        answer = self.steps.notices.answer(booking, phone.e164, key, f"reply:{event.inbox_id}")
        return (answer, *parcels)

    def _asked_again(self, tx: Tx, booking: Booking, asked: Question, phone: Phone, now: datetime) -> Parcel:
        """The code goes to the phone itself, so a forged sender learns nothing; once a day."""
        values: dict[str, Value] = {"reply": reply_code(tx.keys, asked)}
        dedupe = f"reply_help:{booking.id}:{booking.local(now).date().isoformat()}"
        return self.steps.notices.answer(booking, phone.e164, "sms.visit_reply", dedupe, values)

    async def _offered(
        self, tx: Tx, booking: Booking, reply: Reply, now: datetime
    ) -> tuple[str, Booking, tuple[Parcel, ...]]:
        outcome, done = await self.steps.answer(tx, booking, reply.question.about, reply.yes, PHONE, now)
        match outcome:
            case Answered.TAKEN if done is not None:
                return "sms.visit_moved", done.booking, done.parcels
            case Answered.KEPT:
                return "sms.visit_kept", booking, ()
            case _:
                return "sms.visit_passed", booking, ()

    async def _reminded(
        self, tx: Tx, booking: Booking, reply: Reply, now: datetime
    ) -> tuple[str, Booking, tuple[Parcel, ...]]:
        """A reminder of a time that was moved since asks about nothing any more."""
        stands = booking.status is BookingStatus.CONFIRMED and booking.version == reply.question.about
        if reply.yes and stands:
            said = await self.steps.will_come(tx, booking, PHONE, now)
            if said in {Said.NOTED, Said.ALREADY}:
                return "sms.visit_coming", booking, ()
        done = await self.steps.cancel(tx, booking, PHONE, now) if stands and not reply.yes else None
        if done is not None:
            return "sms.visit_cancelled", done.booking, done.parcels
        return "sms.visit_too_late", booking, ()
