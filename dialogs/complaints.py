"""One's complaints: the marks of each with their times, the bodies' own numbers, and a copy of the answer."""

from typing import Final, NoReturn

from dialogs.actions import COMPLAINT, MENU, again
from dialogs.context import Context
from dialogs.engine import End, Option, Question, Sentence, T, ask, dialog, end, revise
from dialogs.engine.words import Named
from dialogs.facts import ComplaintCard
from dialogs.identity import Identity, identified
from dialogs.rows import ALL_REQUESTS, HISTORY_OF_IT, REFRESH, Row, Source, history, to_list
from rules.clinics import Clinic
from rules.complaints import ComplaintStatus
from rules.consent import Purpose
from rules.days import COUNTRY_ZONE, Instant
from rules.law import rule

NAME: Final = "complaints"
LIST: Final = "complaints.list"
CARD: Final = "complaints.card"
ANSWER: Final = "complaints.answer"
KIND: Final = "complaint"
MOST_SHOWN: Final = 10


@dialog(NAME)
async def complaints(ctx: Context) -> End:
    """Show what a confirmed person complained of; ``ctx.arg`` is the id of one to open, or empty."""
    identity = await identified(ctx, Purpose.CABINET, NAME)
    if isinstance(identity, End):
        return identity
    cards = await ctx.facts.complaint_cards(identity.person.id)
    if not cards:
        return end(T("complaints.empty"), leads=(COMPLAINT, MENU))
    if not ctx.arg and len(cards) > 1:
        chosen = await _chosen(cards[:MOST_SHOWN])
        return await _carried_out(ctx, chosen, Option("list", T("button.my_complaints")))
    card = next((one for one in cards if ctx.arg in ("", str(one.id))), None)
    if card is None:
        return end(T("complaints.not_yours"), leads=(again(NAME), MENU))
    return await _carried_out(ctx, card, None)


async def rows(ctx: Context, identity: Identity) -> tuple[Row, ...]:
    """The same in the list of all requests, newest first."""
    return tuple(_row(identity, card) for card in await ctx.facts.complaint_cards(identity.person.id))


async def opened(ctx: Context, identity: Identity, complaint_id: int, several: bool) -> End:
    """One complaint of a confirmed person; ``several``: there is a list to go back to."""
    cards = await ctx.facts.complaint_cards(identity.person.id)
    card = next((one for one in cards if one.id == complaint_id), None)
    if card is None:
        return end(T("complaints.not_yours"), leads=(again(NAME), MENU))
    return await _carried_out(ctx, card, ALL_REQUESTS if several and not ctx.arg else None)


async def settled(ctx: Context) -> End | None:
    """Nothing is submitted from the card of a complaint."""
    del ctx
    return None


SOURCE: Final = Source("k", rows, opened, settled)


def _row(identity: Identity, card: ComplaintCard) -> Row:
    return Row(
        id=card.id,
        number=card.number,
        service=KIND,
        kind=KIND,
        status=T(f"complaint.status.{card.status}"),
        term=_term(card),
        whose=identity.person.id,
        made_at=card.filed_at,
        is_open=not card.status.is_final,
    )


def _term(card: ComplaintCard) -> T:
    if card.status.is_final:
        return T("cabinet.made", at=card.filed_at.astimezone(COUNTRY_ZONE))
    return T("complaints.term", due=card.due)


async def _chosen(cards: tuple[ComplaintCard, ...]) -> ComplaintCard:
    options = tuple(Option(str(card.id), _label(card)) for card in cards)
    answer = await ask(Question(LIST, (T(LIST),), T("complaints.list_hint"), options))
    return next(card for card in cards if str(card.id) == answer)


def _label(card: ComplaintCard) -> T:
    return T("cabinet.row", number=card.number, day=card.filed_at.astimezone(COUNTRY_ZONE).date())


async def _carried_out(ctx: Context, card: ComplaintCard, back: Option | None) -> End:
    clinic = await ctx.facts.clinic(card.clinic_no)
    match await _pressed(ctx, card, clinic, back):
        case "answer":
            await _answer(card, clinic)
        case "history":
            await history(card.number, _steps(card, clinic), CARD)
        case "list" if back is ALL_REQUESTS:
            to_list(CARD)
        case "list":
            revise(LIST, CARD)
        case _:
            revise(CARD)


async def _pressed(ctx: Context, card: ComplaintCard, clinic: Clinic | None, back: Option | None) -> str:
    options = [REFRESH]
    if card.answer:
        options.insert(0, Option("answer", T("button.open")))
    options.append(HISTORY_OF_IT)
    if back is not None:
        options.append(back)
    text = (_shown(ctx, card, clinic), *((T("complaint.court"),) if card.status.is_final else ()))
    return str(await ask(Question(CARD, text, T("hint.buttons"), tuple(options)), given=card.id))


@rule("CO-08", "PC-11", "PC-07")
def _shown(ctx: Context, card: ComplaintCard, clinic: Clinic | None) -> T:
    """The card: its number, the request complained of, every mark with its time, by when the answer comes."""
    about = (T("complaint.line_about", number=card.matter_number),) if card.matter_number else ()
    marks = tuple(T("complaints.mark", status=status, at=at) for status, at in _steps(card, clinic))
    bodies = tuple(
        T("complaints.body", body=T(f"complaint.body.{one.body}"), number=one.number, day=one.day)
        for one in card.bodies
    )
    due = () if card.status.is_final else (T("complaints.term", due=card.due),)
    return T(
        CARD,
        number=card.number,
        status=T(f"complaint.status.{card.status}"),
        lines=(*about, *bodies, *due, *_official(card), *_answered(card)),
        marks=marks,
        checked=_local(ctx.now, clinic),
    )


def _official(card: ComplaintCard) -> tuple[T, ...]:
    return (T("complaints.official", official=card.official),) if card.official else ()


def _answered(card: ComplaintCard) -> tuple[T, ...]:
    """How the answer comes beside the copy that stands here, and when it went (CO-07, G-62)."""
    if not card.status.is_final:
        return ()
    if card.delivered_on is None:
        return (T(f"complaints.comes_by_{card.answer_way}"),)
    return (T(f"complaints.went_by_{card.answer_way}", day=card.delivered_on),)


def _steps(card: ComplaintCard, clinic: Clinic | None) -> tuple[tuple[T, Instant], ...]:
    return tuple((T(f"complaint.status.{step.status}"), _local(step.at, clinic)) for step in card.marks)


def _local(at: Instant, clinic: Clinic | None) -> Instant:
    return at.astimezone(COUNTRY_ZONE) if clinic is None else clinic.local(at)


@rule("CO-07", "CO-09", "G-62", "G-63")
async def _answer(card: ComplaintCard, clinic: Clinic | None) -> NoReturn:
    """The copy of the answer: its words, whose, of which day; and the right to go to court."""
    key = "complaints.refusal" if card.status is ComplaintStatus.REFUSED else ANSWER
    office = "–" if clinic is None else Named(clinic.name_kk, clinic.name_ru)
    words: tuple[Sentence, ...] = (
        T(
            key,
            number=card.number,
            words=card.answer,
            official=card.answered_by,
            day=card.answered_on or card.due,
            clinic=office,
        ),
        T("complaint.court"),
    )
    options = (Option("card", T("button.to_the_request")),)
    await ask(Question(ANSWER, words, T("hint.buttons"), options), given=card.id)
    revise(ANSWER, CARD)
