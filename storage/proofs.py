"""Proofs: every record of a consent is digested into the audit chain at each step; what is changed is found.

The laws of this file:

1. Whoever writes a row of such a table calls `chain` in the same transaction, after the write. Entries whose
action begins with "consent." or "consent_request." are made here only.
2. A digest has two halves: what stays for ever, and what is erased with the person. The second half is
salted, and the salt is sealed and erased with it: then nobody can guess at what it was of, and the record
can still be proven (S40).
"""

import hashlib
import json
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from storage import audit
from storage.database import Reader, Row, Tx
from storage.keys import CannotOpen, KeyRing

SALT: Final = "proofs.salt"
REMOVED: Final = {"record": "removed"}
"""What the last entry about a row says that was taken away in due course."""

_ADOPTED: Final = "consents"
_SALT_BYTES: Final = 32
_NO_DIGEST: Final = bytes(32)
_NEVER: Final = "never_recorded"
_PAGE: Final = 500
_HEAD: Final = 4
"""id, salt, fields_digest and entry come first in every reading."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A table whose rows are proven: `personal` are its sealed columns, in the order of the statements.

    `reads` names the statement that reads one row, `walks` that of a page, `gone` that of rows not there.
    """

    name: str
    table: str
    personal: tuple[str, ...]
    reads: str
    walks: str
    gone: str

    def record(self, row_id: int) -> str:
        """How the chain names that row."""
        return f"{self.name}:{row_id}"


CONSENT: Final = Kind(
    "consent",
    "consents",
    ("text_shown", "phone", "reply"),
    "proof_consent",
    "proofs_consent",
    "proofs_consent_gone",
)
CONSENT_REQUEST: Final = Kind(
    "consent_request",
    "consent_requests",
    ("asker_name",),
    "proof_consent_request",
    "proofs_consent_request",
    "proofs_consent_request_gone",
)
KINDS: Final = (CONSENT, CONSENT_REQUEST)


@dataclass(frozen=True, slots=True)
class Tampered:
    """A record that is not as the chain tells: which ("consent:<id>"), and a code for how."""

    record: str
    why: str


async def chain(tx: Tx, kind: Kind, row_id: int, action: str, actor: str, now: datetime) -> None:
    """Bind the row, as it now stands, into the audit chain. `action` is "consent.<what>" of its kind.

    Twice: two entries, the later one counts. Raises LookupError where there is no such row.
    """
    place, (rows,) = await audit.take_place(tx, (kind.reads, {"id": row_id}))
    if not rows:
        raise LookupError(kind.record(row_id))
    proof = _proof(tx.keys, kind, rows[0], new=True)
    entry = audit.fill(tx, place, action, actor, kind.record(row_id), proof.facts, now)
    tx.later(
        "proof_put",
        record=kind.record(row_id),
        salt=proof.sealed_salt,
        fields_digest=proof.fields_digest,
        entry=entry,
    )


async def removed(tx: Tx, kind: Kind, row_id: int, action: str, actor: str, now: datetime) -> None:
    """Say in the chain that the row was taken away in due course. Twice: two entries."""
    record = kind.record(row_id)
    entry = await audit.append(tx, action, actor, record, REMOVED, now)
    tx.later("proof_removed", record=record, fields_digest=_NO_DIGEST, entry=entry)


async def adopt(tx: Tx, actor: str, now: datetime) -> int:
    """Prove the consents of a registry that is older than proofs are; how many. Only ever once: twice, 0.

    One that does not open is left out: `verify` names it, and the service has to start all the same.
    """
    if await tx.row("proof_of", record=_ADOPTED) or await tx.rows("proofs_adopted_before"):
        return 0
    older = [int(row[0]) for row in await tx.rows("proofs_missing")]
    adopted = 0
    for row_id in older:
        adopted += await _adopted_one(tx, row_id, actor, now)
    entry = await audit.append(tx, "consents.adopted", actor, _ADOPTED, {"rows": adopted}, now)
    tx.later("proof_put", record=_ADOPTED, salt=None, fields_digest=_NO_DIGEST, entry=entry)
    return adopted


