"""Consents of a registry that is older than proofs: sound at every step of bringing it up to date."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from storage import proofs, retention
from storage.database import Database, open_database
from storage.keys import KeyRing
from storage.migrate import Migrated, migrate, script
from storage.proofs import CONSENT
from storage.verify import verify
from tests.registry import KEYS, NOW, HandClock, registry, sqlite_url

KEY_RING = KeyRing.parse(KEYS)
OTHER_KEY = KeyRing.parse("1:" + "A" * 43 + "=")
GIVEN, PHANTOM, ASKED, DAMAGED = 101, 102, 103, 104
ASKED_AT = int((NOW - timedelta(hours=25)).timestamp() * 1_000_000)
ROW = (
    "INSERT INTO consents (id, kind, purpose, subject_id, subject_index, asker_channel, asker_key,"
    " conversation_id, text_id, text_version, text_digest, text_shown, language, details_digest, phone,"
    " challenge_id, asked_at, outcome)"
    " VALUES ($1, 'identity', 'home_call', $2, $3, 'telegram', '700001', 1, 'consent.home_call', 1, $3, $4,"
    " 'kk', $3, $5, 7, $6, $7)"
)


def rows(*, damaged: bool) -> list[tuple[object, ...]]:
    found = [(GIVEN, 1, "given"), (PHANTOM, None, "expired"), (ASKED, 1, "asked")]
    if damaged:
        found.append((DAMAGED, 1, "refused"))
    return [
        (
            row_id,
            subject,
            b"i" * 32,
            (OTHER_KEY if row_id == DAMAGED else KEY_RING).seal("consents.text_shown", row_id, "Келісемін"),
            KEY_RING.seal("consents.phone", row_id, "+77011234567"),
            ASKED_AT,
            outcome,
        )
        for row_id, subject, outcome in found
    ]


async def lived_in(
    engine: str, folder: Path, request: pytest.FixtureRequest, *, damaged: bool = False
) -> str:
    """The address of a database of revision 0006 that holds consents."""
    if engine == "sqlite":
        url = sqlite_url(folder)
        connection = sqlite3.connect(folder / "registry.sqlite", isolation_level=None)
        connection.executescript(f"BEGIN;{script('sqlite', None, '0006')}COMMIT;")
        for row in rows(damaged=damaged):
            connection.execute(ROW, {str(at): value for at, value in enumerate(row, 1)})
        connection.close()
        return url
    address: str = request.getfixturevalue("postgresql_url")
    server = await asyncpg.connect(address)
    async with server.transaction():
        await server.execute(script("postgresql", None, "0006"))
        for row in rows(damaged=damaged):
            await server.execute(ROW, *row)
    await server.close()
    return address


@asynccontextmanager
async def opened(url: str, clock: HandClock) -> AsyncIterator[Database]:
    """Open, as it is."""
    db = await open_database(url, KEY_RING, clock)
    try:
        yield db
    finally:
        await db.close()


async def adopt(db: Database) -> int:
    async with db.transaction() as tx:
        return await proofs.adopt(tx, "clock", NOW)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_S29_a_registry_brought_up_to_date_is_sound_before_it_is_served_again(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest, clock: HandClock
) -> None:
    url = await lived_in(engine, tmp_path, request)
    assert await migrate(url) == Migrated("0006", "0008")
    async with opened(url, clock) as db:
        assert (await verify(db)).sound
        # Somebody prunes by hand before the service was started.
        assert (await retention.prune(db, NOW)).rows["phantom_consents"] == 1
        assert (await verify(db)).sound
        assert await adopt(db) == 2
        assert (await verify(db)).sound
        assert await adopt(db) == 0
        async with db.transaction() as tx:
            await tx.rows("own_consent_end", id=GIVEN, person_id=1, now=1)
        assert [one.record for one in (await verify(db)).tampered] == [f"consent:{GIVEN}"]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_a_consent_that_does_not_open_keeps_no_registry_from_being_served(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest, clock: HandClock
) -> None:
    url = await lived_in(engine, tmp_path, request, damaged=True)
    await migrate(url)
    async with opened(url, clock) as db:
        assert await adopt(db) == 3
        report = await verify(db)
        assert [one.record for one in report.tampered] == [f"consent:{DAMAGED}"]
        assert [one.row for one in report.unopened] == [str(DAMAGED)]


async def test_S29_a_consent_that_changes_while_another_process_takes_it_over_proves_itself(
    tmp_path: Path, request: pytest.FixtureRequest, clock: HandClock
) -> None:
    url = await lived_in("postgresql", tmp_path, request)
    async with registry(url, clock) as db, registry(url, clock) as other:
        async with db.transaction() as tx:
            await tx.rows("own_consent_end", id=GIVEN, person_id=1, now=1)
            await proofs.chain(tx, CONSENT, GIVEN, "consent.withdrawn", "person:1", NOW)
            # The other one waits for its place in the chain, and must not have read the row before.
            taking_over = asyncio.create_task(adopt(other))
            await asyncio.sleep(0.3)
        await taking_over
        assert (await verify(db)).sound
