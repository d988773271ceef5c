"""The survey of the act: its two questions, whom it asks when, and what of its answers may be shown.

Answers are counted, never kept beside a person. A month is shown once all that was asked in it is closed, and
a group of fewer than five answers never: not by itself, and not as what is left when others are taken away.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from rules.clinics import Clinic
from rules.days import COUNTRY_ZONE
from rules.law import Limit, rule
from rules.public_services import PublicService
from rules.quiet_hours import DAY_ENDS, MessageKind, may_be_sent_at
from rules.rounds import ASKED_AFTER as VISIT_ASKED_AFTER
from rules.sources import astana_home_call, house_default

FORM: Final = astana_home_call("appendix 3")
"""The only form there is (X-32); appointment and attachment have the same one."""

ASKED_AFTER: Final = Limit(1, "hours", house_default("G-64"))
OPEN_FOR: Final = Limit(7, "days", house_default("G-64"))
VISIT_FIRST: Final = Limit(
    30, "minutes", house_default("G-64", "an open \u201cdid the doctor come?\u201d goes first")
)
ASKED_AGAIN_AFTER: Final = Limit(1, "days", house_default("G-64", "whoever pressed \u201clater\u201d"))
ASKED_WITHIN: Final = Limit(1, "days", house_default("G-64", "after a longer silence nobody is asked"))
SMALLEST_GROUP: Final = Limit(5, "count", house_default("G-65"))

NO_CLINIC: Final = 0
"""What gave a service that no clinic gives: one of the three centres."""


class SurveyQuestion(StrEnum):
    """What is asked."""

    QUALITY = "quality"
    INFORMATION = "information"


class Grade(IntEnum):
    """The three answers, under the codes that the form gives them."""

    NOT_SATISFIED = 1
    PARTLY = 2
    SATISFIED = 3


class BadGrade(ValueError):
    """No answer of the form."""


@rule("SV-01", "X-32")
def questions() -> tuple[SurveyQuestion, ...]:
    """The two questions of the form, in their order; each answer is complete with both."""
    return (SurveyQuestion.QUALITY, SurveyQuestion.INFORMATION)


@rule("SV-02")
def read_grade(text: str) -> Grade:
    """The answer under that code. Raises BadGrade."""
    if text not in _CODES:
        raise BadGrade
    return _CODES[text]


_CODES: Final = {str(grade.value): grade for grade in Grade}
_OWN_DOING: Final = frozenset({"cancelled"})
_NO_ANSWER: Final = frozenset({"closed"})


@rule("G-64")
def asks_after(status: str) -> bool:
    """True if whoever asked for a service is asked about it once it ended so: refused ones too.

    Not after what they took back themselves, nor where it ended without anybody's answer.
    """
    return status not in _OWN_DOING | _NO_ANSWER


@rule("G-64", "G-47")
def is_asked(ended_at: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """True from an hour after the end on, but never at night; both instants are aware."""
    return now >= ended_at + ASKED_AFTER.delta and may_be_sent_at(MessageKind.REMINDER, now, zone) <= now


@rule("G-64", "G-47")
def visits_left_until(now: datetime, zone: ZoneInfo) -> datetime:
    """The latest end of a visit (UTC) that is asked about though nobody has said whether the doctor came.

    Two at once confuse: that question comes half an hour after the visit, the survey an hour after it. Where
    the first had to wait for the morning, the survey follows a "yes" at once, and else half an hour later.
    """
    asked = now - VISIT_FIRST.delta
    if may_be_sent_at(MessageKind.REMINDER, asked, zone) > asked:
        local = asked.astimezone(zone)
        evening = local.date() - timedelta(days=local.hour < DAY_ENDS.value)
        asked = datetime.combine(evening, time(DAY_ENDS.value), zone).astimezone(UTC) - datetime.resolution
    return asked - VISIT_ASKED_AFTER.delta


@rule("G-64")
def asked_again_at(now: datetime, open_until: datetime, zone: ZoneInfo) -> datetime | None:
    """When whoever pressed "later" is asked once more, None if it is closed by then."""
    again = may_be_sent_at(MessageKind.REMINDER, now + ASKED_AGAIN_AFTER.delta, zone)
    return again if again < open_until else None


@rule("G-64")
def open_until(asked: datetime, month: str) -> datetime:
    """Until when an answer counts: seven days, and never beyond the day on which its month is shown."""
    return min(asked + OPEN_FOR.delta, shown_from(month))


def month_of(ended_at: datetime) -> str:
    """The month an answer is counted in, "2026-11": that of the end, by the country's clock."""
    return f"{ended_at.astimezone(COUNTRY_ZONE):%Y-%m}"


