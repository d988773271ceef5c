"""Joins the parts of the monitoring feed: the sender, and the comparison of each day."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import locales
from bot.monitoring.comparing import Comparing
from bot.monitoring.news import FeedNews
from bot.monitoring.sender import Sender
from bot.monitoring.server import HttpMonitoring
from bot.settings import Settings
from bot.ticks import Handler, HandOver
from bot.watch import Watch
from storage.database import Database, Tx

if TYPE_CHECKING:
    import aiohttp


@dataclass(frozen=True, slots=True)
class Monitoring:
    """Made once for the service."""

    sender: Sender
    comparing: Comparing

    def handlers(self) -> dict[str, Handler]:
        """What is done when something is due."""
        return self.comparing.handlers()

    async def begin(self, tx: Tx, now: datetime) -> None:
        """Set the first comparison. Twice: nothing more."""
        await self.comparing.begin(tx, now)

    async def run(self) -> None:
        """Send and compare, until cancelled."""
        async with asyncio.TaskGroup() as parts:
            parts.create_task(self.sender.run())
            parts.create_task(self.comparing.in_hand.run())


def monitoring_of(
    settings: Settings,
    session: aiohttp.ClientSession,
    db: Database,
    watch: Watch,
    courier: HandOver,
    worker: int,
) -> Monitoring:
    """The feed; without MONITORING_URL what is owed waits in the registry."""
    server = None
    if settings.monitoring_url:
        server = HttpMonitoring(session, settings.monitoring_url, settings.monitoring_token)
    return Monitoring(
        Sender(db, server, FeedNews(locales.render), watch, courier, worker), Comparing(db, server, watch)
    )
