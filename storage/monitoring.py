"""What is owed to the monitoring system: every change of a request's status, until it was taken.

The events are written by triggers, in the transaction of the step that each tells of; nothing here writes one
but a replay. An event is settled by the step that it tells of, so a life that ends between sending and
settling sends it once more under the same id.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from rules.monitoring import DaySum, Transition
from rules.people import Language
from storage.database import Reader, Row, Tx
from storage.instants import day, day_text, instant, micros

MOST_COUNTED: Final = 10_000
"""Beyond so many it is only known that they are very many."""

_PAGE: Final = 500
_FAR: Final = timedelta(minutes=3)
"""No pause and no turn is as long, whatever clocks of several machines differ by."""


class State(StrEnum):
    """Where an event stands: owed, taken, or refused for ever and laid aside."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of an event that was sent; waiting ones are held until `not_before`."""

    transition: Transition
    state: State
    code: str | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """How the feed stands: since when it fails and why, and when staff were told of that."""

    failing_since: datetime | None
    code: str | None
    told_at: datetime | None

    @property
    def is_told(self) -> bool:
        """True if staff know that it fails."""
        return (
            self.failing_since is not None and self.told_at is not None and self.told_at >= self.failing_since
        )


@dataclass(frozen=True, slots=True)
class Outstanding:
    """How many wait, since when the oldest, and how many were laid aside; each `MOST_COUNTED` at most."""

    waiting: int
    oldest: datetime | None
    dead: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that the server refused for ever, why, and after how many attempts."""

    id: str
    code: str
    tries: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ComparedDay:
    """A day as it was last compared with the server. `agreed_at` is None while they differ."""

    day: date
    sum: DaySum
    compared_at: datetime
    agreed_at: datetime | None
    sent_again: int


async def to_send(reader: Reader, now: datetime, most: int) -> tuple[Transition, ...]:
    """What may be sent now, in the order in which it happened."""
    rows = await reader.rows("monitoring_to_send", now=micros(now), far=micros(now + _FAR), most=most)
    return tuple(_transition(row) for row in rows)


async def of_day(reader: Reader, since: datetime, until: datetime) -> AsyncIterator[tuple[Transition, ...]]:
    """What the server took of the steps from one instant up to another, by pages."""
    after_at, after_seq = micros(since) - 1, 0
    while rows := await reader.rows(
        "monitoring_of_day", until=micros(until), after_at=after_at, after_seq=after_seq, most=_PAGE
    ):
        yield tuple(_transition(row) for row in rows)
        after_at, after_seq = rows[-1][4], rows[-1][9]


async def some_waits(reader: Reader) -> bool:
    """True if anything is owed."""
    return bool(await reader.rows("monitoring_some_waits"))


async def waits_within(reader: Reader, since: datetime, until: datetime) -> bool:
    """True if a step from the one instant up to the other is still owed."""
    return bool(await reader.rows("monitoring_waits_within", since=micros(since), until=micros(until)))


async def settle(tx: Tx, settled: Sequence[Settled], now: datetime) -> None:
    """Note what came of events that were sent. What if it runs twice: the second changes nothing."""
    params: list[Mapping[str, object]] = [
        {
            **_step(one.transition),
            "state": one.state.value,
            "code": one.code,
            "not_before": micros(one.not_before),
            "now": micros(now),
        }
        for one in settled
    ]
    await tx.each("monitoring_settle", params)


async def tries(reader: Reader, transition: Transition) -> int:
    """How often an event was sent and not taken."""
    row = await reader.row("monitoring_tries", **_step(transition))
    return 0 if row is None else int(row[0])


async def wait_again(tx: Tx, transitions: Sequence[Transition]) -> int:
    """Owe anew what the server has lost; how many. Twice: those that are owed already stay so."""
    found = await tx.each("monitoring_wait_again", [_step(one) for one in transitions])
    return sum(len(rows) for rows in found)


async def dead_again(tx: Tx) -> int:
    """Owe anew everything that was laid aside; how many. Twice: nothing more."""
    return len(await tx.rows("monitoring_dead_again"))


def replay(tx: Tx, since: datetime, until: datetime) -> None:
    """Owe every step from the one instant up to the other, those from before the feed too.

    Under the ids that they have, so what the server knows already is not doubled. Twice: the same.
    """
    tx.later("monitoring_forget", since=micros(since), until=micros(until))
    tx.later("monitoring_write_again", since=micros(since), until=micros(until))


async def take_turn(tx: Tx, holder: int, now: datetime, until: datetime) -> bool:
    """Be the one process that sends, until then; False while another one is."""
    far = micros(until + _FAR)
    turn = await tx.rows("monitoring_take_turn", holder=holder, now=micros(now), until=micros(until), far=far)
    return bool(turn)


async def outstanding(reader: Reader) -> Outstanding:
    """What is owed, and what was laid aside."""
    rows = await reader.rows("monitoring_counted", most=MOST_COUNTED)
    by_state = {row[0]: row for row in rows}
    waiting, dead = by_state.get(State.WAITING), by_state.get(State.DEAD)
    return Outstanding(
        0 if waiting is None else int(waiting[1]),
        None if waiting is None else instant(waiting[2]),
        0 if dead is None else int(dead[1]),
    )


async def dead_letters(reader: Reader, most: int) -> tuple[DeadLetter, ...]:
    """What was laid aside, the first first."""
    rows = await reader.rows("monitoring_dead", most=most)
    return tuple(
        DeadLetter(f"{row[0]}.{row[1]}.{row[2]}", row[3] or "", int(row[4]), instant(row[5])) for row in rows
    )


async def feed(reader: Reader) -> Feed:
    """How the feed stands."""
    [row] = await reader.rows("monitoring_feed")
    return Feed(instant(row[0]), row[1], instant(row[2]))


async def fails(tx: Tx, code: str, now: datetime) -> Feed:
    """Note that the feed fails, and how; since when it does. Twice: the first moment stays."""
    [row] = await tx.rows("monitoring_fails", code=code, now=micros(now))
    return Feed(instant(row[0]), code, instant(row[1]))


def told(tx: Tx, now: datetime) -> None:
    """Note that staff were told."""
    tx.later("monitoring_told", now=micros(now))


async def mended(tx: Tx) -> bool:
    """Note that the feed works again; True if it did not. Twice: False."""
    return bool(await tx.rows("monitoring_mended"))


async def compared(tx: Tx, of: date, day_sum: DaySum, now: datetime, *, agreed: bool, again: int = 0) -> None:
    """Note what a day came to, whether the server agreed, and how many were owed anew."""
    tx.later(
        "monitoring_compared",
        day=day_text(of),
        events=day_sum.events,
        digest=day_sum.digest,
        now=micros(now),
        agreed_at=micros(now) if agreed else None,
        sent_again=again,
    )


async def day_compared(reader: Reader, of: date) -> ComparedDay | None:
    """How a day was last compared."""
    row = await reader.row("monitoring_day", day=day_text(of))
    return None if row is None else _compared(row)


async def days_compared(reader: Reader, most: int) -> tuple[ComparedDay, ...]:
    """The days that were compared, the newest first."""
    return tuple(_compared(row) for row in await reader.rows("monitoring_days", most=most))


async def minders(reader: Reader) -> tuple[tuple[int, Language], ...]:
    """The Telegram ids of all administrators, or of the heads where there is none, and what each reads in."""
    rows = await reader.rows("monitoring_minders")
    return tuple((row[0], "ru" if row[1] == "ru" else "kk") for row in rows)


def _step(transition: Transition) -> dict[str, object]:
    return {"source": transition.source, "subject_id": transition.subject_id, "mark": transition.mark}


def _transition(row: Row) -> Transition:
    source, subject_id, mark, status, at, number, year, service, clinic_no = row[:9]
    return Transition(
        source, subject_id, mark, status, instant(at), number or "", year or 0, service or "", clinic_no
    )


def _compared(row: Row) -> ComparedDay:
    return ComparedDay(
        day(row[0]), DaySum(int(row[1]), row[2]), instant(row[3]), instant(row[4]), int(row[5])
    )
