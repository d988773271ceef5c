"""The doctors of the made-up clinic and their week, as many as it takes for everybody to be booked."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import time
from pathlib import Path
from typing import Final

from benchmarks.population import CLINIC, doctor_no
from rules.doctors import DoctorRole

WEEKDAYS: Final = range(1, 6)
OPENS: Final = time(8)
CLOSES: Final = time(20)
MINUTES: Final = 15


@dataclass(frozen=True, slots=True)
class Post:
    """One row of doctors.csv."""

    doctor_no: str
    clinic_no: str
    full_name: str
    role: str
    room: str


def posts(doctors: int) -> tuple[Post, ...]:
    """So many therapists, each in a room of their own."""
    return tuple(
        Post(
            doctor_no(number), str(CLINIC), f"Дәрігерова{number} Айгүл Серікқызы",
            DoctorRole.THERAPIST.value, str(100 + number),
        )
        for number in range(doctors)
    )  # fmt: skip


def write_surgeries(folder: Path, doctors: int) -> None:
    """Write doctors.csv and schedule.csv into the folder."""
    made = posts(doctors)
    names = [field.name for field in fields(Post)]
    _write(folder / "doctors.csv", names, (astuple(post) for post in made))
    _write(
        folder / "schedule.csv",
        ["doctor_no", "weekday", "from", "to", "slot_minutes"],
        (
            (post.doctor_no, weekday, f"{OPENS:%H:%M}", f"{CLOSES:%H:%M}", MINUTES)
            for post in made
            for weekday in WEEKDAYS
        ),
    )


def _write(path: Path, names: list[str], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(names)
        table.writerows(rows)


def read_posts(path: Path) -> list[Post]:
    """The doctors of a doctors.csv."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Post(**row) for row in csv.DictReader(file)]
