"""Costs of single things: a start, ten thousand open dialogs, a replay, a look-up among a million people."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.houses import Town, our_bot
from benchmarks.population import Made, people
from benchmarks.processes import ROOT, gateway
from benchmarks.rounds import STARTS_WITHIN, wait_until_ready
from bot.clock import SystemClock
from dialogs.engine import (
    Asked,
    Dialog,
    End,
    Entry,
    Gate,
    Journal,
    Kind,
    Option,
    Passed,
    Question,
    T,
    ask,
    end,
    replay,
)
from rules.iin import Iin
from rules.phone import Phone
from storage import people as registry_people
from storage.database import Database, open_database
from storage.keys import KeyRing
from storage.migrate import migrate

_MEGABYTE: Final = 1_000_000
_QUESTIONS: Final = 30
_BATCH: Final = 5000
_LOOK_UPS: Final = 2000
_IMPORTS: Final = """
import psutil
import bot.command_line, bot.app, phonenumbers
print(psutil.Process().memory_info().rss)
"""


def cold_start(town: Town) -> float:
    """Seconds from the start of the process to the first answered message, which was there before it."""
    with gateway("ours", town.people_file, town.folder) as (control, _):
        control.begin(0, 1, 1)
        began = time.monotonic()
        with our_bot(town, control):
            control.wait("the first answer", lambda seen: seen["answers"] > 0, STARTS_WITHIN)
            return time.monotonic() - began


def memory_of_open_dialogs(town: Town, dialogs: int) -> float:
    """Megabytes above the process's imports, with that many dialogs open at the question for the IIN."""
    with gateway("ours", town.people_file, town.folder) as (control, _), our_bot(town, control) as bot:
        wait_until_ready(control)
        control.begin(0, dialogs, 100, "iin")
        control.wait("dialogs to be open", lambda seen: bool(seen["over"]), STARTS_WITHIN + dialogs * 0.05)
        return (bot.used().memory - _memory_of_imports()) / _MEGABYTE


def _memory_of_imports() -> int:
    done = subprocess.run(
        [sys.executable, "-c", _IMPORTS], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return int(done.stdout)


# A replay of thirty answers, database time left out.


class _NobodyAtTheGate:
    async def passed(self, gate: Gate) -> Passed | None:
        """Nobody has passed."""
        return None


def _question(number: int) -> Question:
    return Question(
        f"bench.{number}", (T("desk.menu"),), T("hint.buttons"), (Option("yes", T("button.yes")),)
    )


async def _thirty(ctx: object) -> End:
    for number in range(_QUESTIONS + 1):
        await ask(_question(number), given=[number, "the answer before"])
    return end(T("desk.menu"))


async def replay_of_thirty(repeats: int = 200) -> float:
    """Milliseconds, the median of `repeats`."""
    dialog, journal = Dialog("bench", _thirty), await _answered()
    taken = []
    for _ in range(repeats):
        began = time.perf_counter()
        await replay(dialog, None, journal, _NobodyAtTheGate())
        taken.append(time.perf_counter() - began)
    return median(taken) * 1000


async def _answered() -> Journal:
    dialog, journal = Dialog("bench", _thirty), Journal()
    for number in range(_QUESTIONS):
        outcome = await replay(dialog, None, journal, _NobodyAtTheGate())
        assert isinstance(outcome, Asked)
        journal = journal.put(Entry(f"bench.{number}", "yes", Kind.OPTION, outcome.given))
    return journal


# A look-up by IIN among few and among many.


async def look_up(folder: Path, size: int) -> float:
    """Microseconds that a look-up by IIN costs among that many people, the median over people at random."""
    url, keys = f"sqlite:///{folder / f'{size}.sqlite'}", KeyRing.parse(f"1:{KeyRing.new_key()}")
    await migrate(url)
    db = await open_database(url, keys, SystemClock())
    try:
        await _fill(db, keys, size)
        return await _looked_up(db, size)
    finally:
        await db.close()


async def _fill(db: Database, keys: KeyRing, size: int) -> None:
    made_up = islice(people(), size)
    while batch := tuple(islice(made_up, _BATCH)):
        async with db.transaction() as tx:
            await tx.each("load_person_add", [_row(keys, tx.ids.new(), made) for made in batch])


def _row(keys: KeyRing, row_id: int, made: Made) -> dict[str, object]:
    card = registry_people.Card(
        made.iin,
        made.surname,
        made.name,
        made.patronymic,
        made.birth_date,
        made.phone,
        made.phone,
        made.address,
    )
    return {
        "id": row_id,
        "iin_index": registry_people.iin_index(keys, Iin(made.iin)),
        "phone_index": registry_people.phone_index(keys, Phone(made.phone)),
        "card": registry_people.sealed_card(keys, row_id, card),
        "card_digest": keys.mac("card", registry_people.card_text(card).encode()),
        "language": made.language,
    }


async def _looked_up(db: Database, size: int) -> float:
    taken = []
    for made in _some(size):
        began = time.perf_counter()
        found = await registry_people.by_iin(db.reader, Iin(made.iin))
        taken.append(time.perf_counter() - began)
        assert found is not None
    return median(taken) * 1_000_000


def _some(size: int) -> Iterable[Made]:
    chosen = set(random.Random(1).sample(range(size), min(size, _LOOK_UPS)))
    return [made for number, made in enumerate(islice(people(), size)) if number in chosen]


def look_ups(folder: Path, few: int, many: int) -> tuple[float, float]:
    """The cost among few and among many, in microseconds."""
    return asyncio.run(look_up(folder, few)), asyncio.run(look_up(folder, many))


def today() -> str:
    """The day of the measurement, for the heading."""
    return f"{datetime.now(UTC):%Y-%m-%d}"
