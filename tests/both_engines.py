"""A registry on each engine, for the tests of what the registry promises.

PostgreSQL takes a tenth of a second to make a database and to throw it away, so tests share one and empty it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.migrate import migrate
from tests.postgresql import PostgresqlServer, emptied
from tests.registry import HandClock, add_clinic, migrated_sqlite_url, registry


@pytest.fixture
def clock() -> HandClock:
    """A clock that the test moves."""
    return HandClock()


@pytest.fixture(scope="session")
def shared_postgresql_url(postgresql_server: PostgresqlServer) -> str:
    """The address of a migrated database of this test process; whoever uses it leaves it empty."""
    url = postgresql_server.url(postgresql_server.create())
    asyncio.run(migrate(url))
    return url


@pytest.fixture
def migrated_postgresql_url(shared_postgresql_url: str) -> Iterator[str]:
    """The address of a migrated PostgreSQL database that holds nothing and is this test's alone."""
    yield shared_postgresql_url
    asyncio.run(emptied(shared_postgresql_url))


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
