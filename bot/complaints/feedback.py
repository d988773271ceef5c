"""Words without a name: whoever answers for complaints at the clinic learns of new ones (G-60)."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.sending.by_day import by_day
from bot.staff.cards import Cards
from bot.staff.feed import said
from dialogs.engine import T
from rules.clinics import Clinic
from rules.law import rule
from rules.staff_roles import Role
from storage import staff
from storage.database import Reader
from storage.outbox import Parcel
from storage.staff import Member

_READ_BY: Final[tuple[Role, ...]] = ("officer", "head", "administrator")
"""The first of these roles that the clinic has reads them."""


@rule("G-60")
async def to_officers(reader: Reader, clinic: Clinic, cards: Cards, now: datetime) -> tuple[Parcel, ...]:
    """That there are new words, and where they are read; once an hour, however many, and not at night."""
    told = tuple(
        said(
            one.telegram_id,
            cards.render(T("complaint.feedback_new"), one.locale),
            dedupe=f"feedback:{clinic.no}:{one.telegram_id}:{now:%Y%m%d%H}",
        )
        for one in await _readers(reader, clinic.no)
    )
    return by_day(told, now, ZoneInfo(clinic.zone))


async def _readers(reader: Reader, clinic_no: int) -> tuple[Member, ...]:
    for role in _READ_BY:
        found = await staff.of_clinic(reader, clinic_no, role)
        if found:
            return tuple(found)
    return ()
