"""Attachment to a clinic of one's choice, for oneself and for children in one sitting.

The order is the law of this file: data notice, identity, where everybody stands and whether they may change,
who, clinic, cause, what is open at the old clinic, the summary, "Send". Nothing of the registry is shown
before the code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dialogs import standing
from dialogs.actions import CABINET, MENU, status_of, withdraw
from dialogs.aloud import entered
from dialogs.attachment_verdicts import (
    CARD,
    CAUSE_KEYS,
    CLINIC_KEYS,
    OTHER_CLINIC,
    STOP,
    Applicant,
    let_through,
    with_causes,
)
from dialogs.checking import Change, check_answers
from dialogs.clinics import card_of, chosen_clinic
from dialogs.context import Context
from dialogs.drafts import AttachedPerson, AttachmentDraft
from dialogs.engine import End, Json, Option, Question, T, ask, dialog, end, receipt_of, revise, submit
from dialogs.facts import RequestCard
from dialogs.identity import Identity, at_the_desk, identified
from dialogs.leaving import settled_at_the_old
from dialogs.standing import Standing, chosen_people
from rules.attachment import Cause, Registration, Terms, effective_on, registration
from rules.clinics import CALL_CENTRE, Clinic
from rules.consent import Purpose
from rules.days import Day, instant
from rules.law import rule

NAME: Final = "attachment"
THIS_CLINIC: Final = "this"


@dataclass(frozen=True, slots=True, repr=False)
class Sitting:
    """What has been settled before the summary. ``day`` is the clinic's day that the requests count from."""

    clinic: Clinic
    registration: Registration
    day: Day
    terms: Sequence[Terms]
    applicants: tuple[Applicant, ...]
    give_up: tuple[RequestCard, ...]

    def effective_on(self, applicant: Applicant) -> Day:
        """From when that person is attached, if the clinic agrees."""
        attached = applicant.standing.attachment is not None
        return effective_on(self.terms, self.day, applicant.cause, attached=attached)


@dialog(NAME)
async def attachment(ctx: Context) -> End:
    """Ask a clinic to attach oneself, one's children, or both (AT-01 ... AT-15)."""
    receipt = receipt_of(NAME)
    if receipt is not None:
        return await _registered(ctx, receipt)
    if ctx.channel == "sms":
        return _not_by_sms()
    stop = await _told_about_data(ctx) if ctx.desk is None else None
    if stop is not None:
        return stop
    identity = await identified(ctx, Purpose.ATTACHMENT, NAME)
    if isinstance(identity, End):
        return identity
    terms = await ctx.facts.terms()
    people = await chosen_people(ctx, identity.person, terms)
    if isinstance(people, End):
        return people
    sitting = await _settled(ctx, people, terms)
    if isinstance(sitting, End):
        return sitting
    draft = await _signed(ctx, identity, sitting)
    return await _registered(ctx, await submit(NAME, draft))


@rule("AT-01")
def _not_by_sms() -> End:
    """By phone and SMS attachment is not given; it is said how it is."""
    return end(T("attachment.not_by_sms"))


async def _told_about_data(ctx: Context) -> End | None:
    options = (Option("agree", T("button.agree")), Option("refuse", T("button.refuse")))
    text = T("attachment.notice")
    if await ask(Question("attachment.notice", (text,), T("home_call.notice_hint"), options)) == "agree":
        return None
    return await at_the_desk(ctx, NAME, "attachment.notice_refused")


async def _settled(ctx: Context, people: tuple[Standing, ...], terms: Sequence[Terms]) -> Sitting | End:
    clinic = await _clinic(ctx, people)
    if isinstance(clinic, End):
        return clinic
    registered = registration(ctx.judged_at, clinic, await ctx.facts.calendar(), ctx.by)
    day = clinic.local(registered.at).date()
    applicants = await let_through(ctx, await with_causes(people, day), clinic, terms, day)
    if isinstance(applicants, End):
        return applicants
    give_up = await settled_at_the_old(ctx, applicants, terms, day)
    if isinstance(give_up, End):
        return give_up
    return Sitting(clinic, registered, day, terms, applicants, give_up)


async def _clinic(ctx: Context, people: tuple[Standing, ...]) -> Clinic | End:
    """The clinic that was chosen and looked at. One whose staff are not linked takes nothing here."""
    given: Json = [one.person.id for one in people]
    clinic = await chosen_clinic(ctx, "attachment.clinic", T("attachment.clinic"), given)
    if ctx.desk is not None:
        return clinic
    card = await card_of(ctx, clinic)
    other = Option(OTHER_CLINIC, T("button.other_clinic"))
    if await ctx.facts.is_live(clinic.no):
        options, text = (Option(THIS_CLINIC, T("button.this_clinic")), other), T("attachment.this_clinic")
    else:
        options = (other, Option(STOP, T("button.stop_here")))
        text = T("attachment.not_live", phone=clinic.phone)
    answer = await ask(Question(CARD, (*card, text), T("hint.buttons"), options), given=[given, clinic.no])
    if answer == OTHER_CLINIC:
        revise(*CLINIC_KEYS)
    if answer == STOP:
        return end(T("attachment.at_the_desk", phone=clinic.phone), leads=(MENU,))
    return clinic


