"""Consent of another person: asked of the phone in the registry, and re-checked whenever it is leaned on.

The laws of this file:

1. Whoever may not or cannot be reached (an IIN nobody has, no mobile phone, the asker's own phone, a cap, a
block) gets a phantom: the same statements, the same rows, parcels to nowhere, and a code that matches
nothing. The asker learns nothing from it (S19, IC-15). 2. The phone is the registry's, always (S1). 3. A
consent is looked at again in the transaction that releases what it is for (S9).
"""

import hashlib
import json
from datetime import datetime
from typing import Final

from otp.consent_steps import END, chain, chat_index, code_hash, end_unanswered
from otp.wanted import Asked, Composing, Wanted
from otp.whom_to_ask import Standing, read_standing
from rules import third_party as law
from rules.clock import Secrets
from rules.iin import Iin
from rules.law import rule
from rules.people import Language
from rules.third_party import ConsentState, Matter
from storage import consent_requests, due, outbox, proofs
from storage.addresses import Address
from storage.consent_requests import ASKER_NAME, KIND, asker_key
from storage.database import Reader, Tx
from storage.instants import micros
from storage.outbox import Parcel
from storage.proofs import CONSENT_REQUEST

NEVER: Final = 0
"""A consent of another person belongs to no conversation."""

_TOLD_TO_THE_ASKER: Final = frozenset({ConsentState.GIVEN, ConsentState.WITHDRAWN, ConsentState.CALLED_OFF})
_PHONE: Final = "consents.phone"
_TEXT: Final = "consents.text_shown"
_TOKEN_BYTES: Final = 32
_HIDDEN_CODE: Final = "\u2022" * 6


@rule("IC-06", "IC-15", "G-30", "G-37", "G-38")
async def ask(
    tx: Tx, wanted: Wanted, now: datetime, secrets: Secrets, composing: Composing
) -> tuple[Parcel, ...]:
    """Ask for the consent, or do what looks the same; the parcels are to be put into the outbox.

    What if it runs twice for one matter: Clash, since a matter is asked for once.
    """
    standing = await read_standing(tx, wanted, now)
    request_id, consent_id, code = tx.ids.new(), tx.ids.new(), secrets.code()
    # A code that is sent to nobody must not be guessed either: its hash is of nothing that can be typed.
    unguessable = secrets.token(_TOKEN_BYTES)
    asked = await _asked(tx, wanted, standing, request_id, consent_id, now)
    _write_consent(tx, asked, standing, composing.shown(asked, _HIDDEN_CODE), now)
    _write_request(tx, asked, standing, code.encode() if standing.reached else unguessable, now)
    due.set_due(tx, END, request_id, asked.times.ends_at)
    actor = asker_key(wanted.asker_id, wanted.asker_clinic)
    await chain(tx, consent_id, request_id, "asked", actor, now)
    return composing.parcels(asked, code)


@rule("G-38")
async def may_ask(reader: Reader, asker_id: str, now: datetime) -> bool:
    """True if this person may ask about another once more today; to be told openly, it is about them."""
    return law.may_ask(await consent_requests.asked_lately(reader, asker_id, now))


def about_oneself(asker: Iin, subject: Iin) -> bool:
    """True if "another" is the asker: then the request is one about oneself, and no consent is asked for."""
    return asker == subject


@rule("G-32", "IC-15")
async def call_off(tx: Tx, matter: Matter, matter_id: int, now: datetime) -> bool:
    """The asker wants it no more: nobody is asked any longer. False if it was answered or is over.

    Of a refusal the asker learns nothing by it: not by time, not by what is kept of their acts.
    """
    request = await consent_requests.of_matter(tx, matter, matter_id)
    if request is None or request.state in _TOLD_TO_THE_ASKER:
        return False
    called_off = await end_unanswered(tx, request, ConsentState.CALLED_OFF, request.asker, now)
    if not called_off:
        # A refusal of which the asker has not heard yet costs the same, and leaves as much in their records.
        outbox.cancel_for_challenge(tx, request.consent_id)
        tx.later("consent_lost", id=request.consent_id, now=micros(now))
        await chain(tx, request.consent_id, request.id, ConsentState.CALLED_OFF, request.asker, now)
    due.clear(tx, END, request.id)
    return called_off


async def holds(reader: Reader, matter: Matter, matter_id: int, now: datetime) -> int | None:
    """The id of the consent by which that may be released at this moment, None if there is none (S9)."""
    row = await reader.row("consent_request_holds", matter=matter, matter_id=matter_id, now=micros(now))
    return None if row is None else int(row[0])


