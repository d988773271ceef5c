"""What stands in the registry after a round, held against what the citizens and the staff were told."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

from benchmarks.citizens import NUMBER
from rules.law import Service

# A booking stands if it is confirmed and has its time; a slot has one request by its index.
_KEPT: Final = {
    Service.HOME_CALL: "SELECT number, patient_id FROM requests WHERE service = 'home_call'",
    Service.APPOINTMENT: """SELECT r.number, r.patient_id FROM requests r
        LEFT JOIN slots s ON s.request_id = r.id AND r.window_start = s.starts AND r.doctor_no = s.doctor_no
        WHERE r.service = 'appointment' AND r.status = 'confirmed' AND s.id IS NOT NULL""",
}


def lost(told: Iterable[str], service: Service, registry: Path | None) -> int:
    """How many of the numbers that citizens were told do not stand in the registry; without one, none."""
    if registry is None:
        return 0
    kept = {number for number, _ in _rows(registry, service)}
    return sum(number not in kept for number in told)


def doubled(told: Iterable[str], cards: Iterable[str], service: Service, registry: Path | None) -> int:
    """How many numbers were given twice, cards came twice to staff, people have the same thing twice."""
    posted = [found[0] for text in cards if (found := NUMBER.search(text))]
    patients = [patient for _, patient in _rows(registry, service)] if registry else []
    return sum(_twice(seen) for seen in (tuple(told), posted, patients))


def _twice(seen: Iterable[object]) -> int:
    return sum(times - 1 for times in Counter(seen).values())


def _rows(registry: Path, service: Service) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(f"file:{registry}?mode=ro", uri=True, timeout=10)) as connection:
        return connection.execute(_KEPT[service]).fetchall()
