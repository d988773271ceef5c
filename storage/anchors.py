"""Anchors: the audit chain's head of each day, to be stamped by an authority of time that is not ours.

Whoever holds the keys could write the whole chain anew; what was stamped outside tells that it was.
"""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from storage.audit import Head
from storage.database import Reader, Tx
from storage.instants import instant, micros

_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head as it stood at `taken_at`, with the token of an authority over its hash (RFC 3161, DER)."""

    head: Head
    taken_at: datetime
    token: bytes


async def take(tx: Tx, now: datetime) -> int | None:
    """Take the head as it stands, to be stamped; its number. Twice: None, and None while nothing happened."""
    rows = await tx.rows("anchor_add", now=micros(now))
    return int(rows[0][0]) if rows else None


async def unstamped(reader: Reader, most: int = 10) -> tuple[Head, ...]:
    """Heads that no authority has stamped yet, the earliest first."""
    return tuple(Head(row[0], bytes(row[1])) for row in await reader.rows("anchors_unstamped", most=most))


async def stamp(tx: Tx, head: Head, token: bytes, now: datetime) -> bool:
    """Keep the authority's token. Twice: False, and the first stays."""
    written = base64.b64encode(token).decode()
    return bool(await tx.rows("anchor_stamp", seq=head.seq, token=written, now=micros(now)))


async def stamped(reader: Reader) -> AsyncIterator[Anchor]:
    """Every stamped head, in order."""
    after = -1
    while page := await reader.rows("anchors_page", after=after, most=_PAGE):
        for seq, digest, taken_at, token in page:
            yield Anchor(Head(seq, bytes(digest)), instant(taken_at), base64.b64decode(token))
        after = page[-1][0]


async def astray(reader: Reader) -> tuple[int, ...]:
    """Numbers of entries that are not in the chain any more as they stood when it was anchored."""
    return tuple(row[0] for row in await reader.rows("anchors_astray"))
