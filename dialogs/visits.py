"""How an appointment reads, alike on every screen: its doctor, its room, its place and its time."""

from typing import Final

from dialogs.actions import APPOINTMENT, MENU, cancel_visit, move_visit, status_of, wait_for_earlier
from dialogs.context import Context
from dialogs.engine import End, Option, T, end
from dialogs.engine.words import Value
from dialogs.facts import RequestCard
from rules.appointment import closes_unnoted_at, may_cancel
from rules.booking_status import BookingStatus, is_open
from rules.clinics import CALL_CENTRE
from rules.slots import Slot

NOTHING: Final = "–"


async def visit_values(ctx: Context, slot: Slot) -> dict[str, Value]:
    """What the sentences about a visit name. Raises LookupError for a clinic that is gone."""
    clinic = await ctx.facts.clinic(slot.clinic_no)
    doctor = await ctx.facts.doctor(slot.doctor_no)
    if clinic is None:
        raise LookupError(slot.clinic_no)
    return {
        "doctor": ctx.doctor(doctor.full_name) if doctor else NOTHING,
        "role": T(f"role.{slot.role}"),
        "room": slot.room or NOTHING,
        "start": clinic.local(slot.start),
        "clinic": ctx.named(clinic),
        "address": clinic.address,
        "clinic_phone": clinic.phone,
    }


async def told(ctx: Context, key: str, number: str, slot_id: int) -> T:
    """That notice about the visit at that time. Raises LookupError for a time that never was."""
    slot = await ctx.facts.slot(slot_id)
    if slot is None:
        raise LookupError(slot_id)
    return T(key, number=number, **await visit_values(ctx, slot))


async def phone_of(ctx: Context, card: RequestCard) -> str:
    """The phone of the clinic, or the call centre."""
    clinic = await ctx.facts.clinic(card.clinic_no)
    return clinic.phone if clinic else CALL_CENTRE


async def lines_of(ctx: Context, card: RequestCard) -> tuple[T, ...]:
    """The visit as a card shows it; nothing while it is without a time."""
    if card.visit is None:
        return (T("visit.role", role=T(f"role.{card.doctor_role}")),) if card.doctor_role else ()
    return visit_lines(await visit_values(ctx, card.visit))


def visit_lines(values: dict[str, Value]) -> tuple[T, ...]:
    """The visit, one labelled part a line."""
    return (
        T("visit.doctor", doctor=values["doctor"], role=values["role"]),
        T("visit.day", start=values["start"]),
        T("visit.time", start=values["start"]),
        T("visit.room", room=values["room"]),
        T("visit.clinic", clinic=values["clinic"]),
        T("visit.address", address=values["address"]),
    )


def leads_of(request_id: int) -> tuple[Option, ...]:
    """Where a booked visit leads."""
    return (move_visit(request_id), cancel_visit(request_id), wait_for_earlier(request_id), MENU)


def may_change(ctx: Context, card: RequestCard) -> bool:
    """True while its citizen may move or cancel it alone (G-52)."""
    starts = card.visit.start if card.visit else None
    return may_cancel(BookingStatus(card.status), starts, ctx.now)


def is_past(ctx: Context, card: RequestCard) -> bool:
    """True once the visit has begun, while nobody has said yet whether the patient came."""
    return is_open(BookingStatus(card.status)) and card.visit is not None and card.visit.start <= ctx.now


async def said_of_past(ctx: Context, key: str, card: RequestCard) -> T:
    """That sentence about a visit that has begun: from which day on the next can be booked (G-51)."""
    clinic = await ctx.facts.clinic(card.clinic_no)
    if clinic is None or card.visit is None:
        raise LookupError(card.clinic_no)
    again = clinic.local(closes_unnoted_at(card.visit.start))
    return T(key, number=card.number, again=again, phone=clinic.phone)


def elsewhere(number: str, request_id: int) -> End:
    """Whose patient belongs to another clinic by now gets no other time at this one (AP-13)."""
    leads = (cancel_visit(request_id), status_of(request_id), MENU)
    return end(T("visit.elsewhere", number=number), leads=leads)


async def unchangeable(ctx: Context, card: RequestCard) -> tuple[T, tuple[Option, ...]]:
    """Why nothing can be changed any more, and where that leads: too late, past, or over."""
    if is_past(ctx, card):
        return await said_of_past(ctx, "visit.past", card), (status_of(card.id), MENU)
    if is_open(BookingStatus(card.status)) and card.visit is not None:
        return T("visit.too_late", number=card.number, phone=await phone_of(ctx, card)), (MENU,)
    text = T("visit.closed", number=card.number, status=T(f"status.{card.status}"))
    return text, (APPOINTMENT, MENU)
