"""What help says of each service: its figures, its price and the acts it stands on, all from their own rules.

Nothing here is a figure of its own: one that is changed where the law keeps it is changed in the help too.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from rules import (
    appointment,
    attachment,
    centre_info,
    complaint_terms,
    home_call,
    slots,
    third_party,
    training,
)
from rules.attachment import Terms
from rules.calendar import Hours, OpenSpan
from rules.centre_info import ConsentClock
from rules.channels import Channel
from rules.clinics import CALL_CENTRE, CENTRES_LINE, INTAKE_ENDS_BEFORE_CLOSING, USUAL_HOURS, Clinic
from rules.grounds import grounds_of
from rules.law import Limit, Service, Source, rule
from rules.public_services import PublicService
from rules.representation import BIRTH_CERTIFICATE_UNDER
from rules.sources import (
    almaty_appointment,
    almaty_attachment,
    almaty_home_call,
    almaty_training,
    appointment_standard,
    centre_rules,
)

Figure: TypeAlias = int | str
"""A number, or a time of day as people read it."""


class Topic(StrEnum):
    """What can be asked about. The three centres work under one order, and are one topic."""

    HOME_CALL = "home_call"
    APPOINTMENT = "appointment"
    ATTACHMENT = "attachment"
    CENTRES = "centres"
    TRAINING = "training"
    DUPLICATE = "duplicate"
    COMPLAINT = "complaint"


SERVICES: Final[Mapping[Topic, tuple[PublicService, ...]]] = {
    Topic.HOME_CALL: (PublicService.HOME_CALL,),
    Topic.APPOINTMENT: (PublicService.APPOINTMENT,),
    Topic.ATTACHMENT: (PublicService.ATTACHMENT,),
    Topic.CENTRES: (PublicService.PHTHISIATRY, PublicService.PSYCHIATRY, PublicService.NARCOLOGY),
    Topic.TRAINING: (PublicService.TRAINING,),
    Topic.DUPLICATE: (PublicService.DUPLICATE,),
    Topic.COMPLAINT: (),
}
"""The public services that a topic tells of; a complaint is none, it is everybody's right."""

Where: TypeAlias = Literal["regulation", "rules", "standard"]
"""The part of an act that a clause is counted in."""


@dataclass(frozen=True, slots=True)
class Basis:
    """An act that a topic stands on: since when it holds, until when if it is repealed, and its clauses."""

    act: str
    where: Where
    clauses: tuple[str, ...]
    in_force_from: date
    repealed_on: date | None = None
    note: str = ""
    """In English, for the page of services: what "in force" means of that act."""


@dataclass(frozen=True, slots=True)
class About:
    """Everything that help says of a topic beside its words; ``figures`` are the values in them."""

    topic: Topic
    figures: Mapping[str, Figure]
    free: bool
    bases: tuple[Basis, ...]
    phones: tuple[str, ...]
    period: str = ""
    """Of attachment alone: what "a year" means in how often a clinic may be chosen (G-20)."""
    consent_clock: ConsentClock | None = None
    """Of the centres alone: from when the minutes run of what is asked about another person (G-31)."""

    @property
    def services(self) -> tuple[PublicService, ...]:
        """The public services that it tells of."""
        return SERVICES[self.topic]


@dataclass(frozen=True, slots=True)
class Today:
    """What the figures depend on: the day, the terms of free choice, one's own clinic, and the settings."""

    day: date
    terms: Sequence[Terms] = ()
    clinic: Clinic | None = None
    consent_clock: ConsentClock = "from_consent"

    @property
    def hours(self) -> Hours:
        """The own clinic's hours, or those of the acts."""
        return USUAL_HOURS if self.clinic is None else self.clinic.hours


@rule("GEN-04", "GEN-10", "GEN-11", "IC-14", "X-38", "X-01")
def about(topic: Topic, today: Today) -> About:
    """What is said of that topic on that day."""
    return _ABOUT[topic](today)


