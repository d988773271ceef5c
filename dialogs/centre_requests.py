"""One's requests to the centres: where each stands, the link to its result, and how to take one back.

The result itself is never shown in a chat: the link is given here, in a chat that was confirmed just now.
"""

from typing import Final

from dialogs.actions import CENTRE_INFO, MENU, again, centre_status_of, complain_about
from dialogs.context import Context
from dialogs.drafts import CentreCancelDraft, CentreLinkDraft
from dialogs.engine import (
    End,
    Input,
    Json,
    NotUnderstood,
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
from dialogs.facts import CentreCard
from dialogs.identity import Identity, identified
from dialogs.questions import typed
from dialogs.rows import ALL_REQUESTS, HISTORY_OF_IT, REFRESH, SOMEBODY, Row, Source, history, to_list
from rules.centre_info import AboutWhom, InfoStatus, last_valid_day, may_be_cancelled
from rules.consent import Purpose
from rules.days import COUNTRY_ZONE, Instant
from rules.law import rule
from rules.request_number import BadNumber, RequestNumber

NAME: Final = "centres"
LIST: Final = "centres.list"
CARD: Final = "centres.card"
CANCEL: Final = "centres.cancel"
LINK: Final = "centre_link"
CANCELLED: Final = "centre_cancel"
CANCEL_IT: Final = "cancel"
MOST_SHOWN: Final = 10


@dialog(NAME)
async def centres(ctx: Context) -> End:
    """Show what a confirmed person asked of the centres.

    ``ctx.arg`` is the id of one to open, "<id>:cancel" for one to be taken back, or empty.
    """
    over = settled()
    if over is not None:
        return over
    identity = await identified(ctx, Purpose.CABINET, NAME)
    if isinstance(identity, End):
        return identity
    cards = await ctx.facts.centre_cards(identity.person.id, ctx.now)
    return await listed(ctx, identity, cards)


async def over_in_cabinet(_: Context) -> End | None:
    """The same, as the list of all requests asks for it."""
    return settled()


def settled() -> End | None:
    """How it ended, once a link was sent or a request taken back in this conversation."""
    link, cancelled = receipt_of(LINK), receipt_of(CANCELLED)
    if link is not None:
        return _linked(link)
    return None if cancelled is None else _cancelled(cancelled)


@rule("IC-14")
async def listed(ctx: Context, identity: Identity, cards: tuple[CentreCard, ...]) -> End:
    """The requests of a confirmed person: one of them, and what can be done with it."""
    if not cards:
        return end(T("centres.empty"), leads=(CENTRE_INFO, MENU))
    named, _, wanted = ctx.arg.partition(":")
    card = next((one for one in cards if str(one.id) == named), None)
    if card is None:
        card = await _chosen(cards[:MOST_SHOWN])
    elif wanted == CANCEL_IT and _may_be_taken_back(card):
        return await _taken_back(identity, card)
    return await _shown(ctx, identity, card, several=len(cards) > 1 and not ctx.arg)


@rule("PC-07")
async def rows(ctx: Context, identity: Identity) -> tuple[Row, ...]:
    """What a confirmed person asked of the centres, for the list of all requests."""
    cards = await ctx.facts.centre_cards(identity.person.id, ctx.now)
    return tuple(_listed_as(identity, card) for card in cards)


def _listed_as(identity: Identity, card: CentreCard) -> Row:
    return Row(
        id=card.id,
        number=card.number,
        service=card.centre.value,
        kind="centre_info",
        status=T(f"centres.status.{card.status}"),
        term=_lines(card)[0],
        whose=identity.person.id if card.about is AboutWhom.SELF else SOMEBODY,
        made_at=card.asked_at,
        is_open=_may_be_taken_back(card),
    )


async def opened(ctx: Context, identity: Identity, request_id: int, several: bool) -> End:
    """Show the card of that request, and do what is pressed under it."""
    cards = await ctx.facts.centre_cards(identity.person.id, ctx.now)
    card = next(card for card in cards if card.id == request_id)
    return await _shown(ctx, identity, card, several=several)


async def _shown(ctx: Context, identity: Identity, card: CentreCard, *, several: bool) -> End:
    match await _pressed(ctx, card, several=several):
        case "open":
            return _linked(await submit(LINK, CentreLinkDraft(card.id, identity.person.id)))
        case "cancel":
            return await _taken_back(identity, card)
        case "history":
            await history(card.number, await _steps_taken(ctx, card), CARD)
        case "list":
            to_list(LIST, CARD)
        case _:
            revise(CARD)


async def _steps_taken(ctx: Context, card: CentreCard) -> tuple[tuple[T, Instant], ...]:
    marks = await ctx.facts.centre_marks(card.id)
    return tuple((T(f"centres.status.{status}"), _local(at)) for status, at in marks)


@rule("CO-01")
def _complaint(ctx: Context, card: CentreCard) -> tuple[Option, ...]:
    """One tap to complain of what was refused, is late, or is over."""
    if card.status == InfoStatus.CANCELLED:
        return ()
    is_late = card.answer_due is not None and ctx.now >= card.answer_due
    is_due = is_late or not _may_be_taken_back(card)
    return (complain_about("centre", card.id),) if is_due else ()


async def _chosen(cards: tuple[CentreCard, ...]) -> CentreCard:
    if len(cards) == 1:
        return cards[0]
    options = tuple(Option(str(card.id), _row(card)) for card in cards)
    by_number = {card.number: str(card.id) for card in cards}

    def reads(sent: Input) -> Json:
        try:
            return by_number[str(RequestNumber.parse(typed(sent, T("centres.list_hint"))))]
        except (BadNumber, KeyError) as fault:
            raise NotUnderstood(T("centres.list_hint")) from fault

    known = frozenset(by_number.values())
    question = Question(
        LIST, (T(LIST),), T("centres.list_hint"), options, reads, still=lambda answer: answer in known
    )
    answer = await ask(question)
    return next(card for card in cards if str(card.id) == answer)


def _row(card: CentreCard) -> T:
    return T("cabinet.row", number=card.number, day=_local(card.asked_at).date())


async def _pressed(ctx: Context, card: CentreCard, *, several: bool) -> str:
    options = [REFRESH]
    if card.status == InfoStatus.READY:
        options.insert(0, Option("open", T("button.open")))
    if _may_be_taken_back(card):
        options.append(Option("cancel", T("button.cancel_centre")))
    options.append(HISTORY_OF_IT)
    if several:
        options.append(ALL_REQUESTS)
    leads = _complaint(ctx, card)
    question = Question(CARD, _read(ctx, card), T("hint.buttons"), tuple(options), leads=leads)
    return str(await ask(question, given=card.id))


def _may_be_taken_back(card: CentreCard) -> bool:
    return card.status in tuple(InfoStatus) and may_be_cancelled(InfoStatus(card.status))


def _read(ctx: Context, card: CentreCard) -> tuple[Sentence, ...]:
    """The card, and what its status means for whoever asked."""
    # The digits are kept as long as the request needs them.
    plain = T(f"centres.about_{card.about}_plain")
    about = T(f"centres.about_{card.about}", last=card.last) if card.last else plain
    text = T(
        CARD,
        number=card.number,
        centre=T(f"centre.{card.centre}"),
        about=about,
        status=T(f"centres.status.{card.status}"),
        lines=_lines(card),
        checked=_local(ctx.now),
    )
    match card.status:
        case InfoStatus.REFUSED:
            return (text, T("centre_info.no_consent"), T("appeal.right"))
        case InfoStatus.DELAYED:
            return (text, T("centre_info.delay"))
        case InfoStatus.READY:
            return (text, T("centres.only_here"))
        case "expired" | "withdrawn":
            return (text, T(f"centre_info.{card.status}"))
        case _:
            return (text,)


@rule("IC-03", "IC-12", "PC-11")
def _lines(card: CentreCard) -> tuple[T, ...]:
    """By when, as far as that is known: the consent, the answer, the end of a result."""
    if card.status == InfoStatus.CONSENT and card.consent_due is not None:
        return (T("centres.consent_due", due=_local(card.consent_due)),)
    if card.status in (InfoStatus.ASKING, InfoStatus.DELAYED) and card.answer_due is not None:
        return (T("centres.answer_due", due=_local(card.answer_due)),)
    if card.valid_until is not None and card.status in (InfoStatus.READY, "expired"):
        return (T("centres.valid_to", day=last_valid_day(card.valid_until)),)
    return (T("centres.asked_at", due=_local(card.asked_at)),)


@rule("G-40", "IC-14")
def _linked(receipt: dict[str, Json]) -> End:
    """The link follows as a message of its own; late, it is said what came in between."""
    outcome, request_id = str(receipt["outcome"]), int(str(receipt["request_id"]))
    key = "centres.link_sent" if outcome == "sent" else f"centre_info.{outcome}"
    return end(T(key), leads=(centre_status_of(request_id), MENU))


async def _taken_back(identity: Identity, card: CentreCard) -> End:
    options = (Option("yes", T("button.yes_cancel_centre")), Option("no", T("button.no_keep")))
    question = Question(CANCEL, (T(CANCEL, number=card.number),), T("hint.buttons"), options)
    if await ask(question, given=card.id) == "no":
        return end(T("centres.kept", number=card.number), leads=(centre_status_of(card.id), MENU))
    draft = CentreCancelDraft(card.id, card.version, identity.person.id)
    return _cancelled(await submit(CANCELLED, draft))


def _cancelled(receipt: dict[str, Json]) -> End:
    """``cancelled`` is false where the answer was faster."""
    number, request_id = str(receipt["number"]), int(str(receipt["request_id"]))
    if receipt["cancelled"]:
        return end(T("centres.cancelled", number=number), leads=(again("centre_info"), MENU))
    return end(T("centres.not_cancelled", number=number), leads=(centre_status_of(request_id), MENU))


def _local(moment: Instant) -> Instant:
    return moment.astimezone(COUNTRY_ZONE)


SOURCE: Final = Source("c", rows, opened, over_in_cabinet)
