"""Readings of the registry: one for each message and one inside each transaction, over one directory."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dialogs.facts import Mark, RequestCard, Status
from rules.appointment import answer_limit
from rules.attachment import Cause
from rules.attachment_status import AttachmentStatus
from rules.booking_status import BookingStatus
from rules.call_status import CallStatus
from rules.channels import Channel
from rules.doctors import DoctorRole
from rules.home_call import ForWhom, VisitWindow
from rules.law import GroundCode, Service
from rules.slots import Slot
from storage import requests
from storage.database import Reader
from storage.instants import instant
from storage.registry import Directory, Registry
from storage.requests import RegisteredRequest


class Registers:
    """Makes readings that share the clinics and the calendar, which are read anew only when they change."""

    def __init__(self) -> None:
        self.directory = Directory()

    def of(self, reader: Reader, conversation_id: int | None = None) -> Registry[RequestCard]:
        """Return a reading of what is committed, or, given a transaction, of what it sees.

        A time that ``conversation_id`` holds is free to it, and to nobody else.
        """
        return Registry(reader, self.directory, card_of, conversation_id)


def card_of(
    request: RegisteredRequest, marks: tuple[requests.Mark, ...], visit: Slot | None, waits: bool
) -> RequestCard:
    """Return the request as its applicant may see it: none of its sealed details."""
    if request.answer_due is None or request.visit_day is None:
        raise ValueError("a request without its term or its day")
    service = Service(request.service)
    booked = service is Service.APPOINTMENT
    window = None
    if request.window_start is not None and request.window_end is not None and not booked:
        window = VisitWindow(request.window_start, request.window_end)
    return RequestCard(
        id=request.id,
        number=request.number,
        service=service,
        status=_status(service, request.status),
        version=request.version,
        clinic_no=request.clinic_no,
        for_whom=ForWhom(request.for_whom),
        patient_id=str(request.patient_id) if request.patient_id is not None else None,
        caller_id=str(request.caller_id),
        registered_at=_registered_at(request, service),
        answer_due=request.answer_due,
        visit_day=request.visit_day,
        doctor_name=request.doctor_name,
        doctor_role=DoctorRole(request.doctor_role) if request.doctor_role else None,
        window=window,
        ground=GroundCode(request.ground) if request.ground else None,
        marks=tuple(Mark(_status(service, mark.status), mark.at) for mark in marks),
        visit=visit,
        waits=waits,
        effective_on=request.visit_day if service is Service.ATTACHMENT else None,
        cause=_cause(request) if service is Service.ATTACHMENT else None,
        overdue=request.status in _UNANSWERED and requests.is_noted(marks, requests.OVERDUE),
        denied=request.status == CallStatus.DONE and requests.is_noted(marks, requests.VISIT_DENIED),
    )


_UNANSWERED: Final = frozenset[str]({CallStatus.REGISTERED, CallStatus.NEXT_DAY, BookingStatus.TO_MOVE})
"""Those who wait for an answer, or for another time in place of one that was taken away."""


def _registered_at(request: RegisteredRequest, service: Service) -> datetime:
    """When the request counts as registered: out of hours, when the clinic opens (AP-10, AT-06)."""
    match service:
        case Service.HOME_CALL:
            return request.registered_at
        case Service.APPOINTMENT:
            limit = answer_limit(Channel(request.came_by))
            return (request.answer_due or request.registered_at) - limit.delta
        case Service.ATTACHMENT:
            # Of what is past its keeping, and of an erased person's, the details are gone.
            counted = request.details.get("registered_us")
            return request.registered_at if counted is None else instant(int(counted))


def _cause(request: RegisteredRequest) -> Cause | None:
    cause = request.details.get("cause")
    return None if cause is None else Cause(cause)


def _status(service: Service, text: str) -> Status:
    match service:
        case Service.HOME_CALL:
            return CallStatus(text)
        case Service.APPOINTMENT:
            return BookingStatus(text)
        case Service.ATTACHMENT:
            return AttachmentStatus(text)
