"""The feed of a clinic's group: a call's card put down once, and edited as its state changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.calls.details import CallDetails
from bot.channels import telegram
from bot.channels.screens import Screen
from bot.staff.cards import Call, Cards
from bot.staff.topics import TOPIC, Topic, topic_of
from dialogs.engine import T
from rules.call_status import CallStatus
from rules.channels import Channel
from rules.clinics import Clinic
from rules.home_call import VisitWindow, alarm_after, answer_limit
from rules.law import Service, rule
from storage import due, feed, papers, requests, staff, work
from storage.database import Reader, Tx
from storage.outbox import Parcel
from storage.registry import Directory
from storage.requests import RegisteredRequest

ALARM: Final = "call_alarm"
OVERDUE: Final = "call_overdue"
OPENING: Final = "call_opening"
EVENING: Final = "call_evening"
UNDO_ENDS: Final = "call_undo_ends"
REDRAW: Final = "call_redraw"

CARD: Final = "card"
EDIT: Final = "card_edit"
LINE: Final = "staff_line"

OVERDUE_MARK: Final = requests.OVERDUE

BEFORE_CLOSING: Final = timedelta(hours=1)  # G-72
UNTIL_POSTED: Final = timedelta(seconds=5)
"""How long a message may be on its way before it can be edited."""


@dataclass(frozen=True, slots=True)
class Feed:
    """Puts cards down, and keeps them true."""

    directory: Directory
    cards: Cards

    async def announce(self, tx: Tx, request: RegisteredRequest, now: datetime) -> tuple[Parcel, ...]:
        """The new call's card, with every clock it starts; to be called in the registering transaction.

        What if it runs twice: the card has one place in the outbox, and each clock one row.
        """
        await self.directory.refresh(tx)
        call = self._drawn(request, overdue=False)
        self.set_answer_clocks(tx, call, now)
        self.set_evening_clock(tx, call, now)
        group = await staff.group_of(tx, request.clinic_no)
        if group is None:
            return ()
        topic = topic_of(self.cards.say, Service.HOME_CALL, group.locale)
        return (_card(call.id, group.chat_id, self.cards.card(call, group.locale, now), topic),)

    async def withdrawn(self, tx: Tx, request: RegisteredRequest, now: datetime) -> tuple[Parcel, ...]:
        """What the group is told when the citizen has taken the call back; its clocks stop."""
        call = await self.call_of(tx, request)
        due.clear(tx, None, call.id)
        await papers.withdraw(tx, call.id, now)
        card = await self.refresh(tx, call, now)
        return (*card, *await self.told(tx, call, T("staff.withdrawn", number=call.number)))

    async def refresh(self, tx: Tx, call: Call, now: datetime) -> tuple[Parcel, ...]:
        """The card as it stands now: an edit where it is in the group, itself where it is not yet.

        A clinic without a group waits; the card follows when one is linked.
        """
        group = await staff.group_of(tx, call.clinic.no)
        if group is None:
            return ()
        topic = topic_of(self.cards.say, Service.HOME_CALL, group.locale)
        screen = self.cards.card(call, group.locale, now)
        return await placed(tx, call.id, group.chat_id, screen, REDRAW, now, topic)

    async def told(self, tx: Tx, call: Call, words: T) -> tuple[Parcel, ...]:
        """A new message in the group: unlike an edit, it makes a sound."""
        group = await staff.group_of(tx, call.clinic.no)
        if group is None:
            return ()
        topic = topic_of(self.cards.say, Service.HOME_CALL, group.locale)
        return (said(group.chat_id, self.cards.say(words, group.locale), call.id, topic=topic),)

    async def post_waiting(self, tx: Tx, clinic_no: int, now: datetime) -> tuple[Parcel, ...]:
        """The cards of every open call, for a group that has just been linked."""
        parcels: list[Parcel] = []
        for call in await self.calls_of_clinic(tx, clinic_no):
            parcels += await self.refresh(tx, call, now)
        return tuple(parcels)

    async def call(self, reader: Reader, request_id: int) -> Call | None:
        """The call as staff see it, None if there is none under that id, or if it is of another service.

        None too once its people were erased (S40): there is nothing left that a card could say.
        """
        request = await requests.by_id(reader, request_id)
        if request is None or request.service != Service.HOME_CALL or not request.details:
            return None
        return await self.call_of(reader, request)

    async def calls_of_clinic(self, reader: Reader, clinic_no: int) -> tuple[Call, ...]:
        """The clinic's open calls, oldest first."""
        waiting = await requests.open_of_clinic(reader, clinic_no)
        calls = [one for one in waiting if one.service == Service.HOME_CALL and one.details]
        return tuple([await self.call_of(reader, one) for one in calls])

    async def call_of(self, reader: Reader, request: RegisteredRequest) -> Call:
        """The request's row as a call."""
        await self.directory.refresh(reader)
        marks = await requests.marks(reader, request.id)
        drawn = self._drawn(request, overdue=requests.is_noted(marks, OVERDUE_MARK))
        return replace(drawn, work=await work.of(reader, request.id))

    def _drawn(self, request: RegisteredRequest, *, overdue: bool) -> Call:
        clinic = self.directory.clinics[request.clinic_no]
        return Call(
            id=request.id,
            number=request.number,
            version=request.version,
            status=CallStatus(request.status),
            clinic=clinic,
            visit_day=request.visit_day or clinic_day(request.registered_at, clinic),
            answer_due=request.answer_due,
            for_other=request.for_whom == "other",
            details=CallDetails.of_json(request.details),
            told_at=request.address,
            told_in=request.locale,
            slot=_slot(request),
            overdue=overdue,
            doctor_no=request.doctor_no,
            doctor=request.doctor_name or "",
            doctor_role=request.doctor_role or "",
            window=_window(request),
            ground=request.ground or "",
            undo_until=request.undo_until,
            came_by=Channel(request.came_by),
        )

    @rule("HC-06", "HC-07")
    def set_answer_clocks(self, tx: Tx, call: Call, now: datetime) -> None:
        """The clocks of the answer: the alarm, the term, and for a call carried over the clinic's opening.

        After a wrong press was taken back, what rang before does not ring twice.
        """
        if call.answer_due is None:
            return
        starts = call.answer_due - answer_limit(call.came_by).delta
        alarm = starts + alarm_after(call.came_by).delta
        if alarm > now:
            due.set_due(tx, ALARM, call.id, alarm)
        if not call.overdue:
            due.set_due(tx, OVERDUE, call.id, call.answer_due)
        if call.status is CallStatus.NEXT_DAY:
            due.set_due(tx, OPENING, call.id, starts)

    def set_evening_clock(self, tx: Tx, call: Call, now: datetime) -> None:
        """An hour before the clinic closes on the visit's day, a visit not made yet is brought up (G-72).

        In that last hour itself there is nothing to set: whoever presses then knows that the visit is open.
        """
        closing = call.clinic.schedule(self.directory.calendar).closing(call.visit_day)
        if closing is not None and closing - BEFORE_CLOSING > now:
            due.set_due(tx, EVENING, call.id, closing - BEFORE_CLOSING)


