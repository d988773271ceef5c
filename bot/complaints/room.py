"""The complaints' office in a private chat: ``/complaints``, its piles, one complaint, one on paper.

Only in private, only for those whose work it is, only of their own clinic, and never for whoever it is about
(G-61); each press and each word is judged anew (S33).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.channels.events import CitizenEvent, Command, GroupMessage, StaffPress
from bot.channels.reactions import Reaction
from bot.channels.screens import Screen
from bot.channels.telegram import SLASH, parcel_for
from bot.complaints import typing as complaint_typing
from bot.complaints.circle import circle_of
from bot.complaints.entering import Entering
from bot.complaints.handling import ComplaintHandling, Working
from bot.complaints.office import ComplaintOffice
from bot.complaints.pages import Case, ComplaintPages, Pile
from bot.complaints.paper import PaperPages
from bot.complaints.typing import Expected, Wanted
from bot.staff import typing as staff_typing
from bot.staff.expecting import is_answered_by
from bot.staff.feed import edited
from bot.staff.parts import Parts
from bot.staff.press import NO_REQUEST, BadPress, Press, Verb
from bot.staff.rights import COMPLAINT_ROLES, Presser, line_to, presser, shut
from dialogs.engine import Said, T
from rules.clinics import Clinic
from rules.law import rule
from storage import audit, complaint_office, complaints, feedback, staff
from storage.complaints import Complaint
from storage.database import Reader, Tx
from storage.staff import Member

COMMAND: Final = "complaints"
"""What staff type in private."""

PAGE: Final = "complaints_page"

_OF_OFFICE: Final = frozenset({Verb.COMPLAINTS, Verb.COMPLAINT_PILE, Verb.COMPLAINT_WORDS})
_OF_PAPER: Final = frozenset({Verb.COMPLAINT_ENTER, Verb.COMPLAINT_FIELD})
_OF_ONE: Final = frozenset(
    {
        Verb.COMPLAINT,
        Verb.COMPLAINT_READ,
        Verb.COMPLAINT_FILE,
        Verb.COMPLAINT_SLIP,
        Verb.COMPLAINT_SENT,
        Verb.COMPLAINT_NUMBER,
        Verb.COMPLAINT_WORK,
        Verb.COMPLAINT_ANSWER,
        Verb.COMPLAINT_REFUSE,
        Verb.COMPLAINT_SURE,
        Verb.COMPLAINT_GONE,
        Verb.COMPLAINT_MINE,
        Verb.COMPLAINT_STOP,
    }
)
_WORDS_SHOWN: Final = 10
_LONGEST_SHOWN: Final = 300


@dataclass(frozen=True, slots=True)
class ComplaintRoom:
    """Answers what is typed and pressed about complaints, within the transaction of its inbox row."""

    parts: Parts
    pages: ComplaintPages
    handling: ComplaintHandling
    entering: Entering

    @property
    def verbs(self) -> frozenset[Verb]:
        """The buttons of the office."""
        return _OF_OFFICE | _OF_PAPER | _OF_ONE

    async def hears(self, reader: Reader, event: CitizenEvent | GroupMessage, now: datetime) -> bool:
        """True for the command, and for words that were asked for."""
        if _is_command(event):
            return True
        if isinstance(event, GroupMessage) or not isinstance(event.sent, Said):
            return False
        expected = await complaint_typing.expected_of(reader, event.user_id)
        return expected is not None and await is_answered_by(reader, event, expected.conversation, now)

    async def typed(self, tx: Tx, event: CitizenEvent | GroupMessage, now: datetime) -> Reaction:
        """The command, or the words that were asked for. A group is told that complaints are private."""
        members = await staff.members_of(tx, event.user_id)
        expected = None if _is_command(event) else await complaint_typing.expected_of(tx, event.user_id)
        if not members or isinstance(event, GroupMessage):
            only = T("complaint_office.private_only")
            return await shut(tx, self.pages.cards, event.chat_id, event.user_id, members, only, now)
        if expected is not None:
            return await self._words(tx, event, expected, members, now)
        return await self._opened(tx, event, members, now)

    async def pressed(
        self, tx: Tx, event: StaffPress, press: Press, members: Sequence[Member], now: datetime
    ) -> Reaction:
        """A button. Raises BadPress for another clinic's people, and for any chat but their own."""
        if not event.private:
            raise BadPress
        if press.verb in _OF_ONE and press.request_id != NO_REQUEST:
            return await self._one(tx, event, press, members, now)
        if press.request_id != NO_REQUEST:
            raise BadPress
        who = await presser(tx, event.chat_id, event.user_id, event.private, press.version, members)
        if not who.roles & COMPLAINT_ROLES:
            return line_to(self.pages.cards, who.member, T("complaint_office.no_right"), "wrong_role")
        clinic = await self._clinic(tx, press.version)
        if press.verb in _OF_PAPER:
            return await self.entering.pressed(tx, event, press, who.member, clinic, now)
        return await self._of_office(tx, event, press, who, clinic, now)

    async def _of_office(
        self, tx: Tx, event: StaffPress, press: Press, who: Presser, clinic: Clinic, now: datetime
    ) -> Reaction:
        tongue = who.member.locale
        match press.verb:
            case Verb.COMPLAINT_STOP:
                await staff_typing.stop(tx, event.user_id, now)
                return _shown(event, await self._home(tx, clinic, who.member, now))
            case Verb.COMPLAINTS:
                return _shown(event, await self._home(tx, clinic, who.member, now))
            case Verb.COMPLAINT_WORDS:
                await audit.append(tx, "feedback.looked", who.actor, f"clinic:{clinic.no}", {}, now)
                return _shown(event, self.pages.feedback(clinic, await self._feedback(tx, clinic), tongue))
            case Verb.COMPLAINT_PILE:
                pile, place = _place(press)
                cases = [one for one in await self._cases(tx, clinic, event.user_id, now) if one.pile is pile]
                today = clinic.local(now).date()
                return _shown(event, self.pages.pile(clinic, pile, cases, place, today, tongue))
            case _:
                raise BadPress

    @rule("G-61", "SEC-01")
    async def _one(
        self, tx: Tx, event: StaffPress, press: Press, members: Sequence[Member], now: datetime
    ) -> Reaction:
        """One complaint, for whoever it is open to. Raises BadPress for another clinic's."""
        complaint = await complaints.by_id(tx, press.request_id)
        if complaint is None:
            raise BadPress
        who = await presser(tx, event.chat_id, event.user_id, event.private, complaint.clinic_no, members)
        if not who.roles & COMPLAINT_ROLES:
            return line_to(self.pages.cards, who.member, T("complaint_office.no_right"), "wrong_role")
        if not await self._is_open_to(tx, complaint, event.user_id):
            # The same words whether it is about them, not theirs yet, or without an office's side.
            return line_to(self.pages.cards, who.member, T("complaint_office.not_yours"), "wrong_role")
        case = await self.handling.case(tx, complaint)
        return await self.handling.do(tx, Working(event, press, case, who, now))

    async def _is_open_to(self, reader: Reader, complaint: Complaint, telegram_id: int) -> bool:
        if await complaint_office.of(reader, complaint.id) is None:
            return False
        return (await circle_of(reader, complaint)).has(telegram_id)

    async def _opened(
        self, tx: Tx, event: CitizenEvent, members: Sequence[Member], now: datetime
    ) -> Reaction:
        numbers = sorted({one.clinic_no for one in members if one.role in COMPLAINT_ROLES})
        if not numbers:
            return line_to(self.pages.cards, members[0], T("complaint_office.no_right"), "wrong_role")
        clinics, tongue = [await self._clinic(tx, no) for no in numbers], members[0].locale
        screen = self.pages.clinics([(one.no, one.short(tongue)) for one in clinics], tongue)
        if len(clinics) == 1:
            own = next(one for one in members if one.clinic_no == numbers[0])
            screen = await self._home(tx, clinics[0], own, now)
        return Reaction(PAGE, (parcel_for(event.chat_id, screen, kind=PAGE),))

    async def _home(self, tx: Tx, clinic: Clinic, member: Member, now: datetime) -> Screen:
        cases = await self._cases(tx, clinic, member.telegram_id, now)
        return self.pages.home(clinic, cases, member.locale)

    async def _cases(self, tx: Tx, clinic: Clinic, telegram_id: int, now: datetime) -> list[Case]:
        """What is open to that person of the clinic's complaints, the most urgent first."""
        found: list[Case] = []
        for complaint_id in await complaint_office.of_clinic(tx, clinic.no, now):
            complaint = await complaints.by_id(tx, complaint_id)
            if complaint is not None and (await circle_of(tx, complaint)).has(telegram_id):
                found.append(await self.handling.case(tx, complaint))
        never = clinic.local(now).date().max
        return sorted(found, key=lambda case: (case.due_on or never, case.complaint.id))

    async def _feedback(self, reader: Reader, clinic: Clinic) -> list[T]:
        """The newest words without a name, as far as they may go abroad."""
        if "reason" not in self.pages.cards.fields:
            return [T("complaint_office.withheld")]
        return [
            T(
                "complaint_office.feedback_line",
                day=clinic.local(one.at).date(),
                words=one.words
                if len(one.words) <= _LONGEST_SHOWN
                else f"{one.words[: _LONGEST_SHOWN - 1]}…",
            )
            for one in (await feedback.of_clinic(reader, clinic.no))[:_WORDS_SHOWN]
        ]

    async def _words(
        self, tx: Tx, event: CitizenEvent, expected: Expected, members: Sequence[Member], now: datetime
    ) -> Reaction:
        """What was typed, if whoever typed it may still; whoever may not any more is told so."""
        asked, text = expected.asked, event.sent.text if isinstance(event.sent, Said) else ""
        complaint = await complaints.by_id(tx, asked.complaint_id) if asked.complaint_id else None
        clinic_no = asked.clinic_no if complaint is None else complaint.clinic_no
        own = [one for one in members if one.clinic_no == clinic_no]
        if not any(one.role in COMPLAINT_ROLES for one in own):
            await staff_typing.stop(tx, event.user_id, now)
            return line_to(self.pages.cards, members[0], T("complaint_office.no_right"), "wrong_role")
        if asked.wanted is Wanted.PAPER:
            clinic = await self._clinic(tx, clinic_no)
            return await self.entering.typed(tx, own[0], asked, clinic, text, now)
        if complaint is None or not await self._is_open_to(tx, complaint, event.user_id):
            await staff_typing.stop(tx, event.user_id, now)
            return line_to(self.pages.cards, own[0], T("complaint_office.not_yours"), "wrong_role")
        case = await self.handling.case(tx, complaint)
        return await self.handling.typed(tx, own[0], case, asked, text, now)

    async def _clinic(self, tx: Tx, clinic_no: int) -> Clinic:
        await self.parts.directory.refresh(tx)
        clinic = self.parts.directory.clinics.get(clinic_no)
        if clinic is None:
            raise BadPress
        return clinic


def complaint_room(parts: Parts) -> ComplaintRoom:
    """The room of the complaints' office."""
    office: ComplaintOffice = parts.complaints
    pages = ComplaintPages(parts.cards)
    handling = ComplaintHandling(pages, office)
    return ComplaintRoom(parts, pages, handling, Entering(PaperPages(parts.cards), office))


def _is_command(event: CitizenEvent | GroupMessage) -> bool:
    if isinstance(event, CitizenEvent):
        return isinstance(event.sent, Command) and event.sent.name == COMMAND
    slash = SLASH.fullmatch(event.text)
    return slash is not None and slash[1].lower() == COMMAND


def _place(press: Press) -> tuple[Pile, int]:
    """Which pile, and from which place on. Raises BadPress."""
    try:
        pile, place = press.args
        return Pile(pile), int(place)
    except ValueError:
        raise BadPress from None


def _shown(event: StaffPress, screen: Screen) -> Reaction:
    if event.message_id is None:
        return Reaction(PAGE, (parcel_for(event.chat_id, screen, kind=PAGE),))
    return Reaction(PAGE, (edited(event.chat_id, event.message_id, screen, None),))
