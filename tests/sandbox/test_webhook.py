"""Updates reach a webhook in order, with the secret, again and again until it says yes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from tests.sandbox.bot_api import BareBot
from tests.sandbox_server import SandboxClient


class Listener:
    """A webhook that fails as often as it is told to."""

    def __init__(self) -> None:
        self.url = ""
        self.failures = 0
        self.secrets: list[str] = []
        self.texts: list[str] = []

    async def take(self, request: web.Request) -> web.Response:
        update: dict[str, Any] = await request.json()
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        if self.failures:
            self.failures -= 1
            return web.Response(status=500)
        self.texts.append(update["message"]["text"])
        return web.Response()


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    listening = Listener()
    app = web.Application()
    app.router.add_post("/telegram", listening.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    listening.url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    yield listening
    await runner.cleanup()


async def _until_delivered(sandbox: SandboxClient) -> None:
    async def none_left() -> bool | None:
        return True if await sandbox.pending_updates() == 0 else None

    await sandbox.wait(none_left, "updates were not delivered", 5)


async def test_updates_come_in_order_with_the_secret_and_are_repeated_until_taken(
    sandbox: SandboxClient, bare: BareBot, aigul: int, listener: Listener
) -> None:
    listener.failures = 1
    await bare.call("setWebhook", url=listener.url, secret_token="s-1")
    for text in ("1", "2", "3"):
        await sandbox.say(aigul, text)
    await _until_delivered(sandbox)
    assert listener.texts == ["/start", "1", "2", "3"]
    assert set(listener.secrets) == {"s-1"}
    info = (await bare.call("getWebhookInfo"))["result"]
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"
    assert (info["url"], info["pending_update_count"]) == (listener.url, 0)


async def test_polling_is_refused_while_a_webhook_is_set(
    sandbox: SandboxClient, bare: BareBot, aigul: int, listener: Listener
) -> None:
    await bare.call("setWebhook", url=listener.url)
    answer = await bare.call("getUpdates")
    assert answer["error_code"] == 409
    assert "can't use getUpdates method while webhook is active" in answer["description"]
    await bare.call("deleteWebhook", drop_pending_updates=True)
    assert (await bare.call("getUpdates"))["result"] == []


@pytest.mark.parametrize(
    "parameters", [{"url": "ftp://a"}, {"url": "nonsense"}, {"url": "https://a.kz", "secret_token": "ә"}]
)
async def test_an_impossible_webhook_is_refused(bare: BareBot, parameters: dict[str, str]) -> None:
    assert (await bare.call("setWebhook", **parameters))["error_code"] == 400
