"""The people of a clinic in a private chat: who is here, who is invited, whose work ends.

Only in private, only for those whose work it is, only of their own clinic; each press is judged anew (S33).
Whoever was invited is heard here too, with the digits that were sent to their phone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from bot.channels.events import CitizenEvent, Command, GroupMessage, StaffPress
from bot.channels.reactions import Reaction
from bot.channels.screens import Screen
from bot.channels.telegram import SLASH, parcel_for
from bot.clock import SystemSecrets
from bot.people import typing as people_typing
from bot.people.joining import Joining
from bot.people.leaving import Leaving
from bot.people.pages import PeoplePages, Person, people_of
from bot.people.typing import Expected
from bot.staff.expecting import is_answered_by
from bot.staff.feed import edited, said
from bot.staff.own_doctor import OwnDoctor
from bot.staff.parts import Parts
from bot.staff.press import NO_REQUEST, BadPress, Press, Verb
from bot.staff.rights import INVITED_BY, PEOPLE_ROLES, Presser, line_to, presser, to_stranger
from bot.staff.typing import WAITS, asked_last, stop
from dialogs.engine import Said, T
from dialogs.staff_roles import role_named
from rules.clinics import Clinic, Institution
from rules.clock import Secrets
from rules.consent import CODE_LIFETIME
from rules.phone import BadPhone
from rules.staff_roles import ROLES, Role, roles_at
from storage import audit, conversations, invitations, staff
from storage.database import Reader, Tx
from storage.invitations import New
from storage.staff import Member

COMMAND: Final = "staff"
"""What staff type in private."""

PAGE: Final = "people_page"

PAGES: Final = frozenset({Verb.PEOPLE, Verb.PERSON, Verb.DEPART, Verb.DEPARTED, Verb.INVITE, Verb.UNINVITE})

_DIGITS: Final = re.compile(r"\s*([0-9]{3})[ -]?([0-9]{3})\s*", re.ASCII)
_NEEDED: Final[Mapping[Institution, tuple[Role, ...]]] = {
    Institution.CLINIC: ("registrar", "head"),
    Institution.COLLEGE: ("college", "head"),
}
"""Without one of each a clinic takes no requests."""


@dataclass(frozen=True, slots=True)
class _Asking:
    """Who looks at the people of which clinic, and on which page."""

    event: StaffPress
    press: Press
    clinic: Clinic
    who: Presser
    now: datetime


@dataclass(frozen=True, slots=True)
class PeopleRoom:
    """Answers what is typed and pressed about a clinic's people, within the transaction of its inbox row."""

    parts: Parts
    pages: PeoplePages
    joining: Joining
    leaving: Leaving
    secrets: Secrets = field(default_factory=SystemSecrets)

    @property
    def verbs(self) -> frozenset[Verb]:
        """The buttons of these pages."""
        return PAGES

    async def hears(self, reader: Reader, event: CitizenEvent | GroupMessage, now: datetime) -> bool:
        """True for the command, for a phone and name that were asked for, and for digits that are awaited."""
        if _is_command(event):
            return True
        if isinstance(event, GroupMessage) or not isinstance(event.sent, Said):
            return False
        if _DIGITS.fullmatch(event.sent.text):
            return await self._awaits_digits(reader, event, now)
        expected = await people_typing.expected_of(reader, event.user_id)
        return expected is not None and await is_answered_by(reader, event, expected.conversation, now)

    async def _awaits_digits(self, reader: Reader, event: CitizenEvent, now: datetime) -> bool:
        """While the code lives; a little longer to whoever is not asked for another code as a citizen."""
        sent = await invitations.code_sent(reader, event.user_id, now)
        if sent is None or now >= sent + WAITS:
            return False
        if not await asked_last(reader, event.address, event.user_id, sent):
            return False
        if now < sent + CODE_LIFETIME.delta:
            return True
        _, talk = await conversations.of_address(reader, event.address)
        return talk is None

    async def typed(self, tx: Tx, event: CitizenEvent | GroupMessage, now: datetime) -> Reaction:
        """The command, the digits of somebody invited, or whom somebody invites."""
        if _is_command(event) or isinstance(event, GroupMessage):
            return await self._command(tx, event, now)
        text = event.sent.text if isinstance(event.sent, Said) else ""
        digits = _DIGITS.fullmatch(text)
        if digits is not None:
            return await self.joining.typed(tx, event, digits[1] + digits[2], now)
        return await self._named(tx, event, text, now)

    async def pressed(
        self, tx: Tx, event: StaffPress, press: Press, members: Sequence[Member], now: datetime
    ) -> Reaction:
        """A button of a page. Raises BadPress for another clinic's people, and for any chat but their own."""
        if not event.private or press.request_id != NO_REQUEST:
            raise BadPress
        who = await presser(tx, event.chat_id, event.user_id, event.private, press.version, members)
        if not who.roles & PEOPLE_ROLES:
            return line_to(self.pages.cards, who.member, T("people.no_right"), "wrong_role")
        asking = _Asking(event, press, await self._clinic(tx, press.version), who, now)
        match press.verb:
            case Verb.PERSON | Verb.DEPART | Verb.DEPARTED:
                return await self._person(tx, asking)
            case Verb.INVITE:
                return await self._invite(tx, asking)
            case Verb.UNINVITE:
                return await self._withdraw(tx, asking)
            case _:
                await people_typing.stop_own(tx, event.user_id, now)
                return self._shown(asking, await self._everybody(tx, asking))

    async def _command(self, tx: Tx, event: CitizenEvent | GroupMessage, now: datetime) -> Reaction:
        """The list; a group is told that it opens in private only."""
        cards, members = self.pages.cards, await staff.members_of(tx, event.user_id)
        if not members:
            return to_stranger(cards, event.chat_id, event.user_id, now)
        if isinstance(event, GroupMessage):
            words = cards.say(T("people.private_only"), members[0].locale)
            return Reaction("private_only", (said(event.chat_id, words),))
        clinics = {one.clinic_no for one in members if one.role in PEOPLE_ROLES}
        if not clinics:
            return line_to(cards, members[0], T("people.no_right"), "wrong_role")
        if len(clinics) > 1:
            screen = self.pages.clinics(clinics, members[0].locale)
            return Reaction(PAGE, (parcel_for(event.chat_id, screen, kind=PAGE),))
        clinic_no = clinics.pop()
        language = next(one.locale for one in members if one.clinic_no == clinic_no)
        clinic = await self._clinic(tx, clinic_no)
        people = people_of(await staff.of_clinic(tx, clinic_no))
        invited = await invitations.of_clinic(tx, clinic_no, now)
        screen = self.pages.everybody(clinic, people, invited, 0, language)
        return Reaction(PAGE, (parcel_for(event.chat_id, screen, kind=PAGE),))

    async def _everybody(self, tx: Tx, asking: _Asking) -> Screen:
        first = asking.press.args[0] if asking.press.args else "0"
        people = people_of(await staff.of_clinic(tx, asking.clinic.no))
        invited = await invitations.of_clinic(tx, asking.clinic.no, asking.now)
        place = int(first) if first.isdigit() and int(first) < len(people) else 0
        return self.pages.everybody(asking.clinic, people, invited, place, asking.who.member.locale)

    async def _person(self, tx: Tx, asking: _Asking) -> Reaction:
        """One person, or the end of their work; whoever is gone meanwhile is not on the list any more."""
        clinic, language = asking.clinic, asking.who.member.locale
        people = people_of(await staff.of_clinic(tx, clinic.no))
        person = next((one for one in people if one.telegram_id == _number(asking.press)), None)
        if person is None:
            return self._shown(asking, await self._everybody(tx, replace(asking, press=_first_page(asking))))
        may_end = set(person.roles) <= _given(asking.who)
        if asking.press.verb is Verb.PERSON:
            return self._shown(asking, self.pages.person(clinic, person, language, may_end=may_end))
        if not may_end:
            return line_to(self.pages.cards, asking.who.member, T("people.not_yours"), "wrong_role")
        if asking.press.verb is Verb.DEPART:
            last = _is_last(person, people, clinic)
            return self._shown(asking, self.pages.sure(clinic, person, language, last=last))
        parcels = await self.leaving.end(tx, person.telegram_id, clinic.no, asking.who.actor, asking.now)
        page = self._shown(asking, self.pages.ended(clinic, person, language))
        return Reaction("person_ended", (*page.parcels, *(parcels or ())))

    async def _invite(self, tx: Tx, asking: _Asking) -> Reaction:
        offered, language = _given(asking.who) & roles_at(asking.clinic.kind), asking.who.member.locale
        if not asking.press.args:
            return self._shown(asking, self.pages.roles(asking.clinic, offered, language))
        role = _role(asking.press.args[0])
        if role not in offered:
            return line_to(self.pages.cards, asking.who.member, T("people.not_yours"), "wrong_role")
        user_id = asking.event.user_id
        await people_typing.expect(tx, user_id, asking.clinic.no, role, language, asking.now)
        return self._shown(asking, self.pages.asked(asking.clinic, role, language))

    async def _withdraw(self, tx: Tx, asking: _Asking) -> Reaction:
        number, offered = _number(asking.press), _given(asking.who)
        awaited = await invitations.of_clinic(tx, asking.clinic.no, asking.now)
        found = next((one for one in awaited if one.id == number), None)
        if found is not None and found.role not in offered:
            return line_to(self.pages.cards, asking.who.member, T("people.not_yours"), "wrong_role")
        if found is not None and await invitations.withdraw(tx, found.id, asking.clinic.no, asking.now):
            facts: dict[str, str | int] = {"clinic": asking.clinic.no, "invitation": found.id}
            place = f"clinic:{asking.clinic.no}"
            await audit.append(tx, "staff.uninvited", asking.who.actor, place, facts, asking.now)
        return self._shown(asking, await self._everybody(tx, replace(asking, press=_first_page(asking))))

    async def _named(self, tx: Tx, event: CitizenEvent, text: str, now: datetime) -> Reaction:
        """Invite whoever was typed, if the asker may still; what cannot be read is asked for again."""
        expected = await people_typing.expected_of(tx, event.user_id)
        if expected is None:
            return Reaction("nothing_asked")
        members = await staff.members_of(tx, event.user_id)
        try:
            who = await presser(
                tx, event.chat_id, event.user_id, private=True, clinic_no=expected.clinic_no, members=members
            )
        except BadPress:
            await stop(tx, event.user_id, now)
            return to_stranger(self.pages.cards, event.chat_id, event.user_id, now)
        if expected.role not in _given(who):
            await stop(tx, event.user_id, now)
            return line_to(self.pages.cards, who.member, T("people.not_yours"), "wrong_role")
        return await self._invited(tx, event, expected, who, text, now)

    async def _invited(
        self, tx: Tx, event: CitizenEvent, expected: Expected, who: Presser, text: str, now: datetime
    ) -> Reaction:
        try:
            meant = people_typing.read_person(text)
        except BadPhone:
            return line_to(self.pages.cards, who.member, T("people.bad_phone"), "bad_phone")
        if meant is None:
            return line_to(self.pages.cards, who.member, T("people.bad_person"), "bad_person")
        await stop(tx, event.user_id, now)
        language = who.member.locale
        new = New(expected.clinic_no, expected.role, language, meant.phone, meant.name, who.actor)
        code = invitations.invite(tx, new, now, self.secrets)
        facts: dict[str, str | int] = {"clinic": expected.clinic_no, "role": expected.role}
        await audit.append(tx, "staff.invited", who.actor, f"clinic:{expected.clinic_no}", facts, now)
        words = T(
            "people.invited",
            who=meant.name,
            role=role_named(expected.role, expected.clinic_no),
            link=self.parts.bot.link(code) or f"/link {code}",
            digits=meant.phone.last_two,
        )
        return Reaction("invited", (said(event.chat_id, self.pages.cards.say(words, language)),))

    def _shown(self, asking: _Asking, screen: Screen) -> Reaction:
        event = asking.event
        if event.message_id is None:
            return Reaction(PAGE, (parcel_for(event.chat_id, screen, kind=PAGE),))
        return Reaction(PAGE, (edited(event.chat_id, event.message_id, screen, None),))

    async def _clinic(self, tx: Tx, clinic_no: int) -> Clinic:
        await self.parts.directory.refresh(tx)
        clinic = self.parts.directory.clinics.get(clinic_no)
        if clinic is None:
            raise BadPress
        return clinic


