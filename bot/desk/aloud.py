"""What a registrar reads aloud as the clinic's answer, with its number, day and hour (HC-11, AP-08)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import locales
from bot.bookings.notices import BOOKED
from bot.channels.screens import Button, Screen
from bot.channels.telegram import parcel_for
from bot.staff.parts import Parts
from bot.staff.press import Press, Verb
from bot.staff.presses import Presses
from dialogs.engine import Sentence, T
from dialogs.engine.words import Value
from rules.attachment_status import AttachmentStatus
from rules.booking_status import BookingStatus
from rules.call_status import CallStatus
from rules.clinics import Clinic
from rules.desk import answer_aloud_by
from rules.law import Service, rule
from rules.people import Language
from storage import desk, requests, slots, staff
from storage.database import Reader, Tx
from storage.desk import Case
from storage.outbox import Parcel
from storage.requests import RegisteredRequest

SCRIPT: Final = "desk_script"
_CALLED_OFF: Final = frozenset({CallStatus.CANCELLED, BookingStatus.CANCELLED, AttachmentStatus.CANCELLED,
                                AttachmentStatus.CLOSED})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Aloud:
    """Draws what is read aloud, and the cards that a case still wants answered."""

    parts: Parts

    @rule("HC-11", "AP-08", "GEN-09")
    async def entered(self, tx: Tx, case: Case, now: datetime) -> tuple[Parcel, ...]:
        """What a registrar is shown of what the case has just entered."""
        parcels: list[Parcel] = []
        for request in await requests.of_case(tx, case.id):
            if request.service == Service.HOME_CALL:
                parcels += await self._call(tx, case, request, now)
                continue
            parcels.append(await self._script(tx, case, request))
            parcels += await self._in_writing(tx, request, now)
        return tuple(parcels)

    async def _in_writing(self, tx: Tx, request: RegisteredRequest, now: datetime) -> tuple[Parcel, ...]:
        """A time that was booked is sent to the phone too: what is only heard is forgotten."""
        booking = await self.parts.bookings.booking(tx, request.id)
        if booking is None or booking.slot is None or booking.told_at.channel != "sms":
            return ()
        return self.parts.visits.notices.tell(tx, booking, BOOKED, now)

    async def answered(self, tx: Tx, request_id: int, now: datetime) -> tuple[Parcel, ...]:
        """The script of a request that this very press has answered, for the registrar who entered it.

        What if it runs twice: one script for each answer.
        """
        request = await requests.by_id(tx, request_id)
        if request is None or request.desk_case is None or request.answered_at != now:
            return ()
        case = await desk.by_id(tx, request.desk_case)
        # Once it was read nobody waits for it; and whoever left the clinic hears nothing of its requests.
        if case is None or case.answered_at is not None or not await works_here(tx, case):
            return ()
        return (await self._script(tx, case, request),)

    async def _call(
        self, tx: Tx, case: Case, request: RegisteredRequest, now: datetime
    ) -> tuple[Parcel, ...]:
        """The doctors to choose from: the answer is given while the person waits."""
        call = await self.parts.feed.call(tx, request.id)
        if call is None:
            return ()
        presses = Presses(self.parts.feed, self.parts.calls, self.parts.cards)
        page = await presses.first_page(tx, call, case.locale, now)
        card = parcel_for(case.chat, page, kind="desk_card", request_id=call.id)
        if call.status is not CallStatus.NEXT_DAY:
            return (card,)
        return (await self._script(tx, case, request), card)

    async def _script(self, tx: Tx, case: Case, request: RegisteredRequest) -> Parcel:
        await self.parts.directory.refresh(tx)
        clinic = self.parts.directory.clinics[request.clinic_no]
        words = await script(tx, request, clinic)
        text = "\n\n".join(locales.render(one, case.locale) for one in (T("aloud.read"), *words))
        screen = Screen(text, buttons(request, case.locale))
        once = f"aloud:{request.id}:{request.version}"
        return parcel_for(case.chat, screen, kind=SCRIPT, dedupe=once, request_id=request.id)


async def works_here(reader: Reader, case: Case) -> bool:
    """True while whoever opened the case works at its clinic."""
    return bool(await staff.member(reader, case.staff_id, case.clinic_no))


@rule("AU-29", "AU-30")
async def script(reader: Reader, request: RegisteredRequest, clinic: Clinic) -> Sequence[Sentence]:
    """The answer as it is read aloud, in the order of the acts: register, number, day and hour."""
    if request.ground is not None:
        return (T("aloud.no", ground=T(f"ground.{request.ground}")),)
    if request.status in _CALLED_OFF:
        return (T("aloud.called_off", number=request.number), T("emergency.line"))
    match Service(request.service):
        case Service.HOME_CALL:
            return _of_call(request, clinic)
        case Service.APPOINTMENT:
            return await _of_visit(reader, request, clinic)
        case Service.ATTACHMENT:
            return _of_attachment(request, clinic)


def _of_call(request: RegisteredRequest, clinic: Clinic) -> Sequence[Sentence]:
    if request.window_start is None or request.window_end is None:
        return (T("aloud.call_carried", number=request.number, day=_day(request, clinic)),)
    start, end = clinic.local(request.window_start), clinic.local(request.window_end)
    values: dict[str, Value] = {"number": request.number, "day": start.date(), "start": start, "end": end}
    said = T("aloud.call", doctor=request.doctor_name or "", **values)
    return (said, T("aloud.document"), T("aloud.worse"))


async def _of_visit(reader: Reader, request: RegisteredRequest, clinic: Clinic) -> Sequence[Sentence]:
    slot = await slots.of_request(reader, request.id)
    if slot is None or request.status == BookingStatus.WAITING:
        return (T("aloud.waiting", number=request.number),)
    start = clinic.local(slot.start)
    values = {"doctor": request.doctor_name or "", "room": slot.room}
    said = T("aloud.visit", number=request.number, day=start.date(), start=start, **values)
    return (said, T("aloud.document"))


def _of_attachment(request: RegisteredRequest, clinic: Clinic) -> Sequence[Sentence]:
    if request.status == AttachmentStatus.ATTACHED:
        return (T("aloud.attached", number=request.number, day=_day(request, clinic)),)
    due = request.answer_due or request.registered_at
    return (T("aloud.paper"), T("aloud.attachment", number=request.number, due=clinic.local(due)))


def _day(request: RegisteredRequest, clinic: Clinic) -> date:
    return request.visit_day or clinic.local(request.registered_at).date()


def buttons(
    request: RegisteredRequest, locale: Language, *, said: bool = False
) -> tuple[tuple[Button, ...], ...]:
    """ "It was read", while it was not, and the slip."""
    told = () if said else ((_button(request, Verb.ORAL, "button.read_aloud", locale),),)
    return (*told, (_button(request, Verb.SLIP, "button.slip", locale),))


def _button(request: RegisteredRequest, verb: Verb, label: str, locale: Language) -> Button:
    return Button(locales.render(T(label), locale), str(Press(request.id, request.version, verb)))


def due_at(case: Case, clinic: Clinic) -> datetime:
    """When the case's answer is to have been read, on the clinic's wall clock."""
    return answer_aloud_by(case.opened_at).astimezone(ZoneInfo(clinic.zone))
