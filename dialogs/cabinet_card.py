"""A request to a clinic in the cabinet: its card, its history, its result, and how to withdraw it.

Five fields and three buttons are the acts' own (PC-07 ... PC-10).
"""

from itertools import groupby
from typing import Final

from dialogs import attached, moving, result_papers
from dialogs.actions import HOME_CALL, MENU, complain_about, status_of
from dialogs.answering import answered as question_answered
from dialogs.answering import settled as answer_settled
from dialogs.context import Context
from dialogs.drafts import WithdrawalDraft
from dialogs.engine import End, Json, Option, Question, T, ask, end, receipt_of, revise, submit
from dialogs.facts import RequestCard
from dialogs.identity import Identity
from dialogs.my_consents import MY_CONSENTS, contents
from dialogs.patients import children_listed
from dialogs.rows import (
    ALL_REQUESTS,
    HISTORY_OF_IT,
    NEWBORN,
    REFRESH,
    SOMEBODY,
    Row,
    Source,
    history,
    to_list,
)
from dialogs.standing import law_of
from dialogs.visits import lines_of, may_change, phone_of
from rules import attachment_status, booking_status, call_status
from rules.attachment_status import AttachmentStatus
from rules.booking_status import BookingStatus
from rules.booking_status import has_answer as booking_has_answer
from rules.call_status import CallStatus, has_answer, is_open, may_withdraw
from rules.channels import Channel
from rules.clinics import CALL_CENTRE, Clinic
from rules.days import COUNTRY_ZONE, Instant, country_day
from rules.grounds import ground_of
from rules.home_call import ForWhom
from rules.iin import Iin
from rules.law import Service, rule
from rules.request_number import RequestNumber

SUBMIT_WITHDRAWAL: Final = "withdrawal"
CARD_KEY: Final = "cabinet.card"


async def rows(ctx: Context, identity: Identity) -> tuple[Row, ...]:
    """The requests to clinics: one's own, one's children's, and those one made for others."""
    return tuple([await _row(ctx, identity, card) for card in await moving.cards_of(ctx, identity)])


@rule("PC-07")
async def _row(ctx: Context, identity: Identity, card: RequestCard) -> Row:
    return Row(
        id=card.id,
        number=card.number,
        service=card.service.value,
        kind=card.service.value,
        status=T(f"status.{card.status}"),
        term=await _term(ctx, card),
        whose=_whose(identity, card),
        made_at=_made_at(card),
        is_open=_is_open(card),
        day=None if card.status in _WITHOUT_TIME else card.visit_day,
    )


# Their day is past or was taken away, and the first answer they have had.
_WITHOUT_TIME: Final = frozenset({BookingStatus.WAITING, BookingStatus.TO_MOVE})


async def _term(ctx: Context, card: RequestCard) -> T:
    """By when it is answered; then the day it is for; of what came to nothing, when it was made."""
    clinic = await ctx.facts.clinic(card.clinic_no)
    if card.status in _WITHOUT_TIME:
        return T("cabinet.made", at=_local(clinic, _made_at(card)))
    if _is_answered(card):
        return T("cabinet.day", day=card.visit_day)
    if not _is_open(card):
        return T("cabinet.made", at=_local(clinic, _made_at(card)))
    return T("cabinet.due", at=_local(clinic, card.answer_due))


def _whose(identity: Identity, card: RequestCard) -> str:
    """Of another adult nothing is told, not even that the register knows them (S19)."""
    if card.patient_id == identity.person.id:
        return card.patient_id
    if card.for_whom is ForWhom.OTHER and card.caller_id == identity.person.id:
        return SOMEBODY
    return card.patient_id or (NEWBORN if card.for_whom is ForWhom.CHILD else SOMEBODY)


def _made_at(card: RequestCard) -> Instant:
    return card.marks[0].at if card.marks else card.registered_at


def _local(clinic: Clinic | None, moment: Instant) -> Instant:
    return clinic.local(moment) if clinic else moment.astimezone(COUNTRY_ZONE)


