"""One's requests to the medical college: the stage, the next one, the term, and taking one back in time."""

from typing import Final

from dialogs.actions import MENU, TRAINING, complain_about, training_of
from dialogs.context import Context
from dialogs.drafts import TrainingCancelDraft
from dialogs.engine import (
    End,
    Json,
    Option,
    Question,
    Sentence,
    T,
    ask,
    dialog,
    end,
    receipt_of,
    revise,
    submit,
)
from dialogs.facts import TrainingCard
from dialogs.identity import Identity, identified
from dialogs.patients import children_listed
from dialogs.rows import ALL_REQUESTS, HISTORY_OF_IT, REFRESH, Row, Source, history, to_list
from dialogs.training import papers
from rules.clinics import CALL_CENTRE, Clinic
from rules.consent import Purpose
from rules.days import COUNTRY_ZONE, Instant, country_day
from rules.law import rule
from rules.training import ENDED, Asked, Paper, Stage, may_be_cancelled, next_stage

NAME: Final = "my_training"
CARD: Final = "training.card"
CANCEL: Final = "training.cancel"
CANCELLED: Final = "training_cancel"
CANCEL_IT: Final = "cancel"


@dialog(NAME)
async def my_training(ctx: Context) -> End:
    """Show the request to the college whose id is ``ctx.arg``, or the newest one."""
    over = await settled(ctx)
    if over is not None:
        return over
    identity = await identified(ctx, Purpose.CABINET, NAME)
    if isinstance(identity, End):
        return identity
    cards = await _cards(ctx, identity)
    named = ctx.arg.partition(":")[0]
    card = next((one for one in cards if not named or str(one.id) == named), None)
    if card is None:
        return end(T("training.none"), leads=(TRAINING, MENU))
    if ctx.arg.endswith(f":{CANCEL_IT}") and _may_be_taken_back(card):
        return await _taken_back(identity, card)
    return await opened(ctx, identity, card.id, several=False)


async def rows(ctx: Context, identity: Identity) -> tuple[Row, ...]:
    """What was asked of the college, as rows of the list of all requests, newest first."""
    return tuple(_row(card) for card in await _cards(ctx, identity))


@rule("TR-18", "PC-07")
async def opened(ctx: Context, identity: Identity, request_id: int, several: bool) -> End:
    """Show one request, its history, and what can be done with it; ``several``: there is a list."""
    card = next((one for one in await _cards(ctx, identity) if one.id == request_id), None)
    if card is None:
        return end(T("training.none"), leads=(TRAINING, MENU))
    options = [REFRESH, HISTORY_OF_IT]
    if _may_be_taken_back(card):
        options.append(Option(CANCEL_IT, T("button.cancel_training")))
    if several and not ctx.arg:
        options.append(ALL_REQUESTS)
    college = await ctx.facts.clinic(card.clinic_no)
    question = Question(
        CARD, _shown(ctx, card, college), T("hint.buttons"), tuple(options), leads=_leads(ctx, card)
    )
    match str(await ask(question, given=card.id)):
        case "history":
            await history(card.number, _steps(card, college), CARD)
        case "cancel":
            return await _taken_back(identity, card)
        case "list":
            to_list(CARD)
        case _:
            revise(CARD)


async def settled(ctx: Context) -> End | None:
    """How it ended, once a request was taken back in this conversation."""
    del ctx
    receipt = receipt_of(CANCELLED)
    return None if receipt is None else _cancelled(receipt)


async def _cards(ctx: Context, identity: Identity) -> tuple[TrainingCard, ...]:
    """One's own, and those of the children one acts for."""
    children = await children_listed(ctx, identity.person)
    return await ctx.facts.training_cards((identity.person.id, *children))


def _row(card: TrainingCard) -> Row:
    return Row(
        id=card.id,
        number=card.number,
        service=card.asked.service.value,
        kind="training",
        status=status_of(card),
        term=_term(card),
        whose=card.person_id,
        made_at=card.filed_at,
        is_open=card.stage not in ENDED,
    )


def _term(card: TrainingCard) -> T:
    """By when; of what is over, or stands still until a debt is settled, when it was asked for."""
    if card.suspended or card.stage in ENDED:
        return T("cabinet.made", at=card.filed_at.astimezone(COUNTRY_ZONE))
    return T("training.line_due", day=card.due_on)


