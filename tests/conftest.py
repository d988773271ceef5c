"""What every test may ask for: a PostgreSQL, a browser, golden files, a place for pictures."""

import gc
import os
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.async_api import Browser

from tests.chromium import met_chromium, served_chromium
from tests.golden import Golden
from tests.postgresql import PostgresqlServer, running_postgresql

# Time is no property here: two workers share two cores. What failed once is kept in a test of its own.
SLOW = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
settings.register_profile("test", max_examples=60, deadline=None, database=None, suppress_health_check=SLOW)
settings.register_profile(
    "drill", max_examples=2000, deadline=timedelta(minutes=1), database=None, suppress_health_check=SLOW
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "test"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the two options that keep what a run has made."""
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden files instead of comparing"
    )
    parser.addoption("--pictures", type=Path, default=None, help="keep the pictures that tests take, here")


def pytest_collection_finish() -> None:
    """Spare the collector what stays to the end: the modules of the house and of all libraries."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """One PostgreSQL per test process, started when the first test asks for it."""
    with running_postgresql() as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """The address of an empty database that belongs to this test alone."""
    database = postgresql_server.create()
    yield postgresql_server.url(database)
    postgresql_server.drop(database)


@pytest.fixture(scope="session")
def chromium_address() -> Iterator[str]:
    """One Chromium per test process, started when the first test asks for it."""
    with served_chromium() as address:
        yield address


@pytest.fixture
async def chromium(chromium_address: str) -> AsyncIterator[Browser]:
    """A running Chromium, without anything that an earlier test has opened in it."""
    async with met_chromium(chromium_address) as browser:
        yield browser


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Golden files in the folder `golden` beside the test."""
    return Golden(request.path.parent / "golden", bool(request.config.getoption("--update-golden")))


@pytest.fixture
def pictures(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder a test puts its pictures into: forgotten, unless --pictures says where to keep them."""
    kept: Path | None = request.config.getoption("--pictures")
    folder = tmp_path if kept is None else kept.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder
