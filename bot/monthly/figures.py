"""What is counted of a clinic's month, one request at a time, and how few are too few to be shown.

Nothing here does I/O, and nothing of anybody is kept: a request that was counted is only a number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from rules.booking_status import BookingStatus
from rules.call_status import CallStatus
from rules.law import Service, rule
from rules.survey import SurveyMonth
from storage.monthly import Asked

SMALLEST_GROUP: Final = 5
"""Of fewer people it can be guessed who they were, so a group of refusals shows its number from here on."""

HOURS: Final = range(24)

OVERDUE: Final = "overdue"
DENIED: Final = "visit_denied"
_UNANSWERED: Final = frozenset({"registered", "next_day"})
_WITHDRAWN: Final = "cancelled"
_REFUSED: Final = "refused"
_VISITED: Final = frozenset({CallStatus.DONE, CallStatus.NOT_HOME, CallStatus.NOBODY_HOME})


class Answer(StrEnum):
    """What a clinic made of the time it had for its answer."""

    IN_TIME = "in_time"
    LATE = "late"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Answers:
    """How many requests were answered in time, late or not at all, still wait, or were withdrawn before."""

    in_time: int = 0
    late: int = 0
    waiting: int = 0
    withdrawn: int = 0

    @classmethod
    def of(cls, counted: Mapping[Answer, int]) -> Answers:
        """From counts by what became of them."""
        return cls(*(counted.get(answer, 0) for answer in Answer))

    @property
    def registered(self) -> int:
        """All of them."""
        return self.in_time + self.late + self.waiting + self.withdrawn

    @property
    def due(self) -> int:
        """Those whose answer is there, or should be."""
        return self.in_time + self.late

    @property
    def percent(self) -> int | None:
        """Whole per cent of those due that were answered in time, None of none; 99.6 is not a hundred."""
        return self.in_time * 100 // self.due if self.due else None


@dataclass(frozen=True, slots=True)
class RefusalGroup:
    """Refusals of a service on one ground; ``count`` is None where they are too few to be shown."""

    service: str
    ground: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of visits: appointments by their day, home calls by when they were asked for.

    A visit noted as made whose citizen says that nobody came is ``denied``, not visited.
    """

    came: int = 0
    missed: int = 0
    not_noted: int = 0
    visited: int = 0
    not_home: int = 0
    denied: int = 0

    @property
    def percent_missed(self) -> int | None:
        """Whole per cent, rounded, of the appointments with an outcome to which nobody came."""
        noted = self.came + self.missed
        return round(self.missed * 100 / noted) if noted else None


@dataclass(frozen=True, slots=True)
class Figures:
    """A month: answers by service and hour of the clinic's clock, refusals, and what became of visits."""

    answers: Mapping[tuple[str, int], Answers]
    refusals: Sequence[RefusalGroup]
    outcomes: Outcomes
    survey: SurveyMonth | None = None
    """What citizens answered; None while something that was asked in that month is still open."""

    @property
    def services(self) -> tuple[str, ...]:
        """The services there are, and after them any other that was asked for."""
        asked = {service for service, _ in self.answers}
        return (*Service, *sorted(asked - set(Service)))

    @property
    def total(self) -> Answers:
        """All services, all hours."""
        return _sum(self.answers.values())

    def of_service(self, service: str) -> Answers:
        """One service, all hours."""
        return _sum(answers for (name, _), answers in self.answers.items() if name == service)

    def of_hour(self, hour: int) -> Answers:
        """One hour of the day, all services."""
        return _sum(answers for (_, at), answers in self.answers.items() if at == hour)

    def of(self, service: str, hour: int) -> Answers:
        """One service in one hour of the day."""
        return self.answers.get((service, hour), Answers())


@dataclass(slots=True)
class Tally:
    """Counts requests one after another; what it holds does not grow with them.

    ``now`` (aware) is when it is counted: what is due later still waits.
    """

    now: datetime
    _answers: Counter[tuple[str, int, Answer]] = field(default_factory=Counter)
    _refusals: Counter[tuple[str, str]] = field(default_factory=Counter)
    _visits: Counter[str] = field(default_factory=Counter)

    def add(self, asked: Asked, hour: int) -> None:
        """Count a request that was registered in that hour of the clinic's day."""
        self._answers[asked.service, hour, answer_to(asked, self.now)] += 1
        status = asked.steps[-1].status
        if status == _REFUSED and asked.ground is not None:
            self._refusals[asked.service, asked.ground] += 1
        if asked.service == Service.HOME_CALL and status in _VISITED:
            is_denied = status == CallStatus.DONE and any(step.note == DENIED for step in asked.steps)
            self._visits[DENIED if is_denied else status] += 1

    def figures(self, appointments: Mapping[str, int]) -> Figures:
        """What was counted, with the outcomes of the month's appointments by status."""
        by_place: dict[tuple[str, int], Counter[Answer]] = {}
        for (service, hour, answer), count in self._answers.items():
            by_place.setdefault((service, hour), Counter())[answer] = count
        return Figures(
            answers={place: Answers.of(counted) for place, counted in by_place.items()},
            refusals=_groups(self._refusals),
            outcomes=Outcomes(
                came=appointments.get(BookingStatus.CAME, 0),
                missed=appointments.get(BookingStatus.DID_NOT_COME, 0),
                not_noted=appointments.get(BookingStatus.NOT_NOTED, 0),
                visited=self._visits[CallStatus.DONE],
                not_home=self._visits[CallStatus.NOT_HOME] + self._visits[CallStatus.NOBODY_HOME],
                denied=self._visits[DENIED],
            ),
        )


@rule("HC-06", "HC-07", "AP-04", "AP-05", "AT-06")
def answer_to(asked: Asked, now: datetime) -> Answer:
    """What became of the term. A press taken back is no answer, and a term once missed stays missed."""
    answered_at, ended_at = None, now
    for step in asked.steps:
        if step.status == _WITHDRAWN:
            ended_at = step.at
            break
        if step.status in _UNANSWERED:
            answered_at = None
        elif answered_at is None:
            answered_at = step.at
    missed = asked.answer_due is not None and (answered_at or ended_at) > asked.answer_due
    if missed or any(step.note == OVERDUE for step in asked.steps):
        return Answer.LATE
    if answered_at is not None:
        return Answer.IN_TIME
    return Answer.WAITING if ended_at is now else Answer.WITHDRAWN


def _groups(refusals: Mapping[tuple[str, str], int]) -> tuple[RefusalGroup, ...]:
    """The largest first; those too few to be shown stand last, by their names, which tells nothing."""
    shown = sorted(refusals, key=lambda group: (-refusals[group], group))
    return (
        *(RefusalGroup(*group, refusals[group]) for group in shown if refusals[group] >= SMALLEST_GROUP),
        *(RefusalGroup(*group, None) for group in sorted(refusals) if refusals[group] < SMALLEST_GROUP),
    )


def _sum(many: Iterable[Answers]) -> Answers:
    columns = zip(*((one.in_time, one.late, one.waiting, one.withdrawn) for one in many), strict=True)
    return Answers(*map(sum, columns))
