"""The steps of an appointment, each within the transaction of whoever takes it: citizen, staff or clock.

Whether a time is to be had is the storage's to say; here the request follows, reminders are set, group and
lists of the day are kept true, and a time given up goes to whoever waits for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.bookings.book import COMING, Booking, Bookings
from bot.bookings.feed import BEGINS, BookingFeed
from bot.bookings.notices import BookingNotices
from dialogs.engine import T
from rules.appointment import ReminderKind, may_cancel, may_have_outcome, reminders
from rules.booking_status import BookingStatus, may_move
from rules.law import GroundCode, rule
from rules.slots import Slot
from storage import audit, due, registry, requests, slots, waiting
from storage.database import Tx
from storage.outbox import Parcel
from storage.requests import Changes

REMIND: Final = {
    ReminderKind.DAY_BEFORE: "visit_remind_day",
    ReminderKind.HOURS_BEFORE: "visit_remind_hours",
}
"""Due kinds, subject a request: its reminders."""

MOVED: Final = "moved"


@dataclass(frozen=True, slots=True)
class Stepped:
    """The step counted: the booking as it now stands, and what is owed because of it."""

    booking: Booking
    parcels: tuple[Parcel, ...]


class Answered(StrEnum):
    """What became of an answer to a time that was offered."""

    TAKEN = "taken"
    KEPT = "kept"
    PASSED = "passed"


class Said(StrEnum):
    """What became of "I will come"."""

    NOTED = "noted"
    ALREADY = "already"
    CLOSED = "closed"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class BookingSteps:
    """What can be done with a booking."""

    bookings: Bookings
    feed: BookingFeed
    notices: BookingNotices

    @rule("G-57", "AP-01", "AP-08", "AP-09")
    async def take(
        self,
        tx: Tx,
        request_id: int,
        version: int,
        slot: Slot,
        actor: str,
        now: datetime,
        before: Slot | None = None,
    ) -> Stepped | None:
        """The request has got that time, instead of ``before`` if it had one: confirmed at once.

        None, and nothing is done, where the request no longer stands at that version.
        """
        doctor = await registry.doctor(tx, slot.doctor_no)
        changes = Changes(
            visit_day=slot.day,
            answered_at=now,
            doctor_no=slot.doctor_no,
            doctor_name=doctor.full_name if doctor else "",
            doctor_role=slot.role.value,
            window_start=slot.start,
            window_end=slot.end,
        )
        note = None if before is None else MOVED
        if not await requests.move(
            tx, request_id, version, BookingStatus.CONFIRMED, actor, now, changes, note
        ):
            return None
        booking = await self._standing(tx, request_id)
        self._set_clocks(tx, booking, slot, now)
        if before is not None:
            waiting.freed(tx, before, now, booking.zone)
        await self.feed.changed(tx, (slot, before), now)
        await self._audit(tx, booking, "moved" if before else "booked", actor, now)
        line = await self.feed.refresh(tx, booking, now)
        return Stepped(booking, (*self.notices.file(booking, now), *line))

    @rule("G-52")
    async def cancel(self, tx: Tx, booking: Booking, actor: str, now: datetime) -> Stepped | None:
        """The citizen does not want the visit any more; None when it is too late for that."""
        if not may_cancel(booking.status, _starts(booking), now):
            return None
        done = await self._close(tx, booking, BookingStatus.CANCELLED, Changes(closed_at=now), actor, now)
        if done is None:
            return None
        words = T("staff.visit.cancelled", number=booking.number)
        told = await self.feed.told(tx, booking.clinic.no, words, booking.id)
        return Stepped(done.booking, (*done.parcels, *told))

    @rule("G-57", "AP-14", "GEN-14")
    async def refuse(
        self, tx: Tx, booking: Booking, ground: GroundCode, actor: str, now: datetime
    ) -> Stepped | None:
        """Staff withdraw the booking on a ground of the law."""
        changes = Changes(closed_at=now, answered_at=now, ground=ground)
        return await self._close(tx, booking, BookingStatus.REFUSED, changes, actor, now)

    @rule("AP-18")
    async def judge(
        self, tx: Tx, booking: Booking, outcome: BookingStatus, actor: str, now: datetime
    ) -> Stepped | None:
        """Whether the patient came; None before the time of the visit, or if it says so already."""
        starts = booking.starts
        if starts is None or not may_have_outcome(starts, now) or not may_move(booking.status, outcome):
            return None
        changes = Changes(closed_at=now)
        if not await requests.move(tx, booking.id, booking.version, outcome, actor, now, changes):
            return None
        due.clear(tx, None, booking.id)
        await waiting.leave(tx, booking.id, now)
        after = await self._standing(tx, booking.id)
        await self._audit(tx, after, outcome, actor, now)
        return Stepped(after, await self.feed.refresh(tx, after, now))

    @rule("G-55")
    async def lose(self, tx: Tx, booking: Booking, actor: str, now: datetime) -> Booking | None:
        """The clinic took the time away: the request stays open, without one."""
        if booking.slot is not None or not may_move(booking.status, BookingStatus.TO_MOVE):
            return None
        if not await requests.move(tx, booking.id, booking.version, BookingStatus.TO_MOVE, actor, now):
            return None
        self._clear_clocks(tx, booking)
        after = await self._standing(tx, booking.id)
        await self._audit(tx, after, BookingStatus.TO_MOVE, actor, now)
        return after

    async def answer(
        self, tx: Tx, booking: Booking, slot_id: int, accepted: bool, actor: str, now: datetime
    ) -> tuple[Answered, Stepped | None]:
        """Take or leave what a notice offered: the live offer, or a free time instead of a lost one."""
        if not accepted:
            await waiting.decline(tx, booking.id, slot_id, now)
            return Answered.KEPT, None
        slot = await slots.by_id(tx, slot_id)
        if slot is None or not _fits(booking, slot) or not may_move(booking.status, BookingStatus.CONFIRMED):
            return Answered.PASSED, None
        if not await self._got(tx, booking, slot_id, now):
            return Answered.PASSED, None
        done = await self.take(tx, booking.id, booking.version, slot, actor, now, booking.slot)
        if done is None:
            raise LookupError("a booking that was just read in this transaction")
        return Answered.TAKEN, done

    @rule("G-54")
    async def will_come(self, tx: Tx, booking: Booking, actor: str, now: datetime) -> Said:
        """ "I will come". Said twice, it is noted once."""
        if booking.status is not BookingStatus.CONFIRMED or booking.starts is None:
            return Said.CLOSED
        if now >= booking.starts:
            return Said.PAST
        if booking.coming:
            return Said.ALREADY
        requests.note(tx, booking.id, actor, now, COMING)
        await self.feed.changed(tx, (booking.slot,), now)
        return Said.NOTED

    async def _got(self, tx: Tx, booking: Booking, slot_id: int, now: datetime) -> bool:
        if await waiting.accept(tx, booking.id, slot_id, now):
            return True
        if booking.status is not BookingStatus.TO_MOVE:
            return False
        if not await slots.move(tx, booking.id, slot_id, booking.id, now):
            return False
        await waiting.leave(tx, booking.id, now)
        return True

    async def _close(
        self, tx: Tx, booking: Booking, to: BookingStatus, changes: Changes, actor: str, now: datetime
    ) -> Stepped | None:
        if not may_move(booking.status, to):
            return None
        if not await requests.move(tx, booking.id, booking.version, to, actor, now, changes):
            return None
        due.clear(tx, None, booking.id)
        await waiting.leave(tx, booking.id, now)
        freed = await slots.give_up(tx, booking.id)
        if freed is not None:
            waiting.freed(tx, freed, now, booking.zone)
        await self.feed.changed(tx, (freed,), now)
        after = await self._standing(tx, booking.id)
        await self._audit(tx, after, to, actor, now)
        return Stepped(after, await self.feed.refresh(tx, after, now))

    def _set_clocks(self, tx: Tx, booking: Booking, slot: Slot, now: datetime) -> None:
        self._clear_clocks(tx, booking)
        for reminder in reminders(slot.start, now, booking.zone):
            due.set_due(tx, REMIND[reminder.kind], booking.id, reminder.at)
        due.set_due(tx, BEGINS, booking.id, slot.start)

    def _clear_clocks(self, tx: Tx, booking: Booking) -> None:
        for kind in (*REMIND.values(), BEGINS, slots.LOST, slots.SUBSTITUTED):
            due.clear(tx, kind, booking.id)

    async def _standing(self, tx: Tx, request_id: int) -> Booking:
        booking = await self.bookings.booking(tx, request_id)
        if booking is None:
            raise LookupError("a booking that was just moved")
        return booking

    async def _audit(self, tx: Tx, booking: Booking, what: str, actor: str, now: datetime) -> None:
        facts: dict[str, str | int] = {"version": booking.version, "clinic": booking.clinic.no}
        await audit.append(tx, f"appointment.{what}", actor, f"request:{booking.id}", facts, now)


def _starts(booking: Booking) -> datetime | None:
    return None if booking.slot is None else booking.slot.start


def _fits(booking: Booking, slot: Slot) -> bool:
    return (slot.clinic_no, slot.role) == (booking.clinic.no, booking.details.role)
