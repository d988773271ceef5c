"""Which doctor an appointment is with: the role by the patient's age, then the doctor, one's own first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dialogs import times
from dialogs.actions import MENU
from dialogs.context import Context
from dialogs.engine import (
    End,
    Input,
    Json,
    NotUnderstood,
    Option,
    Plain,
    Question,
    T,
    ask,
    end,
    fold,
    revise,
)
from dialogs.facts import Wish
from dialogs.questions import typed
from dialogs.times import Seeking
from rules.appointment import doctors_for, doctors_within
from rules.clinics import Clinic
from rules.days import Day, country_day
from rules.doctors import Doctor, DoctorRole, short_name
from rules.law import rule
from rules.people import Attachment, Person
from rules.slots import Slot, days_to_book

ROLE_KEYS: Final = ("appointment.role", "appointment.referral", "appointment.right_role")
DOCTOR_KEY: Final = "appointment.doctor"
MOST_PAGES: Final = 6
DOCTOR_KEYS: Final = (DOCTOR_KEY, *(f"{DOCTOR_KEY}.{page}" for page in range(2, MOST_PAGES + 1)))
"""Every answer that says which doctor, to be forgotten together."""

ON_A_PAGE: Final = 7
AGE_KEY: Final = "appointment.of_age"
SPECIALIST: Final = "specialist"
ANY: Final = "any"
MORE: Final = "more"
_SHORTEST_NAME: Final = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """Who is to be seen where: a patient and the clinic of their attachment."""

    patient: Person
    attachment: Attachment
    clinic: Clinic

    @property
    def key(self) -> Json:
        """What the answers depend on."""
        return [self.patient.id, self.clinic.no]


@rule("G-56")
async def chosen_role(ctx: Context, seen: Seen) -> DoctorRole | End:
    """Ask which kind of doctor; one who does not take patients of that age leads to those who do (AP-02)."""
    there = await ctx.facts.roles_to_book(seen.clinic.no)
    today = country_day(ctx.now)
    fitting = tuple(role for role in _within_reach(seen.patient, today) if role in there)
    if not fitting:
        return no_schedule(ctx, seen.clinic)
    options = (
        *_roles(role for role in DoctorRole if role in there),
        Option(SPECIALIST, T("button.specialist")),
    )
    question = Question(
        "appointment.role",
        (T("appointment.role", clinic=ctx.named(seen.clinic)),),
        T("appointment.role_hint"),
        options,
    )
    answer = await ask(question, given=seen.key)
    if answer == SPECIALIST:
        return await _instead(seen, "appointment.referral", T("appointment.referral"), fitting)
    role = DoctorRole(answer)
    if role in fitting:
        return role
    return await _instead(seen, "appointment.right_role", T(f"appointment.right_role.{role}"), fitting)


def _within_reach(patient: Person, today: Day) -> tuple[DoctorRole, ...]:
    """Who takes the patient today or, after a birthday, on the last day that can be booked."""
    return doctors_within(patient.birth_date, (today, days_to_book(today)[-1]))


async def of_age_then(patient: Person, role: DoctorRole, slot: Slot, doctor_keys: tuple[str, ...]) -> None:
    """Ask anew if on the day of the visit the patient is too old, or not old enough, for that doctor (AP-02).

    ``doctor_keys`` are the answers that "another doctor" forgets, empty where the doctor cannot be changed.
    """
    if role in doctors_for(patient.birth_date, slot.day):
        return
    options = [Option("time", T("button.other_time"))]
    if doctor_keys:
        options.append(Option("doctor", T("button.other_doctor")))
    text = (T(f"appointment.by_then.{role}", day=slot.day),)
    answer = await ask(
        Question(AGE_KEY, text, T("hint.buttons"), tuple(options)), given=[patient.id, slot.id]
    )
    revise(*(doctor_keys if answer == "doctor" else ()), *times.KEYS, AGE_KEY)


def _roles(roles: Iterable[DoctorRole]) -> tuple[Option, ...]:
    return tuple(Option(role.value, T(f"button.{role}")) for role in roles)


async def _instead(seen: Seen, key: str, text: T, fitting: tuple[DoctorRole, ...]) -> DoctorRole:
    return DoctorRole(await ask(Question(key, (text,), T("hint.buttons"), _roles(fitting)), given=seen.key))


def no_schedule(ctx: Context, clinic: Clinic) -> End:
    """A clinic that shows no times here is rung."""
    text = T("appointment.no_schedule", clinic=ctx.named(clinic), phone=clinic.phone)
    return end(text, T("emergency.line"), leads=(MENU,))


async def chosen_doctor(
    ctx: Context, clinic: Clinic, role: DoctorRole, own: str | None, given: Json
) -> Seeking | End:
    """Ask for the doctor and return whose times are looked for; ``own`` is the number of the first shown."""
    doctors = await ctx.facts.doctors_to_book(clinic.no, role)
    if not doctors:
        return no_schedule(ctx, clinic)
    if len(doctors) == 1:
        return Seeking(
            clinic, Wish(clinic.no, role, doctors[0].doctor_no), ctx.doctor(doctors[0].full_name), ()
        )
    ordered = sorted(doctors, key=lambda doctor: doctor.doctor_no != own)
    answer = await _picked(tuple(ordered), role, own, given)
    if answer == ANY:
        return Seeking(clinic, Wish(clinic.no, role), "", DOCTOR_KEYS)
    doctor = next(one for one in doctors if one.doctor_no == answer)
    return Seeking(clinic, Wish(clinic.no, role, doctor.doctor_no), ctx.doctor(doctor.full_name), DOCTOR_KEYS)


async def _picked(doctors: tuple[Doctor, ...], role: DoctorRole, own: str | None, given: Json) -> str:
    pages = [doctors[start : start + ON_A_PAGE] for start in range(0, len(doctors), ON_A_PAGE)][:MOST_PAGES]
    has_own = doctors[0].doctor_no == own
    for number, page in enumerate(pages, start=1):
        options = [Option(doctor.doctor_no, Plain(short_name(doctor.full_name))) for doctor in page]
        if number == 1:
            # One's own doctor is one tap away, and so is whoever is free first.
            options.insert(1 if has_own else 0, Option(ANY, T("button.any_doctor")))
        if number < len(pages):
            options.append(Option(MORE, T("button.more_doctors")))
        answer = await ask(
            _page(number, _asked(number, role, doctors, own=has_own), options, doctors), given=given
        )
        if answer != MORE:
            return str(answer)
    raise LookupError(DOCTOR_KEY)


def _asked(number: int, role: DoctorRole, doctors: tuple[Doctor, ...], *, own: bool) -> T:
    if number > 1:
        return T("appointment.doctor_page", page=number)
    if own:
        return T("appointment.own_doctor", doctor=doctors[0].full_name, role=T(f"role.{role}"))
    return T("appointment.doctor", role=T(f"role.{role}"))


def _page(number: int, text: T, options: list[Option], doctors: tuple[Doctor, ...]) -> Question:
    known = frozenset(doctor.doctor_no for doctor in doctors)
    return Question(
        DOCTOR_KEY if number == 1 else f"{DOCTOR_KEY}.{number}",
        (text,),
        T("appointment.doctor_hint"),
        tuple(options),
        reads=lambda sent: _read(sent, doctors),
        still=lambda answer: answer in known,
        kept=known,
    )


def _read(sent: Input, doctors: tuple[Doctor, ...]) -> Json:
    """The one doctor whose name begins with what was typed, in any of its words."""
    said = fold(typed(sent, T("appointment.doctor_hint")))
    found = [
        doctor.doctor_no
        for doctor in doctors
        if len(said) >= _SHORTEST_NAME and f" {said}" in f" {fold(doctor.full_name)}"
    ]
    if len(found) != 1:
        raise NotUnderstood(T("appointment.doctor_hint"))
    return found[0]
