"""The monitoring feed over a registry and the sandbox's server, for its tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

from aiohttp import ClientSession, ClientTimeout, web
from aiohttp.test_utils import TestServer

import locales
from bot.monitoring.comparing import COMPARE, Comparing
from bot.monitoring.news import FeedNews
from bot.monitoring.sender import Sender
from bot.monitoring.server import HttpMonitoring, ServerDown
from rules.days import COUNTRY_ZONE
from rules.staff_roles import Role
from sandbox import MONITORING_TOKEN
from sandbox.clock import SandboxClock
from sandbox.events import EventLog
from sandbox.monitoring import Monitoring
from storage import due, staff
from storage.database import Database
from storage.outbox import Owed
from storage.requests import RegisteredRequest
from tests.bot.digital import Alarms
from tests.monitored import registered
from tests.registry import HandClock, add_clinic, registry

WORKER = 1
FRIDAY = date(2026, 11, 20)
ADMINISTRATOR = 501


@dataclass
class Tokens:
    """Staff codes in a known row, another for each person."""

    who: int

    def code(self) -> str:
        return "123456"

    def token(self, length: int) -> bytes:
        return bytes((self.who + at) % 256 for at in range(length))


@dataclass
class Feed:
    """The registry, the server, and the sender between them."""

    db: Database
    clock: HandClock
    server: Monitoring
    port: HttpMonitoring
    alarms: Alarms
    said: list[Owed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.new_life()
        self.comparing = Comparing(self.db, self.port, self.alarms)

    def new_life(self) -> None:
        """The process ends, and another one begins."""
        news = FeedNews(locales.render)
        self.sender = Sender(self.db, self.port, news, self.alarms, self.said.extend, WORKER)

    async def called(self, count: int = 1) -> list[RegisteredRequest]:
        """So many calls, one after another."""
        return [await registered(self.db, self.clock.forward(1)) for _ in range(count)]

    async def send(self) -> str:
        """Send everything that can be sent; the code of what stopped it, "" if nothing did."""
        try:
            await self.sender.send_all()
        except ServerDown as down:
            return down.code
        return ""

    async def night(self) -> None:
        """The night comes, and what is due in it is done."""
        local = self.clock.now().astimezone(COUNTRY_ZONE)
        self.clock.at = (local + timedelta(days=1)).replace(hour=5, minute=1)
        await self.hour_later(0)

    async def hour_later(self, seconds: float = 3600) -> None:
        self.clock.forward(seconds)
        for row in await due.ripe(self.db.reader, self.clock.now()):
            if row.kind == COMPARE:
                async with self.db.transaction() as tx:
                    assert await due.take(tx, row.id, self.clock.now())
                    await self.comparing.take(tx, row.subject_id, self.clock.now())
        await self.comparing.in_hand.do_waiting()

    async def begins(self) -> None:
        async with self.db.transaction() as tx:
            await self.comparing.begin(tx, self.clock.now())
            await self.comparing.begin(tx, self.clock.now())

    @property
    def ids(self) -> list[str]:
        """What the server has, in the order in which it took it."""
        return list(self.server.kept)

    def read(self, who: int = ADMINISTRATOR) -> list[str]:
        """What that person was told."""
        return [str(one.body["text"]) for one in self.said if one.address.key == str(who)]


@asynccontextmanager
async def feeding(url: str, *, migrated: bool = True) -> AsyncIterator[Feed]:
    clock = HandClock()
    server = Monitoring(SandboxClock(clock.now()), EventLog())
    app = web.Application()
    app.add_routes(server.routes())
    async with (
        registry(url, clock, migrated=migrated) as db,
        TestServer(app) as listening,
        ClientSession() as session,
    ):
        await add_clinic(db)
        port = HttpMonitoring(
            session, str(listening.make_url("/monitoring")), MONITORING_TOKEN, ClientTimeout(total=0.5)
        )
        yield Feed(db, clock, server, port, Alarms())


async def add_administrator(feed: Feed, who: int = ADMINISTRATOR, role: Role = "administrator") -> None:
    async with feed.db.transaction() as tx:
        code = staff.new_code(tx, 5, role, "ru", feed.clock.now(), Tokens(who))
        await staff.redeem_person(tx, code, who, "А", feed.clock.now())
