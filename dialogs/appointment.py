"""An appointment with a doctor, from whom it is for to the day and hour in words.

The order is the law of this file: data notice, for whom, identity, attachment, the kind of doctor, an
open appointment, the doctor, the time (held), the summary, "Send". Nothing of the registry is shown before
the code.
"""

from typing import Final

from dialogs import times, visitors
from dialogs.actions import APPOINTMENT, MENU, cancel_visit, move_visit, status_of
from dialogs.aloud import entered
from dialogs.at_once import OtherTime, SignedAtOnce, signed_at_once
from dialogs.beginning import begun_in_one, in_one, keys_in_one
from dialogs.checking import Change, check_answers
from dialogs.context import Context
from dialogs.doctors import DOCTOR_KEYS, ROLE_KEYS, Seen, chosen_doctor, chosen_role, of_age_then
from dialogs.drafts import BookingDraft, RegisteredPatient, Signed
from dialogs.engine import (
    End,
    Json,
    Option,
    Question,
    T,
    ask,
    dialog,
    end,
    receipt_of,
    submit,
)
from dialogs.facts import RequestCard
from dialogs.identity import Identity, at_the_desk, identified
from dialogs.times import NoTime, Seeking, held_time
from dialogs.visits import is_past, leads_of, said_of_past, told, visit_lines, visit_values
from rules.clinics import CALL_CENTRE
from rules.consent import Purpose
from rules.days import instant
from rules.home_call import ForWhom
from rules.iin import Iin
from rules.law import rule
from rules.representation import document_needed
from rules.request_number import RequestNumber
from rules.slots import Slot

NAME: Final = "appointment"
NOTICE: Final = "appointment.notice"
BEGIN: Final = "appointment.begin"


@dialog(NAME)
@rule("AP-17")
async def appointment(ctx: Context) -> End:
    """Book a time with a doctor of the clinic of attachment (AP-01 ... AP-20)."""
    receipt = receipt_of(NAME)
    if receipt is not None:
        return await _booked(ctx, receipt)
    begun = await _begun(ctx)
    if isinstance(begun, End):
        return begun
    whom, iin = begun
    identity = await identified(ctx, Purpose.APPOINTMENT, NAME, given=whom, iin=iin)
    if isinstance(identity, End):
        return identity
    patient = await visitors.patient_of(ctx, identity.person, whom, NAME)
    if isinstance(patient, End):
        return patient
    seen = await visitors.seen_at(ctx, patient)
    if isinstance(seen, End):
        return seen
    return await _with_doctor(ctx, identity, whom, seen)


async def _begun(ctx: Context) -> tuple[ForWhom, Iin | None] | End:
    """The data notice and whom it is for; on a button phone the caller's IIN with them, in one SMS."""
    if in_one(ctx, BEGIN, NOTICE):
        return await begun_in_one(BEGIN, (ForWhom.CHILD,))
    stop = await _told_about_data(ctx) if ctx.desk is None else None
    whom = await visitors.for_whom(ctx, NAME) if stop is None else stop
    return whom if isinstance(whom, End) else (whom, None)


async def _told_about_data(ctx: Context) -> End | None:
    options = (Option("agree", T("button.agree")), Option("refuse", T("button.refuse")))
    text = T("appointment.notice")
    if await ask(Question(NOTICE, (text,), T("home_call.notice_hint"), options)) == "agree":
        return None
    return await at_the_desk(ctx, NAME, "appointment.notice_refused")


async def _with_doctor(ctx: Context, identity: Identity, whom: ForWhom, seen: Seen) -> End:
    at_once = await signed_at_once(ctx, whom, seen)
    match at_once:
        case SignedAtOnce():
            draft = _draft(identity, whom, seen, at_once.seeking, at_once.slot, at_once.signed)
            return await _booked(ctx, await submit(NAME, draft))
        case OtherTime():
            return await _at_a_time(ctx, identity, whom, seen, at_once.seeking, at_once.said)
        case RequestCard():
            return await _already_open(ctx, at_once)
        case None:
            return await _step_by_step(ctx, identity, whom, seen)


async def _step_by_step(ctx: Context, identity: Identity, whom: ForWhom, seen: Seen) -> End:
    role = await chosen_role(ctx, seen)
    if isinstance(role, End):
        return role
    held = await ctx.facts.open_booking(role, seen.patient.id)
    if held is not None:
        return await _already_open(ctx, held)
    seeking = await chosen_doctor(ctx, seen.clinic, role, seen.attachment.doctor_no, [seen.key, role])
    if isinstance(seeking, End):
        return seeking
    return await _at_a_time(ctx, identity, whom, seen, seeking)


