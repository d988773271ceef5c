"""What staff are told of the monitoring feed: numbers only, to administrators (else to heads), by day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.sending.by_day import by_day
from bot.staff.feed import said
from dialogs.engine import T
from rules.days import COUNTRY_ZONE, country_day
from rules.law import rule
from rules.people import Language
from storage import monitoring
from storage.database import Tx
from storage.instants import micros
from storage.outbox import Parcel

FAILING: Final = "monitoring.failing"
MENDED: Final = "monitoring.mended"
LAID_ASIDE: Final = "monitoring.laid_aside"


@dataclass(frozen=True, slots=True)
class FeedNews:
    """``render`` turns words into a language."""

    render: Callable[[T, Language], str]

    @rule("MO-02")
    async def failing(self, tx: Tx, now: datetime) -> Sequence[Parcel]:
        """The server takes nothing; how much is owed to it."""
        owed = (await monitoring.outstanding(tx)).waiting
        return await self._told(tx, T(FAILING, n=owed), str(micros(now)), now)

    @rule("MO-02")
    async def stuck(self, tx: Tx, now: datetime) -> Sequence[Parcel]:
        """It takes others, but has put some off for long. Of whatever comes that day it is told once."""
        owed = (await monitoring.outstanding(tx)).waiting
        return await self._told(tx, T(FAILING, n=owed), f"stuck:{country_day(now).isoformat()}", now)

    async def mended(self, tx: Tx, now: datetime) -> Sequence[Parcel]:
        """It takes what is sent again."""
        return await self._told(tx, T(MENDED), str(micros(now)), now)

    @rule("MO-02")
    async def laid_aside(self, tx: Tx, now: datetime) -> Sequence[Parcel]:
        """It has refused some for ever; how many are kept. Of whatever comes that day it is told once."""
        kept = (await monitoring.outstanding(tx)).dead
        return await self._told(tx, T(LAID_ASIDE, n=kept), country_day(now).isoformat(), now)

    async def _told(self, tx: Tx, words: T, once: str, now: datetime) -> Sequence[Parcel]:
        """What if it runs twice: one message of a kind for each ``once``."""
        parcels = [
            said(who, self.render(words, language), dedupe=f"{words.key}:{who}:{once}")
            for who, language in await monitoring.minders(tx)
        ]
        return by_day(parcels, now, COUNTRY_ZONE)
