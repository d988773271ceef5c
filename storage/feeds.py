"""What programs read of a clinic: the tokens that let them, and the steps of its requests without people."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from rules.clock import Secrets
from storage import audit
from storage.database import Reader, Tx
from storage.instants import day, instant, micros

_TOKEN_BYTES: Final = 24
NEWEST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a request; ``id`` rises with time, and is where the next page begins."""

    id: int
    at: datetime
    request_id: int
    mark: int
    number: str
    service: str
    status: str
    note_code: str | None
    visit_day: date | None


async def new_token(tx: Tx, clinic_no: int, actor: str, now: datetime, secrets: Secrets) -> str:
    """A fresh token for the clinic's feed; only its hash is kept. Twice: two tokens, and both are good.

    Raises Clash at the commit for a clinic that is not in the registry.
    """
    token = secrets.token(_TOKEN_BYTES).hex()
    tx.later("feed_token_add", token_hash=_hashed(token), clinic_no=clinic_no, now=micros(now))
    await audit.append(tx, "feed.token_made", actor, f"clinic:{clinic_no}", {}, now)
    return token


async def revoke(tx: Tx, clinic_no: int, actor: str, now: datetime) -> int:
    """End every token of the clinic; how many there were. Twice: 0."""
    ended = len(await tx.rows("feed_tokens_revoke", clinic_no=clinic_no, now=micros(now)))
    if ended:
        await audit.append(tx, "feed.tokens_revoked", actor, f"clinic:{clinic_no}", {"tokens": ended}, now)
    return ended


async def may_read(reader: Reader, clinic_no: int, token: str) -> bool:
    """True if the token is one of that clinic's; found by its hash, so that time tells nothing of it."""
    rows = await reader.rows("feed_token_good", token_hash=_hashed(token), clinic_no=clinic_no)
    return bool(rows)


async def steps(reader: Reader, clinic_no: int, most: int, before: int = NEWEST) -> tuple[Step, ...]:
    """The clinic's newest steps whose id is below ``before``, at most so many, the newest first."""
    rows = await reader.rows("feed_events", clinic_no=clinic_no, most=most, before=before)
    return tuple(
        Step(row[0], instant(row[1]), row[2], row[3], row[4], row[5], row[6], row[7], day(row[8]))
        for row in rows
    )


def _hashed(token: str) -> str:
    # The token is random and long: no key is needed to keep it from being guessed, and none can rotate away.
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
