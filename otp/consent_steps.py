"""Steps that asking and answering share: how both records move on, and what is kept instead of a code."""

from datetime import datetime
from typing import Final

from rules.third_party import ConsentState
from storage import outbox, proofs
from storage.addresses import Address, stored_key
from storage.consent_requests import ConsentRequest
from storage.database import Tx
from storage.instants import micros
from storage.keys import KeyRing
from storage.proofs import CONSENT, CONSENT_REQUEST

END: Final = "consent_end"
"""Due kind, subject a request for consent: waiting is over, and the asker's side is told."""


async def end_unanswered(
    tx: Tx, request: ConsentRequest, state: ConsentState, actor: str, now: datetime
) -> bool:
    """End a request that nobody answered, and its consent with it. False if it was answered. Twice: False."""
    if not await tx.rows("consent_request_end", id=request.id, state=state, now=micros(now)):
        return False
    outbox.cancel_for_challenge(tx, request.consent_id)
    tx.later("consent_lost", id=request.consent_id, now=micros(now))
    await chain(tx, request.consent_id, request.id, state, actor, now)
    return True


async def chain(tx: Tx, consent_id: int, request_id: int, what: str, actor: str, now: datetime) -> None:
    """Every step of both records is bound into the audit chain (S29)."""
    await proofs.chain(tx, CONSENT, consent_id, f"consent.{what}", actor, now)
    await proofs.chain(tx, CONSENT_REQUEST, request_id, f"consent_request.{what}", actor, now)


def code_hash(keys: KeyRing, request_id: int, secret: bytes) -> bytes:
    """What is kept instead of a code: keyed, and bound to its request (S21)."""
    return keys.mac("consent code", str(request_id).encode(), secret)


def chat_index(keys: KeyRing, address: Address) -> bytes:
    """How a chat is recognised as the asker's own."""
    return keys.blind("asker", f"{address.channel}:{stored_key(keys, address)}")
