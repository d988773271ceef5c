"""The local monitoring system: it takes each event once, believes nothing, and forgets when it is told to."""

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from sandbox import MONITORING_TOKEN
from sandbox.clock import SandboxClock
from sandbox.events import EventLog
from sandbox.monitoring import Monitoring

KNOWS = {"Authorization": f"Bearer {MONITORING_TOKEN}"}
EVENT = {
    "id": "request.7.1", "number": "05-000012", "year": 2026, "service": "home_call", "stage": "registered",
    "status": "registered", "step": 1, "at": "2026-11-20T05:00:00.000000+00:00", "clinic": 5,
}  # fmt: skip


@dataclass
class Caller:
    """Whoever sends as the bot does."""

    url: str
    session: ClientSession

    async def send(self, *events: Any) -> tuple[int, list[str]]:
        """The status, and what came of each event."""
        url, body = f"{self.url}/monitoring/events", {"events": list(events)}
        async with self.session.post(url, json=body, headers=KNOWS) as answer:
            if answer.status != 200:
                return answer.status, []
            return 200, [one["outcome"] for one in (await answer.json())["answers"]]

    async def tell(self, **change: Any) -> dict[str, Any]:
        """What the control API says after a change."""
        async with self.session.post(f"{self.url}/control/monitoring", json=change) as answer:
            told: dict[str, Any] = await answer.json()
            return told

    async def day(self, day: str) -> dict[str, Any]:
        async with self.session.get(f"{self.url}/monitoring/days/{day}", headers=KNOWS) as answer:
            told: dict[str, Any] = await answer.json()
            return told


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    app = web.Application()
    app.add_routes(Monitoring(SandboxClock(), EventLog()).routes())
    async with TestServer(app) as server, ClientSession() as session:
        yield Caller(str(server.make_url("")).rstrip("/"), session)


async def test_an_event_is_taken_once_and_known_then(caller: Caller) -> None:
    assert await caller.send(EVENT) == (200, ["taken"])
    assert await caller.send(EVENT, {**EVENT, "id": "request.8.1"}) == (200, ["known", "taken"])
    assert await caller.send({**EVENT, "stage": "done"}) == (200, ["refused"])
    told = await caller.tell()
    assert (told["kept"], told["doubled"]) == (2, 2)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"diagnosis": "J45"}, {"service": "surgery"}, {"stage": "ill"}, {"clinic": "5"}, {"step": 0},
        {"at": "2026-11-20T10:00:00+05:00"}, {"at": "today"}, {"number": "12"}, {"year": "2026"}, {"id": 7},
        {"status": "он болен"}, {"step": True},
    ],
)  # fmt: skip
async def test_an_event_with_a_word_that_is_not_known_is_refused(
    caller: Caller, spoilt: dict[str, Any]
) -> None:
    assert await caller.send({**EVENT, **spoilt}) == (200, ["refused"])


async def test_an_event_that_lacks_a_field_or_is_none_is_refused(caller: Caller) -> None:
    lacking = {name: value for name, value in EVENT.items() if name != "clinic"}
    assert await caller.send(lacking, "x", None) == (200, ["refused"] * 3)
    assert await caller.send() == (413, [])


async def test_it_can_be_slow_down_busy_locked_and_refuse_one(caller: Caller) -> None:
    for mood, status in (("down", 502), ("busy", 429), ("locked", 401), ("refuses", 400)):
        await caller.tell(mood=mood)
        assert await caller.send(EVENT) == (status, [])
    await caller.tell(mood="slow", slow_seconds=0.01)
    assert await caller.send(EVENT) == (200, ["taken"])
    await caller.tell(mood="answers", refuse="05-000012", put_off="05-000013")
    other = {**EVENT, "number": "05-000013"}
    assert await caller.send(EVENT, other) == (200, ["refused", "later"])
    await caller.tell(whole=True)
    assert await caller.send(EVENT, other) == (422, [])
    await caller.tell(accept="05-000012")
    assert await caller.send(EVENT) == (200, ["known"])


async def test_a_day_is_summed_up_compared_and_forgotten(caller: Caller) -> None:
    late = {**EVENT, "id": "request.9.1", "at": "2026-11-20T19:00:00.000000+00:00"}
    await caller.send(EVENT, late)
    line = json.dumps(EVENT, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(line.encode()).hexdigest()
    sum_of = hashlib.sha256(f"request.7.1 {digest}".encode()).hexdigest()
    assert await caller.day("2026-11-20") == {"day": "2026-11-20", "events": 1, "digest": sum_of}
    # Seven in the evening of UTC is the next day in Almaty.
    assert (await caller.day("2026-11-21"))["events"] == 1
    asked = {"digests": {"request.7.1": digest, "request.8.1": digest}}
    url = f"{caller.url}/monitoring/days/2026-11-20"
    async with caller.session.post(url, json=asked, headers=KNOWS) as answer:
        assert await answer.json() == {"differing": ["request.8.1"]}
    await caller.tell(forget="2026-11-20")
    assert [(await caller.day(day))["events"] for day in ("2026-11-20", "2026-11-21")] == [0, 1]
    await caller.tell(forget="request.9.1")
    assert (await caller.tell())["kept"] == 0
