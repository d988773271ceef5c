"""The college's room: ``/college``, its buttons, and whatever its people were asked to type.

Only in private, only for those whose work it is, only of their own college; each press is judged anew (S33).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.channels.events import Action, CitizenEvent, Command, GroupMessage, StaffPress
from bot.channels.reactions import Reaction
from bot.channels.screens import Screen
from bot.channels.telegram import SLASH, parcel_for
from bot.college import typing as college_typing
from bot.college.dossier import Dossier, Dossiers
from bot.college.entering import DECIDES, Entering
from bot.college.forms import PICTURES, Form
from bot.college.handling import Handling, Working
from bot.college.intake import Intake
from bot.college.pages import CollegePages, Pile
from bot.college.reception import CollegeReception
from bot.college.steps import CollegeSteps
from bot.college.telling import Telling
from bot.college.typing import Expected
from bot.staff import typing as staff_typing
from bot.staff.expecting import is_answered_by
from bot.staff.feed import edited
from bot.staff.parts import Parts
from bot.staff.press import NO_REQUEST, BadPress, Press, Verb
from bot.staff.rights import COLLEGE_ROLES, DECIDING_ROLES, Presser, line_to, presser, shut
from dialogs.engine import Said, SentFile, T
from rules.clinics import Clinic
from rules.training import Stage
from storage import staff
from storage.database import Reader, Tx
from storage.staff import Member

COMMAND: Final = "college"
"""What the college's people type in private; also the button under their first words."""

PAGE: Final = "college_page"

_OF_INTAKE: Final = frozenset({Form.INTAKE, Form.STORY})
_OF_COLLEGE: Final = frozenset({Verb.COLLEGE, Verb.COLLEGE_NEW, Verb.COLLEGE_STOP})
_OF_REQUEST: Final = frozenset(
    {
        Verb.COLLEGE_SEE,
        Verb.COLLEGE_DO,
        Verb.COLLEGE_ENTER,
        Verb.COLLEGE_DECIDE,
        Verb.COLLEGE_FILE,
    }
)


