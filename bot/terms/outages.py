"""The log of outages: what the watch sees break down and come back, and the time in which nobody watched.

Telegram counts as down while either way is closed: to us, as staff press, or from us, as we send.
The watch calls from anywhere and must not wait, so what it says is kept here until it can be written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import structlog

from bot.terms.extension import Extension
from dialogs.engine import Unavailable
from rules.clock import Clock
from rules.outages import LEAST, Break
from storage import outages
from storage.database import Database, Tx

BEAT_SECONDS: Final = 20.0
"""How often it is noted that the service runs: what a crash leaves unknown is at most so long."""

_GATEWAYS: Final[Mapping[str, str]] = {
    "telegram": outages.TELEGRAM,
    "telegram_intake": outages.TELEGRAM,
    "sms": outages.SMS,
}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Turn:
    """Something broke down, or came back."""

    what: str
    down: bool
    at: datetime


class OutageBook:
    """Written by the watch, kept in the registry; an outage of Telegram extends terms at its end."""

    def __init__(self, db: Database, clock: Clock, extension: Extension) -> None:
        self._db = db
        self._clock = clock
        self._extension = extension
        self._closed: set[str] = set()
        self._turns: list[_Turn] = []
        self._some = asyncio.Event()

    def down(self, gateway: str) -> None:
        """Note that a gateway does not answer. Said again while it does not: nothing more."""
        what = _GATEWAYS.get(gateway)
        if what is None or gateway in self._closed:
            return
        if what not in self._standing_still():
            self._note(_Turn(what, True, self._clock.now()))  # noqa: FBT003 - named in the class
        self._closed.add(gateway)

    def up(self, gateway: str) -> None:
        """Note that it answers again."""
        what = _GATEWAYS.get(gateway)
        if what is None or gateway not in self._closed:
            return
        self._closed.discard(gateway)
        if what not in self._standing_still():
            self._note(_Turn(what, False, self._clock.now()))  # noqa: FBT003 - named in the class

    async def begin(self, tx: Tx, now: datetime) -> None:
        """At a start, before any term is judged: the time in which the service did not run is an outage too.

        What if it runs twice: the second time finds the beat of the first.
        """
        last = await outages.last_beat(tx)
        outages.beat(tx, now)
        if last is None:
            return
        # What was open when the last life ended lasted at least as long as that life did.
        open_since = await outages.end(tx, outages.TELEGRAM, last)
        await outages.end(tx, outages.SMS, last)
        if now - last >= LEAST.delta:
            await outages.log(tx, outages.SERVICE, last, now)
        # A quick restart in the midst of a long break: nobody else will ever see the end of that break.
        began = last if open_since is None else min(last, open_since.began_at)
        extended = await self._extension.after(tx, Break(began, now), now)
        if extended or now - last >= LEAST.delta:
            stood = (now - last).total_seconds()
            log.warning("outages.service_stood_still", seconds=stood, extended=extended)

    async def run(self) -> None:
        """Write whatever comes, and every little while that the service runs, until cancelled."""
        try:
            while True:
                await self._write_down()
                try:
                    async with asyncio.timeout(BEAT_SECONDS):
                        await self._some.wait()
                except TimeoutError:
                    continue
        finally:
            # An orderly stop is where the next start counts from.
            await self._write_down()

    async def write(self) -> None:
        """Write everything that waits, with a beat. Raises ``Unavailable``; nothing is lost then."""
        turns = tuple(self._turns)
        await self._db.decide(lambda tx: self._written(tx, turns))
        del self._turns[: len(turns)]
        if not self._turns:
            self._some.clear()

    async def _write_down(self) -> None:
        try:
            await self.write()
        except Unavailable:
            log.warning("outages.database_unavailable", waiting=len(self._turns))
            self._some.clear()

    async def _written(self, tx: Tx, turns: tuple[_Turn, ...]) -> None:
        now = self._clock.now()
        for turn in turns:
            if turn.down:
                outages.begin(tx, turn.what, turn.at)
                continue
            ended = await outages.end(tx, turn.what, turn.at)
            if ended is not None and turn.what == outages.TELEGRAM:
                ended = replace(ended, ended_at=ended.ended_at or turn.at)
                outage = Break(ended.began_at, ended.ended_at or turn.at)
                extended = await self._extension.after(tx, outage, now)
                log.info(
                    "outages.over",
                    seconds=(outage.ended_at - outage.began_at).total_seconds(),
                    extended=extended,
                )
        outages.beat(tx, now)

    def _standing_still(self) -> set[str]:
        return {_GATEWAYS[gateway] for gateway in self._closed}

    def _note(self, turn: _Turn) -> None:
        self._turns.append(turn)
        self._some.set()
