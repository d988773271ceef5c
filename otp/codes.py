"""One-time codes: issued to the phone in the registry, compared once per message, bound to what they are for.

The laws of this file:

1. Whoever may not or cannot get an SMS (an IIN nobody has, no mobile phone, a cap, a lock) gets a phantom:
the same statements, the same rows, a parcel to nowhere, and a code that matches nothing. Nothing tells them
apart (S19). 2. A comparison is counted before it is made, in the transaction that makes it, and its outcome
is kept under its inbox row: running the row again reads the outcome and never compares again.
3. Strangers never bind a chat that has confirmed this identity before: caps, locks and live codes stand
apart.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from otp.reckoning import Standing, read_standing
from rules import consent as law
from rules.clock import Secrets
from rules.consent import Purpose
from rules.iin import Iin
from rules.people import Language
from rules.phone import Phone
from storage import outbox, proofs
from storage.addresses import Address, stored_key
from storage.database import Database, Reader, Row, Tx
from storage.instants import instant, micros
from storage.keys import KeyRing
from storage.outbox import CODE, Parcel
from storage.people import iin_index, phone_index
from storage.proofs import CONSENT

Words: TypeAlias = Callable[[str, Language, int | None], str]
"""The text of the SMS: given the code, the reader's language, and the clinic they are attached to (S26)."""

# Six digits of a phone or an IIN that is written in groups are no code.
_CODE_IN_REPLY: Final = re.compile(
    r"(?<![0-9])(?<![0-9]{2}[ -])([0-9]{3})[ -]?([0-9]{3})(?![0-9])(?![ -][0-9]{2})", re.ASCII
)
_TYPED: Final = re.compile(r"[0-9]{6}", re.ASCII)
_TOKEN_BYTES: Final = 32
_PHONE: Final = "consents.phone"
_TEXT: Final = "consents.text_shown"
_REPLY: Final = "consents.reply"


@dataclass(frozen=True, slots=True, repr=False)
class Asking:
    """What a code is bound to (S3), and the exact text the person consents to (S28).

    `details` are what was shown where consent binds them from the start; `shown` is the rendered consent
    text, whose id and version are those of the purpose.
    """

    conversation_id: int
    address: Address
    purpose: Purpose
    subject: Iin
    locale: Language
    details: bytes | None = None
    shown: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Issued:
    """A code is on its way, if there is whom to send it to. The parcel is to be put into the outbox."""

    challenge_id: int
    resend_at: datetime
    expires_at: datetime
    parcel: Parcel


@dataclass(frozen=True, slots=True)
class TooSoon:
    """This chat asked for this identity a moment ago; from `resend_at` on it may again."""

    resend_at: datetime


@dataclass(frozen=True, slots=True)
class TooManyNumbers:
    """This chat has tried as many different IINs today as one may."""


Issuing: TypeAlias = Issued | TooSoon | TooManyNumbers


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The code matched: by which consent, and whose identity it is."""

    consent_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class RepliedTo:
    """The code came by SMS from the registered phone: in which conversation the consent is given."""

    conversation_id: int
    consent_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class DidNotMatch:
    """Mistyped, old, used, another's, locked, or never issued: one answer for all (S20)."""


Compared: TypeAlias = Confirmed | DidNotMatch
DID_NOT_MATCH: Final = DidNotMatch()


async def issue(tx: Tx, asking: Asking, now: datetime, secrets: Secrets, words: Words) -> Issuing:
    """Issue a code, or its likeness. `words` gives the SMS; the parcel's body is {"text": ...}.

    What if it runs twice: the second is TooSoon. A new code ends the one before (S23).
    """
    standing = await read_standing(tx, asking.address, asking.purpose, asking.subject, now)
    if standing.too_many_numbers:
        return TooManyNumbers()
    if now < standing.resend_at:
        return TooSoon(standing.resend_at)
    challenge_id, consent_id, code = tx.ids.new(), tx.ids.new(), secrets.code()
    # A code that is sent to nobody must not be guessed either: its hash is of nothing that can be typed.
    unguessable = secrets.token(_TOKEN_BYTES)
    secret = code.encode() if standing.sendable else unguessable
    _supersede(tx, asking, standing)
    _write_challenge(tx, asking, standing, challenge_id, consent_id, secret, now)
    _write_consent(tx, asking, standing, challenge_id, consent_id, now)
    await proofs.chain(tx, CONSENT, consent_id, "consent.asked", _actor(tx.keys, asking.address), now)
    expires = law.code_expires(now)
    parcel = Parcel(
        address=_destination(standing, challenge_id),
        kind=CODE,
        body={"text": words(code, standing.language or asking.locale, standing.clinic_no)},
        challenge_id=challenge_id,
        expires_at=expires,
    )
    return Issued(challenge_id, law.resend_at(now, standing.resend_step), expires, parcel)


