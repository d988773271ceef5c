"""The local NCANode answers as NCANode 3 does, the local time-stamp authority as RFC 3161 wants."""

import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from sandbox.ncanode import NcaNode
from sandbox.tsa import TimeStampAuthority
from tests.bot.paper_office import PASSWORD, key_file


def text(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with TestServer(NcaNode().application()) as server:
        yield str(server.make_url("")).rstrip("/")


async def asked(url: str, path: str, **body: Any) -> dict[str, Any]:
    async with ClientSession() as session, session.post(f"{url}{path}", json=body) as answer:
        told: dict[str, Any] = await answer.json()
        assert told["status"] == answer.status
        return told


async def signed(url: str, *, detached: bool) -> str:
    signers = [{"key": text(key_file()), "password": PASSWORD.decode()}]
    told = await asked(
        url, "/cms/sign", data=text(b"data"), signers=signers, withTsp=False, detached=detached
    )
    assert told["message"] == "OK"
    return str(told["cms"])


async def test_what_it_has_signed_it_finds_valid_with_the_data_inside_or_beside(url: str) -> None:
    inside, beside = await signed(url, detached=False), await signed(url, detached=True)
    assert b"data" in base64.b64decode(inside)
    assert b"data" not in base64.b64decode(beside)
    for body in ({"cms": inside}, {"cms": beside, "data": text(b"data")}):
        told = await asked(url, "/cms/verify", **body, revocationCheck=["OCSP"])
        assert told["valid"] is True
        [certificate] = told["signers"][0]["certificates"]
        assert certificate["subject"]["commonName"] == "Clinic 5"
        assert certificate["revocations"] == [{"revoked": False, "by": "OCSP"}]
    assert (await asked(url, "/cms/verify", cms=beside, data=text(b"other")))["valid"] is False


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/cms/sign", {"data": "", "signers": []}),
        ("/cms/sign", {"data": "", "signers": [{"key": text(key_file()), "password": "wrong"}]}),
        ("/cms/verify", {"cms": "?"}),
        ("/cms/verify", {"cms": text(b"nothing")}),
    ],
)
async def test_what_cannot_be_served_is_refused_with_a_message(
    url: str, path: str, body: dict[str, Any]
) -> None:
    told = await asked(url, path, **body)
    assert told["status"] == 400
    assert told["message"]


async def test_the_authority_stamps_only_what_is_a_query() -> None:
    authority = TimeStampAuthority(lambda: datetime(2026, 11, 20, tzinfo=UTC))
    async with TestServer(authority.application()) as server, ClientSession() as session:
        async with session.post(server.make_url("/"), data=b"x") as answer:
            assert answer.status == 415
        authority.down = True
        async with session.post(server.make_url("/"), data=b"x") as answer:
            assert answer.status == 503
    assert authority.stamped == 0
