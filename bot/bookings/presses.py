"""Presses on appointments: a booking withdrawn on a legal ground, and whether the patient came.

As with calls, a press is bound to the booking and its version, so of two who press at once one is first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.bookings.book import Booking
from bot.bookings.cards import BookingCards
from bot.bookings.notices import CAME, MISSED, REFUSED
from bot.bookings.steps import BookingSteps, Stepped
from bot.channels.events import StaffPress
from bot.channels.reactions import Reaction
from bot.channels.screens import Screen
from bot.staff.cards import ground_offered
from bot.staff.feed import edited
from bot.staff.press import BadPress, Press, Verb
from bot.staff.rights import ALL_ROLES, REGISTRY_ROLES, Presser, line_to, presser
from dialogs.engine import T
from rules.appointment import may_be_withdrawn
from rules.booking_status import BookingStatus
from rules.law import GroundCode, Service, rule
from storage.database import Tx
from storage.outbox import Parcel
from storage.staff import Member

_WITHDRAWING: Final = frozenset({Verb.CARD, Verb.GROUNDS, Verb.REFUSAL, Verb.REFUSE})
_JUDGED: Final = {
    Verb.CAME: (BookingStatus.CAME, CAME),
    Verb.MISSED: (BookingStatus.DID_NOT_COME, MISSED),
}


@dataclass(frozen=True, slots=True)
class _Pressing:
    event: StaffPress
    press: Press
    booking: Booking
    who: Presser
    now: datetime


@dataclass(frozen=True, slots=True)
class BookingPresses:
    """Answers presses on bookings, each within the transaction of its inbox row."""

    steps: BookingSteps
    cards: BookingCards

    async def answer(
        self,
        tx: Tx,
        event: StaffPress,
        press: Press,
        booking: Booking,
        members: Sequence[Member],
        now: datetime,
    ) -> Reaction:
        """What a press comes to. Raises BadPress for whoever has no business with this booking."""
        who = await presser(tx, event.chat_id, event.user_id, event.private, booking.clinic.no, members)
        pressing = _Pressing(event, press, booking, who, now)
        if press.verb in _JUDGED:
            return await self._judge(tx, pressing)
        if press.verb not in _WITHDRAWING:
            raise BadPress
        if not who.roles & REGISTRY_ROLES:
            return self._line(pressing, T("staff.registry_only"), "wrong_role")
        return await self._withdraw(tx, pressing)

    async def _withdraw(self, tx: Tx, pressing: _Pressing) -> Reaction:
        """Turn the line's pages, or withdraw; what cannot be withdrawn any more is drawn as it stands."""
        booking, now = pressing.booking, pressing.now
        stands = may_be_withdrawn(booking.status, booking.answer_due, now)
        if not stands or pressing.press.version != booking.version:
            return await self._moved_on(tx, pressing)
        verb, tongue = pressing.press.verb, pressing.who.tongue
        if verb is Verb.CARD:
            return Reaction("turned", await self._as_it_stands(tx, pressing))
        if verb is Verb.GROUNDS:
            return self._turned(pressing, self.cards.grounds(booking, tongue, now))
        ground = self._ground(pressing)
        if verb is Verb.REFUSAL:
            return self._turned(pressing, self.cards.refusal(booking, tongue, now, ground))
        done = await self.steps.refuse(tx, booking, ground, pressing.who.actor, now)
        return await self._after(tx, pressing, done, REFUSED)

    @rule("AP-18")
    async def _judge(self, tx: Tx, pressing: _Pressing) -> Reaction:
        """Came, or did not come: from the doctor's list, which is only ever in a private chat."""
        event, booking = pressing.event, pressing.booking
        if not event.private or not pressing.who.roles & ALL_ROLES:
            raise BadPress
        status, notice = _JUDGED[pressing.press.verb]
        if pressing.press.version != booking.version:
            return await self._list_moved_on(tx, pressing)
        done = await self.steps.judge(tx, booking, status, pressing.who.actor, pressing.now)
        if done is None:
            return await self._list_moved_on(tx, pressing)
        told = self.steps.notices.tell(tx, done.booking, notice, pressing.now)
        lists = await self._lists(tx, pressing)
        return Reaction(f"{pressing.press.verb}:done", (*told, *done.parcels, *lists))

    async def _after(self, tx: Tx, pressing: _Pressing, done: Stepped | None, notice: str) -> Reaction:
        if done is None:
            return await self._moved_on(tx, pressing)
        told = self.steps.notices.tell(tx, done.booking, notice, pressing.now)
        return Reaction(f"{pressing.press.verb}:done", (*told, *done.parcels))

    async def _moved_on(self, tx: Tx, pressing: _Pressing) -> Reaction:
        """The line was older than the booking, or the term is over: said, and drawn as it stands."""
        booking = pressing.booking
        key = "staff.visit.too_late" if booking.status is BookingStatus.CONFIRMED else "staff.visit.moved_on"
        status = T(f"staff.visit.status.{booking.status}")
        words = T(key, number=booking.number, status=status)
        reaction = self._line(pressing, words, "moved_on")
        return Reaction("moved_on", (*reaction.parcels, *await self._as_it_stands(tx, pressing)))

    async def _list_moved_on(self, tx: Tx, pressing: _Pressing) -> Reaction:
        status = T(f"staff.visit.status.{pressing.booking.status}")
        words = T("staff.visit.moved_on", number=pressing.booking.number, status=status)
        reaction = self._line(pressing, words, "moved_on")
        return Reaction("moved_on", (*reaction.parcels, *await self._lists(tx, pressing)))

    async def _lists(self, tx: Tx, pressing: _Pressing) -> tuple[Parcel, ...]:
        slot = pressing.booking.slot
        return () if slot is None else await self.steps.feed.lists(tx, slot, pressing.now)

    async def _as_it_stands(self, tx: Tx, pressing: _Pressing) -> tuple[Parcel, ...]:
        booking, now = pressing.booking, pressing.now
        no_shows = await self.steps.bookings.no_shows(tx, booking, now)
        return self._redrawn(pressing, self.cards.card(booking, pressing.who.tongue, now, no_shows))

    def _turned(self, pressing: _Pressing, screen: Screen) -> Reaction:
        return Reaction("turned", self._redrawn(pressing, screen))

    def _redrawn(self, pressing: _Pressing, screen: Screen) -> tuple[Parcel, ...]:
        event = pressing.event
        if event.message_id is None:
            return ()
        return (edited(event.chat_id, event.message_id, screen, pressing.booking.id),)

    def _ground(self, pressing: _Pressing) -> GroundCode:
        """The ground on the button, if the law offers it for this service (AP-14). Raises BadPress."""
        day = pressing.booking.local(pressing.now).date()
        code = pressing.press.args[0] if pressing.press.args else ""
        ground = ground_offered(code, day, Service.APPOINTMENT)
        if ground is None:
            raise BadPress
        return ground

    def _line(self, pressing: _Pressing, words: T, outcome: str) -> Reaction:
        return line_to(self.cards.cards, pressing.who.member, words, outcome)
