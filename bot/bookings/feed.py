"""The appointments in a clinic's group, and the doctors' lists of the day in private chats: kept true."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.bookings.book import Booking, Bookings, is_booking
from bot.bookings.cards import BookingCards, Listed
from bot.channels import telegram
from bot.channels.screens import Screen
from bot.rounds.looking import look_again_of
from bot.staff.feed import UNTIL_POSTED, edited, placed, said
from bot.staff.press import doctor_key
from bot.staff.topics import topic_of
from dialogs.engine import T
from rules.appointment import may_be_withdrawn
from rules.clinics import Clinic
from rules.doctors import Doctor
from rules.law import Service
from rules.people import Language
from rules.slots import Slot
from storage import due, feed, registry, requests, schedules, slots, staff
from storage.database import Reader, Tx
from storage.feed import PostedCard
from storage.outbox import Parcel
from storage.registry import Directory

REDRAW: Final = "visit_redraw"
"""Due kind, subject a request: its line in the group is to be drawn anew."""

BEGINS: Final = "visit_begins"
"""Due kind, subject a request: its time has come, so the list of the day asks who came."""

LIST_REDRAW: Final = "visit_list_redraw"
"""Due kind, subject a time: the lists of its doctor's day are to be drawn anew."""

DAY_LIST: Final = "day_list"

