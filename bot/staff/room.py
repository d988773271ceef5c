"""The staff room: whatever a clinic's people press, type or do to their group, one transaction each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol, TypeAlias

import locales
from bot.attachments.steps import AttachmentSteps
from bot.bookings.steps import BookingSteps
from bot.calls.notices import Notices
from bot.channels.events import CitizenEvent, Event, GroupChange, GroupMessage, StaffPress
from bot.channels.reactions import Reaction
from bot.channels.telegram import parcel_for
from bot.people.joining import Joining
from bot.setting_forms import CARD_FIELDS
from bot.staff import typing as staff_typing
from bot.staff.cards import Cards
from bot.staff.certificates import OF_ALMATY, Certificates
from bot.staff.feed import Feed, said
from bot.staff.links import Links, link_code
from bot.staff.own_doctor import OwnDoctor
from bot.staff.parts import parts_of
from bot.staff.press_desk import PressDesk
from bot.staff.rooms import Room, rooms_of, schedule_room
from bot.staff.typing import Typed
from dialogs.engine import Said, T
from rules.clock import Clock
from rules.complaint_terms import FORWARDED_WITHIN
from rules.home_call import Intake
from storage import inbox, outbox
from storage.database import Database, Reader, Tx
from storage.outbox import Owed, Parcel
from storage.registry import Directory
from storage.requests import RegisteredRequest
from storage.slot_making import RoomTaken

StaffEvent: TypeAlias = StaffPress | GroupMessage | GroupChange | CitizenEvent


class Alerting(Protocol):
    """Whoever is told when somebody must look."""

    def alert(self, what: str, **ids: object) -> None:
        """Raise an alert; ``ids`` never name people."""
        ...


class _DoneBefore(Exception):
    """The inbox row was handled already: nothing happens a second time."""


class StaffRoom:
    """What the front desk calls for staff, and what the deciding transaction calls for a new request."""

    def __init__(
        self,
        db: Database,
        directory: Directory,
        clock: Clock,
        worker: int,
        alerts: Alerting,
        fields: frozenset[str] = frozenset(CARD_FIELDS),
        papers: Certificates = OF_ALMATY,
        *,
        digital: bool = False,
        forward_days: int = FORWARDED_WITHIN.value,
    ) -> None:
        """``worker`` holds leases, ``fields`` may go abroad (CARD_FIELDS_ABROAD), ``papers`` certifies.

        ``digital``: a service of digital documents can be asked. ``forward_days`` is COMPLAINT_FORWARD_DAYS.
        """
        self._db: Final = db
        self._clock: Final = clock
        self._worker: Final = worker
        self._alerts: Final = alerts
        self.parts: Final = parts_of(directory, fields, papers, digital=digital, forward_days=forward_days)
        self._rooms: Final = rooms_of(self.parts)
        self._schedule: Final = schedule_room(self.parts)
        self._presses: Final = PressDesk(self.parts, self._rooms)
        feed, visits, attachments = self.feed, self.visits.feed, self.attachments.feed
        own = OwnDoctor(self.cards)
        joining = Joining(directory, self.cards, own)
        self._links: Final = Links(feed, visits, attachments, self.cards, own, joining)

    @property
    def cards(self) -> Cards:
        """How cards are drawn."""
        return self.parts.cards

    @property
    def feed(self) -> Feed:
        """The feed of home calls."""
        return self.parts.feed

    @property
    def notices(self) -> Notices:
        """What citizens are told of home calls."""
        return self.parts.notices

    @property
    def visits(self) -> BookingSteps:
        """The steps of appointments."""
        return self.parts.visits

    @property
    def attachments(self) -> AttachmentSteps:
        """The steps of attachments."""
        return self.parts.attachments

    async def announce(
        self, tx: Tx, request: RegisteredRequest, taken: Intake, now: datetime
    ) -> Sequence[Parcel]:
        """The card of a call just registered, with its clocks; within the registering transaction.

        What if it runs twice: one card, one row per clock.
        """
        del taken  # the request's own row says all of it
        return await self.feed.announce(tx, request, now)

    async def withdrawn(self, tx: Tx, request: RegisteredRequest, now: datetime) -> Sequence[Parcel]:
        """What the group is shown of a call that its citizen took back; within that transaction."""
        call = await self.feed.call_of(tx, request)
        doctor = await self.parts.rounds.following.withdrawn(tx, call, now)
        return (*await self.feed.withdrawn(tx, request, now), *doctor)

    async def handles(self, event: Event) -> bool:
        """True for what is staff's: presses on cards, groups, link codes, and a name that is waited for.

        Raises ``Unavailable``.
        """
        match event:
            case StaffPress() | GroupMessage() | GroupChange():
                return True
            case CitizenEvent():
                return (
                    link_code(event) is not None
                    or await self._room_of(self._db.reader, event) is not None
                    or await self._is_name(event)
                )
            case _:
                return False

    async def answer(self, event: StaffEvent) -> tuple[Owed, ...]:
        """Handle the event and end its inbox row, all or nothing; what is owed is for the courier.

        What if it runs twice: the second time changes nothing and owes nothing. Raises Unavailable.
        """
        now = self._clock.now()

        async def work(tx: Tx) -> tuple[Reaction, tuple[Owed, ...]]:
            reaction = await self._react(tx, event, now)
            if not await inbox.done(tx, event.inbox_id, reaction.outcome, now):
                raise _DoneBefore
            return reaction, await outbox.put(tx, reaction.parcels, self._worker, now + outbox.LEASE, now)

        try:
            reaction, owed = await self._db.decide(work)
        except _DoneBefore:
            return ()
        except RoomTaken as taken:
            return await self._room_taken(event, taken, now)
        if reaction.alert is not None:
            self._alerts.alert(reaction.alert, clinic=reaction.clinic_no)
        return owed

    async def _room_taken(self, event: StaffEvent, taken: RoomTaken, now: datetime) -> tuple[Owed, ...]:
        """A change of the schedule was rolled back whole; only why is said."""

        async def work(tx: Tx) -> tuple[Owed, ...]:
            if not isinstance(event, StaffPress) or not await inbox.done(
                tx, event.inbox_id, "room_taken", now
            ):
                return ()
            reaction = await self._schedule.room_taken(tx, event, taken)
            return await outbox.put(tx, reaction.parcels, self._worker, now + outbox.LEASE, now)

        return await self._db.decide(work)

    async def press(self, event: StaffPress) -> tuple[Owed, ...]:
        """A press on a card."""
        return await self.answer(event)

    async def private(self, event: CitizenEvent) -> tuple[Owed, ...]:
        """A private message that ``handles`` claimed: a link code or a doctor's name."""
        return await self.answer(event)

    async def _react(self, tx: Tx, event: StaffEvent, now: datetime) -> Reaction:
        match event:
            case StaffPress():
                return await self._presses.answer(tx, event, now)
            case GroupChange():
                return await self._links.change(tx, event, now)
            case CitizenEvent() | GroupMessage():
                return await self._heard(tx, event, now)

    async def _heard(self, tx: Tx, event: CitizenEvent | GroupMessage, now: datetime) -> Reaction:
        code = link_code(event) if isinstance(event, CitizenEvent) else None
        if isinstance(event, CitizenEvent) and code is not None:
            return await self._links.person(tx, event, code, now)
        room = await self._room_of(tx, event)
        if room is not None:
            return await room.typed(tx, event, now)
        if isinstance(event, GroupMessage):
            return await self._links.group(tx, event, now)
        return await self._name(tx, event, now)

    async def _room_of(self, reader: Reader, event: CitizenEvent | GroupMessage) -> Room | None:
        now = self._clock.now()
        for room in self._rooms:
            if await room.hears(reader, event, now):
                return room
        return None

    async def _name(self, tx: Tx, event: CitizenEvent, now: datetime) -> Reaction:
        """A doctor's name for the call that asked for it; it stays open until a name was read."""
        typed = await staff_typing.typed_by(tx, event.user_id)
        if typed is None or not isinstance(event.sent, Said):
            return Reaction("nothing_asked")
        call = await self.feed.call(tx, typed.request_id)
        locale = typed.conversation.locale
        if call is None or call.version != typed.version:
            return await self._too_late(tx, event, typed, now)
        name = staff_typing.read_name(event.sent.text)
        if name is None:
            words = self.cards.say(T("staff.bad_name", number=call.number), locale)
            return Reaction("bad_name", (said(event.chat_id, words),))
        await staff_typing.keep(tx, typed, name, now)
        screen = self.cards.role_asked(call, locale, name)
        asked = parcel_for(event.chat_id, screen, request_id=call.id)
        return Reaction("named", (asked,))

    async def _too_late(self, tx: Tx, event: CitizenEvent, typed: Typed, now: datetime) -> Reaction:
        await staff_typing.finish(tx, typed, now)
        call = await self.feed.call(tx, typed.request_id)
        if call is None:
            return Reaction("name_too_late")
        words = T("staff.moved_on", number=call.number, status=T(f"staff.status.{call.status}"))
        line = said(event.chat_id, self.cards.say(words, typed.conversation.locale))
        return Reaction("name_too_late", (line,))

    async def _is_name(self, event: CitizenEvent) -> bool:
        # Words that lead anywhere in the citizen's own talk are never taken for a name.
        if not isinstance(event.sent, Said) or locales.command_meant(event.sent.text) is not None:
            return False
        # Asked of the registry each time: the press that asks for the name may be another process's.
        typed = await staff_typing.typed_by(self._db.reader, event.user_id)
        if typed is None or not typed.awaits_name(self._clock.now()):
            return False
        asked_at = typed.conversation.touched_at
        return await staff_typing.asked_last(self._db.reader, event.address, event.user_id, asked_at)
