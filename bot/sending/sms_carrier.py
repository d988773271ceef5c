"""The carrier of SMS: by which gateway one leaves, at which pace, and within what a day may cost.

The laws of this file:

1. Gateways are tried in the order of the settings: the first that is open, and another only where one surely
   did not take the message.
2. Where there are several, it is written down which one gets a message before it does. Whatever stands there
   at the next attempt, after an outage or in the process's next life, may have taken it: no other gets it,
   except a code. Somebody waits for that: it goes by another first, and comes twice at worst.
3. A code that has expired or lives no more while it waits here does not leave.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.sending.gate import Gate, GateClosed
from bot.sending.gateways import Delivered, Down, Fate, Later, Never, SmsGateway
from bot.sending.pace import Even, Rates
from bot.watch import Watch
from dialogs.engine import Unavailable
from locales.latin import in_latin
from rules.clock import Clock
from storage import outbox, surveys
from storage.database import Database, Tx
from storage.outbox import Holder, Owed

REREAD_SECONDS: Final = 30.0
ALMATY: Final = ZoneInfo("Asia/Almaty")
LONG_WAIT: Final = 0.5
"""Seconds of waiting after which it is asked anew whether a code still lives."""
DATABASE_AGAIN: Final = 5.0
IN_DOUBT: Final = timedelta(minutes=5)
"""Our judgement: what a gateway may have taken before it fell silent is tried by it for so long, and then
given up, for it holds up whatever comes after it to the same phone."""


@dataclass(frozen=True, slots=True)
class Way:
    """A gateway under its name in the settings, and its gate."""

    name: str
    gateway: SmsGateway
    gate: Gate


class SmsCarrier:
    """SMS: gateways in their order, one pace, and a cap on what a day may cost."""

    def __init__(
        self,
        ways: Sequence[Way],
        rates: Rates,
        cap: int,
        db: Database,
        clock: Clock,
        watch: Watch,
        reread: float = REREAD_SECONDS,
        *,
        latin: bool = False,
    ) -> None:
        """``cap`` is of all processes together: what they spent is read every ``reread`` seconds.

        With ``latin`` Kazakh and Russian words leave in Latin letters.
        """
        self._ways = tuple(ways)
        self._pace = Even(rates.sms_per_second)
        self._db = db
        self._clock = clock
        self._watch = watch
        self._cap = cap
        self._reread = reread
        self._latin = latin
        self._reading = asyncio.Lock()
        self._day = date.min
        self._read_at = 0.0
        self._spent = 0
        self._on_way = 0

    async def carry(self, owed: Owed, until: float) -> Fate:
        """Send one SMS, if the day's cap allows. A code's life is told to the gateway too.

        Raises ``GateClosed`` if no gateway is open before ``until`` (monotonic).
        """
        holder = await self._holder(owed)
        ways = self._ways_of(owed, holder)
        if holder is not None and owed.kind != outbox.CODE and self._clock.now() - holder.since > IN_DOUBT:
            return Never("sms_in_doubt")
        while True:
            await self._wait(ways, owed, until)
            if owed.kind == surveys.INVITATION and self._spent * 2 >= self._cap:
                # Nobody must answer a survey: the other half of a day is left to codes and answers.
                return Never("sms_daily_share", alert=False)
            if self._spent >= self._cap:
                self._watch.alert("sms.daily_cap")
                return Never("sms_daily_cap")
            fate = await self._by_one_of(ways, owed, fresh=holder is None)
            # Whoever was closed meanwhile, or says how long it wants to rest, costs the message no attempt.
            if fate is not None and not (isinstance(fate, Later) and fate.seconds is not None):
                return fate

    async def turn(self, owed: Owed) -> None:
        """Wait and write as much as an SMS would, for a message that goes nowhere (S19)."""
        await self._holder(owed)
        await _sleep(self._pace.turn(asyncio.get_running_loop().time()))
        await self._hand_to(owed, self._ways[0].name)

    # Waiting

    async def _wait(self, ways: Sequence[Way], owed: Owed, until: float) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        await _first_to_open(ways).gate.pass_through(until)
        await _sleep(self._pace.turn(loop.time()))
        await self._look_what_is_spent()
        if loop.time() - began > LONG_WAIT:
            await self._demand_life(owed)

    async def _demand_life(self, owed: Owed) -> None:
        """Raise ``GateClosed`` for what became too old, or was called off, while it waited here."""
        if owed.kind != outbox.CODE:
            return
        try:
            alive = await outbox.still_due(self._db.reader, owed.id, self._clock.now())
        except Unavailable as fault:
            raise GateClosed("database", DATABASE_AGAIN) from fault
        if not alive:
            raise GateClosed("lives_no_more", 0.0)

    # Handing over

    async def _by_one_of(self, ways: Sequence[Way], owed: Owed, *, fresh: bool) -> Fate | None:
        """Try the ways that are open, in order, while each surely did not take it; None if none is."""
        fates: list[Fate] = []
        for way in ways:
            if way.gate.opens_in > 0:
                continue
            await self._hand_to(owed, way.name)
            fate = await self._by(way, owed)
            if not _may_go_elsewhere(fate):
                return fate
            fates.append(fate)
        if not fates:
            return None
        if fresh:
            await self._hand_to(owed, None)
        # Whoever may take it later is waited for, whatever another said for good.
        return next((fate for fate in fates if not isinstance(fate, Never)), fates[-1])

    async def _by(self, way: Way, owed: Owed) -> Fate:
        """Send, and spend one SMS of the day before: many lanes send at once. Unsent, it is given back."""
        self._spent += 1
        self._on_way += 1
        fate: Fate | None = None
        try:
            fate = await way.gateway.send(owed.address.key, self._text(owed), self._life(owed))
        finally:
            self._on_way -= 1
            if not isinstance(fate, Delivered):
                self._spent -= 1
        way.gate.heard(fate)
        if isinstance(fate, Later) and fate.seconds is not None:
            way.gate.close_for(fate.seconds, fate.code)
        return fate

    def _text(self, owed: Owed) -> str:
        text = str(owed.body["text"])
        return in_latin(text) if self._latin else text

    def _life(self, owed: Owed) -> int | None:
        if owed.expires_at is None:
            return None
        return int((owed.expires_at - self._clock.now()).total_seconds())

    # Which gateway has it

    def _ways_of(self, owed: Owed, holder: Holder | None) -> Sequence[Way]:
        if holder is None:
            return self._ways
        if owed.kind == outbox.CODE:
            return sorted(self._ways, key=lambda way: way.name == holder.gateway)
        return [way for way in self._ways if way.name == holder.gateway]

    async def _holder(self, owed: Owed) -> Holder | None:
        """The gateway that may have the message from an earlier attempt. Raises ``GateClosed``."""
        if len(self._ways) == 1:
            return None
        try:
            return await outbox.held_by(self._db.reader, owed.id)
        except Unavailable as fault:
            raise GateClosed("database", DATABASE_AGAIN) from fault

    async def _hand_to(self, owed: Owed, gateway: str | None) -> None:
        if len(self._ways) == 1:
            return

        async def work(tx: Tx) -> None:
            outbox.hand_to(tx, owed.id, gateway, self._clock.now())

        try:
            await self._db.decide(work)
        except Unavailable as fault:
            raise GateClosed("database", DATABASE_AGAIN) from fault

    # What a day may cost

    async def _look_what_is_spent(self) -> None:
        """Read the day's count anew when it is old; without the database, this process's own goes on."""
        async with self._reading:
            now, today = asyncio.get_running_loop().time(), self._clock.now().astimezone(ALMATY).date()
            same_day, read = today == self._day, 0
            if same_day and now < self._read_at + self._reread:
                return
            with suppress(Unavailable):
                read = await outbox.sms_spent_today(self._db.reader, today, ALMATY)
                self._read_at = now
            # What has left is in the database a moment later only, so the count of a day never falls.
            self._spent = max(self._spent if same_day else 0, read + self._on_way)
            self._day = today


def _first_to_open(ways: Sequence[Way]) -> Way:
    # min takes the first of equals: among open ones, the first in the settings' order.
    return min(ways, key=lambda way: way.gate.opens_in)


def _may_go_elsewhere(fate: Fate) -> bool:
    return isinstance(fate, Later | Down | Never) and fate.elsewhere


async def _sleep(seconds: float) -> None:
    if seconds > 0:
        await asyncio.sleep(seconds)
