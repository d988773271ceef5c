"""What goes in place of a notice about an appointment that did not arrive: an SMS, if it is still worth one.

An offer holds a time for a quarter of an hour, so one that cannot reach its citizen goes on to the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.bookings.book import COMING, Booking
from bot.bookings.notices import CHECK, OFFERS, REMINDERS, BookingNotices
from bot.calls.notices import PREFIX, first_mobile, undelivered
from bot.talk.reply_codes import OFFERED, Question
from rules.appointment import OFFER, OFFER_BY_SMS_WITHIN, ReminderKind, late_reminder_at, reminds_until
from rules.booking_status import BookingStatus, is_open
from rules.law import rule
from rules.slots import Slot
from storage import due, feed, requests, slots, waiting
from storage.database import Reader, Tx
from storage.feed import PostedNotice
from storage.outbox import Parcel

MORNING_CHECK: Final = "visit_reminder_check"
"""Due kind, subject a request: a reminder that did not arrive may go by SMS now that people are awake."""

_KINDS: Final = {what: kind for kind, what in REMINDERS.items()}


@dataclass(frozen=True, slots=True)
class Instead:
    """Looks whether notices arrived."""

    notices: BookingNotices

    async def check(self, tx: Tx, booking: Booking, now: datetime) -> tuple[Parcel, ...]:
        """An SMS in place of each notice that did not arrive. Twice: one SMS for each."""
        parcels: list[Parcel] = []
        for posted in await undelivered(tx, booking.id, CHECK, now):
            what = posted.kind.removeprefix(PREFIX)
            if what in OFFERS:
                parcels += await self._offer(tx, booking, posted, now)
            elif what in _KINDS:
                parcels += await self._reminder(tx, booking, posted, _KINDS[what], now)
            elif _still_so(booking, what):
                parcels += self._sent(tx, booking, posted, now)
        return tuple(parcels)

    @rule("G-54", "G-47")
    async def _reminder(
        self, tx: Tx, booking: Booking, posted: PostedNotice, kind: ReminderKind, now: datetime
    ) -> tuple[Parcel, ...]:
        """Of the time that it was about, before the visit, and when people are awake."""
        if booking.slot is None or await _has_moved_since(tx, booking, posted.put_at):
            return ()
        at = late_reminder_at(now, booking.slot.start, booking.zone)
        if at >= reminds_until(kind, booking.slot.start):
            return ()
        if at > now:
            due.set_due(tx, MORNING_CHECK, booking.id, at)
            return ()
        return self._sent(tx, booking, posted, now)

    async def _offer(
        self, tx: Tx, booking: Booking, posted: PostedNotice, now: datetime
    ) -> tuple[Parcel, ...]:
        """By SMS at once, or it is the next one's. A chat that is only slow may still answer."""
        live = await _live_offer(tx, booking, posted, now)
        if live is None or posted.status != "dead":
            return ()
        slot, until = live
        if await feed.is_posted(tx, f"{Question(OFFERED, booking.id, slot.id).key}:"):
            return ()
        phone = first_mobile(booking.details.phone)
        if phone is None or now > posted.put_at + OFFER_BY_SMS_WITHIN.delta:
            await waiting.decline(tx, booking.id, slot.id, now)
            return ()
        return self.notices.offer_by_sms(tx, booking, slot, phone, until, posted.id)

    def _sent(self, tx: Tx, booking: Booking, posted: PostedNotice, now: datetime) -> tuple[Parcel, ...]:
        what, phone = posted.kind.removeprefix(PREFIX), first_mobile(booking.details.phone)
        return () if phone is None else self.notices.tell_by_sms(tx, booking, what, phone, posted.id, now)


def _still_so(booking: Booking, what: str) -> bool:
    """False for a notice that events have overtaken: late, it would mislead."""
    match what:
        case (
            "visit_to_move"
            | "visit_to_move_nothing"
            | "visit_unmoved"
            | "visit_reopened_choose"
            | "visit_reopened_nothing"
        ):
            return booking.status is BookingStatus.TO_MOVE
        case "visit_refused":
            return booking.status is BookingStatus.REFUSED
        case _:
            return is_open(booking.status) and booking.slot is not None


async def _has_moved_since(reader: Reader, booking: Booking, told_at: datetime) -> bool:
    """True if what the reminder was about has changed: a later notice says what is so now."""
    steps = [one for one in await requests.marks(reader, booking.id) if one.note_code != COMING]
    return booking.status is not BookingStatus.CONFIRMED or told_at < steps[-1].at


async def _live_offer(
    reader: Reader, booking: Booking, posted: PostedNotice, now: datetime
) -> tuple[Slot, datetime] | None:
    """The time that this very notice offered, and until when, if it is held for its citizen still."""
    standing = await waiting.of_request(reader, booking.id)
    if standing is None or standing.offered_slot is None or standing.offered_until is None:
        return None
    if not now < standing.offered_until <= posted.put_at + OFFER.delta:
        return None
    slot = await slots.by_id(reader, standing.offered_slot)
    return None if slot is None else (slot, standing.offered_until)
