"""The courier: carries what the outbox owes to Telegram and to phones, at least once, in order per address.

The laws of this file:

1. A row is sent only while this process holds its lease, and its result is written down
   before anything else may take it again.
2. A row of an address never overtakes an earlier one that is still to be tried; a code waits for none.
3. A code that has expired, or that no longer lives, never leaves.
4. Pace and time-outs are counted on monotonic time; the house's clock only judges expiry.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from bot.sending.by_day import morning_for
from bot.sending.carriers import Carriers
from bot.sending.gate import GateClosed
from bot.sending.gateways import Delivered, Down, Fate, Later, Moved, Never
from bot.sending.lanes import Held, Lane, LaneKey, lane_of
from bot.sending.ledger import Dead, Expired, GaveBack, Ledger, PutOff, Sent
from bot.staff.feed import CARD, EDIT
from bot.watch import Watch
from dialogs.engine import Unavailable
from rules.clock import Clock
from storage import outbox
from storage.database import Database
from storage.outbox import Owed

SEND_WITHIN: Final = 100.0
"""Seconds of a lease in which a row may still be sent; the rest is left for the time-out of a call."""
CODE_PAUSES: Final = (5.0, 15.0, 45.0)
CODE_NEEDS: Final = timedelta(seconds=120)
"""A code with less life left than this is not tried again."""
CODE_FOLLOWS: Final = 0.05
"""Seconds by which a code leaves after the screen that asks for it.

Sending an SMS costs some 0.4 ms of CPU, and a parcel to nowhere none: were it done beside the screen, the
time of the screen would tell whether the IIN is registered (S19).
"""
NOTICE_PAUSE: Final = timedelta(minutes=5)
NOTICE_LIVES: Final = timedelta(hours=4)
NOTICE_TRIES: Final = NOTICE_LIVES // NOTICE_PAUSE
"""As many tries as those four hours hold, for what was put down long before its time came."""
UNTIL_TOLD: Final = 3.0
"""Seconds in which Telegram tells us of a group's new id, once a message of ours has found out."""
SHORT_PAUSE: Final = 30.0
"""Seconds that a lane waits in memory; a longer pause is written down instead."""
SWEEP_SECONDS: Final = 1.0
STOP_SECONDS: Final = 12.0
"""A little more than a provider is waited for."""
CLAIM: Final = 200
MOST_HELD: Final = 5000
CALLBACKS_AT_ONCE: Final = 50

_CARDS: Final = frozenset({CARD, EDIT})

log = structlog.get_logger()


