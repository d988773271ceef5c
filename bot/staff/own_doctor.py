"""Which doctor of the clinic's list one of the staff is: asked once they are linked, by a button each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.bookings.mornings import look_again
from bot.channels.events import CitizenEvent, GroupMessage, StaffPress
from bot.channels.reactions import Reaction
from bot.channels.screens import Screen
from bot.channels.telegram import parcel_for
from bot.rounds.looking import look_again as rounds_soon
from bot.staff.cards import Cards, Labelled, Tongue
from bot.staff.feed import edited
from bot.staff.press import NO_REQUEST, BadPress, Press, Verb, doctor_key
from bot.staff.rights import OWN_DOCTOR_ROLES, presser
from dialogs.engine import T
from rules.doctors import Doctor, is_of_the_three
from storage import audit, registry, staff
from storage.database import Reader, Tx
from storage.outbox import Parcel
from storage.staff import Member

PAGE: Final = "own_doctor"
_SHOWN: Final = 90
"""Telegram takes a hundred buttons under a message."""


@dataclass(frozen=True, slots=True)
class OwnDoctor:
    """Asks, and keeps what was said. It may be said anew: the last counts."""

    cards: Cards

    @property
    def verbs(self) -> frozenset[Verb]:
        """The buttons with the doctors' names."""
        return frozenset({Verb.I_AM})

    async def hears(self, reader: Reader, event: CitizenEvent | GroupMessage, now: datetime) -> bool:
        """False: nobody types who they are."""
        del reader, event, now
        return False

    async def typed(self, tx: Tx, event: CitizenEvent | GroupMessage, now: datetime) -> Reaction:
        """Never: nothing is heard here. Raises LookupError."""
        del tx, event, now
        raise LookupError("words that nobody heard")

    async def asked(self, tx: Tx, clinic_no: int, chat_id: int, tongue: Tongue) -> tuple[Parcel, ...]:
        """The question, for a doctor just linked; nothing where the clinic's list is empty."""
        doctors = await doctors_of(tx, clinic_no)
        if not doctors:
            return ()
        return (parcel_for(chat_id, self._question(clinic_no, doctors, tongue), kind=PAGE),)

    async def pressed(
        self, tx: Tx, event: StaffPress, press: Press, members: Sequence[Member], now: datetime
    ) -> Reaction:
        """A doctor was chosen, or is to be chosen anew. Raises BadPress for whoever is no doctor there."""
        clinic_no = press.version
        who = await presser(tx, event.chat_id, event.user_id, event.private, clinic_no, members)
        if press.request_id != NO_REQUEST or not event.private or not who.roles & OWN_DOCTOR_ROLES:
            raise BadPress
        doctors = await doctors_of(tx, clinic_no)
        if not press.args:
            return _turned(event, self._question(clinic_no, doctors, who.tongue))
        doctor = next((one for one in doctors if doctor_key(one.doctor_no) == press.args[0]), None)
        if doctor is None or not await staff.is_doctor(tx, event.user_id, clinic_no, doctor.doctor_no):
            raise BadPress
        look_again(tx, (event.user_id,), now)
        rounds_soon(tx, (event.user_id,), now)
        facts: dict[str, str | int] = {"clinic": clinic_no, "doctor": doctor_key(doctor.doctor_no)}
        await audit.append(tx, "staff.is_doctor", who.actor, f"clinic:{clinic_no}", facts, now)
        return _turned(event, self._kept(clinic_no, doctor, who.tongue))

    def _question(self, clinic_no: int, doctors: Sequence[Doctor], tongue: Tongue) -> Screen:
        rows = [
            [(T("staff.button.doctor", doctor=one.full_name), _press(clinic_no, doctor_key(one.doctor_no)))]
            for one in doctors[:_SHOWN]
        ]
        return self.cards.page([T("staff.ask.own_doctor")], tongue, rows)

    def _kept(self, clinic_no: int, doctor: Doctor, tongue: Tongue) -> Screen:
        other: Labelled = (T("staff.button.other_own"), _press(clinic_no))
        return self.cards.page([T("staff.own_doctor", doctor=doctor.full_name)], tongue, [[other]])


async def doctors_of(tx: Tx, clinic_no: int) -> list[Doctor]:
    """The doctors of the clinic's list who are booked: the three of the acts."""
    return [one for one in await registry.doctors(tx, clinic_no) if is_of_the_three(one.role)]


def _turned(event: StaffPress, screen: Screen) -> Reaction:
    if event.message_id is None:
        return Reaction(PAGE)
    return Reaction(PAGE, (edited(event.chat_id, event.message_id, screen, None),))


def _press(clinic_no: int, *args: str) -> str:
    return str(Press(NO_REQUEST, clinic_no, Verb.I_AM, args))
