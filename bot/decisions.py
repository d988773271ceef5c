"""Decides what a dialog submits: inside one transaction, everything it was shown is checked again.

What is signed is what was shown: the consent still lives, the facts still stand, the
cut-off has not passed. If anything has moved, nothing is done and the dialog is replayed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from bot.call_details import CallDetails
from bot.registers import Registers
from dialogs.drafts import HomeCallDraft, RegisteredPatient, TypedPatient, WithdrawalDraft
from dialogs.engine import Json
from dialogs.facts import RequestCard
from otp import evidence
from rules.call_status import CallStatus, may_withdraw
from rules.channels import Channel
from rules.clinics import Clinic
from rules.consent import Purpose
from rules.days import country_day
from rules.home_call import CarriedOver, ForToday, ForWhom, Intake, NotTaken, intake, is_attached_here
from rules.law import Refused, Service
from rules.people import Language, Person
from rules.representation import Newborn, may_act_for
from storage import audit, requests
from storage.addresses import Address
from storage.database import Tx
from storage.instants import micros
from storage.outbox import Parcel
from storage.registry import Registry
from storage.requests import AlreadyOpen, Changes, NewRequest, RegisteredRequest


class Stale(Exception):
    """What the person was shown is not so any more: nothing was done, the dialog is replayed."""


@dataclass(frozen=True, slots=True)
class Decided:
    """The receipt that the dialog gets, and what is owed because of it."""

    receipt: Json
    parcels: Sequence[Parcel] = ()


class Announcing(Protocol):
    """Whoever tells staff."""

    async def announce(
        self, tx: Tx, request: RegisteredRequest, taken: Intake, now: datetime
    ) -> Sequence[Parcel]:
        """Set the clocks of a new request and return its cards."""
        ...

    async def withdrawn(self, tx: Tx, request: RegisteredRequest, now: datetime) -> Sequence[Parcel]:
        """Return what staff are shown of a request that its citizen withdrew."""
        ...


@dataclass(frozen=True, slots=True)
class Pressed:
    """Who pressed "Send", in which conversation, on which message, and when."""

    address: Address
    conversation_id: int
    message_id: int | None
    locale: Language
    now: datetime


class Decisions:
    """One method for each kind of draft."""

    def __init__(self, registers: Registers, staff: Announcing) -> None:
        self._registers = registers
        self._staff = staff

    async def decide(self, tx: Tx, draft: Any, pressed: Pressed) -> Decided:
        """Do what ``draft`` says. Raises ``Stale`` when it rests on what is no longer so."""
        match draft:
            case HomeCallDraft():
                return await self._register(tx, draft, pressed)
            case WithdrawalDraft():
                return await self._withdraw(tx, draft, pressed.now)
            case _:
                raise TypeError(type(draft).__name__)

    async def _register(self, tx: Tx, draft: HomeCallDraft, pressed: Pressed) -> Decided:
        checking = Checking(tx, self._registers.of(tx), draft, pressed)
        new, taken = await checking.new_request()
        actor = f"person:{draft.caller_id}"
        try:
            request = await requests.register(tx, new, pressed.now, actor=actor)
        except AlreadyOpen as held:
            return Decided(_receipt(held.request, merged=True))
        await audit.append(
            tx,
            action="request.registered",
            actor=actor,
            subject=f"request:{request.id}",
            facts={"consent": draft.consent_id, "signed": draft.signed.digest, "clinic": draft.clinic_no},
            now=pressed.now,
        )
        cards = await self._staff.announce(tx, request, taken, pressed.now)
        return Decided(_receipt(request, merged=False), cards)

    async def _withdraw(self, tx: Tx, draft: WithdrawalDraft, now: datetime) -> Decided:
        request = await requests.by_id(tx, draft.request_id)
        if (
            request is None
            or request.version != draft.version
            or not may_withdraw(CallStatus(request.status))
        ):
            raise Stale
        if not await self._acts_for(tx, draft.asker_id, request, now):
            raise Stale
        actor = f"person:{draft.asker_id}"
        changes = Changes(closed_at=now)
        if not await requests.move(tx, request.id, draft.version, CallStatus.CANCELLED, actor, now, changes):
            raise Stale
        await audit.append(
            tx, action="request.withdrawn", actor=actor, subject=f"request:{request.id}", facts={}, now=now
        )
        receipt: Json = {"request_id": request.id, "number": request.number, "withdrawn": True}
        return Decided(receipt, await self._staff.withdrawn(tx, await self._standing(tx, request.id), now))

    async def _standing(self, tx: Tx, request_id: int) -> RegisteredRequest:
        request = await requests.by_id(tx, request_id)
        if request is None:
            raise LookupError("a request that has just been moved")
        return request

    async def _acts_for(self, tx: Tx, asker_id: str, request: RegisteredRequest, now: datetime) -> bool:
        """Tell whether a request is the asker's to withdraw: theirs, their child's, or one they made."""
        asker = int(asker_id)
        if asker in (request.caller_id, request.patient_id):
            return True
        if request.patient_id is None:
            return False
        today = country_day(now)
        link = await self._registers.of(tx).guardianship(str(request.patient_id), asker_id, today)
        return link is not None


@dataclass(frozen=True, slots=True)
class Checking:
    """Checks a signed home call against what stands inside the transaction."""

    tx: Tx
    registry: Registry[RequestCard]
    draft: HomeCallDraft
    pressed: Pressed

    async def new_request(self) -> tuple[NewRequest, Intake]:
        """Return the row to be written, and for when it is taken. Raises ``Stale``."""
        caller = await self._unchanged(self.draft.caller_id, self.draft.caller_version)
        await self._check_consent(caller)
        taken = await self._taken()
        details, patient_id = await self._patient(caller)
        # Another adult's call is linked, never merged: the caller must not learn that one is open (S19).
        mergeable = self.draft.for_whom is not ForWhom.OTHER and patient_id is not None
        new = NewRequest(
            clinic_no=self.draft.clinic_no,
            service=Service.HOME_CALL,
            address=self.pressed.address,
            locale=self.pressed.locale,
            for_whom=self.draft.for_whom.value,
            status=CallStatus.REGISTERED if isinstance(taken, ForToday) else CallStatus.NEXT_DAY,
            details=details.to_json(),
            patient_id=patient_id,
            caller_id=int(self.draft.caller_id),
            answer_due=taken.answer_due,
            visit_day=taken.visit_day,
            open_slot=requests.open_slot(Service.HOME_CALL, patient_id or 0) if mergeable else None,
            consent_id=self.draft.consent_id,
            signed_digest=self.draft.signed.digest,
            signed_text=self.draft.signed.text,
            signed_at=self.pressed.now,
            signed_message=None if self.pressed.message_id is None else str(self.pressed.message_id),
        )
        return new, taken

    async def _unchanged(self, person_id: str, version: int) -> Person:
        person = await self.registry.person_by_id(person_id)
        if person is None or person.version != version:
            raise Stale
        return person

    async def _check_consent(self, caller: Person) -> None:
        consent = await evidence.alive(
            self.tx,
            conversation_id=self.pressed.conversation_id,
            address=self.pressed.address,
            purpose=Purpose.HOME_CALL,
            subject=caller.iin,
            now=self.pressed.now,
        )
        if consent is None or consent.id != self.draft.consent_id:
            raise Stale

    async def _taken(self) -> ForToday | CarriedOver:
        """Judge the cut-off at this very moment (G-01)."""
        if not await self.registry.is_live(self.draft.clinic_no):
            raise Stale
        clinic, calendar = await self._clinic(), await self.registry.calendar()
        taken = intake(self.pressed.now, clinic, calendar, Channel.ELECTRONIC)
        if isinstance(taken, NotTaken) or taken.visit_day != self.draft.visit_day:
            raise Stale
        return taken

    async def _clinic(self) -> Clinic:
        clinic = await self.registry.clinic(self.draft.clinic_no)
        if clinic is None:
            raise Stale
        return clinic

    async def _patient(self, caller: Person) -> tuple[CallDetails, int | None]:
        match self.draft.patient:
            case RegisteredPatient(person_id=person_id, version=version):
                patient = await self._unchanged(person_id, version)
                await self._check_right(caller, patient)
                await self._check_attachment(patient.id)
                return _details(self.draft, caller, patient.full_name, patient.birth_date), int(patient.id)
            case Newborn(name=name, birth_date=birth_date):
                await self._check_attachment(caller.id)
                return _details(self.draft, caller, name, birth_date, newborn=True), None
            case TypedPatient():
                return await self._another(caller, self.draft.patient)

    async def _check_right(self, caller: Person, patient: Person) -> None:
        today = (await self._clinic()).schedule(await self.registry.calendar()).local_day(self.pressed.now)
        link = await self.registry.guardianship(patient.id, caller.id, today) if patient != caller else None
        if isinstance(may_act_for(caller, patient, link, today), Refused):
            raise Stale

    async def _check_attachment(self, person_id: str) -> None:
        attachment = await self.registry.attachment(person_id)
        if attachment is None or attachment.clinic_no != self.draft.clinic_no:
            raise Stale

    async def _another(self, caller: Person, typed: TypedPatient) -> tuple[CallDetails, int | None]:
        """Find out for staff alone what the caller is not told: attachment, and a call open already."""
        known = await self.registry.person(typed.iin)
        attachment = await self.registry.attachment(known.id) if known else None
        open_call = (
            await requests.open_in(self.tx, requests.open_slot(Service.HOME_CALL, known.id))
            if known
            else None
        )
        here = is_attached_here(attachment, self.draft.clinic_no).allowed
        details = _details(
            self.draft,
            caller,
            typed.name,
            typed.birth_date,
            standing="here" if here else "elsewhere" if attachment else "nowhere",
            attached_to=attachment.clinic_no if attachment else None,
            linked_number=open_call.number if open_call else "",
        )
        return details, int(known.id) if known else None


def _details(draft: HomeCallDraft, caller: Person, name: str, born: date, **more: Any) -> CallDetails:
    return CallDetails(
        patient_name=name,
        born=born,
        phone=draft.phone,
        address=draft.address,
        reason=draft.reason.value,
        own_words=draft.words,
        caller_name=caller.full_name if draft.for_whom is not ForWhom.SELF else "",
        caller_phone=caller.phone.e164 if caller.phone else "",
        **more,
    )


def _receipt(request: RegisteredRequest, *, merged: bool) -> Json:
    return {
        "request_id": request.id,
        "number": request.number,
        "due_us": micros(request.answer_due),
        "visit_day": request.visit_day.isoformat() if request.visit_day else None,
        "merged": merged,
    }
