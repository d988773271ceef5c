"""A booking withdrawn by mistake is reopened on the same day: with its own time, if that is still free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.bookings.book import Booking
from bot.bookings.notices import REOPENED
from bot.bookings.steps import BookingSteps, Stepped
from rules.appointment import registration
from rules.booking_status import BookingStatus, may_move
from rules.law import rule
from rules.slots import Slot
from storage import audit, requests, slots
from storage.database import Tx
from storage.requests import Changes

_MOMENT: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Reopening:
    """Takes a withdrawal back; the entry of the withdrawal stays."""

    steps: BookingSteps

    @rule("G-69", "AP-07")
    async def reopen(self, tx: Tx, booking: Booking, actor: str, now: datetime) -> Stepped | None:
        """The booking open again: with its time, or offered others; None where that cannot be any more.

        What if it runs twice: None the second time, for the booking is no longer refused.
        """
        if not may_move(booking.status, BookingStatus.TO_MOVE):
            return None
        lost = await self._lost(tx, booking)
        term = registration(now, booking.clinic, self.steps.bookings.directory.calendar)
        slot_key = slots.open_booking(booking.details.role, booking.patient_id)
        changes = Changes(undo=True, open_slot=slot_key, answer_due=term.answer_due)
        if not await requests.move(
            tx, booking.id, booking.version, BookingStatus.TO_MOVE, actor, now, changes, requests.REOPENED
        ):
            return None
        facts: dict[str, str | int] = {"version": booking.version + 1, "clinic": booking.clinic.no}
        await audit.append(tx, "appointment.reopened", actor, f"request:{booking.id}", facts, now)
        done = await self._with_its_time(tx, booking, lost, actor, now)
        return done or await self._with_another(tx, booking, now)

    async def _lost(self, tx: Tx, booking: Booking) -> Slot | None:
        """The time that it had, closed or not; what was given up still stands on the request."""
        request = await requests.by_id(tx, booking.id)
        if request is None or request.doctor_no is None or request.window_start is None:
            return None
        starts = request.window_start
        slot = await slots.one_between(tx, request.doctor_no, starts, starts + _MOMENT)
        return slot if slot is not None and slot.start == starts else None

    async def _with_its_time(
        self, tx: Tx, booking: Booking, lost: Slot | None, actor: str, now: datetime
    ) -> Stepped | None:
        if lost is None or lost.start <= now:
            return None
        if not (await self.steps.bookings.may_have(tx, booking, lost.day)).allowed:
            return None
        if not await slots.move(tx, booking.id, lost.id, booking.id, now):
            return None
        done = await self.steps.take(tx, booking.id, booking.version + 1, lost, actor, now)
        if done is None:
            raise LookupError("a booking that was just moved")
        told = self.steps.notices.tell(tx, done.booking, REOPENED, now)
        return Stepped(done.booking, (*told, *done.parcels))

    async def _with_another(self, tx: Tx, booking: Booking, now: datetime) -> Stepped:
        after = await self.steps.bookings.booking(tx, booking.id)
        if after is None:
            raise LookupError("a booking that was just moved")
        free = await self.steps.instead(tx, after, now)
        told = self.steps.notices.reopened(tx, after, free, now)
        return Stepped(after, (*told, *await self.steps.feed.refresh(tx, after, now)))
