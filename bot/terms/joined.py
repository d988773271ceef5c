"""Joins what surrounds the terms of answers: the handlers of their moments, and the log of the watch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.complaints.clocks import ComplaintClocks
from bot.staff.parts import Parts
from bot.staff.room import Alerting
from bot.terms.escalation import City, Escalations
from bot.terms.extension import Extension, Handler
from bot.terms.lost_cards import LostCards
from bot.terms.outages import OutageBook
from bot.terms.summaries import Summaries
from rules.clock import Clock
from storage.database import Database, Tx


@dataclass(frozen=True, slots=True)
class Terms:
    """Made once, for the service and for the tests of its staff."""

    escalations: Escalations
    extension: Extension
    lost_cards: LostCards
    summaries: Summaries
    complaints: ComplaintClocks
    book: OutageBook

    def handlers(self, others: Mapping[str, Handler]) -> dict[str, Handler]:
        """These and the other kinds of due rows; what judges a term waits while an outage lasts."""
        own = (self.escalations, self.extension, self.lost_cards, self.summaries, self.complaints)
        kinds = {name: handler for part in own for name, handler in part.handlers().items()}
        return self.extension.holding({**others, **kinds})

    async def begin(self, tx: Tx, now: datetime) -> None:
        """At a start, before any term is judged. Twice: nothing more."""
        await self.book.begin(tx, now)
        await self.summaries.begin(tx, now)


def terms_of(
    parts: Parts, db: Database, clock: Clock, alerts: Alerting, city: City, *, extends: bool = True
) -> Terms:
    """The parts over one database; ``extends`` is EXTEND_ON_OUTAGE."""
    extension = Extension(parts, extends)
    return Terms(
        escalations=Escalations(parts, alerts, city),
        extension=extension,
        lost_cards=LostCards(parts),
        summaries=Summaries(parts),
        complaints=ComplaintClocks(parts.complaints, alerts, city),
        book=OutageBook(db, clock, extension),
    )
