"""Answers to notices, one tap each: an offered time, and "I will come".

They tell nothing but what the notice told, and count only in the chat that it went to: no code is asked.
"""

from typing import Final

from dialogs.actions import APPOINTMENT, CABINET, MENU, alternative, cancel_visit, move_visit, status_of
from dialogs.context import Context
from dialogs.drafts import ComingDraft, OfferAnswerDraft
from dialogs.engine import End, Json, Option, T, dialog, end, submit
from dialogs.visits import elsewhere, leads_of, told
from rules.booking_status import BookingStatus
from rules.days import instant
from rules.slots import Slot

OFFER: Final = "offer"
COMING: Final = "coming"


@dialog(OFFER)
async def offer(ctx: Context) -> End:
    """Take or leave a time; ``ctx.arg`` is "request:time:take" or "request:time:keep"."""
    request_id, _, rest = ctx.arg.partition(":")
    slot_id, _, answer = rest.partition(":")
    if not (request_id.isdecimal() and slot_id.isdecimal()):
        return end(T("answer.not_yours"), leads=(CABINET, MENU))
    draft = OfferAnswerDraft(int(request_id), int(slot_id), answer == "take")
    return await _answered(ctx, await submit(OFFER, draft))


async def _answered(ctx: Context, receipt: dict[str, Json]) -> End:
    number, request_id = str(receipt["number"]), int(str(receipt["request_id"]))
    match receipt["outcome"]:
        case "taken":
            text = await told(ctx, "notice.visit_moved", number, int(str(receipt["slot_id"])))
            return end(text, leads=leads_of(request_id))
        case "kept":
            key = "answer.kept" if _status(receipt) is BookingStatus.CONFIRMED else "answer.kept_waits"
            return end(T(key, number=number), leads=(status_of(request_id), MENU))
        case "elsewhere":
            return elsewhere(number, request_id)
        case "passed":
            return await _passed(ctx, receipt, number, request_id)
        case _:
            return end(T("answer.not_yours"), leads=(CABINET, MENU))


async def _passed(ctx: Context, receipt: dict[str, Json], number: str, request_id: int) -> End:
    """The time went to somebody else. Whoever has none now is shown what is left, one tap each."""
    over = (status_of(request_id), MENU)
    match _status(receipt):
        case BookingStatus.CONFIRMED:
            return end(T("answer.passed", number=number), leads=over)
        case BookingStatus.TO_MOVE:
            others = await _alternatives(ctx, receipt, request_id)
            leads = (*others, move_visit(request_id), cancel_visit(request_id))
            key = "answer.passed_choose" if others else "answer.passed_nothing"
            return end(T(key, number=number), leads=leads)
        case BookingStatus.WAITING:
            return end(T("answer.passed_waits", number=number), leads=over)
        case _:
            return end(T("answer.closed", number=number), leads=(APPOINTMENT, MENU))


def _status(receipt: dict[str, Json]) -> BookingStatus:
    # Receipts of before the status was kept are of bookings that have a time.
    return BookingStatus(str(receipt.get("status", BookingStatus.CONFIRMED)))


async def _alternatives(ctx: Context, receipt: dict[str, Json], request_id: int) -> tuple[Option, ...]:
    offered = receipt.get("instead")
    found = [await ctx.facts.slot(int(str(one))) for one in offered] if isinstance(offered, list) else []
    return tuple([await _tap(ctx, request_id, slot) for slot in found if slot is not None])


async def _tap(ctx: Context, request_id: int, slot: Slot) -> Option:
    clinic = await ctx.facts.clinic(slot.clinic_no)
    if clinic is None:
        raise LookupError(slot.clinic_no)
    return alternative(request_id, slot.id, clinic.local(slot.start))


@dialog(COMING)
async def coming(ctx: Context) -> End:
    """Note that the patient will come; ``ctx.arg`` is the id of the appointment."""
    if not ctx.arg.isdecimal():
        return end(T("answer.not_yours"), leads=(CABINET, MENU))
    return await _noted(ctx, await submit(COMING, ComingDraft(int(ctx.arg))))


async def _noted(ctx: Context, receipt: dict[str, Json]) -> End:
    """Pressed twice, it says the same; of a cancelled appointment it says so."""
    number, request_id = str(receipt["number"]), int(str(receipt["request_id"]))
    match receipt["outcome"]:
        case "noted" | "already" as outcome:
            clinic = await ctx.facts.clinic(int(str(receipt["clinic_no"])))
            if clinic is None:
                raise LookupError(receipt["clinic_no"])
            start = clinic.local(instant(int(str(receipt["starts_us"]))))
            return end(
                T(f"answer.{outcome}", number=number, start=start), leads=(cancel_visit(request_id), MENU)
            )
        case "closed":
            return end(T("answer.closed", number=number), leads=(APPOINTMENT, MENU))
        case "past":
            return end(T("answer.past", number=number), leads=(status_of(request_id), MENU))
        case _:
            return end(T("answer.not_yours"), leads=(CABINET, MENU))
