"""A house for the tests of the channels: a registry in a file, a sandbox over HTTP, a clock moved by hand."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import ClientSession

from bot.channels.intake import Intake, Polling
from bot.sending.carriers import Carriers, TelegramCarrier
from bot.sending.courier import Courier
from bot.sending.gate import Gate
from bot.sending.gateways import SmsGateway, TelegramGateway
from bot.sending.pace import Rates
from bot.sending.sms_carrier import SmsCarrier, Way
from bot.sending.twilio import Twilio
from bot.settings import Settings, read_settings
from bot.watch import Watch
from sandbox import TELEGRAM_TOKEN, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_NUMBER
from storage import outbox
from storage.database import Database, open_database
from storage.inbox import Received
from storage.keys import KeyRing
from storage.outbox import Owed, Parcel
from tests.registry import migrated_sqlite_url
from tests.sandbox_server import SandboxClient, running_sandbox

WORKER = 1
QUICK = Rates(10_000, 10_000, 100, 10_000, 10_000)
NOON = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)


class Notebook:
    """A desk that only keeps what it is handed."""

    def __init__(self) -> None:
        self.rows: list[Received] = []

    def take(self, received: object) -> None:
        self.rows.extend(received)  # type: ignore[arg-type]  # the Protocol's own type

    @property
    def updates(self) -> list[str]:
        return [row.external_id for row in self.rows]


class Bells(Watch):
    """A watch that also remembers which alerts were raised."""

    def __init__(self) -> None:
        super().__init__()
        self.rung: list[tuple[str, dict[str, object]]] = []

    def alert(self, what: str, **ids: object) -> None:
        self.rung.append((what, ids))
        super().alert(what, **ids)


@dataclass
class House:
    """What a test of the channels holds in its hands."""

    db: Database
    clock: HandClock
    sandbox: SandboxClient
    session: ClientSession
    bells: Bells
    telegram: TelegramGateway
    sms: SmsGateway
    desk: Notebook
    intake: Intake

    def courier(self, rates: Rates = QUICK, cap: int = 1000, reread: float = 30.0) -> Courier:
        carriers = Carriers(
            TelegramCarrier(self.telegram, rates, self.bells),
            self.sms_carrier(rates, cap, reread),
        )
        return Courier(self.db, self.clock, carriers, self.bells, WORKER)

    def sms_carrier(self, rates: Rates = QUICK, cap: int = 1000, reread: float = 30.0) -> SmsCarrier:
        ways = [Way("sms", self.sms, Gate("sms", self.bells))]
        return SmsCarrier(ways, rates, cap, self.db, self.clock, self.bells, reread)

    def polling(self) -> Polling:
        return Polling(self.telegram, self.intake, self.bells)

    async def owe(self, *parcels: Parcel, worker: int = WORKER) -> tuple[Owed, ...]:
        now = self.clock.now()
        async with self.db.transaction() as tx:
            return await outbox.put(tx, parcels, worker, now + outbox.LEASE, now)

    async def statuses(self) -> dict[tuple[str, str], int]:
        return await outbox.counts(self.db.reader)


def settings_for(sandbox_url: str, **more: str) -> Settings:
    return read_settings(
        {
            "TELEGRAM_BOT_TOKEN": TELEGRAM_TOKEN,
            "TELEGRAM_API_URL": sandbox_url,
            "TWILIO_ACCOUNT_SID": TWILIO_ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": TWILIO_AUTH_TOKEN,
            "TWILIO_FROM": TWILIO_NUMBER,
            "TWILIO_API_URL": sandbox_url,
            "REGISTRY_KEY": f"1:{KeyRing.new_key()}",
            "LISTEN": "127.0.0.1:0",
            **more,
        }
    )


@asynccontextmanager
async def open_house(folder: Path) -> AsyncIterator[House]:
    url = migrated_sqlite_url(folder)
    clock, bells, desk = HandClock(), Bells(), Notebook()
    db = await open_database(url, KeyRing.parse(f"1:{KeyRing.new_key()}"), clock)
    async with running_sandbox() as sandbox, ClientSession() as session:
        sms = Twilio(session, sandbox.url, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_NUMBER, "")
        telegram = TelegramGateway(session, sandbox.url, TELEGRAM_TOKEN)
        intake = Intake(db, clock, desk, bells, WORKER)
        try:
            yield House(db, clock, sandbox, session, bells, telegram, sms, desk, intake)
        finally:
            await db.close()


@asynccontextmanager
async def running(work: Awaitable[None]) -> AsyncIterator[None]:
    """Run something endless beside the test's body."""
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(look: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until something is so; an AssertionError if it never is."""
    async with asyncio.timeout(seconds):
        # What is looked at is plain state of other parts: there is no event to wait for.
        while not look():  # noqa: ASYNC110 - as said above
            await asyncio.sleep(0.01)
