"""What a switch ends at the clinic that is left: the appointments that the citizen gave up with it.

A home call that is open there is carried out; the citizen was told so before "Send".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.attachments.book import Asked
from bot.bookings.steps import BookingSteps, Stepped
from dialogs.actions import cancel_visit, withdraw
from dialogs.engine import Option, T
from rules.booking_status import is_open
from rules.law import Service, rule
from storage import requests
from storage.database import Tx
from storage.outbox import Parcel
from storage.requests import RegisteredRequest


@dataclass(frozen=True, slots=True)
class Left:
    """What was ended: the numbers of those appointments, and what is owed because of it.

    ``open`` is what the patient still has at that clinic.
    """

    numbers: tuple[str, ...]
    open: tuple[RegisteredRequest, ...]
    parcels: tuple[Parcel, ...]

    @property
    def lines(self) -> tuple[T, ...]:
        """What the citizen is told of it."""
        ended, still = ", ".join(self.numbers), ", ".join(one.number for one in self.open)
        return (
            *((T("notice.attached_given_up", numbers=ended),) if ended else ()),
            *((T("notice.attached_still_open", numbers=still),) if still else ()),
        )

    @property
    def leads(self) -> tuple[Option, ...]:
        """How what is still open is taken back: a button where it is one thing; for more, the cabinet."""
        if len(self.open) != 1:
            return ()
        (only,) = self.open
        return (cancel_visit(only.id) if only.service == Service.APPOINTMENT else withdraw(only.id),)


@dataclass(frozen=True, slots=True)
class Leaving:
    """Ends what was given up, in the transaction of the switch."""

    visits: BookingSteps

    @rule("AT-15")
    async def leave(self, tx: Tx, asked: Asked, old: int | None, now: datetime) -> Left:
        """End each appointment that was given up and still lies ahead; its time is free for others.

        What else is open at the ``old`` clinic stays, booked after "Send" too, and the citizen is told of it.
        """
        numbers, parcels = list[str](), list[Parcel]()
        for request_id in asked.details.give_up:
            done = await self._ended(tx, asked, request_id, now)
            if done is not None:
                numbers.append(done.booking.number)
                parcels += done.parcels
        still = await requests.open_of_patient(tx, asked.person_id, old) if old is not None else ()
        kept = tuple([one for one in still if await self._lies_ahead(tx, one, now)])
        return Left(tuple(numbers), kept, tuple(parcels))

    async def _lies_ahead(self, tx: Tx, request: RegisteredRequest, now: datetime) -> bool:
        if request.service != Service.APPOINTMENT:
            return request.service != Service.ATTACHMENT
        booking = await self.visits.bookings.booking(tx, request.id)
        return booking is not None and (booking.starts is None or booking.starts > now)

    async def _ended(self, tx: Tx, asked: Asked, request_id: int, now: datetime) -> Stepped | None:
        booking = await self.visits.bookings.booking(tx, request_id)
        if booking is None or booking.patient_id != asked.person_id or not is_open(booking.status):
            return None
        if booking.clinic.no == asked.clinic.no:
            return None
        if booking.starts is not None and booking.starts <= now:
            return None  # whether the patient came is for the doctor to say
        return await self.visits.give_up(tx, booking, f"person:{asked.caller_id}", now)
