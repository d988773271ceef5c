"""The same service where Telegram delivers: the secret, poison, and a whole call."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.town import RunningTown, running_town
from tests.walks import accept, begin, call

AIGUL = "880412294549"
SECRET = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
async def delivered(settled: Path, tmp_path: Path) -> AsyncIterator[RunningTown]:
    """The service with updates delivered to it."""
    async with running_town(tmp_path / "town", settled=settled, webhook=True) as running:
        yield running


async def _post(town: RunningTown, update: Any, secret: str | None) -> int:
    headers = {} if secret is None else {SECRET: secret}
    url = town.environ["TELEGRAM_WEBHOOK_URL"]
    async with ClientSession() as session, session.post(url, json=update, headers=headers) as answer:
        return answer.status


async def test_a_whole_call_by_webhook_reads_as_by_polling(delivered: RunningTown) -> None:
    citizen = await delivered.citizen(AIGUL)
    sent = await call(citizen)
    assert "№ 05-000001 өтінім тіркелді." in sent.text
    await accept(delivered, 5)
    assert "12:00–14:00" in (await citizen.read()).text


@pytest.mark.parametrize("secret", [None, "", "wrong", "a-secret-of-the-tow", "құпия"])
async def test_S12_a_wrong_secret_is_refused_with_401_and_has_no_effect(
    delivered: RunningTown, secret: str | None
) -> None:
    citizen = await delivered.citizen(AIGUL)
    await begin(citizen)
    before = len(await citizen.messages())
    chat = {"id": citizen.id, "type": "private", "first_name": "A"}
    message = {"message_id": 1, "date": 1, "chat": chat, "from": {**chat, "is_bot": False}, "text": "/start"}
    assert await _post(delivered, {"update_id": 999_999, "message": message}, secret) == 401
    await citizen.read()
    assert len(await citizen.messages()) == before


async def test_S45_a_poisoned_update_by_webhook_is_taken_once_and_stops_nobody(
    delivered: RunningTown,
) -> None:
    citizen = await delivered.citizen(AIGUL)
    await begin(citizen)
    secret = delivered.environ["TELEGRAM_WEBHOOK_SECRET"]
    half = {"update_id": 999_998, "message": {"chat": {"id": citizen.id}, "text": "half"}}
    assert await _post(delivered, half, secret) == 200
    assert await _post(delivered, {"update_id": 999_999, "unknown_kind": {}}, secret) == 200
    assert await _post(delivered, {"no": "number"}, secret) == 400
    assert await _post(delivered, [1, 2], secret) == 400
    broken = {"update_id": 1_000_000, "message": {"chat": {"id": citizen.id}, "text": "\ud83d"}}
    assert await _post(delivered, broken, secret) == 200
    answer = await citizen.tap("button.home_call")
    assert citizen.words("button.no_signs") in answer.labels
    assert 'what="inbox.set_aside"' in delivered.app.watch.exposition().decode()
