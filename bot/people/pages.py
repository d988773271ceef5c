"""The pages of who works at a clinic: the list, one person, whom to invite, and the end of somebody's work.

Nothing here does I/O. Phones are shown by their last two digits only: the page lies on servers abroad.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.channels.painting import in_base36
from bot.channels.screens import Screen
from bot.staff.cards import Cards, Labelled
from bot.staff.press import NO_REQUEST, Press, Verb
from dialogs.engine import T
from dialogs.staff_roles import role_named
from rules.clinics import Clinic
from rules.people import Language
from rules.phone import Phone
from rules.staff_roles import ROLES, Role
from storage.invitations import Invitation
from storage.staff import Member

SHOWN: Final = 10
"""People on a page."""


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Somebody of a clinic with every role they have there."""

    telegram_id: int
    name: str
    phone: str
    roles: tuple[Role, ...]

    @property
    def who(self) -> T:
        """How the person is called on a page."""
        if self.name:
            return T("people.who", who=self.name)
        return T("people.who_unnamed", id=str(self.telegram_id))

    def __repr__(self) -> str:
        return f"Person({self.telegram_id})"


def people_of(members: Iterable[Member]) -> tuple[Person, ...]:
    """Each person once, the longest linked first."""
    found: dict[int, list[Member]] = {}
    for one in members:
        found.setdefault(one.telegram_id, []).append(one)
    return tuple(
        Person(
            telegram_id,
            next((one.name for one in rows if one.name), ""),
            next((one.phone for one in rows if one.phone), ""),
            tuple(one.role for one in rows),
        )
        for telegram_id, rows in found.items()
    )


@dataclass(frozen=True, slots=True)
class PeoplePages:
    """Draws what whoever minds a clinic's people reads, in private."""

    cards: Cards

    def clinics(self, clinics: Iterable[int], language: Language) -> Screen:
        """Asks whose people, somebody who minds several clinics."""
        rows = [[(T("people.button_clinic", no=no), _press(no, Verb.PEOPLE))] for no in sorted(clinics)]
        return self.cards.page([T("people.ask_clinic")], language, rows)

    def everybody(
        self,
        clinic: Clinic,
        people: Sequence[Person],
        invited: Sequence[Invitation],
        first: int,
        language: Language,
    ) -> Screen:
        """Who is here, a page from that place on, with a button for each, and who is awaited."""
        shown = people[first : first + SHOWN]
        lines = [
            T("people.head", clinic=clinic.short(language)),
            *(
                T("people.line", role=role_named(role, clinic.no), who=one.who)
                for one in shown
                for role in one.roles
            ),
            *(
                T("people.awaited", role=role_named(one.role, clinic.no), who=_invited(one))
                for one in invited[:SHOWN]
            ),
        ]
        rows: list[Sequence[Labelled]] = [
            [(one.who, _press(clinic.no, Verb.PERSON, in_base36(one.telegram_id)))] for one in shown
        ]
        for one in invited[:SHOWN]:
            withdrawn = _press(clinic.no, Verb.UNINVITE, in_base36(one.id))
            rows.append([(T("people.button_withdraw", who=_invited(one)), withdrawn)])
        if turning := _turning(clinic.no, first, len(people)):
            rows.append(turning)
        invite = T("people.button_invite"), _press(clinic.no, Verb.INVITE)
        return self.cards.page(lines, language, [*rows, [invite]])

    def person(self, clinic: Clinic, person: Person, language: Language, *, may_end: bool) -> Screen:
        """One of them."""
        lines = [
            T("people.person", who=person.who, clinic=clinic.short(language)),
            *(T("people.role", role=role_named(role, clinic.no)) for role in person.roles),
        ]
        if person.phone:
            lines.append(T("people.phone", digits=Phone(person.phone).last_two))
        end = T("people.button_end"), _press(clinic.no, Verb.DEPART, in_base36(person.telegram_id))
        back = [_list(clinic.no)]
        return self.cards.page(lines, language, [[end], back] if may_end else [back])

    def sure(self, clinic: Clinic, person: Person, language: Language, *, last: bool) -> Screen:
        """Asks whether the work is to end; ``last``: the clinic would then take no requests."""
        lines = [T("people.ask_end", who=person.who, clinic=clinic.short(language))]
        if last:
            lines.append(T("people.ask_end_last"))
        sure = (T("people.button_sure"), _press(clinic.no, Verb.DEPARTED, in_base36(person.telegram_id)))
        return self.cards.page(lines, language, [[sure], [_list(clinic.no)]])

    def ended(self, clinic: Clinic, person: Person, language: Language) -> Screen:
        """Says that it has."""
        words = T("people.ended", who=person.who, clinic=clinic.short(language))
        return self.cards.page([words], language, [[_list(clinic.no)]])

    def roles(self, clinic: Clinic, offered: frozenset[Role], language: Language) -> Screen:
        """Asks for which work somebody is invited."""
        rows: list[Sequence[Labelled]] = [
            [(role_named(role, clinic.no), _press(clinic.no, Verb.INVITE, role))]
            for role in ROLES
            if role in offered
        ]
        words = T("people.ask_role", clinic=clinic.short(language))
        return self.cards.page([words], language, [*rows, [_list(clinic.no)]])

    def asked(self, clinic: Clinic, role: Role, language: Language) -> Screen:
        """Asks for phone and name."""
        words = T("people.ask_person", role=role_named(role, clinic.no))
        return self.cards.page([words], language, [[_list(clinic.no)]])


def _turning(clinic_no: int, first: int, count: int) -> Sequence[Labelled]:
    places = (("earlier", first - SHOWN), ("later", first + SHOWN))
    return [
        (T(f"people.button_{label}"), _press(clinic_no, Verb.PEOPLE, str(place)))
        for label, place in places
        if 0 <= place < count
    ]


def _invited(one: Invitation) -> T:
    name = one.name or f"··{one.phone.last_two}"
    return T("people.who", who=name)


def _list(clinic_no: int) -> Labelled:
    return T("people.button_list"), _press(clinic_no, Verb.PEOPLE)


def _press(clinic_no: int, verb: Verb, *args: str) -> str:
    return str(Press(NO_REQUEST, clinic_no, verb, args))
