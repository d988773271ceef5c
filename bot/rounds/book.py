"""A doctor's day as it is read from the registry: visits in order, and the patients of the surgery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.bookings.cards import Listed
from bot.bookings.feed import BookingFeed
from bot.staff.cards import Call
from bot.staff.feed import Feed
from rules.call_status import CallStatus, is_open
from rules.clinics import Clinic
from rules.doctors import Doctor
from rules.law import rule
from rules.rounds import Turn, places
from storage import registry, rounds
from storage.database import Reader

_ON_THE_ROAD_FIRST: Final = (CallStatus.ON_WAY, CallStatus.CONFIRMED, CallStatus.NOT_HOME)


@dataclass(frozen=True, slots=True)
class Day:
    """One doctor's day at one clinic. ``chosen`` is the visit that is shown whole."""

    clinic: Clinic
    doctor: Doctor
    on: date
    visits: tuple[Call, ...]
    patients: Sequence[Listed]
    chosen: Call | None


@dataclass(frozen=True, slots=True)
class RoundsBook:
    """Reads days; clinics and calendar are those of the feeds."""

    calls: Feed
    bookings: BookingFeed

    async def clinic(self, reader: Reader, clinic_no: int) -> Clinic:
        """The clinic under that number of the directory."""
        await self.calls.directory.refresh(reader)
        return self.calls.directory.clinics[clinic_no]

    async def day(
        self, reader: Reader, clinic: Clinic, doctor_no: str, on: date, now: datetime, wanted: int | None
    ) -> Day | None:
        """The day with the visit ``wanted`` (its id) shown whole, else the next one to be made.

        None for a doctor who is in the clinic's list no more.
        """
        doctor = await registry.doctor(reader, doctor_no)
        if doctor is None:
            return None
        visits = await self.visits(reader, clinic, doctor_no, on)
        listed = await self.bookings.listed(reader, clinic, doctor, on, now)
        patients = [one for one in listed if one.booking is not None]
        chosen = next((one for one in visits if one.id == wanted), None) or _next(visits)
        return Day(clinic, doctor, on, visits, patients, chosen)

    @rule("G-72")
    async def visits(self, reader: Reader, clinic: Clinic, doctor_no: str, on: date) -> tuple[Call, ...]:
        """The visits of that day, made and to be made: what was left over first, then by their windows."""
        begins, _ = clinic.schedule(self.calls.directory.calendar).bounds(on)
        ids = await rounds.of_doctor(reader, clinic.no, doctor_no, on, begins)
        found = [await self.calls.call(reader, request_id) for request_id in ids]
        return tuple(one for one in found if one is not None)


def before_each(visits: Sequence[Call]) -> dict[int, int]:
    """How many visits come before each of those that wait for their first, by request."""
    return places([Turn(one.id, one.status, one.window.start) for one in visits if one.window is not None])


def _next(visits: Sequence[Call]) -> Call | None:
    """The one the doctor is on the way to, else the first that nobody went to, else a repeat."""
    waiting = [one for one in visits if is_open(one.status)]
    return min(waiting, key=lambda one: _ON_THE_ROAD_FIRST.index(one.status), default=None)
