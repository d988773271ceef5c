"""What the house does by itself every night: it seals the journals, and takes away what was kept long enough.

Each step is a due row of its own, a minute after the one before, so that none holds up a citizen for long,
and a night on which the service was down is made up for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final

import structlog

from rules.days import COUNTRY_ZONE
from storage import due, journal_seals, retention
from storage.database import Tx
from storage.outbox import Parcel

PRUNE: Final = "prune"
SEAL: Final = "journal_seal"

CLOCK: Final = "clock"
"""Who acts at night, as the audit names them."""

_STARTS: Final = time(3, 0)
"""Our judgement: no clinic is open then."""
_APART: Final = timedelta(minutes=1)
_STEPS: Final = tuple(retention.STEPS)

log = structlog.get_logger()


def begin(tx: Tx, now: datetime) -> None:
    """Set every step that was never set for the coming night. Twice: nothing more."""
    due.begin(tx, SEAL, 0, _night_after(now, 0))
    for step in range(len(_STEPS)):
        due.begin(tx, PRUNE, step, _night_after(now, step))


async def prune(tx: Tx, step: int, now: datetime) -> Sequence[Parcel]:
    """Do one step, and set it for the next night; within the transaction that takes its row.

    A minute later where there is very much.
    """
    if step >= len(_STEPS):
        return ()
    taken = await retention.prune_step(tx, _STEPS[step], now)
    more = retention.is_unfinished(_STEPS[step], taken)
    due.set_due(tx, PRUNE, step, now + _APART if more else _night_after(now, step))
    log.info("nightly.pruned", step=_STEPS[step], rows=taken)
    return ()


async def seal(tx: Tx, subject: int, now: datetime) -> Sequence[Parcel]:
    """Seal what was entered in the journals; the rest a minute later where there is very much."""
    del subject
    sealed = await journal_seals.seal_some(tx, now, CLOCK)
    again = now + _APART if sealed >= journal_seals.MOST else _night_after(now, 0)
    due.set_due(tx, SEAL, 0, again)
    return ()


def _night_after(now: datetime, step: int) -> datetime:
    local = now.astimezone(COUNTRY_ZONE)
    tonight = datetime.combine(local.date(), _STARTS, COUNTRY_ZONE) + step * _APART
    return tonight if tonight > now else tonight + timedelta(days=1)
