"""Seals of the journals: a digest over the entries, kept in the audit chain, so that any change is found.

An entry cannot be changed through the database's own guards; who takes those away is found here. Each seal
is bound to the one before and stands in the audit chain, whose head only the holder of the key can make.
"""

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rules.law import rule
from storage import audit
from storage.database import Database, Reader, Row, Tx

MOST: Final = 20_000
"""How many entries are sealed in one transaction: others wait for it no longer than a moment."""

_PAGE: Final = 1_000
_START: Final = b"\0" * 32


@dataclass(frozen=True, slots=True)
class JournalFault:
    """What is wrong with a journal: the first number concerned, and a code for how."""

    clinic_no: int
    register: str
    year: int
    no: int
    why: str


@dataclass(frozen=True, slots=True)
class _Series:
    clinic_no: int
    register: str
    year: int
    last: int

    @property
    def named(self) -> dict[str, object]:
        return {"clinic_no": self.clinic_no, "register": self.register, "year": self.year}

    def fault(self, no: int, why: str) -> JournalFault:
        return JournalFault(self.clinic_no, self.register, self.year, no, why)


async def seal_all(db: Database, now: datetime, actor: str) -> int:
    """Seal every entry that no seal covers yet, in short transactions; how many. Twice: zero."""
    done = 0
    while sealed := await db.decide(lambda tx: seal_some(tx, now, actor)):
        done += sealed
    return done


async def seal_some(tx: Tx, now: datetime, actor: str) -> int:
    """Seal up to `MOST` entries of each journal within this transaction; how many. Twice: zero."""
    return sum([await _seal(tx, series, now, actor) for series in await _all_series(tx)])


@rule("SEC-02")
async def verify(reader: Reader) -> tuple[JournalFault, ...]:
    """Walk every journal: a number left out, an entry changed after it was sealed, a seal that is not in the
    audit chain. The first fault of each; reads only, in constant memory.
    """
    found = [
        JournalFault(clinic_no, register, year, no, "no_counter")
        for clinic_no, register, year, no in await reader.rows("journal_outside_series")
    ]
    for series in await _all_series(reader):
        fault = await _walk(reader, series)
        if fault is not None:
            found.append(fault)
    return tuple(found)


async def _all_series(reader: Reader) -> tuple[_Series, ...]:
    return tuple(_Series(*row) for row in await reader.rows("journal_series_all"))


async def _seal(tx: Tx, series: _Series, now: datetime, actor: str) -> int:
    rows = await tx.rows("journal_last_seal", **series.named, no=series.last)
    sealed, digest = (rows[0][0], bytes(rows[0][1])) if rows else (0, _START)
    last = min(series.last, sealed + MOST)
    if last == sealed:
        return 0
    chain = hashlib.sha256(digest)
    async for row in _facts(tx, series, sealed, last):
        chain.update(_written(row))
    digest = chain.digest()
    subject = f"journal:{series.clinic_no}:{series.register}:{series.year}"
    seq = await audit.append(tx, "journal.sealed", actor, subject, _sealed_facts(last, digest), now)
    added = await tx.rows("journal_seal_add", **series.named, no=last, digest=digest, audit_seq=seq)
    return last - sealed if added else 0


async def _walk(reader: Reader, series: _Series) -> JournalFault | None:
    at, chain = 0, hashlib.sha256(_START)
    for no, digest, seq in await reader.rows("journal_seals", **series.named):
        async for row in _facts(reader, series, at, no):
            if row[0] != at + 1:
                break
            chain.update(_written(row))
            at = row[0]
        if at != no:
            return series.fault(at + 1, "missing")
        kept = bytes(digest)
        if chain.digest() != kept or not await _stands_in_the_chain(reader, seq, no, kept):
            return series.fault(no, "changed")
        chain = hashlib.sha256(kept)
    async for row in _facts(reader, series, at, series.last):
        if row[0] != at + 1:
            break
        at = row[0]
    return None if at == series.last else series.fault(at + 1, "missing")


async def _stands_in_the_chain(reader: Reader, seq: int, no: int, digest: bytes) -> bool:
    row = await reader.row("audit_digest", seq=seq)
    return row is not None and bytes(row[0]) == audit.facts_digest(_sealed_facts(no, digest))


def _sealed_facts(no: int, digest: bytes) -> dict[str, str | int]:
    return {"no": no, "digest": digest.hex()}


async def _facts(reader: Reader, series: _Series, after: int, last: int) -> AsyncIterator[Row]:
    while after < last:
        rows = await reader.rows("journal_facts", **series.named, after=after, last=last, most=_PAGE)
        if not rows:
            return
        for row in rows:
            yield row
        after = rows[-1][0]


def _written(row: Row) -> bytes:
    """An entry as its digest takes it: no text of one column can pass for that of another."""
    return json.dumps(list(row), ensure_ascii=False).encode() + b"\n"
