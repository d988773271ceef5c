"""The queue in a private chat: requests are taken, given on, asked about, noted on, and refusals reopened.

Only in private, only for those whose work it is, only of their own clinic; each press is judged anew (S33).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from bot.channels.events import Action, CitizenEvent, Command, GroupMessage, StaffPress
from bot.channels.reactions import Reaction
from bot.channels.screens import Screen
from bot.channels.telegram import SLASH, parcel_for
from bot.staff import typing as staff_typing
from bot.staff.expecting import is_answered_by
from bot.staff.feed import edited
from bot.staff.parts import Parts
from bot.staff.press import NO_REQUEST, BadPress, Press, Verb
from bot.staff.rights import REOPENING_ROLES, WORK_ROLES, Presser, line_to, presser, shut
from bot.work import typing as work_typing
from bot.work.asking import Asking
from bot.work.colleagues import colleagues_of
from bot.work.dossier import Dossiers
from bot.work.handling import Handling, Working
from bot.work.menu import COMMAND
from bot.work.pages import QueuePages
from bot.work.typing import Expected
from dialogs.engine import Said, T
from rules.clinics import Clinic
from storage import staff, work
from storage.database import Reader, Tx
from storage.registry import Directory
from storage.staff import Member
from storage.work import Pile

PAGE: Final = "queue_page"

_OF_QUEUE: Final = frozenset({Verb.QUEUE, Verb.PILE})
_OF_REQUEST: Final = frozenset(
    {
        Verb.WORK,
        Verb.TAKE,
        Verb.GIVE,
        Verb.GIVE_BACK,
        Verb.ASK,
        Verb.NOTE,
        Verb.STOP_TYPING,
        Verb.WHOSE,
        Verb.REOPEN,
    }
)


@dataclass(frozen=True, slots=True)
class WorkRoom:
    """Answers what is typed and pressed about the queue, within the transaction of its inbox row."""

    directory: Directory
    pages: QueuePages
    dossiers: Dossiers
    handling: Handling

    @property
    def verbs(self) -> frozenset[Verb]:
        """The buttons of the queue, and of what is done with one request."""
        return _OF_QUEUE | _OF_REQUEST

    async def hears(self, reader: Reader, event: CitizenEvent | GroupMessage, now: datetime) -> bool:
        """True for the command or the menu's button of the queue, and for words that were asked for."""
        if _is_command(event):
            return True
        if isinstance(event, GroupMessage) or not isinstance(event.sent, Said):
            return False
        expected = await work_typing.expected_of(reader, event.user_id)
        return expected is not None and await is_answered_by(reader, event, expected.conversation, now)

    async def typed(self, tx: Tx, event: CitizenEvent | GroupMessage, now: datetime) -> Reaction:
        """The command, or the words of a question or a note. A group is told that the queue is private."""
        members = await staff.members_of(tx, event.user_id)
        expected = None if _is_command(event) else await work_typing.expected_of(tx, event.user_id)
        if not members or isinstance(event, GroupMessage):
            only = T("queue.private_only")
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
        if press.verb in _OF_QUEUE:
            return await self._queue(tx, event, press, members, now)
        dossier = await self.dossiers.of(tx, press.request_id)
        if dossier is None:
            raise BadPress
        clinic_no = dossier.clinic.no
        who = await presser(tx, event.chat_id, event.user_id, event.private, clinic_no, members)
        if not who.roles & WORK_ROLES:
            return line_to(self.pages.cards, who.member, T("queue.no_right"), "wrong_role")
        return await self.handling.do(tx, Working(event, press, dossier, who, now))

    async def _queue(
        self, tx: Tx, event: StaffPress, press: Press, members: Sequence[Member], now: datetime
    ) -> Reaction:
        if press.request_id != NO_REQUEST:
            raise BadPress
        who = await presser(tx, event.chat_id, event.user_id, event.private, press.version, members)
        if not who.roles & WORK_ROLES:
            return line_to(self.pages.cards, who.member, T("queue.no_right"), "wrong_role")
        clinic = await self._clinic(tx, press.version)
        if press.verb is Verb.QUEUE:
            return _shown(event, await self._home(tx, clinic, who, now))
        return _shown(event, await self._pile(tx, clinic, who, press, now))

    async def _opened(
        self, tx: Tx, event: CitizenEvent, members: Sequence[Member], now: datetime
    ) -> Reaction:
        at_work = (one for one in members if one.role in WORK_ROLES and not one.at_college)
        numbers = sorted({one.clinic_no for one in at_work})
        if not numbers:
            return line_to(self.pages.cards, members[0], T("queue.no_right"), "wrong_role")
        clinics, tongue = [await self._clinic(tx, no) for no in numbers], members[0].locale
        screen = self.pages.clinics([(one.no, one.short(tongue)) for one in clinics], tongue)
        if len(clinics) == 1:
            own = [one for one in members if one.clinic_no == numbers[0]]
            who = Presser(own[0], frozenset(one.role for one in own), tongue)
            screen = await self._home(tx, clinics[0], who, now)
        return Reaction(PAGE, (parcel_for(event.chat_id, screen, kind=PAGE),))

    async def _home(self, tx: Tx, clinic: Clinic, who: Presser, now: datetime) -> Screen:
        me, since = who.member.telegram_id, _morning(clinic, now)
        counts = await work.counts(tx, clinic.no, me, since, now)
        return self.pages.home(clinic, counts, who.member.locale, head=bool(who.roles & REOPENING_ROLES))

    async def _pile(self, tx: Tx, clinic: Clinic, who: Presser, press: Press, now: datetime) -> Screen:
        pile, place = _place(press)
        if pile is Pile.REFUSED and not who.roles & REOPENING_ROLES:
            raise BadPress
        me = who.member.telegram_id
        waiting = await work.listed(tx, clinic.no, pile, me, _morning(clinic, now), now)
        colleagues = await colleagues_of(tx, clinic.no)
        return self.pages.pile(clinic, pile, waiting, place, colleagues, who.member.locale, now)

    async def _words(
        self, tx: Tx, event: CitizenEvent, expected: Expected, members: Sequence[Member], now: datetime
    ) -> Reaction:
        """The words of a question or a note; whoever has lost their role meanwhile is told so."""
        dossier = await self.dossiers.of(tx, expected.request_id)
        own = [one for one in members if dossier is not None and one.clinic_no == dossier.clinic.no]
        if dossier is None or not any(one.role in WORK_ROLES for one in own):
            await staff_typing.stop(tx, event.user_id, now)
            return line_to(self.pages.cards, members[0], T("queue.no_right"), "wrong_role")
        text = event.sent.text if isinstance(event.sent, Said) else ""
        return await self.handling.typed(tx, own[0], dossier, expected, text, now)

    async def _clinic(self, tx: Tx, clinic_no: int) -> Clinic:
        await self.directory.refresh(tx)
        clinic = self.directory.clinics.get(clinic_no)
        if clinic is None:
            raise BadPress
        return clinic