def _is_open(card: RequestCard) -> bool:
    match card.service:
        case Service.HOME_CALL:
            return call_status.is_open(CallStatus(card.status))
        case Service.APPOINTMENT:
            return booking_status.is_open(BookingStatus(card.status))
        case Service.ATTACHMENT:
            return attachment_status.is_open(AttachmentStatus(card.status))


def _is_answered(card: RequestCard) -> bool:
    """Answered with yes: of a refusal there is no day to be told."""
    if card.status == CallStatus.REFUSED:
        return False
    match card.service:
        case Service.HOME_CALL:
            return has_answer(CallStatus(card.status))
        case Service.APPOINTMENT:
            return booking_has_answer(BookingStatus(card.status))
        case Service.ATTACHMENT:
            return attachment_status.has_answer(AttachmentStatus(card.status))


async def settled(ctx: Context) -> End | None:
    """How it ended, once something was done about a request in this conversation."""
    over = await moving.settled(ctx) or attached.settled() or answer_settled()
    if over is not None:
        return over
    receipt = receipt_of(SUBMIT_WITHDRAWAL)
    if receipt is not None:
        return await _withdrawn(ctx, receipt)
    paper = receipt_of(result_papers.PAPER)
    return None if paper is None else await _sent(ctx, paper)


async def opened(ctx: Context, identity: Identity, request_id: int, several: bool) -> End:
    """Show the card of that request, and do what is pressed under it."""
    cards = await moving.cards_of(ctx, identity)
    card = next(card for card in cards if card.id == request_id)
    return await _carry_out(ctx, identity, card, await _pressed(ctx, identity, card, several=several))


async def _carry_out(ctx: Context, identity: Identity, card: RequestCard, pressed: str) -> End:
    match pressed:
        case "view":
            return await _viewed(ctx, identity, card)
        case "withdraw":
            return await withdrawal(ctx, identity, card)
        case "move":
            return await moving.moved(ctx, identity, card)
        case "cancel_visit":
            return await moving.cancelled(ctx, identity, card)
        case "wait":
            return await moving.waited(ctx, identity, card)
        case "question":
            return await _asked(ctx, identity, card)
        case "consents":
            return contents()
        case "history":
            await history(card.number, await _steps_taken(ctx, card), CARD_KEY)
        case "list":
            to_list(CARD_KEY)
        case _:
            revise(CARD_KEY)


async def _steps_taken(ctx: Context, card: RequestCard) -> tuple[tuple[T, Instant], ...]:
    """Each status with the time it came: what was only noted meanwhile left it as it was."""
    clinic = await ctx.facts.clinic(card.clinic_no)
    came = [next(same) for _, same in groupby(card.marks, key=lambda mark: mark.status)]
    return tuple((T(f"status.{mark.status}"), _local(clinic, mark.at)) for mark in came)


@rule("CO-01")
def _complaint(ctx: Context, card: RequestCard) -> tuple[Option, ...]:
    """One tap to complain of what was refused, is late, or is over; what one took back is one's own doing."""
    if ctx.terse or card.status == CallStatus.CANCELLED:
        return ()
    is_late = card.overdue or (card.status in _UNANSWERED and ctx.now >= card.answer_due)
    past = card.visit.end if card.visit else card.window.end if card.window else None
    is_past = past is not None and past <= ctx.now
    is_due = is_late or is_past or not _is_open(card)
    return (complain_about("request", card.id),) if is_due else ()


# An appointment to be moved is late when the registry has marked it so: its own term was another one.
_UNANSWERED: Final = frozenset({"registered", "next_day"})


async def _pressed(ctx: Context, identity: Identity, card: RequestCard, *, several: bool) -> str:
    # On a button phone the first numbers are of what can be done.
    options = [*_steps(ctx, card), REFRESH] if ctx.terse else [REFRESH, *_steps(ctx, card), HISTORY_OF_IT]
    text = [await _card(ctx, identity, card)]
    if await ctx.facts.open_question(card.id) is not None:
        # What the clinic asks may be about health, which no SMS says.
        if ctx.terse:
            text.append(T("cabinet.question_by_sms", phone=await phone_of(ctx, card)))
        else:
            options.append(Option("question", T("button.answer_question")))
    if several:
        options.append(ALL_REQUESTS)
    if not ctx.terse and not ctx.arg:
        options.append(Option("consents", MY_CONSENTS.label))
    leads = _complaint(ctx, card)
    question = Question(CARD_KEY, tuple(text), T("hint.buttons"), tuple(options), leads=leads)
    return str(await ask(question, given=card.id))


