"""A doctor called to the home, from the warning signs to the number of the request.

The order is the law of this file: warning signs, data notice, for whom, identity, attachment, an open
call, the day, the form, the summary, "Send". Nothing of the registry is shown before the code.
"""

from dataclasses import dataclass
from functools import cache

from dialogs import patients, places
from dialogs.actions import MENU, again, status_of, withdraw
from dialogs.addresses import Address
from dialogs.aloud import entered
from dialogs.beginning import begun_in_one, in_one, keys_in_one
from dialogs.checking import Change, check_answers
from dialogs.clinics import keys_of
from dialogs.context import Context
from dialogs.drafts import HomeCallDraft, RegisteredPatient, TypedPatient
from dialogs.engine import (
    End,
    Input,
    Json,
    Option,
    Question,
    T,
    answer_of,
    ask,
    dialog,
    end,
    receipt_of,
    submit,
)
from dialogs.facts import RequestCard
from dialogs.identity import Identity, at_the_desk, identified
from dialogs.patients import Called, clinic_of, patient_of
from dialogs.questions import masked, own_words, phone_question, words_question
from dialogs.seen import phone_by_hand
from rules.channels import Channel
from rules.clinics import CALL_CENTRE, Clinic
from rules.consent import Purpose
from rules.days import Day, day, instant
from rules.home_call import RED_FLAGS, CarriedOver, ForToday, ForWhom, NotTaken, Reason, intake
from rules.iin import Iin
from rules.law import Service, rule
from rules.people import Person
from rules.representation import Newborn
from rules.request_number import RequestNumber

NAME = "home_call"
NOTICE = "home_call.notice"
BEGIN = "home_call.begin"
FOR_WHOM = "home_call.for_whom"
ALOUD = "home_call.aloud"
SHOWN_BY_SMS = 30
"""Characters of an address for which an SMS has room; all of it is signed."""
SIGNS = "signs"
REASON = "home_call.reason"
REASON_KEYS = (REASON, "home_call.words")
PHONE_KEYS = ("home_call.phone", "home_call.new_phone")
CLINIC_KEYS = keys_of("home_call.clinic")


@dialog(NAME)
async def home_call(ctx: Context) -> End:
    """Call a doctor to the home (HC-01 ... HC-19)."""
    receipt = receipt_of(NAME)
    if receipt is not None:
        return await _registered(ctx, receipt)
    begun = await (_begun(ctx) if ctx.desk is None else _for_whom_aloud())
    if isinstance(begun, End):
        return begun
    whom, iin = begun if isinstance(begun, tuple) else (begun, None)
    identity = await identified(ctx, Purpose.HOME_CALL, NAME, given=whom, iin=iin)
    if isinstance(identity, End):
        return identity
    called = await patient_of(ctx, identity.person, whom)
    if isinstance(called, End):
        return called
    clinic = await clinic_of(ctx, called)
    if isinstance(clinic, End):
        return clinic
    visit_day = await _open_call(ctx, called) or await _day_of_visit(ctx, clinic)
    if isinstance(visit_day, End):
        return visit_day
    draft = await _signed(ctx, identity, called, clinic, visit_day)
    return await _registered(ctx, await submit(NAME, draft))


async def _begun(ctx: Context) -> ForWhom | tuple[ForWhom, Iin] | End:
    """Warning signs, the data notice, for whom; on a button phone the caller's IIN with the last two."""
    stop = await _warned()
    if stop is None and in_one(ctx, BEGIN, NOTICE):
        return await begun_in_one(BEGIN, (ForWhom.CHILD, ForWhom.OTHER))
    stop = stop or await _told_about_data(ctx)
    return ForWhom(await ask(_whom_question())) if stop is None else stop


