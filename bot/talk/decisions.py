"""Decides what a dialog submits: inside one transaction, everything it was shown is checked again.

What is signed is what was shown: the consent still lives, the facts still stand, the
cut-off has not passed. If anything has moved, nothing is done and the dialog is replayed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from bot.attachments.decisions import AttachmentDecisions
from bot.bookings.decisions import BookingDecisions
from bot.calls.details import CallDetails
from bot.centres.decisions import CentreDecisions
from bot.college.decisions import TrainingDecisions
from bot.complaints.decisions import ComplaintDecisions
from bot.consents.decisions import ConsentDecisions
from bot.desk.by_hand import ByHand
from bot.own_data.decisions import OwnDataDecisions
from bot.rounds.decisions import RoundsDecisions
from bot.surveys.decisions import SurveyDecisions
from bot.talk.registers import Registers
from bot.talk.standing import Decided, Pressed, Stale, Standing
from bot.work.decisions import WorkDecisions
from dialogs.complaint_drafts import ComplaintDraft, FeedbackDraft
from dialogs.drafts import (
    AnswerDraft,
    AttachmentDraft,
    AttachmentWithdrawalDraft,
    BlockDraft,
    ByHandDraft,
    CentreCancelDraft,
    CentreInfoDraft,
    CentreLinkDraft,
    ConsentAnswerDraft,
    ConsentBackDraft,
    ConsentBlockDraft,
    ConsentEndDraft,
    ConsentLookDraft,
    ErasureDraft,
    HappenedDraft,
    HomeCallDraft,
    OpenQuestionDraft,
    OpenSurveyDraft,
    OwnCopyDraft,
    PaperDraft,
    RegisteredPatient,
    SurveyDeclinedDraft,
    SurveyDraft,
    SurveyLaterDraft,
    SurveyWordsDraft,
    TrainingCancelDraft,
    TrainingDraft,
    TypedPatient,
    UnblockDraft,
    WithdrawalDraft,
)
from dialogs.engine import Json
from rules.call_status import CallStatus, may_withdraw
from rules.consent import Purpose
from rules.home_call import CarriedOver, ForToday, ForWhom, Intake, NotTaken, intake, is_attached_here
from rules.law import Service
from rules.people import Person
from rules.representation import Newborn
from storage import audit, requests
from storage.database import Tx
from storage.instants import micros
from storage.outbox import Parcel
from storage.requests import AlreadyOpen, Changes, NewRequest, RegisteredRequest


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


class Decisions:
    """One method for each kind of draft."""

    def __init__(
        self,
        registers: Registers,
        staff: Announcing,
        bookings: BookingDecisions,
        attachments: AttachmentDecisions,
        rounds: RoundsDecisions,
        work: WorkDecisions,
        centres: CentreDecisions,
        consents: ConsentDecisions,
        complaints: ComplaintDecisions,
        surveys: SurveyDecisions,
    ) -> None:
        self._registers = registers
        self._staff = staff
        self._bookings = bookings
        self._attachments = attachments
        self._rounds = rounds
        self._work = work
        self._centres = centres
        self._consents = consents
        self._complaints = complaints
        self._surveys = surveys
        self._training = TrainingDecisions(registers)
        self._own = OwnDataDecisions(registers, consents.outcomes)
        self._hands = ByHand(registers)

    async def decide(self, tx: Tx, draft: Any, pressed: Pressed) -> Decided:
        """Do what ``draft`` says. Raises ``Stale`` when it rests on what is no longer so."""
        match draft:
            case HomeCallDraft():
                return await self._register(tx, draft, pressed)
            case WithdrawalDraft():
                return await self._withdraw(tx, draft, pressed)
            case ByHandDraft():
                return await self._hands.enter(tx, draft, pressed)
            case HappenedDraft():
                return await self._rounds.decide(tx, draft, pressed)
            case AttachmentDraft() | AttachmentWithdrawalDraft() | PaperDraft():
                return await self._attachments.decide(tx, draft, pressed)
            case CentreInfoDraft() | CentreCancelDraft() | CentreLinkDraft():
                return await self._centres.decide(tx, draft, pressed)
            case (
                ConsentBackDraft()
                | ConsentEndDraft()
                | BlockDraft()
                | UnblockDraft()
                | OwnCopyDraft()
                | ErasureDraft()
            ):
                return await self._own.decide(tx, draft, pressed)
            case ConsentLookDraft() | ConsentAnswerDraft() | ConsentBlockDraft():
                return await self._consents.decide(tx, draft, pressed)
            case OpenQuestionDraft() | AnswerDraft():
                return await self._work.decide(tx, draft, pressed)
            case _:
                return await self._of_what_surrounds(tx, draft, pressed)

    async def _of_what_surrounds(self, tx: Tx, draft: Any, pressed: Pressed) -> Decided:
        """Everything that is no request to a clinic or a centre; what is left are bookings."""
        match draft:
            case TrainingDraft() | TrainingCancelDraft():
                return await self._training.decide(tx, draft, pressed)
            case ComplaintDraft() | FeedbackDraft():
                return await self._complaints.decide(tx, draft, pressed)
            case (
                OpenSurveyDraft()
                | SurveyDraft()
                | SurveyLaterDraft()
                | SurveyDeclinedDraft()
                | SurveyWordsDraft()
            ):
                return await self._surveys.decide(tx, draft, pressed)
            case _:
                return await self._bookings.decide(tx, draft, pressed)

    async def _register(self, tx: Tx, draft: HomeCallDraft, pressed: Pressed) -> Decided:
        checking = Checking(self._standing(tx, pressed), draft)
        new, taken = await checking.new_request()
        actor = pressed.actor(draft.caller_id)
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

    async def _withdraw(self, tx: Tx, draft: WithdrawalDraft, pressed: Pressed) -> Decided:
        now = pressed.now
        request = await requests.by_id(tx, draft.request_id)
        if (
            request is None
            or request.service != Service.HOME_CALL
            or request.version != draft.version
            or not may_withdraw(CallStatus(request.status))
        ):
            raise Stale
        if not await self._standing(tx, pressed).acts_for(draft.asker_id, request):
            raise Stale
        actor = f"person:{draft.asker_id}"
        changes = Changes(closed_at=now)
        if not await requests.move(tx, request.id, draft.version, CallStatus.CANCELLED, actor, now, changes):
            raise Stale
        await audit.append(
            tx, action="request.withdrawn", actor=actor, subject=f"request:{request.id}", facts={}, now=now
        )
        receipt: Json = {"request_id": request.id, "number": request.number, "withdrawn": True}
        return Decided(receipt, await self._staff.withdrawn(tx, await self._moved(tx, request.id), now))

    def _standing(self, tx: Tx, pressed: Pressed) -> Standing:
        return Standing(tx, self._registers.of(tx, pressed.conversation_id), pressed)

    async def _moved(self, tx: Tx, request_id: int) -> RegisteredRequest:
        request = await requests.by_id(tx, request_id)
        if request is None:
            raise LookupError("a request that has just been moved")
        return request


@dataclass(frozen=True, slots=True)
class Checking:
    """Checks a signed home call against what stands inside the transaction."""

    standing: Standing
    draft: HomeCallDraft

    async def new_request(self) -> tuple[NewRequest, Intake]:
        """Return the row to be written, and for when it is taken. Raises ``Stale``."""
        caller = await self.standing.unchanged(self.draft.caller_id, self.draft.caller_version)
        await self.standing.check_consent(Purpose.HOME_CALL, caller, self.draft.consent_id)
        taken = await self._taken()
        details, patient_id = await self._patient(caller)
        # Another adult's call is linked, never merged: the caller must not learn that one is open (S19).
        mergeable = self.draft.for_whom is not ForWhom.OTHER and patient_id is not None
        new = NewRequest(
            clinic_no=self.draft.clinic_no,
            service=Service.HOME_CALL,
            address=self.standing.pressed.told_at(caller.mobile, self.draft.phone),
            locale=self.standing.pressed.locale,
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
            signed_at=self.standing.pressed.now,
            signed_message=None
            if self.standing.pressed.message_id is None
            else str(self.standing.pressed.message_id),
            came_by=self.standing.pressed.came_by,
            desk_case=self.standing.pressed.case_id,
        )
        return new, taken

    async def _taken(self) -> ForToday | CarriedOver:
        """Judge the cut-off at this very moment (G-01)."""
        if not await self.standing.registry.is_live(self.draft.clinic_no):
            raise Stale
        clinic = await self.standing.clinic(self.draft.clinic_no)
        calendar = await self.standing.registry.calendar()
        taken = intake(self.standing.pressed.judged_at, clinic, calendar, self.standing.pressed.by)
        if isinstance(taken, NotTaken) or taken.visit_day != self.draft.visit_day:
            raise Stale
        return taken

    async def _patient(self, caller: Person) -> tuple[CallDetails, int | None]:
        match self.draft.patient:
            case RegisteredPatient(person_id=person_id, version=version):
                patient = await self.standing.unchanged(person_id, version)
                await self.standing.check_right(
                    caller, patient, await self.standing.clinic(self.draft.clinic_no)
                )
                await self.standing.attached_to(patient.id, self.draft.clinic_no)
                return _details(self.draft, caller, patient.full_name, patient.birth_date), int(patient.id)
            case Newborn(name=name, birth_date=birth_date) if self.draft.clinic_chosen:
                if not caller.by_hand:
                    raise Stale
                return _details(self.draft, caller, name, birth_date, newborn=True, standing="nowhere"), None
            case Newborn(name=name, birth_date=birth_date):
                await self.standing.attached_to(caller.id, self.draft.clinic_no)
                return _details(self.draft, caller, name, birth_date, newborn=True), None
            case TypedPatient():
                return await self._another(caller, self.draft.patient)

    async def _another(self, caller: Person, typed: TypedPatient) -> tuple[CallDetails, int | None]:
        """Find out for staff alone what the caller is not told: attachment, and a call open already."""
        known = await self._known(caller, typed)
        attachment = await self.standing.registry.attachment(known.id) if known else None
        open_call = (
            await requests.open_in(self.standing.tx, requests.open_slot(Service.HOME_CALL, known.id))
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
            without_iin=typed.iin is None,
        )
        return details, int(known.id) if known else None

    async def _known(self, caller: Person, typed: TypedPatient) -> Person | None:
        """Whoever is known under the IIN that was typed; of those without one only the caller themself."""
        if typed.iin is not None:
            return await self.standing.registry.person(typed.iin)
        return caller if self.draft.for_whom is ForWhom.SELF else None


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
