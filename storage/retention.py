"""Retention: what is kept how long, and how one person's fields are erased for good.

The periods are working values until a lawyer sets them (G-70): requests, consents and register entries 5
years, codes 24 hours, message texts 90 days. Papers and attachments that ended are register entries: both
prove where somebody was in care, and terms of free choice look back a year at most. The audit chain is kept
for ever: it names nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from storage import audit, due, requests, slots, waiting
from storage.database import Database, Tx
from storage.errors import Clash
from storage.instants import micros
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
    "prune_chat_iins": CODES,
    "prune_phantom_consents": CODES,
    "prune_staff_codes": CODES,
    "prune_invitations": CODES,
    "prune_staff_left": MESSAGES,
    "prune_guards": MESSAGES,
    "prune_inbox_bodies": MESSAGES,
    "prune_inbox": MESSAGES,
    "prune_outbox_bodies": MESSAGES,
    "prune_journals": MESSAGES,
    "prune_consents": RECORDS,
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
}
"""What is removed or emptied, in this order, and how long it is kept before."""

_ERASED: Final = (
    "inbox",
    "outbox",
    "papers",
    "requests",
    "consents",
    "guardians",
    "chats",
    "work_questions",
    "work_notes",
    "visit_checks",
    "hand_identities",
)
"""What of theirs is emptied beside the person's own row."""

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
    removed = {}
    for name in STEPS:
        async with db.transaction() as tx:
            removed[name.removeprefix("prune_")] = await prune_step(tx, name, now)
    return Pruned(removed)


async def prune_step(tx: Tx, name: str, now: datetime) -> int:
    """Do the step of `STEPS` by that name; how many rows it removed or emptied. Twice: zero."""
    return len(await tx.rows(name, **_bounds(name, now)))


def _bounds(name: str, now: datetime) -> dict[str, object]:
    period = STEPS[name]
    if name == "prune_chat_iins":
        return {"day": (now - period).date().isoformat()}
    if name == "prune_room_use":
        return {"quarter": micros(now - period) // _QUARTER_US}
    bounds: dict[str, object] = {"before": micros(now - period)}
    return bounds | {"now": micros(now)} if name == "prune_journals" else bounds


async def erase(tx: Tx, person_id: int, actor: str, now: datetime) -> bool:
    """Erase a person's fields; ids, times, statuses and digests stay, and prove what happened (S40).

    What of theirs is still open is cancelled first: nobody can be told of it any more, and a time kept for
    them goes to whoever waits. What if it runs twice: False, and nothing changes.
    """
    # Read while it can still be opened.
    open_requests = [one for one in await requests.of_people(tx, [person_id]) if one.closed_at is None]
    # Nothing that anybody could look up, and unique as the column wants it.
    nothing = tx.keys.mac("erased", str(person_id).encode())[:_HASH_BYTES]
    tx.later("outbox_cancel_of_person", person_id=person_id)
    tx.later("challenges_end_of_person", person_id=person_id)
    if not await tx.rows("erase_person", person_id=person_id, nothing=nothing):
        return False
    for request in open_requests:
        await _cancel(tx, request, actor, now)
    for step in _ERASED:
        tx.later(f"erase_{step}", person_id=person_id)
    await audit.append(tx, "person.erased", actor, f"person:{person_id}", {}, now)
    return True


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
