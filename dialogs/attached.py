"""Requests for attachment in the cabinet: what their card says, their result, and how one is withdrawn."""

from typing import Final

from dialogs.actions import MENU, again, status_of
from dialogs.context import Context
from dialogs.drafts import AttachmentWithdrawalDraft
from dialogs.engine import End, Json, Option, Question, T, ask, end, receipt_of, submit
from dialogs.facts import RequestCard
from dialogs.identity import Identity
from rules.attachment_status import AttachmentStatus, has_answer, may_withdraw
from rules.clinics import CALL_CENTRE
from rules.law import Service, rule

WITHDRAWAL: Final = "attachment_withdrawal"


def is_attachment(card: RequestCard) -> bool:
    """True for a request for attachment."""
    return card.service is Service.ATTACHMENT


def settled() -> End | None:
    """How it ended, once one was withdrawn in this conversation."""
    withdrawn = receipt_of(WITHDRAWAL)
    return None if withdrawn is None else _withdrawn(withdrawn)


def steps(card: RequestCard) -> list[Option]:
    """What can be done with the request as it stands."""
    status = AttachmentStatus(card.status)
    view = [Option("view", T("button.view_result"))] if has_answer(status) else []
    return [*view, *([Option("withdraw", T("button.withdraw"))] if may_withdraw(status) else [])]


async def lines_of(ctx: Context, card: RequestCard) -> tuple[T, ...]:
    """The clinic, the cause, and from when it takes effect, as a card shows them."""
    clinic = await ctx.facts.clinic(card.clinic_no)
    where = (T("attachment.to", clinic=ctx.named(clinic)),) if clinic else ()
    why = (T("attachment.why", cause=T(f"cause.{card.cause}")),) if card.cause else ()
    if card.status != AttachmentStatus.ACCEPTED or card.effective_on is None:
        return (*where, *why)
    return (*where, *why, T("attachment.effect", day=card.effective_on))


async def result(ctx: Context, card: RequestCard) -> End:
    """The result on the screen."""
    clinic = await ctx.facts.clinic(card.clinic_no)
    text = T(
        "attachment.result",
        number=card.number,
        status=T(f"status.{card.status}"),
        lines=await lines_of(ctx, card),
        phone=clinic.phone if clinic else CALL_CENTRE,
    )
    return end(text, leads=(status_of(card.id), MENU))


@rule("G-74")
async def withdrawal(ctx: Context, identity: Identity, card: RequestCard) -> End:
    """Until the attachment stands the citizen withdraws alone; what stands is left by another one (G-23)."""
    if not may_withdraw(AttachmentStatus(card.status)):
        return _too_late(card.number, card.id, T(f"status.{card.status}"))
    options = (Option("yes", T("button.yes_withdraw")), Option("no", T("button.no_keep")))
    lines = await lines_of(ctx, card)
    text = T("attachment.withdraw", number=card.number, lines=lines)
    if await ask(Question("attachment.withdraw", (text,), T("hint.buttons"), options), given=card.id) == "no":
        return end(T("withdraw.kept", number=card.number), leads=(status_of(card.id), MENU))
    draft = AttachmentWithdrawalDraft(card.id, card.version, identity.person.id, identity.consent_id)
    return _withdrawn(await submit(WITHDRAWAL, draft))


def _too_late(number: str, request_id: int, status: T) -> End:
    return end(T("withdraw.closed", number=number, status=status), leads=(status_of(request_id), MENU))


def _withdrawn(receipt: dict[str, Json]) -> End:
    """``withdrawn`` is false where the clinic was faster."""
    number = str(receipt["number"])
    if receipt["withdrawn"]:
        return end(T("attachment.withdrawn", number=number), leads=(again("attachment"), MENU))
    leads = (status_of(int(str(receipt["request_id"]))), MENU)
    return end(T("attachment.not_withdrawn", number=number), leads=leads)
