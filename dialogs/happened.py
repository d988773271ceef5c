"""Whether the doctor came: one tap, and for whoever was left waiting a complaint that is written already.

It tells nothing but what the question told, and counts only in the chat that it went to: no code is asked
until something is complained of.
"""

from typing import Final

from dialogs.actions import CABINET, MENU, status_of
from dialogs.complaint import complained
from dialogs.context import Context
from dialogs.drafts import HappenedDraft
from dialogs.engine import End, Option, Question, T, ask, dialog, end, submit
from dialogs.facts import RequestCard
from rules.clinics import CALL_CENTRE
from rules.complaints import MatterKind

NAME: Final = "happened"


@dialog(NAME)
async def happened(ctx: Context) -> End:
    """Keep the answer; ``ctx.arg`` is "request:yes" or "request:no"."""
    request_id, _, answer = ctx.arg.partition(":")
    if not request_id.isdecimal() or answer not in ("yes", "no"):
        return _not_yours()
    receipt = await submit(NAME, HappenedDraft(int(request_id), answer == "yes"))
    card = await ctx.facts.request_card(int(request_id))
    if receipt["outcome"] == "not_yours" or card is None:
        return _not_yours()
    clinic = await ctx.facts.clinic(card.clinic_no)
    phone = clinic.phone if clinic else CALL_CENTRE
    if receipt["outcome"] == "no":
        return await _complaint(ctx, card, phone)
    leads = (status_of(card.id), MENU)
    return end(T(f"happened.{receipt['outcome']}", number=card.number, phone=phone), leads=leads)


async def _complaint(ctx: Context, card: RequestCard, phone: str) -> End:
    """The head knows already; whoever wishes complains: the words are there, what the law needs is asked."""
    wish = (Option("yes", T("button.complain")), Option("no", T("button.no_complaint")))
    text = T("happened.no", number=card.number, phone=phone)
    if await ask(Question("happened.wish", (text,), T("hint.buttons"), wish)) == "no":
        leads = (status_of(card.id), MENU)
        return end(T("happened.noted", number=card.number), T("appeal.right"), leads=leads)
    return await complained(ctx, f"{MatterKind.REQUEST}:{card.id}")


def _not_yours() -> End:
    return end(T("answer.not_yours"), leads=(CABINET, MENU))
