"""The doctor's look at the centres' systems, and the settings that name them."""

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.centres.examining import about_centres
from bot.centres.joined import centres_of
from bot.settings import BadSettings, read_settings
from bot.talk.registers import Registers
from sandbox import CENTRES_TOKEN
from sandbox.centres import CentreMood, Centres
from sandbox.clock import SandboxClock
from sandbox.events import EventLog
from tests.bot.house import settings_for
from tests.ports import free_port

HERE = "http://127.0.0.1:9111"


@pytest.fixture
async def centres() -> AsyncIterator[tuple[Centres, str]]:
    systems = Centres(SandboxClock(), EventLog(), tuple)
    app = web.Application()
    app.add_routes(systems.routes())
    async with TestServer(app) as server:
        yield systems, str(server.make_url("/centres"))


async def found(url: str, token: str = CENTRES_TOKEN) -> list[tuple[str, str]]:
    """What the doctor says, as (level, name)."""
    settings = settings_for(HERE, CENTRES_URL=url, CENTRES_TOKEN=token)
    async with ClientSession() as session:
        return [(one.level.value.lower(), one.about) async for one in about_centres(settings, session)]


@pytest.mark.parametrize("clock", ["from_consent", "from_filing"])
def test_G_31_the_dialogs_and_the_help_know_the_term_that_is_set(clock: str) -> None:
    registers, none = Registers(), cast("Any", None)
    settings = settings_for(HERE, CENTRES_URL="", CONSENT_CLOCK=clock)
    centres_of(settings, none, none, registers, none, none, 1)
    assert registers.directory.consent_clock == clock


async def test_G_41_systems_that_answer_are_well(centres: tuple[Centres, str]) -> None:
    systems, url = centres
    assert await found(url) == [("ok", "CENTRES_URL")]
    systems.mood = CentreMood.DOWN
    assert await found(url) == [("fault", "CENTRES_URL")]


async def test_a_wrong_token_an_empty_one_and_nobody_there_are_told(centres: tuple[Centres, str]) -> None:
    _, url = centres
    assert await found(url, "wrong") == [("fault", "CENTRES_TOKEN")]
    assert await found(url, "") == [("warning", "CENTRES_TOKEN"), ("fault", "CENTRES_TOKEN")]
    assert await found(f"http://127.0.0.1:{free_port()}") == [("fault", "CENTRES_URL")]
    assert await found("") == [("warning", "CENTRES_URL")]


def test_iins_travel_to_the_centres_over_https_or_nowhere_outside() -> None:
    with pytest.raises(BadSettings) as caught:
        read_settings({"CENTRES_URL": "http://centres.example.kz"})
    assert [fault.name for fault in caught.value.faults] == ["CENTRES_URL"]
    assert read_settings({"CENTRES_URL": "https://centres.example.kz/"}).centres_url.endswith(".kz")


def test_G_31_the_term_is_read_in_one_of_two_ways() -> None:
    assert read_settings({}).consent_clock == "from_consent"
    assert read_settings({"CONSENT_CLOCK": "from_filing"}).consent_clock == "from_filing"
    with pytest.raises(BadSettings):
        read_settings({"CONSENT_CLOCK": "never"})


def test_S44_the_token_is_never_shown() -> None:
    assert "very-secret" not in repr(read_settings({"CENTRES_TOKEN": "very-secret"}))
