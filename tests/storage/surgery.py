"""A clinic with three doctors and a short week, for the tests of appointments."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import count

from dialogs.facts import Wish
from rules.calendar import WorkingCalendar
from rules.clinics import Clinic
from rules.doctors import DoctorRole
from rules.slots import Slot
from storage import requests, schedules, slots
from storage.addresses import Address
from storage.database import Database, Tx
from storage.registry import Directory
from storage.requests import NewRequest
from storage.slot_making import Made
from tests.registry import NOW

ANYBODY = Wish(5, DoctorRole.THERAPIST)
FIRST, SECOND, CHILDRENS = (Wish(5, DoctorRole.THERAPIST, "501"), Wish(5, DoctorRole.THERAPIST, "502"),
                            Wish(5, DoctorRole.PAEDIATRICIAN, "503"))  # fmt: skip
FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
DOCTORS = (("501", "therapist", "204"), ("502", "therapist", "206"), ("503", "paediatrician", "112"))
WEEK = tuple((number, weekday, "14:00", "16:00", 30) for number, *_ in DOCTORS for weekday in (1, 5))
"""Mondays and Fridays from two to four, four times each."""

SCHEDULE = ("doctor_no", "weekday", "starts", "ends", "slot_minutes")
_CHATS = count(2_001)


async def open_surgery(
    db: Database,
    week: Sequence[tuple[str, int, str, str, int]] = WEEK,
    doctors: Sequence[tuple[str, str, str]] = DOCTORS,
    now: datetime = NOW,
) -> None:
    """Enter the doctors and their weeks at clinic 5, and make their times."""
    async with db.transaction() as tx:
        for number, role, room in doctors:
            name = tx.keys.seal("doctors.full_name", number, "Орлов Дмитрий")
            tx.later("load_doctor", doctor_no=number, clinic_no=5, full_name=name, role=role, room=room)
        for row in week:
            tx.later("load_schedule", **dict(zip(SCHEDULE, row, strict=True)))
    await made(db, now)


async def made(db: Database, now: datetime = NOW) -> Made:
    """Make the times anew."""
    clinic, calendar = await clinic_of(db)
    async with db.transaction() as tx:
        return await schedules.extend(tx, clinic, calendar, now)


async def clinic_of(db: Database) -> tuple[Clinic, WorkingCalendar]:
    """Clinic 5 and the calendar as they are in the registry."""
    directory = Directory()
    await directory.refresh(db.reader)
    return directory.clinics[5], directory.calendar


async def new_request(
    tx: Tx, now: datetime = NOW, open_slot: str | None = None, patient_id: int | None = None
) -> int:
    """Register a request of somebody for an appointment."""
    wanted = NewRequest(
        clinic_no=5,
        service="appointment",
        address=Address("telegram", str(next(_CHATS))),
        locale="kk",
        for_whom="self",
        status="registered",
        details={},
        patient_id=patient_id,
        open_slot=open_slot,
    )
    return (await requests.register(tx, wanted, now)).id


async def booked(db: Database, slot: Slot, now: datetime = NOW) -> int | None:
    """Somebody books that time; their request, or None if it is not to be had."""
    try:
        async with db.transaction() as tx:
            request_id = await new_request(tx, now)
            if not await slots.book(tx, slot.id, request_id, request_id, now):
                raise Lost
    except Lost:
        return None
    return request_id


class Lost(Exception):
    """Another was first: nothing of this attempt stays."""


async def free(db: Database, wish: Wish = FIRST, now: datetime = NOW) -> tuple[Slot, ...]:
    """What anybody is shown."""
    return await slots.free(db.reader, wish, now)


def minutes(number: int) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=number)
