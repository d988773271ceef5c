"""A request unanswered after its head was told: the city learns of it, and its citizen a new time.

It is done again when the new time has passed without an answer, a few times at most: a promise that was not
kept is told as openly as the first delay.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.bookings.steps import UNMOVED
from bot.calls.notices import PATIENCE, first_mobile
from bot.channels.painting import notice
from bot.channels.sms import sms_parcel
from bot.channels.telegram import parcel_for
from bot.staff.feed import OVERDUE_MARK, said
from bot.staff.parts import Parts
from bot.staff.rights import CLOCK
from bot.staff.room import Alerting
from bot.staff.topics import topic_of
from dialogs.actions import MENU, status_of
from dialogs.engine import T
from dialogs.engine.words import Value
from locales import render
from rules.booking_status import BookingStatus
from rules.clinics import Clinic
from rules.escalation import ESCALATES_AFTER, MOST_ROUNDS, promised_anew
from rules.law import Service, rule
from rules.people import Language
from rules.quiet_hours import MessageKind, may_be_sent_at
from storage import audit, due, escalations, feed, requests, staff
from storage.database import Tx
from storage.escalations import Escalation
from storage.outbox import Parcel
from storage.requests import Mark, RegisteredRequest

CHECK: Final = "escalation_check"
"""Due kind, subject a request: whether its citizen was reached with the new time, and the city at all."""

ALARM: Final = "escalation_alarm"
"""Due kind, subject a request: nobody in the city could be told, so that the duty phone rings. Begun once."""

ESCALATED: Final = "escalated"
_UNANSWERED: Final = frozenset({"registered", "next_day", BookingStatus.TO_MOVE.value})
_NOT_ARRIVED: Final = frozenset({"waiting", "dead"})
_A_MOMENT: Final = timedelta(seconds=1)
_LANGUAGES: Final[tuple[Language, ...]] = ("kk", "ru")


@dataclass(frozen=True, slots=True)
class City:
    """Where the city wants to learn of what its clinics leave unanswered; either may be missing."""

    chat_id: int | None = None
    phone: str = ""
    language: Language = "kk"

    @property
    def variant(self) -> str:
        """The end of the keys of true words: without an address nobody says that the city was told."""
        return "" if self.chat_id is not None or self.phone else "_no_city"


@dataclass(frozen=True, slots=True)
class Escalations:
    """One handler for each kind of moment; each runs within the transaction that takes its row."""

    parts: Parts
    alerts: Alerting
    city: City

    def handlers(self) -> Mapping[str, Callable[[Tx, int, datetime], Awaitable[Sequence[Parcel]]]]:
        """The kinds of due rows, and who does them."""
        return {
            escalations.DUE: self.escalate,
            CHECK: self.check,
            ALARM: self.alarm,
            UNMOVED: self.unmoved,
        }

    @rule("HC-07", "AT-05")
    async def escalate(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """Still unanswered a quarter of an hour later, or at the new time: city, clinic and citizen."""
        request = await requests.by_id(tx, request_id)
        if request is None or not await self._still_unanswered(tx, request, now):
            return ()
        if _times(await requests.marks(tx, request_id)) >= MOST_ROUNDS.value:
            return ()
        clinic = await self._clinic(tx, request)
        promised = promised_anew(now, clinic.schedule(self.parts.directory.calendar))
        which = await escalations.add(tx, request_id, promised, now)
        requests.note(tx, request_id, CLOCK, now, ESCALATED)
        due.set_due(tx, escalations.DUE, request_id, promised)
        parcels = [
            *self._to_citizen(request, clinic, promised, which, now),
            *self._to_city(tx, request, clinic, which, now),
            *await self._to_clinic(tx, request, clinic, promised),
        ]
        due.set_due(tx, CHECK, request_id, _goes(request, clinic, now) + PATIENCE)
        facts: dict[str, str | int] = {"clinic": clinic.no, "round": which}
        await audit.append(tx, "request.escalated", CLOCK, f"request:{request_id}", facts, now)
        return parcels

    async def check(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """Whether the new time and the word to the city arrived. Twice: one SMS."""
        told = await escalations.of(tx, request_id)
        request = await requests.by_id(tx, request_id)
        if not told or request is None or request.status not in _UNANSWERED or told[-1].promised <= now:
            return ()
        await self._look_at_city(tx, request, told[-1].round, now)
        return await self._instead(tx, request, told[-1])

    async def _instead(self, tx: Tx, request: RegisteredRequest, told: Escalation) -> Sequence[Parcel]:
        """An SMS where Telegram has refused the new time, or has not taken it."""
        key = _key(request.id, told.round)
        posted = await feed.posted(tx, key)
        given = request.details
        phone = first_mobile(str(given.get("caller_phone", "")), str(given.get("phone", "")))
        if posted is None or posted.status not in _NOT_ARRIVED or phone is None:
            return ()
        return (self._by_sms(request, await self._clinic(tx, request), told.promised, phone, f"sms:{key}"),)

    async def _look_at_city(self, tx: Tx, request: RegisteredRequest, which: int, now: datetime) -> None:
        """Where the city's chat took nothing and there is no phone either, ours rings."""
        posted = await feed.posted(tx, f"city:{_key(request.id, which)}")
        if not self.city.phone and posted is not None and posted.status in _NOT_ARRIVED:
            due.begin(tx, ALARM, request.id, now)

    async def alarm(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """The duty phone rings, once for each request, whatever is tried again."""
        del now
        request = await requests.by_id(tx, request_id)
        if request is not None:
            self.alerts.alert("request.unanswered", clinic=request.clinic_no, request=request.id)
        return ()

    @rule("G-55", "AP-07")
    async def unmoved(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """The clinic took a time away, had nothing in its place, and has not found anything in its term."""
        booking = await self.parts.bookings.booking(tx, request_id)
        if booking is None or booking.status is not BookingStatus.TO_MOVE:
            return ()
        requests.note(tx, request_id, CLOCK, now, OVERDUE_MARK)
        due.set_due(tx, escalations.DUE, request_id, now + ESCALATES_AFTER.delta)
        words = T("staff.visit.unmoved", number=booking.number)
        facts: dict[str, str | int] = {"clinic": booking.clinic.no}
        await audit.append(tx, "appointment.overdue", CLOCK, f"request:{request_id}", facts, now)
        return (
            *self.parts.visits.notices.tell(tx, booking, UNMOVED, now),
            *await self.parts.visits.feed.told(tx, booking.clinic.no, words, request_id),
            *await self._to_heads(tx, booking.clinic.no, words, request_id),
        )

    async def _still_unanswered(self, tx: Tx, request: RegisteredRequest, now: datetime) -> bool:
        """While an answer can still be taken back, it is looked at once more when that is over."""
        if request.undo_until is not None and now < request.undo_until:
            due.set_due(tx, escalations.DUE, request.id, request.undo_until + _A_MOMENT)
            return False
        return request.status in _UNANSWERED

    def _to_citizen(
        self, request: RegisteredRequest, clinic: Clinic, promised: datetime, which: int, now: datetime
    ) -> Sequence[Parcel]:
        goes, parcels = _goes(request, clinic, now), self._new_time(request, clinic, promised, which)
        return parcels if goes <= now else tuple(replace(one, not_before=goes) for one in parcels)

    def _new_time(
        self, request: RegisteredRequest, clinic: Clinic, promised: datetime, which: int
    ) -> Sequence[Parcel]:
        key = _key(request.id, which)
        match request.address.channel:
            case "telegram":
                return (self._in_chat(request, clinic, promised, key),)
            case "sms":
                return (self._by_sms(request, clinic, promised, request.address.key, f"sms:{key}"),)
            case "nowhere":
                return ()

    def _in_chat(self, request: RegisteredRequest, clinic: Clinic, promised: datetime, dedupe: str) -> Parcel:
        words = [T(f"notice.escalated{self.city.variant}", **_values(request, clinic, promised))]
        if request.service == Service.HOME_CALL:
            words.append(T("emergency.line"))
        leads = (status_of(request.id), MENU)
        screen = notice(words, leads, lambda said_: self.parts.notices.render(said_, request.locale))
        return parcel_for(request.address, screen, kind=ESCALATED, dedupe=dedupe, request_id=request.id)

    def _by_sms(
        self, request: RegisteredRequest, clinic: Clinic, promised: datetime, phone: str, dedupe: str
    ) -> Parcel:
        text = self.parts.notices.render(
            T(f"{_sms_key(request)}{self.city.variant}", **_values(request, clinic, promised)), request.locale
        )
        return sms_parcel(phone, text, kind=ESCALATED, dedupe=dedupe, request_id=request.id)

    def _to_city(
        self, tx: Tx, request: RegisteredRequest, clinic: Clinic, which: int, now: datetime
    ) -> Sequence[Parcel]:
        """Number, clinic and its phone, nothing of any person. Without an address our duty phone rings."""
        service = T(f"staff.topic.{request.service}")
        parcels = city_told(self.city, request.number, clinic, service, request.id, _key(request.id, which))
        if not parcels:
            due.begin(tx, ALARM, request.id, now)
        return parcels

    async def _to_clinic(
        self, tx: Tx, request: RegisteredRequest, clinic: Clinic, promised: datetime
    ) -> Sequence[Parcel]:
        key = f"staff.escalation.clinic{self.city.variant}"
        words = T(key, number=request.number, by=clinic.local(promised))
        parcels = list(await self._to_heads(tx, clinic.no, words, request.id))
        group = await staff.group_of(tx, clinic.no)
        if group is not None:
            say = self.parts.cards.say
            topic = topic_of(say, Service(request.service), group.locale)
            parcels.append(said(group.chat_id, say(words, group.locale), request.id, topic=topic))
        return parcels

    async def _to_heads(self, tx: Tx, clinic_no: int, words: T, request_id: int) -> Sequence[Parcel]:
        heads = await staff.of_clinic(tx, clinic_no, "head")
        if not heads:
            self.alerts.alert("staff.no_head", clinic=clinic_no, request=request_id)
        say = self.parts.cards.say
        return [said(head.telegram_id, say(words, head.locale), request_id) for head in heads]

    async def _clinic(self, tx: Tx, request: RegisteredRequest) -> Clinic:
        await self.parts.directory.refresh(tx)
        return self.parts.directory.clinics[request.clinic_no]


def city_told(
    city: City, number: str, clinic: Clinic, service: T, request_id: int, once: str
) -> list[Parcel]:
    """Number, service, institution and its phone, of nobody anything; empty where the city has no address.

    What if it runs twice: one message under ``once``.
    """
    parcels = list[Parcel]()
    if city.chat_id is not None:
        values: dict[str, Value] = {"number": number, "service": service, "phone": clinic.phone}
        text = "\n\n".join(
            render(T("staff.escalation.city", clinic=clinic.name(language), **values), language)
            for language in _LANGUAGES
        )
        parcels.append(said(city.chat_id, text, request_id, f"city:{once}"))
    if city.phone:
        words = T("sms.city", number=number, clinic=clinic.short(city.language), phone=clinic.phone)
        text = render(words, city.language)
        dedupe = f"city_sms:{once}"
        parcels.append(sms_parcel(city.phone, text, kind="city", dedupe=dedupe, request_id=request_id))
    return parcels


def _times(marks: Sequence[Mark]) -> int:
    """How often a new time was told since the request was registered, or since its refusal was reopened."""
    told = 0
    for mark in marks:
        told = 0 if mark.note_code == requests.REOPENED else told + (mark.note_code == ESCALATED)
    return told


def _goes(request: RegisteredRequest, clinic: Clinic, now: datetime) -> datetime:
    """When the citizen is told: at once while they wait for a doctor, else by day (G-47)."""
    kind = MessageKind.ANSWER if request.service == Service.HOME_CALL else MessageKind.NEWS
    return may_be_sent_at(kind, now, ZoneInfo(clinic.zone))


def _key(request_id: int, which: int) -> str:
    return f"{ESCALATED}:{request_id}:{which}"


def _sms_key(request: RegisteredRequest) -> str:
    """Whoever waits for a doctor at home is reminded of 103."""
    return "sms.call_escalated" if request.service == Service.HOME_CALL else "sms.escalated"


def _values(request: RegisteredRequest, clinic: Clinic, promised: datetime) -> dict[str, Value]:
    return {
        "number": request.number,
        "clinic": clinic.short(request.locale),
        "clinic_phone": clinic.phone,
        "by": clinic.local(promised),
    }
