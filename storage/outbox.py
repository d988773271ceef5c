"""The outbox: messages owed to citizens and staff; whatever leaves the house leaves through here.

A parcel is put down in the transaction that decides it, and sent at least once. An expired one is never
handed out, and the body of one with a code is erased as soon as it is sent, expired, cancelled or dead.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from storage.addresses import Address, Channel, stored_key
from storage.database import Reader, Row, Tx
from storage.instants import instant, micros
from storage.keys import CannotOpen, KeyRing

CODE: Final = "code"
"""The kind of a parcel whose body holds a one-time code."""

LEASE: Final = timedelta(seconds=120)
"""For how long a parcel is this worker's: whoever puts one down or claims one leases it so long."""

SHUT: Final = "cannot_open"
"""The error code of a parcel that no key of the ring opens."""

ParcelStatus: TypeAlias = Literal[
    "waiting", "sent", "delivered", "undelivered", "dead", "expired", "cancelled"
]

_BODY: Final = "outbox.body"
_ADDRESS: Final = "outbox.address"
_CLAIM_LOCK: Final = 7002
_AGAIN: Final = re.compile(r"again:([0-9]+):([0-9]+)")
_NOBODY: Final = 0
_SPENT_ZONE: Final = ZoneInfo("Asia/Almaty")


@dataclass(frozen=True, slots=True, repr=False)
class Parcel:
    """A message to be sent: `body` is JSON of the channel's own form, `dedupe` makes it exist at most
    once.
    """

    address: Address
    kind: str
    body: Mapping[str, Any]
    dedupe: str | None = None
    request_id: int | None = None
    challenge_id: int | None = None
    not_before: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Owed:
    """A waiting parcel, owed from `due_at` on. Only if `leased` may this worker send it now."""

    id: int
    address: Address
    address_key: str
    kind: str
    body: Mapping[str, Any]
    request_id: int | None
    challenge_id: int | None
    expires_at: datetime | None
    attempts: int
    due_at: datetime
    leased: bool

    @property
    def channel(self) -> Channel:
        """By which channel it goes."""
        return self.address.channel

    def __repr__(self) -> str:
        return f"Owed({self.id}, {self.address.channel}, {self.kind})"


@dataclass(frozen=True, slots=True)
class Holder:
    """The gateway that a parcel was handed to, and when first."""

    gateway: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """Which message a delivery report changed."""

    outbox_id: int
    request_id: int | None
    challenge_id: int | None


async def put(
    tx: Tx, parcels: Sequence[Parcel], worker: int, lease_until: datetime, now: datetime
) -> tuple[Owed, ...]:
    """Put the parcels down, leased to this worker where their turn has come; returns the new ones, in order.

    What if it runs twice: a parcel whose `dedupe` is there already is left out.
    """
    ids = [tx.ids.new() for _ in parcels]
    rows = [
        {**_new_row(tx.keys, row_id, parcel, now), "worker": worker, "lease_until": micros(lease_until)}
        for row_id, parcel in zip(ids, parcels, strict=True)
    ]
    written = await tx.each("outbox_put", rows)
    return tuple(
        _owed_now(row_id, parcel, row, returned[0][1] is not None, now)
        for row_id, parcel, row, returned in zip(ids, parcels, rows, written, strict=True)
        if returned
    )


async def claim(
    tx: Tx,
    worker: int,
    now: datetime,
    lease_until: datetime,
    limit: int = 100,
    shut: Callable[[int], None] = lambda _: None,
) -> tuple[Owed, ...]:
    """Take due parcels nobody holds, oldest first, keeping the order per address. Expired ones are left.

    A parcel that no key of the ring opens is dead, and `shut` is told its id: it stops no other (S45).
    What if it runs twice: what is held is not taken again before its lease runs out.
    """
    tx.later("one_claim_at_a_time", which=_CLAIM_LOCK)
    rows = await tx.rows(
        "outbox_claim", worker=worker, now=micros(now), lease_until=micros(lease_until), most=limit
    )
    taken: list[Owed] = []
    for row in sorted(rows, key=lambda row: int(row[0])):
        try:
            taken.append(_claimed(tx.keys, row))
        except CannotOpen:
            await dead(tx, row[0], SHUT, now)
            shut(row[0])
    return tuple(taken)


