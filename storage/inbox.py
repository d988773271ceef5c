"""The inbox: what people sent, written down before it is acknowledged, and each row handled once.

A row is leased to the worker that handles it; the lease of a worker that died runs out. Rows of one address
are never in two hands, and are handed out in the order in which they came.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from storage.addresses import Address, Channel, stored_key
from storage.database import Reader, Row, Tx
from storage.instants import instant, micros
from storage.keys import CannotOpen, KeyRing

POISONED: Final = "poisoned"
SHUT: Final = "cannot_open"
WRONG_REPLY: Final = "wrong_reply"
"""The outcome of an SMS that answered a question of ours with a wrong code."""

_PLACE: Final = "inbox.body"
_CLAIM_LOCK: Final = 7001


@dataclass(frozen=True, slots=True, repr=False)
class Arrival:
    """Something a channel received: `external_id` is "bot:update" or MessageSid, `body` raw."""

    channel: Channel
    external_id: str
    address: Address
    body: str
    received_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Received:
    """An undone inbox row. Only if `leased` may this worker handle it now; else `claim` brings it later."""

    id: int
    channel: Channel
    external_id: str
    address: Address
    address_key: str
    body: str
    received_at: datetime
    attempts: int
    leased: bool

    def __repr__(self) -> str:
        return f"Received({self.id}, {self.channel})"


async def add(
    tx: Tx, arrivals: Sequence[Arrival], worker: int, lease_until: datetime
) -> tuple[Received, ...]:
    """Write the arrivals down in one go and lease the new rows to this worker; returns the new ones.

    What if it runs twice: a row whose (channel, external_id) is there already is left out.
    """
    rows = [_new_row(tx, arrival, worker, lease_until) for arrival in arrivals]
    written = await tx.each("inbox_add", rows)
    return tuple(
        _received_now(arrival, row, returned[0][1] is not None)
        for arrival, row, returned in zip(arrivals, rows, written, strict=True)
        if returned
    )


async def claim(
    tx: Tx,
    worker: int,
    now: datetime,
    lease_until: datetime,
    limit: int = 100,
    shut: Callable[[int], None] = lambda _: None,
) -> tuple[Received, ...]:
    """Take undone rows nobody holds, oldest first; a row waits while an earlier one of its address is held.

    A row that no key of the ring opens is set aside, and `shut` is told its id: it stops no other (S45).
    What if it runs twice: what is held is not taken again before its lease runs out.
    """
    tx.later("one_claim_at_a_time", which=_CLAIM_LOCK)
    rows = await tx.rows(
        "inbox_claim", worker=worker, now=micros(now), lease_until=micros(lease_until), most=limit
    )
    taken: list[Received] = []
    for row in sorted(rows, key=lambda row: int(row[0])):
        try:
            taken.append(_claimed(tx.keys, row))
        except CannotOpen:
            await set_aside(tx, row[0], SHUT, now)
            shut(row[0])
    return tuple(taken)


async def done(tx: Tx, inbox_id: int, outcome: str, now: datetime) -> bool:
    """Mark the row handled, with an outcome code. False if it already was: then roll everything back."""
    return bool(await tx.rows("inbox_finish", id=inbox_id, outcome=outcome, now=micros(now)))


async def set_aside(tx: Tx, inbox_id: int, why: str, now: datetime) -> bool:
    """Put away a row that cannot be handled, so that it never stops the others. `why` is a code (S45).

    What if it runs twice: False, and nothing changes.
    """
    return await done(tx, inbox_id, f"{POISONED}:{why}", now)


async def release(tx: Tx, worker: int) -> int:
    """Give back whatever the worker still holds, at an orderly stop; how many rows. Twice: 0."""
    return len(await tx.rows("inbox_release", worker=worker))


async def outcome(reader: Reader, inbox_id: int) -> str | None:
    """The outcome of a row, None while it is undone or unknown."""
    row = await reader.row("inbox_outcome", id=inbox_id)
    return None if row is None else row[0]


async def last_id(reader: Reader, channel: Channel, first: str, behind: str) -> str | None:
    """The last external id of a channel from `first` on and before `behind`; None without any."""
    rows = await reader.rows("inbox_last_id", channel=channel, first=first, behind=behind)
    return rows[0][0] if rows else None


async def ids_between(reader: Reader, channel: Channel, first: str, behind: str) -> tuple[str, ...]:
    """The external ids of a channel from `first` on and before `behind`, in order."""
    rows = await reader.rows("inbox_ids_between", channel=channel, first=first, behind=behind)
    return tuple(row[0] for row in rows)


async def wrong_replies(reader: Reader, address: Address, since: datetime) -> int:
    """How many SMS from that phone, received since then, were done as `WRONG_REPLY`."""
    key = stored_key(reader.keys, address)
    return int((await reader.rows("inbox_wrong_replies", address_key=key, since=micros(since)))[0][0])


async def waiting(reader: Reader) -> int:
    """How many rows are undone."""
    return int((await reader.rows("inbox_waiting"))[0][0])


async def oldest_waiting(reader: Reader) -> datetime | None:
    """Since when the oldest undone row waits, None if nothing does."""
    return instant((await reader.rows("inbox_waiting"))[0][1])


def _new_row(tx: Tx, arrival: Arrival, worker: int, lease_until: datetime) -> dict[str, object]:
    row_id = tx.ids.new()
    return {
        "id": row_id,
        "channel": arrival.channel,
        "external_id": arrival.external_id,
        "address_key": stored_key(tx.keys, arrival.address),
        # The address lies in the same sealed blob: one seal less, and a phone is never in the clear.
        "body": tx.keys.seal(_PLACE, row_id, f"{arrival.address.key}\n{arrival.body}"),
        "received_at": micros(arrival.received_at),
        "worker": worker,
        "lease_until": micros(lease_until),
    }


def _received_now(arrival: Arrival, row: dict[str, object], leased: bool) -> Received:
    return Received(
        id=int(str(row["id"])),
        channel=arrival.channel,
        external_id=arrival.external_id,
        address=arrival.address,
        address_key=str(row["address_key"]),
        body=arrival.body,
        received_at=arrival.received_at,
        attempts=1,
        leased=leased,
    )


def _claimed(keys: KeyRing, row: Row) -> Received:
    row_id, channel, external_id, address_key, sealed, received_at, attempts = row
    key, _, body = keys.open(_PLACE, row_id, sealed).partition("\n")
    return Received(
        id=row_id,
        channel=channel,
        external_id=external_id,
        address=Address(channel, key),
        address_key=address_key,
        body=body,
        received_at=instant(received_at),
        attempts=attempts,
        leased=True,
    )