@rule("G-65")
def shown_from(month: str) -> datetime:
    """The instant (UTC) from which a month's figures are shown: all that was asked is closed by then.

    Shown before, figures that grow would tell whoever watches them what the last one answered.
    """
    first = date.fromisoformat(f"{month}-01")
    following = (first + timedelta(days=31)).replace(day=1)
    # The last end of a month is asked about the next morning, and may be answered for seven days.
    day = following + timedelta(days=1) + OPEN_FOR.delta
    return datetime.combine(day, time(), COUNTRY_ZONE)


def newest_shown(now: datetime) -> str:
    """The newest month that may be shown at `now`."""
    month = month_of(now)
    while shown_from(month) > now:
        month = month_before(month)
    return month


def month_before(month: str) -> str:
    """The month before that one."""
    return f"{date.fromisoformat(f'{month}-01') - timedelta(days=1):%Y-%m}"


def services_of(clinic: Clinic) -> tuple[PublicService, ...]:
    """What is given there, and so can be answered about."""
    return _OF_COLLEGE if clinic.is_college else _OF_CLINIC


_OF_CLINIC: Final = (PublicService.HOME_CALL, PublicService.APPOINTMENT, PublicService.ATTACHMENT)
_OF_COLLEGE: Final = (PublicService.TRAINING, PublicService.DUPLICATE)


@dataclass(frozen=True, slots=True)
class Shares:
    """What was answered to each question: how many gave each grade. Both questions have as many answers."""

    counts: Mapping[tuple[SurveyQuestion, Grade], int] = field(default_factory=dict)

    @property
    def answers(self) -> int:
        """How many people answered."""
        return sum(self.of(questions()[0], grade) for grade in Grade)

    def of(self, question: SurveyQuestion, grade: Grade) -> int:
        """How many gave that grade."""
        return self.counts.get((question, grade), 0)

    @rule("SV-04", "G-65")
    def percent(self, question: SurveyQuestion) -> dict[Grade, int]:
        """The shares of 3, of 2 and of 1 in whole per cent that make a hundred together.

        Nothing answered: nothing shared.
        """
        whole = self.answers
        if not whole:
            return dict.fromkeys(sorted(Grade, reverse=True), 0)
        exact = {grade: self.of(question, grade) * 100 for grade in sorted(Grade, reverse=True)}
        shares = {grade: part // whole for grade, part in exact.items()}
        # The largest rests get what rounding left over; of equal ones the lower grade, which nobody flatters.
        left = 100 - sum(shares.values())
        for grade in sorted(exact, key=lambda one: (-(exact[one] % whole), one))[:left]:
            shares[grade] += 1
        return shares

    def __add__(self, other: "Shares") -> "Shares":
        keys = self.counts.keys() | other.counts.keys()
        return Shares({key: self.counts.get(key, 0) + other.counts.get(key, 0) for key in keys})

    @property
    def enough(self) -> bool:
        """True if it may be shown."""
        return self.answers >= SMALLEST_GROUP.value


@dataclass(frozen=True, slots=True)
class SurveyMonth:
    """All answers of a month by service and clinic, and what of them may be shown."""

    month: str
    cells: Mapping[tuple[PublicService, int], Shares] = field(default_factory=dict)

    @rule("SV-04", "G-65")
    def of_clinic(self, service: PublicService, clinic_no: int) -> Shares | None:
        """What was answered about a service of one clinic; None for fewer than five, and for none at all."""
        shares = self.cells.get((service, clinic_no), Shares())
        return shares if shares.enough else None

    @rule("SV-04", "G-65")
    def of_service(self, service: PublicService) -> Shares | None:
        """What was answered about a service everywhere; None where too few are left to be shown.

        Clinics with fewer than five answers count only where several of them have five together: else they
        are left out, so that nobody finds them by taking the shown clinics away. No other sum is made: not
        of a clinic's services, not of months.
        """
        every = [shares for (one, _), shares in self.cells.items() if one is service and shares.answers]
        shown = [shares for shares in every if shares.enough]
        hidden = [shares for shares in every if not shares.enough]
        rest = _sum(hidden)
        if len(hidden) > 1 and rest.enough:
            shown.append(rest)
        return _sum(shown) if shown else None


def _sum(many: Iterable[Shares]) -> Shares:
    total = Shares()
    for one in many:
        total += one
    return total
