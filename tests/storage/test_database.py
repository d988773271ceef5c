"""Transactions: all or nothing, one writer, and no caller that leaves can harm the next."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage import Clash, Unavailable, due, inbox
from storage.database import Database, Tx, open_database
from storage.keys import KeyRing
from storage.migrate import SCHEMA, migrate, newest_revision, schema_is_current
from tests.registry import KEYS, NOW, HandClock, sqlite_url


async def dues(db: Database) -> list[int]:
    return [one.subject_id for one in await due.ripe(db.reader, NOW)]


async def test_a_cancelled_caller_leaves_no_open_transaction(db: Database) -> None:
    inside = asyncio.Event()

    async def interrupted() -> None:
        async with db.transaction() as tx:
            due.set_due(tx, "kind", 1, NOW)
            await due.take(tx, 0, NOW)
            inside.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(interrupted())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with db.transaction() as tx:
        due.set_due(tx, "kind", 2, NOW)
    assert await dues(db) == [2]


async def test_callers_cancelled_at_every_step_leave_whole_transactions(db: Database) -> None:
    async def pair(subject: int) -> None:
        async with db.transaction() as tx:
            due.set_due(tx, "left", subject, NOW)
            await due.take(tx, 0, NOW)
            due.set_due(tx, "right", subject, NOW)

    for subject in range(40):
        task = asyncio.create_task(pair(subject))
        for _ in range(subject % 12):
            await asyncio.sleep(0)
        if subject % 3:
            await asyncio.sleep(0.0003 * (subject % 5))
        task.cancel()
        await asyncio.wait({task})
    async with db.transaction() as tx:
        due.set_due(tx, "left", 99, NOW)
        due.set_due(tx, "right", 99, NOW)
    found = await due.ripe(db.reader, NOW, 1000)
    left = {one.subject_id for one in found if one.kind == "left"}
    assert left == {one.subject_id for one in found if one.kind == "right"}
    assert 99 in left


@pytest.mark.parametrize("crash_at", range(3))
async def test_S16_a_crash_at_any_step_leaves_nothing(db: Database, crash_at: int) -> None:
    async def work(tx: Tx) -> None:
        for step in range(3):
            if step == crash_at:
                raise RuntimeError("crash")
            due.set_due(tx, f"kind {step}", 1, NOW)
            await due.take(tx, 0, NOW)

    with pytest.raises(RuntimeError):
        await db.decide(work)
    assert await dues(db) == []


async def test_a_statement_that_waits_fails_with_its_transaction(db: Database) -> None:
    async def work(tx: Tx) -> None:
        due.set_due(tx, "kind", 1, NOW)
        tx.later("load_doctor", doctor_no="1", clinic_no=77, full_name=b"", role="x", room="")

    with pytest.raises(Clash):
        await db.decide(work)
    assert await dues(db) == []


async def test_S37_fifty_writers_at_once_all_get_through(db: Database) -> None:
    async def write(subject: int) -> None:
        async def work(tx: Tx) -> None:
            due.set_due(tx, "kind", subject, NOW)
            await due.take(tx, 0, NOW)

        await db.decide(work)

    await asyncio.gather(*(write(subject) for subject in range(50)))
    assert len(await due.ripe(db.reader, NOW, 1000)) == 50


WRITERS = """
import asyncio, sys
from storage.database import open_database
from storage.keys import KeyRing
from storage import due
from tests.registry import HandClock, KEYS, NOW

async def main(url, first):
    # Both clocks stand still at the same moment, so the numbers of the processes must differ.
    db = await open_database(url, KeyRing.parse(KEYS), HandClock(), node=first // 1000)
    async def write(subject):
        for _ in range(4):
            async with db.transaction() as tx:
                await due.ripe(tx, NOW)
                due.set_due(tx, f"kind{_}", subject, NOW)
    try:
        await asyncio.gather(*(write(first + n) for n in range(25)))
    finally:
        await db.close()

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


async def test_S37_two_processes_of_25_writers_never_find_the_database_locked(url: str, db: Database) -> None:
    root = str(Path(__file__).parents[2])
    writers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITERS, url, str(first), cwd=root, stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": root},
        )
        for first in (0, 1000)
    ]  # fmt: skip
    for writer in writers:
        _, said = await writer.communicate()
        assert writer.returncode == 0, said.decode()
    assert len(await due.ripe(db.reader, NOW, 1000)) == 200


async def test_statements_are_counted(db: Database) -> None:
    before = db.statements
    await inbox.waiting(db.reader)
    async with db.transaction() as tx:
        due.set_due(tx, "kind", 1, NOW)
        await due.take(tx, 0, NOW)
    assert db.statements - before == 3


async def test_a_closed_database_is_unavailable(url: str, clock: HandClock) -> None:
    db = await open_database(url, KeyRing.parse(KEYS), clock)
    await db.close()
    await db.close()
    with pytest.raises(Unavailable):
        await inbox.waiting(db.reader)


async def test_readers_of_sqlite_cannot_write(tmp_path: Path, clock: HandClock) -> None:
    await migrate(sqlite_url(tmp_path))
    db = await open_database(sqlite_url(tmp_path), KeyRing.parse(KEYS), clock)
    with pytest.raises(Unavailable, match="READONLY"):
        await db.reader.rows("due_take", now=1, id=1)
    await db.close()


async def test_migrating_twice_changes_nothing(postgresql_url: str, tmp_path: Path, clock: HandClock) -> None:
    for url in (postgresql_url, sqlite_url(tmp_path)):
        db = await open_database(url, KeyRing.parse(KEYS), clock)
        assert not await schema_is_current(db)
        first, second = await migrate(url), await migrate(url)
        assert (first.before, first.after, second.before) == (None, SCHEMA, SCHEMA)
        assert await schema_is_current(db)
        await db.close()


def test_the_code_is_written_for_the_newest_migration() -> None:
    assert newest_revision() == SCHEMA


async def test_an_unknown_kind_of_database_is_refused(clock: HandClock) -> None:
    with pytest.raises(ValueError, match="sqlite:///"):
        await open_database("mysql://x", KeyRing.parse(KEYS), clock)
