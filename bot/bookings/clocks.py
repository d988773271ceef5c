"""What happens to appointments when one of their moments comes: reminders, lost times, offers, new days."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.bookings import feed as booking_feed
from bot.bookings import notices as booking_notices
from bot.bookings.instead import MORNING_CHECK, Instead
from bot.bookings.mornings import MORNING, Mornings, look_again
from bot.bookings.notices import OFFER_FIRST_PASSED, OFFER_PASSED, OTHER_DOCTOR
from bot.bookings.steps import REMIND, UNNOTED, BookingSteps
from bot.staff.rights import CLOCK
from dialogs.engine import T
from rules.appointment import ReminderKind, late_reminder_at, reminds_until
from rules.booking_status import BookingStatus
from rules.clinics import Clinic
from rules.law import rule
from rules.quiet_hours import MessageKind, may_be_sent_at
from storage import due, registry, schedules, slots, staff, waiting
from storage.database import Tx
from storage.outbox import Parcel
from storage.slot_making import RoomTaken

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
            MORNING_CHECK: self.notice,
            booking_feed.REDRAW: self.redraw,
            booking_feed.BEGINS: self.begins,
            UNNOTED: self.unnoted,
            booking_feed.LIST_REDRAW: self.lists,
            slots.DAY_MADE: self.day_made,
            MORNING: Mornings(self.steps.feed).send,
        }

    async def begin(self, tx: Tx, now: datetime) -> None:
        """Have times made for every clinic that never had any: a registry of before appointments.

        What if it runs twice: the moments that stand already stay as they are.
        """
        directory = self.steps.bookings.directory
        await directory.refresh(tx)
        for clinic in directory.clinics.values():
            if not clinic.is_college:
                due.begin(tx, schedules.MAKE, clinic.no, now)

    @rule("G-54", "G-47")
    async def remind(self, which: ReminderKind, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """A day or two hours before; the first is left out once the second is due.

        What was kept from going in time, by a service that was down, waits for the morning.
        """
        booking = await self.steps.bookings.booking(tx, request_id)
        if booking is None or booking.status is not BookingStatus.CONFIRMED or booking.slot is None:
            return ()
        last = reminds_until(which, booking.slot.start)
        at = late_reminder_at(now, booking.slot.start, booking.zone)
        if now < at < last:
            due.set_due(tx, REMIND[which], request_id, at)
        if at > now or now >= last:
            return ()
        return self.steps.notices.remind(tx, booking, which, now)

    @rule("G-55")
    async def lost(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """The clinic took the time away: told at once, with three others; the request stays open."""
        booking = await self.steps.bookings.booking(tx, request_id)
        after = None if booking is None else await self.steps.lose(tx, booking, CLOCK, now)
        if after is None:
            return ()
        free = await self.steps.instead(tx, after, now)
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
        if clinic is None:
            return ()
        made = await schedules.extend(tx, clinic, directory.calendar, now)
        await Mornings(self.steps.feed).of_clinic(tx, clinic_no, now)
        return [parcel for taken in made.rooms_taken for parcel in await self._room_taken(tx, clinic, taken)]

    async def _room_taken(self, tx: Tx, clinic: Clinic, taken: RoomTaken) -> Sequence[Parcel]:
        """Hours of which no times could be made: the clinic's group is told, or nobody would know."""
        at = taken.at.astimezone(ZoneInfo(clinic.zone))
        words = T("staff.visit.room_taken", room=taken.room, at=at)
        return await self.steps.feed.told(tx, clinic.no, words)

    async def offer(self, tx: Tx, slot_id: int, now: datetime) -> Sequence[Parcel]:
        """A freed time is offered to the next who waits; whoever let it pass is told so."""
        slot = await slots.by_id(tx, slot_id)
        if slot is None:
            return ()
        directory = self.steps.bookings.directory
        await directory.refresh(tx)
        clinic = directory.clinics[slot.clinic_no]
        zone = ZoneInfo(clinic.zone)
        wakes = may_be_sent_at(MessageKind.OFFER, now, zone)
        if wakes > now:
            # Whom to offer it to, and who let it pass, is for the morning: nobody is woken for either.
            due.set_due(tx, waiting.OFFER, slot_id, wakes)
            return ()
        passed = await self._passed(tx, slot_id, now)
        offered = await waiting.offer(tx, slot_id, now, zone)
        await self.steps.feed.changed(tx, (slot,), now)
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
                what = OFFER_PASSED if booking.slot is not None else OFFER_FIRST_PASSED
                parcels += self.steps.notices.tell(tx, booking, what, now)
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

    @rule("G-51", "AP-18")
    async def unnoted(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """The day after the visit is over, and nobody has said whether the patient came."""
        booking = await self.steps.bookings.booking(tx, request_id)
        done = None if booking is None else await self.steps.close_unnoted(tx, booking, CLOCK, now)
        return () if done is None else done.parcels

    async def lists(self, tx: Tx, slot_id: int, now: datetime) -> Sequence[Parcel]:
        """The lists of a doctor's day as they are now."""
        slot = await slots.by_id(tx, slot_id)
        return () if slot is None else await self.steps.feed.lists(tx, slot, now)

    async def day_made(self, tx: Tx, slot_id: int, now: datetime) -> Sequence[Parcel]:
        """The doctor's day was made anew: its lists follow, and the hour at which the next one comes."""
        slot = await slots.by_id(tx, slot_id)
        if slot is None:
            return ()
        look_again(tx, await staff.of_doctor(tx, slot.doctor_no), now)
        return await self.steps.feed.lists(tx, slot, now)

    async def notice(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """Whether the citizen was reached; if not, an SMS goes instead."""
        booking = await self.steps.bookings.booking(tx, request_id)
        return () if booking is None else await Instead(self.steps.notices).check(tx, booking, now)
