"""S19 on the clock: an IIN that is registered and one that is not are answered in the same time."""

import sys
from bisect import bisect_left, bisect_right
from itertools import chain, islice
from math import erf, sqrt
from pathlib import Path
from statistics import median

import pytest

from benchmarks.gateway import FIRST_CHAT
from benchmarks.houses import build_town, our_bot
from benchmarks.population import people, write_rows
from benchmarks.processes import gateway
from benchmarks.rounds import wait_until_ready

pytestmark = [pytest.mark.drill, pytest.mark.timeout(600)]

OF_EACH = 500
WARM_UP = 20
LEAST_P = 1e-4
"""Below this, chance is no explanation; above it, whoever measures 500 of each has learnt nothing."""


def test_S19_the_time_of_an_answer_does_not_tell_whether_an_iin_is_registered(tmp_path: Path) -> None:
    known, unknown = _waits(tmp_path)
    chance = chance_of(known, unknown)
    medians = f"known {median(known) * 1000:.2f} ms, unknown {median(unknown) * 1000:.2f} ms"
    sys.stdout.write(f"{medians}, by chance {chance:.2g}\n")
    assert len(known) == len(unknown) == OF_EACH
    assert chance > LEAST_P


def _waits(folder: Path) -> tuple[list[float], list[float]]:
    """Seconds from a typed IIN to the screen that asks for the code; one citizen after another, in turns."""
    town = build_town(folder / "town", OF_EACH + WARM_UP)
    strangers = islice(people(), len(town.people), 2 * len(town.people))
    mixed = folder / "mixed.csv"
    write_rows(mixed, chain.from_iterable(zip(town.people, strangers, strict=True)))
    with gateway("ours", mixed, town.folder) as (control, _), our_bot(town, control, core=None):
        wait_until_ready(control)
        control.begin(0, 2 * WARM_UP, 1, "gate")
        control.wait("the warm-up", lambda seen: bool(seen["over"]), 60)
        control.begin(2 * WARM_UP, 2 * OF_EACH, 1, "gate")
        control.wait("all citizens", lambda seen: bool(seen["over"]), 400)
        waits = {
            int(chat) - FIRST_CHAT: wait for chat, wait in control.figures(whole=True)["last_waits"].items()
        }
    return [waits[at] for at in sorted(waits) if at % 2 == 0], [waits[at] for at in sorted(waits) if at % 2]


def chance_of(some: list[float], others: list[float]) -> float:
    """The probability of a difference as large as this if there is none: Mann and Whitney, two-sided."""
    ranked, n, m = sorted(others), len(some), len(others)
    beaten = sum((bisect_left(ranked, one) + bisect_right(ranked, one)) / 2 for one in some)
    z = (beaten - n * m / 2) / sqrt(n * m * (n + m + 1) / 12)
    return 1 - erf(abs(z) / sqrt(2))


def test_the_measure_sees_a_difference_of_a_tenth() -> None:
    some = [1 + at % 50 / 100 for at in range(OF_EACH)]
    assert chance_of(some, some) > 0.9
    assert chance_of(some, [one * 1.1 for one in some]) < LEAST_P