async def compare(db: Database, inbox_id: int, asking: Asking, typed: str, now: datetime) -> Compared:
    """Compare what was typed with the live code of this asking, in one transaction.

    What if it runs twice for one inbox row: the outcome of the first is handed out again.
    """

    async def work(tx: Tx) -> Compared:
        won = await _compare_once(tx, _typed_here(asking), inbox_id, typed, now)
        return DID_NOT_MATCH if won is None else Confirmed(won.consent_id, won.person_id)

    return await db.decide(work)


async def compare_reply(
    db: Database, inbox_id: int, phone: Phone, text: str, now: datetime
) -> RepliedTo | DidNotMatch | None:
    """Compare a code sent back by SMS with the live codes sent to that phone (S2). None if the text holds
    no code.

    A phone may be several people's: the code tells whose consent it is. Twice: as `compare`.
    """
    found = _CODE_IN_REPLY.search(text)
    if found is None:
        return None
    typed = found[1] + found[2]

    async def work(tx: Tx) -> RepliedTo | DidNotMatch:
        won = await _compare_once(tx, _RepliedFrom(phone, text), inbox_id, typed, now)
        return DID_NOT_MATCH if won is None else won

    return await db.decide(work)


async def last_state(reader: Reader, asking: Asking) -> str | None:
    """How the newest code of this asking stands ("live", "used", "dead"), None if none was issued here."""
    rows = await reader.rows(
        "challenge_last_in",
        conversation_id=asking.conversation_id,
        purpose=asking.purpose,
        subject_index=iin_index(reader.keys, asking.subject),
    )
    return str(rows[0][0]) if rows else None


async def has_opened(reader: Reader, inbox_id: int, conversation_id: int, typed: str) -> bool:
    """True if the row, or the same code before it, has opened a gate of this conversation. Counts nothing.

    A message thought through anew, and a code sent twice, are then nobody's answer to what is asked next.
    """
    row = await reader.row("comparison_kept", inbox_id=inbox_id)
    if row is not None and row[0] == "yes":
        return True
    used = await reader.row("challenge_used_last", conversation_id=conversation_id)
    if used is None:
        return False
    return hmac.compare_digest(bytes(used[1]), _code_hash(reader.keys, used[0], typed.encode()))


@dataclass(frozen=True, slots=True)
class _TypedHere:
    """A code typed into the chat that asked for it."""

    asking: Asking

    def statement(self, keys: KeyRing) -> tuple[str, dict[str, object]]:
        asking = self.asking
        return "challenge_compare", {
            "subject_index": iin_index(keys, asking.subject),
            "purpose": asking.purpose,
            "conversation_id": asking.conversation_id,
            "channel": asking.address.channel,
            "address_key": stored_key(keys, asking.address),
        }

    def binds(self, candidate: "_Candidate") -> bool:
        return hmac.compare_digest(candidate.details_digest, _details_digest(self.asking.details))

    def reply(self, typed: str) -> str:
        return typed

    @property
    def channel(self) -> str:
        return self.asking.address.channel

    def chat_key(self, keys: KeyRing, won: "_Candidate") -> str:
        del keys
        return f"{won.channel}:{won.address_key}"


@dataclass(frozen=True, slots=True)
class _RepliedFrom:
    """A code sent back from the phone it was sent to."""

    phone: Phone
    text: str

    def statement(self, keys: KeyRing) -> tuple[str, dict[str, object]]:
        return "challenge_compare_by_phone", {"phone_index": phone_index(keys, self.phone)}

    def binds(self, candidate: "_Candidate") -> bool:
        # The SMS named what it is for, and the details were bound when the code was issued.
        del candidate
        return True

    def reply(self, typed: str) -> str:
        del typed
        return self.text

    @property
    def channel(self) -> str:
        return "sms"

    def chat_key(self, keys: KeyRing, won: "_Candidate") -> str:
        if won.channel == "telegram":
            return f"{won.channel}:{won.address_key}"
        # Asked for from whatever phone, it goes on at this one: the other has confirmed nothing.
        return f"sms:{stored_key(keys, Address('sms', self.phone.e164))}"


