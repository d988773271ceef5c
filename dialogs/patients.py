"""Whom the doctor is to see: the caller, a child of theirs, a newborn without an IIN, or another person.

Of another person nothing is looked up: all of it is typed, so that a caller learns nothing about them.
"""

from dataclasses import dataclass

from dialogs.actions import ATTACHMENT, MENU
from dialogs.aloud import at_its_own_clinic, is_elsewhere
from dialogs.clinics import chosen_clinic
from dialogs.context import Context
from dialogs.drafts import Patient, RegisteredPatient, TypedPatient
from dialogs.engine import (
    End,
    Input,
    Json,
    Option,
    Plain,
    Question,
    T,
    WrongValue,
    ask,
    end,
)
from dialogs.identity import at_the_desk
from dialogs.questions import birth_question, iin_question, name_question
from dialogs.seen import was_entered_by_hand
from rules.clinics import Clinic
from rules.days import Day, country_day, day
from rules.grounds import NOT_ATTACHED
from rules.home_call import ForWhom, clinic_of_call, may_call_home
from rules.iin import Iin
from rules.law import rule
from rules.people import Person
from rules.representation import (
    NEWBORN_DAYS,
    IdentityDocument,
    Newborn,
    document_needed,
    is_child,
    may_be_newborn,
)

KEYS = (
    "home_call.aloud",
    "home_call.for_whom",
    "home_call.child",
    "home_call.child_iin",
    "home_call.newborn_name",
    "home_call.newborn_birth",
    "home_call.patient_iin",
    "home_call.patient_name",
    "home_call.patient_birth",
)
"""Every answer that says who the patient is, to be forgotten together."""

ANOTHER_CHILD = "another"
NEWBORN = "newborn"
NO_NAME = "no_name"
NO_IIN = "no_iin"


@dataclass(frozen=True, slots=True, repr=False)
class Called:
    """The patient as the dialog goes on with them.

    ``record`` is whose attachment decides (the mother's, for a newborn), ``None`` where the clinic is chosen.
    ``key`` tells one patient from another, for the answers that depend on it.
    """

    for_whom: ForWhom
    patient: Patient
    key: Json
    name: str
    birth_date: Day
    record: Person | None

    def document(self, on: Day) -> IdentityDocument:
        """What proves who the patient is, on the day of the visit (GEN-06)."""
        return document_needed(self.birth_date, on)


async def patient_of(ctx: Context, caller: Person, whom: ForWhom) -> Called | End:
    """Ask what is still to be known of the patient."""
    match whom:
        case ForWhom.SELF if was_entered_by_hand():
            return _by_paper(caller)
        case ForWhom.SELF:
            return _of_the_registry(caller, whom)
        case ForWhom.CHILD:
            return await _child(ctx, caller)
        case ForWhom.OTHER:
            return await _other(ctx, caller)


def _of_the_registry(person: Person, whom: ForWhom) -> Called:
    patient = RegisteredPatient(person.id, person.version)
    return Called(whom, patient, person.id, person.full_name, person.birth_date, person)


@rule("G-10", "G-12")
def _by_paper(person: Person) -> Called:
    """Whose attachment nobody knows: the call is for the clinic at whose desk it is made, never refused."""
    iin = None if person.iin.stands_in else person.iin
    patient = TypedPatient(iin, person.full_name, person.birth_date)
    key: Json = [person.iin.digits, "by_hand"]
    return Called(ForWhom.SELF, patient, key, person.full_name, person.birth_date, None)


async def _child(ctx: Context, caller: Person) -> Called | End:
    children = await children_listed(ctx, caller)
    chosen = await ask(_which_child(tuple(children.values())), given=caller.id)
    if chosen in children:
        return _of_the_registry(children[chosen], ForWhom.CHILD)
    if chosen == NEWBORN:
        return await _newborn(ctx, caller)
    question = iin_question("home_call.child_iin", T("home_call.child_iin"), (_NO_IIN,), caller.iin)
    iin = await ask(question, given=caller.id)
    if iin == NO_IIN:
        return await _without_iin(ctx, caller)
    known = next((child for child in children.values() if child.iin.digits == iin), None)
    return _of_the_registry(known, ForWhom.CHILD) if known else await _typed(ctx, Iin(iin))


async def children_listed(ctx: Context, caller: Person) -> dict[str, Person]:
    """The children for whom the registry lets the caller act today, by their ids."""
    today = country_day(ctx.now)
    listed = await ctx.facts.children_of(caller.id, today)
    return {child.id: child for child in listed if is_child(child.birth_date, today)}


