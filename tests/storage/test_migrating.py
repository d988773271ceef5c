"""A registry that was lived in under an older schema keeps every attachment when it is brought up to date."""

import sqlite3
from pathlib import Path

import asyncpg
import pytest

from storage import attachments
from storage.attachments import history
from storage.database import Database, open_database
from storage.instants import instant
from storage.keys import KeyRing
from storage.migrate import Migrated, migrate, script
from storage.verify import verify
from tests.registry import KEYS, HandClock, sqlite_url
from tests.storage.attaching import switched

LIVED_IN = """
INSERT INTO clinics (no, name_ru, name_kk, short_ru, short_kk, address, phones, norm, zone, hours, features)
VALUES (4, 'П', 'Е', 'П-4', 'Е-4', 'Алматы', '', NULL, 'Asia/Almaty', '08:00-20:00;09:00-14:00;-', ''),
       (5, 'П', 'Е', 'П-5', 'Е-5', 'Алматы', '', 100, 'Asia/Almaty', '08:00-20:00;09:00-14:00;-', '');
INSERT INTO people (id, iin_index, card_digest, language, version)
VALUES (1, CAST('11' AS BYTEA), CAST('11' AS BYTEA), 'kk', 1),
       (2, CAST('12' AS BYTEA), CAST('12' AS BYTEA), 'ru', 1),
       (3, CAST('13' AS BYTEA), CAST('13' AS BYTEA), 'ru', 1);
INSERT INTO attachments (id, person_id, clinic_no, attached_on, origin, ended_at, doctor_no)
VALUES (21, 1, 4, '2015-01-01', 'load', 1000, NULL), (22, 1, 5, '2019-03-11', 'load', 2000, NULL),
       (23, 1, 4, '2020-02-02', 'load', NULL, '401'), (24, 2, 5, '2021-07-01', 'load', NULL, NULL),
       (25, 3, 5, '2022-07-01', 'load', 3000, NULL);
"""


async def lived_in(engine: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """The address of a database of revision 0002 that holds three people."""
    if engine == "sqlite":
        url = sqlite_url(folder)
        connection = sqlite3.connect(folder / "registry.sqlite")
        connection.executescript(f"BEGIN;{script('sqlite', None, '0002')}{LIVED_IN}COMMIT;")
        connection.close()
        return url
    address: str = request.getfixturevalue("postgresql_url")
    server = await asyncpg.connect(address)
    async with server.transaction():
        await server.execute(script("postgresql", None, "0002"))
        await server.execute(LIVED_IN)
    await server.close()
    return address


async def stays(db: Database, person_id: int) -> list[tuple[object, ...]]:
    return [
        (stay.clinic_no, stay.attached_on.isoformat(), stay.began_at, stay.ended_at, stay.cause)
        for stay in await history(db.reader, person_id)
    ]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_AT_09_attachments_of_the_second_schema_are_all_there_in_the_third(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest, clock: HandClock
) -> None:
    url = await lived_in(engine, tmp_path, request)
    assert await migrate(url) == Migrated("0002", "0008")
    assert await migrate(url) == Migrated("0008", "0008")
    db = await open_database(url, KeyRing.parse(KEYS), clock)
    first, second = instant(1000), instant(2000)
    assert await stays(db, 1) == [
        (4, "2015-01-01", None, first, None),
        (5, "2019-03-11", first, second, None),
        (4, "2020-02-02", second, None, None),
    ]
    assert await stays(db, 2) == [(5, "2021-07-01", None, None, None)]
    # Whose last attachment had been ended is attached there again: nobody is without (G-23).
    assert await stays(db, 3) == [(5, "2022-07-01", None, None, None)]
    assert [await attachments.attached_count(db.reader, no) for no in (4, 5)] == [1, 2]
    row = await db.reader.row("attachment_of", person_id=1)
    assert row is not None
    assert (row[0], row[2]) == (4, "401")
    assert await switched(db, 2, 4) == 5
    assert (await verify(db)).sound
    await db.close()
