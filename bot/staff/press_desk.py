"""Where every press of staff comes first: whose it is, and which service's button was pressed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.attachments.book import AttachmentBook
from bot.attachments.presses import AttachmentPresses
from bot.bookings.book import Bookings
from bot.bookings.presses import BookingPresses
from bot.channels.events import StaffPress
from bot.channels.reactions import Reaction
from bot.journals.room import PAGES as JOURNAL_PAGES
from bot.journals.room import JournalRoom
from bot.schedules.room import PAGES, ScheduleRoom
from bot.staff.cards import Cards
from bot.staff.own_doctor import OwnDoctor
from bot.staff.press import NO_REQUEST, BadPress, Press, Verb
from bot.staff.presses import Presses
from bot.staff.rights import line_to, to_stranger
from dialogs.engine import T
from rules.law import rule
from storage import staff
from storage.database import Tx
from storage.staff import Member


@dataclass(frozen=True, slots=True)
class PressDesk:
    """Hands a press to the one that answers it, within the transaction of its inbox row."""

    cards: Cards
    calls: Presses
    bookings: Bookings
    visits: BookingPresses
    book: AttachmentBook
    attachments: AttachmentPresses
    schedule: ScheduleRoom
    own: OwnDoctor
    journals: JournalRoom

    @rule("HC-17")
    async def answer(self, tx: Tx, event: StaffPress, now: datetime) -> Reaction:
        """What a press comes to. Whoever may not, is told so, and nothing else happens (S33)."""
        members = await staff.members_of(tx, event.user_id)
        if not members:
            return to_stranger(self.cards, event.chat_id, event.user_id, now)
        try:
            return await self._handed(tx, event, members, now)
        except BadPress:
            return line_to(self.cards, members[0], T("staff.not_yours"), "forged")

    async def _handed(
        self, tx: Tx, event: StaffPress, members: tuple[Member, ...], now: datetime
    ) -> Reaction:
        press = Press.parse(event.data)
        if press.request_id == NO_REQUEST and press.verb is Verb.I_AM:
            return await self.own.pressed(tx, event, press, members, now)
        if press.request_id == NO_REQUEST and press.verb in JOURNAL_PAGES:
            return await self.journals.pressed(tx, event, press, members, now)
        if press.request_id == NO_REQUEST:
            if press.verb not in PAGES:
                raise BadPress
            return await self.schedule.pressed(tx, event, press, members, now)
        booking = await self.bookings.booking(tx, press.request_id)
        if booking is not None:
            return await self.visits.answer(tx, event, press, booking, members, now)
        asked = await self.book.asked(tx, press.request_id)
        if asked is not None:
            return await self.attachments.answer(tx, event, press, asked, members, now)
        return await self.calls.answer(tx, event, press, members, now)
