"""The papers of home calls and appointments, where their results end in a certificate too (X-02, X-03).

A paper follows what stands: it is owed once a result can be relied on, and withdrawn with it. Attachment has
its own, which it gets everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.bookings.book import Booking
from bot.papers.owing import owe_appointment, owe_home_call
from bot.staff.cards import Call
from rules.call_status import CallStatus
from rules.home_call import ForWhom
from rules.law import Service, rule
from rules.papers import gets_paper
from rules.people import Person
from rules.region import ALMATY, region_law
from storage import papers, people, requests
from storage.database import Tx
from storage.requests import RegisteredRequest

_PROMISED: Final = frozenset(
    {CallStatus.CONFIRMED, CallStatus.ON_WAY, CallStatus.DONE, CallStatus.NOT_HOME, CallStatus.NOBODY_HOME}
)
"""A doctor and a window were promised, and that was not taken back."""


@dataclass(frozen=True, slots=True)
class Certificates:
    """Owes and withdraws papers within the transaction of the step; ``services`` are those that get one.

    What stood when a service was left out of the setting is withdrawn all the same once it ends.
    """

    services: frozenset[Service] = frozenset()

    @rule("HC-12", "RF-01", "X-02")
    async def of_call(self, tx: Tx, call: Call, now: datetime) -> None:
        """The certificate of a call that was promised doctor and window; any other has none.

        What if it runs twice: the one that stands stays.
        """
        if call.status not in _PROMISED or call.window is None:
            await self.ended(tx, call.id, now)
            return
        found = await self._whose(tx, Service.HOME_CALL, call.id, call.local(now).date())
        if found is None:
            return
        start, end = call.local(call.window.start), call.local(call.window.end)
        facts = {
            "visit_day": call.visit_day,
            "window": f"{start:%H:%M}–{end:%H:%M}",
            "doctor": call.doctor,
            "role": call.doctor_role,
            "visit_address": call.details.street_and_house,
        }
        await owe_home_call(tx, *found, call.clinic, facts, now)

    @rule("AP-08", "AP-09", "RF-02", "X-03")
    async def of_visit(self, tx: Tx, booking: Booking, now: datetime) -> None:
        """The certificate of a booked time; that of an earlier time, or of another doctor, is withdrawn."""
        await self.ended(tx, booking.id, now)
        found = await self._whose(tx, Service.APPOINTMENT, booking.id, booking.local(now).date())
        if found is None or booking.slot is None:
            return
        facts = {
            "visit": booking.slot.start,
            "doctor": booking.doctor,
            "role": booking.details.role,
            "room": booking.slot.room,
        }
        await owe_appointment(tx, *found, booking.clinic, facts, now)

    @rule("RF-01", "RF-02", "RF-04")
    async def ended(self, tx: Tx, request_id: int, now: datetime) -> None:
        """What was certified does not stand any more. Twice: nothing more."""
        await papers.withdraw(tx, request_id, now)

    async def _whose(
        self, tx: Tx, service: Service, request_id: int, today: date
    ) -> tuple[RegisteredRequest, Person] | None:
        """The request and the patient to be named, None if there is to be no paper.

        None for a patient whom the register does not know, a newborn, and for another adult: whoever asked
        for them would read in it what the register says of them (S19).
        """
        if not gets_paper(service, region_law(ALMATY.name, today).certifying(self.services)):
            return None
        request = await requests.by_id(tx, request_id)
        if request is None or request.patient_id is None or request.for_whom == ForWhom.OTHER.value:
            return None
        person = await people.by_id(tx, request.patient_id)
        return None if person is None else (request, person)


OF_ALMATY: Final = Certificates()
"""Where nothing is set: results end in a status."""
