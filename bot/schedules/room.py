"""The schedule in the hands of a clinic's registrar and head: changed by buttons and short typed dates.

Also the doctor's list of the day, for anybody linked, in private. What is changed is told to the group, and
whoever was booked is told by their own clock, at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from bot.bookings.feed import BookingFeed
from bot.channels.events import CitizenEvent, Command, GroupMessage, StaffPress
from bot.channels.reactions import Reaction
from bot.channels.screens import Screen
from bot.channels.telegram import SLASH, parcel_for
from bot.schedules.pages import (
    CHANGES,
    Kind,
    Names,
    SchedulePages,
    day_key,
    day_of,
    described,
    hours_key,
    hours_of,
    kind_of,
)
from bot.schedules.whose_list import days_for, meant_by, present_day, read_day
from bot.staff.cards import Tongue
from bot.staff.feed import edited
from bot.staff.press import NO_REQUEST, BadPress, Press, Verb, doctor_key
from bot.staff.rights import ALL_ROLES, REGISTRY_ROLES, Presser, line_to, presser, to_stranger
from dialogs.engine import T
from rules.clinics import Clinic
from rules.doctors import Doctor, is_of_the_three
from rules.law import rule
from rules.slots import BadChange, ScheduleChange
from storage import audit, registry, schedules, staff
from storage.database import Reader, Tx
from storage.outbox import Parcel
from storage.schedules import Changed, NotInForce
from storage.slot_making import RoomTaken
from storage.staff import Member

COMMANDS: Final = {
    "schedule": None,
    "day": Kind.LIST,
    "dayoff": Kind.OFF,
    "closeday": Kind.CLOSE,
    "hours": Kind.EXTRA,
    "substitute": Kind.STAND_IN,
}
"""What staff type, in a group or in private; a day and hours may follow: ``/hours 25.11 14:00-18:00``."""

PAGES: Final = frozenset(
    {Verb.SCHEDULE, Verb.KIND, Verb.DAY, Verb.DOCTOR, Verb.FROM, Verb.TILL, Verb.SUBSTITUTE, Verb.ENTER,
     Verb.TAKE_BACK}
)  # fmt: skip

_HOURS: Final = re.compile(
    r"([01]?[0-9]|2[0-3])(?:[:.]([0-5][0-9]))?\s*[-\u2013\u2014]\s*([01]?[0-9]|2[0-3])(?:[:.]([0-5][0-9]))?\s*$"
)
_MENU_ENTERED: Final = "staff.sched.entered"


@dataclass(frozen=True, slots=True)
class _Asking:
    """Who asks what of which clinic's schedule, and where the answer goes."""

    clinic: Clinic
    who: Presser
    chat_id: int
    message_id: int | None
    inbox_id: int
    now: datetime

    @property
    def tongue(self) -> Tongue:
        return self.who.tongue

    @property
    def today(self) -> date:
        return self.clinic.local(self.now).date()


