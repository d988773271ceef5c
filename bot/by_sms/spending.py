"""What one phone costs in a day, where it is answered beside a conversation: nobody runs up a bill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.by_sms.limits import ANSWERS_PER_DAY
from rules.days import country_day
from storage import button_phones
from storage.addresses import Address
from storage.database import Tx
from storage.outbox import Parcel


async def affordable(tx: Tx, phone: Address, parcels: Sequence[Parcel], now: datetime) -> tuple[Parcel, ...]:
    """The parcels, without those to that phone once its day has had all its answers (S24)."""
    today = country_day(now)
    seen = await button_phones.day_of(tx, phone, today)
    answers = sum(parcel.address == phone for parcel in parcels)
    if seen.answers + answers > ANSWERS_PER_DAY.value:
        return tuple(parcel for parcel in parcels if parcel.address != phone)
    button_phones.keep_day(tx, phone, today, replace(seen, answers=seen.answers + answers))
    return tuple(parcels)