def _home_call(today: Today) -> About:
    electronic = home_call.answer_limit(Channel.ELECTRONIC)
    desk = home_call.answer_limit(Channel.DESK)
    limits = (electronic, desk, INTAKE_ENDS_BEFORE_CLOSING, BIRTH_CERTIFICATE_UNDER)
    figures = {
        "minutes": electronic.value,
        "desk_minutes": desk.value,
        "hours": home_call.VISIT_WINDOW.value // _MINUTES,
        "age": BIRTH_CERTIFICATE_UNDER.value,
        **_intake(today.hours, _cutoff(today)),
    }
    said = (almaty_home_call("cl. 6"), almaty_home_call("cl. 13"))
    sources = (*_sources(limits), *said, *_grounds(Service.HOME_CALL, today.day))
    return _told(Topic.HOME_CALL, figures, sources)


def _appointment(today: Today) -> About:
    electronic = appointment.answer_limit(Channel.ELECTRONIC)
    desk = appointment.answer_limit(Channel.DESK)
    figures = {
        "minutes": electronic.value,
        "desk_minutes": desk.value,
        "days": slots.HORIZON.value,
        "hours": appointment.CANCEL_BEFORE.value,
        "age": BIRTH_CERTIFICATE_UNDER.value,
    }
    said = (*(appointment_standard(f"item {no}") for no in ("6", "7(2)", "8")), almaty_appointment("cl. 9"))
    sources = (*_sources((electronic, desk)), *said, *_grounds(Service.APPOINTMENT, today.day))
    return _told(Topic.APPOINTMENT, figures, sources)


def _attachment(today: Today) -> About:
    terms = attachment.terms_on(today.day, today.terms)
    ends = attachment.INTAKE_ENDS_BEFORE_CLOSING
    figures = {
        "age": BIRTH_CERTIFICATE_UNDER.value,
        "choices": terms.choices,
        **_intake(today.hours, ends.delta),
    }
    said = tuple(almaty_attachment(clause) for clause in ("cl. 5", "cl. 6", "cl. 9", "cl. 14", "cl. 15"))
    sources = (*said, ends.source, *_grounds(Service.ATTACHMENT, today.day))
    return _told(Topic.ATTACHMENT, figures, sources, period=str(terms.period))


@rule("G-31")
def _centres(today: Today) -> About:
    figures: dict[str, Figure] = {"minutes": centre_info.ANSWER.value, "days": centre_info.VALID.value}
    if today.consent_clock == "from_consent":
        figures["hours"] = third_party.WAITED_FOR[third_party.Matter.CENTRE].value
    limits = (centre_info.ANSWER, centre_info.VALID)
    grounds = tuple(ground.source for ground in centre_info.grounds_of_refusal())
    items = tuple(centre_rules(f"standards item {no}") for no in (7, 8, 9))
    said = (*items, third_party.CONSENT_SOURCE)
    told = _told(
        Topic.CENTRES, figures, (*_sources(limits), *said, *grounds), phones=(CALL_CENTRE, CENTRES_LINE)
    )
    return replace(told, consent_clock=today.consent_clock)


def _training(_: Today) -> About:
    said = tuple(
        almaty_training(clause) for clause in ("cl. 4", "cl. 7", "cl. 9", "cl. 11", "cl. 12", "cl. 13")
    )
    figures = {"days": training.MAIN_TERM.value}
    sources = (*_sources((training.MAIN_TERM, training.MAIN_PRICE)), *said, training.STAGES_SOURCE)
    return _told(Topic.TRAINING, figures, sources, free=training.is_free(training.Asked.MAIN))


def _duplicate(_: Today) -> About:
    said = tuple(almaty_training(clause) for clause in ("cl. 8", "cl. 14"))
    figures = {"months": training.DUPLICATE_TERM.value}
    sources = (*_sources((training.DUPLICATE_TERM,)), *said, training.STAGES_SOURCE)
    return _told(Topic.DUPLICATE, figures, sources, free=training.is_free(training.Asked.DUPLICATE))


def _complaint(_: Today) -> About:
    said = tuple(centre_rules(f"rules cl. {clause}") for clause in (8, 9, 10, 11, 13, 14))
    figures = {"days": complaint_terms.EXAMINED_WITHIN.value}
    return _told(Topic.COMPLAINT, figures, (*_sources((complaint_terms.EXAMINED_WITHIN,)), *said))


