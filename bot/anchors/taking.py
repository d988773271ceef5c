"""Takes the audit chain's head every night and has it stamped, where an authority is set (TSA_URL)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Final

import aiohttp
import structlog

from bot.terms.extension import Handler
from dialogs.engine import Unavailable
from rules.clock import Clock
from rules.days import COUNTRY_ZONE
from storage import anchors, due, proofs
from storage.audit import Head
from storage.database import Database, Tx
from storage.outbox import Parcel

ANCHOR: Final = "chain_anchor"
CLOCK: Final = "clock"
AGAIN_SECONDS: Final = 300.0
"""Until an authority that gave no stamp is asked again."""
_TAKEN: Final = time(4, 0)
"""After the journals were sealed, so that their seals are anchored with the same night's head."""

log = structlog.get_logger()


@dataclass(slots=True)
class Anchoring:
    """Without ``tsa_url`` nothing is taken: an anchor that nobody outside has seen holds nothing."""

    db: Database
    clock: Clock
    session: aiohttp.ClientSession
    tsa_url: str = ""
    again: float = AGAIN_SECONDS
    _taken: asyncio.Event = field(default_factory=asyncio.Event)

    def handlers(self) -> dict[str, Handler]:
        """The night's moment."""
        return {ANCHOR: self.take}

    async def begin(self, tx: Tx, now: datetime) -> None:
        """Set the first night, and prove the consents of an older registry. Twice: nothing more."""
        await proofs.adopt(tx, CLOCK, now)
        due.begin(tx, ANCHOR, 0, _night_after(now))

    async def take(self, tx: Tx, subject: int, now: datetime) -> Sequence[Parcel]:
        """Take the head as it stands, and set the next night."""
        del subject
        due.set_due(tx, ANCHOR, 0, _night_after(now))
        if self.tsa_url and await anchors.take(tx, now) is not None:
            self._taken.set()
        return ()

    async def run(self) -> None:
        """Have stamped what is not yet; until cancelled."""
        while True:
            self._taken.clear()
            with suppress(Unavailable):
                await self.stamp_all()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._taken.wait(), self.again)

    async def stamp_all(self) -> int:
        """Ask the authority for every head that has no stamp; how many got one. Raises Unavailable."""
        if not self.tsa_url:
            return 0
        stamped = 0
        for head in await anchors.unstamped(self.db.reader):
            stamped += await self._stamped(head)
        return stamped

    async def _stamped(self, head: Head) -> bool:
        from bot.anchors.stamps import NotStamped, ask

        try:
            token = await ask(self.session, self.tsa_url, head)
        except NotStamped as fault:
            log.warning("anchor.not_stamped", entry=head.seq, code=fault.code)
            return False
        return await self.db.decide(lambda tx: anchors.stamp(tx, head, token, self.clock.now()))


def _night_after(now: datetime) -> datetime:
    local = now.astimezone(COUNTRY_ZONE)
    tonight = datetime.combine(local.date(), _TAKEN, COUNTRY_ZONE)
    return tonight if tonight > now else tonight + timedelta(days=1)
