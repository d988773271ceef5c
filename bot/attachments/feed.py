"""The requests for attachment in a clinic's group: each card put down once, kept true, and their clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from bot.attachments.book import Asked, AttachmentBook, is_attachment
from bot.attachments.cards import AttachmentCards
from bot.staff.feed import placed, said
from bot.staff.topics import topic_of
from dialogs.engine import T
from rules.attachment import alarm_at
from rules.attachment_status import AttachmentStatus
from rules.calendar import WorkingCalendar
from rules.law import Service, rule
from storage import due, requests, staff
from storage.database import Tx
from storage.outbox import Parcel

ALARM: Final = "attachment_alarm"
OVERDUE: Final = "attachment_overdue"
OPENING: Final = "attachment_opening"
EVENING: Final = "attachment_evening"
SWITCH: Final = "attachment_switch"
"""Due kind, subject a request: what was accepted can no longer be taken back, or its day has come."""
UNDO_ENDS: Final = "attachment_undo_ends"
REDRAW: Final = "attachment_redraw"

ANSWER_CLOCKS: Final = (ALARM, OVERDUE, OPENING, EVENING)

_BEFORE_CLOSING: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class AttachmentFeed:
    """Puts cards down, and keeps them true."""

    book: AttachmentBook
    cards: AttachmentCards

    async def announce(
        self, tx: Tx, request: requests.RegisteredRequest, now: datetime
    ) -> tuple[Parcel, ...]:
        """The new request's card, with every clock it starts; to be called in the registering transaction.

        What if it runs twice: the card has one place in the outbox, and each clock one row.
        """
        asked = await self.book.of(tx, request)
        self.set_answer_clocks(tx, asked, now)
        return await self.refresh(tx, asked, now)

    async def refresh(self, tx: Tx, asked: Asked, now: datetime) -> tuple[Parcel, ...]:
        """The card as it stands now: an edit where it is in the group, itself where it is not yet."""
        group = await staff.group_of(tx, asked.clinic.no)
        if group is None:
            return ()
        screen = self.cards.card(asked, await self.book.weighed(tx, asked, now), group.locale, now)
        topic = topic_of(self.cards.say, Service.ATTACHMENT, group.locale)
        return await placed(tx, asked.id, group.chat_id, screen, REDRAW, now, topic)

    async def told(
        self, tx: Tx, clinic_no: int, words: T, request_id: int | None = None
    ) -> tuple[Parcel, ...]:
        """A new message in that clinic's group: unlike an edit, it makes a sound."""
        group = await staff.group_of(tx, clinic_no)
        if group is None:
            return ()
        topic = topic_of(self.cards.say, Service.ATTACHMENT, group.locale)
        return (said(group.chat_id, self.cards.say(words, group.locale), request_id, topic=topic),)

    async def post_waiting(self, tx: Tx, clinic_no: int, now: datetime) -> tuple[Parcel, ...]:
        """The cards of every open request, for a group that has just been linked."""
        parcels: list[Parcel] = []
        for request in await requests.open_of_clinic(tx, clinic_no):
            if is_attachment(request):
                parcels += await self.refresh(tx, await self.book.of(tx, request), now)
        return tuple(parcels)

    @rule("AT-05", "AT-06", "X-12")
    def set_answer_clocks(self, tx: Tx, asked: Asked, now: datetime) -> None:
        """Alarm, term, the hour before it, and for a request carried over the clinic's opening.

        After a wrong press was taken back, what rang before does not ring twice.
        """
        for kind, at in (
            (ALARM, alarm_at(asked.registration)),
            (EVENING, asked.answer_due - _BEFORE_CLOSING),
        ):
            if at > now:
                due.set_due(tx, kind, asked.id, at)
        if not asked.overdue:
            due.set_due(tx, OVERDUE, asked.id, asked.answer_due)
        if asked.status is AttachmentStatus.NEXT_DAY:
            due.set_due(tx, OPENING, asked.id, asked.registration.at)

    @rule("G-22")
    def set_switch(self, tx: Tx, asked: Asked, not_before: datetime) -> None:
        """The switch comes when the day of effect begins at the clinic, and not before that instant."""
        begins = datetime.combine(asked.effective_on, time(), asked.clinic.schedule(self.calendar).zone)
        due.set_due(tx, SWITCH, asked.id, max(begins, not_before))

    @property
    def calendar(self) -> WorkingCalendar:
        """The country's holidays."""
        return self.book.directory.calendar
