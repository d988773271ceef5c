"""How long a look for free times takes among 50,000 and among 5,000,000 of them.

`python -m benchmarks.free_times`. The target is that a hundred times as many cost at most one and a half
times as much. A look takes some ten microseconds, less than whatever else a machine does: so both sizes are
looked at in turns, thousands of times. It is done twice: at the same doctors again and again, where the
quickest look of each counts and what is compared is the search alone; and each time at another doctor, whose
pages no cache of ours has yet, where the median counts. SQLite, one process.
"""

import asyncio
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
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
_PLACES: Final = 100
_ROUNDS: Final = 40
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

Look = Callable[[Database, int], Awaitable[Sequence[object]]]


async def nearest(db: Database, doctor: int) -> Sequence[object]:
    """The first free time of any doctor of the role."""
    found = await slots.nearest(db.reader, _wish(doctor, any_doctor=True), _NOW)
    return () if found is None else (found,)


async def seven(db: Database, doctor: int) -> Sequence[object]:
    """A screen of free times of one doctor."""
    return await slots.free(db.reader, _wish(doctor), _NOW, limit=7)


async def week(db: Database, doctor: int) -> Sequence[object]:
    """The days of the week with their free times."""
    return await slots.free_days(db.reader, _wish(doctor), _NOW, _NOW + timedelta(days=7))


async def week_of_role(db: Database, doctor: int) -> Sequence[object]:
    """The same of any doctor of the role."""
    return await slots.free_days(db.reader, _wish(doctor, any_doctor=True), _NOW, _NOW + timedelta(days=7))


LOOKS: Final[dict[str, Look]] = {
    "nearest of a role": nearest,
    "seven of a doctor": seven,
    "week of a doctor": week,
    "week of a role": week_of_role,
}


def _wish(doctor: int, *, any_doctor: bool = False) -> Wish:
    clinic = 1 + doctor // _DOCTORS_PER_CLINIC
    return Wish(clinic, DoctorRole.THERAPIST, None if any_doctor else f"d{doctor}")


@dataclass(frozen=True, slots=True)
class Registry:
    """A filled registry, and whose times are looked for in it: as many doctors in each size."""

    db: Database
    same: tuple[int, ...]
    """Doctors to be looked at again and again."""
    others: tuple[int, ...]
    """Doctors to be looked at once each, as far as there are so many."""


@asynccontextmanager
async def filled(many: int, folder: Path) -> AsyncIterator[Registry]:
    """A registry with so many times."""
    path = folder / f"{many}.sqlite"
    await migrate(f"sqlite:///{path}")
    _fill(path, many)
    db = await open_database(f"sqlite:///{path}", KeyRing.parse(KEYS), SystemClock())
    try:
        everybody = many // _PER_DOCTOR
        mixed = random.Random(1).sample(range(everybody), everybody)
        yield Registry(db, tuple(mixed[:_PLACES]), tuple(mixed[-_PLACES * _ROUNDS :]))
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


async def same_again(look: Look, registries: Sequence[Registry]) -> list[float]:
    """Microseconds of that look in each registry: of each of the same doctors the quickest, the median."""
    best = [[float("inf")] * _PLACES for _ in registries]
    for _ in range(_ROUNDS):
        for place in range(_PLACES):
            for quickest, registry in zip(best, registries, strict=True):
                took = await _timed(look, registry.db, registry.same[place])
                quickest[place] = min(quickest[place], took)
    return [median(quickest) for quickest in best]


async def each_time_another(look: Look, registries: Sequence[Registry]) -> list[float]:
    """Microseconds of that look in each registry, each time at another doctor: the median."""
    took: list[list[float]] = [[] for _ in registries]
    for number in range(_PLACES * _ROUNDS):
        for times, registry in zip(took, registries, strict=True):
            doctor = registry.others[number % len(registry.others)]
            times.append(await _timed(look, registry.db, doctor))
    return [median(times) for times in took]


async def _timed(look: Look, db: Database, doctor: int) -> float:
    began = time.perf_counter()
    found = await look(db, doctor)
    took = time.perf_counter() - began
    if not found:
        raise LookupError("the benchmark looked where nothing is free")
    return took * 1e6


WAYS: Final = {"the same again": same_again, "each time another": each_time_another}


async def compared() -> float:
    """Measure both and print them; return the worst ratio of the many to the few."""
    worst = 0.0
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        async with filled(FEW, Path(folder)) as small, filled(MANY, Path(folder)) as large:
            for name, look in LOOKS.items():
                for way, measured in WAYS.items():
                    few, many = await measured(look, (small, large))
                    print(
                        f"{name + ', ' + way:<40} {few:>6.1f} µs among {FEW:,}, "
                        f"{many:>6.1f} µs among {MANY:,}: {many / few:.2f}"
                    )
                    worst = max(worst, many / few)
    return worst


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(compared()) <= TARGET else 1)
