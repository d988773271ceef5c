"""Whether the doctor came: one tap, and for whoever was left waiting a complaint that is drafted for them.

It tells nothing but what the question told, and counts only in the chat that it went to: no code is asked.
"""

from itertools import takewhile
from typing import Final

from dialogs.actions import CABINET, MENU, status_of
from dialogs.context import Context
from dialogs.drafts import HappenedDraft, VisitComplaintDraft
from dialogs.engine import End, Json, Option, Question, T, ask, dialog, end, submit
from dialogs.engine.words import Value
from dialogs.facts import RequestCard
from dialogs.questions import words_question
from rules.call_status import CallStatus
from rules.clinics import CALL_CENTRE, Clinic
from rules.days import Instant

NAME: Final = "happened"
COMPLAINT: Final = "visit_complaint"
_NOTHING: Final = "no_words"


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
    if receipt["outcome"] == "no" and clinic is not None:
        return await _complaint(ctx, card, clinic)
    phone = clinic.phone if clinic else CALL_CENTRE
    leads = (status_of(card.id), MENU)
    return end(T(f"happened.{receipt['outcome']}", number=card.number, phone=phone), leads=leads)


async def _complaint(ctx: Context, card: RequestCard, clinic: Clinic) -> End:
    """The head knows already; whoever wishes also says it in writing, word for word as shown."""
    over = (status_of(card.id), MENU)
    wish = (Option("yes", T("button.complain")), Option("no", T("button.no_complaint")))
    text = T("happened.no", number=card.number, phone=clinic.phone)
    if await ask(Question("happened.wish", (text,), T("hint.buttons"), wish)) == "no":
        return end(T("happened.noted", number=card.number), T("appeal.right"), leads=over)
    without = (Option(_NOTHING, T("button.nothing_to_add")),)
    asked = words_question("happened.words", T("happened.words"), T("happened.words_hint"), without)
    words = await ask(asked)
    draft = _drafted(card, clinic, "" if words == _NOTHING else str(words))
    sure = (Option("yes", T("button.send_complaint")), Option("no", T("button.no_complaint")))
    question = Question("happened.sure", (T("happened.check"), draft), T("hint.buttons"), sure)
    if await ask(question, given=words) == "no":
        return end(T("happened.noted", number=card.number), T("appeal.right"), leads=over)
    receipt = await submit(COMPLAINT, VisitComplaintDraft(card.id, ctx.render(draft)))
    return _sent(card, receipt)


def _sent(card: RequestCard, receipt: dict[str, Json]) -> End:
    key = "happened.sent" if receipt["outcome"] == "kept" else "happened.sent_before"
    return end(T(key, number=card.number), T("appeal.right"), leads=(status_of(card.id), MENU))


def _drafted(card: RequestCard, clinic: Clinic, words: str) -> T:
    """The complaint as it will be read: number, days and hours are those of the register."""
    values: dict[str, Value] = {
        "number": card.number,
        "registered": clinic.local(card.registered_at),
        "day": card.visit_day,
        "closed": clinic.local(_noted_at(card)),
        "doctor": card.doctor_name or "–",
        "words": words or "–",
    }
    if card.window is None:
        raise LookupError("a visit that was made without a window")
    start, finish = clinic.local(card.window.start), clinic.local(card.window.end)
    return T("happened.draft", start=start, end=finish, **values)


def _noted_at(card: RequestCard) -> Instant:
    """When the clinic noted the visit as made: the marks after that are of what was said about it since."""
    closing = [
        mark.at for mark in takewhile(lambda mark: mark.status is CallStatus.DONE, reversed(card.marks))
    ]
    return closing[-1] if closing else card.registered_at


def _not_yours() -> End:
    return end(T("answer.not_yours"), leads=(CABINET, MENU))
