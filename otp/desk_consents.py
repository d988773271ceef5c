"""Consents given aloud: a registrar's word for whom they saw, kept as fully as a code's (S28).

Which member of staff saw it is the asker of the record, and the way of seeing is its reply.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from otp.codes import Asking
from rules import consent as law
from rules.desk import CASE_AT_MOST, Way
from rules.law import rule
from rules.phone import Phone
from storage import desk, people, proofs
from storage.addresses import stored_key
from storage.database import Database, Tx
from storage.desk import Case
from storage.instants import micros
from storage.people import iin_index, phone_index
from storage.proofs import CONSENT

KIND: Final = "desk"

_PHONE: Final = "consents.phone"
_TEXT: Final = "consents.text_shown"
_REPLY: Final = "consents.reply"


@dataclass(frozen=True, slots=True, repr=False)
class Seeing:
    """What was consented to, how the registrar saw who it is, and in which case."""

    asking: Asking
    way: Way
    case: Case


@rule("X-29", "G-12")
async def give(db: Database, inbox_id: int, seeing: Seeing, now: datetime) -> int | None:
    """Record the consent, and that the documents were handed in; None for nobody of the registry.

    What if it runs twice for one inbox row: the consent of the first is handed out again.
    """
    return await db.decide(lambda tx: _give_once(tx, inbox_id, seeing, now))


async def _give_once(tx: Tx, inbox_id: int, seeing: Seeing, now: datetime) -> int | None:
    asked_in = seeing.asking.conversation_id
    given = await tx.row("consent_of_inbox", inbox_id=inbox_id, conversation_id=asked_in)
    if given is not None:
        return int(given[0])
    person = await people.by_iin(tx, seeing.asking.subject)
    if person is None:
        return None
    consent_id = tx.ids.new()
    tx.later(
        "consent_give_aloud", **_row(tx, consent_id, int(person.id), person.mobile, inbox_id, seeing, now)
    )
    desk.handed_in(tx, seeing.case.id, int(person.id), now)
    actor = f"staff:{seeing.case.staff_id}"
    await proofs.chain(tx, CONSENT, consent_id, "consent.given_aloud", actor, now)
    return consent_id


def _row(
    tx: Tx, consent_id: int, person_id: int, mobile: str, inbox_id: int, seeing: Seeing, now: datetime
) -> dict[str, object]:
    asking, keys = seeing.asking, tx.keys
    text = law.consent_text_aloud(asking.purpose)
    return {
        "id": consent_id,
        "kind": KIND,
        "purpose": asking.purpose,
        "subject_id": person_id,
        "subject_index": iin_index(keys, asking.subject),
        "asker_channel": asking.address.channel,
        "asker_key": stored_key(keys, asking.address),
        "conversation_id": asking.conversation_id,
        "valid_until": micros(now + CASE_AT_MOST.delta),
        "text_id": text.id,
        "text_version": text.version,
        "text_digest": hashlib.sha256(asking.shown.encode()).digest(),
        "text_shown": keys.seal(_TEXT, consent_id, asking.shown),
        "language": asking.locale,
        "details_digest": hashlib.sha256(b"").digest(),
        "phone_index": phone_index(keys, Phone(mobile)) if mobile else None,
        "phone": keys.seal(_PHONE, consent_id, mobile),
        "source_of_phone": "registry" if mobile else None,
        "inbox_id": inbox_id,
        "reply_channel": seeing.case.channel.value,
        "reply": keys.seal(_REPLY, consent_id, seeing.way.value),
        "now": micros(now),
    }