_SOON: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class BookingFeed:
    """Puts lines and lists down, and keeps them true."""

    bookings: Bookings
    cards: BookingCards

    @property
    def directory(self) -> Directory:
        """Clinics and calendar."""
        return self.bookings.directory

    async def refresh(self, tx: Tx, booking: Booking, now: datetime) -> tuple[Parcel, ...]:
        """The booking's line in its group as it stands now; its button goes when the term is over."""
        group = await staff.group_of(tx, booking.clinic.no)
        if group is None:
            return ()
        if may_be_withdrawn(booking.status, booking.answer_due, now):
            due.set_due(tx, REDRAW, booking.id, booking.answer_due + _SOON)
        no_shows = await self.bookings.no_shows(tx, booking, now)
        screen = self.cards.card(booking, group.locale, now, no_shows)
        topic = topic_of(self.cards.say, Service.APPOINTMENT, group.locale)
        return await placed(tx, booking.id, group.chat_id, screen, REDRAW, now, topic)

    async def told(
        self, tx: Tx, clinic_no: int, words: T, request_id: int | None = None
    ) -> tuple[Parcel, ...]:
        """A new message in the group: unlike an edit, it makes a sound."""
        group = await staff.group_of(tx, clinic_no)
        if group is None:
            return ()
        topic = topic_of(self.cards.say, Service.APPOINTMENT, group.locale)
        return (said(group.chat_id, self.cards.say(words, group.locale), request_id, topic=topic),)

    async def post_waiting(self, tx: Tx, clinic_no: int, now: datetime) -> tuple[Parcel, ...]:
        """The lines of every open booking that can still be withdrawn, for a group just linked."""
        parcels: list[Parcel] = []
        for request in await requests.open_of_clinic(tx, clinic_no):
            if is_booking(request) and request.answer_due is not None and now <= request.answer_due:
                parcels += await self.refresh(tx, await self.bookings.of(tx, request), now)
        return tuple(parcels)

    async def asked_list(
        self,
        tx: Tx,
        clinic: Clinic,
        doctor: Doctor,
        on: date,
        chat: tuple[int, Language],
        which: int | str,
        now: datetime,
    ) -> Parcel:
        """The list of the day as a new message in a linked person's chat (id and language).

        ``which`` is the inbox row that asked for it, or what else brought it: twice, and it is put down once.
        """
        screen, held_until = await self._drawn(tx, clinic, doctor, on, chat[1], now)
        key = f"{_lists_of(clinic.no, doctor.doctor_no, on)}{which}"
        slot = None if held_until is None else await self._one_of(tx, clinic, doctor.doctor_no, on)
        if slot is not None and held_until is not None:
            due.set_due(tx, LIST_REDRAW, slot.id, held_until)
        return telegram.parcel_for(chat[0], screen, kind=DAY_LIST, dedupe=key)

    async def has_list(self, reader: Reader, clinic_no: int, doctor_no: str, chat: int) -> bool:
        """True if any list of that doctor was put down in the chat."""
        prefix = f"day:{clinic_no}:{doctor_key(doctor_no)}:"
        return chat in await feed.newest_in_chats(reader, prefix)

    async def has_list_of(
        self, reader: Reader, clinic_no: int, doctor_no: str, chat: int, on: date, which: str
    ) -> bool:
        """True if the list of that day that ``which`` brings was put down in the chat."""
        prefix = f"{_lists_of(clinic_no, doctor_no, on)}{which}"
        return chat in await feed.newest_in_chats(reader, prefix)

    async def changed(self, tx: Tx, times: Iterable[Slot | None], now: datetime) -> None:
        """Have every list that shows one of these times drawn anew by the next tick.

        Not at once: a list is read whole, and whoever books should not wait for that.
        """
        days = {(one.clinic_no, one.doctor_no, one.day): one for one in times if one is not None}
        for slot in days.values():
            await look_again_of(tx, slot.doctor_no, now)
            if await self._posted(tx, slot):
                due.set_due(tx, LIST_REDRAW, slot.id, now)

    async def lists(self, tx: Tx, slot: Slot, now: datetime) -> tuple[Parcel, ...]:
        """The lists of that time's day as they stand now: an edit wherever one was asked for."""
        await look_again_of(tx, slot.doctor_no, now)
        posted = await self._posted(tx, slot)
        doctor = await registry.doctor(tx, slot.doctor_no) if posted else None
        if doctor is None:
            return ()
        await self.directory.refresh(tx)
        clinic = self.directory.clinics[slot.clinic_no]
        readers = {one.telegram_id: one.locale for one in await staff.of_clinic(tx, slot.clinic_no)}
        screens = {
            language: await self._drawn(tx, clinic, doctor, slot.day, language, now)
            for language in {readers[chat] for chat in posted if chat in readers}
        }
        again = [held_until for _, held_until in screens.values() if held_until is not None]
        if any(one.message_id is None and one.status == "waiting" for one in posted.values()):
            again.append(now + UNTIL_POSTED)
        if again:
            due.set_due(tx, LIST_REDRAW, slot.id, min(again))
        return tuple(
            edited(chat, one.message_id, screens[readers[chat]][0], None)
            for chat, one in posted.items()
            if one.message_id is not None and chat in readers
        )

    async def _posted(self, reader: Reader, slot: Slot) -> dict[int, PostedCard]:
        return await feed.newest_in_chats(reader, _lists_of(slot.clinic_no, slot.doctor_no, slot.day))

    async def _drawn(
        self, reader: Reader, clinic: Clinic, doctor: Doctor, on: date, language: Language, now: datetime
    ) -> tuple[Screen, datetime | None]:
        """The list, and when the first of the holds on it ends."""
        listed, ends = await self._times(reader, clinic, doctor, on, now)
        return self.cards.day(clinic, doctor, on, listed, language, now), ends

    async def listed(
        self, reader: Reader, clinic: Clinic, doctor: Doctor, on: date, now: datetime
    ) -> list[Listed]:
        """The times of that day of the doctor's, free or whose they are."""
        return (await self._times(reader, clinic, doctor, on, now))[0]

    async def _times(
        self, reader: Reader, clinic: Clinic, doctor: Doctor, on: date, now: datetime
    ) -> tuple[list[Listed], datetime | None]:
        times = await schedules.day_of_doctor(reader, clinic, self.directory.calendar, doctor.doctor_no, on)
        listed = []
        for one in times:
            booking = (
                await self.bookings.booking(reader, one.request_id) if one.request_id is not None else None
            )
            if booking is None and one.request_id is not None:
                continue  # Erased: the time is not free, and nothing is left to be said of it.
            no_shows = 0 if booking is None else await self.bookings.no_shows(reader, booking, now)
            held = one.held_until is not None and one.held_until > now
            listed.append(Listed(one.slot, booking, no_shows, held))
        ends = [one.held_until for one in times if one.held_until is not None and one.held_until > now]
        return listed, min(ends, default=None)

    async def _one_of(self, reader: Reader, clinic: Clinic, doctor_no: str, on: date) -> Slot | None:
        return await slots.one_between(
            reader, doctor_no, *clinic.schedule(self.directory.calendar).bounds(on)
        )


def _lists_of(clinic_no: int, doctor_no: str, on: date) -> str:
    """How the keys of all lists of that day begin."""
    return f"day:{clinic_no}:{doctor_key(doctor_no)}:{on.isoformat()}:"
