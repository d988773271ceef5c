"""The moment at which waiting for a consent ends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.consents.outcomes import Outcomes
from otp import third_party_answers
from otp.consent_steps import END
from storage.database import Tx
from storage.outbox import Parcel

Handler = Callable[[Tx, int, datetime], Awaitable[Sequence[Parcel]]]


@dataclass(frozen=True, slots=True)
class ConsentClocks:
    """What is due about requests for consent."""

    outcomes: Outcomes

    def handlers(self) -> dict[str, Handler]:
        """The kinds of due rows, and who does them."""
        return {END: self.ended}

    async def ended(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """No consent was given: the asker's side hears of it now, whether refused or unanswered (G-32)."""
        over = await third_party_answers.end(tx, request_id, now)
        return () if over is None else await self.outcomes.decided(tx, *over, now)
