"""The audit chain: whatever is done to it afterwards is found, and the entry named."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from storage import audit
from storage.audit import Broken, Sound
from storage.database import Database, Tx
from tests.registry import NOW, HandClock, migrated_sqlite_url, registry


async def entries(db: Database, count: int = 5) -> None:
    for number in range(count):
        async with db.transaction() as tx:
            await audit.append(tx, "request.moved", "person:7", f"request:{number}", {"version": number}, NOW)


async def test_S29_an_untouched_chain_is_sound(db: Database) -> None:
    assert await audit.verify(db.reader) == Sound(0)
    await entries(db)
    assert await audit.verify(db.reader) == Sound(5)


async def test_entries_written_at_once_make_one_chain(db: Database) -> None:
    async def one(number: int) -> None:
        async def work(tx: Tx) -> None:
            await audit.append(tx, "x", "a", f"s:{number}", {}, NOW)

        await db.decide(work)

    await asyncio.gather(*(one(number) for number in range(30)))
    assert await audit.verify(db.reader) == Sound(30)


async def crash_after_append(tx: Tx) -> None:
    await audit.append(tx, "x", "a", "s", {}, NOW)
    raise RuntimeError("crash")


async def test_a_rolled_back_entry_leaves_no_gap(db: Database) -> None:
    await entries(db, 2)
    with pytest.raises(RuntimeError):
        await db.decide(crash_after_append)
    await entries(db, 1)
    assert await audit.verify(db.reader) == Sound(3)


SWAP = """
UPDATE audit SET seq = 99 WHERE seq = 2;
UPDATE audit SET seq = 2 WHERE seq = 3;
UPDATE audit SET seq = 3 WHERE seq = 99
"""
CUT = """
DELETE FROM audit WHERE seq = 5;
UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit WHERE seq = 4)
"""
TAMPERING = [
    ("UPDATE audit SET subject = 'request:9' WHERE seq = 3", Broken(3, "changed")),
    ("UPDATE audit SET at = at + 1 WHERE seq = 2", Broken(2, "changed")),
    ("UPDATE audit SET digest = zeroblob(32) WHERE seq = 4", Broken(4, "changed")),
    ("DELETE FROM audit WHERE seq = 2", Broken(2, "missing")),
    ("DELETE FROM audit WHERE seq = 5", Broken(5, "tail_missing")),
    (SWAP, Broken(2, "not_linked")),
    ("UPDATE audit_head SET hash = zeroblob(32)", Broken(5, "head_differs")),
    (CUT, Broken(4, "head_not_sealed")),
    ("DELETE FROM audit_head", Broken(5, "no_head")),
]


@pytest.mark.parametrize(("tampering", "found"), TAMPERING)
async def test_S29_tampering_is_found_and_the_entry_named(
    tampering: str, found: Broken, tmp_path: Path, clock: HandClock
) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        await entries(db)
        thief = sqlite3.connect(tmp_path / "registry.sqlite")
        # Who can write the file can also drop its triggers.
        thief.executescript(f"DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; {tampering}; ")
        thief.close()
        assert await audit.verify(db.reader) == found


async def test_S29_the_whole_chain_rewritten_without_the_key_is_found(
    tmp_path: Path, clock: HandClock
) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        await entries(db)
        thief = sqlite3.connect(tmp_path / "registry.sqlite")
        thief.executescript("DROP TRIGGER audit_no_update")
        previous = b"\0" * 32
        for seq, at, actor, action, _, digest in thief.execute(
            "SELECT seq, at, actor, action, subject, digest FROM audit ORDER BY seq"
        ).fetchall():
            forged = audit._linked(previous, seq, at, actor, action, "request:0", digest)
            thief.execute(
                "UPDATE audit SET subject = 'request:0', previous = ?, hash = ? WHERE seq = ?",
                (previous, forged, seq),
            )
            previous = forged
        thief.execute("UPDATE audit_head SET hash = ?", (previous,))
        thief.commit()
        thief.close()
        assert await audit.verify(db.reader) == Broken(5, "head_not_sealed")


async def test_the_database_refuses_to_change_or_delete_an_entry(db: Database, url: str) -> None:
    await entries(db, 1)
    for change in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit"):
        await refused(url, change)
    assert await audit.verify(db.reader) == Sound(1)


async def refused(url: str, change: str) -> None:
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        with pytest.raises(sqlite3.IntegrityError, match="append only"):
            connection.execute(change)
        connection.close()
        return
    import asyncpg

    connection = await asyncpg.connect(url)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await connection.execute(change)
    await connection.close()
