"""Delivery reports of every gateway: kept, only ever forward (S34), acted upon by their error (S35)."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from bot.sending.gateways import Policy
from bot.sending.undelivered import tell_at_once
from bot.watch import Watch
from rules.clock import Clock
from rules.days import COUNTRY_ZONE
from rules.law import rule
from rules.quiet_hours import MessageKind, may_be_sent_at
from storage import outbox
from storage.database import Database, Tx

AGAIN: Final = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
"""When a notice is sent again whose phone was off or out of reach: never at night."""
LIVES: Final = timedelta(hours=4)
"""An operator may give up days later: what left longer ago is not sent again."""
EARLY_SECONDS: Final = 0.3
"""A report can overtake the result of its own sending, and is then tried once more."""

End: TypeAlias = Literal["delivered", "undelivered"]


@rule("G-47")
def _awake(at: datetime) -> datetime:
    return may_be_sent_at(MessageKind.NEWS, at, COUNTRY_ZONE)


class Reports:
    """Takes reports down."""

    def __init__(self, db: Database, clock: Clock, watch: Watch) -> None:
        self._db = db
        self._clock = clock
        self._watch = watch

    async def note(self, provider_id: str, end: End, code: str | None, policy: Policy | None) -> None:
        """Write one down; ``code`` names the error. Raises ``Unavailable``: it is to be reported again.

        What if it runs twice: the second changes nothing.
        """
        for pause in (EARLY_SECONDS, 0.0):
            if await self._db.decide(lambda tx: self._written(tx, provider_id, end, code, policy)):
                break
            await asyncio.sleep(pause)
        if end == "undelivered":
            self._watch.not_sent("sms", code or "sms_undelivered")
            if policy in {Policy.ALERT, Policy.DOWN}:
                self._watch.alert("sms.undelivered", code=code)

    async def _written(
        self, tx: Tx, provider_id: str, end: End, code: str | None, policy: Policy | None
    ) -> bool:
        now = self._clock.now()
        known = await outbox.delivery(tx, provider_id, end, code, now)
        if known is None:
            return False
        if end == "undelivered":
            await tell_at_once(tx, known.challenge_id, now)
            if policy is Policy.RETRY:
                await outbox.again(tx, known.outbox_id, AGAIN, LIVES, _awake, now)
        return True
