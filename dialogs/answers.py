"""Answers to notices, one tap each: an offered time, and "I will come".

They tell nothing but what the notice told, and count only in the chat that it went to: no code is asked.
"""

from typing import Final

from dialogs.actions import APPOINTMENT, CABINET, MENU, cancel_visit, status_of
from dialogs.context import Context
from dialogs.drafts import ComingDraft, OfferAnswerDraft
from dialogs.engine import End, Json, T, dialog, end, submit
from dialogs.visits import leads_of, told
from rules.days import instant

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
            return end(T("answer.kept", number=number), leads=(status_of(request_id), MENU))
        case "passed":
            return end(T("answer.passed", number=number), leads=(status_of(request_id), MENU))
        case _:
            return end(T("answer.not_yours"), leads=(CABINET, MENU))


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
