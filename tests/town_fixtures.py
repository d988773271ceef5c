"""Fixtures of the whole service: a registry settled once for all tests, and a town of one's own on a copy."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.town import Town
from tests.registry import HandClock
from tests.town import RunningTown, running_town

SETTLED_AT = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
"""A Saturday afternoon: the doctors' times begin on the Monday after the talk, whatever today's date is."""


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town's folder with its registry loaded and its staff linked; to be copied, never used."""
    files = Town(tmp_path_factory.mktemp("settled"))
    asyncio.run(files.settle(files.furnish(), HandClock(SETTLED_AT)))
    return files.folder


@pytest.fixture
async def town(settled: Path, tmp_path: Path) -> AsyncIterator[RunningTown]:
    """The service running at noon on a working Friday."""
    async with running_town(tmp_path / "town", settled=settled) as running:
        yield running
