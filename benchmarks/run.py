"""The benchmark: our bot and the plain one in turns, then single costs, held against the targets.

python -m benchmarks            # about a quarter of an hour
python -m benchmarks --quick    # two
"""

from __future__ import annotations

import argparse
import asyncio
import platform
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil  # type: ignore[import-untyped]  # it ships no types

from benchmarks import free_times, single_costs, webhook
from benchmarks.houses import Town, build_town
from benchmarks.rounds import NAMES, WARM_UP, Round, medians, play
from rules.law import Service

SERVICES: Final = {Service.HOME_CALL: "home calls", Service.APPOINTMENT: "bookings"}
BOTS: Final = ("ours", "plain")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured; ``doctors`` are the districts among whom bookings spread.

    SMS come in for so many seconds as ``writes`` says.
    """

    rounds: int
    dialogs: int
    at_once: int
    open_dialogs: int
    many: int
    few: int = 10_000
    writes: int = webhook.SECONDS
    doctors: int = 25

    @property
    def population(self) -> int:
        """People needed."""
        return max(self.dialogs + WARM_UP, self.open_dialogs)


WHOLE: Final = Size(rounds=3, dialogs=1000, at_once=50, open_dialogs=10_000, many=1_000_000)
QUICK: Final = Size(rounds=1, dialogs=150, at_once=50, open_dialogs=1000, many=50_000, writes=5)


def main(arguments: list[str]) -> int:
    """Measure and print; 1 if a target of the whole benchmark is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
    parser.add_argument("--dialogs-only", action="store_true", help="leave the single costs out")
    options = parser.parse_args(arguments)
    size = QUICK if options.quick else WHOLE
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        _say(_heading(size))
        town = build_town(Path(folder) / "town", size.population, size.doctors)
        targets = [target for service in SERVICES for target in _dialogs(town, service, size)]
        if not options.dialogs_only:
            targets += [*_single_costs(town, Path(folder), size), *_inbound_sms(town, size)]
        if not (options.dialogs_only or options.quick):
            worst = asyncio.run(free_times.compared())
            targets.append(Target("search for a free time, 5,000,000 to 50,000", worst, free_times.TARGET))
    _say("")
    for target in targets:
        _say(str(target))
    return 0 if options.quick or all(target.is_met for target in targets) else 1


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that was promised, and the one that was measured."""

    what: str
    measured: float
    bound: float
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """True if the promise is kept."""
        return self.measured >= self.bound if self.at_least else self.measured <= self.bound

    def __str__(self) -> str:
        sign, met = ("≥" if self.at_least else "≤"), ("met" if self.is_met else "MISSED")
        return f"{self.what:<58} {self.measured:>9.2f}   {sign} {self.bound:<6g} {met}"


def _dialogs(town: Town, service: Service, size: Size) -> list[Target]:
    what = SERVICES[service]
    played: dict[str, list[Round]] = {name: [] for name in BOTS}
    for number in range(size.rounds):
        # In turns, each time the other one first: what else the machine does falls on both.
        for name in BOTS if number % 2 == 0 else reversed(BOTS):
            played[name].append(play(name, town, service, size.dialogs, size.at_once))
            speed = played[name][-1].dialogs_per_second
            _say(f"{what}, round {number + 1}, {name}: {speed:.1f} dialogs a second")
    ours, plain = medians(played["ours"]), medians(played["plain"])
    _say("\n" + "\n".join(_table(what, ours, plain)) + "\n")
    speed = ours.dialogs_per_second / plain.dialogs_per_second
    return [
        Target(f"{what}, dialogs a second, ours to plain", speed, 1.0, at_least=True),
        Target(f"{what}, CPU an update, ours to plain", ours.cpu / plain.cpu, 1.0),
        Target(f"{what}, latency p99, ours to plain", ours.p99 / plain.p99, 1.0),
        Target(f"{what}, lost", ours.lost, 0),
        Target(f"{what}, doubled", ours.doubled, 0),
    ]


def _table(what: str, ours: Round, plain: Round) -> Iterable[str]:
    yield f"{what + ', medians':<30} {'ours':>10} {'plain':>10} {'ratio':>8}"
    for name, words in NAMES.items():
        mine, other = getattr(ours, name), getattr(plain, name)
        ratio = f"{mine / other:>8.2f}" if other else ""
        yield f"{words:<30} {mine:>10.2f} {other:>10.2f} {ratio}"


def _single_costs(town: Town, folder: Path, size: Size) -> list[Target]:
    start = min(single_costs.cold_start(town) for _ in range(2))
    memory = single_costs.memory_of_open_dialogs(town, size.open_dialogs)
    replay = asyncio.run(single_costs.replay_of_thirty())
    few, many = single_costs.look_ups(folder, size.few, size.many)
    _say(f"\nlook-up by IIN: {few:.0f} µs among {size.few:,} people, {many:.0f} µs among {size.many:,}")
    return [
        Target("cold start to the first answered message, s", start, 5.0),
        Target(f"memory above imports, {size.open_dialogs:,} dialogs open, MB", memory, 40.0),
        Target("replay of 30 answers, ms", replay, 1.0),
        Target(f"look-up by IIN, {size.many:,} people to {size.few:,}", many / few, 1.5),
    ]


def _inbound_sms(town: Town, size: Size) -> list[Target]:
    taken = webhook.measured(town, size.writes)
    figures = f"p50 {taken.p50:.1f} ms, p95 {taken.p95:.1f} ms, CPU a message {taken.cpu:.1f} ms"
    _say(f"inbound SMS, {webhook.A_SECOND} a second: {figures}")
    what = f"inbound SMS at {webhook.A_SECOND} a second"
    return [
        Target(f"{what}, latency p99, ms", taken.p99, webhook.TARGET),
        Target(f"{what}, refused or lost", taken.refused + taken.lost, 0),
    ]


def _heading(size: Size) -> str:
    memory = psutil.virtual_memory().total / 1e9
    return (
        f"{single_costs.today()}, Python {platform.python_version()}, {psutil.cpu_count()} cores, "
        f"{memory:.0f} GB; "
        f"SQLite with synchronous=FULL; {size.dialogs} dialogs a round, {size.at_once} citizens at once"
    )


def _say(line: str) -> None:
    print(line, flush=True)