def _steps(ctx: Context, card: RequestCard) -> list[Option]:
    """What can be done with a request as it stands."""
    if moving.is_visit(card):
        # An SMS with the card tells all of an appointment but the ground of a refusal.
        told = ctx.terse and card.ground is None
        answered = booking_has_answer(BookingStatus(card.status)) and not told
        return [*_view(answered), *_visit_steps(ctx, card)]
    if attached.is_attachment(card):
        return attached.steps(card)
    status = CallStatus(card.status)
    withdrawal = [Option("withdraw", T("button.withdraw"))] if may_withdraw(status) else []
    return [*_view(has_answer(status)), *withdrawal]


def _view(answered: bool) -> list[Option]:
    return [Option("view", T("button.view_result"))] if answered else []


def _visit_steps(ctx: Context, card: RequestCard) -> list[Option]:
    if not may_change(ctx, card):
        return []
    steps = [Option("move", T("button.move_visit")), Option("cancel_visit", T("button.cancel_visit"))]
    if card.waits and card.visit is None:
        return steps
    waiting = T("button.wait_no_more" if card.waits else "button.wait_for_earlier")
    return [*steps, Option("wait", waiting)]


async def _card(ctx: Context, identity: Identity, card: RequestCard) -> T:
    clinic = await ctx.facts.clinic(card.clinic_no)
    local = clinic.local if clinic else None
    lines = attached.lines_of if attached.is_attachment(card) else lines_of
    about = {} if card.service is Service.HOME_CALL else {"lines": await lines(ctx, card)}
    return T(
        "cabinet.visit_card" if about else CARD_KEY,
        **about,
        last=(await _iin(ctx, identity, card)).last_four,
        number=card.number,
        service=T(f"service.{card.service}"),
        status=T(f"status.{card.status}"),
        due=local(card.answer_due) if local else card.visit_day,
        checked=local(ctx.now) if local else country_day(ctx.now),
    )


async def _iin(ctx: Context, identity: Identity, card: RequestCard) -> Iin:
    """Whose IIN the card shows: the patient's if it is one's own or a child's, else the caller's.

    Of another adult even the last digits would tell whether the registry knows them (S19).
    """
    if card.for_whom is ForWhom.OTHER or card.patient_id in (None, identity.person.id):
        return identity.person.iin
    # Whose guardian one was when one made the request, and is no longer, is told of as little.
    children = await children_listed(ctx, identity.person)
    patient = children.get(str(card.patient_id))
    return patient.iin if patient else identity.person.iin


async def _viewed(ctx: Context, identity: Identity, card: RequestCard) -> End:
    """ "View result" tells that there is one, "open" puts it on the screen (PC-09, PC-10)."""
    if not ctx.terse:
        options = (Option("open", T("button.open")),)
        text = (T("cabinet.view", number=card.number),)
        await ask(Question("cabinet.view", text, T("hint.buttons"), options), given=[card.id, card.version])
    # All services have the same word for it.
    if card.status == CallStatus.REFUSED:
        leads = (*_complaint(ctx, card), status_of(card.id), MENU)
        return end(_refusal(card), T("appeal.right"), T("emergency.line"), leads=leads, ground=card.ground)
    opened = await _opened(ctx, card)
    return opened if ctx.terse else await result_papers.with_paper(ctx, identity, card, opened)


async def _asked(ctx: Context, identity: Identity, card: RequestCard) -> End:
    """What the clinic asks: whoever was told of it by SMS finds it here."""
    question_id = await ctx.facts.open_question(card.id)
    if question_id is None:
        revise(CARD_KEY)
    return await question_answered(question_id, identity.person.id)


