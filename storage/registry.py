"""The registry as dialogs ask it: people, attachments, clinics, the calendar, and requests as cards.

Clinics, holidays, and which doctors have hours change only with a load, or when hours are dropped: they are
kept until `data_version` moves. Every method raises Unavailable when the database does not answer.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Final, Generic, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from dialogs.facts import CentreCard, ComplaintCard, FreeDay, Street, TrainingCard, Wish
from rules.attachment import Terms
from rules.calendar import Holiday, HolidayKind, Hours, WorkingCalendar
from rules.centre_info import ConsentClock, InfoStatus
from rules.clinics import Clinic, Institution, Takes
from rules.doctors import Doctor, DoctorRole, is_of_the_three
from rules.iin import Iin
from rules.law import Service
from rules.own_data import AskedOfOne, BlockedByOne, LookAtOne, OwnConsent
from rules.people import Attachment, Guardianship, Person
from rules.slots import Slot
from rules.training import COLLEGE, Graduation
from storage import (
    attachments,
    centres,
    complaint_cards,
    consent_requests,
    own_data,
    papers,
    people,
    requests,
    schedules,
    slots,
    staff,
    training,
    training_cards,
    waiting,
    work,
)
from storage.database import Reader, Row
from storage.instants import day
from storage.requests import Mark, RegisteredRequest

Card = TypeVar("Card")
Drawing: TypeAlias = Callable[[RegisteredRequest, tuple[Mark, ...], Slot | None, bool], Card]
"""Makes a card of a request, its marks, the time it has, and whether it waits for an earlier one."""

_DOCTOR: Final = "doctors.full_name"


class Directory:
    """Clinics, streets, calendar and doctors as of one data version; shared by all readings of a process."""

    __slots__ = (
        "_with_hours",
        "calendar",
        "centres_linked",
        "clinics",
        "consent_clock",
        "streets",
        "version",
    )

    def __init__(self) -> None:
        self.version = -1
        self.clinics: dict[int, Clinic] = {}
        self.streets: tuple[Street, ...] = ()
        self.calendar = WorkingCalendar()
        # Told by whoever joins the service: the centres' systems are reached, or not.
        self.centres_linked = False
        self.consent_clock: ConsentClock = "from_consent"
        self._with_hours: dict[int, tuple[Doctor, ...]] = {}

    async def refresh(self, reader: Reader) -> None:
        """Read all but the doctors anew, and forget those, if the data version has moved."""
        version = (await reader.rows("data_version"))[0][0]
        if version == self.version:
            return
        clinics = {row[0]: _clinic(row) for row in await reader.rows("clinics")}
        calendar = WorkingCalendar(_holiday(row) for row in await reader.rows("holidays"))
        self.streets = tuple(_street(row) for row in await reader.rows("streets"))
        self.clinics, self.calendar, self.version = clinics, calendar, version
        self._with_hours = {}

    async def with_hours(self, reader: Reader, clinic_no: int) -> tuple[Doctor, ...]:
        """The clinic's doctors who have hours of the week, in order of their numbers.

        Every replay of a booking asks for them, and each name has to be unsealed: they are read once.
        """
        # What is read while the version moves goes to the version it was asked for, and is forgotten with it.
        known = self._with_hours
        if clinic_no not in known:
            hours = {one.doctor_no for one in await schedules.weeks_of(reader, clinic_no)}
            there = await doctors(reader, clinic_no)
            known[clinic_no] = tuple(one for one in there if one.doctor_no in hours)
        return known[clinic_no]


class Registry(Generic[Card]):
    """One reading of the registry, made anew for each replay. `card` makes what the dialogs call a card.

    `holder` is the conversation that reads: what it holds is free to it, and to nobody else.
    """

    def __init__(
        self, reader: Reader, directory: Directory, card: Drawing[Card], holder: int | None = None
    ) -> None:
        self._reader: Final = reader
        self._holder: Final = holder
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
        return await attachment(self._reader, person_id)

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
        """The clinic, or the college, under that number of the directory."""
        return (await self._current()).clinics.get(no)

    async def clinics(self) -> tuple[Clinic, ...]:
        """All clinics, in order of the directory; the college is none of them."""
        return tuple(one for one in (await self._current()).clinics.values() if not one.is_college)

    async def college(self) -> Clinic | None:
        """The medical college, None where the directory has none."""
        return (await self._current()).clinics.get(COLLEGE)

    async def college_linked(self) -> bool:
        """True if somebody of the college works with us, so that a request sent there is seen."""
        return await training.is_linked(self._reader)

    async def graduations(self, iin: Iin) -> tuple[Graduation, ...]:
        """What the person with that IIN finished at the college, newest first."""
        return await training.graduations(self._reader, iin)

    async def complaint_cards(self, person_id: str) -> tuple[ComplaintCard, ...]:
        """What that person has complained of, newest first."""
        return await complaint_cards.of_person(self._reader, person_id, await self.calendar())

    async def training_cards(self, person_ids: Iterable[str]) -> tuple[TrainingCard, ...]:
        """What was asked of the college for these people, newest first."""
        return await training_cards.cards(self._reader, person_ids)

    async def streets(self) -> tuple[Street, ...]:
        """The streets that have had other names."""
        return (await self._current()).streets

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
        people = [int(person_id) for person_id in person_ids]
        found = await requests.of_people(self._reader, people)
        # However many there are, they cost the same few looks.
        marks = await requests.marks_of_people(self._reader, people)
        times = await slots.of_people(self._reader, people)
        waits = await waiting.of_people(self._reader, people)
        return tuple(
            self._card(one, marks.get(one.id, ()), times.get(one.id), one.id in waits) for one in found
        )

    async def open_question(self, request_id: int) -> int | None:
        """The newest question of the clinic about that open request that waits for its answer."""
        return await work.open_question(self._reader, request_id)

    async def request_card(self, request_id: int) -> Card | None:
        """The request under that id, whoever asks: the dialog checks whose it is."""
        request = await requests.by_id(self._reader, request_id)
        return None if request is None else await self._carded(request)

    async def open_booking(self, role: DoctorRole, patient_id: str) -> Card | None:
        """The open booking of that patient with a doctor of that role, if there is one (G-51)."""
        request = await requests.open_in(self._reader, slots.open_booking(role, patient_id))
        return None if request is None else await self._carded(request)

    async def open_at(self, person_id: str, clinic_no: int) -> tuple[Card, ...]:
        """The open requests of that patient at that clinic, of every service, the first first."""
        found = await self._reader.rows(
            "requests_open_of_patient", person_id=int(person_id), clinic_no=clinic_no
        )
        cards = [await self.request_card(row[0]) for row in found]
        return tuple(card for card in cards if card is not None)

    async def terms(self) -> tuple[Terms, ...]:
        """All terms of free choice, the oldest first; empty if none were loaded, and the defaults hold."""
        return await attachments.terms(self._reader)

    async def has_paper(self, request_id: int) -> bool:
        """True if the result of that request has a paper that stands, sent already or not yet."""
        return await papers.stands(self._reader, request_id)

    async def choices_made(self, person_id: str) -> tuple[date, ...]:
        """The days on which the person chose a clinic freely, the first first."""
        return await attachments.choices_made(self._reader, int(person_id))

    async def attached_count(self, clinic_no: int) -> int:
        """How many people are attached to the clinic now."""
        return await attachments.attached_count(self._reader, clinic_no)

    async def doctor(self, doctor_no: str) -> Doctor | None:
        """The doctor under that number."""
        return await doctor(self._reader, doctor_no)

    async def doctors_to_book(self, clinic_no: int, role: DoctorRole) -> tuple[Doctor, ...]:
        """The clinic's doctors of that role who have a schedule, by name."""
        found = (one for one in await self._with_hours(clinic_no) if one.role == role)
        return tuple(sorted(found, key=lambda one: one.full_name))

    async def roles_to_book(self, clinic_no: int) -> frozenset[DoctorRole]:
        """Whom the clinic has a schedule for; empty if it has none at all."""
        listed = (one.role for one in await self._with_hours(clinic_no))
        return frozenset(DoctorRole(role) for role in listed if is_of_the_three(role))

    async def nearest_free(self, wish: Wish, now: datetime, limit: int) -> tuple[Slot, ...]:
        """The earliest times that this holder could book now, at most `limit` of them."""
        return await slots.free(self._reader, wish, now, limit=limit, holder=self._holder)

    async def free_on(self, wish: Wish, on: date, now: datetime) -> tuple[Slot, ...]:
        """All times of that day of the clinic's that this holder could book now, in order."""
        clinic = await self.clinic(wish.clinic_no)
        if clinic is None:
            return ()
        begins, ends = (
            datetime.combine(one, time(), ZoneInfo(clinic.zone)) for one in (on, on + timedelta(days=1))
        )
        return await slots.free(self._reader, wish, now, after=begins, before=ends, holder=self._holder)

    async def free_days(self, wish: Wish, now: datetime) -> tuple[FreeDay, ...]:
        """The days on which something is free, and how much."""
        return await slots.free_days(self._reader, wish, now, holder=self._holder)

    async def slot(self, slot_id: int) -> Slot | None:
        """The time under that id, free or not."""
        return await slots.by_id(self._reader, slot_id)

    async def is_free(self, slot_id: int, now: datetime) -> bool:
        """True if this holder could book that time now."""
        return await slots.is_free(self._reader, slot_id, self._holder, now)

    async def centres_linked(self) -> bool:
        """True if the information systems of the centres are linked to this service at all."""
        return self._directory.centres_linked

    async def consent_clock(self) -> ConsentClock:
        """From when the term runs of what is asked of a centre about another person (G-31)."""
        return self._directory.consent_clock

    async def centre_cards(self, person_id: str, now: datetime) -> tuple[CentreCard, ...]:
        """What that person has asked of the centres, newest first."""
        found = await centres.of_asker(self._reader, person_id)
        return tuple(centres.card_of(request, now) for request in found)

    async def centre_marks(self, request_id: int) -> tuple[tuple[InfoStatus, datetime], ...]:
        """Every step of that request to a centre, the first first."""
        return tuple((status, at) for status, at, _ in await centres.marks(self._reader, request_id))

    async def asked_about_others(self, person_id: str, now: datetime) -> int:
        """How often that person asked about others within a day (G-38)."""
        return await consent_requests.asked_lately(self._reader, person_id, now)

    async def own_consents(self, person_id: str, now: datetime) -> tuple[OwnConsent, ...]:
        """Every consent of that person's own that was asked for, newest first."""
        return await own_data.consents(self._reader, person_id, now)

    async def asked_of(self, person_id: str, now: datetime) -> tuple[AskedOfOne, ...]:
        """Every request for that person's consent, or for one about their child, newest first."""
        return await own_data.asked(self._reader, person_id, now)

    async def looks_at(self, person_id: str) -> tuple[LookAtOne, ...]:
        """Every look at what is held about that person, newest first."""
        return await own_data.looks(self._reader, person_id)

    async def blocked_by(self, person_id: str, now: datetime) -> tuple[BlockedByOne, ...]:
        """Whom that person has blocked from asking, of themselves and of the children they answer for."""
        return await own_data.blocked(self._reader, person_id, now)

    async def _carded(self, request: RegisteredRequest) -> Card:
        marks = await requests.marks(self._reader, request.id)
        if request.service != Service.APPOINTMENT:
            return self._card(request, marks, None, False)  # noqa: FBT003 - not on the waiting list
        waits = await waiting.of_request(self._reader, request.id) is not None
        return self._card(request, marks, await slots.of_request(self._reader, request.id), waits)

    async def _with_hours(self, clinic_no: int) -> tuple[Doctor, ...]:
        return await (await self._current()).with_hours(self._reader, clinic_no)

    async def _current(self) -> Directory:
        # One look at the version per replay: the facts of one reading belong together.
        if not self._fresh:
            await self._directory.refresh(self._reader)
            self._fresh = True
        return self._directory


