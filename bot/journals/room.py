"""The journals in the chat of one of the staff: looked at by pages, given as a file; each look on record.

Only in private, only for those whose work it is, only of their own clinic (S33, SEC-01).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.channels.events import CitizenEvent, Command, GroupMessage, StaffPress
from bot.channels.reactions import Reaction
from bot.channels.screens import Screen
from bot.channels.telegram import SLASH, parcel_for
from bot.journals.columns import Lines
from bot.journals.export import opened, period_of
from bot.journals.files import owed_file
from bot.journals.pages import SHOWN, JournalPages, Place
from bot.journals.sheet import Asked, Form
from bot.staff.feed import edited, said
from bot.staff.press import NO_REQUEST, BadPress, Press, Verb
from bot.staff.rights import JOURNAL_ROLES, Presser, line_to, presser, to_stranger
from dialogs.engine import T
from rules.clinics import Clinic
from rules.law import rule
from storage import journal, staff
from storage.database import Reader, Tx
from storage.journal import Entry, Span
from storage.registry import Directory
from storage.staff import Member

COMMAND: Final = "journal"
"""What staff type in private; a day may follow: ``/journal 20.11.2026``."""

MOST_IN_A_FILE: Final = 5_000
"""Entries of a file that is given in the chat: our judgement, made within seconds. More: the command line."""

PAGES: Final = frozenset({Verb.JOURNAL, Verb.JOURNAL_WHY, Verb.JOURNAL_PAGE, Verb.JOURNAL_FILE})

_DAY: Final = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(20\d\d))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class JournalRoom:
    """Answers what is typed and pressed about journals, within the transaction of its inbox row."""

    directory: Directory
    pages: JournalPages

    @property
    def verbs(self) -> frozenset[Verb]:
        """The buttons of a journal's pages."""
        return PAGES

    async def hears(self, reader: Reader, event: CitizenEvent | GroupMessage, now: datetime) -> bool:
        """True for the command that opens the journals."""
        del reader, now
        return _command(event) is not None

    async def typed(self, tx: Tx, event: CitizenEvent | GroupMessage, now: datetime) -> Reaction:
        """The command. A group is told that journals open in private only."""
        members = await staff.members_of(tx, event.user_id)
        if not members:
            return to_stranger(self.pages.cards, event.chat_id, event.user_id, now)
        if isinstance(event, GroupMessage):
            words = self.pages.cards.say(T("journal.private_only"), members[0].locale)
            return Reaction("private_only", (said(event.chat_id, words),))
        clinics = {one.clinic_no for one in members if one.role in JOURNAL_ROLES and not one.at_college}
        if not clinics:
            why = T("college.of_clinics" if members[0].at_college else "journal.no_right")
            return line_to(self.pages.cards, members[0], why, "wrong_role")
        screen = self.pages.clinics(clinics, members[0].locale)
        if len(clinics) == 1:
            clinic = await self._clinic(tx, clinics.pop())
            today = clinic.local(now).date()
            screen = self.pages.registers(clinic, members[0].locale, _day(event, today) or today)
        return Reaction("journal_page", (parcel_for(event.chat_id, screen, kind="journal_page"),))

    async def pressed(
        self, tx: Tx, event: StaffPress, press: Press, members: Sequence[Member], now: datetime
    ) -> Reaction:
        """A button of a page. Raises BadPress for another clinic's people, and for any chat but their own."""
        if not event.private or press.request_id != NO_REQUEST:
            raise BadPress
        who = await presser(tx, event.chat_id, event.user_id, event.private, press.version, members)
        if not who.roles & JOURNAL_ROLES:
            return line_to(self.pages.cards, who.member, T("journal.no_right"), "wrong_role")
        clinic = await self._clinic(tx, press.version)
        if clinic.is_college:
            return line_to(self.pages.cards, who.member, T("college.of_clinics"), "wrong_role")
        match press.verb:
            case Verb.JOURNAL_WHY:
                return _shown(event, self.pages.reasons(press, who.member.locale))
            case Verb.JOURNAL_PAGE:
                return await self._page(tx, event, who, clinic, Place.of(press), now)
            case Verb.JOURNAL_FILE:
                return await self._file(tx, event, who, clinic, press, now)
            case _:
                today = clinic.local(now).date()
                return _shown(event, self.pages.registers(clinic, who.member.locale, today))

    @rule("HC-16", "GEN-09", "SEC-01")
    async def _page(
        self, tx: Tx, event: StaffPress, who: Presser, clinic: Clinic, place: Place, now: datetime
    ) -> Reaction:
        asked = Asked(clinic, place.register, place.first, place.last, Form.CSV, place.why, who.actor, now)
        found = await opened(tx, asked, "looked")
        shown = await _entries(tx, asked, found.spans, place)
        lines = Lines(place.register, clinic, who.member.locale, self.pages.cards.fields)
        return _shown(event, self.pages.entries(place, found.spans, shown, lines))

    @rule("SEC-01")
    async def _file(
        self, tx: Tx, event: StaffPress, who: Presser, clinic: Clinic, press: Press, now: datetime
    ) -> Reaction:
        place, form = Place.of(press), _form(press)
        asked = Asked(clinic, place.register, place.first, place.last, form, place.why, who.actor, now)
        count = sum(span.count for span in await journal.spans(tx, period_of(asked)))
        if count > MOST_IN_A_FILE:
            return _shown(event, self.pages.too_many(place, count, MOST_IN_A_FILE, who.member.locale))
        found = await opened(tx, asked, "exported")
        fields = self.pages.cards.fields
        once = f"journal:{event.inbox_id}"
        return Reaction("journal_file", (owed_file(event.chat_id, found, who.member.locale, fields, once),))

    async def _clinic(self, tx: Tx, clinic_no: int) -> Clinic:
        await self.directory.refresh(tx)
        clinic = self.directory.clinics.get(clinic_no)
        if clinic is None:
            raise BadPress
        return clinic


def _command(event: CitizenEvent | GroupMessage) -> Command | None:
    if isinstance(event, CitizenEvent):
        sent = event.sent
        return sent if isinstance(sent, Command) and sent.name == COMMAND else None
    slash = SLASH.fullmatch(event.text)
    if slash is None or slash[1].lower() != COMMAND:
        return None
    return Command(COMMAND, (slash[2] or "").strip())


def _day(event: CitizenEvent, today: date) -> date | None:
    """The day that was typed; None where there is none, or none that exists."""
    command = _command(event)
    found = _DAY.fullmatch(command.arg) if command else None
    if found is None:
        return None
    try:
        return date(int(found[3] or today.year), int(found[2]), int(found[1]))
    except ValueError:
        return None


async def _entries(tx: Tx, asked: Asked, spans: Sequence[Span], place: Place) -> tuple[Entry, ...]:
    """The page's entries; the first of the period where the button names no place in it."""
    if not spans:
        return ()
    span = next((one for one in spans if one.year == place.year), spans[0])
    after = place.after if span.first <= place.after < span.last else span.first - 1
    return await journal.page(tx, period_of(asked), span.year, after, span.last, SHOWN)


def _form(press: Press) -> Form:
    try:
        return Form(press.args[2])
    except (IndexError, ValueError):
        raise BadPress from None


def _shown(event: StaffPress, screen: Screen) -> Reaction:
    if event.message_id is None:
        return Reaction("journal_page", (parcel_for(event.chat_id, screen, kind="journal_page"),))
    return Reaction("journal_page", (edited(event.chat_id, event.message_id, screen, None),))
