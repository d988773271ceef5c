"""Decides what the dialogs of appointments submit, each within its one transaction.

A time is held, booked or moved by the database's word alone. A time lost at "Send" rolls everything back and
reopens only that question; an answer to a notice counts only in the chat that the notice went to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from bot.bookings.book import Booking, BookingDetails
from bot.bookings.steps import Answered, BookingSteps
from bot.talk.registers import Registers
from bot.talk.standing import Decided, Pressed, Stale, Standing
from dialogs.drafts import (
    BookingDraft,
    CancelDraft,
    ComingDraft,
    HoldDraft,
    MoveDraft,
    OfferAnswerDraft,
    WaitDraft,
)
from dialogs.engine import Json
from dialogs.facts import Wish
from rules.appointment import HOLD, Registration, may_book, may_change_time, registration
from rules.booking_status import BookingStatus
from rules.clinics import Clinic
from rules.consent import Purpose
from rules.law import Refused, Service, rule
from rules.people import Person
from rules.slots import Slot, days_to_book
from storage import audit, requests, slots, waiting
from storage.database import Tx
from storage.instants import micros
from storage.requests import AlreadyOpen, Changes, NewRequest, RegisteredRequest

CHAT: Final = "chat"
"""Who answered a notice, as marks and audit name them: whoever holds the chat, no identity is asked."""


@dataclass(frozen=True, slots=True)
class BookingDecisions:
    """One method for each kind of draft."""

    registers: Registers
    steps: BookingSteps

    async def decide(self, tx: Tx, draft: Any, pressed: Pressed) -> Decided:
        """Do what ``draft`` says. Raises ``Stale`` when it rests on what is no longer so."""
        match draft:
            case HoldDraft():
                return await self._hold(tx, draft, pressed)
            case BookingDraft():
                return await self._book(tx, draft, pressed)
            case MoveDraft():
                return await self._move(tx, draft, pressed)
            case CancelDraft():
                return await self._cancel(tx, draft, pressed)
            case WaitDraft():
                return await self._wait(tx, draft, pressed)
            case OfferAnswerDraft():
                return await self._answer(tx, draft, pressed)
            case ComingDraft():
                return await self._coming(tx, draft, pressed)
            case _:
                raise TypeError(type(draft).__name__)

    @rule("G-53")
    async def _hold(self, tx: Tx, draft: HoldDraft, pressed: Pressed) -> Decided:
        """Keep the time while it is signed. One that was lost is no fault: the person chooses again."""
        held = await slots.hold(tx, draft.slot_id, pressed.conversation_id, pressed.now)
        await self.steps.feed.changed(tx, (await slots.by_id(tx, draft.slot_id),), pressed.now)
        until = micros(pressed.now + HOLD.delta) if held else None
        return Decided({"held": held, "slot_id": draft.slot_id, "until_us": until})

    @rule("AP-01", "AP-10", "G-57")
    async def _book(self, tx: Tx, draft: BookingDraft, pressed: Pressed) -> Decided:
        signed = _Signed(self._standing(tx, pressed), draft, await signed_time(tx, draft))
        new, registered = await signed.new_request()
        actor = pressed.actor(draft.caller_id)
        try:
            request = await requests.register(tx, new, pressed.now, actor=actor)
        except AlreadyOpen as held:
            slots.release(tx, pressed.conversation_id)
            slot = await slots.of_request(tx, held.request.id)
            return Decided(_booked(held.request, "already", slot, registered))
        facts: dict[str, str | int] = {
            "consent": draft.consent_id,
            "signed": draft.signed.digest,
            "clinic": draft.clinic_no,
        }
        await audit.append(tx, "request.registered", actor, f"request:{request.id}", facts, pressed.now)
        if draft.slot_id is None:
            return await self._on_the_list(tx, draft, request, registered, actor, pressed.now)
        return await self._confirmed(tx, draft.slot_id, request, registered, actor, pressed)

    async def _confirmed(
        self,
        tx: Tx,
        slot_id: int,
        request: RegisteredRequest,
        registered: Registration,
        actor: str,
        pressed: Pressed,
    ) -> Decided:
        if not await slots.book(tx, slot_id, request.id, pressed.conversation_id, pressed.now):
            raise Stale
        slot = await _slot(tx, slot_id)
        done = await self.steps.take(tx, request.id, request.version, slot, actor, pressed.now)
        if done is None:
            raise Stale
        return Decided(_booked(request, "booked", slot, registered), done.parcels)

    async def _on_the_list(
        self,
        tx: Tx,
        draft: BookingDraft,
        request: RegisteredRequest,
        registered: Registration,
        actor: str,
        now: datetime,
    ) -> Decided:
        """Nothing was free: the request waits for a time of that doctor, or of any of the role."""
        changes = Changes(doctor_role=draft.role.value)
        if not await requests.move(
            tx, request.id, request.version, BookingStatus.WAITING, actor, now, changes
        ):
            raise Stale
        await waiting.wait(tx, request.id, Wish(draft.clinic_no, draft.role, draft.doctor_no), now)
        return Decided(_booked(request, "waiting", None, registered))

    async def _move(self, tx: Tx, draft: MoveDraft, pressed: Pressed) -> Decided:
        """The old time is given up only if the new one is got."""
        booking = await self._own(tx, draft, pressed)
        receipt: dict[str, Json] = {
            "request_id": booking.id,
            "number": booking.number,
            "slot_id": draft.slot_id,
        }
        if not may_change_time(booking.status, _starts(booking), pressed.now):
            return Decided({**receipt, "moved": False})
        slot = await _slot(tx, draft.slot_id)
        if (slot.clinic_no, slot.role) != (booking.clinic.no, booking.details.role):
            raise Stale
        if not (await self.steps.bookings.may_have(tx, booking, slot.day)).allowed:
            raise Stale
        if not await slots.move(tx, booking.id, slot.id, pressed.conversation_id, pressed.now):
            raise Stale
        if booking.slot is None:
            await waiting.leave(tx, booking.id, pressed.now)
        actor = f"person:{draft.asker_id}"
        done = await self.steps.take(tx, booking.id, booking.version, slot, actor, pressed.now, booking.slot)
        if done is None:
            raise Stale
        return Decided({**receipt, "moved": True}, done.parcels)

    async def _cancel(self, tx: Tx, draft: CancelDraft, pressed: Pressed) -> Decided:
        booking = await self._own(tx, draft, pressed)
        done = await self.steps.cancel(tx, booking, f"person:{draft.asker_id}", pressed.now)
        receipt: Json = {"request_id": booking.id, "number": booking.number, "cancelled": done is not None}
        return Decided(receipt, () if done is None else done.parcels)

    async def _wait(self, tx: Tx, draft: WaitDraft, pressed: Pressed) -> Decided:
        """Go on the list for an earlier time, or leave it; what was asked for last counts."""
        booking = await self._own(tx, draft, pressed)
        wanted = draft.waits and may_change_time(booking.status, _starts(booking), pressed.now)
        today = booking.local(pressed.now).date()
        if wanted and isinstance(await self.steps.bookings.may_have(tx, booking, today), Refused):
            raise Stale
        wish = Wish(booking.clinic.no, booking.details.role, draft.doctor_no)
        standing = await waiting.of_request(tx, booking.id)
        if standing is not None and not (wanted and standing.wish == wish):
            await waiting.leave(tx, booking.id, pressed.now)
        if wanted:
            await waiting.wait(tx, booking.id, wish, pressed.now)
        return Decided({"request_id": booking.id, "number": booking.number, "waits": wanted})

    async def _answer(self, tx: Tx, draft: OfferAnswerDraft, pressed: Pressed) -> Decided:
        booking = await self._of_this_chat(tx, draft.request_id, pressed)
        if booking is None:
            return Decided(_nothing(draft.request_id, slot_id=None))
        outcome, done = await self.steps.answer(tx, booking, draft.slot_id, draft.accepted, CHAT, pressed.now)
        instead = await self.steps.instead(tx, booking, pressed.now) if outcome is Answered.PASSED else ()
        receipt: Json = {
            "outcome": outcome.value,
            "request_id": booking.id,
            "number": booking.number,
            "slot_id": draft.slot_id,
            "status": booking.status.value,
            "instead": [slot.id for slot in instead],
        }
        return Decided(receipt, () if done is None else done.parcels)

    async def _coming(self, tx: Tx, draft: ComingDraft, pressed: Pressed) -> Decided:
        booking = await self._of_this_chat(tx, draft.request_id, pressed)
        if booking is None:
            return Decided(_nothing(draft.request_id, starts_us=None, clinic_no=None))
        said = await self.steps.will_come(tx, booking, CHAT, pressed.now)
        receipt: Json = {
            "outcome": said.value,
            "request_id": booking.id,
            "number": booking.number,
            "starts_us": None if booking.starts is None else micros(booking.starts),
            "clinic_no": booking.clinic.no,
        }
        return Decided(receipt)

    async def _own(self, tx: Tx, draft: MoveDraft | CancelDraft | WaitDraft, pressed: Pressed) -> Booking:
        """The booking as it was shown, if it is the asker's to change. Raises ``Stale``."""
        request = await requests.by_id(tx, draft.request_id)
        if request is None or request.version != draft.version or request.service != Service.APPOINTMENT:
            raise Stale
        if not await self._standing(tx, pressed).acts_for(draft.asker_id, request):
            raise Stale
        return await self.steps.bookings.of(tx, request)

    async def _of_this_chat(self, tx: Tx, request_id: int, pressed: Pressed) -> Booking | None:
        booking = await self.steps.bookings.booking(tx, request_id)
        return booking if booking is not None and booking.told_at == pressed.address else None

    def _standing(self, tx: Tx, pressed: Pressed) -> Standing:
        return Standing(tx, self.registers.of(tx, pressed.conversation_id), pressed)


