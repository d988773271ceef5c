"""The dialog of a complaint, walked to its questions."""

from dataclasses import replace
from datetime import UTC, date, datetime

from dialogs.complaint import complaint
from dialogs.facts import BodyNumber, ComplaintCard, ComplaintStep, RequestCard
from rules.call_status import CallStatus
from rules.complaints import AboutMatter, AnswerWay, Body, ComplaintStatus, MatterKind
from rules.people import Language
from tests.dialogs.registry import AIGUL, FRIDAY_AFTERNOON, card
from tests.dialogs.talk import Talk

WORDS = "Врач не пришёл, трубку никто не взял."
SIGNED = "Ждала весь день. Прошу разобраться."


def refused() -> RequestCard:
    """A home call of Aigul's that was refused."""
    return card(status=CallStatus.REFUSED)


def overdue() -> RequestCard:
    """One whose answer did not come in its term."""
    return replace(card(), overdue=True)


def begun(*cards: RequestCard, locale: Language = "ru", arg: str = "") -> Talk:
    """Addressed to the health body, and Aigul identified."""
    talk = Talk(complaint, locale, arg=arg)
    talk.registry.cards.extend(cards)
    return talk.press("health").say(AIGUL.iin.digits).confirm()


def at_the_files(locale: Language = "ru") -> Talk:
    """About a refused call, after the words."""
    return begun(refused(), locale=locale, arg="request:71").say(WORDS)


def at_the_summary(locale: Language = "ru") -> Talk:
    """With the registry's address and phone, the answer by post, no files."""
    return at_the_files(locale).press("done", "registered", "registered", "post")


def filed(status: ComplaintStatus = ComplaintStatus.DELIVERED, complaint_id: int = 61) -> ComplaintCard:
    """A complaint of Aigul's about her refused call, as far as that mark."""
    order = [ComplaintStatus.DELIVERED, ComplaintStatus.REGISTERED, ComplaintStatus.IN_WORK, status]
    marks = order[: order.index(status) + 1]
    over = status.is_final
    return ComplaintCard(
        id=complaint_id,
        number=f"95-{complaint_id - 49:06d}",
        clinic_no=5,
        matter=AboutMatter(MatterKind.REQUEST, 71),
        matter_number="05-004512",
        answer_way=AnswerWay.POST,
        status=status,
        filed_at=FRIDAY_AFTERNOON,
        due=date(2026, 12, 14),
        official="Омарова Г. Б.",
        marks=tuple(
            ComplaintStep(mark, datetime(2026, 11, 20 + at, 9, 3 + at, tzinfo=UTC))
            for at, mark in enumerate(marks)
        ),
        bodies=(BodyNumber(Body.HEALTH, "ЖТ-17", date(2026, 11, 21)),) if len(marks) > 1 else (),
        answer="Проверка проведена, врачу сделано замечание." if over else "",
        answered_by="Омарова Г. Б." if over else "",
        answered_on=date(2026, 12, 4) if over else None,
    )
