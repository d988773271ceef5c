"""The HTTP server of the sandbox: Telegram, Twilio, the clock, the control API and the page on one port."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientSession, DummyCookieJar, web
from aiohttp.typedefs import Handler

from sandbox.control_chats import ChatControl
from sandbox.control_files import FileControl
from sandbox.control_town import TownControl
from sandbox.credentials import is_loopback
from sandbox.snapshot import keep_saving, restore, save
from sandbox.telegram_api import TelegramApi
from sandbox.town import Town
from sandbox.twilio_api import TwilioApi
from sandbox.webhook import deliver_updates

_PAGE: Final = Path(__file__).parent / "page"
_LARGEST_BODY: Final = 52 * 1024 * 1024
_PAGE_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where the sandbox listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"


@asynccontextmanager
async def serving(town: Town, host: str, port: int, state_file: Path | None = None) -> AsyncIterator[Address]:
    """Serves the town while open; port 0 takes a free one. Raises ValueError for a host others can reach."""
    if not is_loopback(host):
        raise ValueError(f"the sandbox listens on loopback only, not on {host}")
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(ClientSession(cookie_jar=DummyCookieJar()))
        if state_file is not None:
            restore(town, state_file)
            stack.callback(save, town, state_file)
            await stack.enter_async_context(_running(keep_saving(town, state_file)))
        await stack.enter_async_context(town.network.reporting(session))
        await stack.enter_async_context(_running(deliver_updates(town.telegram, session)))
        runner = web.AppRunner(application(town, session), access_log=None, shutdown_timeout=0.5)
        stack.push_async_callback(runner.cleanup)
        await runner.setup()
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield Address(host, runner.addresses[0][1])


def application(town: Town, session: ClientSession) -> web.Application:
    """All routes; Telegram's come first, since load comes through them."""
    app = web.Application(client_max_size=_LARGEST_BODY, middlewares=[_only_from_here])
    app.add_routes(TelegramApi(town.telegram).routes())
    app.add_routes(TwilioApi(town.network).routes())
    app.add_routes(TownControl(town).routes())
    app.add_routes(ChatControl(town, session).routes())
    app.add_routes(FileControl(town.telegram.files).routes())
    app.add_routes(town.documents.routes())
    app.add_routes(town.centres.routes())
    app.add_routes(town.monitoring.routes())
    app.add_routes([web.get("/", _page), web.get("/page/{name}", _page)])
    return app


@asynccontextmanager
async def _running(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@web.middleware
async def _only_from_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A foreign web page must not drive the sandbox through a name that it points at this machine."""
    if not is_loopback((request.host or "").rpartition(":")[0] or request.host):
        return web.Response(status=421, text="The sandbox answers to loopback names only.")
    return await handler(request)


async def _page(request: web.Request) -> web.StreamResponse:
    name = request.match_info.get("name", "index.html")
    file = _PAGE / name
    if file.parent != _PAGE or not file.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(file, headers=_PAGE_HEADERS)