async def _adopted_one(tx: Tx, row_id: int, actor: str, now: datetime) -> bool:
    rows = await tx.rows(CONSENT.reads, id=row_id)
    try:
        _proof(tx.keys, CONSENT, rows[0], new=True)
    except CannotOpen:
        return False
    await chain(tx, CONSENT, row_id, "consent.adopted", actor, now)
    return True


async def verify(reader: Reader) -> tuple[Tampered, ...]:
    """Every record that was edited, put in, taken away or set back; each named. After `audit.verify`.

    Of a registry that is older than proofs are, and was not served since, no row can be proven yet.
    """
    begun = bool(await reader.rows("proofs_begun"))
    faults = [fault for kind in KINDS async for fault in _faults(reader, kind)]
    found = {one.record: one for one in faults if begun or one.why != _NEVER}
    for record, _ in await reader.rows("proofs_behind"):
        found.setdefault(record, Tampered(record, "not_as_last_recorded"))
    return tuple(found.values())


async def _faults(reader: Reader, kind: Kind) -> AsyncIterator[Tampered]:
    after = -1
    while page := await reader.rows(kind.walks, after=after, most=_PAGE):
        for row in page:
            why = _why(reader.keys, kind, row)
            if why:
                yield Tampered(kind.record(row[0]), why)
        after = page[-1][0]
    for record, subject, digest in await reader.rows(kind.gone):
        if subject != record or bytes(digest) != audit.facts_digest(REMOVED):
            yield Tampered(record, "deleted")


def _why(keys: KeyRing, kind: Kind, row: Row) -> str:
    """What is wrong with one row, as a code; empty if nothing is."""
    *record, subject, digest = row
    if row[3] is None:
        return _NEVER
    if subject != kind.record(row[0]):
        return "not_as_last_recorded"
    try:
        proof = _proof(keys, kind, record, new=False)
    except CannotOpen:
        return "does_not_open"
    if proof.fields_digest != bytes(row[2]):
        return "changed"
    return "" if audit.facts_digest(proof.facts) == bytes(digest) else "changed"


@dataclass(frozen=True, slots=True)
class _Proof:
    sealed_salt: bytes | None
    fields_digest: bytes
    facts: dict[str, str | int]


def _proof(keys: KeyRing, kind: Kind, row: Row, *, new: bool) -> _Proof:
    """The proof of a row as it stands; one that was emptied keeps the digest it had of what it held."""
    row_id, salt, kept = row[0], row[1], row[2]
    plain = row[_HEAD + len(kind.personal) :]
    blobs = row[_HEAD : _HEAD + len(kind.personal)]
    record = kind.record(row_id)
    if kept is not None and salt is None:
        # Whoever fills what was emptied has no salt to fill it with.
        digest = bytes(kept) if not any(blobs) else b""
        return _Proof(None, digest, _facts(row_id, digest, plain, emptied=True))
    secret = secrets.token_bytes(_SALT_BYTES) if salt is None else keys.open_bytes(SALT, record, bytes(salt))
    opened = [_opened(keys, kind, at, row_id, blob) for at, blob in enumerate(blobs)]
    digest = hashlib.sha256(secret + json.dumps(opened).encode()).digest()
    if new and kept is not None and not any(blobs) and digest != bytes(kept):
        return _Proof(None, bytes(kept), _facts(row_id, bytes(kept), plain, emptied=True))
    sealed = keys.seal(SALT, record, secret) if salt is None else bytes(salt)
    return _Proof(sealed, digest, _facts(row_id, digest, plain, emptied=False))


def _opened(keys: KeyRing, kind: Kind, at: int, row_id: int, blob: bytes | None) -> str | None:
    return None if blob is None else keys.open(f"{kind.table}.{kind.personal[at]}", row_id, bytes(blob))


def _facts(row_id: int, fields: bytes, plain: Sequence[object], *, emptied: bool) -> dict[str, str | int]:
    """What the entry's digest is of: another one for any change of the row."""
    written = [row_id, emptied, fields.hex(), *(_written(value) for value in plain)]
    return {"record": hashlib.sha256(json.dumps(written, ensure_ascii=False).encode()).hexdigest()}


def _written(value: object) -> object:
    return bytes(value).hex() if isinstance(value, bytes | bytearray | memoryview) else value