async def attachment(reader: Reader, person_id: str) -> Attachment | None:
    """Where the person is attached now."""
    row = await reader.row("attachment_of", person_id=int(person_id))
    return None if row is None else Attachment(person_id, row[0], day(row[1]), row[2])


async def doctors(reader: Reader, clinic_no: int) -> tuple[Doctor, ...]:
    """The clinic's doctors as loaded, in order of their numbers."""
    rows = await reader.rows("doctors_of_clinic", clinic_no=clinic_no)
    return tuple(_doctor(reader, row) for row in rows)


async def doctor(reader: Reader, doctor_no: str) -> Doctor | None:
    """The doctor under that number."""
    row = await reader.row("doctor_by_no", doctor_no=doctor_no)
    return None if row is None else _doctor(reader, row)


def _doctor(reader: Reader, row: Row) -> Doctor:
    return Doctor(row[0], row[1], reader.keys.open(_DOCTOR, row[0], row[2]), *row[3:])


def _clinic(row: Row) -> Clinic:
    no, name_ru, name_kk, short_ru, short_kk, address, phones, *rest = row
    zone, hours, lat, lon, features, norm, seen, rooms_exclusive, takes, kind = rest
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
        rooms_exclusive=bool(rooms_exclusive),
        takes=Takes(takes),
        kind=Institution(kind),
    )


def _street(row: Row) -> Street:
    return Street(row[0], row[1], tuple(name for name in row[2].split(";") if name))


def _holiday(row: Row) -> Holiday:
    return Holiday(day(row[0]), HolidayKind(row[1]), row[2], row[3])
