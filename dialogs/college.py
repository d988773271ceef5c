"""What is said of the medical college: its card, its hours with lunch, and what it does right now."""

from dialogs.clinics import premises
from dialogs.context import Context
from dialogs.engine import T
from rules.calendar import OpenSpan, WorkingCalendar
from rules.clinics import Clinic
from rules.college import LINKS, LUNCH, Counter, intake_spans, reception
from rules.law import rule
from rules.phone import shown


@rule("TR-01", "TR-20", "TR-21")
async def college_card(ctx: Context, college: Clinic) -> tuple[T, ...]:
    """Where it is, both its phones, when it takes papers, what the premises have, where its order stands."""
    phones = ", ".join(shown(phone) for phone in college.phones) or college.phone
    card = T("clinic.card", clinic=ctx.named(college), address=college.address, phones=phones)
    now = reception_now(ctx, college, await ctx.facts.calendar())
    links = T("training.links", links=", ".join(LINKS))
    return (card, hours(college), now, T("training.no_queue"), premises(college), links)


@rule("TR-19", "X-13")
def hours(college: Clinic) -> T:
    """The hours in which papers are taken, the lunch, and until when the phone is answered."""
    day = college.hours.weekday
    if day is None:
        return T("training.hours_by_phone", phone=college.phone)
    first, *later = (_span(part) for part in intake_spans(day))
    return T(
        "training.hours" if later else "training.hours_morning",
        **({"afternoon": later[0], "lunch": _span(LUNCH)} if later else {}),
        morning=first,
        work=_span(day),
        closes=f"{day.closes:%H:%M}",
    )


@rule("TR-19", "X-13")
def reception_now(ctx: Context, college: Clinic, calendar: WorkingCalendar) -> T:
    """What it does right now, and when papers are taken next."""
    now = reception(ctx.now, college, calendar)
    if now.until is None:
        return T("training.now.closed", at=now.next_at)
    until = f"{now.until:%H:%M}"
    if now.counter is Counter.OPEN:
        return T("training.now.open", until=until)
    return T(f"training.now.{now.counter}", until=until, at=now.next_at)


def _span(span: OpenSpan) -> str:
    return str(span).replace("-", "–")