async def _for_whom_aloud() -> ForWhom | End:
    """Questions cost a caller time: two are asked at once, and the notice goes with the consent."""
    signs = Option(SIGNS, T("button.there_are_signs"))
    options = (*(Option(whom.value, T(f"button.aloud_for_{whom}")) for whom in ForWhom), signs)
    text = (T("home_call.red_flags", signs=_signs()), T(FOR_WHOM))
    answer = await ask(Question(ALOUD, text, T("hint.buttons"), options))
    if answer != SIGNS:
        return ForWhom(answer)
    stop = await _emergency()
    return ForWhom(await ask(_whom_question())) if stop is None else stop


async def _warned() -> End | None:
    """Warning signs lead to 103 and never refuse a call (G-16)."""
    # "1" by itself must be the safe answer.
    options = (
        Option("yes", T("button.call_103")),
        Option("none", T("button.no_signs")),
    )
    flags = Question(
        "home_call.red_flags", (T("home_call.red_flags", signs=_signs()),), T("hint.buttons"), options
    )
    return None if await ask(flags) == "none" else await _emergency()


async def _emergency() -> End | None:
    choices = (
        Option("called", T("button.called_103")),
        Option("go_on", T("button.go_on")),
    )
    emergency = Question("home_call.emergency", (T("home_call.emergency"),), T("hint.buttons"), choices)
    if await ask(emergency) == "go_on":
        return None
    return end(T("home_call.ambulance_called"), leads=(again(NAME), MENU))


@cache
def _signs() -> tuple[T, ...]:
    return tuple(T(f"red_flag.{flag}") for flag in RED_FLAGS)


async def _told_about_data(ctx: Context) -> End | None:
    options = (Option("agree", T("button.agree")), Option("refuse", T("button.refuse")))
    notice = Question(NOTICE, (T(NOTICE),), T("home_call.notice_hint"), options)
    if await ask(notice) == "agree":
        return None
    return await at_the_desk(ctx, NAME, "home_call.notice_refused")


def _whom_question() -> Question:
    options = tuple(Option(whom.value, T(f"button.for_{whom}")) for whom in ForWhom)
    return Question(FOR_WHOM, (T(FOR_WHOM),), T("hint.buttons"), options)


async def _open_call(ctx: Context, called: Called) -> End | None:
    """A second call for the same person is merged, not doubled (G-19). Of another adult nothing is told."""
    if called.record is None or not isinstance(called.patient, RegisteredPatient):
        return None
    card = await ctx.facts.open_request(Service.HOME_CALL, called.record.id)
    return None if card is None else _already_open(card)


def _already_open(card: RequestCard) -> End:
    text = T("home_call.already_open", number=card.number, status=T(f"status.{card.status}"))
    return end(text, T("emergency.line"), leads=(status_of(card.id), withdraw(card.id), MENU))


async def _day_of_visit(ctx: Context, clinic: Clinic) -> Day | End:
    """Today, or after the cut-off the next working day, if the caller agrees (HC-08, HC-09, E-02)."""
    taken = intake(ctx.judged_at, clinic, await ctx.facts.calendar(), ctx.by)
    match taken:
        case ForToday():
            return taken.visit_day
        case NotTaken():
            opens = clinic.local(taken.opens_at)
            return end(T("home_call.not_taken", opens=opens, phone=clinic.phone), _worse(), leads=(MENU,))
        case CarriedOver():
            return await _carried_over(clinic, taken)


async def _carried_over(clinic: Clinic, taken: CarriedOver) -> Day | End:
    text = (T(f"home_call.{taken.why}", day=taken.visit_day, phone=clinic.phone), _worse())
    options = (Option("carry", T("button.carry")), Option("no", T("button.do_not_carry")))
    question = Question("home_call.carry_over", text, T("hint.buttons"), options)
    if await ask(question, given=[taken.visit_day.isoformat(), taken.why]) == "carry":
        return taken.visit_day
    return end(T("home_call.not_carried", phone=clinic.phone), _worse(), leads=(again(NAME), MENU))


