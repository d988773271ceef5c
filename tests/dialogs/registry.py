"""A made-up registry: the facts of dialogs, kept in plain dictionaries."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from dialogs.engine import Unavailable
from dialogs.facts import CentreCard, ComplaintCard, FreeDay, RequestCard, Street, TrainingCard, Wish
from rules.attachment import Cause, Terms
from rules.attachment_status import AttachmentStatus
from rules.booking_status import BookingStatus
from rules.calendar import Holiday, HolidayKind, Hours, WorkingCalendar
from rules.call_status import CallStatus
from rules.centre_info import ConsentClock, InfoStatus
from rules.clinics import Clinic, Institution, Takes
from rules.doctors import Doctor, DoctorRole
from rules.home_call import ForWhom
from rules.iin import Iin, check_digit
from rules.law import Service
from rules.own_data import AskedOfOne, BlockedByOne, LookAtOne, OwnConsent
from rules.people import Attachment, Person
from rules.phone import Phone
from rules.slots import Slot
from rules.training import COLLEGE, Graduation

FRIDAY_AFTERNOON = datetime(2026, 11, 20, 9, 3, tzinfo=UTC)
"""14:03 in Almaty."""
HOLIDAY = date(2026, 12, 16)


def iin(first_eleven: str) -> Iin:
    """An IIN with its check digit."""
    return Iin(f"{first_eleven}{check_digit(first_eleven)}")


def person(
    person_id: str, first_eleven: str, name: str, born: date, phone: str | None = "+77011234567"
) -> Person:
    """A person of the registry."""
    surname, own = name.split()
    return Person(
        id=person_id,
        iin=iin(first_eleven),
        surname=surname,
        name=own,
        patronymic=None,
        birth_date=born,
        phone=Phone(phone) if phone else None,
        language="kk",
        address="Абай даңғылы, 10-үй, 25-пәтер",
    )


AIGUL = person("1001", "85030540001", "Сейітова Айгүл", date(1985, 3, 5))
DAUGHTER = person("1002", "18061260001", "Сейітова Жансая", date(2018, 6, 12), None)
TEENAGER = person("1003", "10112150001", "Сейітов Арман", date(2010, 11, 21), None)
UNATTACHED = person("1004", "70010130001", "Ким Олег", date(1970, 1, 1))
STRANGER = person("1005", "48030540003", "Ахметова Сара", date(1948, 3, 5))


def clinic(no: int, name_ru: str, name_kk: str) -> Clinic:
    """A clinic of the directory."""
    short = name_ru.replace("Городская поликлиника", "ГП").replace("Детская поликлиника", "ДГП")
    return Clinic(no, name_ru, name_kk, short, name_kk, "улица Гоголя, 53", ("+77273974790",))


THE_COLLEGE = Clinic(
    COLLEGE,
    "Медицинский колледж",
    "Медициналық колледж",
    "Медицинский колледж",
    "Медициналық колледж",
    "улица Кабанбай батыра, 132",
    ("+77272675905", "+77272673662"),
    hours=Hours.parse("09:00-18:00;-;-"),
    features=frozenset({"ramp", "sample_stand"}),
    kind=Institution.COLLEGE,
)
CLINICS = (
    *(clinic(no, f"Городская поликлиника № {no}", f"№ {no} қалалық емхана") for no in range(1, 19)),
    replace(clinic(19, "Детская поликлиника № 5", "№ 5 балалар емханасы"), takes=Takes.CHILDREN),
)
STREETS = (
    Street("Назарбаева", "Назарбаев", ("Фурманова", "Фурманов")),
    Street("Гоголя", "Гоголь", ("Почтовая",)),
)


OWN_DOCTOR = Doctor("502", 5, "Орлов Дмитрий Алексеевич", "therapist", "206")
DOCTORS = (
    Doctor("501", 5, "Бейсенова Гүлнар Сәбитқызы", "therapist", "204"),
    OWN_DOCTOR,
    Doctor("503", 5, "Тәжібаева Мөлдір Асанқызы", "paediatrician", "112"),
    Doctor("504", 5, "Жақыпов Ержан Төреханұлы", "general_practitioner", "210"),
)
UTC_HOURS = ((4, 0), (4, 15), (9, 0), (9, 30), (12, 30))
"""09:00, 09:15, 14:00, 14:30 and 17:30 in Almaty."""


def slots_of(doctor: Doctor) -> list[Slot]:
    """Five times on each working day from 23 November to 4 December."""
    monday = date(2026, 11, 23)
    days = [monday + timedelta(days=days) for days in range(12) if days not in {5, 6}]
    times = [
        (day, datetime(day.year, day.month, day.day, *at, tzinfo=UTC)) for day in days for at in UTC_HOURS
    ]
    first = int(doctor.doctor_no) * 100
    return [
        Slot(
            first + number,
            doctor.doctor_no,
            doctor.clinic_no,
            DoctorRole(doctor.role),
            day,
            start,
            start + timedelta(minutes=15),
            doctor.room,
        )
        for number, (day, start) in enumerate(times)
    ]


@dataclass
class Registry:
    """Facts that a test can change between two messages."""

    people: list[Person] = field(default_factory=lambda: [AIGUL, DAUGHTER, TEENAGER, UNATTACHED, STRANGER])
    attached: dict[str, int] = field(default_factory=lambda: {"1001": 5, "1002": 5, "1003": 5, "1005": 7})
    children: dict[str, tuple[str, ...]] = field(default_factory=lambda: {"1001": ("1003", "1002")})
    live: set[int] = field(default_factory=lambda: {5, 7, 19})
    cards: list[RequestCard] = field(default_factory=list)
    doctors: list[Doctor] = field(default_factory=lambda: list(DOCTORS))
    slots: list[Slot] = field(default_factory=lambda: [slot for one in DOCTORS for slot in slots_of(one)])
    taken: set[int] = field(default_factory=set)
    own_doctors: dict[str, str] = field(default_factory=lambda: {"1001": "502", "1002": "503"})
    clinics_listed: tuple[Clinic, ...] = CLINICS
    attached_since: dict[str, date] = field(default_factory=dict)
    choices: dict[str, tuple[date, ...]] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    terms_known: tuple[Terms, ...] = ()
    certified: set[int] = field(default_factory=set)
    asked: dict[int, int] = field(default_factory=dict)
    linked: bool = True
    centre_requests: list[CentreCard] = field(default_factory=list)
    complaints: list[ComplaintCard] = field(default_factory=list)
    centre_steps: dict[int, list[tuple[InfoStatus, datetime]]] = field(default_factory=dict)
    asked_of_others: int = 0
    own: list[OwnConsent] = field(default_factory=list)
    asked_about: list[AskedOfOne] = field(default_factory=list)
    looks: list[LookAtOne] = field(default_factory=list)
    blocks: list[BlockedByOne] = field(default_factory=list)
    college_listed: Clinic | None = THE_COLLEGE
    college_works: bool = True
    graduated: list[Graduation] = field(default_factory=list)
    training_requests: list[TrainingCard] = field(default_factory=list)
    down: bool = False

    def answers(self) -> None:
        """Raise what a registry that does not answer raises."""
        if self.down:
            raise Unavailable

    def change(self, person_id: str, **values: str) -> None:
        """Give a person another value, and the record its next version."""
        old = next(person for person in self.people if person.id == person_id)
        new = replace(old, version=old.version + 1, **values)  # type: ignore[arg-type]  # a test knows its fields
        self.people[self.people.index(old)] = new

    async def person(self, iin: Iin) -> Person | None:
        """The person with that IIN."""
        self.answers()
        return next((person for person in self.people if person.iin == iin), None)

    async def person_by_id(self, person_id: str) -> Person | None:
        """The person with that id."""
        self.answers()
        return next((person for person in self.people if person.id == person_id), None)

    async def attachment(self, person_id: str) -> Attachment | None:
        """Where the person is attached."""
        self.answers()
        no = self.attached.get(person_id)
        if no is None:
            return None
        return Attachment(
            person_id,
            no,
            self.attached_since.get(person_id, date(2020, 1, 1)),
            self.own_doctors.get(person_id),
        )

    async def children_of(self, person_id: str, today: date) -> tuple[Person, ...]:
        """Whom the person is a registered parent of."""
        self.answers()
        ids = self.children.get(person_id, ())
        return tuple(person for person in self.people if person.id in ids)

    async def clinic(self, no: int) -> Clinic | None:
        """The clinic under that number."""
        self.answers()
        known = (*self.clinics_listed, *((self.college_listed,) if self.college_listed else ()))
        return next((clinic for clinic in known if clinic.no == no), None)

    async def clinics(self) -> tuple[Clinic, ...]:
        """All clinics."""
        self.answers()
        return self.clinics_listed

    async def college(self) -> Clinic | None:
        """The college of the city, if a test says nothing else."""
        self.answers()
        return self.college_listed

    async def college_linked(self) -> bool:
        """As a test says."""
        self.answers()
        return self.college_works

    async def graduations(self, iin: Iin) -> tuple[Graduation, ...]:
        """What a test says that Aigul finished."""
        self.answers()
        return tuple(self.graduated) if iin == AIGUL.iin else ()

    async def training_cards(self, person_ids: tuple[str, ...]) -> tuple[TrainingCard, ...]:
        """What a test says that was asked of the college."""
        self.answers()
        return tuple(one for one in self.training_requests if one.person_id in person_ids)

    async def calendar(self) -> WorkingCalendar:
        """One holiday."""
        self.answers()
        return WorkingCalendar(
            (Holiday(HOLIDAY, HolidayKind.HOLIDAY, "День Независимости", "Тәуелсіздік күні"),)
        )

    async def is_live(self, clinic_no: int) -> bool:
        """True if its staff are linked."""
        self.answers()
        return clinic_no in self.live

    async def open_request(self, service: Service, patient_id: str) -> RequestCard | None:
        """The open request of that patient."""
        self.answers()
        return next(
            (card for card in self.cards if (card.service, card.patient_id) == (service, patient_id)), None
        )

    async def cards_of(self, person_ids: tuple[str, ...]) -> tuple[RequestCard, ...]:
        """Requests of these people."""
        self.answers()
        return tuple(card for card in self.cards if {card.patient_id, card.caller_id} & set(person_ids))

    async def open_question(self, request_id: int) -> int | None:
        """What a test says is asked."""
        self.answers()
        return self.asked.get(request_id)

    async def request_card(self, request_id: int) -> RequestCard | None:
        """The request under that id."""
        self.answers()
        return next((card for card in self.cards if card.id == request_id), None)

    async def has_paper(self, request_id: int) -> bool:
        """True for an attachment that stands, and for what a test says is certified."""
        self.answers()
        attached = any(one.id == request_id and one.status == "attached" for one in self.cards)
        return attached or request_id in self.certified

    @property
    def by_id(self) -> dict[int, Slot]:
        """Every time by its id."""
        return {slot.id: slot for slot in self.slots}

    def hold(self, slot_id: int) -> bool:
        """Whether this conversation gets the time."""
        return slot_id not in self.taken

    async def roles_to_book(self, clinic_no: int) -> frozenset[DoctorRole]:
        """Roles with a schedule."""
        self.answers()
        return frozenset(DoctorRole(one.role) for one in self.doctors if one.clinic_no == clinic_no)

    async def doctors_to_book(self, clinic_no: int, role: DoctorRole) -> tuple[Doctor, ...]:
        """Doctors of that role."""
        self.answers()
        return tuple(one for one in self.doctors if (one.clinic_no, one.role) == (clinic_no, role))

    async def doctor(self, doctor_no: str) -> Doctor | None:
        """The doctor under that number."""
        self.answers()
        return next((one for one in DOCTORS if one.doctor_no == doctor_no), None)

    async def nearest_free(self, wish: Wish, now: datetime, limit: int) -> tuple[Slot, ...]:
        """The first free times."""
        self.answers()
        return self._free(wish, now)[:limit]

    async def free_on(self, wish: Wish, day: date, now: datetime) -> tuple[Slot, ...]:
        """The free times of that day."""
        self.answers()
        return tuple(slot for slot in self._free(wish, now) if slot.day == day)

    async def free_days(self, wish: Wish, now: datetime) -> tuple[FreeDay, ...]:
        """The days with free times."""
        self.answers()
        counts = Counter(slot.day for slot in self._free(wish, now))
        return tuple(FreeDay(day, counts[day]) for day in sorted(counts))

    async def is_free(self, slot_id: int, now: datetime) -> bool:
        """Whether nobody has taken it."""
        self.answers()
        return slot_id not in self.taken and now <= self.by_id[slot_id].start

    async def slot(self, slot_id: int) -> Slot | None:
        """The time under that id."""
        self.answers()
        return self.by_id.get(slot_id)

    async def open_booking(self, role: DoctorRole, patient_id: str) -> RequestCard | None:
        """The open appointment of that patient with such a doctor."""
        self.answers()
        visits = (card for card in self.cards if card.service is Service.APPOINTMENT)
        return next((one for one in visits if (one.doctor_role, one.patient_id) == (role, patient_id)), None)

    async def terms(self) -> tuple[Terms, ...]:
        """The terms of free choice."""
        self.answers()
        return self.terms_known

    async def choices_made(self, person_id: str) -> tuple[date, ...]:
        """The days of free choice."""
        self.answers()
        return self.choices.get(person_id, ())

    async def attached_count(self, clinic_no: int) -> int:
        """How many are attached there."""
        self.answers()
        return self.counts.get(clinic_no, 0)

    async def open_at(self, person_id: str, clinic_no: int) -> tuple[RequestCard, ...]:
        """Open calls and appointments there."""
        self.answers()
        return tuple(
            card
            for card in self.cards
            if (card.patient_id, card.clinic_no) == (person_id, clinic_no)
            and card.service is not Service.ATTACHMENT
        )

    async def streets(self) -> tuple[Street, ...]:
        """Two streets that were renamed."""
        self.answers()
        return STREETS

    async def centres_linked(self) -> bool:
        """As a test says."""
        self.answers()
        return self.linked

    async def consent_clock(self) -> ConsentClock:
        """The default."""
        self.answers()
        return "from_consent"

    async def centre_cards(self, person_id: str, now: datetime) -> tuple[CentreCard, ...]:
        """What a test says that Aigul has asked."""
        self.answers()
        return tuple(self.centre_requests) if person_id == AIGUL.id else ()

    async def centre_marks(self, request_id: int) -> tuple[tuple[InfoStatus, datetime], ...]:
        """What a test says, or that it was asked."""
        self.answers()
        return tuple(self.centre_steps.get(request_id, ((InfoStatus.ASKING, FRIDAY_AFTERNOON),)))

    async def complaint_cards(self, person_id: str) -> tuple[ComplaintCard, ...]:
        """What a test says that Aigul has complained of."""
        self.answers()
        return tuple(self.complaints) if person_id == AIGUL.id else ()

    async def asked_about_others(self, person_id: str, now: datetime) -> int:
        """As often as a test says."""
        self.answers()
        return self.asked_of_others

    async def own_consents(self, person_id: str, now: datetime) -> tuple[OwnConsent, ...]:
        """What a test says that Aigul was asked by the service."""
        self.answers()
        return tuple(self.own) if person_id == AIGUL.id else ()

    async def asked_of(self, person_id: str, now: datetime) -> tuple[AskedOfOne, ...]:
        """What a test says that others asked of Aigul."""
        self.answers()
        return tuple(self.asked_about) if person_id == AIGUL.id else ()

    async def looks_at(self, person_id: str) -> tuple[LookAtOne, ...]:
        """Who looked, as a test says."""
        self.answers()
        return tuple(self.looks) if person_id == AIGUL.id else ()

    async def blocked_by(self, person_id: str, now: datetime) -> tuple[BlockedByOne, ...]:
        """Whom Aigul blocked, as a test says."""
        self.answers()
        return tuple(self.blocks) if person_id == AIGUL.id else ()

    def _free(self, wish: Wish, now: datetime) -> tuple[Slot, ...]:
        doctors = {
            one.doctor_no
            for one in self.doctors
            if (one.clinic_no, one.role) == (wish.clinic_no, wish.role)
            and wish.doctor_no in {None, one.doctor_no}
        }
        free = [s for s in self.slots if s.doctor_no in doctors and s.id not in self.taken and s.start >= now]
        return tuple(sorted(free, key=lambda slot: (slot.start, slot.id)))


def card(
    number: str = "05-004512", status: CallStatus = CallStatus.REGISTERED, card_id: int = 71
) -> RequestCard:
    """A home call of Aigul's, as it stands in the registry."""
    return RequestCard(
        id=card_id,
        number=number,
        service=Service.HOME_CALL,
        status=status,
        version=1,
        clinic_no=5,
        for_whom=ForWhom.SELF,
        patient_id=AIGUL.id,
        caller_id=AIGUL.id,
        registered_at=FRIDAY_AFTERNOON,
        answer_due=FRIDAY_AFTERNOON + timedelta(minutes=30),
        visit_day=date(2026, 11, 20),
    )