class Courier:
    """Sends what is owed. ``worker`` is the number under which this process leases rows."""

    def __init__(self, db: Database, clock: Clock, carriers: Carriers, watch: Watch, worker: int) -> None:
        self._db = db
        self._clock = clock
        self._carriers = carriers
        self._watch = watch
        self.worker = worker
        self._ledger = Ledger(db, clock, watch)
        self._lanes: dict[LaneKey, Lane] = {}
        self._stalled: dict[LaneKey, float] = {}
        self._held: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._callbacks = asyncio.Semaphore(CALLBACKS_AT_ONCE)
        self._stopping = False
        self._looking = False
        self._ledger.settled = self._held.difference_update

    # What others call

    def take(self, owed: Sequence[Owed]) -> None:
        """Take rows that have just been committed; those not leased to this process wait for the sweep."""
        for row in owed:
            if row.leased and row.id not in self._held and not self._stopping:
                self._held.add(row.id)
                self._queue(row)

    def answer_callback(self, callback_id: str) -> None:
        """Stop the spinner of a pressed button, once, whether or not it succeeds: nothing is owed here."""
        if not self._stopping and not self._callbacks.locked():
            self._spawn(self._answer_callback(callback_id))

    async def run(self) -> None:
        """Carry until cancelled: first what an earlier life left behind, then whatever is due."""
        writing = asyncio.create_task(self._ledger.run())
        try:
            await self._release_leases()
            while True:
                self._watch.beat("courier")
                self._look_again()
                if not await self._sweep_again():
                    await asyncio.sleep(SWEEP_SECONDS)
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)

    async def stop(self) -> None:
        """Finish what is on its way, write the results down, give the rest back."""
        self._stopping = True
        for lane in self._lanes.values():
            lane.let_go()
        if self._tasks:
            _, unfinished = await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
            for task in unfinished:
                task.cancel()
        try:
            await self._ledger.write_all()
        except Unavailable:
            log.warning("courier.database_unavailable")
        await self._release_leases()

    async def rest(self) -> None:
        """Wait until everything taken has been sent or given back, and written down."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._ledger.write_all()

    # The sweep

    def _look_again(self) -> None:
        if self._carriers.in_doubt and not self._looking and not self._stopping:
            self._looking = True
            self._spawn(self._looked())

    async def _looked(self) -> None:
        try:
            await self._carriers.look_again()
        finally:
            self._looking = False

    async def _sweep_again(self) -> bool:
        """Claim what is due; True if there may be more."""
        if len(self._held) >= MOST_HELD:
            return False
        try:
            return await self.sweep() == CLAIM
        except Unavailable:
            log.warning("courier.database_unavailable")
            return False

    async def sweep(self) -> int:
        """Claim rows that nobody holds, put away expired ones; return how many. Raises ``Unavailable``."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            await outbox.expire(tx, now)
            rows = await outbox.claim(tx, self.worker, now, now + outbox.LEASE, CLAIM, shut=self._cannot_open)
        if len(rows) < CLAIM:
            # Everything due is in hand now, in order: what comes after may follow directly.
            at = asyncio.get_running_loop().time()
            self._stalled = {address: until for address, until in self._stalled.items() if until > at}
        for row in rows:
            if row.id not in self._held:
                self._held.add(row.id)
                self._queue(row, swept=True)
        return len(rows)

    def _cannot_open(self, outbox_id: int) -> None:
        self._watch.alert("outbox.dead", outbox=outbox_id, code=outbox.SHUT)

    async def _release_leases(self) -> None:
        try:
            async with self._db.transaction() as tx:
                await outbox.release(tx, self.worker)
        except Unavailable:
            # They run out by themselves.
            log.warning("courier.database_unavailable")

    # Lanes: one per address, and one for each code

    def _queue(self, row: Owed, *, swept: bool = False) -> None:
        loop = asyncio.get_running_loop()
        held = Held(row, loop.time() + SEND_WITHIN)
        address = lane_of(row)
        stalled_until = self._stalled.get(address)
        if stalled_until is not None and not swept:
            self._give_back(held, "behind", max(0.0, stalled_until - loop.time()))
            return
        lane = self._lanes.get(address)
        if lane is not None:
            lane.rows.append(held)
            return
        lane = self._lanes[address] = Lane(address, held)
        self._spawn(self._serve(lane))

    async def _serve(self, lane: Lane) -> None:
        try:
            while lane.rows:
                await self._serve_first(lane)
        finally:
            self._lanes.pop(lane.address, None)
            # What a cancelled lane leaves behind is claimed again when its lease runs out.
            self._held.difference_update(held.owed.id for held in lane.rows)

    async def _serve_first(self, lane: Lane) -> None:
        held = lane.rows[0]
        if self._stopping or asyncio.get_running_loop().time() > held.send_until:
            self._stall(lane, "not_reached", 0.0)
            return
        if held.owed.kind == outbox.CODE and not held.tries:
            await asyncio.sleep(CODE_FOLLOWS)
        if not await self._may_leave(held):
            lane.rows.popleft()
            return
        try:
            fate = await self._carriers.carry(held.owed, held.send_until)
        except GateClosed as closed:
            self._stall(lane, closed.code, closed.seconds)
            return
        except (KeyError, TypeError, ValueError):
            log.exception("courier.unsendable", outbox=held.owed.id)
            fate = Never("unsendable")
        held.tries += 1
        await self._settle(lane, held, fate)

    async def _may_leave(self, held: Held) -> bool:
        row, now = held.owed, self._clock.now()
        if row.expires_at is not None and row.expires_at <= now:
            self._ledger.note(Expired(row.id))
            return False
        morning = morning_for(row.kind, now)
        if morning is not None:
            self._ledger.note(PutOff(row, morning))
            return False
        if row.kind in _CARDS and self._carriers.has_moved(row.address.key):
            return await self._is_kept(row)
        if row.kind != outbox.CODE:
            return True
        # A newer code, or a success, may have ended this one's life since it was put down.
        try:
            live = await outbox.still_due(self._db.reader, row.id, now)
        except Unavailable:
            live = False
        if not live:
            self._ledger.note(Expired(row.id))
        return live

    async def _is_kept(self, row: Owed) -> bool:
        """False for a card that was put away when its group moved. One that cannot be asked of is sent."""
        with suppress(Unavailable):
            if not await outbox.still_due(self._db.reader, row.id, self._clock.now()):
                self._held.discard(row.id)
                return False
        return True

    async def _settle(self, lane: Lane, held: Held, fate: Fate) -> None:
        match fate:
            case Delivered(provider_id=provider_id):
                self._ledger.note(Sent(held.owed, provider_id))
                lane.rows.popleft()
            case Never(code=code, alert=alert):
                self._ledger.note(Dead(held.owed, code, alert))
                lane.rows.popleft()
            case Moved(chat_id=chat_id):
                self._carriers.moved(lane.address[1], chat_id)
                if held.owed.kind in _CARDS:
                    # Telegram tells us of it apart, and then the cards are put down anew.
                    await lane.pause(UNTIL_TOLD)
            case Later(code=code, seconds=seconds):
                await self._try_later(lane, held, code, self._pause(held, seconds, NOTICE_PAUSE))
            case Down(code=code):
                # The gate itself makes everybody wait.
                await self._try_later(lane, held, code, self._pause(held, None, timedelta()))

    def _pause(self, held: Held, seconds: float | None, otherwise: timedelta) -> float:
        if seconds is not None:
            return seconds
        if held.owed.kind == outbox.CODE:
            return CODE_PAUSES[min(held.tries, len(CODE_PAUSES)) - 1]
        return otherwise.total_seconds()

    async def _try_later(self, lane: Lane, held: Held, code: str, seconds: float) -> None:
        if self._is_too_late(held, self._clock.now()):
            self._ledger.note(Dead(held.owed, code, alert=True))
            lane.rows.popleft()
        elif seconds > SHORT_PAUSE:
            self._stall(lane, code, seconds)
        else:
            await lane.pause(seconds)

    def _is_too_late(self, held: Held, now: datetime) -> bool:
        row = held.owed
        if row.kind != outbox.CODE:
            lives_on = row.expires_at is not None and row.expires_at - row.due_at > NOTICE_LIVES
            untried = lives_on and row.attempts + held.tries < NOTICE_TRIES
            return now - row.due_at >= NOTICE_LIVES and not untried
        tried_out = row.attempts + held.tries > len(CODE_PAUSES)
        return tried_out or (row.expires_at is not None and row.expires_at - now < CODE_NEEDS)

    def _stall(self, lane: Lane, code: str, seconds: float) -> None:
        """Give a whole lane back, in order, to be tried again in ``seconds``."""
        self._stalled[lane.address] = asyncio.get_running_loop().time() + seconds
        while lane.rows:
            self._give_back(lane.rows.popleft(), code, seconds)

    def _give_back(self, held: Held, code: str, seconds: float) -> None:
        retry_at = self._clock.now() + timedelta(seconds=seconds)
        self._ledger.note(GaveBack(held.owed, code, retry_at))

    async def _answer_callback(self, callback_id: str) -> None:
        async with self._callbacks:
            await self._carriers.answer_callback(callback_id)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
