"""Where every press of staff comes first: whose it is, and which room's or which service's button it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.attachments.presses import AttachmentPresses
from bot.bookings.presses import BookingPresses
from bot.channels.events import StaffPress
from bot.channels.reactions import Reaction
from bot.desk.aloud import Aloud
from bot.staff.parts import Parts
from bot.staff.press import NO_REQUEST, BadPress, Press
from bot.staff.presses import Presses
from bot.staff.rights import line_to, to_stranger
from bot.staff.rooms import Room
from bot.work.pages import QueuePages
from bot.work.way_back import with_way_back
from dialogs.engine import T
from rules.law import rule
from storage import staff
from storage.database import Tx
from storage.staff import Member


@dataclass(frozen=True, slots=True)
class PressDesk:
    """Hands a press to the one that answers it, within the transaction of its inbox row."""

    parts: Parts
    rooms: Sequence[Room]

    @rule("HC-17")
    async def answer(self, tx: Tx, event: StaffPress, now: datetime) -> Reaction:
        """What a press comes to. Whoever may not, is told so, and nothing else happens (S33)."""
        members = await staff.members_of(tx, event.user_id)
        if not members:
            return to_stranger(self.parts.cards, event.chat_id, event.user_id, now)
        try:
            reaction = await self._handed(tx, event, members, now)
            return await self._aloud(tx, event, reaction, now)
        except BadPress:
            return line_to(self.parts.cards, members[0], T("staff.not_yours"), "forged")

    async def _aloud(self, tx: Tx, event: StaffPress, reaction: Reaction, now: datetime) -> Reaction:
        """An answer to a request that a registrar entered is read aloud to whoever waits for it."""
        spoken = await Aloud(self.parts).answered(tx, Press.parse(event.data).request_id, now)
        return replace(reaction, parcels=(*reaction.parcels, *spoken)) if spoken else reaction

    async def _handed(
        self, tx: Tx, event: StaffPress, members: tuple[Member, ...], now: datetime
    ) -> Reaction:
        press = Press.parse(event.data)
        room = next((one for one in self.rooms if press.verb in one.verbs), None)
        if room is not None:
            return await room.pressed(tx, event, press, members, now)
        if press.request_id == NO_REQUEST:
            raise BadPress
        reaction = await self._on_card(tx, event, press, members, now)
        return with_way_back(QueuePages(self.parts.cards), event, press, members, reaction)

    async def _on_card(
        self, tx: Tx, event: StaffPress, press: Press, members: tuple[Member, ...], now: datetime
    ) -> Reaction:
        parts = self.parts
        booking = await parts.bookings.booking(tx, press.request_id)
        if booking is not None:
            visits = BookingPresses(parts.visits, parts.booking_cards)
            return await visits.answer(tx, event, press, booking, members, now)
        asked = await parts.attachment_book.asked(tx, press.request_id)
        if asked is not None:
            attachments = AttachmentPresses(parts.attachments, parts.attachment_cards)
            return await attachments.answer(tx, event, press, asked, members, now)
        calls = Presses(parts.feed, parts.calls, parts.cards)
        return await calls.answer(tx, event, press, members, now)