@dataclass(frozen=True, slots=True)
class CollegeRoom:
    """Answers what is typed and pressed, within the transaction of its inbox row."""

    pages: CollegePages
    dossiers: Dossiers
    handling: Handling
    reception: CollegeReception

    @property
    def verbs(self) -> frozenset[Verb]:
        """The buttons of the college."""
        return _OF_COLLEGE | _OF_REQUEST

    async def hears(self, reader: Reader, event: CitizenEvent | GroupMessage, now: datetime) -> bool:
        """True for the command, for words that were asked for, and for the picture of a paper."""
        if _is_command(event):
            return True
        if isinstance(event, GroupMessage) or not isinstance(event.sent, Said | SentFile):
            return False
        expected = await college_typing.expected_of(reader, event.user_id)
        if expected is None or isinstance(event.sent, SentFile) is not (expected.form in PICTURES):
            return False
        return await is_answered_by(reader, event, expected.conversation, now)

    async def typed(self, tx: Tx, event: CitizenEvent | GroupMessage, now: datetime) -> Reaction:
        """The command, or the next field of a form. A group is told that the college opens in private."""
        members = await staff.members_of(tx, event.user_id)
        expected = None if _is_command(event) else await college_typing.expected_of(tx, event.user_id)
        if not members or isinstance(event, GroupMessage):
            only = T("college.private_only")
            return await shut(tx, self.pages.cards, event.chat_id, event.user_id, members, only, now)
        if expected is not None:
            return await self._filled(tx, event, expected, members, now)
        return await self._opened(tx, event, members, now)

    async def pressed(
        self, tx: Tx, event: StaffPress, press: Press, members: Sequence[Member], now: datetime
    ) -> Reaction:
        """A button. Raises BadPress for another clinic's people, and for any chat but their own (S33)."""
        if not event.private:
            raise BadPress
        if press.verb in _OF_COLLEGE:
            return await self._of_college(tx, event, press, members, now)
        dossier = await self.dossiers.of(tx, press.request_id)
        if dossier is None:
            raise BadPress
        clinic_no = dossier.clinic.no
        who = await presser(tx, event.chat_id, event.user_id, event.private, clinic_no, members)
        roles = DECIDING_ROLES if press.verb is Verb.COLLEGE_DECIDE else COLLEGE_ROLES
        if not who.roles & roles:
            return line_to(self.pages.cards, who.member, T("college.no_right"), "wrong_role")
        return await self.handling.do(tx, Working(event, press, dossier, who, now))

    async def _of_college(
        self, tx: Tx, event: StaffPress, press: Press, members: Sequence[Member], now: datetime
    ) -> Reaction:
        if press.request_id != NO_REQUEST:
            raise BadPress
        who = await presser(tx, event.chat_id, event.user_id, event.private, press.version, members)
        if not who.roles & COLLEGE_ROLES:
            return line_to(self.pages.cards, who.member, T("college.no_right"), "wrong_role")
        clinic = await self._clinic(tx, press.version)
        match press.verb:
            case Verb.COLLEGE_STOP:
                return await self._stopped(tx, event, clinic, who, now)
            case Verb.COLLEGE_NEW:
                return await self.reception.pressed(tx, press, clinic, who, now)
            case _ if press.args:
                return _shown(event, await self._pile(tx, clinic, who, press, now))
            case _:
                return _shown(event, await self._home(tx, clinic, who, now))

    async def _stopped(
        self, tx: Tx, event: StaffPress, clinic: Clinic, who: Presser, now: datetime
    ) -> Reaction:
        """Nothing more is typed; back to what it was about."""
        expected = await college_typing.expected_of(tx, event.user_id)
        await staff_typing.stop(tx, event.user_id, now)
        about = 0 if expected is None or expected.form in _OF_INTAKE else expected.subject
        dossier = await self.dossiers.of(tx, about)
        if dossier is None or dossier.clinic.no != clinic.no:
            return _shown(event, await self._home(tx, clinic, who, now))
        return _shown(event, await self.handling.drawn(tx, dossier, who, now))

    async def _opened(
        self, tx: Tx, event: CitizenEvent, members: Sequence[Member], now: datetime
    ) -> Reaction:
        """The piles of the college where the sender works; other institutions have no such room."""
        for one in members:
            if one.role in COLLEGE_ROLES and (clinic := await self._clinic(tx, one.clinic_no)).is_college:
                own = frozenset(each.role for each in members if each.clinic_no == clinic.no)
                home = await self._home(tx, clinic, Presser(one, own, one.locale), now)
                return Reaction(PAGE, (parcel_for(event.chat_id, home, kind=PAGE),))
        return line_to(self.pages.cards, members[0], T("college.no_right"), "wrong_role")

    async def _home(self, tx: Tx, clinic: Clinic, who: Presser, now: datetime) -> Screen:
        everything = await self.dossiers.open_of(tx, clinic.no)
        me = who.member.telegram_id
        counts = {pile: len(_on(pile, everything, me, now)) for pile in Pile}
        return self.pages.home(clinic, counts, who.member.locale)

    async def _pile(self, tx: Tx, clinic: Clinic, who: Presser, press: Press, now: datetime) -> Screen:
        pile, place = _place(press)
        found = _on(pile, await self.dossiers.open_of(tx, clinic.no), who.member.telegram_id, now)
        return self.pages.pile(clinic, pile, found, place, who.member.locale, now)

    async def _filled(
        self, tx: Tx, event: CitizenEvent, expected: Expected, members: Sequence[Member], now: datetime
    ) -> Reaction:
        """The next field of a form; whoever has lost their role meanwhile is told so."""
        roles = DECIDING_ROLES if expected.form in DECIDES else COLLEGE_ROLES
        own = [one for one in members if one.clinic_no == expected.clinic_no]
        if not any(one.role in roles for one in own):
            await staff_typing.stop(tx, event.user_id, now)
            return line_to(self.pages.cards, members[0], T("college.no_right"), "wrong_role")
        who = Presser(own[0], frozenset(one.role for one in own), own[0].locale)
        if expected.form in _OF_INTAKE:
            clinic = await self._clinic(tx, expected.clinic_no)
            return await self.reception.typed(tx, event, expected, clinic, who, now)
        return await self.handling.typed(tx, event, expected, who, now)

    async def _clinic(self, tx: Tx, clinic_no: int) -> Clinic:
        await self.dossiers.directory.refresh(tx)
        clinic = self.dossiers.directory.clinics.get(clinic_no)
        if clinic is None:
            raise BadPress
        return clinic


def college_room(parts: Parts) -> CollegeRoom:
    """The room of the college."""
    dossiers, pages = Dossiers(parts.directory), CollegePages(parts.cards)
    steps = CollegeSteps(dossiers)
    handling = Handling(pages, steps, Entering(steps), Telling(pages))
    return CollegeRoom(pages, dossiers, handling, CollegeReception(pages, Intake(dossiers, steps)))


def _is_command(event: CitizenEvent | GroupMessage) -> bool:
    if isinstance(event, CitizenEvent):
        match event.sent:
            case Command(name=name) | Action(id=name):
                return name == COMMAND
            case _:
                return False
    slash = SLASH.fullmatch(event.text)
    return slash is not None and slash[1].lower() == COMMAND


def _on(pile: Pile, everything: Sequence[Dossier], me: int, now: datetime) -> list[Dossier]:
    """What of everything open lies on that pile."""
    match pile:
        case Pile.NEW:
            return [one for one in everything if one.stage is Stage.REGISTERED]
        case Pile.MINE:
            return [one for one in everything if one.office.executor == me]
        case Pile.LATE:
            return [one for one in everything if one.is_late(now)]
        case Pile.READY:
            return [one for one in everything if one.stage is Stage.READY]
        case Pile.ALL:
            return list(everything)


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