async def _sent(ctx: Context, receipt: dict[str, Json]) -> End:
    card = await ctx.facts.request_card(int(str(receipt["request_id"])))
    return result_papers.told(card, await _opened(ctx, card) if card else None, receipt)


async def _opened(ctx: Context, card: RequestCard) -> End:
    if attached.is_attachment(card):
        return await attached.result(ctx, card)
    leads = (status_of(card.id), MENU)
    if moving.is_visit(card):
        return end(await _visit_result(ctx, card), leads=leads)
    return end(_result(ctx, card, await ctx.facts.clinic(card.clinic_no)), leads=leads)


async def _visit_result(ctx: Context, card: RequestCard) -> T:
    status = T(f"status.{card.status}")
    lines = (*await lines_of(ctx, card), T("visit.phone", phone=await phone_of(ctx, card)))
    return T("cabinet.visit_result", number=card.number, status=status, lines=lines)


@rule("G-79", "GEN-14")
def _refusal(card: RequestCard) -> T:
    """A refusal opens like any result, with its ground (G-79, GEN-14)."""
    day = country_day(card.registered_at)
    ground = card.ground and ground_of(card.service, Channel.ELECTRONIC, day, card.ground)
    if not ground:
        return T("cabinet.refused_plain", number=card.number)
    law = law_of(ground) if attached.is_attachment(card) else T(ground.law_words_key)
    return T("cabinet.refused", number=card.number, ground=T(ground.words_key), law=law)


def _result(ctx: Context, card: RequestCard, clinic: Clinic | None) -> T:
    if card.window is None or clinic is None or card.doctor_role is None:
        return T("cabinet.result_plain", number=card.number, status=T(f"status.{card.status}"))
    return T(
        "cabinet.result",
        number=card.number,
        status=T(f"status.{card.status}"),
        day=card.visit_day,
        start=clinic.local(card.window.start),
        end=clinic.local(card.window.end),
        doctor=ctx.doctor(card.doctor_name or "–"),
        role=T(f"role.{card.doctor_role}"),
        phone=clinic.phone,
    )


async def withdrawal(ctx: Context, identity: Identity, card: RequestCard) -> End:
    """Until the doctor is on the way the citizen withdraws alone; later the clinic is rung (G-74)."""
    if attached.is_attachment(card):
        return await attached.withdrawal(ctx, identity, card)
    if not may_withdraw(CallStatus(card.status)):
        return await _too_late(ctx, card)
    options = (Option("yes", T("button.yes_withdraw")), Option("no", T("button.no_keep")))
    text = T("withdraw.confirm", number=card.number, service=T(f"service.{card.service}"))
    question = Question("withdraw.confirm", (text,), T("hint.buttons"), options)
    if await ask(question, given=card.id) == "no":
        return end(T("withdraw.kept", number=card.number), leads=(status_of(card.id), MENU))
    draft = WithdrawalDraft(card.id, card.version, identity.person.id, identity.consent_id)
    return await _withdrawn(ctx, await submit(SUBMIT_WITHDRAWAL, draft))


async def _too_late(ctx: Context, card: RequestCard) -> End:
    if is_open(CallStatus(card.status)):
        clinic = await ctx.facts.clinic(card.clinic_no)
        phone = clinic.phone if clinic else CALL_CENTRE
        return end(T("withdraw.on_way", number=card.number, phone=phone), leads=(status_of(card.id), MENU))
    text = T("withdraw.closed", number=card.number, status=T(f"status.{card.status}"))
    return end(text, leads=(status_of(card.id), MENU))


async def _withdrawn(ctx: Context, receipt: dict[str, Json]) -> End:
    """``withdrawn`` is false where the clinic was faster: the doctor is on the way, or the call is closed."""
    number = str(receipt["number"])
    if receipt["withdrawn"]:
        return end(T("withdraw.done", number=number), leads=(HOME_CALL, MENU))
    clinic = await ctx.facts.clinic(RequestNumber.parse(number).clinic_no)
    phone = clinic.phone if clinic else CALL_CENTRE
    return end(T("withdraw.on_way", number=number, phone=phone), leads=(MENU,))


SOURCE: Final = Source("", rows, opened, settled)
