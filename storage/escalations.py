"""Escalations: each time that the city was told of a request left unanswered, and the time then promised."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from storage.database import Reader, Tx
from storage.instants import instant, micros

DUE: Final = "escalation"
"""Due kind, subject a request: its head was told that it is overdue, and it may still be unanswered."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """Which time it was, when, and the new time that the citizen was told."""

    round: int
    at: datetime
    promised: datetime


async def add(tx: Tx, request_id: int, promised: datetime, now: datetime) -> int:
    """Keep one more escalation of the request; which it is, from 1. Twice: two of them."""
    rows = await tx.rows("escalation_add", request_id=request_id, now=micros(now), promised=micros(promised))
    return int(rows[0][0])


async def of(reader: Reader, request_id: int) -> tuple[Escalation, ...]:
    """All of the request's, the first first."""
    rows = await reader.rows("escalations_of", request_id=request_id)
    return tuple(Escalation(row[0], instant(row[1]), instant(row[2])) for row in rows)
