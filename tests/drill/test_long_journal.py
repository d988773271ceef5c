"""A long journal goes into a file in constant memory, in each form, with progress shown.

The drill takes a fifth of a million, whose every page is read like any other; with JOURNAL_ENTRIES=1000000
in the environment it takes a million, some eight minutes a form.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types
import pytest

from bot.journals.command import FORMS, Wanted, work
from storage import journal
from storage.database import Database
from tests.bot.journal_rows import fill
from tests.bot.test_settings import LOCAL
from tests.registry import HandClock, add_clinic, migrated_sqlite_url, registry

pytestmark = [pytest.mark.drill, pytest.mark.timeout(3600)]

ENTRIES = int(os.environ.get("JOURNAL_ENTRIES", "200000"))
MOST_GROWTH = 96 * 2**20
"""Bytes between the first progress and the last: caches fill, the journal does not."""


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_GEN_09_a_long_journal_is_exported_in_constant_memory(form: str, tmp_path: Path) -> None:
    url, file = migrated_sqlite_url(tmp_path), tmp_path / f"journal.{form}"
    asyncio.run(_filled(url, tmp_path / "registry.sqlite"))
    day = date(2026, 11, 20).isoformat()
    asked = ["--clinic", "5", "--register", "home_calls", "--from", day, "--to", day, "--as", form]
    command = [sys.executable, "-m", "bot", "--env-file", "/nonexistent", "journal", *asked, str(file)]
    settings = {**LOCAL, "DATABASE_URL": url}
    with subprocess.Popen(
        command, env=settings, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as exporting:
        grown = _watched(exporting)
    assert exporting.returncode == 0
    assert len(grown) >= ENTRIES // 5_000
    assert grown[-1] - grown[0] < MOST_GROWTH
    assert file.stat().st_size > 1_000_000
    assert [path.name for path in tmp_path.glob(".journal*")] == []


async def _filled(url: str, file: Path) -> None:
    async with registry(url, HandClock(), LOCAL["REGISTRY_KEY"]) as db:
        await add_clinic(db)
        fill(db, file, ENTRIES)


def _watched(exporting: subprocess.Popen[str]) -> list[int]:
    """The memory of the process at each line of progress."""
    assert exporting.stderr is not None
    process, seen = psutil.Process(exporting.pid), []
    for line in exporting.stderr:
        assert re.fullmatch(rf"\d+ of {ENTRIES} entries \.\.\.\n", line), line
        seen.append(process.memory_info().rss)
    return seen


@contextmanager
def peak_kept() -> Iterator[list[int]]:
    peak = [0]
    tracemalloc.start()
    try:
        yield peak
        peak[0] = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("form", FORMS)
async def test_an_export_keeps_no_more_in_memory_however_long_the_journal(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal.page, "__defaults__", (50,))
    peaks = []
    for entries in (150, 1_200):
        folder = tmp_path / str(entries)
        folder.mkdir()
        async with registry(migrated_sqlite_url(folder), HandClock()) as db:
            await add_clinic(db)
            fill(db, folder / "registry.sqlite", entries)
            await _exported(db, form, folder / "warm")
            with peak_kept() as peak:
                await _exported(db, form, folder / "journal")
        peaks.append(peak[0])
    assert peaks[1] < peaks[0] * 1.25 + 100_000


async def _exported(db: Database, form: str, file: Path) -> None:
    day = date(2026, 11, 20)
    wanted = Wanted(5, "home_calls", day, day, form, "inspection", "ru", file)
    assert await work(db, wanted, lambda _: None, lambda _: None) == 0
