"""The HTTP side of a house, served on a port of its own: what posts to it, signed as it should be."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import ClientSession, web
from twilio.request_validator import RequestValidator

from bot.channels.web import application, serve
from sandbox import TWILIO_AUTH_TOKEN, TWILIO_NUMBER
from tests.bot.house import House, settings_for

SECRET = "a-secret-of-more-than-16"
PHONE = "+77011234567"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Served:
    """The HTTP side of a house."""

    house: House
    url: str
    session: ClientSession

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    async def telegram(self, body: bytes, secret: str | None = SECRET) -> int:
        headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
        async with self.session.post(f"{self.url}/telegram", data=body, headers=headers) as answer:
            return answer.status

    async def twilio(self, path: str, form: dict[str, str], signature: str | None = "right") -> int:
        if signature == "right":
            signature = self.signature(path, form)
        headers = {"Content-Type": FORM}
        if signature is not None:
            headers["X-Twilio-Signature"] = signature
        body = urlencode(form).encode()
        async with self.session.post(f"{self.url}{path}", data=body, headers=headers) as answer:
            return answer.status

    def signature(self, path: str, form: dict[str, str]) -> str:
        """What Twilio would put into the header for this form."""
        signed: str = RequestValidator(TWILIO_AUTH_TOKEN).compute_signature(f"{self.url}{path}", form)
        return signed


@asynccontextmanager
async def serving(house: House, **more: str) -> AsyncIterator[Served]:
    chosen = settings_for(
        house.sandbox.url,
        TELEGRAM_WEBHOOK_URL="http://127.0.0.1/telegram",
        TELEGRAM_WEBHOOK_SECRET=SECRET,
        **more,
    )
    runner = await serve(application(chosen, house.intake, house.db, house.bells), chosen)
    site = next(iter(runner.sites))
    assert isinstance(site, web.TCPSite)
    try:
        yield Served(house, f"http://127.0.0.1:{runner.addresses[0][1]}", house.session)
    finally:
        await runner.cleanup()


def update(number: int) -> bytes:
    """A message of somebody, as Telegram posts it."""
    person = {"id": 5, "is_bot": False, "first_name": "x"}
    message = {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "from": person, "text": "1"}
    return json.dumps({"update_id": number, "message": message}).encode()


def sms(sid: str = "SM1", text: str = "123456") -> dict[str, str]:
    """An SMS of somebody, as Twilio posts it."""
    return {"MessageSid": sid, "From": PHONE, "To": TWILIO_NUMBER, "Body": text, "NumMedia": "0"}
