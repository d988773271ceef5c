"""Replies by SMS to what was asked about an appointment: "I will come", a cancellation, an offered time.

The code in the reply shows that whoever sends it has read the message on that phone; the sender alone proves
nothing (S2). A reply without the right code changes nothing; what it should hold is sent back once a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.bookings.book import Booking
from bot.bookings.steps import Answered, BookingSteps, Said
from bot.channels.events import SmsReceived
from bot.talk.reply_codes import OFFERED, NoCode, Question, Reply, replied, reply_code
from dialogs.engine.words import Value
from rules.appointment import WRONG_REPLIES
from rules.booking_status import BookingStatus
from rules.law import rule
from rules.phone import Phone
from storage import inbox
from storage.addresses import Address
from storage.database import Tx
from storage.outbox import Parcel

PHONE: Final = "phone"
"""Who answered by SMS, as marks and audit name them: whoever read the message on that phone."""

_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Replied:
    """What a reply came to: the outcome of its inbox row, and what is owed because of it."""

    outcome: str
    parcels: tuple[Parcel, ...]


@dataclass(frozen=True, slots=True)
class BookingReplies:
    """Does what a reply means, in the transaction of its inbox row."""

    steps: BookingSteps

    @rule("AP-15", "G-54")
    async def answer(self, tx: Tx, event: SmsReceived, phone: Phone, now: datetime) -> Replied | None:
        """What the reply comes to; None if it answers none of our questions.

        After five wrong codes in a day none is compared any more, not even the right one: whoever can forge
        the sender must not be able to try them all.
        """
        reply = await replied(tx, phone, event.text, now)
        if reply is None:
            return None
        asked = reply.newest if isinstance(reply, NoCode) else reply.question
        booking = await self.steps.bookings.booking(tx, asked.request_id)
        if booking is None:
            return None
        wrong = await inbox.wrong_replies(tx, Address("sms", phone.e164), now - _A_DAY)
        if wrong >= WRONG_REPLIES.value:
            return Replied("too_many_replies", self._rings_instead(booking, phone, now))
        if isinstance(reply, NoCode) and reply.guessed and wrong + 1 == WRONG_REPLIES.value:
            return Replied(inbox.WRONG_REPLY, self._rings_instead(booking, phone, now))
        if isinstance(reply, NoCode):
            outcome = inbox.WRONG_REPLY if reply.guessed else "no_code"
            return Replied(outcome, (self._asked_again(tx, booking, asked, phone, now),))
        return Replied("answered", await self._done(tx, event, phone, booking, reply, now))

    async def _done(
        self, tx: Tx, event: SmsReceived, phone: Phone, booking: Booking, reply: Reply, now: datetime
    ) -> tuple[Parcel, ...]:
        if reply.question.what == OFFERED:
            key, booking, parcels = await self._offered(tx, booking, reply, now)
        else:
            key, booking, parcels = await self._reminded(tx, booking, reply, now)
        answer = self.steps.notices.answer(booking, phone.e164, key, f"reply:{event.inbox_id}")
        return (answer, *parcels)

    def _rings_instead(self, booking: Booking, phone: Phone, now: datetime) -> tuple[Parcel, ...]:
        """Once a day: the clinic's phone."""
        dedupe = f"reply_over:{booking.id}:{booking.local(now).date().isoformat()}"
        return (self.steps.notices.answer(booking, phone.e164, "sms.visit_replies_over", dedupe),)

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
                return ("sms.visit_kept" if booking.slot else "sms.visit_kept_waits"), booking, ()
            case Answered.ELSEWHERE:
                return "sms.visit_elsewhere", booking, ()
            case _:
                return ("sms.visit_passed" if booking.slot else "sms.visit_passed_waits"), booking, ()

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
        return _not_done(booking, stands=stands, now=now), booking, ()


def _not_done(booking: Booking, *, stands: bool, now: datetime) -> str:
    """Why nothing came of a reply to a reminder; ``stands`` if it was of the time that the booking has."""
    if booking.slot is None:
        return "sms.visit_to_move"
    if now >= booking.slot.start:
        return "sms.visit_began"
    return "sms.visit_too_late" if stands else "sms.visit_changed"