async def spend(tx: Tx, matter: Matter, matter_id: int, now: datetime) -> int | None:
    """Use up a consent that covers one retrieval (DD-06): its id; None if it does not hold, or was used."""
    consent_id = await consent_requests.spend(tx, matter, matter_id, now)
    request = await consent_requests.of_matter(tx, matter, matter_id)
    if consent_id is None or request is None:
        return None
    await proofs.chain(tx, CONSENT_REQUEST, request.id, "consent_request.used", request.asker, now)
    return consent_id


async def _asked(
    tx: Tx, wanted: Wanted, standing: Standing, request_id: int, consent_id: int, now: datetime
) -> Asked:
    chat = await tx.row(
        "consent_chat",
        person_id=standing.answers_id or 0,
        asker_chat=wanted.asker_chat.key if wanted.asker_chat else "",
    )
    language: Language = standing.language or "kk"
    nowhere = Address("nowhere", f"-{request_id % 10**11:011d}")
    return Asked(
        request_id=request_id,
        challenge_id=consent_id,
        wanted=wanted,
        times=law.times(wanted.matter, now),
        language=language,
        chat_language=chat[1] if chat and chat[1] else language,
        phone=Address("sms", standing.mobile) if standing.reached else nowhere,
        chat=Address("telegram", chat[0]) if chat and standing.reached else nowhere,
        child=standing.child,
    )


def _write_consent(tx: Tx, asked: Asked, standing: Standing, shown: str, now: datetime) -> None:
    wanted, keys, consent_id = asked.wanted, tx.keys, asked.challenge_id
    text = law.text_of(wanted.matter, of_a_child=asked.child is not None)
    asker, _, key = asker_key(wanted.asker_id, wanted.asker_clinic).partition(":")
    # Where no SMS can go out, a stand-in is sealed so that the row takes the same time.
    phone = standing.mobile or f"-{consent_id}"
    tx.later(
        "consent_ask",
        id=consent_id,
        kind=KIND,
        purpose=f"{wanted.matter}:{wanted.what}:{wanted.purpose}",
        subject_id=standing.subject_id,
        subject_index=standing.subject_index,
        asker_channel=asker,
        asker_key=key,
        conversation_id=NEVER,
        text_id=text.id,
        text_version=text.version,
        text_digest=hashlib.sha256(shown.encode()).digest(),
        text_shown=keys.seal(_TEXT, consent_id, shown),
        language=asked.language,
        details_digest=details_digest(wanted),
        phone_index=standing.phone_index if standing.reached else None,
        phone=keys.seal(_PHONE, consent_id, phone),
        source_of_phone="registry" if standing.mobile else None,
        challenge_id=consent_id,
        now=micros(now),
    )


def _write_request(tx: Tx, asked: Asked, standing: Standing, secret: bytes, now: datetime) -> None:
    wanted, keys = asked.wanted, tx.keys
    tx.later(
        "consent_request_add",
        id=asked.request_id,
        consent_id=asked.challenge_id,
        matter=wanted.matter,
        matter_id=wanted.matter_id,
        number=wanted.number,
        asker_id=None if wanted.asker_id is None else int(wanted.asker_id),
        asker_clinic=wanted.asker_clinic,
        asker_index=chat_index(keys, wanted.asker_chat) if wanted.asker_chat else None,
        asker_name=keys.seal(ASKER_NAME, asked.request_id, wanted.asker_name),
        subject_index=standing.subject_index,
        subject_id=standing.subject_id,
        answers_id=standing.answers_id,
        phone_index=standing.phone_index if standing.reached else None,
        what=wanted.what,
        purpose=wanted.purpose,
        code_hash=code_hash(keys, asked.request_id, secret),
        reached=int(standing.reached),
        now=micros(now),
        ends_at=micros(asked.times.ends_at),
    )


def details_digest(wanted: Wanted) -> bytes:
    """What the consent is bound to from the start (S3), beside whom it is about, whose row it is."""
    bound = [
        wanted.matter, wanted.number, asker_key(wanted.asker_id, wanted.asker_clinic), wanted.asker_name,
        wanted.what, wanted.purpose,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(bound, ensure_ascii=False).encode()).digest()


__all__ = [
    "END", "Asked", "Composing", "Wanted", "about_oneself", "ask", "call_off", "details_digest", "holds",
    "may_ask", "spend",
]  # fmt: skip