async def sent_many(tx: Tx, sent: Sequence[tuple[int, str | None]], now: datetime) -> int:
    """Mark parcels sent, each with the provider's id for it; how many were not yet. Twice: 0."""
    at = micros(now)
    rows = await tx.each(
        "outbox_sent", [{"id": row_id, "provider_id": provider, "now": at} for row_id, provider in sent]
    )
    return sum(len(returned) for returned in rows)


async def failed(tx: Tx, outbox_id: int, error_code: str, retry_at: datetime, now: datetime) -> bool:
    """Give a parcel back to be tried again at `retry_at`. False if it no longer waits.

    What if it runs twice: one attempt more is counted, nothing else.
    """
    del now
    return bool(
        await tx.rows("outbox_failed", id=outbox_id, error_code=error_code, retry_at=micros(retry_at))
    )


def put_off(tx: Tx, outbox_id: int, until: datetime) -> None:
    """Give a parcel back untried, to be sent from `until` on; no other waits for it. Twice: the same."""
    tx.later("outbox_put_off", id=outbox_id, until=micros(until))


async def dead(tx: Tx, outbox_id: int, error_code: str, now: datetime) -> bool:
    """Give up on a parcel for good. False if it no longer waits, so also the second time."""
    del now
    return bool(await tx.rows("outbox_dead", id=outbox_id, error_code=error_code))


async def expire(tx: Tx, now: datetime) -> tuple[int, ...]:
    """Put away what has expired unsent; their ids. Twice: none."""
    return tuple(row[0] for row in await tx.rows("outbox_expire", now=micros(now)))


async def still_due(reader: Reader, outbox_id: int, now: datetime) -> bool:
    """True while the parcel may be sent: it waits and has not expired. To be asked just before sending a
    code.
    """
    return bool(await reader.rows("outbox_still_due", id=outbox_id, now=micros(now)))


async def held_by(reader: Reader, outbox_id: int) -> Holder | None:
    """The gateway that has, or may have, taken the parcel; None while surely none has."""
    row = await reader.row("outbox_held_by", id=outbox_id)
    return None if row is None or row[0] is None else Holder(row[0], instant(int(row[1])))


def hand_to(tx: Tx, outbox_id: int, gateway: str | None, now: datetime) -> None:
    """Note, before it is handed over, which gateway gets the parcel; None once it surely did not take it.

    What if it runs twice: the same stands there.
    """
    tx.later("outbox_hand_to", id=outbox_id, gateway=gateway, now=micros(now))


async def delivery(
    tx: Tx,
    provider_id: str,
    status: Literal["delivered", "undelivered"],
    error_code: str | None,
    now: datetime,
) -> Delivery | None:
    """Note a delivery report; it only ever goes forward from "sent" (S34). None if it changed nothing."""
    del now
    rows = await tx.rows("outbox_delivery", provider_id=provider_id, status=status, error_code=error_code)
    return Delivery(*rows[0]) if rows else None


async def again(
    tx: Tx,
    outbox_id: int,
    pauses: Sequence[timedelta],
    lives: timedelta,
    awake: Callable[[datetime], datetime],
    now: datetime,
) -> bool:
    """Owe an SMS that did not arrive once more, as a parcel of its own, after the next of `pauses`.

    `awake` moves an instant out of the night. False for a code, which is asked for anew; for a page of a
    conversation; when the pauses are used up; and when it would go more than `lives` after the first of them
    did. What if it runs twice: the same parcel is put down once.
    """
    row = await tx.row("outbox_unarrived", id=outbox_id)
    if row is None:
        return False
    first, before = _tried(row[0], row[6])
    root = await tx.row("outbox_sent_at", id=first)
    sent_at = instant(int(row[7] if root is None else root[0]))
    if before >= len(pauses) or now + pauses[before] > sent_at + lives:
        return False
    parcel = Parcel(
        Address("sms", tx.keys.open(_ADDRESS, row[0], row[3])),
        row[1],
        json.loads(tx.keys.open(_BODY, row[0], row[2])),
        dedupe=f"again:{first}:{before + 1}",
        request_id=row[4],
        not_before=awake(now + pauses[before]),
        expires_at=instant(row[5]),
    )
    return bool(await put(tx, [parcel], _NOBODY, now - timedelta.resolution, now))


