"""The port to the centres: nothing is asked without a consent, and nothing is believed that is not meant."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout, web
from aiohttp.test_utils import TestServer

from bot.centres.service import LARGEST, CentreSilent, HttpCentres, NotConsented, Query
from rules.centre_info import Centre, Standing
from rules.iin import Iin
from tests.ports import free_port

SUBJECT = Iin("580203293006")
QUERY = Query("93-000001", Centre.NARCOLOGY, SUBJECT)
RIGHT = {
    "number": "93-000001",
    "iin": SUBJECT.digits,
    "standing": "off",
    "system": {"kk": "Тіркелім", "ru": "Регистр"},
}
Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Place:
    """A centre that answers as a test says."""

    def __init__(self, answer: Answering) -> None:
        self.answer = answer
        self.asked: list[tuple[str, dict[str, str], str]] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.path, await request.json(), request.headers.get("Authorization", "")))
        return await self.answer(request)


def telling(told: Any, status: int = 200) -> Answering:
    async def answer(request: web.Request) -> web.StreamResponse:
        del request
        if isinstance(told, bytes):
            return web.Response(body=told, status=status, content_type="application/json")
        return web.json_response(told, status=status)

    return answer


@pytest.fixture
async def place() -> AsyncIterator[tuple[Place, HttpCentres]]:
    here = Place(telling(RIGHT))
    app = web.Application()
    app.router.add_post("/{tail:.*}", here.handle)
    async with TestServer(app) as server, ClientSession() as session:
        url = str(server.make_url("/centres"))
        yield here, HttpCentres(session, url, "a-token", ClientTimeout(total=0.5))


async def test_IC_04_a_centre_is_asked_by_number_iin_and_consent(place: tuple[Place, HttpCentres]) -> None:
    here, centres = place
    told = await centres.ask(QUERY, 7)
    assert (told.standing, told.system_kk, told.system_ru) == (Standing.OFF, "Тіркелім", "Регистр")
    ((path, asked, shown),) = here.asked
    assert path == "/centres/narcology"
    assert asked == {
        "number": "93-000001",
        "centre": "narcology",
        "consent_id": "7",
        "iin": SUBJECT.digits,
    }
    assert shown == "Bearer a-token"


@pytest.mark.parametrize("consent", [None, 0])
async def test_S09_without_a_consent_nothing_is_asked(
    place: tuple[Place, HttpCentres], consent: int | None
) -> None:
    here, centres = place
    with pytest.raises(NotConsented):
        await centres.ask(QUERY, consent)
    assert here.asked == []


@pytest.mark.parametrize(
    ("told", "status", "code", "wrong"),
    [
        (RIGHT, 502, "status_502", False),
        (RIGHT, 403, "status_403", False),
        (RIGHT, 302, "status_302", False),
        (b"<html>", 200, "not_understood", True),
        (b"[" * 200_000, 200, "too_long", True),
        (b"[" * 60_000, 200, "not_understood", True),
        ([], 200, "not_understood", True),
        (None, 200, "not_understood", True),
        (RIGHT | {"standing": "perhaps"}, 200, "not_understood", True),
        (RIGHT | {"standing": ["on"]}, 200, "not_understood", True),
        (RIGHT | {"iin": "900725297363"}, 200, "another", True),
        (RIGHT | {"number": "93-000002"}, 200, "another", True),
        ({"standing": "on"}, 200, "another", True),
    ],
)
async def test_G_41_what_is_no_answer_is_an_error_and_never_a_result(
    place: tuple[Place, HttpCentres], told: Any, status: int, code: str, wrong: bool
) -> None:
    here, centres = place
    here.answer = telling(told, status)
    with pytest.raises(CentreSilent) as silent:
        await centres.ask(QUERY, 7)
    assert (silent.value.code, silent.value.wrong) == (code, wrong)
    assert LARGEST < 200_000


@pytest.mark.parametrize("system", [None, "", [], {}, {"kk": "Тіркелім"}, {"kk": " ", "ru": None}])
async def test_G_42_a_system_without_a_name_is_told_as_such(
    place: tuple[Place, HttpCentres], system: Any
) -> None:
    here, centres = place
    here.answer = telling(RIGHT | {"system": system})
    told = await centres.ask(QUERY, 7)
    assert not (told.system_kk and told.system_ru)


async def test_G_41_a_centre_that_says_nothing_is_waited_for_only_so_long(
    place: tuple[Place, HttpCentres],
) -> None:
    here, centres = place

    async def silence(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    here.answer = silence
    with pytest.raises(CentreSilent) as cut:
        await centres.ask(QUERY, 7)
    assert cut.value.code == "no_answer"


async def test_G_41_one_that_hangs_and_one_that_is_not_there(place: tuple[Place, HttpCentres]) -> None:
    import asyncio

    here, centres = place

    async def hang(request: web.Request) -> web.StreamResponse:
        del request
        await asyncio.sleep(2)
        return web.Response()

    here.answer = hang
    with pytest.raises(CentreSilent) as late:
        await centres.ask(QUERY, 7)
    assert late.value.code == "timeout"
    nobody = HttpCentres(centres.session, f"http://127.0.0.1:{free_port()}", "", ClientTimeout(total=0.5))
    with pytest.raises(CentreSilent):
        await nobody.ask(QUERY, 7)


async def test_S18_a_question_tells_a_log_nothing_of_anybody() -> None:
    assert SUBJECT.digits not in repr(QUERY)
