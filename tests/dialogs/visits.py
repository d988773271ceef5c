"""Appointments brought to the places that tests start from."""

from datetime import date, datetime

from dialogs.appointment import appointment
from dialogs.drafts import BookingDraft
from dialogs.engine import Dialog, Ended
from dialogs.facts import RequestCard
from rules.people import Language
from tests.dialogs.registry import AIGUL, iin, person
from tests.dialogs.talk import Talk


def talk(locale: Language = "ru", now: datetime | None = None) -> Talk:
    """An appointment at its first question."""
    return Talk(appointment, locale, now) if now else Talk(appointment, locale)


def identified(whom: str = "self", locale: Language = "ru", now: datetime | None = None) -> Talk:
    """An appointment just after Aigul's code."""
    return talk(locale, now).press("agree", whom).say(AIGUL.iin.digits).confirm()


def at_the_times(locale: Language = "ru", doctor: str = "502") -> Talk:
    """Aigul choosing a time with a therapist."""
    return identified("self", locale).press("therapist", doctor)


def at_the_summary(locale: Language = "ru") -> Talk:
    """Aigul's appointment at the nearest time of her own doctor, ready to be sent."""
    times = at_the_times(locale)
    return times.press(times.options[0].id)


def turning_eighteen(locale: Language = "ru") -> Talk:
    """Somebody who is eighteen on Wednesday 25 November, at the question of the kind of doctor."""
    asked = talk(locale).press("agree", "self")
    asked.registry.people.append(person("1006", "08112550001", "Сейітов Тимур", date(2008, 11, 25)))
    asked.registry.attached["1006"] = 5
    return asked.say(iin("08112550001").digits).confirm()


def own(dialog: Dialog, *cards: RequestCard, locale: Language = "ru", arg: str = "81") -> Talk:
    """A dialog about an appointment, in a chat that Aigul confirmed a minute ago."""
    started = Talk(dialog, locale, arg=arg, confirmed=AIGUL.iin)
    started.registry.cards.extend(cards)
    return started.settle()


def booking_of(done: Talk) -> BookingDraft:
    """The only thing that was submitted, besides holds."""
    (draft,) = done.done
    assert isinstance(draft, BookingDraft)
    return draft


def leads_of(ended: Talk) -> list[str]:
    """What starts from the ending, without its arguments."""
    outcome = ended.outcome
    assert isinstance(outcome, Ended), outcome
    return [lead.id.removeprefix("start:").partition(":")[0] for lead in outcome.end.leads]
