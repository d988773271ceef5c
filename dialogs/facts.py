"""The facts of the registry, as dialogs ask for them; whoever keeps the registry answers.

Every method raises `dialogs.engine.Unavailable` when the registry does not answer: that pauses
the dialog, and never looks like "not attached" or "no such person".
"""

from dataclasses import dataclass
from typing import Protocol

from rules.calendar import WorkingCalendar
from rules.call_status import CallStatus
from rules.clinics import Clinic
from rules.days import Day, Instant
from rules.home_call import DoctorRole, ForWhom, VisitWindow
from rules.iin import Iin
from rules.law import GroundCode, Service
from rules.people import Attachment, Person


@dataclass(frozen=True, slots=True)
class Mark:
    """One step in the life of a request: the status it took, and when (UTC)."""

    status: CallStatus
    at: Instant


@dataclass(frozen=True, slots=True, repr=False)
class RequestCard:
    """A request as its applicant may see it (PC-07). Instants are UTC.

    ``patient_id`` is ``None`` where the patient is not bound to a record: another adult, a newborn.
    """

    id: int
    number: str
    service: Service
    status: CallStatus
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

    def __repr__(self) -> str:
        # A repr ends up in logs and tracebacks: the id, and nothing of the visit.
        return f"RequestCard({self.id})"


class Facts(Protocol):
    """What dialogs may know of the world. Read anew in each replay, never journaled."""

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
        """The clinic under that number of the directory."""
        ...

    async def clinics(self) -> tuple[Clinic, ...]:
        """All clinics, in order of the directory."""
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

    async def request_card(self, request_id: int) -> RequestCard | None:
        """The request under that id, whoever asks: the dialog checks whose it is."""
        ...
