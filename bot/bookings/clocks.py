"""What happens to appointments when one of their moments comes: reminders, lost times, offers, new days."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.bookings import feed as booking_feed
from bot.bookings import notices as booking_notices
from bot.bookings.notices import OFFER_PASSED, OTHER_DOCTOR
from bot.bookings.steps import REMIND, BookingSteps
from bot.staff.rights import CLOCK
from rules.appointment import ALTERNATIVES, REMIND_HOURS_BEFORE, ReminderKind
from rules.booking_status import BookingStatus
from rules.law import rule
from storage import registry, schedules, slots, waiting
from storage.database import Tx
from storage.outbox import Parcel

Handler = Callable[[Tx, int, datetime], Awaitable[Sequence[Parcel]]]


@dataclass(frozen=True, slots=True)
class BookingClocks:
    """One handler for each kind of moment; each runs within the transaction that takes its row."""

    steps: BookingSteps

    def handlers(self) -> Mapping[str, Handler]:
        """The kinds of due rows, and who does them."""
        return {
            **{kind: partial(self.remind, which) for which, kind in REMIND.items()},
            slots.LOST: self.lost,
            slots.SUBSTITUTED: self.substituted,
            schedules.MAKE: self.make,
            waiting.OFFER: self.offer,
            booking_notices.CHECK: self.notice,
            booking_feed.REDRAW: self.redraw,
            booking_feed.BEGINS: self.begins,
            booking_feed.LIST_REDRAW: self.lists,
        }

    @rule("G-54", "G-47")
    async def remind(self, which: ReminderKind, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """A day or two hours before; the first is left out once the second is due."""
        booking = await self.steps.bookings.booking(tx, request_id)
        if booking is None or booking.status is not BookingStatus.CONFIRMED or booking.slot is None:
            return ()
        late = REMIND_HOURS_BEFORE.delta if which is ReminderKind.DAY_BEFORE else timedelta()
        if now >= booking.slot.start - late:
            return ()
        return self.steps.notices.remind(tx, booking, which, now)

    @rule("G-55")
    async def lost(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """The clinic took the time away: told at once, with three others; the request stays open."""
        booking = await self.steps.bookings.booking(tx, request_id)
        after = None if booking is None else await self.steps.lose(tx, booking, CLOCK, now)
        if after is None:
            return ()
        free = await slots.free(tx, after.wish, now, limit=ALTERNATIVES.value, holder=after.id)
        if not free:
            await waiting.wait(tx, after.id, after.wish, now)
        told = self.steps.notices.to_move(tx, after, free, now)
        return (*told, *await self.steps.feed.refresh(tx, after, now))

    async def substituted(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """The same time with another doctor: the request follows, its citizen is told whom they will see."""
        booking = await self.steps.bookings.booking(tx, request_id)
        if booking is None or booking.slot is None or booking.status is not BookingStatus.CONFIRMED:
            return ()
        done = await self.steps.take(tx, booking.id, booking.version, booking.slot, CLOCK, now)
        if done is None:
            return ()
        return (*self.steps.notices.tell(tx, done.booking, OTHER_DOCTOR, now), *done.parcels)

    @rule("G-49")
    async def make(self, tx: Tx, clinic_no: int, now: datetime) -> Sequence[Parcel]:
        """A new day comes within the horizon: the clinic's times are made of its schedule."""
        directory = self.steps.bookings.directory
        await directory.refresh(tx)
        clinic = directory.clinics.get(clinic_no)
        if clinic is not None:
            await schedules.extend(tx, clinic, directory.calendar, now)
        return ()

    async def offer(self, tx: Tx, slot_id: int, now: datetime) -> Sequence[Parcel]:
        """A freed time is offered to the next who waits; whoever let it pass is told so."""
        slot = await slots.by_id(tx, slot_id)
        if slot is None:
            return ()
        directory = self.steps.bookings.directory
        await directory.refresh(tx)
        clinic = directory.clinics[slot.clinic_no]
        passed = await self._passed(tx, slot_id, now)
        offered = await waiting.offer(tx, slot_id, now, ZoneInfo(clinic.zone))
        booking = await self.steps.bookings.booking(tx, offered.request_id) if offered else None
        if offered is None or booking is None:
            return passed
        doctor = await registry.doctor(tx, offered.slot.doctor_no)
        name = doctor.full_name if doctor else ""
        told = self.steps.notices.offer(tx, booking, offered.slot, name, offered.until, now)
        return (*passed, *told)

    async def _passed(self, tx: Tx, slot_id: int, now: datetime) -> list[Parcel]:
        parcels: list[Parcel] = []
        for request_id in await waiting.lapsed(tx, slot_id, now):
            booking = await self.steps.bookings.booking(tx, request_id)
            if booking is not None:
                parcels += self.steps.notices.tell(tx, booking, OFFER_PASSED, now)
        return parcels

    async def redraw(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """The line as it is now: the term of withdrawing is over, or it can be edited at last."""
        booking = await self.steps.bookings.booking(tx, request_id)
        return () if booking is None else await self.steps.feed.refresh(tx, booking, now)

    @rule("AP-18")
    async def begins(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """The time of the visit has come: from now on the list of the day asks whether the patient did."""
        booking = await self.steps.bookings.booking(tx, request_id)
        if booking is None or booking.slot is None:
            return ()
        return await self.steps.feed.lists(tx, booking.slot, now)

    async def lists(self, tx: Tx, slot_id: int, now: datetime) -> Sequence[Parcel]:
        """The lists of a doctor's day as they are now."""
        slot = await slots.by_id(tx, slot_id)
        return () if slot is None else await self.steps.feed.lists(tx, slot, now)

    async def notice(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """Whether the citizen was reached; if not, an SMS goes instead."""
        booking = await self.steps.bookings.booking(tx, request_id)
        return () if booking is None else await self.steps.notices.check(tx, booking, now)
