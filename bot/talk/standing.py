"""What a signed draft rests on, checked again inside the transaction that carries it out.

What is signed is what was shown: the consent still lives, the facts still stand. If anything has moved,
nothing is done and the dialog is replayed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.calls.notices import first_mobile
from dialogs.engine import Json
from dialogs.facts import RequestCard
from otp import evidence
from rules.channels import Channel
from rules.clinics import Clinic
from rules.consent import Purpose
from rules.desk import judged_at
from rules.law import Refused, rule
from rules.people import Attachment, Language, Person
from rules.representation import may_act_for
from storage.addresses import Address
from storage.database import Tx
from storage.desk import Case
from storage.outbox import Parcel
from storage.registry import Registry
from storage.requests import CameBy, RegisteredRequest


class Stale(Exception):
    """What the person was shown is not so any more: nothing was done, the dialog is replayed."""


@dataclass(frozen=True, slots=True)
class Decided:
    """The receipt that the dialog gets, and what is owed because of it."""

    receipt: Json
    parcels: Sequence[Parcel] = ()


@dataclass(frozen=True, slots=True)
class Pressed:
    """Who pressed "Send", in which conversation, on which message, and when."""

    address: Address
    conversation_id: int
    message_id: int | None
    locale: Language
    now: datetime
    case: Case | None = None
    """Where a registrar pressed it for somebody who came or called."""

    @property
    def by(self) -> Channel:
        """By which of the law's ways the request comes."""
        return Channel.ELECTRONIC if self.case is None else self.case.channel

    @property
    def judged_at(self) -> datetime:
        """The instant that a cut-off looks at (G-01)."""
        case = self.case
        if case is None:
            return self.now
        return judged_at(case.channel, case.opened_at, case.handed_in_at, self.now)

    @property
    def came_by(self) -> CameBy:
        """The same, as a request keeps it."""
        match self.by:
            case Channel.ELECTRONIC:
                return "electronic"
            case Channel.PHONE:
                return "phone"
            case Channel.DESK:
                return "desk"

    @property
    def case_id(self) -> int | None:
        """The case that the request is entered in."""
        return None if self.case is None else self.case.id

    def actor(self, person_id: str) -> str:
        """Who entered it, as marks and audit name them: the citizen, or the registrar (GEN-09)."""
        return f"person:{person_id}" if self.case is None else f"staff:{self.case.staff_id}"

    def told_at(self, *numbers: str) -> Address:
        """Where the citizen is told: in their chat; of a case by SMS, to the first that takes one."""
        if self.case is None:
            return self.address
        mobile = first_mobile(*numbers)
        return Address("nowhere", f"-{self.case.id}") if mobile is None else Address("sms", mobile)


@dataclass(frozen=True, slots=True)
class Standing:
    """Checks one draft's facts; every method raises ``Stale`` where they are no longer so."""

    tx: Tx
    registry: Registry[RequestCard]
    pressed: Pressed

    async def unchanged(self, person_id: str, version: int) -> Person:
        """The person whose record stands as it was shown."""
        person = await self.registry.person_by_id(person_id)
        if person is None or person.version != version:
            raise Stale
        return person

    async def check_consent(self, purpose: Purpose, person: Person, consent_id: int) -> None:
        """The consent that was given lives still, in this chat and conversation."""
        consent = await evidence.alive(
            self.tx,
            conversation_id=self.pressed.conversation_id,
            address=self.pressed.address,
            purpose=purpose,
            subject=person.iin,
            now=self.pressed.now,
        )
        if consent is None or consent.id != consent_id:
            raise Stale

    async def clinic(self, no: int) -> Clinic:
        """The clinic of the directory."""
        clinic = await self.registry.clinic(no)
        if clinic is None or clinic.is_college:
            raise Stale
        return clinic

    async def check_right(self, caller: Person, patient: Person, clinic: Clinic) -> None:
        """The caller may act for the patient today."""
        today = clinic.schedule(await self.registry.calendar()).local_day(self.pressed.now)
        link = await self.registry.guardianship(patient.id, caller.id, today) if patient != caller else None
        if isinstance(may_act_for(caller, patient, link, today), Refused):
            raise Stale

    async def attached_to(self, person_id: str, clinic_no: int) -> Attachment:
        """The person's attachment, if it is to that clinic still."""
        attachment = await self.registry.attachment(person_id)
        if attachment is None or attachment.clinic_no != clinic_no:
            raise Stale
        return attachment

    @rule("G-09", "PC-10")
    async def represents(self, asker_id: str, request: RegisteredRequest) -> bool:
        """Tell whether the asker may have the patient's papers: theirs, or of whom they act for today.

        Whoever called a doctor for another adult needed no right for it, and has what came of that call.
        """
        asker = int(asker_id)
        if request.patient_id is None or request.for_whom == "other":
            return asker == request.caller_id
        clinic = await self.registry.clinic(request.clinic_no)
        if clinic is None:
            return False
        return await self.acts_today(asker_id, str(request.patient_id), clinic.local(self.pressed.now).date())

    async def acts_for(self, asker_id: str, request: RegisteredRequest) -> bool:
        """Tell whether a request is the asker's to change: theirs, their child's, or one they made."""
        asker = int(asker_id)
        if asker in (request.caller_id, request.patient_id):
            return True
        if request.patient_id is None:
            return False
        clinic = await self.registry.clinic(request.clinic_no)
        if clinic is None:
            return False
        return await self.acts_today(asker_id, str(request.patient_id), clinic.local(self.pressed.now).date())

    @rule("G-09")
    async def acts_today(self, asker_id: str, patient_id: str, today: date) -> bool:
        """Tell whether that is the asker, or a child under 16 for whom they may act that day."""
        caller = await self.registry.person_by_id(asker_id)
        patient = await self.registry.person_by_id(patient_id)
        if caller is None or patient is None:
            return False
        link = await self.registry.guardianship(patient.id, caller.id, today)
        return may_act_for(caller, patient, link, today).allowed
