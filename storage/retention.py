"""Retention: what is kept how long, and how one person's fields are erased for good.

The periods are working values until a lawyer sets them (G-70): requests, consents and register entries 5
years, codes 24 hours, message texts 90 days. Papers and attachments that ended are register entries: both
prove where somebody was in care, and terms of free choice look back a year at most. The audit chain is kept
for ever: it names nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from storage import audit, consent_requests, due, proofs, requests, slots, training, waiting
from storage.database import Database, Row, Tx
from storage.errors import Clash
from storage.instants import micros
from storage.proofs import CONSENT, CONSENT_REQUEST
from storage.requests import Changes, RegisteredRequest

CODES: Final = timedelta(hours=24)
"""G-70, G-78: codes and what counts them."""

MESSAGES: Final = timedelta(days=90)
"""G-70: message texts, unfinished conversations."""

RECORDS: Final = timedelta(days=5 * 365 + 2)
"""G-70: requests, consents and register entries, five years; papers and ended attachments with them."""

STEPS: Final[Mapping[str, timedelta]] = {
    "prune_comparisons": CODES,
    "prune_challenges": CODES,
    "prune_sends": CODES,
    "prune_sms_parts": CODES,
    "prune_handovers": CODES,
    "prune_address_days": CODES,
    "prune_chat_iins": CODES,
    "prune_phantom_consents": CODES,
    "prune_consent_replies": CODES,
    "prune_staff_codes": CODES,
    "prune_invitations": CODES,
    "prune_staff_left": MESSAGES,
    "prune_guards": MESSAGES,
    "prune_inbox_bodies": MESSAGES,
    "prune_inbox": MESSAGES,
    "prune_outbox_bodies": MESSAGES,
    "prune_journals": MESSAGES,
    "prune_consents": RECORDS,
    "prune_consent_requests": RECORDS,
    "prune_requests": RECORDS,
    "prune_papers": RECORDS,
    "prune_attachments": RECORDS,
    "prune_journal_doctors": RECORDS,
    "prune_offers": MESSAGES,
    "prune_slots": MESSAGES,
    "prune_room_use": MESSAGES,
    "prune_visit_checks": RECORDS,
    "prune_work_questions": MESSAGES,
    "prune_work_notes": RECORDS,
    "prune_hand_identities": RECORDS,
    "prune_centre_results": MESSAGES,
    "prune_centre_links": MESSAGES,
    "prune_centre_requests": RECORDS,
    "prune_monitoring_events": MESSAGES,
    "prune_monitoring_days": RECORDS,
    "prune_training_requests": RECORDS,
    "prune_complaint_files": RECORDS,
    "prune_complaints": RECORDS,
    "prune_complaint_office": RECORDS,
    "prune_complaint_named": RECORDS,
    "prune_feedback": MESSAGES,
    "prune_surveys": MESSAGES,
}
"""What is removed or emptied, in this order, and how long it is kept before."""

MOST: Final = 500
"""Records of consents in one transaction; our judgement."""

_PROVEN: Final = frozenset({"prune_phantom_consents", "prune_consents", "prune_consent_requests"})

_ERASED: Final = (
    "inbox",
    "outbox",
    "outbox_waiting",
    "papers",
    "requests",
    "guardians",
    "asker_blocks",
    "chats",
    "work_questions",
    "work_notes",
    "visit_checks",
    "hand_identities",
    "centre_requests",
    "centre_askers",
    "training_requests",
    "complaint_files",
    "complaints",
    "complaint_chats",
    "complaint_office",
    "surveys",
)
"""What of theirs is emptied beside the person's own row."""

CLOCK: Final = "clock"
"""Who takes away what was kept long enough, as the audit names them."""

_AROUND: Final = (
    "inbox",
    "outbox",
    "conversations",
    "menus",
    "stopped",
    "staff_outbox",
    "staff_inbox",
    "guards",
    "sends",
    "chat_iins",
    "known_chats",
    "training_requests",
    "graduates",
)
"""What is found by chat, phone or index, in this order: the chats are known by the last of them."""

_NO_CONVERSATION: Final = 0

_CANCELLED: Final = "cancelled"
"""Both services have the same word for it."""

