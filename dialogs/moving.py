"""What its citizen can do with an appointment: move it, cancel it, wait for an earlier time.

Each is a dialog of its own, and a button of the cabinet; the way in is a chat confirmed lately, or a code.
"""

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from dialogs import times
from dialogs.actions import APPOINTMENT, MENU, again, status_of
from dialogs.actions import cancel_visit as cancelling
from dialogs.context import Context
from dialogs.doctors import chosen_doctor, of_age_then
from dialogs.drafts import CancelDraft, MoveDraft, WaitDraft
from dialogs.engine import End, Json, Option, Question, T, ask, dialog, end, receipt_of, revise, submit
from dialogs.facts import RequestCard
from dialogs.identity import Identity, identified
from dialogs.patients import children_listed
from dialogs.times import NoTime, Seeking, held_time
from dialogs.visits import elsewhere, leads_of, lines_of, may_change, told, unchangeable, visit_values
from rules.appointment import may_be_seen_at
from rules.consent import Purpose
from rules.law import Service
from rules.slots import Slot

MOVE: Final = "move"
CANCEL: Final = "cancel_visit"
WAIT: Final = "wait"
CABINET: Final = "cabinet"

OneCard: TypeAlias = Callable[[Context, Identity, RequestCard], Awaitable[End]]


@dialog(MOVE)
async def move(ctx: Context) -> End:
    """Move the appointment whose id is ``ctx.arg``."""
    return await _with_card(ctx, moved)


@dialog(CANCEL)
async def cancel_visit(ctx: Context) -> End:
    """Cancel the appointment whose id is ``ctx.arg``."""
    return await _with_card(ctx, cancelled)


@dialog(WAIT)
async def wait(ctx: Context) -> End:
    """Wait, or wait no longer, for an earlier time than that of the appointment ``ctx.arg``."""
    return await _with_card(ctx, waited)


async def _with_card(ctx: Context, act: OneCard) -> End:
    over = await settled(ctx)
    if over is not None:
        return over
    identity = await identified(ctx, Purpose.CABINET, CABINET)
    if isinstance(identity, End):
        return identity
    card = await _own_card(ctx, identity)
    if card is None:
        return end(T("cabinet.not_yours"), leads=(again(CABINET), MENU))
    return await act(ctx, identity, card)


async def _own_card(ctx: Context, identity: Identity) -> RequestCard | None:
    """The appointment asked about, if it is one's own, one's child's, or made by oneself."""
    cards = await cards_of(ctx, identity)
    return next((card for card in cards if str(card.id) == ctx.arg and is_visit(card)), None)


async def cards_of(ctx: Context, identity: Identity) -> tuple[RequestCard, ...]:
    """The newest requests first: one's own, one's children's, and those one made for others."""
    children = await children_listed(ctx, identity.person)
    return await ctx.facts.cards_of((identity.person.id, *children))


def is_visit(card: RequestCard) -> bool:
    """True for an appointment."""
    return card.service is Service.APPOINTMENT


async def settled(ctx: Context) -> End | None:
    """How it ended, once one of the three has been done in this conversation."""
    move_receipt, cancel_receipt, wait_receipt = (receipt_of(name) for name in (MOVE, CANCEL, WAIT))
    if move_receipt is not None:
        return await _moved(ctx, move_receipt)
    if cancel_receipt is not None:
        return _cancelled(cancel_receipt)
    return None if wait_receipt is None else _waited(wait_receipt)


async def moved(ctx: Context, identity: Identity, card: RequestCard) -> End:
    """Choose another time; the old one is given up only once the new one is got."""
    seeking = await _sought(ctx, card)
    if isinstance(seeking, End):
        return seeking
    slot = await held_time(ctx, seeking)
    if isinstance(slot, NoTime):
        return await _no_time(identity, card, slot, seeking)
    patient = None if card.patient_id is None else await ctx.facts.person_by_id(card.patient_id)
    if patient is not None:
        await of_age_then(patient, seeking.wish.role, slot, ())
    if not await _confirmed(ctx, card, slot):
        return _kept(card)
    draft = MoveDraft(card.id, card.version, slot.id, identity.person.id, identity.consent_id)
    return await _moved(ctx, await submit(MOVE, draft))


async def _sought(ctx: Context, card: RequestCard) -> Seeking | End:
    clinic = await ctx.facts.clinic(card.clinic_no)
    if not may_change(ctx, card) or clinic is None or card.doctor_role is None:
        text, leads = await unchangeable(ctx, card)
        return end(text, leads=leads)
    if not await _is_attached_here(ctx, card):
        return elsewhere(card.number, card.id)
    present = card.visit.doctor_no if card.visit else None
    return await chosen_doctor(ctx, clinic, card.doctor_role, present, card.id)


async def _is_attached_here(ctx: Context, card: RequestCard) -> bool:
    attachment = None if card.patient_id is None else await ctx.facts.attachment(card.patient_id)
    return may_be_seen_at(card.clinic_no, attachment).allowed