async def _signed(ctx: Context, identity: Identity, sitting: Sitting) -> AttachmentDraft:
    answer_day = sitting.clinic.local(sitting.registration.answer_due).date()
    people = tuple(_person(one) for one in sitting.applicants)
    give_up = tuple((card.id, card.version) for card in sitting.give_up)
    details: Json = [
        [[one.person_id, one.cause, one.from_clinic] for one in people],
        sitting.clinic.no,
        [list(pair) for pair in give_up],
    ]
    signed = await check_answers(ctx, "attachment.check", _summary(ctx, sitting), details, _changes(ctx))
    return AttachmentDraft(
        people=people,
        caller_id=identity.person.id,
        caller_version=identity.person.version,
        consent_id=identity.consent,
        clinic_no=sitting.clinic.no,
        give_up=give_up,
        effective_on=sitting.effective_on(sitting.applicants[0]),
        answer_day=answer_day,
        signed=signed,
    )


def _person(one: Applicant) -> AttachedPerson:
    person, now = one.standing.person, one.standing.attachment
    clinic_no = now.clinic_no if now else None
    return AttachedPerson(person.id, person.version, one.cause, clinic_no, one.standing.for_whom)


def _changes(ctx: Context) -> tuple[Change, ...]:
    clinic = Change(Option("clinic", T("button.change_clinic")), CLINIC_KEYS)
    return (
        *(() if ctx.desk is not None else (clinic,)),
        Change(Option("cause", T("button.change_cause")), CAUSE_KEYS),
        Change(Option("whom", T("button.change_attached")), standing.KEYS),
    )


def _summary(ctx: Context, sitting: Sitting) -> T:
    clinic, due = sitting.clinic, sitting.clinic.local(sitting.registration.answer_due)
    lines = [T("attachment.to", clinic=clinic.name(ctx.locale)), T("visit.address", address=clinic.address)]
    lines += [line for one in sitting.applicants for line in _lines(ctx, sitting, one)]
    if sitting.give_up:
        numbers = ", ".join(card.number for card in sitting.give_up)
        lines.append(T("attachment.gives_up", numbers=numbers))
    if any(one.cause is not Cause.FREE_CHOICE for one in sitting.applicants):
        lines.append(T("attachment.papers_checked"))
    lines.append(T("attachment.due" if sitting.registration.same_day else "attachment.due_carried", due=due))
    return T("attachment.check" if ctx.desk is None else "aloud.check", lines=tuple(lines))


def _lines(ctx: Context, sitting: Sitting, one: Applicant) -> list[T]:
    person, old = one.standing.person, one.standing.clinic
    before = T("attachment.from", clinic=old.name(ctx.locale)) if old else T("attachment.from_nowhere")
    lines = [T("attachment.person", name=person.full_name, last=person.iin.last_four), before]
    lines.append(T("attachment.why", cause=T(f"cause.{one.cause}")))
    begins = sitting.effective_on(one)
    return lines if begins == sitting.day else [*lines, T("attachment.effect", day=begins)]


@rule("AT-05", "AT-06", "X-12", "E-08", "G-75", "PC-07")
async def _registered(ctx: Context, receipt: dict[str, Json]) -> End:
    """A number for each person, by when the clinic answers, and what comes then."""
    made = _requests(receipt)
    if ctx.desk is not None:
        merged = all(bool(one.get("already")) for one in made)
        return entered(", ".join(str(one["number"]) for one in made), merged=merged)
    clinic = await ctx.facts.clinic(int(str(receipt["clinic_no"])))
    lines = tuple([await _number_line(ctx, one, several=len(made) > 1) for one in made])
    ids = [int(str(one["request_id"])) for one in made]
    leads = (CABINET, MENU) if len(ids) > 1 else (*(status_of(no) for no in ids), withdraw(ids[0]), MENU)
    if clinic is None:
        return end(T("attachment.registered_plain", lines=lines, phone=CALL_CENTRE), leads=leads)
    due = clinic.local(instant(int(str(receipt["due_us"]))))
    key = "attachment.registered" if receipt["same_day"] else "attachment.registered_carried"
    text = T(key, lines=lines, clinic=clinic.name(ctx.locale), due=due, phone=clinic.phone)
    return end(text, T("attachment.what_next"), *await _old_clinic(ctx, made), leads=leads)


async def _old_clinic(ctx: Context, made: list[dict[str, Json]]) -> tuple[T, ...]:
    """Who serves until then: whoever is attached nowhere does not read of a former clinic."""
    standing = [await ctx.facts.attachment(str(one["person_id"])) for one in made]
    return (T("attachment.what_next_old"),) if any(standing) else ()


def _requests(receipt: dict[str, Json]) -> list[dict[str, Json]]:
    made = receipt["requests"]
    return [one for one in made if isinstance(one, dict)] if isinstance(made, list) else []


async def _number_line(ctx: Context, one: dict[str, Json], *, several: bool) -> T:
    number, already = str(one["number"]), "_already" if one.get("already") else ""
    person = await ctx.facts.person_by_id(str(one["person_id"])) if several else None
    if person is None:
        return T(f"attachment.number{already}", number=number)
    return T(f"attachment.number_of{already}", number=number, name=person.name)
