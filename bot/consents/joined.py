"""Joins what surrounds consents of other people: the listeners, the decisions, the moment waiting ends."""

from __future__ import annotations

from dataclasses import dataclass

from bot.consents.clocks import ConsentClocks
from bot.consents.decisions import ConsentDecisions
from bot.consents.outcomes import MatterSide, Outcomes
from bot.consents.replies import ConsentReplies
from bot.consents.typed import TypedCodes
from rules.clock import Clock
from rules.third_party import Matter
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Consents:
    """Made once, for the service and for tests."""

    outcomes: Outcomes
    decisions: ConsentDecisions
    clocks: ConsentClocks
    replies: ConsentReplies
    typed: TypedCodes


def consents_of(
    db: Database, clock: Clock, worker: int, centres: MatterSide, documents: MatterSide
) -> Consents:
    """The parts over one database, and the two sides that ask for consents."""
    outcomes = Outcomes({Matter.CENTRE: centres, Matter.DOCUMENT: documents})
    return Consents(
        outcomes,
        ConsentDecisions(outcomes),
        ConsentClocks(outcomes),
        ConsentReplies(db, outcomes, clock, worker),
        TypedCodes(db, outcomes, clock, worker),
    )