def status_of(card: TrainingCard) -> T:
    """Where it stands, as people are told it."""
    return T(f"training.stage.{card.shown}")


@rule("TR-18", "TR-11", "PC-07")
def _shown(ctx: Context, card: TrainingCard, college: Clinic | None) -> tuple[Sentence, ...]:
    """The card: number, what it is, the stage, the term; then what the stage means for its citizen."""
    text = T(
        CARD,
        number=card.number,
        what=T(f"training.asked.{card.asked}"),
        status=status_of(card),
        lines=(*_lines(card), *_due(card)),
        checked=_local(ctx.now, college),
    )
    return (text, *_what_next(card, college))


def _due(card: TrainingCard) -> tuple[T, ...]:
    # While a debt holds it back no term runs: that day will be another one.
    return () if card.suspended else (T("training.line_due", day=card.due_on),)


def _lines(card: TrainingCard) -> tuple[T, ...]:
    """What is known of the programme, and the stage that follows."""
    lines: list[T] = []
    if card.document is not None:
        lines.append(T("training.line_document", document=T(f"training.document.{card.document}")))
    if card.programme:
        lines.append(T("training.line_programme", programme=card.programme))
    following = None if card.suspended else next_stage(card.stage)
    if following is not None:
        lines.append(T("training.line_next", stage=T(f"training.stage.{following}")))
    return tuple(lines)


@rule("TR-11", "CH-04", "GEN-14")
def _what_next(card: TrainingCard, college: Clinic | None) -> tuple[T, ...]:
    phone = college.phone if college else CALL_CENTRE
    if card.suspended:
        return (T("training.suspended", phone=phone),)
    match card.stage:
        case Stage.REGISTERED:
            address = college.address if college else ""
            return (T("training.bring_now", papers=papers(card.asked), address=address),)
        case Stage.ASSIGNED:
            return (T("training.bring_if_not", papers=papers(card.asked)),)
        case Stage.DRAFTED | Stage.SIGNED if card.asked is Asked.DUPLICATE:
            return (T("training.bring_if_not", papers=(T(f"training.paper.{Paper.PAYMENT}"),)),)
        case Stage.READY:
            return (T("training.ready_main" if card.asked is Asked.MAIN else "training.ready_duplicate"),)
        case Stage.REFUSED:
            return (T("training.refused"), T("appeal.right"))
        case _:
            return ()


def _leads(ctx: Context, card: TrainingCard) -> tuple[Option, ...]:
    """A complaint in one tap, where the term is over or the request is."""
    late = country_day(ctx.now) > card.due_on and card.stage not in ENDED and not card.suspended
    ended = card.stage in (Stage.REFUSED, Stage.ISSUED)
    return (complain_about(NAME.removeprefix("my_"), card.id),) if late or ended else ()


def _steps(card: TrainingCard, college: Clinic | None) -> tuple[tuple[T, Instant], ...]:
    return tuple((T(f"training.stage.{one.step}"), _local(one.at, college)) for one in card.marks)


def _may_be_taken_back(card: TrainingCard) -> bool:
    return may_be_cancelled(card.stage)


@rule("G-74")
async def _taken_back(identity: Identity, card: TrainingCard) -> End:
    options = (Option("yes", T("button.yes_cancel_training")), Option("no", T("button.no_keep")))
    question = Question(CANCEL, (T(CANCEL, number=card.number),), T("hint.buttons"), options)
    if await ask(question, given=card.id) == "no":
        return end(T("training.kept", number=card.number), leads=(training_of(card.id), MENU))
    draft = TrainingCancelDraft(card.id, card.version, identity.person.id)
    return _cancelled(await submit(CANCELLED, draft))


def _cancelled(receipt: dict[str, Json]) -> End:
    """``cancelled`` is false where it came to its executor first."""
    number, request_id = str(receipt["number"]), int(str(receipt["request_id"]))
    if receipt["cancelled"]:
        return end(T("training.cancelled", number=number), leads=(TRAINING, MENU))
    return end(T("training.not_cancelled", number=number), leads=(training_of(request_id), MENU))


def _local(moment: Instant, college: Clinic | None) -> Instant:
    return college.local(moment) if college else moment.astimezone(COUNTRY_ZONE)


SOURCE: Final = Source(prefix="t", rows=rows, opened=opened, settled=settled)
"""How the list of all requests has them."""
