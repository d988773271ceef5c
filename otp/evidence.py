"""Evidence: which identity is alive where, and the full record of every consent asked for (S28)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from rules import consent as law
from rules.consent import Purpose
from rules.iin import Iin
from storage import audit, proofs
from storage.addresses import Address, stored_key
from storage.database import Reader, Row, Tx
from storage.instants import instant, micros
from storage.people import iin_index
from storage.proofs import CONSENT

SWEPT: Final = 500
"""Consents that nobody gave, recorded in one transaction; our judgement."""


@dataclass(frozen=True, slots=True)
class Consent:
    """A given consent: whose, for what, in which conversation, since when, and when it was last leaned on."""

    id: int
    purpose: Purpose
    person_id: int
    conversation_id: int
    answered_at: datetime
    last_used_at: datetime

    @property
    def ends_at(self) -> datetime:
        """The instant from which a code is asked for again, if nothing happens before."""
        return law.identity_ends(self.purpose, self.answered_at, self.last_used_at)


@dataclass(frozen=True, slots=True, repr=False)
class ConsentRecord:
    """Everything S28 wants kept; refusals and expiries are records too. Instants are UTC.

    `phone` is None where no SMS could go out; `request_message`, `provider_message` and `reply_message` are
    the outbox id, the provider's id and the reply's external id.
    """

    id: int
    kind: str
    purpose: str
    person_id: int | None
    asker: str
    conversation_id: int
    valid_until: datetime | None
    text_id: str
    text_version: int
    text_digest: bytes
    text_shown: str | None
    language: str
    details_digest: bytes
    phone: str | None
    source_of_phone: str | None
    challenge_id: int
    reply_inbox_id: int | None
    reply_channel: str | None
    reply: str | None
    asked_at: datetime
    answered_at: datetime | None
    outcome: str
    last_used_at: datetime | None
    withdrawn_at: datetime | None
    request_message: int | None
    provider_message: str | None
    reply_message: str | None

    @property
    def text_is_genuine(self) -> bool:
        """True if the text that is kept is the one whose digest was taken when it was shown."""
        return hashlib.sha256((self.text_shown or "").encode()).digest() == self.text_digest


async def alive(
    reader: Reader, conversation_id: int, address: Address, purpose: Purpose, subject: Iin, now: datetime
) -> Consent | None:
    """The consent that opens this gate in this conversation and chat, None if a code is needed (S9, S30).

    15 minutes after it was last leaned on and 60 at most; 5 minutes idle for the cabinet.
    """
    row = await reader.row(
        "consent_alive",
        conversation_id=conversation_id,
        channel=address.channel,
        address_key=stored_key(reader.keys, address),
        phone_index=reader.keys.blind("phone", address.key),
        purpose=purpose,
        subject_index=iin_index(reader.keys, subject),
        now=micros(now),
    )
    return _living(row, now)


async def alive_in_chat(reader: Reader, address: Address, now: datetime) -> Consent | None:
    """The newest consent given in this chat within an hour, while it would open the cabinet: 5 minutes
    idle.
    """
    row = await reader.row(
        "consent_alive_in_chat",
        channel=address.channel,
        address_key=stored_key(reader.keys, address),
        since=micros(now - law.IDENTITY_AT_MOST.delta),
        now=micros(now),
    )
    consent = None if row is None else _consent(row)
    if consent is None or now >= consent.last_used_at + law.CABINET_IDLE.delta:
        return None
    return consent


def touch(tx: Tx, consent_id: int, now: datetime) -> None:
    """The consent was leaned on: it lives on from now. Twice: the same."""
    tx.later("consent_touch", id=consent_id, now=micros(now))


async def withdraw(tx: Tx, consent_id: int, actor: str, now: datetime) -> bool:
    """Take a consent back; it opens nothing from now on (S30). Twice: False."""
    if not await tx.rows("consent_withdraw", id=consent_id, now=micros(now)):
        return False
    await proofs.chain(tx, CONSENT, consent_id, "consent.withdrawn", actor, now)
    return True


async def refuse(tx: Tx, conversation_id: int, now: datetime) -> None:
    """The person declined, or left the gate: codes of the conversation die, the refusal is a record. Twice:
    same.
    """
    tx.later("outbox_cancel_of_conversation", conversation_id=conversation_id)
    refused = await tx.rows("consent_refuse", conversation_id=conversation_id, now=micros(now))
    tx.later("challenges_end_of_conversation", conversation_id=conversation_id)
    for (consent_id,) in refused:
        actor = f"conversation:{conversation_id}"
        await proofs.chain(tx, CONSENT, consent_id, "consent.refused", actor, now)


async def expire(tx: Tx, now: datetime) -> int:
    """End the codes whose time is over and record the consents nobody gave; how many consents. Twice: 0.

    ``SWEPT`` at a time: each goes through the audit chain, and citizens wait for whoever holds it.
    """
    tx.later("challenges_expire", now=micros(now))
    before = micros(now - law.CODE_LIFETIME.delta)
    expired = await tx.rows("consents_expire", now=micros(now), asked_before=before, most=SWEPT)
    for (consent_id,) in expired:
        await proofs.chain(tx, CONSENT, consent_id, "consent.expired", "clock", now)
    return len(expired)


async def known_chat(reader: Reader, address: Address, subject: Iin) -> bool:
    """True if this chat has confirmed this identity before."""
    key = f"{address.channel}:{stored_key(reader.keys, address)}"
    index = iin_index(reader.keys, subject)
    return await reader.row("known_chat", subject_index=index, chat_key=key) is not None


async def unlock(tx: Tx, subject: Iin, actor: str, now: datetime) -> bool:
    """The desk has seen the person: failures and locks of the identity start anew. False if it had none."""
    index = iin_index(tx.keys, subject)
    if not await tx.rows("guard_unlock", subject_index=index, now=micros(now)):
        return False
    await audit.append(tx, "identity.unlocked", actor, f"identity:{index[:8].hex()}", {}, now)
    return True


async def record(reader: Reader, consent_id: int) -> ConsentRecord | None:
    """The complete record of a consent, for export."""
    row = await reader.row("consent_record", id=consent_id)
    if row is None:
        return None
    keys = reader.keys

    def opened(column: str, blob: bytes | None) -> str | None:
        return None if blob is None else keys.open(f"consents.{column}", consent_id, blob)

    # Where no SMS could go out, a stand-in was sealed so that the row took the same time.
    phone = opened("phone", row[14]) if row[15] else None
    fields: list[Any] = [*row[:4], f"{row[4]}:{row[5]}", *row[6:]]
    for name in ("valid_until", "asked_at", "answered_at", "last_used_at", "withdrawn_at"):
        fields[_AT[name]] = instant(fields[_AT[name]])
    for name in ("text_digest", "details_digest"):
        fields[_AT[name]] = bytes(fields[_AT[name]])
    fields[_AT["phone"]] = phone
    fields[_AT["text_shown"]] = opened("text_shown", row[11])
    fields[_AT["reply"]] = opened("reply", row[19])
    return ConsentRecord(*fields)


_AT: Final = {name: at for at, name in enumerate(ConsentRecord.__slots__)}


def _living(row: Row | None, now: datetime) -> Consent | None:
    consent = None if row is None else _consent(row)
    return consent if consent is not None and now < consent.ends_at else None


def _consent(row: Row) -> Consent:
    return Consent(row[0], Purpose(row[1]), row[2], row[3], instant(row[4]), instant(row[5]))
