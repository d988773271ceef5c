"""Intake: what people send is written down first and acknowledged only then (S13).

aiogram's own polling confirms updates before they are handled and stops for everybody
at one that it cannot parse, so nothing of it is used here: raw updates are fetched,
stored as they came, and validated one by one when their turn comes.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, Final, Protocol

import aiohttp
import structlog

from bot.channels.events import Event, Poisoned
from bot.channels.sms import read_sms
from bot.channels.telegram import ALLOWED_UPDATES, read_update, sender_of
from bot.sending.gateways import NoAnswer, TelegramGateway
from bot.settings import Settings
from bot.watch import Watch
from dialogs.engine import Unavailable
from rules.clock import Clock
from rules.law import rule
from storage import inbox
from storage.database import Database
from storage.inbox import Arrival, Received

LEASE: Final = timedelta(seconds=60)
POLL_SECONDS: Final = 25
POLL_WITHIN: Final = aiohttp.ClientTimeout(total=POLL_SECONDS + 10)
AT_ONCE: Final = 100
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
CONFLICT: Final = 409

log = structlog.get_logger()


class Desk(Protocol):
    """Whoever handles what was written down."""

    def take(self, received: Sequence[Received]) -> None:
        """Take rows leased to this process; returns at once."""
        ...


def read_row(row: Received) -> Event:
    """Return what an inbox row means. Raises ``Poisoned`` when it cannot be read."""
    try:
        body = json.loads(row.body)
    except (ValueError, RecursionError) as fault:
        raise Poisoned("not_json") from fault
    if not isinstance(body, dict):
        raise Poisoned("not_an_object")
    return read_sms(row.id, body, row.received_at) if row.channel == "sms" else read_update(row.id, body)


def arrival_of(update: dict[str, Any], bot: str, clock: Clock) -> Arrival:
    """Return a raw update to the bot of that number as an arrival. Raises ``TypeError`` without its id.

    Each bot counts its updates for itself, so the bot's number stands before the update's.
    """
    if not _is_numbered(update):
        raise TypeError
    # In ASCII: half of a surrogate pair, which JSON allows, could not be written down as it is.
    body = json.dumps(update, separators=(",", ":"))
    return Arrival("telegram", f"{bot}:{update['update_id']}", sender_of(update), body, clock.now())


def _is_numbered(update: object) -> bool:
    return isinstance(update, dict) and type(update.get("update_id")) is int


class Intake:
    """Writes arrivals down, many in one commit, and hands them to the desk."""

    def __init__(self, db: Database, clock: Clock, desk: Desk, watch: Watch, worker: int) -> None:
        self._db = db
        self._clock = clock
        self._desk = desk
        self._watch = watch
        self._worker = worker
        self._waiting: list[tuple[Arrival, asyncio.Future[None]]] = []
        self._writing = asyncio.Lock()

    @property
    def clock(self) -> Clock:
        """The house's clock."""
        return self._clock

    @rule("SEC-03")
    async def accept(self, arrivals: Sequence[Arrival]) -> None:
        """Return once the arrivals are written down, each once; only then may they be acknowledged.

        Calls that come together share a commit. Raises ``Unavailable``: nothing was kept.
        """
        loop = asyncio.get_running_loop()
        kept = [(arrival, loop.create_future()) for arrival in arrivals]
        self._waiting += kept
        async with self._writing:
            if self._waiting:
                await self._write(self._waiting)
        for _, future in kept:
            await future

    async def _write(self, waiting: list[tuple[Arrival, asyncio.Future[None]]]) -> None:
        self._waiting = []
        now = self._clock.now()
        try:
            async with self._db.transaction() as tx:
                arrivals = [arrival for arrival, _ in waiting]
                received = await inbox.add(tx, arrivals, self._worker, now + LEASE)
        except BaseException as fault:
            for _, future in waiting:
                _fail(future, fault)
            raise
        for _, future in waiting:
            if not future.done():
                future.set_result(None)
        for channel in {row.channel for row in received}:
            self._watch.received(channel, sum(row.channel == channel for row in received))
        self._desk.take(received)


