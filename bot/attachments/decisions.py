"""Decides what the dialog of attachment submits: one request for each person, all of them or none.

All that was shown is checked again inside the transaction; where anything has moved, nothing is done and the
dialog is replayed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.attachments.book import AttachmentDetails, is_attachment
from bot.attachments.steps import AttachmentSteps
from bot.papers import owing
from bot.talk.registers import Registers
from bot.talk.standing import Decided, Pressed, Stale, Standing
from dialogs.drafts import AttachedPerson, AttachmentDraft, AttachmentWithdrawalDraft, PaperDraft
from dialogs.engine import Json
from rules.attachment import Registration, causes_for, effective_on, may_attach, registration
from rules.attachment_status import AttachmentStatus
from rules.clinics import Clinic
from rules.consent import Purpose
from rules.law import Service, rule
from rules.people import Person
from storage import audit, requests
from storage.database import Tx
from storage.instants import micros
from storage.outbox import Parcel
from storage.requests import AlreadyOpen, NewRequest, RegisteredRequest


@dataclass(frozen=True, slots=True)
class AttachmentDecisions:
    """One method for each kind of draft."""

    registers: Registers
    steps: AttachmentSteps

    async def decide(self, tx: Tx, draft: Any, pressed: Pressed) -> Decided:
        """Do what ``draft`` says. Raises ``Stale`` when it rests on what is no longer so."""
        match draft:
            case AttachmentDraft():
                return await self._register(tx, draft, pressed)
            case AttachmentWithdrawalDraft():
                return await self._withdraw(tx, draft, pressed)
            case PaperDraft():
                return await self._paper(tx, draft, pressed)
            case _:
                raise TypeError(type(draft).__name__)

    @rule("AT-04", "AT-14", "G-75")
    async def _register(self, tx: Tx, draft: AttachmentDraft, pressed: Pressed) -> Decided:
        """One request per person, in one transaction; who has one open at that clinic keeps it."""
        signed = _Signed(self._standing(tx, pressed), draft)
        rows, registered = await signed.new_requests()
        actor, receipts, parcels = pressed.actor(draft.caller_id), list[Json](), list[Parcel]()
        for new in rows:
            try:
                request = await requests.register(tx, new, pressed.now, actor=actor)
            except AlreadyOpen as held:
                if held.request.clinic_no != draft.clinic_no:
                    raise Stale from held
                receipts.append(_receipt(held.request, already=True))
                continue
            receipts.append(_receipt(request, already=False))
            facts: dict[str, str | int] = {
                "consent": draft.consent_id,
                "signed": draft.signed.digest,
                "clinic": draft.clinic_no,
            }
            await audit.append(tx, "request.registered", actor, f"request:{request.id}", facts, pressed.now)
            parcels += await self.steps.feed.announce(tx, request, pressed.now)
        receipt: Json = {
            "requests": receipts,
            "due_us": micros(registered.answer_due),
            "registered_us": micros(registered.at),
            "same_day": registered.same_day,
            "clinic_no": draft.clinic_no,
        }
        return Decided(receipt, parcels)

    @rule("G-74")
    async def _withdraw(self, tx: Tx, draft: AttachmentWithdrawalDraft, pressed: Pressed) -> Decided:
        request = await requests.by_id(tx, draft.request_id)
        if request is None or request.version != draft.version or not is_attachment(request):
            raise Stale
        if not await self._standing(tx, pressed).acts_for(draft.asker_id, request):
            raise Stale
        asked = await self.steps.feed.book.of(tx, request)
        done = await self.steps.withdraw(tx, asked, f"person:{draft.asker_id}", pressed.now)
        receipt: Json = {"request_id": request.id, "number": request.number, "withdrawn": done is not None}
        return Decided(receipt, () if done is None else done.parcels)

    @rule("PC-10", "AT-13")
    async def _paper(self, tx: Tx, draft: PaperDraft, pressed: Pressed) -> Decided:
        """The paper of a result once more, for whoever may act for its patient today."""
        request, standing = await requests.by_id(tx, draft.request_id), self._standing(tx, pressed)
        if request is None or not await standing.acts_for(draft.asker_id, request):
            raise Stale
        if not await standing.represents(draft.asker_id, request):
            return Decided({"request_id": request.id, "sent": False, "barred": True})
        parcels = await owing.again(tx, request.id, pressed.address, pressed.locale, pressed.now)
        return Decided({"request_id": request.id, "sent": bool(parcels)}, parcels)

    def _standing(self, tx: Tx, pressed: Pressed) -> Standing:
        return Standing(tx, self.registers.of(tx, pressed.conversation_id), pressed)


@dataclass(frozen=True, slots=True)
class _Signed:
    """Checks a signed attachment against what stands inside the transaction."""

    standing: Standing
    draft: AttachmentDraft

    @rule("AT-02", "AT-06", "G-75")
    async def new_requests(self) -> tuple[list[NewRequest], Registration]:
        """Return the rows to be written, and when they count as registered. Raises ``Stale``."""
        draft, pressed, registry = self.draft, self.standing.pressed, self.standing.registry
        if not draft.people or not await registry.is_live(draft.clinic_no):
            raise Stale
        caller = await self.standing.unchanged(draft.caller_id, draft.caller_version)
        await self.standing.check_consent(Purpose.ATTACHMENT, caller, draft.consent_id)
        clinic = await self.standing.clinic(draft.clinic_no)
        registered = registration(pressed.judged_at, clinic, await registry.calendar(), pressed.by)
        if clinic.local(registered.answer_due).date() != draft.answer_day:
            raise Stale
        today, given_up = clinic.local(registered.at).date(), await self._given_up()
        rows = []
        for place, one in enumerate(draft.people):
            person = await self._person(caller, one, clinic, today, place)
            details = _details(one, caller, person, registered, given_up.get(int(person.id), ()))
            effect = await self._effect(one, today)
            rows.append(self._row(clinic, one, caller, details, registered, effect))
        return rows, registered

    @rule("AT-07", "AT-08", "AT-09", "G-20", "G-22")
    async def _person(
        self, caller: Person, one: AttachedPerson, clinic: Clinic, today: date, place: int
    ) -> Person:
        """The person, whom the law lets be attached there on the day that it is registered.

        ``place`` others of the same sitting come before.
        """
        registry = self.standing.registry
        person = await self.standing.unchanged(one.person_id, one.version)
        await self.standing.check_right(caller, person, clinic)
        attachment, terms = await registry.attachment(person.id), await registry.terms()
        if (attachment.clinic_no if attachment else None) != one.from_clinic:
            raise Stale
        if one.cause not in causes_for(person, today, attachment):
            raise Stale
        made = await registry.choices_made(person.id)
        # As it was shown. Places promised to others count when staff decide (G-21).
        counted = await registry.attached_count(clinic.no) + place
        verdict = may_attach(person, attachment, made, one.cause, clinic, counted, terms, today)
        if not verdict.allowed:
            raise Stale
        if place == 0 and await self._effect(one, today) != self.draft.effective_on:
            raise Stale
        return person

    async def _effect(self, one: AttachedPerson, today: date) -> date:
        """From when that person is attached, if the clinic agrees."""
        attached = one.from_clinic is not None
        return effective_on(await self.standing.registry.terms(), today, one.cause, attached=attached)

    @rule("AT-15")
    async def _given_up(self) -> dict[int, tuple[int, ...]]:
        """What each person gives up at the clinic they leave, as it was shown. Raises ``Stale``."""
        leaves = {int(one.person_id): one.from_clinic for one in self.draft.people}
        found: dict[int, tuple[int, ...]] = {}
        for request_id, version in self.draft.give_up:
            request = await requests.by_id(self.standing.tx, request_id)
            if request is None or request.version != version or request.closed_at is not None:
                raise Stale
            patient = request.patient_id or 0
            if patient not in leaves or request.clinic_no != leaves[patient]:
                raise Stale
            found[patient] = (*found.get(patient, ()), request.id)
        return found

    def _row(
        self,
        clinic: Clinic,
        one: AttachedPerson,
        caller: Person,
        details: AttachmentDetails,
        registered: Registration,
        begins: date,
    ) -> NewRequest:
        draft, pressed = self.draft, self.standing.pressed
        same_day = registered.same_day
        return NewRequest(
            clinic_no=clinic.no,
            service=Service.ATTACHMENT,
            address=pressed.told_at(caller.mobile, caller.said_phone),
            locale=pressed.locale,
            for_whom=one.for_whom.value,
            status=AttachmentStatus.REGISTERED if same_day else AttachmentStatus.NEXT_DAY,
            details=details.to_json(),
            patient_id=int(one.person_id),
            caller_id=int(draft.caller_id),
            answer_due=registered.answer_due,
            visit_day=begins,
            open_slot=requests.open_slot(Service.ATTACHMENT, one.person_id),
            consent_id=draft.consent_id,
            signed_digest=draft.signed.digest,
            signed_text=draft.signed.text,
            signed_at=pressed.now,
            signed_message=None if pressed.message_id is None else str(pressed.message_id),
            came_by=pressed.came_by,
            desk_case=pressed.case_id,
        )


def _details(
    one: AttachedPerson, caller: Person, person: Person, registered: Registration, give_up: tuple[int, ...]
) -> AttachmentDetails:
    return AttachmentDetails(
        patient_name=person.full_name,
        born=person.birth_date,
        phone=caller.phone.e164 if caller.phone else "",
        cause=one.cause,
        registered_us=micros(registered.at),
        same_day=registered.same_day,
        from_clinic=one.from_clinic,
        caller_name="" if caller == person else caller.full_name,
        give_up=give_up,
    )


def _receipt(request: RegisteredRequest, *, already: bool) -> Json:
    return {
        "request_id": request.id,
        "number": request.number,
        "person_id": str(request.patient_id),
        "already": already,
    }