def said(
    chat_id: int,
    text: str,
    request_id: int | None = None,
    dedupe: str | None = None,
    topic: Topic | None = None,
) -> Parcel:
    """A message of words alone, for a group or one of the staff; into ``topic`` where there are topics."""
    parcel = telegram.parcel_for(chat_id, Screen(text), kind=LINE, dedupe=dedupe, request_id=request_id)
    return _into(parcel, topic)


def edited(chat_id: int, message_id: int, screen: Screen, request_id: int | None) -> Parcel:
    """An edit of a card sent before; it makes no sound."""
    body = telegram.edit_body(message_id, screen)
    return Parcel(telegram.address_of(chat_id), EDIT, body, request_id=request_id)


async def placed(
    tx: Tx,
    request_id: int,
    chat_id: int,
    screen: Screen,
    redraw: str,
    now: datetime,
    topic: Topic | None = None,
) -> tuple[Parcel, ...]:
    """The request's card in that group: an edit where it is there, itself where it is not yet.

    While it is on its way there is nothing to edit: then the due kind ``redraw`` is set for a little later.
    Where it never arrived, or Telegram no longer edits its message, it is put down once more, and from then
    on that one is edited.
    """
    posted = await feed.card(tx, request_id, chat_id)
    if posted is None:
        return (_card(request_id, chat_id, screen, topic),)
    if posted.message_id is None:
        if posted.status == "waiting":
            due.set_due(tx, redraw, request_id, now + UNTIL_POSTED)
        if posted.status != "dead":
            return ()
        # It never came: Telegram was away for hours, or the bot was out of the group.
        return (_card(request_id, chat_id, screen, topic, f"unsent:{posted.id}"),)
    if posted.lost:
        return (_card(request_id, chat_id, screen, topic, posted.message_id),)
    return (edited(chat_id, posted.message_id, screen, request_id),)


def _card(
    request_id: int, chat_id: int, screen: Screen, topic: Topic | None, instead_of: int | str | None = None
) -> Parcel:
    dedupe = feed.card_key(request_id, chat_id, instead_of)
    return _into(telegram.parcel_for(chat_id, screen, kind=CARD, dedupe=dedupe, request_id=request_id), topic)


def _into(parcel: Parcel, topic: Topic | None) -> Parcel:
    return parcel if topic is None else replace(parcel, body={**parcel.body, TOPIC: dict(topic)})


def clinic_day(instant: datetime, clinic: Clinic) -> date:
    """The date at the clinic at that instant."""
    return instant.astimezone(ZoneInfo(clinic.zone)).date()


def _slot(request: RegisteredRequest) -> str | None:
    """What an open call of this patient holds; a call for another adult never held it (S19)."""
    if request.patient_id is None or request.for_whom == "other":
        return None
    return requests.open_slot(request.service, request.patient_id)


def _window(request: RegisteredRequest) -> VisitWindow | None:
    if request.window_start is None or request.window_end is None:
        return None
    return VisitWindow(request.window_start, request.window_end)
