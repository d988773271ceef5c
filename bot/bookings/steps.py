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
from bot.staff.certificates import Certificates
from dialogs.engine import T
from rules.appointment import (
    ALTERNATIVES,
    ReminderKind,
    closes_unnoted_at,
    may_cancel,
    may_change_time,
    may_have_outcome,
    registration,
    reminders,
)
from rules.booking_status import BookingStatus, may_move
from rules.law import GroundCode, Refused, rule
from rules.slots import Slot
from storage import audit, due, registry, requests, slots, waiting
from storage.database import Tx
from storage.errors import TryAgain
from storage.outbox import Parcel
from storage.requests import Changes

REMIND: Final = {
    ReminderKind.DAY_BEFORE: "visit_remind_day",
    ReminderKind.HOURS_BEFORE: "visit_remind_hours",
}
"""Due kinds, subject a request: its reminders."""

UNNOTED: Final = "visit_unnoted"
"""Due kind, subject a request: nobody said whether the patient came, and the time for saying so is over."""

UNMOVED: Final = "visit_unmoved"
"""Due kind, subject a request: its time was taken away, and the clinic has found nothing in its place."""

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
    ELSEWHERE = "elsewhere"


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
    papers: Certificates

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
        await self._end_later_offer(tx, booking, slot, now)
        if before is not None:
            waiting.freed(tx, before, now, booking.zone)
        await self.feed.changed(tx, (slot, before), now)
        await self._audit(tx, booking, "moved" if before else "booked", actor, now)
        await self.papers.of_visit(tx, booking, now)
        line = await self.feed.refresh(tx, booking, now)
        return Stepped(booking, (*self.notices.file(booking, now), *line))

    @rule("G-52")
    async def cancel(self, tx: Tx, booking: Booking, actor: str, now: datetime) -> Stepped | None:
        """The citizen does not want the visit any more; None when it is too late for that."""
        if not may_cancel(booking.status, _starts(booking), now):
            return None
        return await self.give_up(tx, booking, actor, now)

    @rule("AT-15")
    async def give_up(self, tx: Tx, booking: Booking, actor: str, now: datetime) -> Stepped | None:
        """The patient has left the clinic: the time is freed however near it is; None if it is closed."""
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
        if booking.starts is None or not may_have_outcome(booking.starts, now):
            return None
        return await self._end(tx, booking, outcome, actor, now)

    @rule("G-51", "AP-18")
    async def close_unnoted(self, tx: Tx, booking: Booking, actor: str, now: datetime) -> Stepped | None:
        """Nobody said whether the patient came: they may be booked anew, and staff may still say it."""
        return await self._end(tx, booking, BookingStatus.NOT_NOTED, actor, now)

    @rule("G-55")
    async def lose(self, tx: Tx, booking: Booking, actor: str, now: datetime) -> Booking | None:
        """The clinic took the time away: the request stays open, without one."""
        if booking.slot is not None or not may_move(booking.status, BookingStatus.TO_MOVE):
            return None
        if not await requests.move(tx, booking.id, booking.version, BookingStatus.TO_MOVE, actor, now):
            return None
        self._clear_clocks(tx, booking)
        await self.papers.ended(tx, booking.id, now)
        after = await self._standing(tx, booking.id)
        await self._audit(tx, after, BookingStatus.TO_MOVE, actor, now)
        return after

    async def answer(
        self, tx: Tx, booking: Booking, slot_id: int, accepted: bool, actor: str, now: datetime
    ) -> tuple[Answered, Stepped | None]:
        """Take or leave what a notice offered: the live offer, or a free time instead of a lost one.

        Raises ``TryAgain`` where the booking took a step meanwhile.
        """
        if not accepted:
            await waiting.decline(tx, booking.id, slot_id, now)
            return Answered.KEPT, None
        slot = await slots.by_id(tx, slot_id)
        if slot is None or not _fits(booking, slot) or not _may_swap(booking, now):
            return Answered.PASSED, None
        allowed = await self.bookings.may_have(tx, booking, slot.day)
        if not allowed.allowed:
            await waiting.decline(tx, booking.id, slot_id, now)
            return Answered.ELSEWHERE if isinstance(allowed, Refused) else Answered.PASSED, None
        if not await self._got(tx, booking, slot_id, now):
            return Answered.PASSED, None
        done = await self.take(tx, booking.id, booking.version, slot, actor, now, booking.slot)
        if done is None:
            raise TryAgain("a booking took a step while its citizen chose another time")
        return Answered.TAKEN, done

    @rule("G-55")
    async def instead(self, tx: Tx, booking: Booking, now: datetime) -> tuple[Slot, ...]:
        """Other times for a booking that lost its own; where there is none, it waits for the next."""
        if booking.status is not BookingStatus.TO_MOVE:
            return ()
        free = await slots.free(tx, booking.wish, now, limit=ALTERNATIVES.value, holder=booking.id)
        if not free:
            await waiting.wait(tx, booking.id, booking.wish, now)
            term = registration(now, booking.clinic, self.bookings.directory.calendar)
            due.set_due(tx, UNMOVED, booking.id, term.answer_due)
        return free

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
        await self.papers.ended(tx, booking.id, now)
        freed = await slots.give_up(tx, booking.id)
        if freed is not None:
            waiting.freed(tx, freed, now, booking.zone)
        await self.feed.changed(tx, (freed,), now)
        after = await self._standing(tx, booking.id)
        await self._audit(tx, after, to, actor, now)
        return Stepped(after, await self.feed.refresh(tx, after, now))

    async def _end(
        self, tx: Tx, booking: Booking, to: BookingStatus, actor: str, now: datetime
    ) -> Stepped | None:
        """The time of the visit is past: the booking is closed and keeps its time, for the journal."""
        changes = Changes(closed_at=now)
        if not may_move(booking.status, to):
            return None
        if not await requests.move(tx, booking.id, booking.version, to, actor, now, changes):
            return None
        due.clear(tx, None, booking.id)
        await waiting.leave(tx, booking.id, now)
        after = await self._standing(tx, booking.id)
        await self._audit(tx, after, to, actor, now)
        return Stepped(after, await self.feed.refresh(tx, after, now))

    async def _end_later_offer(self, tx: Tx, booking: Booking, slot: Slot, now: datetime) -> None:
        """What is offered at this moment and is not earlier than the new time goes to the next who waits."""
        standing = await waiting.of_request(tx, booking.id)
        if standing is None or standing.offered_slot is None:
            return
        offered = await slots.by_id(tx, standing.offered_slot)
        if offered is not None and offered.start >= slot.start:
            await waiting.decline(tx, booking.id, offered.id, now)

    def _set_clocks(self, tx: Tx, booking: Booking, slot: Slot, now: datetime) -> None:
        self._clear_clocks(tx, booking)
        for reminder in reminders(slot.start, now, booking.zone):
            due.set_due(tx, REMIND[reminder.kind], booking.id, reminder.at)
        due.set_due(tx, BEGINS, booking.id, slot.start)
        due.set_due(tx, UNNOTED, booking.id, closes_unnoted_at(slot.start))

    def _clear_clocks(self, tx: Tx, booking: Booking) -> None:
        for kind in (*REMIND.values(), BEGINS, UNNOTED, slots.LOST, slots.SUBSTITUTED):
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


def _may_swap(booking: Booking, now: datetime) -> bool:
    """True while another time may take the place of the one it has, or lost."""
    moves = may_move(booking.status, BookingStatus.CONFIRMED)
    return moves and may_change_time(booking.status, _starts(booking), now)


def _fits(booking: Booking, slot: Slot) -> bool:
    return (slot.clinic_no, slot.role) == (booking.clinic.no, booking.details.role)
