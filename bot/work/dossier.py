"""A request of whichever service as the queue handles it: its card, its details, its group, its reopening."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.attachments.book import Asked
from bot.attachments.steps import Taken as Attached
from bot.bookings.book import Booking
from bot.bookings.reopening import Reopening
from bot.calls.steps import Taken
from bot.channels.screens import Screen
from bot.staff.cards import Call, Tongue
from bot.staff.parts import Parts
from dialogs.engine import T
from rules.clinics import Clinic
from rules.law import rule
from rules.people import Language
from rules.reopening import may_reopen
from storage import requests
from storage.database import Reader, Tx
from storage.outbox import Parcel
from storage.requests import RegisteredRequest
from storage.work import Work

Subject: TypeAlias = Call | Booking | Asked

REFUSED = "refused"
"""All services have the same word for it."""


@dataclass(frozen=True, slots=True, repr=False)
class Dossier:
    """A request, and the same as its own service sees it."""

    request: RegisteredRequest
    subject: Subject

    @property
    def id(self) -> int:
        """The request's."""
        return self.request.id

    @property
    def number(self) -> str:
        """What people call it by."""
        return self.request.number

    @property
    def clinic(self) -> Clinic:
        """Whose work it is."""
        return self.subject.clinic

    @property
    def work(self) -> Work:
        """Who has it, and what its citizen was asked."""
        return self.subject.work

    @property
    def is_open(self) -> bool:
        """True while anything is to be done."""
        return self.request.closed_at is None

    @rule("G-69")
    def is_reopenable(self, now: datetime) -> bool:
        """True for a refusal of the clinic's same day."""
        closed_at = self.request.closed_at
        if self.request.status != REFUSED or closed_at is None:
            return False
        return may_reopen(closed_at, now, ZoneInfo(self.clinic.zone))

    def __repr__(self) -> str:
        return f"Dossier({self.request!r})"


@dataclass(frozen=True, slots=True)
class Dossiers:
    """Hands each request to its service."""

    parts: Parts

    async def of(self, reader: Reader, request_id: int) -> Dossier | None:
        """The request under that id; None if there is none, or if its person was erased."""
        request = await requests.by_id(reader, request_id)
        if request is None or not request.details:
            return None
        subject = await self._subject(reader, request_id)
        return None if subject is None else Dossier(request, subject)

    async def _subject(self, reader: Reader, request_id: int) -> Subject | None:
        parts = self.parts
        return (
            await parts.bookings.booking(reader, request_id)
            or await parts.attachment_book.asked(reader, request_id)
            or await parts.feed.call(reader, request_id)
        )

    async def card(self, tx: Tx, dossier: Dossier, tongue: Tongue, now: datetime) -> Screen:
        """The card of its service as it stands, with the service's own buttons."""
        parts = self.parts
        match dossier.subject:
            case Call() as call:
                return parts.cards.card(call, tongue, now)
            case Booking() as booking:
                no_shows = await parts.bookings.no_shows(tx, booking, now)
                return parts.booking_cards.card(booking, tongue, now, no_shows)
            case Asked() as asked:
                weighed = await parts.attachment_book.weighed(tx, asked, now)
                return parts.attachment_cards.card(asked, weighed, tongue, now)

    def details(self, dossier: Dossier, language: Language, more: Sequence[T]) -> Screen:
        """Whose request it is, and ``more`` that staff noted and asked; the caller puts it on record."""
        match dossier.subject:
            case Call() as call:
                return self.parts.cards.details(call, language, more)
            case Booking() as booking:
                return self.parts.booking_cards.details(booking, language, more)
            case Asked() as asked:
                return self.parts.attachment_cards.details(asked, language, more)

    async def refresh(self, tx: Tx, request_id: int, now: datetime) -> tuple[Parcel, ...]:
        """The card in the clinic's group as it stands now."""
        match await self._subject(tx, request_id):
            case Call() as call:
                return await self.parts.feed.refresh(tx, call, now)
            case Booking() as booking:
                return await self.parts.visits.feed.refresh(tx, booking, now)
            case Asked() as asked:
                return await self.parts.attachments.feed.refresh(tx, asked, now)
            case None:
                return ()

    @rule("G-69")
    async def reopen(self, tx: Tx, dossier: Dossier, actor: str, now: datetime) -> tuple[Parcel, ...] | None:
        """The refusal taken back, its citizen told; None where somebody was faster, or another is open.

        What if it runs twice: None the second time.
        """
        if not dossier.is_reopenable(now):
            return None
        match dossier.subject:
            case Call() as call:
                outcome = await self.parts.calls.reopen(tx, call, actor, now)
                if not isinstance(outcome, Taken):
                    return None
                return (*outcome.parcels, *await self.parts.feed.told(tx, call, _reopened(dossier)))
            case Booking() as booking:
                done = await Reopening(self.parts.visits).reopen(tx, booking, actor, now)
                return None if done is None else done.parcels
            case Asked() as asked:
                attached = await self.parts.attachments.reopen(tx, asked, actor, now)
                if not isinstance(attached, Attached):
                    return None
                feed, words = self.parts.attachments.feed, _reopened(dossier)
                return (*attached.parcels, *await feed.told(tx, dossier.clinic.no, words, dossier.id))


def _reopened(dossier: Dossier) -> T:
    """Said with a sound: the term of the answer runs anew."""
    return T("staff.work.reopened", number=dossier.number)
