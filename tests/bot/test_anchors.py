"""Anchors: the chain's head of each day is stamped outside, and a chain written anew is found by it."""

import base64
import sqlite3
from datetime import UTC, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.anchors.checking import faults
from bot.anchors.taking import ANCHOR, Anchoring
from sandbox.tsa import TimeStampAuthority
from storage import anchors, audit, due
from storage.database import Database
from tests.bot.test_paper_signing import served
from tests.registry import HandClock, migrated_sqlite_url, registry


@pytest.fixture
def clock() -> HandClock:
    """A clock that the test moves."""
    return HandClock()


async def acted(db: Database, clock: HandClock, times: int = 3) -> None:
    for number in range(times):
        async with db.transaction() as tx:
            await audit.append(tx, "request.moved", "person:7", f"request:{number}", {}, clock.now())


async def night(anchoring: Anchoring, db: Database, clock: HandClock) -> None:
    clock.forward(24 * 3600)
    for row in await due.ripe(db.reader, clock.now()):
        async with db.transaction() as tx:
            assert await due.take(tx, row.id, clock.now())
            await anchoring.take(tx, row.subject_id, clock.now())


async def test_S29_the_chain_is_anchored_every_night_and_the_stamp_holds(
    tmp_path: Path, clock: HandClock
) -> None:
    url = migrated_sqlite_url(tmp_path)
    authority = TimeStampAuthority(clock.now)
    async with (
        registry(url, clock) as db,
        served(authority.application()) as tsa,
        aiohttp.ClientSession() as session,
    ):
        anchoring = Anchoring(db, clock, session, tsa)
        async with db.transaction() as tx:
            await anchoring.begin(tx, clock.now())
            await anchoring.begin(tx, clock.now())
        await acted(db, clock)
        await night(anchoring, db, clock)
        authority.down = True
        assert await anchoring.stamp_all() == 0
        authority.down = False
        assert (await anchoring.stamp_all(), await anchoring.stamp_all()) == (1, 0)
        await night(anchoring, db, clock)
        await acted(db, clock, 1)
        await night(anchoring, db, clock)
        assert await anchoring.stamp_all() == 1
        assert authority.stamped == 2
        kept = [anchor async for anchor in anchors.stamped(db.reader)]
        assert [anchor.head.seq for anchor in kept] == [4, 5]
        assert await faults(db.reader) == ()
        assert await due.next_due(db.reader) is not None


async def test_S29_a_chain_written_anew_by_whoever_has_the_keys_is_found(
    tmp_path: Path, clock: HandClock
) -> None:
    url = migrated_sqlite_url(tmp_path)
    async with registry(url, clock) as db:
        await stamped_once(db, clock)
    with sqlite3.connect(url.removeprefix("sqlite:///")) as insider:
        insider.executescript(
            "DROP TRIGGER audit_no_delete; DELETE FROM audit; UPDATE audit_head SET seq = 0, hash = NULL"
        )
    async with registry(url, clock) as db:
        clock.forward(1)
        await acted(db, clock)
        assert isinstance(await audit.verify(db.reader), audit.Sound)
        assert await faults(db.reader) == ("  audit entry 3: not_as_anchored",)


async def test_S29_a_stamp_of_something_else_is_found(tmp_path: Path, clock: HandClock) -> None:
    url = migrated_sqlite_url(tmp_path)
    path = url.removeprefix("sqlite:///")
    async with registry(url, clock) as db:
        await stamped_once(db, clock)
        await acted(db, clock, 1)
        head = await audit.head(db.reader)
    with sqlite3.connect(path) as insider:
        insider.execute("UPDATE anchors SET seq = ?, hash = ?", (head.seq, head.hash))
    async with registry(url, clock) as db:
        assert await faults(db.reader) == ("  anchor of audit entry 4: stamp_of_something_else",)
    for token in ("", base64.b64encode(b"no stamp").decode()):
        with sqlite3.connect(path) as insider:
            insider.execute("UPDATE anchors SET token = ?", (token,))
        async with registry(url, clock) as db:
            assert await faults(db.reader) == ("  anchor of audit entry 4: no_time_stamp",)


async def test_a_stamp_is_not_from_before_the_head_was_taken(tmp_path: Path, clock: HandClock) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        await stamped_once(db, clock, late=timedelta(hours=-1))
        assert await faults(db.reader) == ("  anchor of audit entry 3: stamped_before_taken",)


async def test_without_an_authority_nothing_is_taken(tmp_path: Path, clock: HandClock) -> None:
    async with registry(migrated_sqlite_url(tmp_path), clock) as db, aiohttp.ClientSession() as session:
        anchoring = Anchoring(db, clock, session)
        assert anchoring.handlers().keys() == {ANCHOR}
        await acted(db, clock)
        async with db.transaction() as tx:
            await anchoring.begin(tx, clock.now())
        await night(anchoring, db, clock)
        assert await anchors.unstamped(db.reader) == ()
        assert await anchoring.stamp_all() == 0


async def stamped_once(db: Database, clock: HandClock, late: timedelta = timedelta()) -> None:
    authority = TimeStampAuthority(lambda: clock.now().astimezone(UTC) + late)
    await acted(db, clock)
    async with served(authority.application()) as tsa, aiohttp.ClientSession() as session:
        anchoring = Anchoring(db, clock, session, tsa)
        async with db.transaction() as tx:
            await anchors.take(tx, clock.now())
        assert await anchoring.stamp_all() == 1