def _fail(future: asyncio.Future[None], fault: BaseException) -> None:
    if future.done():
        return
    # Whoever is cancelled takes nobody along: the others only learn that nothing was kept.
    future.set_exception(fault if isinstance(fault, Exception) else Unavailable("intake_cancelled"))
    # The writer raises the fault itself; a future that nobody awaits must not complain of it too.
    future.exception()


class Polling:
    """Long polling. An update is confirmed to Telegram only by the call after its commit.

    No offset outlives an empty answer: after a week of silence Telegram numbers updates anew, from
    anywhere, and an offset above the new numbers would throw them away. What is fetched twice is kept once.
    """

    def __init__(self, gateway: TelegramGateway, intake: Intake, watch: Watch) -> None:
        self._gateway = gateway
        self._intake = intake
        self._watch = watch
        self._pause = FIRST_PAUSE
        self._offset: int | None = None

    async def run(self) -> None:
        """Fetch until cancelled. Whatever does not answer, at the start or later, is asked again."""
        await self._until_it_works(self._start)
        while True:
            self._watch.beat("intake")
            await self._until_it_works(self._fetch)

    async def _start(self) -> None:
        await self._call("deleteWebhook", {})

    async def _fetch(self) -> None:
        asked: dict[str, Any] = {
            # After a failure nothing is waited for: until an answer is here, the outage goes on in the log.
            "timeout": POLL_SECONDS if self._pause == FIRST_PAUSE else 0,
            "limit": AT_ONCE,
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        if self._offset is not None:
            asked["offset"] = self._offset
        updates = await self._call("getUpdates", asked)
        numbered = [update for update in updates if _is_numbered(update)]
        if len(numbered) < len(updates):
            # Without a number it can be neither kept once nor confirmed; the next one confirms it.
            self._watch.alert("intake.unnumbered", count=len(updates) - len(numbered))
        bot, clock = self._gateway.bot, self._intake.clock
        if numbered:
            await self._intake.accept([arrival_of(update, bot, clock) for update in numbered])
        if numbered or not updates:
            self._offset = max((update["update_id"] + 1 for update in numbered), default=None)

    async def _call(self, method: str, parameters: dict[str, Any]) -> Any:
        answer = await self._gateway.call(method, parameters, POLL_WITHIN)
        if answer.get("ok"):
            return answer["result"]
        code = int(answer.get("error_code", 0))
        if code == CONFLICT:
            log.error("intake.conflict", advice="another process fetches with this token; stop it")
        wait = (answer.get("parameters") or {}).get("retry_after")
        if wait is not None:
            await asyncio.sleep(float(wait))
        raise NoAnswer(f"telegram_{code}")

    async def _until_it_works(self, step: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await step()
            except NoAnswer as fault:
                self._watch.gateway_down("telegram_intake", fault.code)
            except Unavailable:
                log.warning("intake.database_unavailable")
            except (KeyError, TypeError, ValueError):
                # An answer in no form that Telegram has: asked again, never confirmed.
                log.exception("intake.strange_answer")
            else:
                self._answered()
                return
            # Trying is living: the loop has not come to a stand.
            self._watch.beat("intake")
            await asyncio.sleep(self._pause)
            self._pause = min(LONGEST_PAUSE, self._pause * 2)

    def _answered(self) -> None:
        if self._pause > FIRST_PAUSE:
            self._watch.gateway_up("telegram_intake")
        self._pause = FIRST_PAUSE


class Webhook:
    """Delivery by Telegram itself: told once where to deliver, asked again until it agrees."""

    def __init__(self, gateway: TelegramGateway, settings: Settings, watch: Watch) -> None:
        self._gateway = gateway
        self._settings = settings
        self._watch = watch

    async def run(self) -> None:
        """Tell Telegram the address and the secret; ends when it has agreed."""
        pause = FIRST_PAUSE
        while (against := await self._told()) is not None:
            self._watch.gateway_down("telegram_intake", against)
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)
        self._watch.gateway_up("telegram_intake")

    async def _told(self) -> str | None:
        wanted = {
            "url": self._settings.telegram_webhook_url,
            "secret_token": self._settings.telegram_webhook_secret,
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        try:
            answer = await self._gateway.call("setWebhook", wanted)
        except NoAnswer as fault:
            return fault.code
        return None if answer.get("ok") else f"telegram_{answer.get('error_code', 0)}"
