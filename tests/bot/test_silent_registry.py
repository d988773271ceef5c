"""A register that does not answer in its time is told as such, and never as one that knows nobody."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from bot.talk.helping import helped
from bot.talk.ports import Remembering
from bot.talk.thoughts import Scene
from dialogs.engine import Dialog, End, Journal, Passed, Paused, T, Unavailable, replay
from dialogs.facts import Facts
from rules.clinics import CALL_CENTRE
from rules.iin import Iin
from storage.addresses import Address
from tests.dialogs.registry import Registry

AIGUL = Iin.parse("880412294549")
AT_ONCE = timedelta(milliseconds=20)


class Silent:
    """A register whose gateway never answers."""

    asked = 0

    async def person(self, iin: Iin) -> None:
        self.asked += 1
        await asyncio.Event().wait()


class NoGates:
    """No dialog comes to a gate here."""

    async def passed(self, gate: object) -> Passed | None:
        raise LookupError


async def test_ST_05_no_answer_in_time_is_said_as_no_answer_and_never_as_data_that_are_absent() -> None:
    facts = cast("Facts", Remembering(Silent(), AT_ONCE))

    async def looks_up(context: object) -> End:
        assert await facts.person(AIGUL) is None
        raise AssertionError("the register knows nobody")

    outcome = await replay(Dialog("looks_up", looks_up), None, Journal(), NoGates())
    assert isinstance(outcome, Paused)


async def test_ST_05_the_next_message_asks_again() -> None:
    registry = Silent()
    for _ in range(2):
        with pytest.raises(Unavailable):
            await cast("Facts", Remembering(registry, AT_ONCE)).person(AIGUL)
    assert registry.asked == 2


class WithoutPeople(Registry):
    """A registry whose own tables are read while the gateway to the people is silent."""

    async def person(self, iin: Iin) -> None:
        raise Unavailable


async def test_ST_05_GEN_10_help_is_read_while_the_register_is_silent() -> None:
    facts, scene = cast("Facts", WithoutPeople()), Scene(Address("telegram", "888"), None, None)
    shown = await helped(facts, "home_call", scene, "ru", AIGUL, datetime(2026, 11, 20, 5, tzinfo=UTC))
    phones = [words.values.get("phones") for words in shown.text if isinstance(words, T)]
    assert CALL_CENTRE in phones
