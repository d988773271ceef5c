"""Complaints as their citizens see them: what they filed, joined with where it stands at the office."""

from datetime import date

from dialogs.facts import BodyNumber, ComplaintCard, ComplaintStep
from rules.calendar import WorkingCalendar
from rules.complaint_terms import answer_due, forward_due
from rules.complaints import AboutMatter
from rules.law import rule
from storage import complaint_office, complaints
from storage.complaint_office import Office
from storage.complaints import Complaint, ComplaintMark, Matter
from storage.database import Reader


async def of_person(reader: Reader, person_id: str, calendar: WorkingCalendar) -> tuple[ComplaintCard, ...]:
    """What that person complained of, newest first."""
    found = await complaints.of_person(reader, person_id)
    if not found:
        return ()
    # However many there are, they cost the same few looks.
    marks = await complaints.marks_of_person(reader, person_id)
    offices = await complaint_office.of_person(reader, person_id)
    numbers = dict(await _numbers(reader, person_id))
    return tuple(
        _card(one, offices.get(one.id), marks.get(one.id, ()), numbers.get(one.id, ""), calendar)
        for one in found
    )


async def _numbers(reader: Reader, person_id: str) -> tuple[tuple[int, str], ...]:
    rows = await reader.rows("complaint_matter_numbers_of_person", person_id=int(person_id))
    return tuple((row[0], "" if row[1] is None else str(row[1])) for row in rows)


@rule("CO-08", "G-62")
def _card(
    complaint: Complaint,
    office: Office | None,
    marks: tuple[ComplaintMark, ...],
    matter_number: str,
    calendar: WorkingCalendar,
) -> ComplaintCard:
    decision = None if office is None else office.decision
    return ComplaintCard(
        id=complaint.id,
        number=complaint.number,
        clinic_no=complaint.clinic_no,
        matter=None if complaint.matter is None else AboutMatter(complaint.matter.kind, complaint.matter.id),
        matter_number=matter_number,
        answer_way=complaint.answer_way,
        status=complaint.status,
        filed_at=complaint.filed_at,
        due=due_on(complaint, office, calendar),
        official=complaint.official,
        marks=tuple(ComplaintStep(mark.status, mark.at) for mark in marks),
        bodies=_bodies(office),
        answer="" if decision is None else decision.words,
        answered_by="" if decision is None else decision.official,
        answered_on=None if decision is None else decision.day,
        delivered_on=None if office is None else office.delivered_on,
    )


@rule("CO-06", "X-33")
def due_on(complaint: Complaint, office: Office | None, calendar: WorkingCalendar) -> date:
    """The last day for the answer: of the body's registration, or while there is none what was promised.

    Promised is the latest that the law knows: registered on the last day on which it may be passed on.
    """
    if office is not None and office.answer_due is not None:
        return office.answer_due
    forwarded = forward_due(complaint.received_on, calendar) if office is None else office.forward_due
    return answer_due(forwarded, calendar)


async def number_of(reader: Reader, matter: Matter) -> str:
    """The number of the request that is complained of, "" where it is kept no more."""
    rows = await reader.rows("complaint_matter_number", matter=matter.kind.value, matter_id=matter.id)
    return "" if not rows or rows[0][0] is None else str(rows[0][0])


def _bodies(office: Office | None) -> tuple[BodyNumber, ...]:
    if office is None:
        return ()
    return tuple(BodyNumber(body, said.number, said.day) for body, said in office.bodies)
