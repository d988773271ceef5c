"""How long a look for free times takes among 50,000 and among 5,000,000 of them.

`python -m benchmarks.free_times`. The target is that a hundred times as many
cost at most one and a half times as much. SQLite, one process.
"""

import asyncio
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Final

from bot.clock import SystemClock
from dialogs.facts import Wish
from rules.doctors import DoctorRole
from storage import slots
from storage.database import Database, open_database
from storage.instants import micros
from storage.keys import KeyRing
from storage.migrate import migrate
from tests.registry import KEYS

FEW: Final = 50_000
MANY: Final = 5_000_000
TARGET: Final = 1.5

_NOW: Final = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
_QUARTER: Final = 15 * 60 * 1_000_000
_LOOKS: Final = 400
_PER_DOCTOR: Final = 500
_DOCTORS_PER_CLINIC: Final = 10
# Every doctor has past times and times to come, four fifths of them booked; clinics grow in number, not size.
_FILL: Final = """
INSERT INTO slots (id, doctor_no, clinic_no, role, day, starts, ends, room, opens_at, request_id)
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :many)
SELECT i, 'd' || (i / :each), 1 + i / :each / :doctors, 'therapist',
       date('2026-11-20', (i % :each / 24) || ' days'), :since + (i % :each) * :quarter,
       :since + (i % :each + 1) * :quarter, '1', 0, CASE WHEN i * 7919 % 10 < 8 THEN i END
FROM n
"""

Look = Callable[[Database, int], Awaitable[object]]


async def nearest(db: Database, doctor: int) -> object:
    """The first free time of any doctor of the role."""
    return await slots.nearest(db.reader, _wish(doctor, any_doctor=True), _NOW)


async def seven(db: Database, doctor: int) -> object:
    """A screen of free times of one doctor."""
    return await slots.free(db.reader, _wish(doctor), _NOW, limit=7)


async def week(db: Database, doctor: int) -> object:
    """The days of the week with their free times."""
    return await slots.free_days(db.reader, _wish(doctor), _NOW, _NOW + timedelta(days=7))


LOOKS: Final[dict[str, Look]] = {
    "nearest of a role": nearest,
    "seven of a doctor": seven,
    "week of a doctor": week,
}


def _wish(doctor: int, *, any_doctor: bool = False) -> Wish:
    clinic = 1 + doctor // _DOCTORS_PER_CLINIC
    return Wish(clinic, DoctorRole.THERAPIST, None if any_doctor else f"d{doctor}")


async def measured(many: int, folder: Path) -> dict[str, float]:
    """Milliseconds of each look, as the median of many, among so many times."""
    path = folder / f"{many}.sqlite"
    await migrate(f"sqlite:///{path}")
    _fill(path, many)
    db = await open_database(f"sqlite:///{path}", KeyRing.parse(KEYS), SystemClock())
    try:
        return {name: await _median(db, look, many) for name, look in LOOKS.items()}
    finally:
        await db.close()


def _fill(path: Path, many: int) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous = OFF")
    given = {
        "many": many, "each": _PER_DOCTOR, "doctors": _DOCTORS_PER_CLINIC,
        "since": micros(_NOW) - 100 * _QUARTER, "quarter": _QUARTER,
    }  # fmt: skip
    connection.execute(_FILL, given)
    connection.commit()
    connection.close()


async def _median(db: Database, look: Look, many: int) -> float:
    doctors = many // _PER_DOCTOR
    took = []
    for number in range(_LOOKS):
        doctor = number * 7919 % doctors
        began = time.perf_counter()
        found = await look(db, doctor)
        took.append(time.perf_counter() - began)
        if not found:
            raise LookupError("the benchmark looked where nothing is free")
    return median(took) * 1000


async def compared() -> float:
    """Measure both and print them; return the worst ratio of the many to the few."""
    with tempfile.TemporaryDirectory() as folder:
        few = await measured(FEW, Path(folder))
        many = await measured(MANY, Path(folder))
    worst = max(many[name] / few[name] for name in LOOKS)
    for name in LOOKS:
        print(f"{name}: {few[name]:.3f} ms among {FEW:,}, {many[name]:.3f} ms among {MANY:,}")
    return worst


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(compared()) <= TARGET else 1)
