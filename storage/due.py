"""Due moments: deadlines, reminders, escalations as rows, so that none is lost while the service is down."""

from dataclasses import dataclass
from datetime import datetime

from storage.database import Reader, Tx
from storage.instants import instant, micros


@dataclass(frozen=True, slots=True)
class Due:
    """Something that falls due: its kind, what it is about, and how often it was tried."""

    id: int
    kind: str
    subject_id: int
    due_at: datetime
    tries: int


def set_due(tx: Tx, kind: str, subject_id: int, due_at: datetime) -> None:
    """Set when this kind of thing is due for this subject.

    What if it runs twice: there is one row per kind and subject; the later call moves it, and makes it
    undone.
    """
    tx.later("due_set", id=tx.ids.new(), kind=kind, subject_id=subject_id, due_at=micros(due_at))


def begin(tx: Tx, kind: str, subject_id: int, due_at: datetime) -> None:
    """Set when something that comes again and again is due first. Twice: the row stays as it is."""
    tx.later("due_begin", id=tx.ids.new(), kind=kind, subject_id=subject_id, due_at=micros(due_at))


def clear(tx: Tx, kind: str | None, subject_id: int) -> None:
    """Drop what is still undone for the subject: one kind, or all if None. Twice: nothing more."""
    tx.later("due_clear", kind=kind, subject_id=subject_id)


async def ripe(reader: Reader, now: datetime, limit: int = 100) -> tuple[Due, ...]:
    """What is due by now and undone, the longest overdue first."""
    rows = await reader.rows("due_ripe", now=micros(now), most=limit)
    return tuple(Due(row[0], row[1], row[2], instant(row[3]), row[4]) for row in rows)


async def take(tx: Tx, due_id: int, now: datetime) -> bool:
    """Take a due row, in the same transaction as its effects. False if it was taken, cleared or moved."""
    return bool(await tx.rows("due_take", id=due_id, now=micros(now)))


async def postpone(tx: Tx, due_id: int, retry_at: datetime) -> bool:
    """Try a row again later, because its effects failed. False if it is done."""
    return bool(await tx.rows("due_retry", id=due_id, retry_at=micros(retry_at)))


async def next_due(reader: Reader) -> datetime | None:
    """When the next undone row is due, None if there is none."""
    return instant((await reader.rows("due_next"))[0][0])
