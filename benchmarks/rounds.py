"""One round of whole home calls or whole bookings by one bot, and the medians of several."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from statistics import median
from typing import Any, Final, TypeAlias

from benchmarks import kept
from benchmarks.houses import Town, our_bot, plain_bot
from benchmarks.processes import Control, Program, gateway
from rules.law import Service

STARTS_WITHIN: Final = 30.0
SECONDS_A_DIALOG: Final = 0.5
WARM_UP: Final = 50
_MEGABYTE: Final = 1_000_000
Bot: TypeAlias = AbstractContextManager[Program]


@dataclass(frozen=True, slots=True)
class Round:
    """What one round measured: times in milliseconds, CPU of the bot per update, memory in megabytes."""

    dialogs_per_second: float
    updates_per_second: float
    p50: float
    p95: float
    p99: float
    cpu: float
    memory: float
    gateway_cpu: float
    """Share of its core that the gateway used; near 1 it would be what is measured."""
    lost: int = 0
    """Requests whose number was told and which do not stand in the registry."""
    doubled: int = 0
    """Numbers, staff's cards and people's requests that are there more than once."""


NAMES: Final = {
    "dialogs_per_second": "dialogs a second",
    "updates_per_second": "updates a second",
    "p50": "latency p50, ms",
    "p95": "latency p95, ms",
    "p99": "latency p99, ms",
    "cpu": "CPU an update, ms",
    "memory": "memory, MB",
    "gateway_cpu": "gateway's share of its core",
    "lost": "lost, in all rounds",
    "doubled": "doubled, in all rounds",
}


def bot_named(name: str, town: Town, control: Control) -> Bot:
    """The bot of that name, as a process to be entered."""
    return our_bot(town, control) if name == "ours" else plain_bot(town, control)


def play(name: str, town: Town, service: Service, dialogs: int, at_once: int) -> Round:
    """Start the bot anew, warm it up, and let `dialogs` citizens ask for it, `at_once` at a time."""
    with (
        gateway(name, town.people_file, town.folder) as (control, other_side),
        bot_named(name, town, control) as bot,
    ):
        wait_until_ready(control)
        play_out(control, service, 0, WARM_UP, at_once)
        bot_before, other_before = bot.used(), other_side.used()
        play_out(control, service, WARM_UP, dialogs, at_once)
        bot_after, other_after = bot.used(), other_side.used()
        figures = control.figures(whole=True)
    registry = town.registry if name == "ours" else None
    numbers = figures["numbers"]
    assert len([number for number in numbers if number]) == dialogs, "everybody was told a number"
    measured = _round(
        figures, bot_after.cpu - bot_before.cpu, bot_after.memory, other_after.cpu - other_before.cpu
    )
    return replace(
        measured,
        lost=kept.lost(numbers, service, registry),
        doubled=kept.doubled(numbers, figures["card_texts"], service, registry),
    )


def wait_until_ready(control: Control) -> None:
    """Wait until the bot asks for updates."""
    control.wait(
        "a bot that asks for updates", lambda seen: bool(seen["calls"].get("getUpdates")), STARTS_WITHIN
    )


def play_out(control: Control, service: Service, first: int, dialogs: int, at_once: int) -> None:
    """Let citizens loose and wait until each has a number (and a calendar file), and the staff every card."""
    files = dialogs if service is Service.APPOINTMENT else 0
    control.begin(first, dialogs, at_once, service=service)
    within = STARTS_WITHIN + dialogs * SECONDS_A_DIALOG
    control.wait(
        "the end of a round",
        lambda seen: seen["over"] and seen["cards"] >= dialogs and seen["files"] >= files,
        within,
    )


def _round(figures: dict[str, Any], cpu: float, memory: int, other: float) -> Round:
    seconds, waited = figures["seconds"], sorted(figures["latencies"])
    return Round(
        dialogs_per_second=figures["finished"] / seconds,
        updates_per_second=figures["updates"] / seconds,
        p50=percentile(waited, 50),
        p95=percentile(waited, 95),
        p99=percentile(waited, 99),
        cpu=cpu * 1000 / figures["updates"],
        memory=memory / _MEGABYTE,
        gateway_cpu=other / seconds,
    )


def percentile(waited: list[float], percent: int) -> float:
    """Of sorted seconds the one that so many in a hundred stay below, in milliseconds."""
    return waited[min(len(waited) - 1, len(waited) * percent // 100)] * 1000


def medians(rounds: Iterable[Round]) -> Round:
    """Each figure's median, but every one that was lost or doubled."""
    played = tuple(rounds)
    middle = {name: median(getattr(one, name) for one in played) for name in NAMES}
    return Round(
        **middle | {"lost": sum(one.lost for one in played), "doubled": sum(one.doubled for one in played)}
    )
