"""Decides what the dialog of a complaint submits: a complaint that was signed, or words without a name.

What was shown is checked again inside the transaction; where it has moved, the dialog is replayed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from bot.complaints.feedback import to_officers
from bot.rounds.asking import COMPLAINT
from bot.staff.cards import Cards
from bot.talk.registers import Registers
from bot.talk.standing import Decided, Pressed, Stale, Standing
from dialogs.complaint_drafts import ComplaintDraft, FeedbackDraft
from dialogs.engine import Json, SentFile
from rules.clinics import Clinic
from rules.complaints import AboutMatter, Field, FilingWay, MatterKind, missing_fields
from rules.consent import Purpose
from rules.days import country_day
from rules.law import rule
from rules.people import Person
from rules.public_services import PublicService
from storage import audit, centres, complaint_office, complaints, feedback, requests, rounds, training
from storage.complaint_cards import due_on
from storage.complaints import AlreadyComplained, Complaint, ComplaintFile, Consented, Matter, NewComplaint
from storage.database import Tx
from storage.instants import micros
from storage.outbox import Parcel

CHAT: Final = "chat"
"""Who wrote words without a name, as the audit names them."""


class Office(Protocol):
    """The office that carries complaints."""

    async def arrived(self, tx: Tx, complaint: Complaint, now: datetime) -> Sequence[Parcel]:
        """Begin its clocks, find who accepts it, and return what they are told."""
        ...


@dataclass(frozen=True, slots=True)
class ComplaintDecisions:
    """One method for each kind of draft."""

    registers: Registers
    office: Office
    cards: Cards

    async def decide(self, tx: Tx, draft: ComplaintDraft | FeedbackDraft, pressed: Pressed) -> Decided:
        """Do what ``draft`` says. Raises ``Stale`` when it rests on what is no longer so."""
        match draft:
            case ComplaintDraft():
                return await self._file(tx, draft, pressed)
            case FeedbackDraft():
                return await self._keep(tx, draft, pressed)

    @rule("CO-01", "CO-03", "CO-04", "X-33", "X-34")
    async def _file(self, tx: Tx, draft: ComplaintDraft, pressed: Pressed) -> Decided:
        standing = Standing(tx, self.registers.of(tx, pressed.conversation_id), pressed)
        caller = await standing.unchanged(draft.caller_id, draft.caller_version)
        await standing.check_consent(Purpose.COMPLAINT, caller, draft.consent_id)
        clinic = await _complained_of(standing, draft.clinic_no)
        matter = await self._matter(standing, draft)
        actor, now = pressed.actor(caller.id), pressed.now
        new = _new(draft, caller, clinic, matter, pressed)
        try:
            made = await complaints.register(tx, new, now, actor)
        except AlreadyComplained as held:
            return Decided(_receipt(held.complaint) | {"outcome": "already"})
        await _of_denied_visit(tx, matter, actor, now)
        facts: dict[str, str | int] = {
            "consent": draft.consent_id,
            "signed": draft.signed.digest,
            "clinic": draft.clinic_no,
            "files": len(draft.files),
        }
        await audit.append(tx, "complaint.filed", actor, f"complaint:{made.id}", facts, now)
        parcels = await self.office.arrived(tx, made, now)
        return Decided(await self._receipt_of(tx, made.id) | {"outcome": "registered"}, parcels)

    async def _matter(self, standing: Standing, draft: ComplaintDraft) -> Matter | None:
        """The request complained of, if it is the caller's own, their child's, or one they made."""
        if draft.matter is None:
            return None
        service = await _service_of(standing, draft.caller_id, draft.matter, draft.clinic_no)
        if service is None:
            raise Stale
        return Matter(draft.matter.kind, draft.matter.id, service)

    @rule("CO-05", "G-58")
    async def _receipt_of(self, tx: Tx, complaint_id: int) -> dict[str, Json]:
        """All seven data, as they stand once the office has it: the dialog shows them at once."""
        made = await complaints.by_id(tx, complaint_id)
        if made is None:
            raise LookupError("a complaint that has just been written")
        office = await complaint_office.of(tx, complaint_id)
        due = due_on(made, office, self.registers.directory.calendar)
        return _receipt(made) | {"due": due.isoformat()}

    @rule("G-60")
    async def _keep(self, tx: Tx, draft: FeedbackDraft, pressed: Pressed) -> Decided:
        """Words without a name are bound to nobody: neither chat nor conversation is kept with them."""
        standing = Standing(tx, self.registers.of(tx, pressed.conversation_id), pressed)
        clinic = await standing.clinic(draft.clinic_no)
        kept = feedback.keep(tx, clinic.no, draft.words, pressed.locale, pressed.now)
        facts: dict[str, str | int] = {"clinic": clinic.no}
        await audit.append(tx, "feedback.kept", CHAT, f"feedback:{kept}", facts, pressed.now)
        return Decided({"outcome": "kept"}, await to_officers(tx, clinic, self.cards, pressed.now))


async def _complained_of(standing: Standing, clinic_no: int) -> Clinic:
    """The clinic, or the college: one is complained of like the other."""
    clinic = await standing.registry.clinic(clinic_no)
    if clinic is None:
        raise Stale
    return clinic


async def _service_of(
    standing: Standing, person_id: str, about: AboutMatter, clinic_no: int
) -> PublicService | None:
    """Of which service the request is; None where it is not this person's to complain of."""
    match about.kind:
        case MatterKind.REQUEST:
            request = await requests.by_id(standing.tx, about.id)
            if request is None or request.clinic_no != clinic_no:
                return None
            own = await standing.acts_for(person_id, request)
            return PublicService(request.service) if own else None
        case MatterKind.CENTRE:
            asked = await centres.by_id(standing.tx, about.id)
            own = asked is not None and asked.asker_id == person_id
            return PublicService(asked.centre.value) if asked is not None and own else None
        case MatterKind.TRAINING:
            wanted = await training.by_id(standing.tx, about.id)
            if wanted is None or wanted.clinic_no != clinic_no:
                return None
            own = await _is_of(standing, person_id, wanted.person_id)
            return wanted.asked.service if own else None