async def _confirmed(ctx: Context, card: RequestCard, slot: Slot) -> bool:
    """True once the new time is agreed to; "another time" asks for it anew."""
    values = await visit_values(ctx, slot)
    text = T("move.confirm_first", number=card.number, **values)
    if card.visit is not None:
        before = (await visit_values(ctx, card.visit))["start"]
        text = T("move.confirm", number=card.number, before=before, **values)
    options = (
        Option("yes", T("button.yes_move")),
        Option("other", T("button.other_time")),
        Option("no", T("button.keep_visit")),
    )
    answer = await ask(
        Question("move.confirm", (text,), T("hint.buttons"), options), given=[card.id, slot.id]
    )
    if answer == "other":
        revise(*times.KEYS, "move.confirm")
    return bool(answer == "yes")


async def _no_time(identity: Identity, card: RequestCard, answer: NoTime, seeking: Seeking) -> End:
    if not answer.waits:
        return _kept(card)
    return await _put_on_list(identity, card, seeking.wish.doctor_no, waits=True)


def _kept(card: RequestCard) -> End:
    return end(T("visit.kept", number=card.number), leads=(status_of(card.id), MENU))


async def _moved(ctx: Context, receipt: dict[str, Json]) -> End:
    number, request_id = str(receipt["number"]), int(str(receipt["request_id"]))
    if not receipt["moved"]:
        return end(T("visit.not_changed", number=number), leads=(status_of(request_id), MENU))
    text = await told(ctx, "notice.visit_moved", number, int(str(receipt["slot_id"])))
    return end(text, leads=leads_of(request_id))


async def cancelled(ctx: Context, identity: Identity, card: RequestCard) -> End:
    """Until two hours before the citizen cancels alone; later the clinic is rung (G-52)."""
    if not may_change(ctx, card):
        text, leads = await unchangeable(ctx, card)
        return end(text, leads=leads)
    options = (Option("yes", T("button.yes_cancel_visit")), Option("no", T("button.keep_visit")))
    text = T("cancel_visit.confirm", number=card.number, lines=await lines_of(ctx, card))
    question = Question("cancel_visit.confirm", (text,), T("hint.buttons"), options)
    if await ask(question, given=card.id) == "no":
        return _kept(card)
    draft = CancelDraft(card.id, card.version, identity.person.id, identity.consent_id)
    return _cancelled(await submit(CANCEL, draft))


def _cancelled(receipt: dict[str, Json]) -> End:
    """``cancelled`` is false where something was faster: the clock, or the clinic."""
    number = str(receipt["number"])
    if receipt["cancelled"]:
        return end(T("cancel_visit.done", number=number), leads=(APPOINTMENT, MENU))
    leads = (status_of(int(str(receipt["request_id"]))), MENU)
    return end(T("visit.not_changed", number=number), leads=leads)


async def waited(ctx: Context, identity: Identity, card: RequestCard) -> End:
    """Go on the list for an earlier time, or leave it."""
    if not may_change(ctx, card):
        text, leads = await unchangeable(ctx, card)
        return end(text, leads=leads)
    if card.waits and card.visit is None:
        # Without a time there is nothing but the waiting: to end it is to cancel.
        return end(T("wait.done", number=card.number), leads=(cancelling(card.id), status_of(card.id), MENU))
    if card.waits:
        return await _wait_on(identity, card)
    if not await _is_attached_here(ctx, card):
        return elsewhere(card.number, card.id)
    options = (
        *((Option("same", T("button.wait_same_doctor")),) if card.visit else ()),
        Option("any", T("button.any_doctor")),
        Option("no", T("button.do_not_wait")),
    )
    text = T("wait.whose", number=card.number, lines=await lines_of(ctx, card))
    answer = await ask(Question("wait.whose", (text,), T("hint.buttons"), options), given=card.id)
    if answer == "no":
        return _kept(card)
    doctor_no = card.visit.doctor_no if card.visit and answer == "same" else None
    return await _put_on_list(identity, card, doctor_no, waits=True)


async def _wait_on(identity: Identity, card: RequestCard) -> End:
    options = (Option("on", T("button.wait_on")), Option("stop", T("button.wait_no_more")))
    question = Question("wait.on", (T("wait.on", number=card.number),), T("hint.buttons"), options)
    if await ask(question, given=card.id) == "on":
        return end(T("wait.done", number=card.number), leads=(status_of(card.id), MENU))
    return await _put_on_list(identity, card, None, waits=False)


async def _put_on_list(identity: Identity, card: RequestCard, doctor_no: str | None, *, waits: bool) -> End:
    draft = WaitDraft(card.id, card.version, identity.person.id, identity.consent_id, waits, doctor_no)
    return _waited(await submit(WAIT, draft))


def _waited(receipt: dict[str, Json]) -> End:
    key = "wait.done" if receipt["waits"] else "wait.stopped"
    leads = (status_of(int(str(receipt["request_id"]))), MENU)
    return end(T(key, number=str(receipt["number"])), leads=leads)