_NO_IIN = Option(NO_IIN, T("button.no_iin"))


def _which_child(children: tuple[Person, ...]) -> Question:
    options = (
        *(Option(child.id, Plain(f"{child.name}, {child.birth_date.year}")) for child in children),
        Option(ANOTHER_CHILD, T("button.another_child")),
        Option(NEWBORN, T("button.newborn")),
    )
    text = T("home_call.child") if children else T("home_call.child_not_listed")
    return Question("home_call.child", (text,), T("home_call.child_hint"), options)


async def _newborn(ctx: Context, mother: Person) -> Called:
    no_name = Option(NO_NAME, T("button.no_name"))
    name = await ask(
        name_question("home_call.newborn_name", T("home_call.newborn_name"), (no_name,)), given=mother.id
    )
    born = day(await ask(_newborn_birth(country_day(ctx.now)), given=mother.id))
    typed = "" if name == NO_NAME else name
    patient = Newborn(mother.id, typed, born)
    # The attachment of a mother known from a paper alone is not known: the call is for the desk's own clinic.
    record = None if was_entered_by_hand() else mother
    return Called(ForWhom.CHILD, patient, [mother.id, typed, born.isoformat()], typed, born, record)


def _newborn_birth(today: Day) -> Question:
    asked = birth_question("home_call.newborn_birth", T("home_call.newborn_birth"), today)

    def reads(sent: Input) -> Json:
        answer = asked.reads(sent) if asked.reads else None
        if not may_be_newborn(day(str(answer)), today):
            raise WrongValue(T("home_call.not_newborn", days=NEWBORN_DAYS.value))
        return answer

    return Question(asked.key, asked.text, asked.hint, reads=reads)


async def _other(ctx: Context, caller: Person) -> Called | End:
    question = iin_question("home_call.patient_iin", T("home_call.patient_iin"), (_NO_IIN,), caller.iin)
    iin = await ask(question, given=caller.id)
    if iin == NO_IIN:
        return await _without_iin(ctx, caller)
    return await _typed(ctx, Iin(iin))


@rule("G-10")
async def _without_iin(ctx: Context, caller: Person) -> Called | End:
    """A registrar types the name and the birth date; here nobody is there who could look at a paper."""
    if ctx.desk is None:
        return await at_the_desk(ctx, "home_call", "home_call.without_iin")
    return await _typed(ctx, None, [caller.id, NO_IIN])


async def _typed(ctx: Context, iin: Iin | None, key: Json = None) -> Called:
    given = key if iin is None else iin.digits
    name = await ask(name_question("home_call.patient_name", T("home_call.patient_name")), given=given)
    asked = birth_question("home_call.patient_birth", T("home_call.patient_birth"), country_day(ctx.now))
    born = day(await ask(asked, given=given))
    patient = TypedPatient(iin, name, born)
    return Called(ForWhom.OTHER, patient, [given, name, born.isoformat()], name, born, None)


async def clinic_of(ctx: Context, called: Called) -> Clinic | End:
    """The clinic that the call goes to: of the patient's attachment, or chosen by the caller."""
    if called.record is None:
        clinic = await chosen_clinic(ctx, "home_call.clinic", T("home_call.clinic"), called.key)
        return clinic if await ctx.facts.is_live(clinic.no) else _not_live(ctx, clinic)
    attachment = await ctx.facts.attachment(called.record.id)
    verdict = may_call_home(attachment)
    number = clinic_of_call(attachment)
    attached = None if number is None else await ctx.facts.clinic(number)
    if not verdict.allowed or attached is None:
        return _not_attached(ctx)
    if is_elsewhere(ctx, attached):
        return at_its_own_clinic(ctx, attached)
    return attached if await ctx.facts.is_live(attached.no) else _not_live(ctx, attached)


def _not_attached(ctx: Context) -> End:
    return end(
        T("home_call.not_attached", ground=T(NOT_ATTACHED.words_key), law=T(NOT_ATTACHED.law_words_key)),
        T("home_call.not_attached_next"),
        T("appeal.right"),
        T("emergency.line"),
        leads=(MENU,) if ctx.terse else (ATTACHMENT, MENU),
        ground=NOT_ATTACHED.code,
    )


def _not_live(ctx: Context, clinic: Clinic) -> End:
    """A clinic whose staff are not linked takes nothing here: the call would be seen by nobody."""
    return end(
        T("home_call.not_live", clinic=ctx.named(clinic), phone=clinic.phone),
        T("emergency.line"),
        leads=(MENU,),
    )
