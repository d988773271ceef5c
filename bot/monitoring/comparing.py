"""The comparison of each day with the server: what it has lost is owed anew, and whoever minds it is told.

A day is compared in the night after it, once nothing of it is owed any more, then again and again until both
sides come to the same. What the server has beside that cannot be mended from here, and is told alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Final

import structlog

from bot.in_hand import InHand
from bot.monitoring.server import MessageRefused, MonitoringServer, ServerDown
from bot.ticks import Handler
from bot.watch import Watch
from rules.days import COUNTRY_ZONE, country_day
from rules.law import rule
from rules.monitoring import COMPARED_FOR, DaySum, Transition, event_of, sum_of
from storage import due, monitoring
from storage.database import Database, Tx
from storage.outbox import Parcel

COMPARE: Final = "monitoring_compare"
"""Due kind; its subject is the day by its number (1 January of year 1 is 1)."""

ASKED_AT_ONCE: Final = 500
_NIGHT: Final = time(5, 0)
"""After the journals were sealed and the chain anchored."""
_AGAIN: Final = timedelta(hours=1)
_SOON: Final = timedelta(minutes=5)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Taken:
    """What the server took of a day, by the ids of its events: the step of each, and its digest."""

    steps: dict[str, Transition]
    digests: dict[str, str]

    @property
    def sum(self) -> DaySum:
        return sum_of(self.digests.items())


@dataclass(slots=True)
class Comparing:
    """Compares; ``server`` is None where no monitoring system is linked."""

    db: Database
    server: MonitoringServer | None
    watch: Watch
    in_hand: InHand = field(init=False)

    def __post_init__(self) -> None:
        self.in_hand = InHand("monitoring", self.compare, self._broke, most_at_once=1)

    def handlers(self) -> dict[str, Handler]:
        """The moment of each night."""
        return {COMPARE: self.take}

    async def begin(self, tx: Tx, now: datetime) -> None:
        """Set the comparison of today, for the coming night. Twice: nothing more."""
        if self.server is not None:
            _set(tx, country_day(now))

    async def take(self, tx: Tx, number: int, now: datetime) -> Sequence[Parcel]:
        """Take a day in hand; it stays due until it agrees, or was compared for long enough.

        While something of it is owed its time does not run: once that was taken it is compared, if late.
        """
        if self.server is None:
            return ()
        of = date.fromordinal(number)
        if of < country_day(now) and await monitoring.day_compared(tx, of + timedelta(days=1)) is None:
            _set(tx, of + timedelta(days=1))
        is_last = _is_past(of, now) and not await monitoring.waits_within(tx, *_bounds(of))
        if is_last and await monitoring.day_compared(tx, of) is not None:
            self.watch.alert("monitoring.differs", day=of.isoformat())
            return ()
        if not is_last:
            due.set_due(tx, COMPARE, number, now + _AGAIN)
        self.in_hand.take(number)
        return ()

    @rule("G-80", "MO-04")
    async def compare(self, number: int) -> None:
        """Compare a day, and owe anew what the server lost. What if it runs twice: nothing is doubled.

        Raises Unavailable.
        """
        of = date.fromordinal(number)
        since, until = _bounds(of)
        if self.server is None or await self._is_owed(since, until):
            return
        taken = await self._taken(since, until)
        try:
            theirs = await self.server.sum_of(of)
            if theirs == taken.sum:
                await self.db.decide(lambda tx: self._agreed(tx, of, taken.sum))
                return
            if await self._is_owed(since, until):
                # A replay has begun meanwhile: what was read of the day is not whole.
                return
            lost = await self._lost(self.server, of, taken)
        except (ServerDown, MessageRefused) as fault:
            log.warning("monitoring.not_compared", day=of.isoformat(), code=fault.code)
            if _is_past(of, self.db.clock.now()):
                self.watch.alert("monitoring.differs", day=of.isoformat())
            return
        await self._differs(of, taken, lost, theirs)

    async def _taken(self, since: datetime, until: datetime) -> _Taken:
        taken = _Taken({}, {})
        async for page in monitoring.of_day(self.db.reader, since, until):
            for transition in page:
                taken.steps[transition.id] = transition
                taken.digests[transition.id] = event_of(transition).digest()
            # A busy day is many pages: whoever waits for an answer goes between them.
            await asyncio.sleep(0)
        return taken

    async def _lost(self, server: MonitoringServer, of: date, taken: _Taken) -> tuple[Transition, ...]:
        lost: set[str] = set()
        digests = iter(taken.digests.items())
        while some := dict(islice(digests, ASKED_AT_ONCE)):
            lost |= await server.differing(of, some)
        return tuple(step for event_id, step in taken.steps.items() if event_id in lost)

    async def _agreed(self, tx: Tx, of: date, day_sum: DaySum) -> None:
        await monitoring.compared(tx, of, day_sum, self.db.clock.now(), agreed=True)
        due.clear(tx, COMPARE, of.toordinal())

    async def _differs(self, of: date, taken: _Taken, lost: tuple[Transition, ...], theirs: DaySum) -> None:
        known = await monitoring.day_compared(self.db.reader, of)
        ids = {"day": of.isoformat(), "ours": taken.sum.events, "theirs": theirs.events, "lost": len(lost)}
        log.warning("monitoring.differs", **ids)
        if known is None:
            self.watch.alert("monitoring.differs", **ids)

        async def work(tx: Tx) -> None:
            now = self.db.clock.now()
            again = await monitoring.wait_again(tx, lost)
            await monitoring.compared(tx, of, taken.sum, now, agreed=False, again=again)
            if not lost:
                # Nothing that we could send would mend it.
                due.clear(tx, COMPARE, of.toordinal())
            elif known is None and not _is_past(of, now):
                due.set_due(tx, COMPARE, of.toordinal(), now + _SOON)

        await self.db.decide(work)

    async def _is_owed(self, since: datetime, until: datetime) -> bool:
        return await monitoring.waits_within(self.db.reader, since, until)

    def _broke(self, number: int) -> None:
        self.watch.alert("monitoring", day=date.fromordinal(number).isoformat())


def _set(tx: Tx, of: date) -> None:
    due.begin(tx, COMPARE, of.toordinal(), datetime.combine(of + timedelta(days=1), _NIGHT, COUNTRY_ZONE))


def _is_past(of: date, now: datetime) -> bool:
    """True if the day was compared for long enough."""
    return now - _bounds(of)[1] > COMPARED_FOR.delta


def _bounds(of: date) -> tuple[datetime, datetime]:
    """The day's first instant in the country, and the first after it."""
    first, after = (datetime.combine(day, time(), COUNTRY_ZONE) for day in (of, of + timedelta(days=1)))
    return first, after