def work_room(parts: Parts) -> WorkRoom:
    """The room of the queue."""
    asking = asking_of(parts)
    handling = Handling(asking.pages, asking.dossiers, asking)
    return WorkRoom(parts.directory, asking.pages, asking.dossiers, handling)


def asking_of(parts: Parts) -> Asking:
    """What carries questions and answers; its due moments are joined where the service is."""
    return Asking(Dossiers(parts), QueuePages(parts.cards))


def _is_command(event: CitizenEvent | GroupMessage) -> bool:
    if isinstance(event, CitizenEvent):
        match event.sent:
            case Command(name=name) | Action(id=name):
                return name == COMMAND
            case _:
                return False
    slash = SLASH.fullmatch(event.text)
    return slash is not None and slash[1].lower() == COMMAND


def _place(press: Press) -> tuple[Pile, int]:
    """Which pile, and from which place on. Raises BadPress."""
    try:
        pile, place = press.args
        return Pile(pile), int(place)
    except ValueError:
        raise BadPress from None


def _morning(clinic: Clinic, now: datetime) -> datetime:
    """When the clinic's day began."""
    return datetime.combine(clinic.local(now).date(), time(), ZoneInfo(clinic.zone))


def _shown(event: StaffPress, screen: Screen) -> Reaction:
    if event.message_id is None:
        return Reaction(PAGE, (parcel_for(event.chat_id, screen, kind=PAGE),))
    return Reaction(PAGE, (edited(event.chat_id, event.message_id, screen, None),))