@dataclass(frozen=True, slots=True)
class ScheduleRoom:
    """Answers what is typed and pressed about a schedule, within the transaction of its inbox row."""

    feed: BookingFeed
    pages: SchedulePages

    @property
    def verbs(self) -> frozenset[Verb]:
        """The buttons of a schedule's pages."""
        return PAGES

    async def hears(self, reader: Reader, event: CitizenEvent | GroupMessage, now: datetime) -> bool:
        """True for a command of ``COMMANDS``."""
        del reader, now
        return command_of(event) is not None

    async def typed(self, tx: Tx, event: CitizenEvent | GroupMessage, now: datetime) -> Reaction:
        """A command of ``COMMANDS``. In a group it means that group's clinic."""
        command = command_of(event)
        members = await staff.members_of(tx, event.user_id)
        clinic_no = await _clinic_meant(tx, event, members)
        if command is None or clinic_no is None:
            return to_stranger(self.pages.cards, event.chat_id, event.user_id, now)
        private = isinstance(event, CitizenEvent)
        try:
            who = await presser(tx, event.chat_id, event.user_id, private, clinic_no, members)
        except BadPress:
            return to_stranger(self.pages.cards, event.chat_id, event.user_id, now)
        asking = _Asking(await self._clinic(tx, clinic_no), who, event.chat_id, None, event.inbox_id, now)
        if asking.clinic.is_college:
            return line_to(self.pages.cards, who.member, T("college.of_clinics"), "wrong_role")
        return await self._commanded(tx, asking, COMMANDS[command.name], command.arg)

    async def pressed(
        self, tx: Tx, event: StaffPress, press: Press, members: Sequence[Member], now: datetime
    ) -> Reaction:
        """A button of a page. Raises BadPress for whoever has no business with that clinic."""
        if press.request_id != NO_REQUEST:
            raise BadPress
        clinic = await self._clinic(tx, press.version)
        who = await presser(tx, event.chat_id, event.user_id, event.private, clinic.no, members)
        asking = _Asking(clinic, who, event.chat_id, event.message_id, event.inbox_id, now)
        if clinic.is_college:
            return line_to(self.pages.cards, who.member, T("college.of_clinics"), "wrong_role")
        if not _may(asking, press):
            return line_to(self.pages.cards, who.member, T("staff.sched.registry_only"), "wrong_role")
        match press.verb:
            case Verb.ENTER:
                return await self._enter(tx, asking, press)
            case Verb.TAKE_BACK:
                return await self._take_back(tx, asking, press)
            case Verb.DOCTOR if kind_of(_arg(press, 0)) is Kind.LIST:
                return await self._list(tx, asking, day_of(_arg(press, 1)), _arg(press, 2))
            case _:
                return self._shown(asking, await self._page(tx, asking, press))

    async def room_taken(self, tx: Tx, event: StaffPress, taken: RoomTaken) -> Reaction:
        """A change that was rolled back, because another doctor has the room."""
        members = await staff.members_of(tx, event.user_id)
        clinic = await self._clinic(tx, Press.parse(event.data).version)
        names = Names(await registry.doctors(tx, clinic.no))
        doctor, at = names.of(taken.doctor_no), clinic.local(taken.at)
        words = T("staff.sched.room_taken", room=taken.room, doctor=doctor, time=at)
        return line_to(self.pages.cards, members[0], words, "room_taken")

    async def _commanded(self, tx: Tx, asking: _Asking, kind: Kind | None, arg: str) -> Reaction:
        if not asking.who.roles & (ALL_ROLES if kind is Kind.LIST else REGISTRY_ROLES):
            words = T("staff.sched.list_only" if kind is Kind.LIST else "staff.sched.registry_only")
            return line_to(self.pages.cards, asking.who.member, words, "wrong_role")
        if kind is None:
            return self._shown(asking, await self._menu(tx, asking))
        if kind is Kind.LIST and (reaction := await self._named_list(tx, asking, arg)) is not None:
            return reaction
        hours = _HOURS.search(arg) if kind is Kind.EXTRA else None
        said = arg[: hours.start()].strip() if hours else arg.strip()
        on = asking.today if kind is Kind.LIST and not said else read_day(said, asking.today, kind)
        if on is None:
            return self._shown(asking, self._days(asking, kind))
        if hours is not None:
            page = await self._doctors_for_hours(tx, asking, on, hours)
        else:
            page = await self._of_day(tx, asking, kind, on)
        return self._shown(asking, page)

    async def _named_list(self, tx: Tx, asking: _Asking, arg: str) -> Reaction | None:
        """One's own list, or that of a doctor who was named; None where doctor or day is to be asked for."""
        telegram_id, doctors = asking.who.member.telegram_id, await self._doctors(tx, asking)
        meant = await meant_by(tx, telegram_id, asking.clinic.no, doctors, arg)
        if meant is None:
            return None
        on = read_day(meant.said, asking.today, Kind.LIST)
        if not meant.said:
            on = await present_day(tx, meant.doctor, asking.today, asking.now)
        return None if on is None else await self._list(tx, asking, on, doctor_key(meant.doctor.doctor_no))

    async def _page(self, tx: Tx, asking: _Asking, press: Press) -> Screen:
        match press.verb:
            case Verb.KIND:
                return self._days(asking, kind_of(_arg(press, 0)))
            case Verb.DAY:
                return await self._of_day(tx, asking, kind_of(_arg(press, 0)), day_of(_arg(press, 1)))
            case Verb.DOCTOR:
                return await self._of_doctor(tx, asking, press)
            case Verb.FROM:
                return await self._until(tx, asking, press)
            case Verb.TILL:
                return await self._last_look(tx, asking, Kind.EXTRA, press, 0)
            case Verb.SUBSTITUTE:
                return await self._last_look(tx, asking, Kind.STAND_IN, press, 0)
            case _:
                return await self._menu(tx, asking)

    async def _menu(self, tx: Tx, asking: _Asking) -> Screen:
        kept = await schedules.changes_of(tx, asking.clinic.no, asking.today)
        names = Names(await registry.doctors(tx, asking.clinic.no))
        return self.pages.menu(asking.clinic, asking.tongue, kept, names)

    def _days(self, asking: _Asking, kind: Kind) -> Screen:
        schedule = asking.clinic.schedule(self.feed.directory.calendar)
        days = [on for on in days_for(kind, asking.today) if schedule.is_working_day(on)]
        return self.pages.days(asking.clinic, asking.tongue, kind, days)

    async def _of_day(self, tx: Tx, asking: _Asking, kind: Kind, on: date) -> Screen:
        if kind is Kind.CLOSE:
            change = ScheduleChange(asking.clinic.no, on, CHANGES[kind])
            return self.pages.confirm(asking.clinic, asking.tongue, change, Names(()))
        doctors = await self._doctors(tx, asking)
        ask = T("staff.sched.ask_doctor", day=on)
        before = (kind.value, day_key(on))
        return self.pages.doctors(asking.clinic, asking.tongue, ask, doctors, Verb.DOCTOR, before)

    async def _doctors_for_hours(self, tx: Tx, asking: _Asking, on: date, hours: re.Match[str]) -> Screen:
        start = time(int(hours[1]), int(hours[2] or 0))
        end = time(int(hours[3]), int(hours[4] or 0))
        ask, doctors = T("staff.sched.ask_doctor", day=on), await self._doctors(tx, asking)
        after = (hours_key(start, end),)
        return self.pages.doctors(
            asking.clinic, asking.tongue, ask, doctors, Verb.TILL, (day_key(on),), after
        )

    async def _of_doctor(self, tx: Tx, asking: _Asking, press: Press) -> Screen:
        kind, on = kind_of(_arg(press, 0)), day_of(_arg(press, 1))
        doctors = await self._doctors(tx, asking)
        doctor = _chosen(doctors, _arg(press, 2))
        if kind is Kind.OFF:
            change = ScheduleChange(asking.clinic.no, on, CHANGES[kind], doctor.doctor_no)
            return self.pages.confirm(asking.clinic, asking.tongue, change, Names(doctors))
        if kind is Kind.EXTRA:
            opens, closes = self._open_hours(asking, on)
            return self.pages.begins(asking.clinic, asking.tongue, on, doctor, range(opens, closes))
        others = [one for one in doctors if one != doctor and one.role == doctor.role]
        ask = T("staff.sched.ask_substitute", day=on, doctor=doctor.full_name)
        before = (day_key(on), doctor_key(doctor.doctor_no))
        return self.pages.doctors(asking.clinic, asking.tongue, ask, others, Verb.SUBSTITUTE, before)

    async def _until(self, tx: Tx, asking: _Asking, press: Press) -> Screen:
        on, start = day_of(_arg(press, 0)), _hour(_arg(press, 2))
        doctor = _chosen(await self._doctors(tx, asking), _arg(press, 1))
        _, closes = self._open_hours(asking, on)
        hours = range(start + 1, closes + 1)
        return self.pages.ends(asking.clinic, asking.tongue, on, doctor, start, hours)

    async def _last_look(self, tx: Tx, asking: _Asking, kind: Kind, press: Press, at: int) -> Screen:
        doctors = await self._doctors(tx, asking)
        rest = f"{_arg(press, at + 1)}_{_arg(press, at + 2)}"
        change = _change(asking.clinic, kind, day_of(_arg(press, at)), rest, doctors)
        if change is None:
            return self.pages.said(asking.clinic, asking.tongue, T("staff.sched.bad"))
        return self.pages.confirm(asking.clinic, asking.tongue, change, Names(doctors))

    @rule("G-55")
    async def _enter(self, tx: Tx, asking: _Asking, press: Press) -> Reaction:
        """Enter the change. Raises RoomTaken: then the transaction is rolled back, and it is said."""
        doctors = await self._doctors(tx, asking)
        kind, on = kind_of(_arg(press, 0)), day_of(_arg(press, 1))
        rest = press.args[2] if len(press.args) > 2 else ""
        change = _change(asking.clinic, kind, on, rest, doctors)
        if change is None or on < asking.today:
            return self._shown(
                asking, self.pages.said(asking.clinic, asking.tongue, T("staff.sched.bad")), "bad_change"
            )
        calendar = self.feed.directory.calendar
        try:
            changed = await schedules.change(
                tx, asking.clinic, calendar, change, asking.who.actor, asking.now
            )
        except NotInForce:
            words = T("staff.sched.stands_already")
            return self._shown(asking, self.pages.said(asking.clinic, asking.tongue, words), "not_in_force")
        return await self._entered(tx, asking, change, changed, _MENU_ENTERED)

    async def _take_back(self, tx: Tx, asking: _Asking, press: Press) -> Reaction:
        change_id = int(_arg(press, 0), 36)
        kept = await schedules.changes_of(tx, asking.clinic.no, asking.today)
        found = next((one for one in kept if one.id == change_id), None)
        calendar = self.feed.directory.calendar
        if found is None:
            return self._shown(asking, await self._menu(tx, asking), "not_in_force")
        changed = await schedules.take_back(tx, asking.clinic, calendar, change_id, asking.now)
        return await self._entered(tx, asking, found.change, changed, "staff.sched.taken_back")

    async def _entered(
        self, tx: Tx, asking: _Asking, change: ScheduleChange, changed: Changed, head: str
    ) -> Reaction:
        names = Names(await registry.doctors(tx, asking.clinic.no))
        facts: dict[str, str | int] = {"change": changed.change_id, "lost": len(changed.lost)}
        subject = f"clinic:{asking.clinic.no}"
        await audit.append(tx, f"schedule.{change.kind}", asking.who.actor, subject, facts, asking.now)
        done = self.pages.done(asking.clinic, asking.tongue, change, changed, names, head)
        told: tuple[Parcel, ...] = ()
        if asking.chat_id == asking.who.member.telegram_id:
            told = await self.feed.told(tx, asking.clinic.no, described(change, names))
        return Reaction("schedule_changed", (*self._shown(asking, done).parcels, *told))

    @rule("AP-18")
    async def _list(self, tx: Tx, asking: _Asking, on: date, key: str) -> Reaction:
        """Names are shown, so it goes to the asker alone, and the opening is on record (G-71)."""
        doctor = _chosen(await self._doctors(tx, asking), key)
        member = asking.who.member
        chat = (member.telegram_id, member.locale)
        parcel = await self.feed.asked_list(tx, asking.clinic, doctor, on, chat, asking.inbox_id, asking.now)
        facts: dict[str, str | int] = {"day": on.isoformat(), "doctor": doctor_key(doctor.doctor_no)}
        subject = f"clinic:{asking.clinic.no}"
        await audit.append(tx, "appointment.list_opened", asking.who.actor, subject, facts, asking.now)
        return Reaction("day_list", (parcel,))

    async def _doctors(self, tx: Tx, asking: _Asking) -> list[Doctor]:
        return [one for one in await registry.doctors(tx, asking.clinic.no) if is_of_the_three(one.role)]

    async def _clinic(self, tx: Tx, clinic_no: int) -> Clinic:
        await self.feed.directory.refresh(tx)
        clinic = self.feed.directory.clinics.get(clinic_no)
        if clinic is None:
            raise BadPress
        return clinic

    def _open_hours(self, asking: _Asking, on: date) -> tuple[int, int]:
        schedule = asking.clinic.schedule(self.feed.directory.calendar)
        opens, closes = schedule.opening(on), schedule.closing(on)
        if opens is None or closes is None:
            raise BadPress
        return asking.clinic.local(opens).hour, asking.clinic.local(closes).hour

    def _shown(self, asking: _Asking, screen: Screen, outcome: str = "schedule_page") -> Reaction:
        if asking.message_id is not None:
            return Reaction(outcome, (edited(asking.chat_id, asking.message_id, screen, None),))
        return Reaction(outcome, (parcel_for(asking.chat_id, screen, kind="schedule_page"),))


