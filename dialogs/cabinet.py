"""The cabinet: a person's own and their children's requests, their results, and how to withdraw one.

Five fields and three buttons are the acts' own (PC-07 ... PC-10); the way in is IIN and code (PC-01).
"""

from dialogs import attached, centre_requests, moving, result_papers
from dialogs.actions import APPOINTMENT, ATTACHMENT, HOME_CALL, MENU, again, status_of
from dialogs.answering import answered as question_answered
from dialogs.answering import settled as answer_settled
from dialogs.context import Context
from dialogs.drafts import WithdrawalDraft
from dialogs.engine import (
    End,
    Input,
    Json,
    NotUnderstood,
    Option,
    Question,
    T,
    ask,
    dialog,
    end,
    receipt_of,
    revise,
    submit,
)
from dialogs.facts import RequestCard
from dialogs.identity import Identity, identified
from dialogs.my_consents import MY_CONSENTS, contents
from dialogs.questions import typed
from dialogs.standing import law_of
from dialogs.visits import lines_of, may_change, phone_of
from rules.booking_status import BookingStatus
from rules.booking_status import has_answer as booking_has_answer
from rules.call_status import CallStatus, has_answer, is_open, may_withdraw
from rules.channels import Channel
from rules.clinics import CALL_CENTRE, Clinic
from rules.consent import Purpose
from rules.days import country_day
from rules.grounds import ground_of
from rules.home_call import ForWhom
from rules.iin import Iin
from rules.law import Service
from rules.request_number import BadNumber, RequestNumber

NAME = "cabinet"
WITHDRAW = "withdraw"
SUBMIT_WITHDRAWAL = "withdrawal"
LIST_KEY = "cabinet.list"
CARD_KEY = "cabinet.card"
MOST_SHOWN = 10
CENTRES = Option("centres", T("button.my_centres"))
"""What was asked of the centres has a list of its own."""


@dialog(NAME)
async def cabinet(ctx: Context) -> End:
    """Show the requests of a confirmed person; ``ctx.arg`` is the id of one to open, or empty."""
    over = await moving.settled(ctx) or attached.settled() or answer_settled() or centre_requests.settled()
    if over is not None:
        return over
    receipt = receipt_of(SUBMIT_WITHDRAWAL)
    if receipt is not None:
        return await _withdrawn(ctx, receipt)
    paper = receipt_of(result_papers.PAPER)
    if paper is not None:
        return await _sent(ctx, paper)
    identity = await identified(ctx, Purpose.CABINET, NAME)
    if isinstance(identity, End):
        return identity
    cards = await _cards(ctx, identity)
    # Of what was asked of the centres nothing is said by SMS (G-48).
    asked = () if ctx.terse else await ctx.facts.centre_cards(identity.person.id, ctx.now)
    if not cards and not asked:
        more = () if ctx.terse else (ATTACHMENT, MY_CONSENTS)
        return end(T("cabinet.empty"), leads=(HOME_CALL, APPOINTMENT, *more, MENU))
    card = _started_with(ctx, cards) or await _chosen(cards, asks_centres=bool(asked))
    if card is None:
        return await centre_requests.listed(ctx, identity, asked)
    several = len(cards) > 1 or bool(asked)
    return await _carry_out(ctx, identity, card, await _pressed(ctx, identity, card, several=several))


async def _carry_out(ctx: Context, identity: Identity, card: RequestCard, pressed: str) -> End:
    match pressed:
        case "view":
            return await _viewed(ctx, identity, card)
        case "withdraw":
            return await _withdrawal(ctx, identity, card)
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
        case "list":
            revise(LIST_KEY, CARD_KEY)
        case _:
            revise(CARD_KEY)


@dialog(WITHDRAW)
async def withdraw(ctx: Context) -> End:
    """Withdraw the request whose id is ``ctx.arg``."""
    over = await moving.settled(ctx) or attached.settled()
    if over is not None:
        return over
    receipt = receipt_of(SUBMIT_WITHDRAWAL)
    if receipt is not None:
        return await _withdrawn(ctx, receipt)
    identity = await identified(ctx, Purpose.CABINET, NAME)
    if isinstance(identity, End):
        return identity
    card = _started_with(ctx, await _cards(ctx, identity))
    if card is None:
        return end(T("cabinet.not_yours"), leads=(again(NAME), MENU))
    if moving.is_visit(card):
        return await moving.cancelled(ctx, identity, card)
    return await _withdrawal(ctx, identity, card)


async def _cards(ctx: Context, identity: Identity) -> tuple[RequestCard, ...]:
    return (await moving.cards_of(ctx, identity))[:MOST_SHOWN]


def _started_with(ctx: Context, cards: tuple[RequestCard, ...]) -> RequestCard | None:
    return next((card for card in cards if str(card.id) == ctx.arg), None)


async def _chosen(cards: tuple[RequestCard, ...], *, asks_centres: bool) -> RequestCard | None:
    """The request that was chosen; None for those made to the centres, which have a list of their own."""
    if not cards:
        return None
    if len(cards) == 1 and not asks_centres:
        return cards[0]
    rows = (Option(str(card.id), T("cabinet.row", number=card.number, day=card.visit_day)) for card in cards)
    options = (*rows, *((CENTRES,) if asks_centres else ()))
    by_number = {card.number: str(card.id) for card in cards}

    def reads(sent: Input) -> Json:
        try:
            return by_number[str(RequestNumber.parse(typed(sent, T("cabinet.list_hint"))))]
        except (BadNumber, KeyError) as fault:
            raise NotUnderstood(T("cabinet.list_hint")) from fault

    known = frozenset({*by_number.values(), CENTRES.id})
    question = Question(
        LIST_KEY, (T(LIST_KEY),), T("cabinet.list_hint"), options, reads, still=lambda answer: answer in known
    )
    answer = await ask(question)
    return next((card for card in cards if str(card.id) == answer), None)


async def _pressed(ctx: Context, identity: Identity, card: RequestCard, *, several: bool) -> str:
    refresh = Option("refresh", T("button.refresh_status"))
    # On a button phone the first numbers are of what can be done.
    options = [*_steps(ctx, card), refresh] if ctx.terse else [refresh, *_steps(ctx, card)]
    text = [await _card(ctx, identity, card)]
    if await ctx.facts.open_question(card.id) is not None:
        # What the clinic asks may be about health, which no SMS says.
        if ctx.terse:
            text.append(T("cabinet.question_by_sms", phone=await phone_of(ctx, card)))
        else:
            options.append(Option("question", T("button.answer_question")))
    if several and not ctx.arg:
        options.append(Option("list", T("button.all_requests")))
    if not ctx.terse and not ctx.arg:
        options.append(Option("consents", MY_CONSENTS.label))
    question = Question(CARD_KEY, tuple(text), T("hint.buttons"), tuple(options))
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
    patient = await ctx.facts.person_by_id(str(card.patient_id))
    return patient.iin if patient else identity.person.iin


async def _viewed(ctx: Context, identity: Identity, card: RequestCard) -> End:
    """ "View result" tells that there is one, "open" puts it on the screen (PC-09, PC-10)."""
    if not ctx.terse:
        options = (Option("open", T("button.open")),)
        text = (T("cabinet.view", number=card.number),)
        await ask(Question("cabinet.view", text, T("hint.buttons"), options), given=[card.id, card.version])
    # All services have the same word for it.
    if card.status == CallStatus.REFUSED:
        leads = (status_of(card.id), MENU)
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


async def _withdrawal(ctx: Context, identity: Identity, card: RequestCard) -> End:
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
