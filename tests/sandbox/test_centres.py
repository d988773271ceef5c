"""The local centres: made-up answers, and every way in which a real system can fail."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from sandbox import CENTRES_TOKEN
from sandbox.centres import CENTRES, CentreMood, Centres
from sandbox.clock import SandboxClock
from sandbox.events import EventLog
from sandbox.people import Person

KNOWS = {"Authorization": f"Bearer {CENTRES_TOKEN}"}
IIN = "580203293006"


PEOPLE = tuple(
    Person(row, iin, "Ахметов", "Ерлан", "", date(1958, 2, 3), "+77010000001", "kk", "5", "Абай, 1")
    for row, iin in enumerate((IIN, "900725297363"), start=1)
)


@dataclass
class Caller:
    """Whoever asks the centres as the bot does."""

    url: str
    session: ClientSession

    async def ask(self, centre: str = "narcology", **body: Any) -> tuple[int, Any]:
        """What one centre answers."""
        asked = {"number": "93-000001", "consent_id": "7", "iin": IIN, **body}
        url = f"{self.url}/centres/{centre}"
        async with self.session.post(url, json=asked, headers=KNOWS) as answer:
            return answer.status, await answer.json(content_type=None) if answer.status == 200 else None

    async def tell(self, **change: Any) -> tuple[int, Any]:
        """What the control API says after a change."""
        async with self.session.post(f"{self.url}/control/centres", json=change) as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    app = web.Application()
    app.add_routes(Centres(SandboxClock(), EventLog(), lambda: PEOPLE).routes())
    async with TestServer(app) as server, ClientSession() as session:
        yield Caller(str(server.make_url("")).rstrip("/"), session)


async def test_each_centre_tells_one_of_two_values_and_its_name(caller: Caller) -> None:
    for centre in CENTRES:
        status, told = await caller.ask(centre)
        assert status == 200
        assert told["standing"] in ("on", "off")
        assert (told["number"], told["iin"]) == ("93-000001", IIN)
        assert told["system"]["kk"]
        assert (await caller.ask(centre))[1] == told


async def test_what_is_told_of_somebody_can_be_set(caller: Caller) -> None:
    for standing in ("on", "off"):
        await caller.tell(centre="narcology", iin=IIN, standing=standing)
        assert (await caller.ask())[1]["standing"] == standing
    assert (await caller.tell(centre="narcology", iin=IIN, standing="maybe"))[0] == 400


@pytest.mark.parametrize(
    ("centre", "body", "status"),
    [("narcology", {"consent_id": ""}, 403), ("dentistry", {}, 404), ("narcology", {"iin": "1" * 12}, 404)],
)
async def test_what_may_not_be_asked_is_refused(
    caller: Caller, centre: str, body: dict[str, str], status: int
) -> None:
    assert (await caller.ask(centre, **body))[0] == status


async def test_strangers_learn_nothing(caller: Caller) -> None:
    url = f"{caller.url}/centres/narcology"
    async with caller.session.post(url, json={"iin": IIN, "consent_id": "1"}) as answer:
        assert answer.status == 401


async def test_its_moods_are_a_real_systems_bad_days(caller: Caller) -> None:
    await caller.tell(mood=CentreMood.DOWN)
    assert (await caller.ask())[0] == 502
    await caller.tell(mood=CentreMood.WRONG)
    assert (await caller.ask())[1]["iin"] != IIN
    await caller.tell(mood=CentreMood.NAMELESS)
    assert (await caller.ask())[1]["system"] == {"kk": "", "ru": ""}
    await caller.tell(mood=CentreMood.NONSENSE)
    assert (await caller.ask())[1]["standing"] not in ("on", "off")
    await caller.tell(mood=CentreMood.SLOW, slow_seconds=0.01)
    assert (await caller.ask())[0] == 200
    assert (await caller.tell(mood="cheerful"))[0] == 400


async def test_the_page_sees_what_was_asked(caller: Caller) -> None:
    await caller.ask()
    _, shown = await caller.tell()
    (asked,) = shown["asked"]
    assert (asked["centre"], asked["number"], asked["consent_id"]) == ("narcology", "93-000001", "7")
