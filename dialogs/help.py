"""Help: the words that can be written, and of each service what it is, needs, takes, costs and stands on.

It is told and never asked, so whatever is being filled in stays as it is. Every figure comes from the law.
"""

from typing import Final

from dialogs.actions import (
    APPOINTMENT,
    ATTACHMENT,
    CENTRE_INFO,
    CLINICS,
    COMPLAINT,
    HELP,
    HOME_CALL,
    MENU,
    TRAINING,
)
from dialogs.engine import End, Option, Sentence, T, end
from rules.about import DAY_OFF, About, Basis, Topic
from rules.clinics import Clinic
from rules.law import rule
from rules.people import Language
from rules.phone import shown

_STARTS: Final[dict[Topic, Option]] = {
    Topic.HOME_CALL: HOME_CALL,
    Topic.APPOINTMENT: APPOINTMENT,
    Topic.ATTACHMENT: ATTACHMENT,
    Topic.CENTRES: CENTRE_INFO,
    Topic.TRAINING: TRAINING,
    Topic.DUPLICATE: TRAINING,
    Topic.COMPLAINT: COMPLAINT,
}
_BY_SMS: Final = frozenset({Topic.HOME_CALL, Topic.APPOINTMENT})
"""What a button phone is served with."""
_AT_COLLEGE: Final = frozenset({Topic.TRAINING, Topic.DUPLICATE})
_AT_CLINICS: Final = frozenset({Topic.HOME_CALL, Topic.APPOINTMENT, Topic.ATTACHMENT})

_DIALOGS: Final[dict[str, Topic]] = {
    "home_call": Topic.HOME_CALL,
    "appointment": Topic.APPOINTMENT,
    "attachment": Topic.ATTACHMENT,
    "centre_info": Topic.CENTRES,
    "centres": Topic.CENTRES,
    "training": Topic.TRAINING,
    "my_training": Topic.TRAINING,
    "complaint": Topic.COMPLAINT,
    "complaints": Topic.COMPLAINT,
}
LAW: Final = "law"


def about(topic: Topic) -> Option:
    """Leads to what help says of that topic."""
    return Option(f"help:{topic}", T(f"button.about_{topic}"))


def topic_of(dialog: str) -> Topic | None:
    """What whoever is in that dialog most likely asks about."""
    return _DIALOGS.get(dialog)


@rule("GEN-10", "DD-04")
def help_words(home_call: About, *, of: Topic | None = None, terse: bool = False) -> End:
    """The first page of help; ``of`` is the topic in hand, whose button comes first."""
    topics = sorted(Topic, key=lambda topic: topic is not of)
    leads = (*(about(topic) for topic in topics), MENU)
    if terse:
        return end(T("desk.help", **_figures_of_help(home_call)), leads=leads)
    words = (T("desk.help", **_figures_of_help(home_call)), T("digital.how"), T("about.choose"))
    return end(*words, leads=leads)


def _figures_of_help(home_call: About) -> dict[str, str | int | T]:
    figures = _shown(home_call)
    return {name: figures[name] for name in ("minutes", "closes", "closes_saturday")}


def _shown(told: About) -> dict[str, str | int | T]:
    """The figures as they are read: an hour on Saturday, or that nothing is taken on that day."""
    figures: dict[str, str | int | T] = dict(told.figures)
    saturday = told.figures.get("closes_saturday")
    if saturday is not None:
        day_off = saturday == DAY_OFF
        figures["closes_saturday"] = T("about.day_off") if day_off else T("about.until", time=saturday)
    return figures


def is_of_college(topic: Topic) -> bool:
    """True for what the medical college gives."""
    return topic in _AT_COLLEGE


@rule("GEN-04", "GEN-10", "GEN-11", "TR-08", "X-38")
def help_about(told: About, language: Language, giver: Clinic | None = None, *, terse: bool = False) -> End:
    """What one service is, needs, takes and costs.

    ``giver`` is the clinic of whoever is known here, or the college for what the college gives.
    """
    law = Option(f"help:{told.topic}:{LAW}", T("button.about_law"))
    starts = (_STARTS[told.topic],) if not terse or told.topic in _BY_SMS else ()
    if terse:
        return end(T(f"about.by_sms.{told.topic}", **_shown(told)), leads=(*starts, law, HELP, MENU))
    clinics = (CLINICS,) if told.topic in _AT_CLINICS else ()
    return end(*_page(told, language, giver), leads=(*starts, law, *clinics, HELP, MENU))


def _page(told: About, language: Language, giver: Clinic | None) -> list[Sentence]:
    topic, figures = told.topic, _shown(told)
    names = tuple(T(f"service.{service}") for service in told.services)
    words: list[Sentence] = [T("about.services", lines=names) if names else T("about.complaint")]
    words.append(T(f"about.what.{topic}"))
    words.append(T(f"about.needs.{topic}", **figures))
    words.append(T(f"about.takes.{topic}", **figures))
    if told.consent_clock is not None:
        words.append(T(f"about.consent.{told.consent_clock}", **figures))
    if told.period:
        words.append(T(f"about.choices.{told.period}", choices=figures["choices"]))
    words.append(T("about.free") if told.free else T("about.by_price_list"))
    words.append(T("about.phones", phones=", ".join(told.phones)))
    if topic is Topic.HOME_CALL:
        words.append(T("emergency.line"))
    if giver is not None and topic in _AT_CLINICS:
        words.append(T("about.own_clinic", clinic=giver.name(language), phone=giver.phone))
    if giver is not None and topic in _AT_COLLEGE:
        phones = ", ".join(map(shown, giver.phones))
        words.append(T("about.college", address=giver.address, phones=phones))
    return words


@rule("X-01", "G-89")
def help_law(told: About, *, terse: bool = False) -> End:
    """The acts and clauses that a service stands on, since when they hold, and which of them is repealed."""
    leads = (about(told.topic), HELP, MENU)
    if terse:
        return end(T("about.by_sms_law", acts=acts_by_sms(told)), leads=leads)
    lines = tuple(_basis(basis) for basis in told.bases)
    words: list[Sentence] = [T("about.law" if told.services else "about.law_of_complaint", lines=lines)]
    if told.topic is Topic.ATTACHMENT:
        words.append(T("about.newer.attachment"))
    return end(*words, leads=leads)


def acts_by_sms(told: About) -> tuple[T, ...]:
    """The acts as an SMS has room for them; what is repealed is never cited as if it were not."""
    return tuple(_by_sms(basis) for basis in told.bases)


@rule("X-01")
def _by_sms(basis: Basis) -> T:
    act = T(f"about.by_sms_act.{basis.act}", clauses=", ".join(basis.clauses))
    return act if basis.repealed_on is None else T("about.by_sms_repealed", act=act)


def _basis(basis: Basis) -> T:
    act, clauses = T(f"about.act.{basis.act}"), ", ".join(basis.clauses)
    since = T(f"about.since.{_SINCE.get(basis.act, 'registered')}", since=basis.in_force_from)
    if basis.repealed_on is None:
        return T(f"about.basis.{basis.where}", act=act, clauses=clauses, since=since)
    ended = basis.repealed_on
    return T(f"about.repealed.{basis.where}", act=act, clauses=clauses, since=since, ended=ended)


_SINCE: Final = {"appointment_standard": "undated", "centres": "published"}
"""Of which acts the text names no day from which it holds; the others hold from their registration."""
