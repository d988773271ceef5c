"""The Bot API over bare HTTP: what tests of refusals need and no client library lets through."""

from typing import Any

from aiohttp import ClientSession

from sandbox import TELEGRAM_TOKEN

Json = dict[str, Any]


class BareBot:
    """Sends parameters exactly as given and hands back Telegram's body, whether ok or not."""

    def __init__(self, url: str, session: ClientSession) -> None:
        self.url = url
        self.session = session

    async def call(self, method: str, **parameters: Any) -> Json:
        """As a form, the way bots call."""
        return await self.form(method, {name: str(value) for name, value in parameters.items()})

    async def form(self, method: str, form: dict[str, str], token: str = TELEGRAM_TOKEN) -> Json:
        async with self.session.post(f"{self.url}/bot{token}/{method}", data=form) as answer:
            body: Json = await answer.json()
            assert answer.status == (200 if body["ok"] else body["error_code"])
            return body

    async def json(self, method: str, parameters: Json) -> Json:
        async with self.session.post(f"{self.url}/bot{TELEGRAM_TOKEN}/{method}", json=parameters) as answer:
            body: Json = await answer.json()
            return body

    async def get(self, method: str, **query: str) -> Json:
        async with self.session.get(f"{self.url}/bot{TELEGRAM_TOKEN}/{method}", params=query) as answer:
            body: Json = await answer.json()
            return body
