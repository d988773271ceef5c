"""The facts of the registry, as dialogs ask for them; whoever keeps the registry answers.

Every method raises `dialogs.engine.Unavailable` when the registry does not answer: that pauses
the dialog, and never looks like "not attached" or "no such person".
"""

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from rules.attachment import Cause, Terms
from rules.attachment_status import AttachmentStatus
from rules.booking_status import BookingStatus
from rules.calendar import WorkingCalendar
from rules.call_status import CallStatus
from rules.centre_info import AboutWhom, Centre, ConsentClock, InfoStatus, Shown
from rules.clinics import Clinic
from rules.complaints import AboutMatter, AnswerWay, Body, ComplaintStatus
from rules.days import Day, Instant
from rules.doctors import Doctor, DoctorRole
from rules.home_call import ForWhom, VisitWindow
from rules.iin import Iin
from rules.law import GroundCode, Service, rule
from rules.own_data import AskedOfOne, BlockedByOne, LookAtOne, OwnConsent
from rules.people import Attachment, Person
from rules.slots import Slot
from rules.training import Asked, Document, Graduation, Pause, Stage, Step

Status: TypeAlias = CallStatus | BookingStatus | AttachmentStatus
"""Where a request stands; which of the three is a matter of its service."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One step in the life of a request: the status it took, and when (UTC)."""

    status: Status
    at: Instant


@dataclass(frozen=True, slots=True, repr=False)
class RequestCard:
    """A request as its applicant may see it (PC-07). Instants are UTC.

    ``patient_id`` is ``None`` where the patient is not bound to a record: another adult, a newborn.
    An appointment has no ``visit`` while it is without a time; ``waits`` tells that it is on the list
    for an earlier one. ``window`` is of home calls only; ``cause`` and ``effective_on`` of attachments.
    ``overdue``: it was marked so, and is without its answer; ``denied``: its citizen says that nobody came.
    """

    id: int
    number: str
    service: Service
    status: Status
    version: int
    clinic_no: int
    for_whom: ForWhom
    patient_id: str | None
    caller_id: str
    registered_at: Instant
    answer_due: Instant
    visit_day: Day
    doctor_name: str | None = None
    doctor_role: DoctorRole | None = None
    window: VisitWindow | None = None
    ground: GroundCode | None = None
    marks: tuple[Mark, ...] = ()
    visit: Slot | None = None
    waits: bool = False
    effective_on: Day | None = None
    cause: Cause | None = None
    overdue: bool = False
    denied: bool = False

    def __repr__(self) -> str:
        # A repr ends up in logs and tracebacks: the id, and nothing of the visit.
        return f"RequestCard({self.id})"


@dataclass(frozen=True, slots=True, repr=False)
class CentreCard:
    """A request for information of a centre as whoever made it may see it (IC-14). Instants are UTC.

    ``last`` are the last digits of the IIN asked about, "" once they are not kept any more.
    """

    id: int
    number: str
    centre: Centre
    about: AboutWhom
    status: Shown
    version: int
    asked_at: Instant
    last: str = ""
    consent_due: Instant | None = None
    answer_due: Instant | None = None
    valid_until: Instant | None = None

    def __repr__(self) -> str:
        # A repr ends up in logs and tracebacks: the id, and nothing of anybody.
        return f"CentreCard({self.id})"


@dataclass(frozen=True, slots=True)
class TrainingMark:
    """One step of a request to the college: the stage, or that its clock was stopped or started; when."""

    step: Step
    at: Instant


@dataclass(frozen=True, slots=True, repr=False)
class TrainingCard:
    """A request to the college as its person may see it (TR-18, PC-07). Instants are UTC, days the college's.

    ``document`` is of the programme that was finished, ``programme`` its own name as the college has it;
    both ``None`` and "" once they are not kept any more. ``suspended`` is true while the clock stands.
    """

    id: int
    number: str
    asked: Asked
    stage: Stage
    version: int
    clinic_no: int
    person_id: str
    filed_at: Instant
    due_on: Day
    suspended: bool = False
    ground: str | None = None
    document: Document | None = None
    programme: str = ""
    marks: tuple[TrainingMark, ...] = ()

    @property
    def shown(self) -> str:
        """The stage as people are told it: while the clock stands, that it does."""
        return Pause.SUSPENDED.value if self.suspended else self.stage.value

    def __repr__(self) -> str:
        # A repr ends up in logs and tracebacks: the id, and nothing of anybody.
        return f"TrainingCard({self.id})"


