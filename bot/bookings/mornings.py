"""The list of the day that comes to a doctor by itself, half an hour before the first time of each day.

Whoever has just said which doctor they are gets the present or the next day at once. On a day off nothing
comes: a day is one on which there are times.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.bookings.feed import BookingFeed
from bot.staff.press import doctor_key
from bot.staff.rights import CLOCK
from rules.appointment import LIST_BEFORE
from rules.law import rule
from storage import audit, due, registry, slots, staff
from storage.database import Tx
from storage.outbox import Parcel
from storage.staff import Member

MORNING: Final = "doctor_morning"
"""Due kind, subject a Telegram id: the doctor's days are to be looked at, whether a list is to go."""

_TODAY_AND_NEXT: Final = 2
_FIRST: Final = "first"
_BY_ITSELF: Final = "morning"


def look_again(tx: Tx, telegram_ids: Iterable[int], now: datetime) -> None:
    """Have these doctors' days looked at by the next tick. Twice: one look."""
    for telegram_id in telegram_ids:
        due.set_due(tx, MORNING, telegram_id, now)


@dataclass(frozen=True, slots=True)
class Mornings:
    """Sends the lists that nobody asked for."""

    feed: BookingFeed

    async def of_clinic(self, tx: Tx, clinic_no: int, now: datetime) -> None:
        """The clinic's times were made anew: all its doctors' days are to be looked at."""
        doctors = await staff.of_clinic(tx, clinic_no, "doctor")
        look_again(tx, (one.telegram_id for one in doctors if one.doctor_no is not None), now)

    @rule("AP-18")
    async def send(self, tx: Tx, telegram_id: int, now: datetime) -> Sequence[Parcel]:
        """The lists that are due for that person, and when to look again.

        What if it runs twice: a list of a day is sent by itself once.
        """
        parcels, looks = list[Parcel](), list[datetime]()
        for member in await staff.members_of(tx, telegram_id):
            if member.role == "doctor" and member.doctor_no is not None:
                parcels += await self._of(tx, member, member.doctor_no, looks, now)
        if looks:
            due.set_due(tx, MORNING, telegram_id, min(looks))
        return parcels

    async def _of(
        self, tx: Tx, member: Member, doctor_no: str, looks: list[datetime], now: datetime
    ) -> list[Parcel]:
        parcels = []
        days = await slots.days_to_work(tx, doctor_no, member.clinic_no, now, _TODAY_AND_NEXT)
        is_new = not await self.feed.has_list(tx, member.clinic_no, doctor_no, member.telegram_id)
        for place, (on, begins) in enumerate(days):
            at = begins - LIST_BEFORE.delta
            if at <= now:
                parcels += await self._list(tx, member, doctor_no, on, _BY_ITSELF, now)
                continue
            looks.append(at)
            if is_new and place == 0:
                parcels += await self._list(tx, member, doctor_no, on, _FIRST, now)
        return parcels

    async def _list(
        self, tx: Tx, member: Member, doctor_no: str, on: date, which: str, now: datetime
    ) -> list[Parcel]:
        clinic_no, chat = member.clinic_no, member.telegram_id
        doctor, key = await registry.doctor(tx, doctor_no), f"{which}:{chat}"
        if doctor is None or await self.feed.has_list_of(tx, clinic_no, doctor_no, chat, on, key):
            return []
        await self.feed.directory.refresh(tx)
        clinic = self.feed.directory.clinics[clinic_no]
        facts: dict[str, str | int] = {"day": on.isoformat(), "doctor": doctor_key(doctor_no)}
        await audit.append(tx, "appointment.list_sent", CLOCK, f"staff:{chat}", facts, now)
        return [await self.feed.asked_list(tx, clinic, doctor, on, (chat, member.locale), key, now)]