def _tried(outbox_id: int, dedupe: str | None) -> tuple[int, int]:
    """The parcel that was the first of its words, and how often they were owed again."""
    root = _AGAIN.fullmatch(dedupe or "")
    return (outbox_id, 0) if root is None else (int(root[1]), int(root[2]))


def cancel_for_challenge(tx: Tx, challenge_id: int) -> None:
    """Stop the SMS of a code that is no longer live. Twice: nothing more."""
    tx.later("outbox_cancel_for_challenge", challenge_id=challenge_id)


def cancel_of_leaver(tx: Tx, telegram_id: int, clinic_no: int) -> None:
    """Stop what is on its way to one of the staff, who leaves, about a clinic's requests. Twice: the same."""
    tx.later(
        "outbox_cancel_of_leaver",
        address_key=str(telegram_id),
        telegram_id=telegram_id,
        clinic_no=clinic_no,
    )


async def release(tx: Tx, worker: int) -> int:
    """Give back whatever the worker still holds, at an orderly stop; how many parcels. Twice: 0."""
    return len(await tx.rows("outbox_release", worker=worker))


async def oldest_waiting(reader: Reader, now: datetime) -> datetime | None:
    """Since when the oldest due parcel waits, None if none does."""
    return instant((await reader.rows("outbox_waiting", now=micros(now)))[0][1])


async def waiting(reader: Reader, now: datetime) -> int:
    """How many due parcels wait."""
    return int((await reader.rows("outbox_waiting", now=micros(now)))[0][0])


async def counts(reader: Reader, since: datetime | None = None) -> dict[tuple[str, str], int]:
    """How many parcels there are by (channel, status), all or those put down since then."""
    rows = await reader.rows("outbox_counts", since=0 if since is None else micros(since))
    return {(channel, status): count for channel, status, count in rows}


async def sms_spent_today(reader: Reader, day: date, zone: ZoneInfo = _SPENT_ZONE) -> int:
    """How many SMS were sent on that day of that zone, Almaty's if none is named."""
    starts = datetime.combine(day, time.min, zone)
    ends = datetime.combine(day + timedelta(days=1), time.min, zone)
    return int((await reader.rows("outbox_sms_spent", since=micros(starts), until=micros(ends)))[0][0])


def _new_row(keys: KeyRing, row_id: int, parcel: Parcel, now: datetime) -> dict[str, object]:
    address = parcel.address
    in_the_clear = address.channel == "telegram"
    return {
        "id": row_id,
        "channel": address.channel,
        "address_key": stored_key(keys, address),
        "address": None if in_the_clear else keys.seal(_ADDRESS, row_id, address.key),
        "kind": parcel.kind,
        "body": keys.seal(_BODY, row_id, json.dumps(parcel.body, ensure_ascii=False)),
        "dedupe": parcel.dedupe,
        "request_id": parcel.request_id,
        "challenge_id": parcel.challenge_id,
        "now": micros(now),
        "not_before": micros(parcel.not_before or now),
        "expires_at": micros(parcel.expires_at),
    }


def _owed_now(row_id: int, parcel: Parcel, row: Mapping[str, object], leased: bool, now: datetime) -> Owed:
    return Owed(
        id=row_id,
        address=parcel.address,
        address_key=str(row["address_key"]),
        kind=parcel.kind,
        body=parcel.body,
        request_id=parcel.request_id,
        challenge_id=parcel.challenge_id,
        expires_at=parcel.expires_at,
        attempts=0,
        due_at=parcel.not_before or now,
        leased=leased,
    )


def _claimed(keys: KeyRing, row: Row) -> Owed:
    row_id, channel, address_key, address, kind, body, request, challenge, expires, attempts, due = row
    key = address_key if address is None else keys.open(_ADDRESS, row_id, address)
    return Owed(
        id=row_id,
        address=Address(channel, key),
        address_key=address_key,
        kind=kind,
        body=json.loads(keys.open(_BODY, row_id, body)),
        request_id=request,
        challenge_id=challenge,
        expires_at=instant(expires),
        attempts=attempts,
        due_at=instant(due),
        leased=True,
    )
