"""Lives of the real process: started, killed at a random moment, started again; and what is found then."""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from benchmarks.citizens import NUMBER
from benchmarks.houses import Town, our_bot, settings_of_ours
from benchmarks.processes import Control, start

COMES_UP_WITHIN: Final = 30.0
LONGEST_LIFE: Final = 1.2
"""Seconds after which a process is killed, counted from its first call to Telegram."""
LONGEST_FORK: Final = 0.5
"""The same for a life that began as a fork."""
THINKS: Final = 0.3
"""Seconds that a citizen takes to answer, at most."""


Die: TypeAlias = Callable[[Town, Control, Path, int, random.Random], None]


def live_and_die(town: Town, control: Control, registry: Path, lives: int, chance: random.Random) -> None:
    """Let the bot live `lives` times and end each life with SIGKILL, at a moment nobody can foresee."""
    for _ in range(lives):
        before = calls(control)
        with our_bot(town, control, registry, core=None) as bot:
            wait_for_a_call(control, before)
            time.sleep(chance.uniform(0, LONGEST_LIFE))
            bot.kill()


def fork_and_die(town: Town, control: Control, registry: Path, lives: int, chance: random.Random) -> None:
    """The same with the imports paid once: each life is a fork of one process that has them."""
    settings = settings_of_ours(town, registry, control)
    with (town.folder / "forks.log").open("w", encoding="utf-8") as errors:
        parent = start(
            "tests.drill.forking",
            folder=town.folder,
            settings=settings,
            core=None,
            errors=errors,
            listens=True,
        )
    with parent, closing(Forks(parent)) as forks:
        for _ in range(lives):
            before = calls(control)
            life = forks.next()
            wait_for_a_call(control, before)
            time.sleep(chance.uniform(0, LONGEST_FORK))
            os.kill(life, signal.SIGKILL)
            forks.bury()


class Forks:
    """The process that forks: a line for a life, and its number back."""

    def __init__(self, parent: subprocess.Popen[str]) -> None:
        assert parent.stdin is not None
        assert parent.stdout is not None
        self._asks, self._told, self._parent = parent.stdin, parent.stdout, parent

    def next(self) -> int:
        """Start a life; its process number."""
        self._asks.write("live\n")
        self._asks.flush()
        return int(self._told.readline())

    def bury(self) -> None:
        """Wait until the life has ended."""
        assert self._told.readline().strip() == "ended"

    def close(self) -> None:
        """End the process that forks."""
        self._parent.terminate()


def wait_for_a_call(control: Control, before: int) -> None:
    """Wait until a new life has called Telegram."""
    control.wait("a life that came up", lambda seen: in_all(seen) > before, COMES_UP_WITHIN)


def calls(control: Control) -> int:
    """How often Telegram was called up to now."""
    return in_all(control.figures())


def in_all(figures: dict[str, Any]) -> int:
    """The calls in these figures."""
    return sum(figures["calls"].values())


def come_to_rest(town: Town, control: Control, registry: Path, dialogs: int) -> dict[str, Any]:
    """One more life, undisturbed, until every citizen has a number and nothing is owed; the figures."""
    with our_bot(town, control, registry, core=None) as bot:
        control.wait("every citizen to be served", lambda seen: bool(seen["over"]), 60 + dialogs)
        wait_until_nothing_is_owed(registry)
        # The last offset that confirms goes out with the next long poll.
        assert bot.is_running
        return control.figures(whole=True)


def wait_until_nothing_is_owed(registry: Path, within: float = 30.0) -> None:
    """Wait until the inbox is done and the outbox is empty."""
    deadline = time.monotonic() + within
    with reading(registry) as rows:
        while rows("SELECT 1 FROM inbox WHERE done_at IS NULL") or rows(
            "SELECT 1 FROM outbox WHERE status = 'waiting'"
        ):
            assert time.monotonic() < deadline, rows("SELECT kind, status, attempts, error_code FROM outbox")
            time.sleep(0.05)


@contextmanager
def reading(registry: Path) -> Iterator[Any]:
    """A function that runs a query over the registry and returns its rows."""
    with closing(sqlite3.connect(f"file:{registry}?mode=ro", uri=True, timeout=10)) as connection:
        yield lambda query: connection.execute(query).fetchall()


@dataclass(frozen=True, slots=True)
class Found:
    """What stands in the registry after the last life, beside what the other side saw."""

    outcomes: dict[int, str | None]
    numbers: tuple[str, ...]
    callers: tuple[int, ...]
    owed: Counter[str]
    cards_owed: int
    compared_twice: int
    codes_left: int
    without_consent: int


def look(registry: Path) -> Found:
    """Read what there is to be found."""
    with reading(registry) as rows:
        return Found(
            outcomes={
                int(name.rpartition(":")[2]): outcome
                for name, outcome in rows("SELECT external_id, outcome FROM inbox WHERE done_at IS NOT NULL")
            },
            numbers=tuple(number for (number,) in rows("SELECT number FROM requests ORDER BY number")),
            callers=tuple(caller for (caller,) in rows("SELECT caller_id FROM requests")),
            owed=Counter(dict(rows("SELECT status, count(*) FROM outbox GROUP BY status"))),
            cards_owed=rows("SELECT count(*) FROM outbox WHERE kind = 'card'")[0][0],
            compared_twice=rows("SELECT count(*) - count(DISTINCT inbox_id) FROM comparisons")[0][0],
            codes_left=rows("SELECT count(*) FROM outbox WHERE kind = 'code' AND body IS NOT NULL")[0][0],
            without_consent=rows(
                "SELECT count(*) FROM requests r LEFT JOIN consents c ON c.id = r.consent_id "
                "WHERE c.outcome IS NULL OR c.outcome <> 'given'"
            )[0][0],
        )


def check(found: Found, figures: dict[str, Any], dialogs: int) -> None:
    """Everything that must hold however often the process died (S13, S16, S39)."""
    # Whatever was acknowledged to Telegram has one outcome, and a sound one.
    assert set(figures["confirmed"]) <= set(found.outcomes)
    assert [outcome for outcome in found.outcomes.values() if not outcome or "poisoned" in outcome] == []
    # One call for each "Send", each with a number of its own, and no number was lost.
    assert len(found.callers) == len(set(found.callers)) == dialogs
    assert [int(number.split("-")[1]) for number in found.numbers] == list(range(1, dialogs + 1))
    assert sorted(figures["numbers"]) == sorted(found.numbers)
    assert found.without_consent == 0
    assert found.compared_twice == 0
    # All that was owed has left, or was a code that a newer one had replaced.
    assert set(found.owed) <= {"sent", "delivered", "cancelled", "expired"}
    assert found.codes_left == 0
    # The feed has one card for each call; it may have been posted twice, never forgotten.
    assert found.cards_owed == dialogs
    assert posted(figures) == set(found.numbers)


def posted(figures: dict[str, Any]) -> set[str]:
    """The numbers of the calls whose cards came to the staff's group."""
    return {found[0] for text in figures["card_texts"] if (found := re.search(NUMBER, text))}


def repeated(figures: dict[str, Any], dialogs: int) -> str:
    """What at-least-once cost: how many messages came twice."""
    return f"{len(figures['card_texts']) - dialogs} cards and {figures['sms'] - dialogs} SMS more than once"
