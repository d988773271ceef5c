"""The registry as dialogs ask it: people, attachments, clinics, the calendar, and requests as cards.

Clinics and holidays change only with a load, so they are kept until `data_version` moves. Every method raises
Unavailable when the database does not answer.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Generic, TypeVar

from rules.calendar import Holiday, HolidayKind, Hours, WorkingCalendar
from rules.clinics import Clinic
from rules.iin import Iin
from rules.people import Attachment, Guardianship, Person
from storage import people, requests, staff
from storage.database import Reader, Row
from storage.instants import day
from storage.requests import Mark, RegisteredRequest

Card = TypeVar("Card")

_DOCTOR: Final = "doctors.full_name"


@dataclass(frozen=True, slots=True, repr=False)
class Doctor:
    """A doctor of a clinic as loaded."""

    doctor_no: str
    clinic_no: int
    full_name: str
    role: str
    room: str


class Directory:
    """Clinics and calendar as of one data version; shared by all readings of a process."""

    __slots__ = ("calendar", "clinics", "version")

    def __init__(self) -> None:
        self.version = -1
        self.clinics: dict[int, Clinic] = {}
        self.calendar = WorkingCalendar()

    async def refresh(self, reader: Reader) -> None:
        """Read both anew if the data version has moved."""
        version = (await reader.rows("data_version"))[0][0]
        if version == self.version:
            return
        clinics = {row[0]: _clinic(row) for row in await reader.rows("clinics")}
        calendar = WorkingCalendar(_holiday(row) for row in await reader.rows("holidays"))
        self.clinics, self.calendar, self.version = clinics, calendar, version


class Registry(Generic[Card]):
    """One reading of the registry, made anew for each replay. `card` makes what the dialogs call a card."""

    def __init__(
        self,
        reader: Reader,
        directory: Directory,
        card: Callable[[RegisteredRequest, tuple[Mark, ...]], Card],
    ) -> None:
        self._reader: Final = reader
        self._directory: Final = directory
        self._card: Final = card
        self._fresh = False

    async def person(self, iin: Iin) -> Person | None:
        """The person with that IIN."""
        return await people.by_iin(self._reader, iin)

    async def person_by_id(self, person_id: str) -> Person | None:
        """The person with that id."""
        return await people.by_id(self._reader, int(person_id))

    async def attachment(self, person_id: str) -> Attachment | None:
        """Where the person is attached now."""
        row = await self._reader.row("attachment_of", person_id=int(person_id))
        return None if row is None else Attachment(person_id, row[0], day(row[1]))

    async def children_of(self, person_id: str, today: date) -> tuple[Person, ...]:
        """Whom the person is a registered parent or guardian of on that day, oldest first."""
        rows = await self._reader.rows("children_of", guardian_id=int(person_id), today=today.isoformat())
        # A child under both a parent's and a guardian's right is one child.
        found = {row[0]: people.person_of(self._reader.keys, row) for row in rows}
        children = (child for child in found.values() if child is not None)
        return tuple(sorted(children, key=lambda child: (child.birth_date, child.id)))

    async def guardianship(self, child_id: str, guardian_id: str, today: date) -> Guardianship | None:
        """The right by which one acts for the other on that day."""
        rows = await self._reader.rows("guardianship", guardian_id=int(guardian_id), child_id=int(child_id))
        links = (Guardianship(child_id, guardian_id, row[0], day(row[1]), day(row[2])) for row in rows)
        return next((link for link in links if link.holds_on(today)), None)

    async def clinic(self, no: int) -> Clinic | None:
        """The clinic under that number of the directory."""
        return (await self._current()).clinics.get(no)

    async def clinics(self) -> tuple[Clinic, ...]:
        """All clinics, in order of the directory."""
        return tuple((await self._current()).clinics.values())

    async def calendar(self) -> WorkingCalendar:
        """The country's holidays and moved days."""
        return (await self._current()).calendar

    async def doctors(self, clinic_no: int) -> tuple[Doctor, ...]:
        """The clinic's doctors as loaded."""
        return await doctors(self._reader, clinic_no)

    async def is_live(self, clinic_no: int) -> bool:
        """True if the clinic's staff are linked, so that a request sent there is seen."""
        return await staff.is_live(self._reader, clinic_no)

    async def open_request(self, service: str, patient_id: str) -> Card | None:
        """The open request of that patient for that service, if there is one."""
        request = await requests.open_in(self._reader, requests.open_slot(service, patient_id))
        return None if request is None else await self._carded(request)

    async def cards_of(self, person_ids: Iterable[str]) -> tuple[Card, ...]:
        """Requests whose patient or caller is among these people, newest first."""
        found = await requests.of_people(self._reader, [int(person_id) for person_id in person_ids])
        return tuple([await self._carded(request) for request in found])

    async def request_card(self, request_id: int) -> Card | None:
        """The request under that id, whoever asks: the dialog checks whose it is."""
        request = await requests.by_id(self._reader, request_id)
        return None if request is None else await self._carded(request)

    async def _carded(self, request: RegisteredRequest) -> Card:
        return self._card(request, await requests.marks(self._reader, request.id))

    async def _current(self) -> Directory:
        # One look at the version per replay: the facts of one reading belong together.
        if not self._fresh:
            await self._directory.refresh(self._reader)
            self._fresh = True
        return self._directory


async def doctors(reader: Reader, clinic_no: int) -> tuple[Doctor, ...]:
    """The clinic's doctors as loaded, in order of their numbers."""
    rows = await reader.rows("doctors_of_clinic", clinic_no=clinic_no)
    return tuple(Doctor(row[0], row[1], reader.keys.open(_DOCTOR, row[0], row[2]), *row[3:]) for row in rows)


def _clinic(row: Row) -> Clinic:
    no, name_ru, name_kk, short_ru, short_kk, address, phones, zone, hours, lat, lon, features, norm, seen = (
        row
    )
    return Clinic(
        no=no,
        name_ru=name_ru,
        name_kk=name_kk,
        short_ru=short_ru,
        short_kk=short_kk,
        address=address,
        phones=tuple(part for part in phones.split(";") if part),
        zone=zone,
        hours=Hours.parse(hours),
        lat=lat,
        lon=lon,
        features=frozenset(part for part in features.split(";") if part),
        norm=norm,
        verified_on=day(seen),
    )


def _holiday(row: Row) -> Holiday:
    return Holiday(day(row[0]), HolidayKind(row[1]), row[2], row[3])
