"""What is still open at the clinic that is left, and is settled before the new one is asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from dialogs.actions import CABINET, MENU
from dialogs.attachment_verdicts import GO_ON, STOP, Applicant
from dialogs.context import Context
from dialogs.engine import End, Option, Question, T, ask, end
from dialogs.facts import RequestCard
from rules.attachment import Terms, effective_on
from rules.clinics import Clinic
from rules.days import Day
from rules.law import Service, rule

KEY = "attachment.leaving"


@dataclass(frozen=True, slots=True)
class _Open:
    """One open request at the old clinic; ``ends`` if it is cancelled once the person is attached."""

    card: RequestCard
    clinic: Clinic
    ends: bool


@rule("AT-15")
async def settled_at_the_old(
    ctx: Context, applicants: tuple[Applicant, ...], terms: Sequence[Terms], today: Day
) -> tuple[RequestCard, ...] | End:
    """Show what is open there, and return the appointments that end with the attachment.

    A home call stays to be carried out, and so does an appointment before the day of effect.
    """
    found = [one for applicant in applicants for one in await _open_of(ctx, applicant, terms, today)]
    if not found:
        return ()
    ending = tuple(one.card for one in found if one.ends)
    text = (T(KEY, lines=tuple(_line(one) for one in found)), T(f"{KEY}_ends" if ending else f"{KEY}_stays"))
    options = (
        Option(GO_ON, T("button.go_on_leaving" if ending else "button.go_on_staying")),
        Option(STOP, T("button.stop_here")),
    )
    question = Question(KEY, text, T("hint.buttons"), options)
    if await ask(question, given=[[one.card.id, one.card.version, one.ends] for one in found]) == GO_ON:
        return ending
    return end(T("attachment.nothing_sent"), leads=(CABINET, MENU))


async def _open_of(ctx: Context, applicant: Applicant, terms: Sequence[Terms], today: Day) -> list[_Open]:
    standing = applicant.standing
    if standing.attachment is None or standing.clinic is None:
        return []
    begins = effective_on(terms, today, applicant.cause)
    cards = await ctx.facts.open_at(standing.person.id, standing.attachment.clinic_no)
    settled = (card for card in cards if card.service is not Service.ATTACHMENT)
    return [_Open(card, standing.clinic, _ends(card, standing.clinic, begins)) for card in settled]


def _ends(card: RequestCard, clinic: Clinic, begins: Day) -> bool:
    if card.service is not Service.APPOINTMENT:
        return False
    return card.visit is None or clinic.local(card.visit.start).date() >= begins


def _line(one: _Open) -> T:
    card = one.card
    if card.service is not Service.APPOINTMENT:
        return T("attachment.open_call", number=card.number, status=T(f"status.{card.status}"))
    if card.visit is None:
        return T("attachment.open_waiting", number=card.number)
    key = "attachment.open_visit" if one.ends else "attachment.open_visit_stays"
    return T(key, number=card.number, start=one.clinic.local(card.visit.start))
