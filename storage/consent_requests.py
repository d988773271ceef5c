"""Requests for the consent of another person, and who may not ask any more.

One row for each time that somebody is asked about, phantoms included (S19); the consent itself is a row of
`consents`, of the kind `third_party`. What is compared, and when, is the room of one-time codes' affair.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rules.third_party import COMPARISONS, DAY, ConsentState, Matter
from storage import outbox, proofs
from storage.database import Reader, Row, Tx
from storage.instants import instant, micros
from storage.keys import KeyRing
from storage.proofs import CONSENT, CONSENT_REQUEST

KIND: Final = "third_party"
"""The kind of its row in `consents`."""

ASKER_NAME: Final = "consent_requests.asker_name"

_AFTER_ALL: Final = (1 << 63) - 1


@dataclass(frozen=True, slots=True, repr=False)
class ConsentRequest:
    """One request: who asks, about whom, what for, and what came of it. Instants are UTC.

    `subject_id` and `answers_id` are None for an IIN that nobody has; `answers_id` is the subject, or the
    parent of a child. `reached`: an SMS was really owed (else a cap, a block, no mobile, or nobody there).
    `way` is "cabinet", "code" or "sms_reply" once it was answered; `used_at` is of a consent that covers one
    retrieval. `asker_name` is None once erased.
    """

    id: int
    consent_id: int
    matter: Matter
    matter_id: int
    number: str
    asker_id: str | None
    asker_clinic: int | None
    asker_name: str | None
    subject_id: str | None
    answers_id: str | None
    what: str
    purpose: str
    state: ConsentState
    way: str | None
    asked_at: datetime
    ends_at: datetime
    answered_at: datetime | None
    used_at: datetime | None
    reached: bool

    @property
    def asker(self) -> str:
        """Under which name the asker can be blocked: "person:ID" or "clinic:NO"."""
        return asker_key(self.asker_id, self.asker_clinic)

    def may_be_answered_by(self, person_id: str, now: datetime) -> bool:
        """True while this person can still say yes or no."""
        return (
            self.reached
            and self.answers_id == person_id
            and self.state is ConsentState.WAITING
            and now < self.ends_at
        )


@dataclass(frozen=True, slots=True)
class Block:
    """An asker who may not ask about somebody any more: "person:ID" or "clinic:NO"."""

    asker: str
    since: datetime


def asker_key(asker_id: str | None, asker_clinic: int | None) -> str:
    """How an asker is named in blocks and in the audit chain."""
    return f"person:{asker_id}" if asker_id is not None else f"clinic:{asker_clinic}"


async def by_id(reader: Reader, request_id: int) -> ConsentRequest | None:
    """The request under that id."""
    row = await reader.row("consent_request_by_id", id=request_id)
    return None if row is None else _request(reader.keys, row)


async def of_matter(reader: Reader, matter: Matter, matter_id: int) -> ConsentRequest | None:
    """The request that was asked for that row of the matter's own table."""
    row = await reader.row("consent_request_of_matter", matter=matter, matter_id=matter_id)
    return None if row is None else _request(reader.keys, row)


async def about(
    reader: Reader, person_id: str, before: int | None = None, most: int = 20
) -> tuple[ConsentRequest, ...]:
    """What was asked about this person, or of them about their child; the newest first.

    `before` is the id of the last one of the page before.
    """
    rows = await reader.rows(
        "consent_requests_about",
        person_id=int(person_id),
        before=_AFTER_ALL if before is None else before,
        most=most,
    )
    return tuple(_request(reader.keys, row) for row in rows)


async def asked_lately(reader: Reader, asker_id: str, now: datetime) -> int:
    """How often this person asked about others within a day (G-38)."""
    rows = await reader.rows("consent_asked_lately", asker_id=int(asker_id), since=micros(now - DAY.delta))
    return int(rows[0][0])


async def spend(tx: Tx, matter: Matter, matter_id: int, now: datetime) -> int | None:
    """Use up a consent that covers one retrieval (DD-06): its id, None if it does not hold or was used.

    Twice: None.
    """
    rows = await tx.rows("consent_request_spend", matter=matter, matter_id=matter_id, now=micros(now))
    return int(rows[0][0]) if rows else None


async def blocks(reader: Reader, subject_id: str) -> tuple[Block, ...]:
    """Whom this person has blocked, the earliest first."""
    rows = await reader.rows("asker_blocks_of", subject_id=int(subject_id))
    return tuple(Block(asker, instant(since)) for asker, since in rows)


async def add_block(tx: Tx, subject_id: str, asker: str, now: datetime) -> bool:
    """Let that asker reach this person no more. Twice: False."""
    bound = {"subject_id": int(subject_id), "asker": asker, "now": micros(now)}
    return bool(await tx.rows("asker_block_add", **bound))


async def remove_block(tx: Tx, subject_id: str, asker: str) -> bool:
    """Let that asker ask again. Twice: False."""
    return bool(await tx.rows("asker_block_remove", subject_id=int(subject_id), asker=asker))


def _request(keys: KeyRing, row: Row) -> ConsentRequest:
    name = None if row[7] is None else keys.open(ASKER_NAME, row[0], bytes(row[7]))
    return ConsentRequest(
        row[0], row[1], Matter(row[2]), row[3], row[4],
        _text(row[5]), row[6], name, _text(row[8]), _text(row[9]),
        row[10], row[11], ConsentState(row[12]), row[13],
        instant(row[14]), instant(row[15]), instant(row[16]), instant(row[17]), bool(row[18]),
    )  # fmt: skip


def _text(row_id: int | None) -> str | None:
    return None if row_id is None else str(row_id)


async def end_of_person(tx: Tx, person_id: int, actor: str, now: datetime) -> None:
    """A person is erased: what waits for their answer, or for somebody's to them, ends; what they gave is
    taken back. Twice: nothing more.
    """
    ended = await tx.rows("consent_requests_end_of_person", person_id=person_id, now=micros(now))
    await _ended(tx, ended, actor, now)
    for request_id, consent_id in await tx.rows("consent_requests_withdraw_of_person", person_id=person_id):
        await tx.rows("consent_withdraw", id=consent_id, now=micros(now))
        await proofs.chain(tx, CONSENT, consent_id, "consent.withdrawn", actor, now)
        await proofs.chain(tx, CONSENT_REQUEST, request_id, "consent_request.withdrawn", actor, now)


def end_codes_of_person(tx: Tx, person_id: int) -> None:
    """A person has another phone now: codes that went to the old one are dead (S1). Twice: nothing more.

    What waits is still to be answered, from their own chat.
    """
    tx.later("consent_sms_cancel_of_person", person_id=person_id)
    tx.later("consent_codes_end_of_person", person_id=person_id, most=COMPARISONS.value)


async def end_all(tx: Tx, actor: str, now: datetime) -> None:
    """The key changes: what waits ends, for only the hashes of its code and its asker's chat were kept."""
    await _ended(tx, await tx.rows("consent_requests_end_all", now=micros(now)), actor, now)


async def _ended(tx: Tx, rows: Sequence[Row], actor: str, now: datetime) -> None:
    for request_id, consent_id in rows:
        outbox.cancel_for_challenge(tx, consent_id)
        tx.later("consent_lost", id=consent_id, now=micros(now))
        await proofs.chain(tx, CONSENT, consent_id, "consent.expired", actor, now)
        await proofs.chain(tx, CONSENT_REQUEST, request_id, "consent_request.expired", actor, now)
