"""Each test of codes and consent runs on both engines."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.migrate import migrate
from tests.postgresql import PostgresqlServer
from tests.registry import HandClock, add_clinic, migrated_sqlite_url, registry


@pytest.fixture
def clock() -> HandClock:
    """A clock that the test moves."""
    return HandClock()


@pytest.fixture(scope="session")
def migrated_template(postgresql_server: PostgresqlServer) -> str:
    """The name of a migrated PostgreSQL database, to be copied."""
    name = postgresql_server.create()
    asyncio.run(migrate(postgresql_server.url(name)))
    return name


@pytest.fixture
def migrated_postgresql_url(postgresql_server: PostgresqlServer, migrated_template: str) -> Iterator[str]:
    """The address of a migrated PostgreSQL database of this test's own."""
    name = postgresql_server.create(migrated_template)
    yield postgresql_server.url(name)
    postgresql_server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a migrated, empty database."""
    if request.param == "sqlite":
        return migrated_sqlite_url(tmp_path)
    address: str = request.getfixturevalue("migrated_postgresql_url")
    return address


@pytest.fixture
async def db(url: str, clock: HandClock) -> AsyncIterator[Database]:
    """A migrated, open database that holds clinic 5."""
    async with registry(url, clock, migrated=True) as database:
        await add_clinic(database)
        yield database
