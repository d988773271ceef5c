"""Rotating the key: what an older key of the ring sealed or indexed is brought under the current one.

To be run while the service is stopped, with the new key first in the ring; afterwards the old one may be
dropped. What cannot be indexed anew, because only its hash was ever kept, ends: live codes, unused staff
codes, invitations, and the counters of IINs that are not in the registry.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from rules.iin import Iin
from rules.phone import Phone
from storage import audit, button_phones, centres, consent_requests, papers, training
from storage.audit import Broken
from storage.database import Database, Tx
from storage.keys import key_number
from storage.people import card_text, iin_index, opened_card, phone_index
from storage.sealed import SEALED, blobs

_PAGE: Final = 500
_SUBJECTS: Final = (
    "known_chats", "guards", "sends", "chat_iins", "consents", "challenges", "consent_requests",
)  # fmt: skip
_ADDRESSES: Final = ("inbox", "outbox", "chats", "conversations", "requests", "consents", "known_chats")


class ChainBroken(Exception):
    """The audit chain is not whole, so its head is not sealed anew: nothing was changed."""

    def __init__(self, finding: Broken) -> None:
        super().__init__(f"entry {finding.seq}: {finding.why}")
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many fields were sealed anew and how many people indexed anew, under which key."""

    key_number: int
    resealed: int
    reindexed: int


@dataclass(frozen=True, slots=True)
class _Indexes:
    """Old blind indexes and what they become."""

    subjects: dict[bytes, bytes] = field(default_factory=dict)
    phones: dict[bytes, bytes] = field(default_factory=dict)


async def rotate(db: Database, now: datetime) -> Rotated:
    """Bring everything under the current key, in one transaction. What if it runs twice: zeros.

    Raises ChainBroken, CannotOpen (a key that sealed something is missing from the ring), Unavailable.
    """
    async with db.transaction() as tx:
        finding = await audit.verify(tx)
        if isinstance(finding, Broken):
            raise ChainBroken(finding)
        resealed = await _reseal(tx)
        indexes = await _reindex_people(tx)
        await _reindex_papers(tx)
        await _reindex_centre_results(tx)
        await _reindex_graduates(tx)
        await button_phones.reindex(tx)
        if indexes.subjects:
            await _reindex_rest(tx, indexes, now)
        await audit.reseal(tx)
        if resealed or indexes.subjects:
            await audit.append(tx, "keys.rotated", "operator", f"key:{tx.keys.current}", {}, now)
    return Rotated(db.keys.current, resealed, len(indexes.subjects))


async def _reseal(tx: Tx) -> int:
    resealed = 0
    for place in SEALED:
        async for found in blobs(tx, place):
            if key_number(found.blob) == tx.keys.current:
                continue
            text = tx.keys.open_bytes(place.place, found.row, found.blob)
            tx.later(place.write, key=found.key, blob=tx.keys.seal(place.place, found.row, text))
            resealed += 1
    return resealed


async def _reindex_people(tx: Tx) -> _Indexes:
    indexes, after = _Indexes(), -1
    while page := await tx.rows("rotate_people", after=after, most=_PAGE):
        for person_id, blob, language, old_iin, old_phone in page:
            card = opened_card(tx.keys, person_id, blob)
            new_iin = iin_index(tx.keys, Iin(card.iin))
            if new_iin == bytes(old_iin):
                continue
            new_phone = phone_index(tx.keys, Phone(card.mobile)) if card.mobile else None
            digest = tx.keys.mac("card", f"{language}{card_text(card)}".encode())
            tx.later(
                "rotate_person", id=person_id, iin_index=new_iin, phone_index=new_phone, card_digest=digest
            )
            indexes.subjects[bytes(old_iin)] = new_iin
            if old_phone is not None and new_phone is not None:
                indexes.phones[bytes(old_phone)] = new_phone
        after = page[-1][0]
    return indexes


async def _reindex_papers(tx: Tx) -> None:
    after = -1
    while page := await tx.rows("rotate_papers", after=after, most=_PAGE):
        for paper_id, number, code, old in page:
            new = papers.check_index(tx.keys, number, papers.opened_code(tx.keys, paper_id, code))
            if new != bytes(old):
                tx.later("rotate_paper", id=paper_id, check_index=new)
        after = page[-1][0]


async def _reindex_centre_results(tx: Tx) -> None:
    after = -1
    while page := await tx.rows("rotate_centre_results", after=after, most=_PAGE):
        for request_id, number, code, old in page:
            new = centres.check_index(tx.keys, number, centres.opened_code(tx.keys, request_id, code))
            if new != bytes(old):
                tx.later("rotate_centre_result", id=request_id, check_index=new)
        after = page[-1][0]


async def _reindex_graduates(tx: Tx) -> None:
    after = -1
    while page := await tx.rows("rotate_graduates", after=after, most=_PAGE):
        for graduate_id, iin, old in page:
            new = iin_index(tx.keys, Iin(tx.keys.open(training.IIN, graduate_id, iin)))
            if new != bytes(old):
                tx.later("rotate_graduate", id=graduate_id, iin_index=new)
        after = page[-1][0]


async def _reindex_rest(tx: Tx, indexes: _Indexes, now: datetime) -> None:
    tx.later("challenges_end_all")
    await consent_requests.end_all(tx, "operator", now)
    tx.later("rotate_staff_codes")
    tx.later("rotate_invitations")
    for (old,) in await tx.rows("rotate_subjects"):
        if bytes(old) in indexes.subjects:
            for table in _SUBJECTS:
                tx.later(f"rotate_subjects_{table}", old=bytes(old), new=indexes.subjects[bytes(old)])
    for (old,) in await tx.rows("rotate_phones"):
        if bytes(old) in indexes.phones:
            for table in ("sends", "consents", "consent_requests"):
                tx.later(f"rotate_phones_{table}", old=bytes(old), new=indexes.phones[bytes(old)])
    for (key,) in await tx.rows("rotate_addresses"):
        new = indexes.phones.get(bytes.fromhex(key))
        if new is not None:
            for table in _ADDRESSES:
                tx.later(f"rotate_addresses_{table}", old=key, new=new.hex())
