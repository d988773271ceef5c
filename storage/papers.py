"""Papers owed and issued: what each says, its file, and the code by which anybody can check it.

Everything personal is sealed. A paper is found by the blind index of its number and check code together, so
that nothing can be told from how long the search took.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from rules.law import rule
from rules.papers import PaperKind, Signer, valid_until
from storage import due
from storage.database import Reader, Row, Tx
from storage.instants import day, instant, micros
from storage.keys import KeyRing

DUE: Final = "paper"
"""The kind of the due row of a paper that is owed; its subject is the paper."""

_FACTS: Final = "papers.facts"
_CODE: Final = "papers.check_code"
_PDF: Final = "papers.pdf"
_SIGNED_BY: Final = "papers.signed_by"
SIGNER: Final = "signers.full_name"


@dataclass(frozen=True, slots=True, repr=False)
class Paper:
    """One paper; `facts` is everything printed on it, empty once it was kept long enough.

    `digest` is the SHA-256 of the file in hexadecimal, `signed_by` the name of who signed.
    """

    id: int
    number: str
    kind: PaperKind
    clinic_no: int
    request_id: int
    person_id: int | None
    check_code: str
    issued_at: datetime | None
    valid_until: datetime | None
    withdrawn_at: datetime | None
    facts: Mapping[str, Any]
    digest: str | None
    signed_by: str | None

    def __repr__(self) -> str:
        return f"Paper({self.id}, {self.kind})"


@rule("AT-13", "RF-03", "G-24")
async def owe(
    tx: Tx,
    kind: PaperKind,
    request_id: int,
    clinic_no: int,
    person_id: int | None,
    number: str,
    facts: Mapping[str, Any],
    check_code: str,
    now: datetime,
    *,
    valid_until: datetime | None = None,
) -> int:
    """Owe a paper for the result of a request, to be issued at once; its id. `facts` is JSON.

    What if it runs twice: one paper per request and kind, whose id comes back; a new one after a withdrawal.
    """
    paper_id = tx.ids.new()
    added = await tx.rows(
        "paper_owe",
        id=paper_id,
        kind=kind.value,
        request_id=request_id,
        clinic_no=clinic_no,
        person_id=person_id,
        number=number,
        check_index=check_index(tx.keys, number, check_code),
        check_code=tx.keys.seal(_CODE, paper_id, check_code),
        facts=tx.keys.seal(_FACTS, paper_id, json.dumps(dict(facts), ensure_ascii=False)),
        owed_at=micros(now),
        valid_until=micros(valid_until),
    )
    if added:
        due.set_due(tx, DUE, paper_id, now)
        return paper_id
    standing = await tx.rows("paper_of_request", request_id=request_id, kind=kind.value)
    return int(standing[0][0])


async def to_issue(reader: Reader, paper_id: int) -> Paper | None:
    """The paper under that id, issued or not."""
    row = await reader.row("paper_by_id", id=paper_id)
    return None if row is None else _paper(reader.keys, row)


async def of_request(reader: Reader, request_id: int, kind: PaperKind) -> Paper | None:
    """The paper of that request that was not withdrawn."""
    row = await reader.row("paper_of_request", request_id=request_id, kind=kind.value)
    return None if row is None else _paper(reader.keys, row)


async def stands(reader: Reader, request_id: int) -> bool:
    """True if a paper of that request is owed, or issued and still kept."""
    return await reader.row("paper_stands", request_id=request_id) is not None


async def issued(tx: Tx, paper_id: int, pdf: bytes, signer: Signer, now: datetime) -> bool:
    """Keep the signed file; False if it was withdrawn, or its person erased, while it was made.

    What if it runs twice: False, and the first file stays.
    """
    paper = await to_issue(tx, paper_id)
    if paper is None:
        return False
    kept = await tx.rows(
        "paper_issued",
        id=paper_id,
        issued_at=micros(now),
        pdf=tx.keys.seal(_PDF, paper_id, pdf),
        digest=hashlib.sha256(pdf).hexdigest(),
        signed_by=tx.keys.seal(_SIGNED_BY, paper_id, signer.full_name),
        valid_until=micros(valid_until(paper.kind, now)),
    )
    return bool(kept)


async def file(reader: Reader, paper_id: int) -> bytes | None:
    """The signed file; None while there is none, once it was withdrawn, or was kept long enough."""
    row = await reader.row("paper_file", id=paper_id)
    if row is None or row[0] is None:
        return None
    return reader.keys.open_bytes(_PDF, paper_id, row[0])


async def check(reader: Reader, number: str, check_code: str) -> Paper | None:
    """The paper with that number and check code; None if either is another's."""
    row = await reader.row("paper_by_check", check_index=check_index(reader.keys, number, check_code))
    if row is None:
        return None
    paper = _paper(reader.keys, row)
    asked, kept = f"{number} {check_code}", f"{paper.number} {paper.check_code}"
    return paper if hmac.compare_digest(asked.encode(), kept.encode()) else None


async def withdraw(tx: Tx, request_id: int, now: datetime) -> None:
    """Withdraw what was issued or is owed for that request. Twice: nothing more."""
    for (paper_id,) in await tx.rows("papers_withdraw", request_id=request_id, now=micros(now)):
        due.clear(tx, DUE, paper_id)


@rule("AT-13", "AT-15")
async def withdraw_elsewhere(tx: Tx, person_id: int, clinic_no: int, now: datetime) -> None:
    """The person is in care at that clinic: a talon that names another is true no more. Twice: no change."""
    gone = await tx.rows("papers_elsewhere", person_id=person_id, clinic_no=clinic_no, now=micros(now))
    for (paper_id,) in gone:
        due.clear(tx, DUE, paper_id)


@rule("SG-03")
async def signers(reader: Reader, clinic_no: int) -> tuple[Signer, ...]:
    """Who signs or signed for the clinic, in order of appointment."""
    rows = await reader.rows("signers_of", clinic_no=clinic_no)
    return tuple(_signer(reader.keys, row) for row in rows)


def check_index(keys: KeyRing, number: str, check_code: str) -> bytes:
    """The blind index that a paper is found by."""
    return keys.blind("paper", f"{number} {check_code}")


def opened_code(keys: KeyRing, paper_id: int, blob: bytes) -> str:
    """The check code that lies in the database. Raises CannotOpen."""
    return keys.open(_CODE, paper_id, blob)


def _signer(keys: KeyRing, row: Row) -> Signer:
    name = keys.open(SIGNER, row[0], row[2])
    return Signer(row[1], name, row[3], row[4], day(row[5]), day(row[6]))


def _paper(keys: KeyRing, row: Row) -> Paper:
    paper_id, number, kind, clinic_no, request_id, person_id, code, *instants, facts, digest, signed_by = row
    issued_at, until, withdrawn_at = (instant(at) for at in instants)
    return Paper(
        id=paper_id,
        number=number,
        kind=PaperKind(kind),
        clinic_no=clinic_no,
        request_id=request_id,
        person_id=person_id,
        check_code=opened_code(keys, paper_id, code),
        issued_at=issued_at,
        valid_until=until,
        withdrawn_at=withdrawn_at,
        facts={} if facts is None else json.loads(keys.open(_FACTS, paper_id, facts)),
        digest=digest,
        signed_by=None if signed_by is None else keys.open(_SIGNED_BY, paper_id, signed_by),
    )
