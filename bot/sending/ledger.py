"""The ledger: results of sending, gathered and written down together in one short transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, TypeAlias, assert_never

import structlog

from bot.sending.gateways import EDIT_LOST
from bot.sending.undelivered import tell_at_once
from bot.watch import Watch
from dialogs.engine import Unavailable
from rules.clock import Clock
from storage import feed, outbox
from storage.database import Database, Tx
from storage.outbox import Owed

RETRY_SECONDS: Final = 1.0
GATHER_SECONDS: Final = 0.02
"""How long results are gathered: one commit then serves many, and a crash repeats few messages."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sent:
    """The gateway took the row."""

    owed: Owed
    provider_id: str | None


@dataclass(frozen=True, slots=True)
class Dead:
    """The row will never arrive; ``alert`` if somebody of ours must look."""

    owed: Owed
    code: str
    alert: bool


@dataclass(frozen=True, slots=True)
class GaveBack:
    """The row is to be tried again."""

    owed: Owed
    code: str
    retry_at: datetime


@dataclass(frozen=True, slots=True)
class PutOff:
    """The row was not tried: it is not its time of day."""

    owed: Owed
    until: datetime


@dataclass(frozen=True, slots=True)
class Expired:
    """The row's time is over; it was not sent."""

    outbox_id: int


Result: TypeAlias = "Sent | Dead | GaveBack | PutOff | Expired"


class Ledger:
    """Writes results in groups. What could not be written is kept and tried again."""

    def __init__(self, db: Database, clock: Clock, watch: Watch) -> None:
        self._db = db
        self._clock = clock
        self._watch = watch
        self._waiting: list[Result] = []
        self._some = asyncio.Event()
        self._writing = asyncio.Lock()
        self.settled: Callable[[Iterable[int]], None] = _nobody

    def note(self, result: Result) -> None:
        """Take a result down, to be written with the next group."""
        self._waiting.append(result)
        self._some.set()

    async def run(self) -> None:
        """Write whatever comes, until cancelled."""
        while True:
            await self._some.wait()
            await asyncio.sleep(GATHER_SECONDS)
            try:
                await self.write_all()
            except Unavailable:
                log.warning("ledger.database_unavailable", waiting=len(self._waiting))
                await asyncio.sleep(RETRY_SECONDS)

    async def write_all(self) -> None:
        """Write everything that waits. Raises ``Unavailable``; nothing is lost then."""
        async with self._writing:
            while self._waiting:
                group = tuple(self._waiting)
                await self._db.decide(partial(self._write, group))
                del self._waiting[: len(group)]
                self.settled(_id_of(result) for result in group)
                self._tell(group)
            self._some.clear()

    async def _write(self, group: tuple[Result, ...], tx: Tx) -> None:
        now = self._clock.now()
        sent = [(result.owed.id, result.provider_id) for result in group if isinstance(result, Sent)]
        if sent:
            await outbox.sent_many(tx, sent, now)
        if any(isinstance(result, Expired) for result in group):
            await outbox.expire(tx, now)
        for result in group:
            if isinstance(result, Dead):
                await outbox.dead(tx, result.owed.id, result.code, now)
                await _note_lost_card(tx, result, now)
                await tell_at_once(tx, result.owed.challenge_id, now)
            elif isinstance(result, GaveBack):
                await outbox.failed(tx, result.owed.id, result.code, result.retry_at, now)
            elif isinstance(result, PutOff):
                outbox.put_off(tx, result.owed.id, result.until)

    def _tell(self, group: tuple[Result, ...]) -> None:
        for result in group:
            match result:
                case Sent(owed=owed):
                    self._watch.sent(owed.channel, self._clock.now() - owed.due_at)
                case Dead(owed=owed, code=code, alert=alert):
                    self._watch.not_sent(owed.channel, code)
                    if alert:
                        self._watch.alert("outbox.dead", outbox=owed.id, code=code)
                case GaveBack(owed=owed, code=code):
                    self._watch.not_sent(owed.channel, code)
                case PutOff():
                    pass
                case Expired():
                    self._watch.not_sent("sms", "expired")
                case _:
                    assert_never(result)


async def _note_lost_card(tx: Tx, result: Dead, now: datetime) -> None:
    """A card whose message Telegram no longer edits is put down anew: the feed must not stand still."""
    owed = result.owed
    if result.code == EDIT_LOST and owed.request_id is not None and "message_id" in owed.body:
        await feed.lose_card(tx, owed.request_id, owed.address.key, int(owed.body["message_id"]), now)


def _id_of(result: Result) -> int:
    return result.outbox_id if isinstance(result, Expired) else result.owed.id


def _nobody(ids: Iterable[int]) -> None:
    del ids