_ABOUT: Final[Mapping[Topic, Callable[[Today], About]]] = {
    Topic.HOME_CALL: _home_call,
    Topic.APPOINTMENT: _appointment,
    Topic.ATTACHMENT: _attachment,
    Topic.CENTRES: _centres,
    Topic.TRAINING: _training,
    Topic.DUPLICATE: _duplicate,
    Topic.COMPLAINT: _complaint,
}


def _told(
    topic: Topic,
    figures: Mapping[str, Figure],
    sources: Iterable[Source],
    *,
    free: bool = True,
    phones: tuple[str, ...] = (CALL_CENTRE,),
    period: str = "",
) -> About:
    return About(topic, figures, free, bases_of(sources), phones, period)


# Figures

_MINUTES: Final = 60
DAY_OFF: Final = "–"
"""In place of an hour, on a day on which the clinic is closed."""


def _cutoff(today: Today) -> timedelta:
    """How long before closing a home call is taken last: a clinic may have set another time."""
    if today.clinic is None:
        return INTAKE_ENDS_BEFORE_CLOSING.delta
    return timedelta(minutes=today.clinic.cutoff_minutes)


def _intake(hours: Hours, before_closing: timedelta) -> dict[str, Figure]:
    """Until when requests are taken on a weekday and on a Saturday; DAY_OFF where none are."""
    return {
        "closes": _taken_until(hours.weekday, before_closing),
        "closes_saturday": _taken_until(hours.saturday, before_closing),
    }


def _taken_until(span: OpenSpan | None, before_closing: timedelta) -> str:
    if span is None:
        return DAY_OFF
    ends = datetime.combine(date.min + timedelta(days=1), span.closes) - before_closing
    return f"{ends:%H:%M}"


def _sources(limits: Iterable[Limit]) -> tuple[Source, ...]:
    return tuple(limit.source for limit in limits)


def _grounds(service: Service, day: date) -> tuple[Source, ...]:
    """Of every ground of refusal that may be used on that day."""
    return tuple(ground.source for ground in grounds_of(service, Channel.ELECTRONIC, day))


# Acts and clauses

ACTS: Final[Mapping[str, str]] = {
    named("").act: name
    for name, named in (
        ("almaty_home_call", almaty_home_call),
        ("almaty_appointment", almaty_appointment),
        ("almaty_attachment", almaty_attachment),
        ("almaty_training", almaty_training),
        ("appointment_standard", appointment_standard),
        ("centres", centre_rules),
    )
}
"""The acts under short names, by which their words are looked up."""

_PARTS: Final[Mapping[str, Where]] = {
    "cl.": "regulation",
    "rules cl.": "rules",
    "item": "standard",
    "standards item": "standard",
}
_NO: Final = r"[0-9]+(?:\([0-9]\))?"
_CLAUSE: Final = re.compile(rf"(?P<part>{'|'.join(map(re.escape, _PARTS))}) (?P<numbers>{_NO}(?:, {_NO})*)")


class UnknownClause(ValueError):
    """A source of help is in no known act, or its clause cannot be read; carries both."""


@rule("X-40")
def bases_of(sources: Iterable[Source]) -> tuple[Basis, ...]:
    """The acts in the order in which they are first named, each with its clauses in order of the act."""
    found: dict[tuple[str, Where], tuple[Source, set[str]]] = {}
    for source in sources:
        where, numbers = _clauses(source)
        _, clauses = found.setdefault((ACTS[source.act], where), (source, set()))
        clauses.update(numbers)
    return tuple(
        Basis(
            act,
            where,
            tuple(sorted(clauses, key=_place)),
            source.in_force_from,
            source.repealed_on,
            source.note,
        )
        for (act, where), (source, clauses) in found.items()
    )


def _clauses(source: Source) -> tuple[Where, list[str]]:
    read = _CLAUSE.match(source.clause)
    if read is None or source.act not in ACTS:
        raise UnknownClause(source.act, source.clause)
    return _PARTS[read["part"]], read["numbers"].split(", ")


def _place(clause: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"[0-9]+", clause)))