def people_room(parts: Parts) -> PeopleRoom:
    """The room over the shared parts."""
    joining = Joining(parts.directory, parts.cards, OwnDoctor(parts.cards))
    return PeopleRoom(parts, PeoplePages(parts.cards), joining, Leaving(parts))


def _is_command(event: CitizenEvent | GroupMessage) -> bool:
    if isinstance(event, CitizenEvent):
        return isinstance(event.sent, Command) and event.sent.name == COMMAND
    slash = SLASH.fullmatch(event.text)
    return slash is not None and slash[1].lower() == COMMAND


def _given(who: Presser) -> frozenset[Role]:
    """Which roles this person lets in and puts out."""
    return frozenset(role for by, given in INVITED_BY.items() if by in who.roles for role in given)


def _is_last(person: Person, people: Sequence[Person], clinic: Clinic) -> bool:
    others = {role for one in people if one is not person for role in one.roles}
    return any(role in person.roles and role not in others for role in _NEEDED[clinic.kind])


def _first_page(asking: _Asking) -> Press:
    return Press(NO_REQUEST, asking.clinic.no, Verb.PEOPLE)


def _number(press: Press) -> int:
    """The id on the button. Raises BadPress."""
    try:
        return int(press.args[0], 36)
    except (IndexError, ValueError):
        raise BadPress from None


def _role(text: str) -> Role:
    if text not in ROLES:
        raise BadPress
    return text
