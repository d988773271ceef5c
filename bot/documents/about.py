"""What a document is asked for about: a citizen's request, or a case of the desk; and whose it can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from bot.channels.painting import in_base36
from bot.staff.press import BadPress, Press
from dialogs.engine import unpack
from rules.channels import Channel
from rules.clinics import Clinic
from rules.documents import DocumentKind, DocumentStatus, document_of
from rules.iin import Iin
from rules.people import Person
from storage import conversations, desk, documents, people, requests
from storage.database import Reader
from storage.desk import Case
from storage.documents import DocumentRequest
from storage.registry import Directory
from storage.requests import RegisteredRequest

PATIENT: Final = "p"
CALLER: Final = "c"
"""How buttons name whose document it is, beside the number of a case of the desk."""

_IIN: Final = "identity.iin"


@dataclass(frozen=True, slots=True, repr=False)
class About:
    """One request, or one case; ``subjects`` by how a button names them, ``asked`` what was asked before."""

    clinic: Clinic
    subjects: Mapping[str, Person]
    asked: tuple[DocumentRequest, ...]
    today: date
    number: str = ""
    request_id: int | None = None
    desk_case: int | None = None
    version: int = field(default=0)

    def offered_to(self, reader: int) -> tuple[tuple[str, DocumentKind], ...]:
        """Whose document, and which, this person of the staff (their Telegram id) may ask for now.

        What a colleague was agreed to is the colleague's alone, so it keeps nobody else from asking.
        """
        waiting = {
            (one.subject_id, one.kind)
            for one in self.asked
            if one.status.is_open and (one.status is not DocumentStatus.CONSENTED or one.staff_id == reader)
        }
        every = [(code, self.kind_of(code)) for code in self.subjects]
        return tuple(one for one in every if (int(self.subjects[one[0]].id), one[1]) not in waiting)

    def kind_of(self, code: str) -> DocumentKind:
        """Which document proves who that person is, by their age."""
        return document_of(self.subjects[code].birth_date, self.today)

    def __repr__(self) -> str:
        return f"About({self.request_id}, {self.desk_case})"


async def of_request(reader: Reader, directory: Directory, press: Press, now: datetime) -> About | None:
    """The request that the button is on; None if there is none, or its people were erased."""
    request = await requests.by_id(reader, press.request_id)
    clinic = None if request is None else directory.clinics.get(request.clinic_no)
    if request is None or clinic is None or not request.details:
        return None
    return About(
        clinic=clinic,
        subjects={} if request.closed_at is not None else await _people(reader, request),
        asked=await documents.of_request(reader, request.id),
        today=clinic.local(now).date(),
        number=request.number,
        request_id=request.id,
        version=request.version,
    )


async def of_case(
    reader: Reader, directory: Directory, press: Press, staff_id: int, now: datetime
) -> About | None:
    """The registrar's own open case at the desk, with whoever stands there; None for any other."""
    case = await desk.open_of(reader, staff_id)
    clinic = directory.clinics.get(press.version)
    if case is None or clinic is None or case.clinic_no != clinic.no or case.channel is not Channel.DESK:
        return None
    code = in_base36(case.id)
    if len(press.args) < 2 or press.args[1] != code:
        return None
    person = await _at_desk(reader, case)
    return About(
        clinic=clinic,
        subjects={} if person is None else {code: person},
        asked=await documents.of_case(reader, case.id),
        today=clinic.local(now).date(),
        desk_case=case.id,
        version=clinic.no,
    )


def subject_of(about: About, code: str) -> Person:
    """Whose document the button asks for. Raises BadPress."""
    person = about.subjects.get(code)
    if person is None:
        raise BadPress
    return person


async def _people(reader: Reader, request: RegisteredRequest) -> dict[str, Person]:
    """The patient and whoever asked for them; not an adult who was called for by somebody else (S19)."""
    found: dict[str, Person] = {}
    if request.patient_id is not None and request.for_whom != "other":
        patient = await people.by_id(reader, request.patient_id)
        if patient is not None:
            found[PATIENT] = patient
    if request.caller_id is not None and request.caller_id != request.patient_id:
        caller = await people.by_id(reader, request.caller_id)
        if caller is not None:
            found[CALLER] = caller
    return found


async def _at_desk(reader: Reader, case: Case) -> Person | None:
    """Whoever's number was typed in this case."""
    _, talk = await conversations.of_address(reader, case.address)
    if talk is None or talk.journal is None:
        return None
    entry = unpack(talk.journal).find(_IIN)
    return None if entry is None else await people.by_iin(reader, Iin(str(entry.value)))
