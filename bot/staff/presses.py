"""A press on a call's card: who may, whether the card is still true, and what comes of it.

Every press is authorised anew, by person and by chat, and bound to the request and its version (S33). Words
about a press go to the presser's private chat; the group sees the card change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.calls.steps import TO_BE_ANSWERED, Outcome, Steps, Taken, TooLate, UndoOver
from bot.channels import telegram
from bot.channels.events import StaffPress
from bot.channels.reactions import Reaction
from bot.channels.screens import Screen
from bot.staff import typing as staff_typing
from bot.staff.cards import Call, Cards, Doctor, Tongue, ground_offered
from bot.staff.feed import Feed, clinic_day, edited, said
from bot.staff.press import BadPress, Press, Verb, doctor_key, minute_of
from bot.staff.rights import (
    ALL_ROLES,
    REGISTRY_ROLES,
    STAFF_ACTOR,
    VISIT_ROLES,
    actor_of,
    line_to,
    presser,
)
from bot.staff.typing import Typed
from bot.work.noted import noted_lines
from dialogs.engine import T
from rules.call_status import CallStatus
from rules.doctors import DoctorRole, WrongRole, doctor_role, least_busy_first
from rules.home_call import VisitWindow, visit_windows
from rules.law import Limit, rule
from rules.people import age_on
from rules.sources import house_default
from storage import audit, registry, requests, rounds, staff
from storage.database import Tx
from storage.outbox import Parcel
from storage.staff import Member

OPEN_VERBS: Final = frozenset({Verb.CARD, Verb.DETAILS})
VISIT_VERBS: Final = frozenset({Verb.ON_WAY, Verb.DONE, Verb.NOT_HOME})
VISIT_STATUSES: Final = frozenset(
    {CallStatus.ON_WAY, CallStatus.DONE, CallStatus.NOT_HOME, CallStatus.NOBODY_HOME}
)
LEGAL_ROLES: Final = frozenset(DoctorRole)
ADULT_FROM: Final = Limit(18, "years", house_default("staff: until then the paediatrician stands first"))


@dataclass(frozen=True, slots=True)
class Pressing:
    """One authorised press: what was pressed, by whom, on which call."""

    event: StaffPress
    press: Press
    call: Call
    member: Member
    roles: frozenset[str]
    tongue: Tongue
    now: datetime

    @property
    def actor(self) -> str:
        """The presser as marks and audit name them."""
        return actor_of(self.event.user_id)


@dataclass(frozen=True, slots=True)
class Presses:
    """Answers presses, each within the transaction of its inbox row."""

    feed: Feed
    steps: Steps
    cards: Cards

    @rule("HC-17")
    async def answer(
        self, tx: Tx, event: StaffPress, press: Press, members: Sequence[Member], now: datetime
    ) -> Reaction:
        """What a press comes to. Raises BadPress for whoever has no business with this call (S33)."""
        return await self._weighed(tx, await self._authorised(tx, event, press, members, now))

    async def first_page(self, tx: Tx, call: Call, tongue: Tongue, now: datetime) -> Screen:
        """The page a registrar answers a caller from: its doctors at once, for the caller waits."""
        return self.cards.doctors(call, tongue, now, await self._doctors(tx, call))

    async def _weighed(self, tx: Tx, pressing: Pressing) -> Reaction:
        """Do what was pressed, if the presser's role may and the card is not older than the call."""
        refused = _refused_by_role(pressing)
        if refused is not None:
            return line_to(self.cards, pressing.member, refused, "wrong_role")
        if pressing.press.version != pressing.call.version and pressing.press.verb is not Verb.CARD:
            return await self._moved_on(tx, pressing)
        return await self._do(tx, pressing)

    async def _authorised(
        self, tx: Tx, event: StaffPress, press: Press, members: Sequence[Member], now: datetime
    ) -> Pressing:
        """The press with its call. Raises BadPress for another clinic's, another chat's or no call at all."""
        call = await self.feed.call(tx, press.request_id)
        if call is None:
            raise BadPress
        who = await presser(tx, event.chat_id, event.user_id, event.private, call.clinic.no, members)
        return Pressing(event, press, call, who.member, who.roles, who.tongue, now)

    async def _do(self, tx: Tx, pressing: Pressing) -> Reaction:
        match pressing.press.verb:
            case Verb.CARD | Verb.DOCTORS | Verb.WINDOWS | Verb.GROUNDS | Verb.REFUSAL:
                return await self._turn(tx, pressing)
            case Verb.DETAILS:
                return await self._details(tx, pressing)
            case Verb.TYPE_DOCTOR:
                return await self._ask_name(tx, pressing)
            case Verb.ROLE:
                return await self._ask_window(tx, pressing)
            case Verb.CONFIRM | Verb.CONFIRM_TYPED:
                return await self._confirm(tx, pressing)
            case Verb.REFUSE | Verb.ON_WAY | Verb.DONE | Verb.NOT_HOME | Verb.UNDO:
                return await self._step(tx, pressing)
            case _:
                # A verb of another service on a call's card: no card of ours has it.
                raise BadPress

    async def _turn(self, tx: Tx, pressing: Pressing) -> Reaction:
        """Turn the card to another page; nothing about the call changes."""
        screen = await self._page(tx, pressing)
        if isinstance(screen, T):
            return line_to(self.cards, pressing.member, screen, "no_such_page")
        return Reaction("turned", self._redrawn(pressing, screen))

    async def _page(self, tx: Tx, pressing: Pressing) -> Screen | T:
        call, tongue, now = pressing.call, pressing.tongue, pressing.now
        if call.status not in TO_BE_ANSWERED or pressing.press.verb is Verb.CARD:
            return self.cards.card(call, tongue, now)
        verb = pressing.press.verb
        if verb is Verb.DOCTORS:
            return self.cards.doctors(call, tongue, now, await self._doctors(tx, call))
        if verb is Verb.GROUNDS:
            return self.cards.grounds(call, tongue, now)
        if verb is Verb.WINDOWS:
            return await self._windows_page(tx, pressing)
        code = ground_offered(_arg(pressing, 0), clinic_day(now, call.clinic))
        return T("staff.not_yours") if code is None else self.cards.refusal(call, tongue, now, code)

    async def _windows_page(self, tx: Tx, pressing: Pressing) -> Screen | T:
        call = pressing.call
        doctor = await self._doctor(tx, call, _arg(pressing, 0))
        windows = self._windows(call, pressing.now)
        if doctor is None:
            return T("staff.doctor_gone", number=call.number)
        if not windows:
            return T("staff.no_windows", number=call.number)
        return self.cards.windows(call, pressing.tongue, pressing.now, doctor, windows)

    async def _details(self, tx: Tx, pressing: Pressing) -> Reaction:
        """Open what the card does not show, for this person alone; the opening is on record (G-71)."""
        call, event = pressing.call, pressing.event
        noted = await noted_lines(tx, call.id, call.clinic)
        screen = self.cards.details(call, pressing.member.locale, noted)
        facts: dict[str, str | int] = {"reason": "home_call", "version": call.version}
        await audit.append(
            tx, "home_call.details_opened", pressing.actor, f"request:{call.id}", facts, pressing.now
        )
        parcel = telegram.parcel_for(event.user_id, screen, kind="staff_details", request_id=call.id)
        return Reaction("details", (parcel,))

    async def _ask_name(self, tx: Tx, pressing: Pressing) -> Reaction:
        call, member, user = pressing.call, pressing.member, pressing.event.user_id
        await staff_typing.ask(tx, user, call.id, call.version, member.locale, pressing.now)
        asked = said(user, self.cards.say(T("staff.ask.name", number=call.number), member.locale), call.id)
        return Reaction("name_asked", (asked,))

    async def _ask_window(self, tx: Tx, pressing: Pressing) -> Reaction:
        typed = await self._typed(tx, pressing)
        if typed is None:
            return line_to(self.cards, pressing.member, T("staff.not_yours"), "nothing_typed")
        role, windows = _role(_arg(pressing, 0)), self._windows(pressing.call, pressing.now)
        if not windows:
            words = T("staff.no_windows", number=pressing.call.number)
            return line_to(self.cards, pressing.member, words, "no_windows")
        screen = self.cards.window_asked(pressing.call, pressing.tongue, typed.name, role, windows)
        return Reaction("role_chosen", self._redrawn(pressing, screen))

    async def _confirm(self, tx: Tx, pressing: Pressing) -> Reaction:
        call, typed = pressing.call, await self._typed(tx, pressing)
        if pressing.press.verb is Verb.CONFIRM:
            doctor = await self._doctor(tx, call, _arg(pressing, 0))
        else:
            doctor = Doctor("", typed.name, _role(_arg(pressing, 0))) if typed else None
        window = self._window(call, _arg(pressing, 1), pressing.now)
        if doctor is None or window is None:
            gone = "staff.doctor_gone" if doctor is None else "staff.window_gone"
            return line_to(self.cards, pressing.member, T(gone, number=call.number), "stale_choice")
        if typed is not None:
            await staff_typing.finish(tx, typed, pressing.now)
        outcome = await self.steps.confirm(tx, call, doctor, window, pressing.actor, pressing.now)
        return await self._after(tx, pressing, outcome)

    async def _step(self, tx: Tx, pressing: Pressing) -> Reaction:
        call, actor, now = pressing.call, pressing.actor, pressing.now
        match pressing.press.verb:
            case Verb.ON_WAY:
                outcome = await self.steps.on_way(tx, call, actor, now)
            case Verb.DONE:
                outcome = await self.steps.done(tx, call, actor, now)
            case Verb.NOT_HOME:
                outcome = await self.steps.not_home(tx, call, actor, now)
            case Verb.UNDO:
                outcome = await self.steps.undo(tx, call, actor, now)
            case _:
                code = ground_offered(_arg(pressing, 0), clinic_day(now, call.clinic))
                if code is None:
                    return line_to(self.cards, pressing.member, T("staff.not_yours"), "no_ground")
                outcome = await self.steps.refuse(tx, call, code, actor, now)
        return await self._after(tx, pressing, outcome)

    async def _after(self, tx: Tx, pressing: Pressing, outcome: Outcome) -> Reaction:
        match outcome:
            case TooLate():
                return await self._moved_on(tx, pressing)
            case UndoOver():
                words = T("staff.undo_late", number=pressing.call.number)
                return line_to(self.cards, pressing.member, words, "undo_over")
            case Taken(call=call, parcels=parcels):
                own = self._own_card(pressing, call) if pressing.event.private else ()
                return Reaction(f"{pressing.press.verb}:done", (*parcels, *own))

    async def _moved_on(self, tx: Tx, pressing: Pressing) -> Reaction:
        """The card was older than the call: who was first is said, and the card is drawn as it stands."""
        call = await self.feed.call(tx, pressing.call.id) or pressing.call
        words = await self._who_was_first(tx, pressing, call)
        screen = self.cards.card(call, pressing.tongue, pressing.now)
        line = said(pressing.event.user_id, self.cards.say(words, pressing.member.locale), call.id)
        return Reaction("moved_on", (line, *self._redrawn(pressing, screen)))

    async def _who_was_first(self, tx: Tx, pressing: Pressing, call: Call) -> T:
        status = T(f"staff.status.{call.status}")
        last = (await requests.marks(tx, call.id))[-1].actor
        if last == pressing.actor:
            return T("staff.done_by_you", number=call.number, status=status)
        first = last.removeprefix(STAFF_ACTOR)
        if not last.startswith(STAFF_ACTOR) or not first.isdecimal():
            return T("staff.moved_on", number=call.number, status=status)
        roles = await staff.member(tx, int(first), call.clinic.no)
        role = T(f"staff.role.{roles[0].role if roles else 'registrar'}")
        return T("staff.done_by", number=call.number, status=status, role=role)

    async def _doctors(self, tx: Tx, call: Call) -> list[Doctor]:
        """The clinic's doctors of the three roles (HC-01): a child's own kind, then the least busy (G-18)."""
        born, day = call.details.born, call.visit_day
        child = born is not None and born <= day and age_on(born, day) < ADULT_FROM.value
        last = DoctorRole.THERAPIST if child else DoctorRole.PAEDIATRICIAN
        found = {
            one.doctor_no: Doctor(one.doctor_no, one.full_name, DoctorRole(one.role))
            for one in await registry.doctors(tx, call.clinic.no)
            if one.role in LEGAL_ROLES
        }
        visits = await rounds.visits_of_day(tx, call.clinic.no, day)
        in_turn = [found[number] for number in least_busy_first(found, visits)]
        return sorted(in_turn, key=lambda doctor: doctor.role is last)

    async def _doctor(self, tx: Tx, call: Call, key: str) -> Doctor | None:
        return next((one for one in await self._doctors(tx, call) if doctor_key(one.no) == key), None)

    def _windows(self, call: Call, now: datetime) -> tuple[VisitWindow, ...]:
        """What may be promised: the call's own day, else the next day on which there is time (G-72)."""
        calendar = self.feed.directory.calendar
        today = clinic_day(now, call.clinic)
        later = call.clinic.schedule(calendar).next_working_day(today)
        for day in (max(call.visit_day, today), later):
            windows = visit_windows(day, now, call.clinic, calendar)
            if windows:
                return windows
        return ()

    def _window(self, call: Call, key: str, now: datetime) -> VisitWindow | None:
        start = minute_of(key)
        return next((window for window in self._windows(call, now) if window.start == start), None)

    async def _typed(self, tx: Tx, pressing: Pressing) -> Typed | None:
        typed = await staff_typing.typed_by(tx, pressing.event.user_id)
        return typed if typed and typed.name and typed.request_id == pressing.call.id else None

    def _redrawn(self, pressing: Pressing, screen: Screen) -> tuple[Parcel, ...]:
        message, chat = pressing.event.message_id, pressing.event.chat_id
        return () if message is None else (edited(chat, message, screen, pressing.call.id),)

    def _own_card(self, pressing: Pressing, call: Call) -> tuple[Parcel, ...]:
        return self._redrawn(pressing, self.cards.card(call, pressing.tongue, pressing.now))


def _refused_by_role(pressing: Pressing) -> T | None:
    """What is said to somebody whose role may not do this, None if it may (HC-17)."""
    verb, status = pressing.press.verb, pressing.call.status
    visit = verb in VISIT_VERBS or (verb is Verb.UNDO and status in VISIT_STATUSES)
    if visit:
        return None if pressing.roles & VISIT_ROLES else T("staff.doctor_only")
    if verb in OPEN_VERBS:
        return None if pressing.roles & ALL_ROLES else T("staff.not_yours")
    return None if pressing.roles & REGISTRY_ROLES else T("staff.registry_only")


def _arg(pressing: Pressing, place: int) -> str:
    args = pressing.press.args
    return args[place] if place < len(args) else ""


def _role(text: str) -> DoctorRole:
    try:
        return doctor_role(text)
    except WrongRole as wrong:
        raise BadPress from wrong
