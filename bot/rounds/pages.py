"""The page of a doctor's day in their chat: it comes by itself in the morning, and follows what changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.channels.screens import Screen
from bot.channels.telegram import parcel_for
from bot.rounds.book import Day, RoundsBook
from bot.rounds.cards import RoundsCards
from bot.rounds.looking import ROUNDS
from bot.staff.feed import UNTIL_POSTED, edited
from bot.staff.press import doctor_key
from bot.staff.rights import ROUNDS_ROLES, actor_of
from rules.law import rule
from rules.rounds import comes_at
from storage import audit, due, feed, rounds, staff
from storage.database import Reader, Tx
from storage.feed import PostedCard
from storage.outbox import Parcel
from storage.staff import Member

PAGE: Final = "doctor_rounds"
_BY_ITSELF: Final = "itself"
_TODAY_AND_NEXT: Final = 2


@dataclass(frozen=True, slots=True)
class RoundsPages:
    """Puts pages down, and keeps them true."""

    book: RoundsBook
    cards: RoundsCards

    @rule("HC-17")
    async def follow(self, tx: Tx, telegram_id: int, now: datetime) -> Sequence[Parcel]:
        """That doctor's pages as they stand now; the first of a day comes by itself, once.

        What if it runs twice: the same edit again.
        """
        parcels, looks = list[Parcel](), list[datetime]()
        for member in await staff.members_of(tx, telegram_id):
            if member.role in ROUNDS_ROLES and member.doctor_no is not None:
                parcels += await self._of(tx, member, member.doctor_no, looks, now)
        if looks:
            due.set_due(tx, ROUNDS, telegram_id, min(looks))
        return parcels

    async def asked(self, tx: Tx, member: Member, doctor_no: str, which: int, now: datetime) -> Parcel | None:
        """The page as a new message; ``which`` is the inbox row that asked for it. Twice: one message.

        None where the doctor is in the clinic's list no more.
        """
        day = await self.today(tx, member, doctor_no, now, None)
        return None if day is None else await self._sent(tx, member, day, str(which), now)

    async def today(
        self, reader: Reader, member: Member, doctor_no: str, now: datetime, wanted: int | None
    ) -> Day | None:
        """The doctor's present day, with the visit ``wanted`` shown whole."""
        clinic = await self.book.clinic(reader, member.clinic_no)
        on = clinic.local(now).date()
        return await self.book.day(reader, clinic, doctor_no, on, now, wanted)

    async def drawn(self, tx: Tx, member: Member, day: Day, now: datetime) -> Screen:
        """The page; whose record is opened by it is put on record with it, and by whom it is read.

        A page that comes or changes by itself is read by its doctor all the same.
        """
        actor = actor_of(member.telegram_id)
        if day.chosen is not None:
            facts: dict[str, str | int] = {"reason": "rounds", "version": day.chosen.version}
            subject = f"request:{day.chosen.id}"
            await audit.append(tx, "home_call.details_opened", actor, subject, facts, now)
        if day.patients:
            listed: dict[str, str | int] = {"reason": "rounds", "day": day.on.isoformat()}
            subject = f"staff:{member.telegram_id}"
            await audit.append(tx, "appointment.list_opened", actor, subject, listed, now)
        return self.cards.page(day, member.locale, now)

    async def is_posted(self, reader: Reader, member: Member, doctor_no: str, on: date) -> bool:
        """True if that day's page was put down in the member's chat."""
        return await self._posted(reader, member, doctor_no, on) is not None

    async def _of(
        self, tx: Tx, member: Member, doctor_no: str, looks: list[datetime], now: datetime
    ) -> list[Parcel]:
        clinic = await self.book.clinic(tx, member.clinic_no)
        schedule = clinic.schedule(self.book.calls.directory.calendar)
        today = clinic.local(now).date()
        days = await rounds.days_to_visit(tx, clinic.no, doctor_no, today, _TODAY_AND_NEXT)
        left_over = await rounds.are_left_over(tx, clinic.no, doctor_no, today)
        if left_over and schedule.opening(today) is not None:
            days = (today, *days)
        if left_over or today in days:
            # What is not made by then stands first on the page of the next morning (G-72).
            looks.append(comes_at(schedule, today + timedelta(days=1)))
        looks += [at for at in (comes_at(schedule, one) for one in days) if at > now]
        posted = await self._posted(tx, member, doctor_no, today)
        if posted is None and (today not in days or comes_at(schedule, today) > now):
            return []
        if posted is not None and posted.message_id is None:
            looks += [now + UNTIL_POSTED] if posted.status == "waiting" else []
            return []
        day = await self.today(tx, member, doctor_no, now, None)
        if day is None:
            return []
        if posted is None:
            return [await self._sent(tx, member, day, _BY_ITSELF, now)]
        screen = await self.drawn(tx, member, day, now)
        return [edited(member.telegram_id, posted.message_id or 0, screen, None)]

    async def _sent(self, tx: Tx, member: Member, day: Day, which: str, now: datetime) -> Parcel:
        screen = await self.drawn(tx, member, day, now)
        key = f"{_pages_of(member, day.doctor.doctor_no, day.on)}{which}"
        return parcel_for(member.telegram_id, screen, kind=PAGE, dedupe=key)

    async def _posted(self, reader: Reader, member: Member, doctor_no: str, on: date) -> PostedCard | None:
        chats = await feed.newest_in_chats(reader, _pages_of(member, doctor_no, on))
        return chats.get(member.telegram_id)


def _pages_of(member: Member, doctor_no: str, on: date) -> str:
    """How the keys of all pages of that day in the member's chat begin."""
    return f"rounds:{member.clinic_no}:{doctor_key(doctor_no)}:{on.isoformat()}:{member.telegram_id}:"
