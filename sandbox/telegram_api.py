"""The Bot API over HTTP: reads a call, lets a fault spoil it, answers as Telegram does."""

import asyncio
import re
from typing import Any, Final

from aiohttp import web

from sandbox import TELEGRAM_TOKEN
from sandbox.faults import Fault, FaultKind
from sandbox.method_table import METHODS
from sandbox.parameters import Call, read_call
from sandbox.refusals import (
    WEBHOOK_ACTIVE,
    TelegramRefusal,
    not_found,
    refusal,
    too_many_requests,
    unauthorized,
)
from sandbox.telegram import Telegram
from sandbox.wire import json_answer

_TOKEN_SHAPE: Final = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")
_LONGEST_POLL: Final = 50
_BATCH: Final = 100
_BAD_GATEWAY: Final = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body></body>\r\n</html>\r\n"


class TelegramApi:
    """Handlers for /bot<token>/<method> and /file/bot<token>/<path>."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/bot{token}/{method}", self.call),
            web.post("/bot{token}/{method}", self.call),
            web.get("/file/bot{token}/{path:.+}", self.download),
        ]

    async def call(self, request: web.Request) -> web.StreamResponse:
        try:
            _check_token(request.match_info["token"])
            return await self._answer(request, request.match_info["method"].lower())
        except TelegramRefusal as refused:
            return json_answer(refused.body(), status=refused.code)

    async def download(self, request: web.Request) -> web.StreamResponse:
        try:
            _check_token(request.match_info["token"])
            stored = self._telegram.files.by_path(request.match_info["path"])
            if stored is None:
                raise not_found()
            return web.Response(body=stored.content, content_type="application/octet-stream")
        except TelegramRefusal as refused:
            return json_answer(refused.body(), status=refused.code)

    async def _answer(self, request: web.Request, name: str) -> web.StreamResponse:
        call = await read_call(request)
        if self._telegram.faults.faults:
            outage = await self._spoil(name, call)
            if outage is not None:
                return _outage(request, outage)
        if name == "getupdates":
            return await self._poll(request, call)
        method = METHODS.get(name)
        if method is None:
            raise not_found()
        result: Any = method(self._telegram, call)
        return json_answer({"ok": True, "result": result})

    async def _spoil(self, name: str, call: Call) -> Fault | None:
        """Waits out a delay, raises a 429, or hands back the outage that ends this call."""
        faults, chat_id = self._telegram.faults, call.text("chat_id")
        delay = faults.telegram(FaultKind.TELEGRAM_DELAY, name, chat_id)
        if delay is not None:
            await asyncio.sleep(delay.seconds)
        down = faults.telegram(FaultKind.TELEGRAM_DOWN, name, chat_id)
        if down is not None:
            return down
        flood = faults.telegram(FaultKind.TELEGRAM_429, name, chat_id)
        if flood is not None:
            raise too_many_requests(flood.retry_after)
        return None

    async def _poll(self, request: web.Request, call: Call) -> web.StreamResponse:
        telegram = self._telegram
        if telegram.webhook.url:
            raise refusal(409, WEBHOOK_ACTIVE)
        telegram.updates.allow(call.structure("allowed_updates", "can't parse allowed updates JSON object"))
        limit = min(max(call.integer("limit") or _BATCH, 1), _BATCH)
        seconds = min(max(call.integer("timeout") or 0, 0), _LONGEST_POLL)
        updates = await telegram.updates.poll(
            call.integer("offset") or 0, limit, seconds, telegram.faults.telegram_is_down
        )
        outage = telegram.faults.telegram_is_down()
        if outage is not None:
            return _outage(request, outage)
        return json_answer({"ok": True, "result": updates})


def _check_token(token: str) -> None:
    if token == TELEGRAM_TOKEN:
        return
    raise unauthorized() if _TOKEN_SHAPE.fullmatch(token) else not_found()


def _outage(request: web.Request, fault: Fault) -> web.Response:
    if fault.how == "drop" and request.transport is not None:
        request.transport.abort()
    return web.Response(status=502, text=_BAD_GATEWAY, content_type="text/html")
