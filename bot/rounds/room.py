"""The doctor's own page: asked for by ``/visits``, and pressed; each doctor's own visits and nobody else's.

A press is bound to the call and the version that the page was drawn for, as on a card (S33, HC-17).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.calls.steps import Outcome, Steps, Taken, TooLate, UndoOver
from bot.channels.events import CitizenEvent, Command, GroupMessage, StaffPress
from bot.channels.reactions import Reaction
from bot.channels.telegram import SLASH
from bot.rounds.pages import RoundsPages
from bot.staff.cards import Call
from bot.staff.feed import Feed, edited, said
from bot.staff.own_doctor import OwnDoctor
from bot.staff.press import NO_REQUEST, BadPress, Press, Verb
from bot.staff.rights import ROUNDS_ROLES, Presser, line_to, presser, to_stranger
from dialogs.engine import T
from rules.call_status import CallStatus
from rules.law import rule
from storage import staff
from storage.database import Reader, Tx
from storage.outbox import Parcel
from storage.staff import Member

COMMAND: Final = "visits"
_STEPS: Final = frozenset({Verb.ROUNDS_WAY, Verb.ROUNDS_DONE, Verb.ROUNDS_SHUT, Verb.ROUNDS_UNDO})


@dataclass(frozen=True, slots=True)
class _Pressing:
    event: StaffPress
    press: Press
    who: Presser
    doctor_no: str
    now: datetime


@dataclass(frozen=True, slots=True)
class RoundsRoom:
    """Answers what doctors type and press about their visits, within the transaction of its inbox row."""

    pages: RoundsPages
    calls: Feed
    steps: Steps
    own: OwnDoctor

    @property
    def verbs(self) -> frozenset[Verb]:
        """The buttons of the page."""
        return _STEPS | {Verb.ROUNDS, Verb.ROUNDS_SEE}

    async def hears(self, reader: Reader, event: CitizenEvent | GroupMessage, now: datetime) -> bool:
        """True for ``/visits``, in private or in a group; it is answered in private."""
        del reader, now
        if isinstance(event, GroupMessage):
            slash = SLASH.fullmatch(event.text)
            return slash is not None and slash[1].lower() == COMMAND
        return isinstance(event.sent, Command) and event.sent.name == COMMAND

    @rule("HC-17")
    async def typed(self, tx: Tx, event: CitizenEvent | GroupMessage, now: datetime) -> Reaction:
        """The page of each clinic where the sender is a doctor; who has not said which one is asked first."""
        members = await staff.members_of(tx, event.user_id)
        if not members:
            return to_stranger(self.calls.cards, event.chat_id, event.user_id, now)
        doctors = [one for one in members if one.role in ROUNDS_ROLES]
        if not doctors:
            return line_to(self.calls.cards, members[0], T("staff.rounds.doctors_only"), "wrong_role")
        parcels: list[Parcel] = []
        for one in doctors:
            parcels += await self._page_of(tx, one, event.inbox_id, now)
        return Reaction("rounds", tuple(parcels))

    async def _page_of(self, tx: Tx, member: Member, which: int, now: datetime) -> tuple[Parcel, ...]:
        if member.doctor_no is None:
            return await self.own.asked(tx, member.clinic_no, member.telegram_id, member.locale)
        page = await self.pages.asked(tx, member, member.doctor_no, which, now)
        if page is None:
            return await self.own.asked(tx, member.clinic_no, member.telegram_id, member.locale)
        return (page,)

    async def pressed(
        self, tx: Tx, event: StaffPress, press: Press, members: Sequence[Member], now: datetime
    ) -> Reaction:
        """A button of the page. Raises BadPress for whoever is not the doctor of that visit (HC-17, S33)."""
        if press.request_id == NO_REQUEST:
            pressing = await self._authorised(tx, event, press, members, press.version, None, now)
            if press.verb is not Verb.ROUNDS:
                raise BadPress
            return Reaction("turned", await self._redrawn(tx, pressing, None))
        call = await self.calls.call(tx, press.request_id)
        if call is None or press.verb is Verb.ROUNDS:
            raise BadPress
        clinic_no, doctor_no = call.clinic.no, call.doctor_no
        if doctor_no is None:
            return await self._no_longer_theirs(tx, event, call, press, members)
        pressing = await self._authorised(tx, event, press, members, clinic_no, doctor_no, now)
        if press.verb is Verb.ROUNDS_SEE:
            return Reaction("turned", await self._redrawn(tx, pressing, call.id))
        if press.version != call.version:
            return await self._moved_on(tx, pressing, call)
        return await self._after(tx, pressing, call, await self._step(tx, pressing, call))

    async def _authorised(
        self,
        tx: Tx,
        event: StaffPress,
        press: Press,
        members: Sequence[Member],
        clinic_no: int,
        doctor_no: str | None,
        now: datetime,
    ) -> _Pressing:
        who = await presser(tx, event.chat_id, event.user_id, event.private, clinic_no, members)
        own = [
            one.doctor_no
            for one in members
            if one.clinic_no == clinic_no and one.role in ROUNDS_ROLES and one.doctor_no
        ]
        if not event.private or not own or (doctor_no is not None and doctor_no not in own):
            raise BadPress
        return _Pressing(event, press, who, doctor_no or own[0], now)

    async def _step(self, tx: Tx, pressing: _Pressing, call: Call) -> Outcome:
        actor, now = pressing.who.actor, pressing.now
        match pressing.press.verb:
            case Verb.ROUNDS_WAY:
                return await self.steps.on_way(tx, call, actor, now)
            case Verb.ROUNDS_DONE:
                return await self.steps.done(tx, call, actor, now)
            case Verb.ROUNDS_SHUT:
                return await self.steps.not_home(tx, call, actor, now)
            case _ if call.status is CallStatus.CONFIRMED:
                # What the registry promised is not a doctor's to take back.
                raise BadPress
            case _:
                return await self.steps.undo(tx, call, actor, now)

    async def _after(self, tx: Tx, pressing: _Pressing, call: Call, outcome: Outcome) -> Reaction:
        match outcome:
            case TooLate():
                return await self._moved_on(tx, pressing, call)
            case UndoOver():
                words = T("staff.undo_late", number=call.number)
                return line_to(self.calls.cards, pressing.who.member, words, "undo_over")
            case Taken(parcels=parcels):
                page = await self._redrawn(tx, pressing, None)
                return Reaction(f"{pressing.press.verb}:done", (*parcels, *page))

    async def _moved_on(self, tx: Tx, pressing: _Pressing, call: Call) -> Reaction:
        """The page was older than the call: said, and drawn as it stands."""
        line = self._standing(call, pressing.who.member)
        return Reaction("moved_on", (line, *await self._redrawn(tx, pressing, None)))

    async def _no_longer_theirs(
        self, tx: Tx, event: StaffPress, call: Call, press: Press, members: Sequence[Member]
    ) -> Reaction:
        """The registry took the promise back: an old button of this clinic's own people is told so."""
        who = await presser(tx, event.chat_id, event.user_id, event.private, call.clinic.no, members)
        if not event.private or not who.roles & ROUNDS_ROLES or press.version >= call.version:
            raise BadPress
        return Reaction("moved_on", (self._standing(call, who.member),))

    def _standing(self, call: Call, member: Member) -> Parcel:
        words = T("staff.moved_on", number=call.number, status=T(f"staff.status.{call.status}"))
        return said(member.telegram_id, self.calls.cards.say(words, member.locale), call.id)

    async def _redrawn(self, tx: Tx, pressing: _Pressing, wanted: int | None) -> tuple[Parcel, ...]:
        """The page under the pressed button, as it stands now."""
        event, member, now = pressing.event, pressing.who.member, pressing.now
        day = await self.pages.today(tx, member, pressing.doctor_no, now, wanted)
        if event.message_id is None or day is None:
            return ()
        screen = await self.pages.drawn(tx, member, day, now)
        return (edited(event.chat_id, event.message_id, screen, None),)
