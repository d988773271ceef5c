"""The staff room: whatever a clinic's people press, type or do to their group, one transaction each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol, TypeAlias

import locales
from bot.attachments.book import AttachmentBook
from bot.attachments.cards import AttachmentCards
from bot.attachments.feed import AttachmentFeed
from bot.attachments.leaving import Leaving
from bot.attachments.notices import AttachmentNotices
from bot.attachments.presses import AttachmentPresses
from bot.attachments.steps import AttachmentSteps
from bot.bookings.book import Bookings
from bot.bookings.cards import BookingCards
from bot.bookings.feed import BookingFeed
from bot.bookings.notices import BookingNotices
from bot.bookings.presses import BookingPresses
from bot.bookings.steps import BookingSteps
from bot.calls.notices import Notices
from bot.calls.steps import Steps
from bot.channels.events import CitizenEvent, Event, GroupChange, GroupMessage, StaffPress
from bot.channels.reactions import Reaction
from bot.channels.telegram import parcel_for
from bot.journals.pages import JournalPages
from bot.journals.room import JournalRoom, asks_for_journal
from bot.schedules.pages import SchedulePages
from bot.schedules.room import ScheduleRoom, command_of
from bot.setting_forms import CARD_FIELDS
from bot.staff import typing as staff_typing
from bot.staff.cards import Cards
from bot.staff.certificates import OF_ALMATY, Certificates
from bot.staff.feed import Feed, said
from bot.staff.links import Links, link_code
from bot.staff.own_doctor import OwnDoctor
from bot.staff.press_desk import PressDesk
from bot.staff.presses import Presses
from bot.staff.typing import Typed
from dialogs.engine import Said, T
from rules.clock import Clock
from rules.home_call import Intake
from storage import inbox, outbox
from storage.database import Database, Tx
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
    ) -> None:
        """``worker`` holds leases, ``fields`` may go abroad (CARD_FIELDS_ABROAD), ``papers`` certifies."""
        self._db: Final = db
        self._clock: Final = clock
        self._worker: Final = worker
        self._alerts: Final = alerts
        self.cards: Final = Cards(locales.render, fields)
        self.feed: Final = Feed(directory, self.cards)
        self.papers: Final = papers
        self.notices: Final = Notices(locales.render)
        lines, bookings = BookingCards(self.cards), Bookings(directory)
        told: Final = BookingNotices(locales.render)
        self.visits: Final = BookingSteps(bookings, BookingFeed(bookings, lines), told, papers)
        book, drawn = AttachmentBook(directory), AttachmentCards(self.cards)
        self.attachments: Final = AttachmentSteps(
            AttachmentFeed(book, drawn), AttachmentNotices(locales.render), Leaving(self.visits)
        )
        own: Final = OwnDoctor(self.cards)
        self._schedule: Final = ScheduleRoom(self.visits.feed, SchedulePages(self.cards))
        self._journals: Final = JournalRoom(directory, JournalPages(self.cards))
        self._presses: Final = PressDesk(
            self.cards,
            Presses(self.feed, Steps(self.feed, self.notices, papers), self.cards),
            bookings,
            BookingPresses(self.visits, lines),
            book,
            AttachmentPresses(self.attachments, drawn),
            self._schedule,
            own,
            self._journals,
        )
        self._links: Final = Links(self.feed, self.visits.feed, self.attachments.feed, self.cards, own)

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
        return await self.feed.withdrawn(tx, request, now)

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
                    or command_of(event) is not None
                    or asks_for_journal(event)
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
            case CitizenEvent() | GroupMessage() if asks_for_journal(event):
                return await self._journals.typed(tx, event, now)
            case GroupMessage() if command_of(event) is not None:
                return await self._schedule.typed(tx, event, now)
            case GroupMessage():
                return await self._links.group(tx, event, now)
            case GroupChange():
                return await self._links.change(tx, event, now)
            case CitizenEvent():
                code = link_code(event)
                if code is not None:
                    return await self._links.person(tx, event, code, now)
                if command_of(event) is not None:
                    return await self._schedule.typed(tx, event, now)
                return await self._name(tx, event, now)

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
        return typed is not None and typed.awaits_name(self._clock.now())