def _worse() -> T:
    return T("home_call.if_worse", signs=_signs())


@dataclass(frozen=True, slots=True, repr=False)
class Form:
    """What the caller filled in. ``phone`` is E.164; ``words`` may be empty."""

    reason: Reason
    words: str
    address: Address
    phone: str


async def _signed(
    ctx: Context, identity: Identity, called: Called, clinic: Clinic, visit_day: Day
) -> HomeCallDraft:
    form = await _form(ctx, identity.person, called)
    details: list[Json] = [called.for_whom, called.key, clinic.no, form.address.as_json, form.phone]
    if ctx.terse:
        # No SMS says what troubles somebody (S27); what was said is signed all the same.
        details += [form.reason, form.words]
    summary = _summary(ctx, called, clinic, visit_day, form)
    changes = _changes(ctx, identity.person, called)
    signed = await check_answers(ctx, "home_call.check", summary, details, changes)
    return HomeCallDraft(
        for_whom=called.for_whom,
        patient=called.patient,
        caller_id=identity.person.id,
        caller_version=identity.person.version,
        consent_id=identity.consent,
        clinic_no=clinic.no,
        clinic_chosen=called.record is None,
        visit_day=visit_day,
        reason=form.reason,
        words=form.words,
        address=form.address,
        phone=form.phone,
        signed=signed,
    )


async def _form(ctx: Context, caller: Person, called: Called) -> Form:
    reason, words = await _reason(ctx, called.for_whom)
    home = called.record.address if called.record else None
    given: list[Json] = [called.for_whom, called.key]
    brief = ctx.desk is not None or ctx.terse
    address = await places.address_of_visit(
        home, given, brief=brief, most=SHOWN_BY_SMS if ctx.terse else None
    )
    return Form(reason, words, address, await _phone(ctx, caller, given))


async def _reason(ctx: Context, whom: ForWhom) -> tuple[Reason, str]:
    """What troubles the patient: from the list, in own words, or both; on a button phone in own words."""
    if answer_of(REASON) is None and (ctx.terse or answer_of("home_call.words") is not None):
        return Reason.OTHER, await _words(Reason.OTHER)
    offered = [reason for reason in Reason if reason is not Reason.CHILD_UNWELL or whom is not ForWhom.SELF]
    options = tuple(Option(reason.value, T(f"reason.{reason}")) for reason in offered)

    def reads(sent: Input) -> Json:
        return {"words": own_words(sent, T("home_call.reason_hint"))}

    asked = Question(REASON, (T(REASON),), T("home_call.reason_hint"), options, reads)
    answer = await ask(asked)
    if isinstance(answer, dict):
        return Reason.OTHER, answer["words"]
    reason = Reason(answer)
    if ctx.desk is not None and reason is not Reason.OTHER:
        return reason, ""
    return reason, await _words(reason)


async def _words(reason: Reason) -> str:
    text = T("home_call.words_needed") if reason is Reason.OTHER else T("home_call.words")
    options = () if reason is Reason.OTHER else (Option("skip", T("button.nothing_to_add")),)
    question = words_question("home_call.words", text, T("home_call.reason_hint"), options)
    answer = await ask(question, given=reason)
    return "" if options and answer == "skip" else str(answer)


async def _phone(ctx: Context, caller: Person, given: Json) -> str:
    other = T("home_call.new_phone")
    if known := _known_phone(ctx, caller):
        return known
    if caller.phone is None:
        return str(await ask(phone_question("home_call.new_phone", other), given=given))
    options = (Option("registered", T("button.phone_right")), Option("other", T("button.phone_other")))
    text = T("home_call.phone", phone=masked(caller.phone.e164))
    answer = await ask(phone_question("home_call.phone", text, options), given=[given, caller.phone.e164])
    if answer == "other":
        return str(await ask(phone_question("home_call.new_phone", other), given=given))
    return caller.phone.e164 if answer == "registered" else str(answer)


