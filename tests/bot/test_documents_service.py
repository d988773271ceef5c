"""The port to the service of digital documents, against the sandbox's server and against odd answers."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout, web
from aiohttp.test_utils import TestServer

from bot.documents.service import ConsentNotAccepted, HttpDocuments, NoConsent, NotThere, Take
from bot.sending.gateways import NoAnswer
from rules.documents import DigitalDocument, DocumentKind, DocumentPurpose
from rules.iin import Iin
from sandbox import DOCUMENTS_TOKEN
from tests.sandbox_server import SandboxClient, running_sandbox

TOWN = Path(__file__).parent.parent / "sandbox" / "town"
CARD = {
    "kind": "identity_card",
    "number": "012345678",
    "surname": "Сейітова",
    "name": "Айгүл",
    "birth_date": "1990-05-01",
    "iin": "900501100000",
    "issued_on": "2023-04-03",
    "issued_by": "ҚР ІІМ",
}
THURSDAY = datetime.fromisoformat("2026-11-19T10:00:00+05:00")


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxClient]:
    async with running_sandbox(TOWN, start=THURSDAY) as running:
        yield running


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as opened:
        yield opened


@pytest.fixture
def service(sandbox: SandboxClient, session: ClientSession) -> HttpDocuments:
    return HttpDocuments(session, sandbox.url, DOCUMENTS_TOKEN)


@pytest.fixture
async def take(sandbox: SandboxClient) -> Take:
    """Of somebody of the town who is in the application."""
    grown = [one for one in await sandbox.people() if one["age"] >= 16 and one["device"] == "smartphone"]
    iin = Iin(grown[0]["iin"])
    return Take(11, 21, iin, DocumentKind.IDENTITY_CARD, DocumentPurpose.IDENTIFICATION, 5)


async def change(sandbox: SandboxClient, session: ClientSession, **what: Any) -> dict[str, Any]:
    async with session.post(f"{sandbox.url}/control/documents", json=what) as answer:
        assert answer.ok
        told: dict[str, Any] = await answer.json()
        return told


async def test_DD_01_a_document_comes_for_a_consent_and_nothing_is_asked_without_one(
    service: HttpDocuments, sandbox: SandboxClient, session: ClientSession, take: Take
) -> None:
    with pytest.raises(NoConsent):
        await service.fetch(replace(take, consent_id=None))
    assert (await change(sandbox, session))["asked"] == []
    found = await service.fetch(take)
    assert isinstance(found, DigitalDocument)
    assert (found.iin, found.kind) == (take.iin.digits, DocumentKind.IDENTITY_CARD)
    [asked] = (await change(sandbox, session))["asked"]
    assert (asked["consent_id"], asked["purpose"]) == ("21", "identification")


async def test_DD_06_the_service_itself_gives_one_document_for_one_consent(
    service: HttpDocuments, take: Take
) -> None:
    first = await service.fetch(take)
    assert await service.fetch(take) == first, "the same take, asked again after a crash"
    with pytest.raises(ConsentNotAccepted):
        await service.fetch(replace(take, id=12))
    assert await service.fetch(replace(take, id=12, consent_id=22)) == first


async def test_DD_03_who_is_not_in_the_application_has_no_digital_document(
    service: HttpDocuments, sandbox: SandboxClient, session: ClientSession, take: Take
) -> None:
    await change(sandbox, session, not_in_app=take.iin.digits)
    assert await service.fetch(take) is NotThere.NOT_IN_APP
    await change(sandbox, session, in_app=take.iin.digits)
    birth = replace(take, kind=DocumentKind.BIRTH_CERTIFICATE)
    assert await service.fetch(birth) is NotThere.NO_DOCUMENT


async def test_another_persons_document_is_no_answer(
    service: HttpDocuments, sandbox: SandboxClient, session: ClientSession, take: Take
) -> None:
    await change(sandbox, session, mood="wrong")
    with pytest.raises(NoAnswer, match="documents_other"):
        await service.fetch(take)


async def test_a_service_that_is_down_silent_or_strange_to_us_is_told_apart(
    service: HttpDocuments, sandbox: SandboxClient, session: ClientSession, take: Take
) -> None:
    await change(sandbox, session, mood="down")
    with pytest.raises(NoAnswer):
        await service.fetch(take)
    await change(sandbox, session, mood="silent")
    with pytest.raises(NoAnswer):
        await replace(service, wait=ClientTimeout(total=0.1)).fetch(take)
    await change(sandbox, session, mood="answers")
    assert await service.reached()
    stranger = replace(service, token="another")
    assert not await stranger.reached()
    with pytest.raises(ConsentNotAccepted):
        await stranger.fetch(take)


@asynccontextmanager
async def answering(status: int, body: str, session: ClientSession) -> AsyncIterator[HttpDocuments]:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=body, headers={"Location": "http://127.0.0.1:9/"})

    app = web.Application()
    app.router.add_post("/documents", answer)
    async with TestServer(app) as server:
        yield HttpDocuments(session, str(server.make_url("")).rstrip("/"), "token")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, ""),
        (200, "[]"),
        (200, "{}"),
        (200, '{"consent_id": "21", "document": null}'),
        (200, '{"consent_id": "22", "document": {}}'),
        (200, '{"consent_id": "21", "document": {"kind": "passport"}}'),
        (200, '{"consent_id": "21", "document": {"kind": "identity_card", "number": 5}}'),
        (200, '"' + "x" * 100_000 + '"'),
        (200, "[" * 60_000),
        (302, "{}"),
        (404, "<html>"),
        (404, '{"code": "elsewhere"}'),
        (500, "{}"),
        (503, "null"),
    ],
)
async def test_S45_an_answer_that_cannot_be_read_is_a_silent_service(
    session: ClientSession, take: Take, status: int, body: str
) -> None:
    async with answering(status, body, session) as service:
        with pytest.raises(NoAnswer):
            await service.fetch(take)


async def test_S42_names_are_read_as_the_registry_has_them_without_marks_or_lines(
    session: ClientSession, take: Take
) -> None:
    odd = CARD | {"iin": take.iin.digits, "name": "Аи\u0306\u202eгүл\u0000 "}
    body = json.dumps({"consent_id": "21", "document": odd})
    async with answering(200, body, session) as service:
        found = await service.fetch(take)
    assert isinstance(found, DigitalDocument)
    assert found.name == "Айгүл"
    nobody = json.dumps({"consent_id": "21", "document": odd | {"name": "\u202e\u200b\ud800"}})
    async with answering(200, nobody, session) as service:
        with pytest.raises(NoAnswer, match="documents_unreadable"):
            await service.fetch(take)


async def test_S18_nothing_of_a_person_stands_in_an_error(take: Take) -> None:
    assert take.iin.digits not in f"{take!r} {ConsentNotAccepted('documents_403')}"
