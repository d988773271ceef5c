"""S19 on the clock: asking about a person of the registry and about nobody takes the same time."""

import gc
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest

from rules.iin import Iin
from storage.database import Database
from tests.drill.test_timing import LEAST_P, OF_EACH, WARM_UP, chance_of
from tests.otp.third_parties import Desk
from tests.registry import HandClock, add_clinic, add_person, made_up_iin, migrated_sqlite_url, registry

pytestmark = [pytest.mark.drill, pytest.mark.timeout(600)]


async def test_S19_and_IC_15_the_time_of_asking_does_not_tell_whether_there_is_such_a_person(
    tmp_path: Path,
) -> None:
    clock = HandClock()
    waits: tuple[list[float], list[float]] = ([], [])
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        await add_clinic(db)
        asks = [
            (
                Desk(db, clock, *await add_person(db, phone=f"+7700{at:07d}"), asked=at * 10),
                await _pair(db, at),
            )
            for at in range(OF_EACH + WARM_UP)
        ]
        gc.disable()
        for at, (desk, pair) in enumerate(asks):
            # In turns, and each of the two first as often as the other.
            for which in (at % 2, 1 - at % 2):
                wanted = desk.wanted(pair[which])
                began = perf_counter()
                await desk.ask(wanted)
                if at >= WARM_UP:
                    waits[which].append(perf_counter() - began)
            clock.forward(1)
        gc.enable()
    known, unknown = waits
    chance = chance_of(known, unknown)
    medians = f"known {median(known) * 1000:.2f} ms, unknown {median(unknown) * 1000:.2f} ms"
    sys.stdout.write(f"{medians}, by chance {chance:.2g}\n")
    assert len(known) == len(unknown) == OF_EACH
    assert chance > LEAST_P


async def _pair(db: Database, at: int) -> tuple[Iin, Iin]:
    """Somebody of the registry, and nobody."""
    _, known = await add_person(db, phone=f"+7701{at:07d}")
    return known, made_up_iin()