def command_of(event: CitizenEvent | GroupMessage) -> Command | None:
    """The command of ``COMMANDS`` that was typed, None for any other words."""
    if isinstance(event, CitizenEvent):
        sent = event.sent
        return sent if isinstance(sent, Command) and sent.name in COMMANDS else None
    slash = SLASH.fullmatch(event.text)
    if slash is None or slash[1].lower() not in COMMANDS:
        return None
    return Command(slash[1].lower(), (slash[2] or "").strip())


async def _clinic_meant(tx: Tx, event: CitizenEvent | GroupMessage, members: Sequence[Member]) -> int | None:
    if isinstance(event, GroupMessage):
        group = await staff.group_by_chat(tx, event.chat_id)
        return None if group is None else group.clinic_no
    ordered = sorted(members, key=lambda one: (one.at_college, one.role not in REGISTRY_ROLES))
    return ordered[0].clinic_no if ordered else None


def _may(asking: _Asking, press: Press) -> bool:
    looks = press.verb in {Verb.KIND, Verb.DAY, Verb.DOCTOR} and _arg(press, 0) == Kind.LIST
    return bool(asking.who.roles & (ALL_ROLES if looks else REGISTRY_ROLES))


def _change(
    clinic: Clinic, kind: Kind, on: date, rest: str, doctors: Sequence[Doctor]
) -> ScheduleChange | None:
    """The change that a button names, None if it means nothing (hours that end before they begin)."""
    who, _, more = rest.partition("_")
    try:
        if kind is Kind.CLOSE:
            return ScheduleChange(clinic.no, on, CHANGES[kind])
        doctor = _chosen(doctors, who)
        if kind is Kind.EXTRA:
            start, end = hours_of(more)
            return ScheduleChange(clinic.no, on, CHANGES[kind], doctor.doctor_no, start, end)
        if kind is Kind.STAND_IN:
            other = _chosen(doctors, more).doctor_no
            return ScheduleChange(clinic.no, on, CHANGES[kind], doctor.doctor_no, substitute_no=other)
        return ScheduleChange(clinic.no, on, CHANGES[Kind.OFF], doctor.doctor_no)
    except BadChange:
        return None


def _chosen(doctors: Sequence[Doctor], key: str) -> Doctor:
    found = next((one for one in doctors if doctor_key(one.doctor_no) == key), None)
    if found is None:
        raise BadPress
    return found


def _hour(text: str) -> int:
    try:
        return time(int(text)).hour
    except ValueError:
        raise BadPress from None


def _arg(press: Press, place: int) -> str:
    return press.args[place] if place < len(press.args) else ""
