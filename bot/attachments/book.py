"""Requests for attachment as staff, notices and clocks see them: the row, its people, what the law says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.staff.press import Press, Verb
from bot.talk.registers import card_of
from dialogs.facts import RequestCard
from rules.attachment import (
    AlreadyHere,
    Cause,
    MayAttach,
    MayNotYet,
    OtherPatients,
    Registration,
    Terms,
    effective_on,
    free_choice,
    has_room,
    may_attach,
)
from rules.attachment_status import AttachmentStatus
from rules.channels import Channel
from rules.clinics import Clinic
from rules.grounds import NO_AUTHORITY, grounds_of
from rules.home_call import ForWhom
from rules.law import Allowed, GroundCode, Refused, Service, rule
from rules.people import Attachment, Language, Person
from rules.representation import may_act_for
from storage import attachments, requests, work
from storage.addresses import Address
from storage.database import Reader
from storage.instants import instant
from storage.registry import Directory, Registry
from storage.requests import RegisteredRequest
from storage.work import NO_WORK, Work

OVERDUE_MARK: Final = requests.OVERDUE
"""The mark of a term that has passed without an answer."""


class Ended(StrEnum):
    """Why a request is closed without attachment and without refusal: no ground of the act is true of it."""

    ALREADY_HERE = "already_here"
    OVERTAKEN = "overtaken"
    OTHER_PATIENTS = "other_patients"
    NO_RIGHT = "no_right"
    NOT_OPEN = "not_open"


@dataclass(frozen=True, slots=True, repr=False)
class AttachmentDetails:
    """The sealed part of the row.

    ``phone`` is the applicant's registered one (E.164, or ""). ``registered_us`` is when the request counts
    as registered (AT-06), ``give_up`` the requests at the old clinic that the citizen gives up.
    """

    patient_name: str
    born: date
    phone: str
    cause: Cause
    registered_us: int
    same_day: bool
    from_clinic: int | None = None
    caller_name: str = ""
    give_up: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The value to seal with the request."""
        kept = {field.name: getattr(self, field.name) for field in fields(self)}
        return {**kept, "born": self.born.isoformat(), "give_up": list(self.give_up)}

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> AttachmentDetails:
        """Read what ``to_json`` gave. Raises KeyError, TypeError, ValueError if it is anything else."""
        born, cause = date.fromisoformat(value["born"]), Cause(value["cause"])
        return cls(**{**value, "born": born, "cause": cause, "give_up": tuple(value["give_up"])})

    def __repr__(self) -> str:
        # A repr ends up in logs and tracebacks, so it must not carry the person.
        return "AttachmentDetails(...)"


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """One person's request for attachment as the house works with it; instants in UTC.

    ``effective_on`` is the day from which it holds. ``told_at`` and ``told_in`` are where and in which
    language its citizen is told. ``was_at`` is the clinic they were at when they asked.
    """

    id: int
    number: str
    version: int
    status: AttachmentStatus
    clinic: Clinic
    registration: Registration
    effective_on: date
    person_id: int
    caller_id: int
    for_whom: ForWhom
    details: AttachmentDetails
    told_at: Address
    told_in: Language
    was_at: Clinic | None = None
    ground: str = ""
    answered_at: datetime | None = None
    undo_until: datetime | None = None
    overdue: bool = False
    work: Work = NO_WORK
    ended: str = ""

    @property
    def asked_on(self) -> date:
        """The clinic's day that the request is registered on, by which its right of choice is judged."""
        return self.local(self.registration.at).date()

    @property
    def answer_due(self) -> datetime:
        """Until when the clinic answers."""
        return self.registration.answer_due

    @property
    def slot(self) -> str:
        """What keeps a person's open request single."""
        return requests.open_slot(Service.ATTACHMENT, self.person_id)

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's zone."""
        return ZoneInfo(self.clinic.zone)

    def local(self, moment: datetime) -> datetime:
        """The instant on the clinic's wall clock."""
        return self.clinic.local(moment)

    def press(self, verb: Verb, *args: str) -> str:
        """The data of a staff button bound to this request as it stands."""
        return str(Press(self.id, self.version, verb, args))

    def __repr__(self) -> str:
        return f"Asked({self.id}, {self.status}, version {self.version})"


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the law says of a request at this moment.

    ``attached`` counts the clinic's people; ``promised`` those whom it has accepted and who come later.
    ``choice`` is false where the person's free choice is used up, whatever cause they gave. A verdict of
    ``NO_AUTHORITY`` says that the applicant does not act for the patient any more.
    """

    verdict: MayAttach
    attached: int
    promised: int
    room: bool | None
    choice: bool
    effective_on: date

    @property
    def ends(self) -> Ended | None:
        """Why there is nothing left to answer: it can be neither granted nor refused truly."""
        match self.verdict:
            case AlreadyHere():
                return Ended.ALREADY_HERE
            case OtherPatients():
                return Ended.OTHER_PATIENTS
            case Refused(ground=ground) if ground is NO_AUTHORITY:
                return Ended.NO_RIGHT
            case MayNotYet(why="outside_campaign"):
                return Ended.NOT_OPEN
            case _:
                return None

    @rule("AT-10", "AT-11", "X-11", "GEN-14")
    def grounds(self, day: date) -> tuple[GroundCode, ...]:
        """The grounds on which this request may be refused on that day: those of the act that can be so.

        A norm that is not set refuses nobody (G-21); one that is reached leaves no other answer.
        """
        offered = [ground.code for ground in grounds_of(Service.ATTACHMENT, Channel.ELECTRONIC, day)]
        if self.ends is not None:
            return ()
        if self.room is False:
            return tuple(code for code in offered if code is GroundCode.NORM_EXCEEDED)
        cannot_be = {GroundCode.NORM_EXCEEDED} | ({GroundCode.TOO_OFTEN} if self.choice else set())
        return tuple(code for code in offered if code not in cannot_be)


def is_attachment(request: RegisteredRequest) -> bool:
    """True for a request of this service; one whose people were erased can no longer be worked with."""
    return request.service == Service.ATTACHMENT and bool(request.details)


@dataclass(frozen=True, slots=True)
class AttachmentBook:
    """Reads requests for attachment, and weighs them."""

    directory: Directory

    async def asked(self, reader: Reader, request_id: int) -> Asked | None:
        """The request under that id, None if there is none, or if it is of another service."""
        request = await requests.by_id(reader, request_id)
        return await self.of(reader, request) if request is not None and is_attachment(request) else None

    async def of_clinic(self, reader: Reader, clinic_no: int) -> tuple[Asked, ...]:
        """The clinic's open ones, oldest first."""
        waiting = await requests.open_of_clinic(reader, clinic_no)
        return tuple([await self.of(reader, one) for one in waiting if is_attachment(one)])

    async def of(self, reader: Reader, request: RegisteredRequest) -> Asked:
        """The request's row with what is sealed in it."""
        await self.directory.refresh(reader)
        if None in (request.patient_id, request.caller_id, request.answer_due, request.visit_day):
            raise ValueError("a request for attachment without its people, its term or its day")
        details = AttachmentDetails.of_json(request.details)
        marks = await requests.marks(reader, request.id)
        return Asked(
            id=request.id,
            number=request.number,
            version=request.version,
            status=AttachmentStatus(request.status),
            clinic=self.directory.clinics[request.clinic_no],
            registration=registration_of(request, details),
            effective_on=request.visit_day or date.min,
            person_id=request.patient_id or 0,
            caller_id=request.caller_id or 0,
            for_whom=ForWhom(request.for_whom),
            details=details,
            told_at=request.address,
            told_in=request.locale,
            was_at=self.directory.clinics.get(details.from_clinic or 0),
            ground=request.ground or "",
            answered_at=request.answered_at,
            undo_until=request.undo_until,
            overdue=requests.is_noted(marks, OVERDUE_MARK),
            work=await work.of(reader, request.id),
            ended=next((str(one.note_code) for one in marks if one.status == AttachmentStatus.CLOSED), ""),
        )

    @rule("AT-07", "AT-08", "AT-09", "G-21", "G-22")
    async def weighed(self, reader: Reader, asked: Asked, now: datetime) -> Weighed:
        """What the law says now, counted anew: the norm is compared at the moment of decision (G-21).

        The right of choice is that of the day the request is registered on: neither an answer before that
        day nor one that is late changes it.
        """
        register = Registry(reader, self.directory, card_of)
        person = await register.person_by_id(str(asked.person_id))
        if person is None:
            raise LookupError("a request for attachment of nobody")
        today, terms = asked.local(now).date(), await register.terms()
        attachment, made = await register.attachment(person.id), await register.choices_made(person.id)
        attached = await register.attached_count(asked.clinic.no)
        promised = await attachments.promised_count(reader, asked.clinic.no)
        counted = attached + promised
        verdict = may_attach(
            person,
            attachment,
            made,
            asked.details.cause,
            asked.clinic,
            counted,
            terms,
            asked.asked_on,
            decided_on=today,
        )
        represented = await _is_represented(register, asked, person, today)
        return Weighed(
            verdict=verdict if represented else Refused(NO_AUTHORITY),
            attached=attached,
            promised=promised,
            room=has_room(asked.clinic, counted),
            choice=not _is_used_up(free_choice(made, terms, asked.asked_on)),
            effective_on=max(_effect(terms, asked, attachment), today),
        )


def registration_of(request: RegisteredRequest, details: AttachmentDetails) -> Registration:
    """When the request counts as registered, and its term."""
    at = instant(details.registered_us)
    return Registration(at, request.answer_due or at, details.same_day)


def _effect(terms: Sequence[Terms], asked: Asked, attachment: Attachment | None) -> date:
    return effective_on(terms, asked.asked_on, asked.details.cause, attached=attachment is not None)


def _is_used_up(chosen: Allowed | MayNotYet) -> bool:
    return isinstance(chosen, MayNotYet) and chosen.why == "used_up"


@rule("AT-04", "G-09")
async def _is_represented(register: Registry[RequestCard], asked: Asked, person: Person, today: date) -> bool:
    """True while the applicant may act for the patient: a right can end after the request was sent."""
    if asked.caller_id == asked.person_id:
        return True
    caller = await register.person_by_id(str(asked.caller_id))
    if caller is None:
        return False
    link = await register.guardianship(person.id, caller.id, today)
    return may_act_for(caller, person, link, today).allowed
