"""Whose page of visits is to be looked at by the next tick; a page is read whole, so no step waits for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from storage import due, staff
from storage.database import Tx

ROUNDS: Final = "doctor_rounds"
"""Due kind, subject a Telegram id: that doctor's page of visits is to follow what changed, or to come."""


def look_again(tx: Tx, telegram_ids: Iterable[int], now: datetime) -> None:
    """Have the pages of these people looked at. Twice: one look."""
    for telegram_id in telegram_ids:
        due.set_due(tx, ROUNDS, telegram_id, now)


async def look_again_of(tx: Tx, doctor_no: str, now: datetime) -> None:
    """Have the pages of whoever is that doctor looked at. Twice: one look."""
    look_again(tx, await staff.of_doctor(tx, doctor_no), now)
