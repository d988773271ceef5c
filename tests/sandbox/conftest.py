"""A fresh sandbox with a town of four for every test."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.sandbox.bot_api import BareBot
from tests.sandbox_server import SandboxClient, running_sandbox

TOWN = Path(__file__).parent / "town"
THURSDAY_MORNING = datetime.fromisoformat("2026-11-19T10:00:00+05:00")


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxClient]:
    async with running_sandbox(TOWN, start=THURSDAY_MORNING, holidays=TOWN / "holidays.csv") as running:
        yield running


@pytest.fixture
async def aigul(sandbox: SandboxClient) -> int:
    """The Telegram id of a person of the town who has started the bot."""
    person = await sandbox.person("Ахметова")
    user = int(person["telegram_id"])
    await sandbox.say(user, "/start")
    return user


@pytest.fixture
async def bare(sandbox: SandboxClient) -> AsyncIterator[BareBot]:
    async with ClientSession() as session:
        yield BareBot(sandbox.url, session)