@rule("X-29", "G-12")
def _known_phone(ctx: Context, caller: Person) -> str:
    """The number that the call comes from, or that was typed with a paper; "" where it is asked for.

    A registrar has just called it back; on a button phone the code came from it.
    """
    return phone_by_hand() or (caller.mobile if ctx.by is Channel.PHONE or ctx.terse else "")


def _summary(ctx: Context, called: Called, clinic: Clinic, visit_day: Day, form: Form) -> T:
    lines = (
        _patient_line(ctx, called),
        T("check.clinic", clinic=ctx.named(clinic)),
        T("check.day", day=visit_day),
        # "Other" says nothing beside the caller's own words.
        *(() if form.reason is Reason.OTHER else (T("check.reason", reason=T(f"reason.{form.reason}")),)),
        *((T("check.words", words=form.words),) if form.words else ()),
        *(form.address.cut(SHOWN_BY_SMS) if ctx.terse else form.address).lines,
        T("check.phone", phone=masked(form.phone)),
        T(f"check.{called.document(visit_day)}"),
    )
    return T("home_call.check" if ctx.desk is None else "aloud.check", lines=lines)


def _patient_line(ctx: Context, called: Called) -> T:
    match called.patient:
        case Newborn():
            if not called.name:
                return T("check.newborn_unnamed", birth=called.birth_date)
            return T("check.newborn", name=called.name, birth=called.birth_date)
        case TypedPatient(iin=iin):
            if iin is None:
                return T("check.patient_without_iin", name=called.name, birth=called.birth_date)
            return T("check.typed_patient", name=called.name, birth=called.birth_date, last=iin.last_four)
        case RegisteredPatient():
            if called.record is None:
                return T("check.patient", name=called.name, last="–")
            return T("check.patient", name=ctx.patient(called.record), last=called.record.iin.last_four)


def _changes(ctx: Context, caller: Person, called: Called) -> tuple[Change, ...]:
    """A new patient reopens what depends on the patient by itself; the reason stays as it was said."""
    chosen = called.record is None and ctx.desk is None
    clinic = (Change(Option("clinic", T("button.change_clinic")), CLINIC_KEYS),) if chosen else ()
    phone = Change(Option("phone", T("button.change_phone")), PHONE_KEYS)
    return (
        Change(Option("whom", T("button.change_whom")), (*patients.KEYS, *keys_in_one(BEGIN))),
        *clinic,
        Change(Option("reason", T("button.change_reason")), REASON_KEYS),
        Change(Option("address", T("button.change_address")), places.KEYS),
        *(() if _known_phone(ctx, caller) else (phone,)),
    )


async def _registered(ctx: Context, receipt: dict[str, Json]) -> End:
    """The number, the deadline, the clinic's phone and 103, at once (PC-07)."""
    number, request_id = str(receipt["number"]), int(str(receipt["request_id"]))
    if ctx.desk is not None:
        return entered(number, merged=bool(receipt["merged"]))
    clinic = await ctx.facts.clinic(RequestNumber.parse(number).clinic_no)
    phone = clinic.phone if clinic else CALL_CENTRE
    leads = (status_of(request_id), withdraw(request_id), MENU)
    if receipt["merged"]:
        return end(T("home_call.merged", number=number, phone=phone), T("emergency.line"), leads=leads)
    visit_day = day(str(receipt["visit_day"]))
    if clinic is None or receipt["due_us"] is None:
        text = T("home_call.registered_plain", number=number, day=visit_day, phone=phone)
        return end(text, T("emergency.line"), leads=leads)
    due = clinic.local(instant(int(str(receipt["due_us"]))))
    today = clinic.local(ctx.now).date()
    key = "home_call.registered" if visit_day == today else "home_call.registered_carried"
    return end(T(key, number=number, day=visit_day, due=due, phone=phone), _worse(), leads=leads)