async def _is_of(standing: Standing, person_id: str, whose: str | None) -> bool:
    """Tell whether that person is oneself, or a child whom one acts for today."""
    if whose is None or whose == person_id:
        return whose is not None
    return await standing.acts_today(person_id, whose, country_day(standing.pressed.now))


def _new(
    draft: ComplaintDraft, caller: Person, clinic: Clinic, matter: Matter | None, pressed: Pressed
) -> NewComplaint:
    filled = {
        Field.ADDRESSEE: draft.addressee.value,
        Field.NAME: caller.full_name,
        Field.IIN: caller.iin.digits,
        Field.POSTAL_ADDRESS: draft.postal_address,
        Field.PHONE: draft.phone,
        Field.WORDS: draft.words,
    }
    if missing_fields(filled):
        raise Stale
    message = None if pressed.message_id is None else str(pressed.message_id)
    return NewComplaint(
        clinic_no=clinic.no,
        way=FilingWay.ELECTRONIC,
        received_on=clinic.local(pressed.now).date(),
        addressee=draft.addressee,
        answer_way=draft.answer_way,
        full_name=caller.full_name,
        iin=caller.iin.digits,
        postal_address=draft.postal_address,
        phone=draft.phone,
        words=draft.words,
        locale=pressed.locale,
        matter=matter,
        person_id=caller.id,
        chat=pressed.address,
        signed=Consented(draft.consent_id, draft.signed.digest, draft.signed.text, message),
        files=tuple(_file(one) for one in draft.files),
    )


def _file(sent: SentFile) -> ComplaintFile:
    return ComplaintFile(sent.kind, sent.file_id, sent.name, sent.note)


async def _of_denied_visit(tx: Tx, matter: Matter | None, actor: str, now: datetime) -> None:
    """That nobody came is complained of: it stands among the marks of the call, and so in its journal."""
    if matter is None or matter.service is not PublicService.HOME_CALL:
        return
    if await rounds.complain(tx, matter.id, now):
        requests.note(tx, matter.id, actor, now, COMPLAINT)


def _receipt(complaint: Complaint) -> dict[str, Json]:
    return {
        "complaint_id": complaint.id,
        "number": complaint.number,
        "clinic_no": complaint.clinic_no,
        "filed_us": micros(complaint.filed_at),
        "official": complaint.official,
        "answer_way": complaint.answer_way.value,
    }