_HASH_BYTES: Final = 32
_QUARTER_US: Final = 15 * 60 * 1_000_000


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows each step removed or emptied."""

    rows: Mapping[str, int]


async def prune(db: Database, now: datetime) -> Pruned:
    """Remove what has been kept long enough, in short transactions. What if it runs twice: zeros."""
    return Pruned({name.removeprefix("prune_"): await _whole_step(db, name, now) for name in STEPS})


async def _whole_step(db: Database, name: str, now: datetime) -> int:
    taken = 0
    while True:
        async with db.transaction() as tx:
            rows = await prune_step(tx, name, now)
        taken += rows
        if not is_unfinished(name, rows):
            return taken


def is_unfinished(name: str, rows: int) -> bool:
    """True if the step took so many rows that there may be more: it is to be run once more."""
    return name in _PROVEN and rows >= MOST


async def prune_step(tx: Tx, name: str, now: datetime) -> int:
    """Do the step of `STEPS` by that name; how many rows it removed or emptied. Twice: zero.

    Records of consents are taken `MOST` at a time: each goes through the audit chain, and citizens wait for
    whoever holds it.
    """
    rows = await tx.rows(name, **_bounds(name, now))
    match name:
        case "prune_phantom_consents":
            for (consent_id,) in rows:
                await proofs.removed(tx, CONSENT, consent_id, "consent.pruned", CLOCK, now)
        case "prune_consents":
            await _emptied(tx, rows, CLOCK, now)
        case "prune_consent_requests":
            for (request_id,) in rows:
                await proofs.chain(tx, CONSENT_REQUEST, request_id, "consent_request.emptied", CLOCK, now)
        case _:
            pass
    return len(rows)


async def _emptied(tx: Tx, rows: Sequence[Row], actor: str, now: datetime) -> None:
    """What is left of these consents is bound into the chain anew."""
    for (consent_id,) in rows:
        await proofs.chain(tx, CONSENT, consent_id, "consent.emptied", actor, now)


def _bounds(name: str, now: datetime) -> dict[str, object]:
    period = STEPS[name]
    if name in ("prune_chat_iins", "prune_address_days", "prune_monitoring_days"):
        return {"day": (now - period).date().isoformat()}
    if name == "prune_room_use":
        return {"quarter": micros(now - period) // _QUARTER_US}
    bounds: dict[str, object] = {"before": micros(now - period)}
    if name in _PROVEN:
        return bounds | {"most": MOST}
    return bounds | {"now": micros(now)} if name == "prune_journals" else bounds


async def erase(
    tx: Tx, person_id: int, actor: str, now: datetime, *, conversation_id: int = _NO_CONVERSATION
) -> bool:
    """Erase a person's fields; ids, times, statuses and digests stay, and prove what happened (S40).

    What of theirs is still open is cancelled first: nobody can be told of it any more, and a time kept for
    them goes to whoever waits. `conversation_id` is the one in which it is asked for: it ends by itself.
    What if it runs twice: False, and nothing changes.
    """
    keys = await tx.row("erase_keys", person_id=person_id)
    if keys is None:
        return False
    # Read while it can still be opened.
    open_requests = [one for one in await requests.of_people(tx, [person_id]) if one.closed_at is None]
    # Nothing that anybody could look up, and unique as the column wants it.
    nothing = tx.keys.mac("erased", str(person_id).encode())[:_HASH_BYTES]
    tx.later("outbox_cancel_of_person", person_id=person_id)
    tx.later("challenges_end_of_person", person_id=person_id)
    tx.later("centre_mark_cancel_of_person", person_id=person_id, now=micros(now), actor=actor)
    tx.later("centre_cancel_of_person", person_id=person_id, now=micros(now))
    tx.later("document_cancel_of_person", person_id=person_id, now=micros(now))
    await training.cancel_of_person(tx, person_id, actor, now)
    tx.later("document_unsend_of_person", person_id=person_id)
    await consent_requests.end_of_person(tx, person_id, actor, now)
    if not await tx.rows("erase_person", person_id=person_id, nothing=nothing):
        return False
    for request in open_requests:
        await _cancel(tx, request, actor, now)
    for step in _ERASED:
        tx.later(f"erase_{step}", person_id=person_id)
    await _emptied(tx, await tx.rows("erase_consents", person_id=person_id, nothing=nothing), actor, now)
    for (request_id,) in await tx.rows("erase_consent_requests", person_id=person_id, nothing=nothing):
        await proofs.chain(tx, CONSENT_REQUEST, request_id, "consent_request.emptied", actor, now)
    _erase_around(tx, person_id, bytes(keys[0]), keys[1], conversation_id, now)
    await audit.append(tx, "person.erased", actor, f"person:{person_id}", {}, now)
    return True


def _erase_around(
    tx: Tx, person_id: int, subject: bytes, phone: bytes | None, conversation_id: int, now: datetime
) -> None:
    """What lies in the chats confirmed to be theirs, at their phone, and under the index of their IIN."""
    bound: dict[str, object] = {
        "person_id": person_id,
        "subject_index": subject,
        "phone_key": "" if phone is None else bytes(phone).hex(),
        "phone_index": None if phone is None else bytes(phone),
        "conversation_id": conversation_id,
        "now": micros(now),
    }
    for step in _AROUND:
        tx.later(f"erase_around_{step}", **bound)


async def _cancel(tx: Tx, request: RegisteredRequest, actor: str, now: datetime) -> None:
    closing = Changes(closed_at=now)
    if not await requests.move(tx, request.id, request.version, _CANCELLED, actor, now, closing):
        raise Clash("a request took a step meanwhile: run the transaction again")
    due.clear(tx, None, request.id)
    await waiting.leave(tx, request.id, now)
    freed = await slots.give_up(tx, request.id)
    if freed is not None:
        # Whether it is night at the clinic is for the clock of offers to see.
        due.set_due(tx, waiting.OFFER, freed.id, now)
