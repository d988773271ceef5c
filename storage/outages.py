"""Outages: when a gateway or the service itself stood still, as terms are extended by (G-07)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from storage.database import Reader, Tx
from storage.instants import instant, micros

TELEGRAM: Final = "telegram"
"""Nothing reaches staff, or nothing that they press reaches us."""

SMS: Final = "sms"
SERVICE: Final = "service"
"""This service itself did not run."""


@dataclass(frozen=True, slots=True)
class Outage:
    """One outage; ``ended_at`` is None while it lasts."""

    what: str
    began_at: datetime
    ended_at: datetime | None


def begin(tx: Tx, what: str, now: datetime) -> None:
    """Log that something stands still. Twice, or by two processes: one row while it lasts."""
    tx.later("outage_begin", id=tx.ids.new(), what=what, now=micros(now))


async def end(tx: Tx, what: str, now: datetime) -> Outage | None:
    """Log that it goes on again; the outage, whole. None if none was open, so also the second time."""
    row = await tx.row("outage_end", what=what, now=micros(now))
    return None if row is None else Outage(what, instant(row[0]), instant(row[1]))


async def log(tx: Tx, what: str, began_at: datetime, ended_at: datetime) -> Outage | None:
    """Log an outage that is known only now that it is over. None while one of that kind is open."""
    begin(tx, what, began_at)
    return await end(tx, what, ended_at)


async def lasts_since(reader: Reader, what: str) -> datetime | None:
    """Since when something stands still, None if it does not."""
    row = await reader.row("outage_open", what=what)
    return None if row is None else instant(row[0])


async def between(reader: Reader, since: datetime, until: datetime) -> tuple[Outage, ...]:
    """Every outage that touches that span, the first first."""
    rows = await reader.rows("outages_between", since=micros(since), until=micros(until))
    return tuple(Outage(row[0], instant(row[1]), instant(row[2])) for row in rows)


def beat(tx: Tx, now: datetime) -> None:
    """Note that the service runs. Twice: the later instant stays."""
    tx.later("beat", now=micros(now))


async def last_beat(reader: Reader) -> datetime | None:
    """When the service was last known to run, None if it never was."""
    row = await reader.row("beat_last")
    return None if row is None else instant(row[0])


async def unanswered(reader: Reader, since: datetime) -> tuple[int, ...]:
    """The requests that wait for a first answer, and whose term was not over before that instant."""
    return tuple(row[0] for row in await reader.rows("requests_unanswered", since=micros(since)))
