"""The clocks of the house: what falls due is a row, and once a second somebody looks.

Each row is taken in the same transaction as its effects, so that nothing is done twice and nothing that fell
due while the service was down is lost (S39). What is late is still done, in the order in which it was due.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

import structlog

from bot import nightly
from bot.staff import typing as staff_typing
from dialogs.engine import Unavailable
from otp import evidence
from rules.clock import Clock
from storage import due, outbox
from storage.database import Database, Tx
from storage.due import Due
from storage.outbox import Owed, Parcel

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

RETRY: Final = timedelta(seconds=30)
SWEEP: Final = timedelta(seconds=30)
AT_ONCE: Final = 100
SECOND: Final = 1

Handler: TypeAlias = Callable[[Tx, int, datetime], Awaitable[Sequence[Parcel]]]
HandOver: TypeAlias = Callable[[Sequence[Owed]], None]
Beat: TypeAlias = Callable[[], None]

log = structlog.get_logger()


class _Gone(Exception):
    """The row was taken, cleared or moved meanwhile."""


class Ticks:
    """Looks what is due, and does it."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        worker: int,
        handlers: Mapping[str, Handler],
        courier: HandOver,
        beat: Beat,
    ) -> None:
        """``handlers`` do what is due, each its kind; ``courier`` takes rows just committed.

        ``beat`` is called after each tick that went through.
        """
        self._db: Final = db
        self._clock: Final = clock
        self._worker: Final = worker
        self._handlers: Final[Mapping[str, Handler]] = {
            **handlers,
            nightly.PRUNE: nightly.prune,
            nightly.SEAL: nightly.seal,
        }
        self._courier: Final = courier
        self._beat: Final = beat
        self._swept: datetime | None = None

    def start(self) -> AsyncIOScheduler:
        """Tick every real second, whatever the house's clock says; the caller shuts the scheduler down."""
        # Imported here: only the running service needs it, and it takes a while.
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        scheduler = AsyncIOScheduler()
        # Its own grace of a second would skip what falls due in a busy moment; the rows know better.
        scheduler.add_job(
            self.tick_now,
            "interval",
            seconds=SECOND,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        scheduler.start()
        return scheduler

    async def tick_now(self) -> None:
        """One tick at the clock's own moment. A database that does not answer is tried again at the next."""
        try:
            await self.tick(self._clock.now())
        except Unavailable:
            log.warning("tick.database_unavailable")
            return
        self._beat()

    async def tick(self, now: datetime) -> int:
        """Do everything that is due by ``now``; how many rows were done.

        What if it runs twice, or in two processes: each row is taken once. Raises Unavailable.
        """
        await self._sweep(now)
        done = 0
        while rows := await due.ripe(self._db.reader, now, AT_ONCE):
            for row in rows:
                done += await self._handled(row, now)
        return done

    async def _handled(self, row: Due, now: datetime) -> bool:
        try:
            self._courier(await self._db.decide(lambda tx: self._effects(tx, row, now)))
        except _Gone:
            return False
        except Unavailable:
            raise
        except Exception:
            # One row that fails must not hold up the others: it is tried again, and stays in the log.
            log.exception("tick.failed", kind=row.kind, subject=row.subject_id, tries=row.tries)
            await self._postponed(row, now)
            return False
        return True

    async def _effects(self, tx: Tx, row: Due, now: datetime) -> tuple[Owed, ...]:
        if not await due.take(tx, row.id, now):
            raise _Gone
        handler = self._handlers.get(row.kind)
        if handler is None:
            raise LookupError(row.kind)
        parcels = await handler(tx, row.subject_id, now)
        return await outbox.put(tx, parcels, self._worker, now + outbox.LEASE, now)

    async def _postponed(self, row: Due, now: datetime) -> None:
        async def work(tx: Tx) -> None:
            await due.postpone(tx, row.id, now + RETRY)

        await self._db.decide(work)

    async def _sweep(self, now: datetime) -> None:
        """Put away what has expired: messages unsent, codes, and consents that nobody gave (S28)."""
        if self._swept is not None and now - self._swept < SWEEP:
            return
        first, self._swept = self._swept is None, now

        async def work(tx: Tx) -> None:
            if first:
                nightly.begin(tx, now)
            await outbox.expire(tx, now)
            await evidence.expire(tx, now)
            staff_typing.expire(tx, now)

        await self._db.decide(work)