_Way: TypeAlias = _TypedHere | _RepliedFrom


def _typed_here(asking: Asking) -> _TypedHere:
    return _TypedHere(asking)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A live challenge against which a comparison has just been counted."""

    id: int
    person_id: int | None
    subject_index: bytes
    conversation_id: int
    consent_id: int
    code_hash: bytes
    details_digest: bytes
    known_chat: int
    locked_until: datetime | None
    desk_only: int
    channel: str
    address_key: str
    purpose: str

    @property
    def lane(self) -> str:
        return "known" if self.known_chat else "strangers"

    def is_open(self, now: datetime) -> bool:
        return not self.desk_only and (self.locked_until is None or self.locked_until <= now)


def _candidate(row: Row) -> _Candidate:
    return _Candidate(
        row[0], row[1], bytes(row[2]), row[3], row[4], bytes(row[5]), bytes(row[6]), row[7],
        instant(row[8]), row[9] or 0, *row[10:],
    )  # fmt: skip


async def _compare_once(tx: Tx, way: _Way, inbox_id: int, typed: str, now: datetime) -> RepliedTo | None:
    begun = await tx.rows("comparison_begin", inbox_id=inbox_id, now=micros(now))
    if not begun:
        return await _kept(tx, inbox_id)
    name, bound = way.statement(tx.keys)
    most = law.COMPARISONS_PER_CODE.value
    rows = await tx.rows(name, **bound, now=micros(now), most=most)
    candidates = [_candidate(row) for row in rows]
    won = next((one for one in candidates if _matches(tx.keys, way, one, typed, now)), None)
    if won is not None and won.person_id is not None:
        return await _win(tx, way, won, won.person_id, inbox_id, typed, now)
    for candidate in candidates:
        _fail(tx, candidate, now)
    return None


def _matches(keys: KeyRing, way: _Way, candidate: _Candidate, typed: str, now: datetime) -> bool:
    if not _TYPED.fullmatch(typed):
        return False
    same = hmac.compare_digest(candidate.code_hash, _code_hash(keys, candidate.id, typed.encode()))
    return same and candidate.is_open(now) and way.binds(candidate)


async def _kept(tx: Tx, inbox_id: int) -> RepliedTo | None:
    row = await tx.row("comparison_kept", inbox_id=inbox_id)
    if row is None or row[0] != "yes":
        return None
    return RepliedTo(conversation_id=row[3], consent_id=row[1], person_id=row[2])


async def _win(
    tx: Tx, way: _Way, won: _Candidate, person_id: int, inbox_id: int, typed: str, now: datetime
) -> RepliedTo | None:
    if not await tx.rows("challenge_use", id=won.id):
        return None
    at = micros(now)
    outbox.cancel_for_challenge(tx, won.id)
    tx.later("consent_reply_forgive", inbox_id=inbox_id)
    tx.later("consent_reply_forgiven", inbox_id=inbox_id)
    tx.later("comparison_won", inbox_id=inbox_id, challenge_id=won.id, consent_id=won.consent_id)
    tx.later("guard_passed", subject_index=won.subject_index, lane=won.lane, now=at)
    chat_key = way.chat_key(tx.keys, won)
    tx.later("known_chat_add", subject_index=won.subject_index, chat_key=chat_key, now=at)
    tx.later(
        "consent_give",
        id=won.consent_id,
        now=at,
        valid_until=micros(_valid_until(won.purpose, now)),
        inbox_id=inbox_id,
        reply_channel=way.channel,
        reply=tx.keys.seal(_REPLY, won.consent_id, way.reply(typed)),
    )
    await proofs.chain(tx, CONSENT, won.consent_id, "consent.given", f"person:{person_id}", now)
    return RepliedTo(won.conversation_id, won.consent_id, person_id)


def _fail(tx: Tx, candidate: _Candidate, now: datetime) -> None:
    tx.later("challenge_spent", id=candidate.id, most=law.COMPARISONS_PER_CODE.value)
    # Always, though mostly for nothing: which comparison was the last must cost no statement more (S19).
    tx.later("outbox_cancel_spent", challenge_id=candidate.id)
    tx.later(
        "guard_failed",
        subject_index=candidate.subject_index,
        lane=candidate.lane,
        now=micros(now),
        to_lock=law.FAILURES_TO_LOCK.value,
        lock_until=micros(now + law.LOCK.delta),
        to_desk=law.FAILURES_TO_DESK.value,
    )


def _supersede(tx: Tx, asking: Asking, standing: Standing) -> None:
    bound = {
        "subject_index": standing.subject_index,
        "purpose": asking.purpose,
        "lane": standing.lane,
        "conversation_id": asking.conversation_id,
    }
    tx.later("outbox_cancel_superseded", **bound)
    # That nobody gave the consent is recorded when its time is over: to do so here would take as long as
    # there were codes before (S19).
    tx.later("challenges_supersede", **bound)


def _write_challenge(
    tx: Tx,
    asking: Asking,
    standing: Standing,
    challenge_id: int,
    consent_id: int,
    secret: bytes,
    now: datetime,
) -> None:
    address_key = stored_key(tx.keys, asking.address)
    tx.later(
        "challenge_add",
        id=challenge_id,
        subject_index=standing.subject_index,
        person_id=standing.person_id,
        purpose=asking.purpose,
        lane=standing.lane,
        conversation_id=asking.conversation_id,
        channel=asking.address.channel,
        address_key=address_key,
        asker_index=tx.keys.blind("asker", f"{asking.address.channel}:{address_key}"),
        details_digest=_details_digest(asking.details),
        phone_index=standing.phone_index if standing.sendable else None,
        code_hash=_code_hash(tx.keys, challenge_id, secret),
        consent_id=consent_id,
        issued_at=micros(now),
        expires_at=micros(law.code_expires(now)),
        resend_step=standing.resend_step,
        known_chat=int(standing.known_chat),
    )
    tx.later(
        "send_add",
        challenge_id=challenge_id,
        subject_index=standing.subject_index,
        phone_index=standing.phone_index,
        known_chat=int(standing.known_chat),
        really=int(standing.sendable),
        now=micros(now),
    )


def _write_consent(
    tx: Tx, asking: Asking, standing: Standing, challenge_id: int, consent_id: int, now: datetime
) -> None:
    by_sms = asking.address.channel == "sms"
    text = law.consent_text_by_sms(asking.purpose) if by_sms else law.consent_text(asking.purpose)
    phone = standing.mobile or f"-{challenge_id}"
    tx.later(
        "consent_ask",
        id=consent_id,
        kind="identity",
        purpose=asking.purpose,
        subject_id=standing.person_id,
        subject_index=standing.subject_index,
        asker_channel=asking.address.channel,
        asker_key=stored_key(tx.keys, asking.address),
        conversation_id=asking.conversation_id,
        text_id=text.id,
        text_version=text.version,
        text_digest=hashlib.sha256(asking.shown.encode()).digest(),
        text_shown=tx.keys.seal(_TEXT, consent_id, asking.shown),
        language=asking.locale,
        details_digest=_details_digest(asking.details),
        phone_index=standing.phone_index if standing.sendable else None,
        phone=tx.keys.seal(_PHONE, consent_id, phone),
        source_of_phone="registry" if standing.mobile else None,
        challenge_id=challenge_id,
        now=micros(now),
    )


def _destination(standing: Standing, challenge_id: int) -> Address:
    if standing.sendable:
        return Address("sms", standing.mobile)
    # As long as a phone, and nobody else's: parcels to nowhere must not wait for each other.
    return Address("nowhere", f"-{challenge_id % 10**11:011d}")


def _code_hash(keys: KeyRing, challenge_id: int, secret: bytes) -> bytes:
    return keys.mac("code", str(challenge_id).encode(), secret)


def _details_digest(details: bytes | None) -> bytes:
    return hashlib.sha256(b"" if details is None else b"details" + details).digest()


def _actor(keys: KeyRing, address: Address) -> str:
    return f"{address.channel}:{stored_key(keys, address)}"


def _valid_until(purpose: str, now: datetime) -> datetime | None:
    # The cabinet lives on while it is used; a request's identity ends for good.
    return None if purpose == Purpose.CABINET else now + law.IDENTITY_AT_MOST.delta


__all__ = [
    "Asking", "Compared", "Confirmed", "DidNotMatch", "Issued", "Issuing", "RepliedTo", "TooManyNumbers",
    "TooSoon", "Words", "compare", "compare_reply", "has_opened", "issue",
]  # fmt: skip