@dataclass(frozen=True, slots=True)
class ComplaintStep:
    """One mark: what, and when (UTC)."""

    status: ComplaintStatus
    at: Instant


@dataclass(frozen=True, slots=True)
class BodyNumber:
    """Under which number and of what day a body has registered the complaint."""

    body: Body
    number: str
    day: Day


@dataclass(frozen=True, slots=True, repr=False)
class ComplaintCard:
    """A complaint as its citizen may see it (CO-08, G-62). Instants are UTC, days the clinic's.

    ``due`` is the last day for the answer: promised at filing, and the law's own once a body has registered
    it. ``answer`` are the reasons, or the ground of a refusal to examine, of ``official`` on ``answered_on``.
    ``official`` is "" while nobody has taken it. ``delivered_on`` is when the answer was sent or handed over.
    """

    id: int
    number: str
    clinic_no: int
    matter: AboutMatter | None
    matter_number: str
    answer_way: AnswerWay
    status: ComplaintStatus
    filed_at: Instant
    due: Day
    official: str = ""
    marks: tuple[ComplaintStep, ...] = ()
    bodies: tuple[BodyNumber, ...] = ()
    answer: str = ""
    answered_by: str = ""
    answered_on: Day | None = None
    delivered_on: Day | None = None

    def __repr__(self) -> str:
        # A repr ends up in logs and tracebacks: the id, and nothing of anybody.
        return f"ComplaintCard({self.id})"


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose times are looked for: one doctor's, or those of every doctor of the role at the clinic."""

    clinic_no: int
    role: DoctorRole
    doctor_no: str | None = None


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A day of the clinic with the number of its free times, at least one."""

    day: Day
    count: int


@dataclass(frozen=True, slots=True)
class Street:
    """A street of the city under its present name, with the names that people still call it by."""

    name_ru: str
    name_kk: str
    old_names: tuple[str, ...] = ()


@rule("PI-01")
class Facts(Protocol):
    """What dialogs may know of the world. Read anew for each message, never journaled.

    A time is free if it has appeared, is not booked, and is held by nobody but this conversation.
    """

    async def person(self, iin: Iin) -> Person | None:
        """The person with that IIN."""
        ...

    async def person_by_id(self, person_id: str) -> Person | None:
        """The person with that id."""
        ...

    async def attachment(self, person_id: str) -> Attachment | None:
        """Where the person is attached now."""
        ...

    async def children_of(self, person_id: str, today: Day) -> tuple[Person, ...]:
        """Whom the person is a registered parent or guardian of on that day, oldest first."""
        ...

    async def clinic(self, no: int) -> Clinic | None:
        """The clinic, or the college, under that number of the directory."""
        ...

    async def clinics(self) -> tuple[Clinic, ...]:
        """All clinics, in order of the directory; the college is none of them."""
        ...

    async def college(self) -> Clinic | None:
        """The medical college, ``None`` where the directory has none."""
        ...

    async def college_linked(self) -> bool:
        """True if somebody of the college works with us, so that a request sent there is seen."""
        ...

    async def graduations(self, iin: Iin) -> tuple[Graduation, ...]:
        """What the person with that IIN finished at the college, newest first."""
        ...

    async def training_cards(self, person_ids: tuple[str, ...]) -> tuple[TrainingCard, ...]:
        """What was asked of the college for these people, newest first."""
        ...

    async def calendar(self) -> WorkingCalendar:
        """The country's holidays and moved days."""
        ...

    async def is_live(self, clinic_no: int) -> bool:
        """True if the clinic's staff are linked, so that a request sent there is seen."""
        ...

    async def open_request(self, service: Service, patient_id: str) -> RequestCard | None:
        """The open request of that patient for that service, if there is one."""
        ...

    async def cards_of(self, person_ids: tuple[str, ...]) -> tuple[RequestCard, ...]:
        """Requests whose patient or caller is among these people, newest first."""
        ...

    async def open_question(self, request_id: int) -> int | None:
        """The newest question of the clinic about that open request that waits for its answer."""
        ...

    async def request_card(self, request_id: int) -> RequestCard | None:
        """The request under that id, whoever asks: the dialog checks whose it is."""
        ...

    async def roles_to_book(self, clinic_no: int) -> frozenset[DoctorRole]:
        """Whom the clinic has a schedule for; empty if it has none at all."""
        ...

    async def doctors_to_book(self, clinic_no: int, role: DoctorRole) -> tuple[Doctor, ...]:
        """The clinic's doctors of that role who have a schedule, by name."""
        ...

    async def doctor(self, doctor_no: str) -> Doctor | None:
        """The doctor under that number."""
        ...

    async def nearest_free(self, wish: Wish, now: Instant, limit: int) -> tuple[Slot, ...]:
        """The earliest free times from now on, at most ``limit`` of them, in order."""
        ...

    async def free_on(self, wish: Wish, day: Day, now: Instant) -> tuple[Slot, ...]:
        """All free times of that day of the clinic's, in order."""
        ...

    async def free_days(self, wish: Wish, now: Instant) -> tuple[FreeDay, ...]:
        """The days from now on that have free times, in order, up to the horizon."""
        ...

    async def is_free(self, slot_id: int, now: Instant) -> bool:
        """True if this conversation can have the time under that id."""
        ...

    async def slot(self, slot_id: int) -> Slot | None:
        """The time under that id, free or not."""
        ...

    async def open_booking(self, role: DoctorRole, patient_id: str) -> RequestCard | None:
        """The open appointment of that patient with a doctor of that role, if there is one (G-51)."""
        ...

    async def terms(self) -> tuple[Terms, ...]:
        """On what terms a clinic may be chosen freely, since when; empty means the default (G-20)."""
        ...

    async def choices_made(self, person_id: str) -> tuple[Day, ...]:
        """The days on which that person chose a clinic freely, in order."""
        ...

    async def attached_count(self, clinic_no: int) -> int:
        """How many people are attached to the clinic now."""
        ...

    async def open_at(self, person_id: str, clinic_no: int) -> tuple[RequestCard, ...]:
        """The open home calls and appointments of that patient at that clinic, oldest first."""
        ...

    async def has_paper(self, request_id: int) -> bool:
        """True if the result of that request has a paper that stands, sent already or not yet."""
        ...

    async def streets(self) -> tuple[Street, ...]:
        """The streets that have had other names."""
        ...

    async def centres_linked(self) -> bool:
        """True if the information systems of the centres are linked to this service at all."""
        ...

    async def consent_clock(self) -> ConsentClock:
        """From when the term runs of what is asked of a centre about another person: a setting (G-31)."""
        ...

    async def centre_cards(self, person_id: str, now: Instant) -> tuple[CentreCard, ...]:
        """What that person has asked of the centres, newest first."""
        ...

    async def centre_marks(self, request_id: int) -> tuple[tuple[InfoStatus, Instant], ...]:
        """Every step of that request to a centre, the first first."""
        ...

    async def complaint_cards(self, person_id: str) -> tuple[ComplaintCard, ...]:
        """What that person has complained of, newest first."""
        ...

    async def asked_about_others(self, person_id: str, now: Instant) -> int:
        """How often that person asked about others within a day (G-38)."""
        ...

    async def own_consents(self, person_id: str, now: Instant) -> tuple[OwnConsent, ...]:
        """Every consent of that person's own that was asked for, newest first."""
        ...

    async def asked_of(self, person_id: str, now: Instant) -> tuple[AskedOfOne, ...]:
        """Every request for that person's consent, or for one about their child, newest first."""
        ...

    async def looks_at(self, person_id: str) -> tuple[LookAtOne, ...]:
        """Every look at what is held about that person, newest first."""
        ...

    async def blocked_by(self, person_id: str, now: Instant) -> tuple[BlockedByOne, ...]:
        """Whom that person has blocked from asking, of themselves and of the children they answer for."""
        ...