def visit_card(
    status: BookingStatus = BookingStatus.CONFIRMED, slot: Slot | None = None, *, waits: bool = False
) -> RequestCard:
    """An appointment of Aigul's with a therapist; by default on 24 November at 14:00 with her own doctor."""
    if slot is None and status is BookingStatus.CONFIRMED:
        slot = slots_of(OWN_DOCTOR)[7]
    return RequestCard(
        id=81,
        number="05-004520",
        service=Service.APPOINTMENT,
        status=status,
        version=1,
        clinic_no=5,
        for_whom=ForWhom.SELF,
        patient_id=AIGUL.id,
        caller_id=AIGUL.id,
        registered_at=FRIDAY_AFTERNOON,
        answer_due=FRIDAY_AFTERNOON + timedelta(minutes=30),
        visit_day=slot.day if slot else date(2026, 11, 20),
        doctor_name=OWN_DOCTOR.full_name if slot else None,
        doctor_role=DoctorRole.THERAPIST,
        visit=slot,
        waits=waits,
    )


def attachment_card(
    status: AttachmentStatus = AttachmentStatus.REGISTERED, patient_id: str = AIGUL.id
) -> RequestCard:
    """A request for attachment to clinic 7, due at eight this evening."""
    return RequestCard(
        id=91,
        number="07-000101",
        service=Service.ATTACHMENT,
        status=status,
        version=1,
        clinic_no=7,
        for_whom=ForWhom.SELF,
        patient_id=patient_id,
        caller_id=AIGUL.id,
        registered_at=FRIDAY_AFTERNOON,
        answer_due=datetime(2026, 11, 20, 15, 0, tzinfo=UTC),
        visit_day=date(2026, 11, 20),
        effective_on=date(2026, 11, 20),
        cause=Cause.FREE_CHOICE,
    )
