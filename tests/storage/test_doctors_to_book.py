"""Which doctors a dialog offers: those with hours, read once and anew as soon as the data have changed."""

from datetime import time
from typing import Any

from rules.doctors import DoctorRole
from rules.slots import WeeklyHours
from storage import schedules
from storage.database import Database
from storage.registry import Directory, Registry
from tests.storage.surgery import DOCTORS, WEEK, open_surgery


def reading(db: Database, directory: Directory) -> Registry[Any]:
    """One message's reading of the registry, over the directory that all of them share."""
    return Registry(db.reader, directory, lambda *card: card)


async def therapists(db: Database, directory: Directory) -> list[str]:
    found = await reading(db, directory).doctors_to_book(5, DoctorRole.THERAPIST)
    return sorted(doctor.doctor_no for doctor in found)


async def test_a_doctor_loaded_while_the_service_runs_is_offered_at_the_next_message(db: Database) -> None:
    directory = Directory()
    assert await reading(db, directory).roles_to_book(5) == frozenset()
    await open_surgery(db, WEEK[2:], DOCTORS[1:])
    async with db.transaction() as tx:
        tx.later("data_changed")
    assert await therapists(db, directory) == ["502"]
    assert await reading(db, directory).roles_to_book(5) == {DoctorRole.THERAPIST, DoctorRole.PAEDIATRICIAN}


async def test_a_doctor_without_hours_is_offered_no_more(db: Database) -> None:
    directory = Directory()
    await open_surgery(db)
    assert await therapists(db, directory) == ["501", "502"]
    async with db.transaction() as tx:
        for weekday in (1, 5):
            assert await schedules.drop_hours(tx, WeeklyHours("501", weekday, time(14), time(16), 30))
    assert await therapists(db, directory) == ["502"]


async def test_doctors_are_read_once_for_many_messages(db: Database) -> None:
    directory = Directory()
    await open_surgery(db)
    await therapists(db, directory)
    before = db.statements
    assert await therapists(db, directory) == ["501", "502"]
    assert db.statements == before + 1, "only the data version is looked at"
