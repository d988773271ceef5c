"""Bookings as staff, notices and clocks see them: the request, the time it has, and what is kept with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.staff.press import Press, Verb
from dialogs.facts import Wish
from rules.appointment import NO_SHOWS_WITHIN, MayBook, may_book, no_shows_in_half_a_year
from rules.booking_status import BookingStatus
from rules.clinics import Clinic
from rules.doctors import DoctorRole
from rules.grounds import NOT_ATTACHED
from rules.law import Refused, Service, rule
from rules.people import Language
from rules.slots import Slot
from storage import people, registry, requests, slots, work
from storage.addresses import Address
from storage.database import Reader
from storage.registry import Directory
from storage.requests import Mark, RegisteredRequest
from storage.work import NO_WORK, Work

COMING: Final = "coming"
"""The mark of "I will come"; a later step of the booking makes it void."""

_HALF_A_YEAR_AT_MOST: Final = timedelta(days=31 * NO_SHOWS_WITHIN.value)


@dataclass(frozen=True, slots=True, repr=False)
class BookingDetails:
    """The sealed part of an appointment's row.

    ``phone`` is the applicant's registered one (E.164, or ""). ``role`` and ``doctor_no`` are what was
    asked for; ``doctor_no`` is "" where any doctor of the role would do.
    """

    patient_name: str
    born: date
    phone: str
    role: DoctorRole
    doctor_no: str = ""
    caller_name: str = ""

    def to_json(self) -> dict[str, Any]:
        """The value to seal with the request."""
        return {
            "patient_name": self.patient_name,
            "born": self.born.isoformat(),
            "phone": self.phone,
            "role": self.role.value,
            "doctor_no": self.doctor_no,
            "caller_name": self.caller_name,
        }

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> BookingDetails:
        """Read what ``to_json`` gave. Raises KeyError, TypeError, ValueError if it is anything else."""
        born, role = date.fromisoformat(value["born"]), DoctorRole(value["role"])
        return cls(**{**value, "born": born, "role": role})

    def __repr__(self) -> str:
        # A repr ends up in logs and tracebacks, so it must not carry the person.
        return "BookingDetails(...)"


@dataclass(frozen=True, slots=True, repr=False)
class Booking:
    """An appointment as the house works with it; instants in UTC.

    ``slot`` is the time it has, None while it has none; ``starts`` then still says the one it lost.
    ``told_at`` and ``told_in`` are where and in which language its citizen is told. ``coming`` is true
    once the citizen said so of this very time.
    """

    id: int
    number: str
    version: int
    status: BookingStatus
    clinic: Clinic
    slot: Slot | None
    starts: datetime | None
    doctor: str
    answer_due: datetime
    patient_id: int
    caller_id: int
    details: BookingDetails
    told_at: Address
    told_in: Language
    ground: str = ""
    coming: bool = False
    work: Work = NO_WORK

    def local(self, instant: datetime) -> datetime:
        """The instant on the clinic's wall clock."""
        return self.clinic.local(instant)

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's."""
        return ZoneInfo(self.clinic.zone)

    @property
    def wish(self) -> Wish:
        """Whose times would do instead: any doctor's of the role."""
        return Wish(self.clinic.no, self.details.role)

    def press(self, verb: Verb, *args: str) -> str:
        """The data of a staff button bound to this booking as it stands."""
        return str(Press(self.id, self.version, verb, args))

    def __repr__(self) -> str:
        return f"Booking({self.id}, {self.status}, version {self.version})"


def is_booking(request: RegisteredRequest) -> bool:
    """True for a request of this service."""
    return request.service == Service.APPOINTMENT


@dataclass(frozen=True, slots=True)
class Bookings:
    """Reads bookings."""

    directory: Directory

    async def booking(self, reader: Reader, request_id: int) -> Booking | None:
        """The booking under that id; None if there is none, it is of another service, or was erased."""
        request = await requests.by_id(reader, request_id)
        if request is None or not is_booking(request) or not request.details:
            return None
        return await self.of(reader, request)

    async def of(self, reader: Reader, request: RegisteredRequest) -> Booking:
        """The request's row as a booking."""
        await self.directory.refresh(reader)
        clinic = self.directory.clinics[request.clinic_no]
        if request.patient_id is None or request.caller_id is None or request.answer_due is None:
            raise ValueError("a booking without its people or its term")
        return Booking(
            id=request.id,
            number=request.number,
            version=request.version,
            status=BookingStatus(request.status),
            clinic=clinic,
            slot=await slots.of_request(reader, request.id),
            starts=request.window_start,
            doctor=request.doctor_name or "",
            answer_due=request.answer_due,
            patient_id=request.patient_id,
            caller_id=request.caller_id,
            details=BookingDetails.of_json(request.details),
            told_at=request.address,
            told_in=request.locale,
            ground=request.ground or "",
            coming=is_coming(await requests.marks(reader, request.id)),
            work=await work.of(reader, request.id),
        )

    @rule("AP-13", "AP-02")
    async def may_have(self, reader: Reader, booking: Booking, on: date) -> MayBook:
        """Whether its patient may have another time there on that day: attachment and age as they are now."""
        attachment = await registry.attachment(reader, str(booking.patient_id))
        patient = await people.by_id(reader, booking.patient_id)
        if patient is None:
            return Refused(NOT_ATTACHED)
        return may_book(patient, attachment, booking.clinic.no, booking.details.role, on)

    async def no_shows(self, reader: Reader, booking: Booking, now: datetime) -> int:
        """How often the patient did not come within half a year."""
        today = booking.local(now).date()
        days = await slots.no_show_days(reader, booking.patient_id, today - _HALF_A_YEAR_AT_MOST)
        return no_shows_in_half_a_year(days, today)


def is_coming(marks: tuple[Mark, ...]) -> bool:
    """True if "I will come" was said after the last step of the booking."""
    return bool(marks) and marks[-1].note_code == COMING