@dataclass(frozen=True, slots=True)
class _Signed:
    """Checks a signed booking against what stands inside the transaction."""

    standing: Standing
    draft: BookingDraft
    slot: Slot | None

    @rule("AP-13", "AP-16")
    async def new_request(self) -> tuple[NewRequest, Registration]:
        """Return the row to be written, and when it counts as registered. Raises ``Stale``."""
        draft, pressed, registry = self.draft, self.standing.pressed, self.standing.registry
        caller = await self.standing.unchanged(draft.caller_id, draft.caller_version)
        await self.standing.check_consent(Purpose.APPOINTMENT, caller, draft.consent_id)
        clinic, calendar = await self.standing.clinic(draft.clinic_no), await registry.calendar()
        patient = await self.standing.unchanged(draft.patient.person_id, draft.patient.version)
        await self.standing.check_right(caller, patient, clinic)
        today = clinic.local(pressed.now).date()
        await self._check_clinic(patient, clinic, today)
        registered = registration(pressed.judged_at, clinic, calendar, pressed.by)
        new = NewRequest(
            clinic_no=clinic.no,
            service=Service.APPOINTMENT,
            address=pressed.told_at(caller.mobile, caller.said_phone),
            locale=pressed.locale,
            for_whom=draft.for_whom.value,
            status=BookingStatus.REGISTERED,
            details=self._details(caller, patient).to_json(),
            patient_id=int(patient.id),
            caller_id=int(caller.id),
            answer_due=registered.answer_due,
            visit_day=today,
            open_slot=slots.open_booking(draft.role, patient.id),
            consent_id=draft.consent_id,
            signed_digest=draft.signed.digest,
            signed_text=draft.signed.text,
            signed_at=pressed.now,
            signed_message=None if pressed.message_id is None else str(pressed.message_id),
            came_by=pressed.came_by,
            desk_case=pressed.case_id,
        )
        return new, registered

    async def _check_clinic(self, patient: Person, clinic: Clinic, today: date) -> None:
        """The clinic's staff are linked, and its doctor takes that patient."""
        registry = self.standing.registry
        if not await registry.is_live(clinic.no):
            raise Stale
        attachment = await registry.attachment(patient.id)
        # The age counts on the day of the visit; for one who waits, on any that can be offered.
        days = (today, days_to_book(today)[-1]) if self.slot is None else (self.slot.day,)
        if not any(may_book(patient, attachment, clinic.no, self.draft.role, on).allowed for on in days):
            raise Stale

    def _details(self, caller: Person, patient: Person) -> BookingDetails:
        return BookingDetails(
            patient_name=patient.full_name,
            born=patient.birth_date,
            phone=caller.phone.e164 if caller.phone else "",
            role=self.draft.role,
            doctor_no=self.draft.doctor_no or "",
            caller_name="" if caller == patient else caller.full_name,
        )


async def signed_time(tx: Tx, draft: BookingDraft) -> Slot | None:
    """The time signed for, None where one waits. Raises ``Stale`` if it is of another clinic or role."""
    if draft.slot_id is None:
        return None
    slot = await _slot(tx, draft.slot_id)
    if (slot.clinic_no, slot.role) != (draft.clinic_no, draft.role):
        raise Stale
    return slot


async def _slot(tx: Tx, slot_id: int) -> Slot:
    slot = await slots.by_id(tx, slot_id)
    if slot is None:
        raise Stale
    return slot


def _starts(booking: Booking) -> datetime | None:
    return None if booking.slot is None else booking.slot.start


def _booked(request: RegisteredRequest, outcome: str, slot: Slot | None, registered: Registration) -> Json:
    return {
        "request_id": request.id,
        "number": request.number,
        "outcome": outcome,
        "slot_id": None if slot is None else slot.id,
        "registered_us": micros(registered.at),
        "same_day": registered.same_day,
    }


def _nothing(request_id: int, **more: None) -> Json:
    return {"outcome": "not_yours", "request_id": request_id, "number": None, **more}
