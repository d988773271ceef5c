"""The sender: takes what is owed in order, sends it outside of transactions, and notes what came of it.

The laws of this file:

1. An event is settled only after the server has answered for it. A life that ends in between sends it once
more, and the server knows it by its id: it is never lost and never doubled (MO-04).
2. What is sent together is of different requests, so the steps of one request arrive in their order, and all
steps in the order in which they happened, as long as each is taken.
3. What the server cannot take now is sent again for ever, with pauses of a minute at most; what takes it too
long is sent by halves. An event that it puts off by itself holds back later steps of its own request, and
nothing else; staff are told of one that it has put off for a quarter of an hour.
4. What it will never take is laid aside, and an alert raised; later steps of that request go on, since each
says by itself which step it is. Where everything is refused it is the server that is at fault: then nothing
is laid aside.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeAlias

import structlog

from bot.monitoring.news import FeedNews
from bot.monitoring.server import TOO_SLOW, Answered, MessageRefused, MonitoringServer, ServerDown
from bot.ticks import HandOver
from bot.watch import Watch
from dialogs.engine import Unavailable
from rules.law import rule
from rules.monitoring import (
    TOLD_AFTER_TRIES,
    Event,
    NotInSchema,
    Transition,
    event_of,
    is_to_be_told,
    pause_after,
)
from storage import monitoring, outbox
from storage.database import Database, Tx
from storage.monitoring import Settled, State
from storage.outbox import Owed, Parcel

BATCH: Final = 100
LOOK_SECONDS: Final = 5.0
"""How often it is looked for what is owed: well within the minute."""
TURN: Final = timedelta(seconds=40)
"""How long one of several processes is the one that sends; within the minute another one takes over."""
ALL_REFUSED: Final = 5
"""So many refused in a row, and none taken, is no fault of theirs."""

Pair: TypeAlias = tuple[Transition, Event]

log = structlog.get_logger()


@dataclass(slots=True)
class _Round:
    """What came of one batch. `refused` are judged when all is known; `down` ended it early."""

    settled: list[Settled] = field(default_factory=list)
    refused: list[Settled] = field(default_factory=list)
    put_off: list[tuple[Transition, str]] = field(default_factory=list)
    taken: int = 0
    down: ServerDown | None = None

    def note(self, transition: Transition, answered: Answered) -> None:
        match answered.outcome:
            case "taken":
                self.taken += 1
                self.settled.append(Settled(transition, State.SENT))
            case "refused":
                self.refused.append(Settled(transition, State.DEAD, answered.code or "refused"))
            case "later":
                self.put_off.append((transition, answered.code or "later"))


@dataclass(slots=True)
class Sender:
    """Sends to ``server``; None where no monitoring system is linked, and what is owed waits.

    ``worker`` is the number of this process among several.
    """

    db: Database
    server: MonitoringServer | None
    news: FeedNews
    watch: Watch
    courier: HandOver
    worker: int
    _turn_until: datetime | None = None
    _failed: int = 0
    _refused_in_a_row: int = 0
    _most: int = BATCH
    _may_fail: bool = True

    @rule("MO-01", "MO-02", "IC-16")
    async def run(self) -> None:
        """Send what comes, until cancelled; nobody has to start it."""
        if self.server is None:
            return
        while True:
            await self._send_and_rest()

    async def _send_and_rest(self) -> None:
        await asyncio.sleep(await self._next())

    async def _next(self) -> float:
        """Send once; after how many seconds to look again."""
        try:
            more = await self.send_some()
        except ServerDown as down:
            return pause_after(self._failed, down.pause).total_seconds()
        except Unavailable:
            log.warning("monitoring.database_unavailable")
            return LOOK_SECONDS
        except Exception:
            # Whatever it is, the feed goes on: what is owed stays owed, and the fault is in the log.
            log.exception("monitoring.failed")
            self._failed += 1
            self.watch.alert("monitoring")
            return pause_after(self._failed).total_seconds()
        return 0.0 if more else LOOK_SECONDS

    async def send_all(self) -> None:
        """Send until nothing more can be sent now. Raises ServerDown, Unavailable."""
        while await self.send_some():
            pass

    @rule("MO-02", "MO-04", "G-80")
    async def send_some(self) -> bool:
        """Send one batch; True if there may be more. What if it runs twice: each event is taken once.

        Raises ServerDown where the server takes nothing, Unavailable where the registry does not answer.
        """
        reader, now = self.db.reader, self.db.clock.now()
        if self.server is None or not await monitoring.some_waits(reader) or not await self._has_turn(now):
            return False
        batch = self._of_different_requests(await monitoring.to_send(reader, now, BATCH))
        if not batch:
            return False
        done = await self._offered(self.server, batch[: self._most])
        await self._settle(done)
        if done.down is not None:
            raise done.down
        return True

    def _of_different_requests(self, transitions: Sequence[Transition]) -> Sequence[Transition]:
        """The first of them, up to a second step of the same request.

        While everything is refused, whatever may be taken is looked for behind it too.
        """
        batch: dict[tuple[str, int], Transition] = {}
        for transition in transitions:
            if transition.request not in batch:
                batch[transition.request] = transition
            elif not self._refused_in_a_row:
                break
        return tuple(batch.values())

    async def _has_turn(self, now: datetime) -> bool:
        """True if this process sends: the others stand by, and take over when it falls silent."""
        if self._turn_until is not None and now < self._turn_until - TURN / 2:
            return True
        until = now + TURN
        has = await self.db.decide(lambda tx: monitoring.take_turn(tx, self.worker, now, until))
        if has and self._turn_until is None:
            # Whoever had the turn before may have noted that it fails.
            self._may_fail = True
        self._turn_until = until if has else None
        return has

    async def _offered(self, server: MonitoringServer, batch: Sequence[Transition]) -> _Round:
        done, pairs = _Round(), []
        for transition in batch:
            try:
                pairs.append((transition, event_of(transition)))
            except NotInSchema as fault:
                done.settled.append(Settled(transition, State.DEAD, f"schema_{fault.field}"))
        await self._send(server, pairs, done)
        self._judge(done)
        return done

    async def _send(self, server: MonitoringServer, pairs: Sequence[Pair], done: _Round) -> None:
        """Send these; a message refused as a whole is halved, until what it is refused for is found."""
        if not pairs or done.down is not None:
            return
        try:
            answers: Mapping[str, Answered] = await server.send([event for _, event in pairs])
        except ServerDown as down:
            done.down = down
            if down.code == TOO_SLOW:
                self._most = max(1, len(pairs) // 2)
            return
        except MessageRefused as refused:
            if len(pairs) == 1:
                done.refused.append(Settled(pairs[0][0], State.DEAD, refused.code))
                return
            half = len(pairs) // 2
            await self._send(server, pairs[:half], done)
            await self._send(server, pairs[half:], done)
            return
        for transition, event in pairs:
            done.note(transition, answers.get(event.id, Answered("later", "unanswered")))

    def _judge(self, done: _Round) -> None:
        """Whose fault the refusals are; where it is the server's, what it refused stays owed."""
        if done.down is None:
            self._most = min(BATCH, self._most + 1 + self._most // 10)
        if done.taken:
            self._refused_in_a_row = 0
        elif done.refused and self._refused_in_a_row + len(done.refused) >= ALL_REFUSED:
            self._refused_in_a_row = ALL_REFUSED
            done.down = done.down or ServerDown("refuses_all")
            return
        else:
            self._refused_in_a_row += len(done.refused)
        done.settled += done.refused

    async def _settle(self, done: _Round) -> None:
        now = self.db.clock.now()
        stuck = [one for one in done.put_off if await self._hold_back(done, *one, now)]
        dead = [one for one in done.settled if one.state is State.DEAD]
        if done.settled:
            await self._owe(lambda tx: self._settled(tx, done.settled, now, any_dead=bool(dead)))
        if done.down is not None:
            self._failed += 1
            code = done.down.code
            await self._owe(lambda tx: self._fails(tx, code, now))
        elif self._may_fail:
            await self._owe(lambda tx: self._mended(tx, now))
        self.watch.monitored(sent=done.taken, laid_aside=len(dead))
        for one in dead:
            log.error("monitoring.laid_aside", step=one.transition.id, code=one.code)
        if dead:
            self.watch.alert("monitoring.laid_aside", events=len(dead), first=dead[0].transition.id)
        if stuck:
            self.watch.alert("monitoring", events=len(stuck), first=stuck[0][0].id)
            await self._owe(lambda tx: self.news.stuck(tx, now))
        if done.down is None:
            self._failed = 0

    async def _hold_back(self, done: _Round, transition: Transition, code: str, now: datetime) -> bool:
        """Hold back an event that was put off; True at the moment when that has gone on for too long."""
        tries = await monitoring.tries(self.db.reader, transition) + 1
        done.settled.append(Settled(transition, State.WAITING, code, now + pause_after(tries)))
        return tries == TOLD_AFTER_TRIES

    async def _settled(
        self, tx: Tx, settled: Sequence[Settled], now: datetime, *, any_dead: bool
    ) -> Sequence[Parcel]:
        await monitoring.settle(tx, settled, now)
        return await self.news.laid_aside(tx, now) if any_dead else ()

    async def _fails(self, tx: Tx, code: str, now: datetime) -> Sequence[Parcel]:
        self._may_fail = True
        log.warning("monitoring.server_down", code=code, tries=self._failed)
        feed = await monitoring.fails(tx, code, now)
        if feed.failing_since is None or not is_to_be_told(feed.failing_since, feed.told_at, now):
            return ()
        monitoring.told(tx, now)
        self.watch.alert("monitoring", code=code)
        return await self.news.failing(tx, now)

    async def _mended(self, tx: Tx, now: datetime) -> Sequence[Parcel]:
        before = await monitoring.feed(tx)
        self._may_fail = False
        if not await monitoring.mended(tx):
            return ()
        log.info("monitoring.server_up")
        return await self.news.mended(tx, now) if before.is_told else ()

    async def _owe(self, work: Callable[[Tx], Awaitable[Sequence[Parcel]]]) -> None:
        """One short transaction, and what is owed by it goes out at once."""

        async def whole(tx: Tx) -> tuple[Owed, ...]:
            now = self.db.clock.now()
            return await outbox.put(tx, await work(tx), self.worker, now + outbox.LEASE, now)

        self.courier(await self.db.decide(whole))
