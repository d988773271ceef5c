"""The audit chain: who did what to which row, appended for ever, each entry bound to the one before.

Entries hold ids and digests, never people, so that erasure stays possible. The head is sealed with a key of
the ring: whoever can write the database but has no key can neither rewrite the chain nor cut its tail.
"""

import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from storage.database import Params, Reader, Row, Tx, only
from storage.instants import micros
from storage.keys import KeyRing, key_number

_START: Final = b"\0" * 32
_PAGE: Final = 1_000
_NUMBER: Final = struct.Struct(">H")


@dataclass(frozen=True, slots=True)
class Sound:
    """The chain is whole: so many entries."""

    entries: int


@dataclass(frozen=True, slots=True)
class Broken:
    """The chain is not whole: the first entry that is wrong, and a code for how."""

    seq: int
    why: str


Finding: TypeAlias = Sound | Broken


@dataclass(frozen=True, slots=True)
class Place:
    """The chain's next place, taken: it is filled in the same transaction, or nothing of it stays."""

    seq: int
    previous: bytes


async def append(
    tx: Tx, action: str, actor: str, subject: str, facts: Mapping[str, str | int], now: datetime
) -> int:
    """Append one entry and return its number. `actor` and `subject` are ids; `facts` ids and salted digests.

    What if it runs twice: two entries; so it stands in the transaction whose other writes happen once. It
    serialises the transactions that use it on PostgreSQL: call it as late as the work allows, or first.
    """
    place, _ = await take_place(tx)
    return fill(tx, place, action, actor, subject, facts, now)


async def take_place(tx: Tx, *reading: tuple[str, Params]) -> tuple[Place, list[list[Row]]]:
    """Take the next place and, in the same trip, read what its entry will be about; the rows of each.

    The place first: it is held by one transaction at a time, so that nobody changes what is read after it.
    """
    heads, *read = await tx.together(("audit_next", {}), *reading)
    head = only(heads)
    if head is None:
        raise LookupError("the audit chain has no head: the database was not migrated")
    return Place(head[0], bytes(head[1] or _START)), read


def fill(
    tx: Tx,
    place: Place,
    action: str,
    actor: str,
    subject: str,
    facts: Mapping[str, str | int],
    now: datetime,
) -> int:
    """Write the entry of a place that was taken; its number."""
    entry = (place.seq, micros(now), actor, action, subject, facts_digest(facts))
    linked = _linked(place.previous, *entry)
    tx.later("audit_add", **_named(*entry), previous=place.previous, hash=linked)
    tx.later("audit_head_set", hash=linked, seal=_seal(tx.keys, place.seq, linked))
    return place.seq


async def verify(reader: Reader) -> Finding:
    """Walk the whole chain: an edit, a deletion, a swap or a cut tail is found, and the entry named.

    It may run while entries are appended: those that came during the walk are walked too.
    """
    last, previous = 0, _START
    while True:
        walked = await _walk(reader, last, previous)
        if isinstance(walked, Broken):
            return walked
        came, (last, previous) = walked[0] > last, walked
        head = await reader.row("audit_head")
        # The head was read after the walk, so it may be ahead of it, as long as the next walk gets further.
        if head is None or head[0] <= last or not came:
            return _judge_head(reader.keys, head, last, previous)


async def _walk(reader: Reader, last: int, previous: bytes) -> tuple[int, bytes] | Broken:
    while page := await reader.rows("audit_page", after=last, most=_PAGE):
        for row in page:
            fault = _fault(row, last, previous)
            if fault is not None:
                return fault
            last, previous = row[0], bytes(row[7])
    return last, previous


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of the chain: its number and its hash, which binds every entry before it."""

    seq: int
    hash: bytes


async def head(reader: Reader) -> Head:
    """The chain's head, as it is printed on what leaves the house."""
    row = await reader.row("audit_head")
    return Head(0, _START) if row is None else Head(row[0], bytes(row[1] or _START))


async def is_empty(reader: Reader) -> bool:
    """True if nothing was ever appended."""
    head = await reader.row("audit_head")
    return head is None or head[1] is None


async def head_sealed_by(reader: Reader) -> int | None:
    """The number of the key of the ring that sealed the head; None if none did, so also while it is empty."""
    head = await reader.row("audit_head")
    if head is None or head[1] is None or not _sealed(reader.keys, head[0], bytes(head[1]), head[2]):
        return None
    return key_number(head[2])


async def reseal(tx: Tx) -> None:
    """Seal the head with the current key, after `verify`. Twice: the same."""
    seq, linked, _ = (await tx.rows("audit_head"))[0]
    if linked is not None:
        tx.later("audit_head_set", hash=bytes(linked), seal=_seal(tx.keys, seq, bytes(linked)))


def facts_digest(facts: Mapping[str, str | int]) -> bytes:
    """The digest an entry keeps of its facts; recomputed by whoever holds them."""
    return hashlib.sha256(json.dumps(dict(facts), sort_keys=True).encode()).digest()


def _named(seq: int, at: int, actor: str, action: str, subject: str, digest: bytes) -> dict[str, object]:
    return {"seq": seq, "at": at, "actor": actor, "action": action, "subject": subject, "digest": digest}


def _linked(
    previous: bytes, seq: int, at: int, actor: str, action: str, subject: str, digest: bytes
) -> bytes:
    chain = hashlib.sha256(previous)
    for part in (str(seq), str(at), actor, action, subject):
        written = part.encode()
        chain.update(struct.pack(">I", len(written)) + written)
    chain.update(digest)
    return chain.digest()


def _fault(row: Row, last: int, previous: bytes) -> Broken | None:
    seq, at, actor, action, subject, digest, claimed_previous, claimed_hash = row
    if seq != last + 1:
        return Broken(last + 1, "missing")
    if bytes(claimed_previous) != previous:
        return Broken(seq, "not_linked")
    if bytes(claimed_hash) != _linked(previous, seq, at, actor, action, subject, bytes(digest)):
        return Broken(seq, "changed")
    return None


def _judge_head(keys: KeyRing, head: Row | None, last: int, previous: bytes) -> Finding:
    if head is None:
        return Broken(last, "no_head")
    seq, linked, seal = head
    if seq > last:
        return Broken(last + 1, "tail_missing")
    if seq < last or (linked is not None and bytes(linked) != previous):
        return Broken(last, "head_differs")
    if last and not _sealed(keys, seq, previous, seal):
        return Broken(last, "head_not_sealed")
    return Sound(last)


def _seal(keys: KeyRing, seq: int, linked: bytes) -> bytes:
    return _NUMBER.pack(keys.current) + keys.mac("audit head", str(seq).encode(), linked)


def _sealed(keys: KeyRing, seq: int, linked: bytes, seal: bytes | None) -> bool:
    if seal is None:
        return False
    expected = keys.mac_with(key_number(seal), "audit head", str(seq).encode(), linked)
    return expected is not None and bytes(seal[_NUMBER.size :]) == expected