async def _at_a_time(
    ctx: Context, identity: Identity, whom: ForWhom, seen: Seen, seeking: Seeking, said: Json = None
) -> End:
    role = seeking.wish.role
    slot = await held_time(ctx, seeking, said)
    if isinstance(slot, NoTime) and not slot.waits:
        return _not_waiting(seeking)
    if isinstance(slot, Slot):
        await of_age_then(seen.patient, role, slot, (*ROLE_KEYS, *seeking.doctor_keys, *DOCTOR_KEYS))
    draft = await _signed(ctx, identity, whom, seen, seeking, None if isinstance(slot, NoTime) else slot)
    return await _booked(ctx, await submit(NAME, draft))


async def _already_open(ctx: Context, card: RequestCard) -> End:
    """One open appointment per kind of doctor (G-51)."""
    if is_past(ctx, card):
        text = await said_of_past(ctx, "appointment.just_seen", card)
        return end(text, leads=(status_of(card.id), MENU))
    text = T("appointment.already_open", number=card.number, status=T(f"status.{card.status}"))
    return end(text, leads=(status_of(card.id), move_visit(card.id), cancel_visit(card.id), MENU))


def _not_waiting(seeking: Seeking) -> End:
    text = T("appointment.not_waiting", phone=seeking.clinic.phone)
    return end(text, T("emergency.line"), leads=(APPOINTMENT, MENU))


async def _signed(
    ctx: Context, identity: Identity, whom: ForWhom, seen: Seen, seeking: Seeking, slot: Slot | None
) -> BookingDraft:
    summary = await _summary(ctx, seen, seeking, slot)
    details: Json = [whom, seen.patient.id, seen.clinic.no, seeking.key, slot.id if slot else None]
    signed = await check_answers(ctx, "appointment.check", summary, details, _changes(seeking))
    return _draft(identity, whom, seen, seeking, slot, signed)


def _draft(
    identity: Identity, whom: ForWhom, seen: Seen, seeking: Seeking, slot: Slot | None, signed: Signed
) -> BookingDraft:
    return BookingDraft(
        for_whom=whom,
        patient=RegisteredPatient(seen.patient.id, seen.patient.version),
        caller_id=identity.person.id,
        caller_version=identity.person.version,
        consent_id=identity.consent,
        clinic_no=seen.clinic.no,
        role=seeking.wish.role,
        doctor_no=slot.doctor_no if slot else seeking.wish.doctor_no,
        slot_id=slot.id if slot else None,
        signed=signed,
    )


async def _summary(ctx: Context, seen: Seen, seeking: Seeking, slot: Slot | None) -> T:
    patient, key = seen.patient, "appointment.check" if ctx.desk is None else "aloud.check"
    who = T("check.patient", name=ctx.patient(patient), last=patient.iin.last_four)
    if slot is None:
        clinic = T("visit.clinic", clinic=ctx.named(seen.clinic))
        return T(key, lines=(who, seeking.who("visit.waits_for", "visit.waits_for_any"), clinic))
    day = seen.clinic.local(slot.start).date()
    bring = T(f"visit.{document_needed(patient.birth_date, day)}")
    return T(key, lines=(who, *visit_lines(await visit_values(ctx, slot)), bring))


def _changes(seeking: Seeking) -> tuple[Change, ...]:
    """A new patient or doctor reopens by itself what depends on them."""
    keys = seeking.doctor_keys
    doctor = (Change(Option("doctor", T("button.change_doctor")), keys),) if keys else ()
    whom = (*visitors.KEYS, *keys_in_one(BEGIN), times.AT_ONCE)
    return (
        Change(Option("time", T("button.change_time")), times.KEYS),
        *doctor,
        Change(Option("role", T("button.change_role")), (*ROLE_KEYS, times.AT_ONCE)),
        Change(Option("whom", T("button.change_visitor")), whom),
    )


async def _booked(ctx: Context, receipt: dict[str, Json]) -> End:
    """The number, the doctor, the room, the day and the hour, at once (G-57)."""
    number, request_id = str(receipt["number"]), int(str(receipt["request_id"]))
    if ctx.desk is not None:
        return entered(number, merged=receipt["outcome"] == "already")
    leads = leads_of(request_id)
    if receipt["outcome"] == "already":
        return end(T("appointment.already_booked", number=number), leads=leads)
    if receipt["outcome"] == "waiting" or receipt["slot_id"] is None:
        leads = (status_of(request_id), cancel_visit(request_id), MENU)
        return end(T("appointment.waiting", number=number), leads=leads)
    booked = await told(ctx, "notice.visit_booked", number, int(str(receipt["slot_id"])))
    if receipt["same_day"]:
        return end(booked, leads=leads)
    return end(booked, await _registered_later(ctx, number, int(str(receipt["registered_us"]))), leads=leads)


async def _registered_later(ctx: Context, number: str, registered_us: int) -> T:
    """Out of hours a request counts from the next working day; the time is kept all the same (AP-10)."""
    clinic = await ctx.facts.clinic(RequestNumber.parse(number).clinic_no)
    if clinic is None:
        return T("appointment.registered_plain", phone=CALL_CENTRE)
    return T("appointment.registered_later", opens=clinic.local(instant(registered_us)), phone=clinic.phone)
