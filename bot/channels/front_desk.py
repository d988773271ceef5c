"""The front desk: takes inbox rows in the order of each address and hands them to whoever answers.

Rows of one address are handled one after another, rows of different addresses side
by side. A row that fails is tried again, then set aside with an alert, so that one
person's poisoned message stops nobody else (S45) and, in the end, not even them.
While the database is away a row waits.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Final, Protocol, TypeAlias

import structlog

from bot.channels.apologies import apology_for
from bot.channels.events import (
    Event,
    Poisoned,
)
from dialogs.engine import Unavailable
from rules.clock import Clock
from storage import inbox, outbox
from storage.database import Database, Tx
from storage.inbox import Received
from storage.outbox import Owed

LEASE: Final = timedelta(seconds=60)
TRIES: Final = 5
FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 5.0
SWEEP_SECONDS: Final = 1.0
AT_ONCE: Final = 64
FAILED: Final = "failed"

Answer: TypeAlias = Callable[[Event], Awaitable[Sequence[Owed]]]
Read: TypeAlias = Callable[[Received], Event]

log = structlog.get_logger()


class Sending(Protocol):
    """Whoever sends what is owed."""

    def take(self, owed: Sequence[Owed]) -> None:
        """Take rows that have just been committed."""
        ...


class Alerting(Protocol):
    """Whoever is told when something of ours is wrong."""

    def alert(self, what: str, **ids: object) -> None:
        """Raise an alert; ``ids`` never name people."""
        ...


class FrontDesk:
    """One queue per address, in memory; the inbox is the truth."""

    def __init__(
        self,
        db: Database,
        read: Read,
        answer: Answer,
        courier: Sending,
        alerts: Alerting,
        clock: Clock,
        worker: int,
    ) -> None:
        self._db = db
        self._read = read
        self._answer = answer
        self._courier = courier
        self._alerts = alerts
        self._clock = clock
        self._worker = worker
        self._queues: dict[tuple[str, str], deque[Received]] = {}
        self._held: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(AT_ONCE)

    def take(self, received: Sequence[Received]) -> None:
        """Queue rows that were written down and leased to this process."""
        for row in received:
            if not row.leased or row.id in self._held:
                continue
            self._held.add(row.id)
            address = (row.channel, row.address_key)
            if address in self._queues:
                self._queues[address].append(row)
                continue
            self._queues[address] = deque((row,))
            task = asyncio.create_task(self._serve(address))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def take_back(self) -> None:
        """Let go of what an earlier life of this process held, so that the first sweep finds it."""
        async with self._db.transaction() as tx:
            await inbox.release(tx, self._worker)

    async def run(self) -> None:
        """Take up undone rows: those of a process that died first, then whatever was left behind."""
        while True:
            try:
                await self.sweep()
            except Unavailable:
                log.warning("front_desk.database_unavailable")
            await asyncio.sleep(SWEEP_SECONDS)

    async def sweep(self) -> int:
        """Claim undone rows that nobody holds; return how many. Raises ``Unavailable``."""
        if not await inbox.waiting(self._db.reader):
            return 0
        now = self._clock.now()
        async with self._db.transaction() as tx:
            rows = await inbox.claim(tx, self._worker, now, now + LEASE, shut=self._cannot_open)
        self.take(rows)
        return len(rows)

    def _cannot_open(self, inbox_id: int) -> None:
        self._alerts.alert("inbox.set_aside", inbox=inbox_id, why=inbox.SHUT)

    @property
    def is_busy(self) -> bool:
        """True while a row is being handled."""
        return bool(self._tasks)

    async def rest(self) -> None:
        """Wait until every queued row has been handled."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        """Leave what is queued to the next start: it is in the inbox."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, address: tuple[str, str]) -> None:
        queue = self._queues[address]
        try:
            while queue:
                async with self._places:
                    await self._handle(queue[0])
                self._held.discard(queue.popleft().id)
        finally:
            self._held.difference_update(row.id for row in queue)
            del self._queues[address]

    async def _handle(self, row: Received) -> None:
        failed, pause = 0, FIRST_PAUSE
        while failed < TRIES:
            try:
                if await self._try(row, failed):
                    return
                failed += 1
            except Unavailable:
                # The database is away, which is no fault of the row's: it does not count.
                log.warning("front_desk.unavailable", inbox=row.id, failed=failed)
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)
        await self._put_aside(row, FAILED)

    async def _try(self, row: Received, failed: int) -> bool:
        """Handle a row once; true when nothing is left to be done for it. Raises ``Unavailable``."""
        try:
            self._courier.take(await self._answer(self._read(row)))
        except Poisoned as poisoned:
            await self._put_aside(row, poisoned.why)
        except Unavailable:
            raise
        except Exception:
            # Whatever it was, the row is tried again, and set aside with an apology in the end.
            log.exception("front_desk.failed", inbox=row.id, failed=failed)
            return False
        return True

    async def _put_aside(self, row: Received, why: str) -> None:
        async def work(tx: Tx) -> Sequence[Owed] | None:
            now = self._clock.now()
            if not await inbox.set_aside(tx, row.id, why, now):
                return None
            # What cannot be read is its sender's matter; what failed is ours, and is admitted.
            parcels = await apology_for(tx, row) if why == FAILED else ()
            return await outbox.put(tx, parcels, self._worker, now + outbox.LEASE, now)

        try:
            owed = await self._db.decide(work)
            if owed is not None:
                self._alerts.alert("inbox.set_aside", inbox=row.id, why=why)
                self._courier.take(owed)
        except Unavailable:
            # The lease runs out and the row is tried again when the database is back.
            log.warning("front_desk.unavailable", inbox=row.id)
