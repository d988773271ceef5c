"""What happens on a doctor's rounds when one of their moments comes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.rounds.asking import CHECK
from bot.rounds.following import ASK, SETTLED
from bot.rounds.looking import ROUNDS
from bot.rounds.service import Rounds
from rules.call_status import CallStatus
from rules.law import rule
from storage.database import Tx
from storage.outbox import Parcel

_OVER: Final = frozenset({CallStatus.DONE, CallStatus.NOT_HOME, CallStatus.NOBODY_HOME})


@dataclass(frozen=True, slots=True)
class RoundsClocks:
    """One handler for each kind of moment; each runs within the transaction that takes its row."""

    rounds: Rounds

    def handlers(self) -> Mapping[str, Callable[[Tx, int, datetime], Awaitable[Sequence[Parcel]]]]:
        """The kinds of due rows, and who does them."""
        return {
            ROUNDS: self.rounds.pages.follow,
            SETTLED: self.settled,
            ASK: self.ask,
            CHECK: self.unheard,
        }

    @rule("HC-10")
    async def settled(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """A press stands: after a visit those who wait behind it are told their place."""
        call = await self.rounds.calls.call(tx, request_id)
        if call is None:
            return ()
        await self.rounds.following.settled(tx, call, now)
        return await self.rounds.line.told(tx, call, now) if call.status in _OVER else ()

    async def ask(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """An hour after the visit: did it take place?"""
        call = await self.rounds.calls.call(tx, request_id)
        return () if call is None else await self.rounds.questions.ask(tx, call, now)

    async def unheard(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """Whether that question arrived; if not, an SMS goes instead."""
        call = await self.rounds.calls.call(tx, request_id)
        return () if call is None else await self.rounds.questions.unheard(tx, call, now)
