"""Readings of the registry: one for each message and one inside each transaction, over one directory."""

from __future__ import annotations

from dialogs.facts import Mark, RequestCard
from rules.call_status import CallStatus
from rules.home_call import DoctorRole, ForWhom, VisitWindow
from rules.law import GroundCode, Service
from storage import requests
from storage.database import Reader
from storage.registry import Directory, Registry
from storage.requests import RegisteredRequest


class Registers:
    """Makes readings that share the clinics and the calendar, which are read anew only when they change."""

    def __init__(self) -> None:
        self.directory = Directory()

    def of(self, reader: Reader) -> Registry[RequestCard]:
        """Return a reading of what is committed, or, given a transaction, of what it sees."""
        return Registry(reader, self.directory, card_of)


def card_of(request: RegisteredRequest, marks: tuple[requests.Mark, ...]) -> RequestCard:
    """Return the request as its applicant may see it: none of its sealed details."""
    if request.answer_due is None or request.visit_day is None:
        raise ValueError("a home call without its term or its day")
    window = None
    if request.window_start is not None and request.window_end is not None:
        window = VisitWindow(request.window_start, request.window_end)
    return RequestCard(
        id=request.id,
        number=request.number,
        service=Service(request.service),
        status=CallStatus(request.status),
        version=request.version,
        clinic_no=request.clinic_no,
        for_whom=ForWhom(request.for_whom),
        patient_id=str(request.patient_id) if request.patient_id is not None else None,
        caller_id=str(request.caller_id),
        registered_at=request.registered_at,
        answer_due=request.answer_due,
        visit_day=request.visit_day,
        doctor_name=request.doctor_name,
        doctor_role=DoctorRole(request.doctor_role) if request.doctor_role else None,
        window=window,
        ground=GroundCode(request.ground) if request.ground else None,
        marks=tuple(Mark(CallStatus(mark.status), mark.at) for mark in marks),
    )
