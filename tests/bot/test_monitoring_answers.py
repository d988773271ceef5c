"""Whatever a monitoring system can answer: nothing is given up for it, and not too much believed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import ClientSession, ClientTimeout, web
from aiohttp.test_utils import TestServer

from bot.monitoring.server import HttpMonitoring, MessageRefused, ServerDown
from rules.monitoring import Event, event_of
from storage import monitoring
from tests.bot.feeding import FRIDAY, Feed, feeding
from tests.monitored import events
from tests.registry import migrated_sqlite_url


@pytest.fixture
async def feed(tmp_path: Path) -> AsyncIterator[Feed]:
    """A feed on the sandbox's server, over a file."""
    async with feeding(migrated_sqlite_url(tmp_path)) as made:
        yield made


class Wall:
    """A server that answers whatever it is told to."""

    def __init__(self, status: int = 200, body: str = "{}", headers: Mapping[str, str] | None = None) -> None:
        self.status, self.body, self.headers = status, body, headers
        self.seen: list[aiohttp.typedefs.LooseHeaders] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.seen.append(dict(request.headers))
        return web.Response(
            status=self.status, text=self.body, content_type="application/json", headers=self.headers
        )


@asynccontextmanager
async def walled(wall: Wall) -> AsyncIterator[HttpMonitoring]:
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", wall.answer)
    async with TestServer(app) as server, ClientSession() as session:
        yield HttpMonitoring(session, str(server.make_url("")).rstrip("/"), "secret", ClientTimeout(total=1))


async def one_event(feed: Feed) -> Sequence[Event]:
    await feed.called()
    return [event_of(one) for one in await monitoring.to_send(feed.db.reader, feed.clock.now(), 1)]


@pytest.mark.parametrize(
    "body",
    ["", "[]", "null", "{}", '{"answers": 1}', '{"answers": [1]}', '{"answers": [{"id": 1}]}', "[" * 100_000],
)
async def test_MO_02_an_answer_that_is_none_is_a_server_that_is_down(feed: Feed, body: str) -> None:
    some = await one_event(feed)
    async with walled(Wall(body=body)) as port:
        with pytest.raises(ServerDown) as down:
            await port.send(some)
    assert down.value.code == "not_understood"


async def test_MO_02_an_answer_without_end_is_not_read(feed: Feed) -> None:
    some = await one_event(feed)
    async with walled(Wall(body="x" * 600_000)) as port:
        with pytest.raises(ServerDown) as down:
            await port.send(some)
    assert down.value.code == "too_long"


@pytest.mark.parametrize("status", [301, 302, 401, 403, 404, 405, 408, 415, 425, 429, 500, 502, 503, 504])
async def test_MO_02_a_status_that_passes_is_the_servers(feed: Feed, status: int) -> None:
    some = await one_event(feed)
    wall = Wall(status, headers={"Retry-After": "90", "Location": "http://127.0.0.1:9/"})
    async with walled(wall) as port:
        with pytest.raises(ServerDown) as down:
            await port.send(some)
    assert (down.value.code, down.value.pause) == (f"status_{status}", timedelta(seconds=90))


@pytest.mark.parametrize("status", [400, 409, 410, 413, 422])
async def test_MO_02_a_status_that_stays_is_the_messages(feed: Feed, status: int) -> None:
    some = await one_event(feed)
    async with walled(Wall(status)) as port:
        with pytest.raises(MessageRefused):
            await port.send(some)


async def test_MO_02_an_event_that_was_not_answered_for_is_not_settled(feed: Feed) -> None:
    await feed.called(2)
    first, _ = await monitoring.to_send(feed.db.reader, feed.clock.now(), 2)
    body = {"answers": [{"id": first.id, "outcome": "taken"}, {"id": "request.9.9", "outcome": "refused"}]}
    async with walled(Wall(body=json.dumps(body))) as port:
        feed.sender.server = port
        assert await feed.send() == ""
    assert [step.id for step in await events(feed.db, "sent")] == [first.id]
    assert len(await events(feed.db, "waiting")) == 1


async def test_S18_a_servers_own_words_do_not_get_into_the_registry(feed: Feed) -> None:
    await feed.called()
    [first] = await monitoring.to_send(feed.db.reader, feed.clock.now(), 2)
    answer = {"id": first.id, "outcome": "refused", "code": "Сейітова Айгүл <b>900501</b>\n" + "x" * 500}
    async with walled(Wall(body=json.dumps({"answers": [answer]}))) as port:
        feed.sender.server = port
        await feed.send()
    [letter] = await monitoring.dead_letters(feed.db.reader, 1)
    assert letter.code.isascii()
    assert len(letter.code) <= 40
    assert "<" not in letter.code


async def test_S18_the_token_is_shown_to_the_server_and_to_nobody_it_points_to(feed: Feed) -> None:
    some, wall = await one_event(feed), Wall(307, headers={"Location": "/elsewhere"})
    async with walled(wall) as port:
        with pytest.raises(ServerDown):
            await port.send(some)
    assert len(wall.seen) == 1


@pytest.mark.parametrize(
    "body",
    [
        '{"day": "2026-11-19", "events": 1, "digest": "x"}',
        '{"day": "2026-11-20", "events": "1", "digest": "x"}',
        '{"day": "2026-11-20", "events": true, "digest": "x"}',
        '{"day": "2026-11-20", "events": 1}',
    ],
)
async def test_G_80_a_sum_of_another_day_or_form_is_not_believed(body: str) -> None:
    async with walled(Wall(body=body)) as port:
        with pytest.raises(ServerDown):
            await port.sum_of(FRIDAY)


async def test_G_80_only_what_was_asked_about_can_differ() -> None:
    async with walled(Wall(body='{"differing": ["a", "b"]}')) as port:
        assert await port.differing(FRIDAY, {"a": "1", "c": "2"}) == {"a"}
    for body in ('{"differing": "a"}', '{"differing": [1]}'):
        async with walled(Wall(body=body)) as port:
            with pytest.raises(ServerDown):
                await port.differing(FRIDAY, {"a": "1"})
