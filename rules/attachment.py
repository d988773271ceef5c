"""Attachment to a clinic: who may change and when, what the clinic's norm allows, and every term of it.

How often free choice is allowed and when it takes effect are dated rows of data, for the law moved between
once and twice a year (G-20, G-22); nothing here knows a figure that is not in such a row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final, Literal, TypeAlias, assert_never

from rules.calendar import NeverOpen, Schedule, WorkingCalendar, add_months
from rules.channels import Channel
from rules.clinics import Clinic, Takes
from rules.grounds import NORM_EXCEEDED, TOO_OFTEN
from rules.law import ALLOWED, Allowed, Ground, Limit, Refused, rule
from rules.people import Attachment, Person, age_on
from rules.sources import almaty_attachment, house_default

INTAKE_ENDS_BEFORE_CLOSING: Final = Limit(120, "minutes", almaty_attachment("cl. 16"))
ALARM_AFTER: Final = (2, 3)
"""An unanswered request is brought up to staff again at two thirds of its term, as home calls are."""

INFANTS_UNDER: Final = Limit(1, "years", house_default("G-20", "whose first attachment follows from birth"))
YOUNG_CHILDREN_UNDER: Final = Limit(5, "years", house_default("attachment by actual residence"))
MAY_BE_PREGNANT_FROM: Final = Limit(12, "years", house_default("attachment by actual residence"))
MAY_BE_PREGNANT_UNDER: Final = Limit(56, "years", house_default("attachment by actual residence"))
CHILDREN_UNDER: Final = Limit(18, "years", house_default("whom a children's clinic takes"))


@rule("G-20")
class Cause(StrEnum):
    """Why a person asks to be attached; free choice alone is counted (G-20)."""

    FREE_CHOICE = "free_choice"
    MOVED = "moved"
    BIRTH = "birth"
    CLINIC_CLOSED = "clinic_closed"
    ACTUAL_RESIDENCE = "actual_residence"


CAUSES: Final = tuple(Cause)


class Period(StrEnum):
    """What "a year" means in "once a year"."""

    CALENDAR_YEAR = "calendar_year"
    TWELVE_MONTHS = "twelve_months"


class Effect(StrEnum):
    """When a free choice takes effect, where that is not a fixed day of the year."""

    AT_ONCE = "at_once"
    NEXT_MONTH = "next_month"


class BadMonthDay(ValueError):
    """The text is not a day that every year has; carries the text, which is the operator's own."""


@dataclass(frozen=True, slots=True, order=True)
class MonthDay:
    """A day that every year has: "09-15"; 29 February is none."""

    month: int
    day: int

    def __post_init__(self) -> None:
        try:
            date(2027, self.month, self.day)
        except ValueError:
            raise BadMonthDay(str(self)) from None

    @classmethod
    def parse(cls, text: str) -> "MonthDay":
        """Read "09-15". Raises BadMonthDay."""
        try:
            month, day = (int(part) for part in text.split("-"))
        except ValueError:
            raise BadMonthDay(text) from None
        return cls(month, day)

    @classmethod
    def of(cls, day: date) -> "MonthDay":
        """The day without its year; 29 February counts as the 28th."""
        return cls(2, 28) if (day.month, day.day) == (2, 29) else cls(day.month, day.day)

    def on_or_after(self, day: date) -> date:
        """The first such day that is not before `day`."""
        this_year = date(day.year, self.month, self.day)
        return this_year if this_year >= day else date(day.year + 1, self.month, self.day)

    def __str__(self) -> str:
        return f"{self.month:02d}-{self.day:02d}"


Campaign: TypeAlias = tuple[MonthDay, MonthDay]
"""First and last day of the year on which a free choice may be made; may reach over New Year."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a clinic may be chosen freely, from `since` on: `choices` (1 or more) per `period`."""

    since: date
    choices: int
    period: Period
    campaign: Campaign | None
    effect: Effect | MonthDay


DEFAULT_TERMS: Final = Terms(date.min, 1, Period.CALENDAR_YEAR, None, Effect.AT_ONCE)
"""G-20 and G-22: once in a calendar year, on any day, at once."""


@rule("AT-07", "G-20", "G-22")
def terms_on(day: date, terms: Sequence[Terms]) -> Terms:
    """The newest terms in force on that day; the default before the first of them."""
    return max((one for one in terms if one.since <= day), key=lambda one: one.since, default=DEFAULT_TERMS)


@rule("G-20", "AT-02")
def causes_for(person: Person, today: date, attachment: Attachment | None) -> tuple[Cause, ...]:
    """The causes that this person may give, in the order shown; staff check what was given.

    Whether somebody is pregnant or a woman is for themself to say: neither is derived from the registry.
    """
    age = age_on(person.birth_date, today)
    pregnant = MAY_BE_PREGNANT_FROM.value <= age < MAY_BE_PREGNANT_UNDER.value
    possible = {
        Cause.FREE_CHOICE: True,
        Cause.MOVED: True,
        Cause.BIRTH: attachment is None and age < INFANTS_UNDER.value,
        Cause.CLINIC_CLOSED: attachment is not None,
        Cause.ACTUAL_RESIDENCE: age < YOUNG_CHILDREN_UNDER.value or pregnant,
    }
    return tuple(cause for cause in CAUSES if possible[cause])


@rule("AT-07", "G-20")
def counts_as_choice(cause: Cause | None, attached_on: date, birth: date) -> bool:
    """True if an attachment uses up a free choice.

    Where the register does not say why somebody was attached, it was their choice, unless they were an
    infant then: the register knows of no move, and the act allows one attachment a year.
    """
    if cause is not None:
        return cause is Cause.FREE_CHOICE
    return attached_on < birth or age_on(birth, attached_on) >= INFANTS_UNDER.value


Why: TypeAlias = Literal["used_up", "outside_campaign"]


@dataclass(frozen=True, slots=True)
class MayNotYet:
    """Free choice is used up (`last`: the day of the last one) or not open now; `earliest`: when it is."""

    ground: Ground
    why: Why
    last: date | None
    earliest: date
    allowed: Literal[False] = field(default=False, init=False)


@rule("AT-07", "E-09", "G-20")
def free_choice(
    choices_made: Sequence[date], terms: Sequence[Terms], today: date, *, attached: bool = True
) -> Allowed | MayNotYet:
    """Whether a clinic may be chosen freely today, and if not when next, under all terms known by now.

    Whoever is not `attached` anywhere is without care: no campaign makes them wait.
    """
    if not attached:
        terms = tuple(replace(one, campaign=None) for one in terms)
    in_force = terms_on(today, terms)
    frees = _frees_on(choices_made, in_force, today)
    if frees > today:
        return MayNotYet(TOO_OFTEN, "used_up", max(choices_made), _earliest(choices_made, terms, today))
    if _in_campaign(in_force, today) > today:
        return MayNotYet(TOO_OFTEN, "outside_campaign", None, _earliest(choices_made, terms, today))
    return ALLOWED


def _earliest(made: Sequence[date], terms: Sequence[Terms], today: date) -> date:
    spans = list(_spans(terms, today))
    for (starts, in_force), (ends, _) in pairwise(spans):
        day = _open_from(made, in_force, starts)
        if day < ends:
            return day
    last_from, last = spans[-1]
    return _open_from(made, last, last_from)


def _spans(terms: Sequence[Terms], today: date) -> Iterator[tuple[date, Terms]]:
    yield today, terms_on(today, terms)
    later = sorted((one for one in terms if one.since > today), key=lambda one: one.since)
    yield from ((one.since, one) for one in later)


def _open_from(made: Sequence[date], terms: Terms, day: date) -> date:
    return _in_campaign(terms, _frees_on(made, terms, day))


def _frees_on(made: Sequence[date], terms: Terms, day: date) -> date:
    """The first day not before `day` on which fewer choices count than are allowed."""
    ends = sorted(_stops_counting(one, terms.period) for one in made)
    counting = [one for one in ends if one > day]
    return day if len(counting) < terms.choices else counting[-terms.choices]


def _stops_counting(made: date, period: Period) -> date:
    match period:
        case Period.CALENDAR_YEAR:
            return date(made.year + 1, 1, 1)
        case Period.TWELVE_MONTHS:
            ends = add_months(made, 12)
            # Of a choice on 29 February the twelve months end with the 28th, not before it.
            return ends if ends.day == made.day else ends + timedelta(days=1)
        case _:
            assert_never(period)


def _in_campaign(terms: Terms, day: date) -> date:
    """The first day not before `day` on which a choice may be made at all."""
    if terms.campaign is None:
        return day
    first, last = terms.campaign
    here = MonthDay.of(day)
    inside = first <= here <= last if first <= last else here >= first or here <= last
    return day if inside else first.on_or_after(day)


@rule("G-22", "AT-15")
def effective_on(
    terms: Sequence[Terms], today: date, cause: Cause = Cause.FREE_CHOICE, *, attached: bool = True
) -> date:
    """The day on which an attachment registered today takes effect.

    The day of the terms is one of free choice between clinics: who moved, was born or is not `attached`
    anywhere is attached at once.
    """
    effect = terms_on(today, terms).effect
    if cause is not Cause.FREE_CHOICE or effect is Effect.AT_ONCE or not attached:
        return today
    if effect is Effect.NEXT_MONTH:
        return add_months(today.replace(day=1), 1)
    return effect.on_or_after(today)


@dataclass(frozen=True, slots=True)
class AlreadyHere:
    """Nothing to do: the person is attached to this clinic."""

    allowed: Literal[False] = field(default=False, init=False)


@dataclass(frozen=True, slots=True)
class OtherPatients:
    """Not a refusal of the service: a children's clinic and an adult, or the reverse."""

    takes: Takes
    allowed: Literal[False] = field(default=False, init=False)


MayAttach: TypeAlias = Allowed | Refused | MayNotYet | AlreadyHere | OtherPatients


@rule("AT-02", "AT-07", "AT-08", "AT-09", "X-11", "E-09", "G-20", "G-21")
def may_attach(
    person: Person,
    attachment: Attachment | None,
    choices_made: Sequence[date],
    cause: Cause,
    clinic: Clinic,
    attached_count: int,
    terms: Sequence[Terms],
    today: date,
    *,
    decided_on: date = date.min,
) -> MayAttach:
    """Whether that person may be attached to that clinic today (its date), on every channel alike (X-11).

    `today` is the day that the request is registered on: a later `decided_on` takes no right of choice away.
    A patient's age is that of the day on which the attachment takes effect.

    A second attachment cannot come to be here, because a switch ends the first (AT-09); what another
    register knows of, and whether identity is proven, is for staff to say. Judged when it is asked for and
    again when it is decided.
    """
    if attachment is not None and attachment.clinic_no == clinic.no:
        return AlreadyHere()
    attached = attachment is not None
    begins = max(effective_on(terms, today, cause, attached=attached), decided_on)
    if not takes_patient(clinic, person.birth_date, begins):
        return OtherPatients(clinic.takes)
    if cause is Cause.FREE_CHOICE:
        chosen = free_choice(choices_made, terms, today, attached=attached)
        if isinstance(chosen, MayNotYet):
            return chosen
    if has_room(clinic, attached_count) is False:
        return Refused(NORM_EXCEEDED)
    return ALLOWED


def takes_patient(clinic: Clinic, birth: date, today: date) -> bool:
    """True if a clinic of that kind takes patients of that age."""
    is_child = age_on(birth, today) < CHILDREN_UNDER.value
    match clinic.takes:
        case Takes.EVERYONE:
            return True
        case Takes.CHILDREN:
            return is_child
        case Takes.ADULTS:
            return not is_child
        case _:
            assert_never(clinic.takes)


@rule("AT-08", "G-21")
def has_room(clinic: Clinic, attached_count: int) -> bool | None:
    """Whether one more fits into the clinic's norm; None if it is not set: staff are warned, no more."""
    return None if clinic.norm is None else attached_count < clinic.norm


class NotByPhone(ValueError):
    """Attachment is not given by phone (AT-01)."""


@dataclass(frozen=True, slots=True)
class Registration:
    """When a request counts as registered, and by when the clinic answers (UTC).

    `same_day` is false if it was made too late and counts from the opening of a later day.
    """

    at: datetime
    answer_due: datetime
    same_day: bool


@rule("AT-05", "AT-06", "X-12", "E-08", "GEN-03")
def registration(
    now: datetime, clinic: Clinic, calendar: WorkingCalendar, channel: Channel = Channel.ELECTRONIC
) -> Registration:
    """How a request made `now` (aware) is registered: answered by closing of the day it is registered on.

    Electronically it is taken until two hours before closing, then for the next working day. At the desk it
    is taken until closing; in the last two hours the answer may come on the next working day (X-12).
    Raises NotByPhone, NeverOpen.
    """
    schedule = clinic.schedule(calendar)
    match channel:
        case Channel.ELECTRONIC:
            return _by_portal(now, schedule)
        case Channel.DESK:
            return _at_the_desk(now, schedule)
        case Channel.PHONE:
            raise NotByPhone
        case _:
            assert_never(channel)


def _by_portal(now: datetime, schedule: Schedule) -> Registration:
    today = schedule.local_day(now)
    opens, closes = schedule.opening(today), schedule.closing(today)
    if opens is not None and closes is not None and now < closes - INTAKE_ENDS_BEFORE_CLOSING.delta:
        return Registration(max(now, opens), closes, same_day=True)
    day, opens = schedule.next_working_opening(today)
    return Registration(opens, _closing(day, schedule), same_day=False)


def _at_the_desk(now: datetime, schedule: Schedule) -> Registration:
    at = now if schedule.is_open(now) else schedule.next_opening(now)
    day = schedule.local_day(at)
    due = _closing(day, schedule)
    if at >= due - INTAKE_ENDS_BEFORE_CLOSING.delta:
        due = _closing(schedule.next_working_day(day), schedule)
    return Registration(at, due, same_day=day == schedule.local_day(now))


def _closing(working_day: date, schedule: Schedule) -> datetime:
    closes = schedule.closing(working_day)
    if closes is None:
        raise NeverOpen
    return closes


def alarm_at(registration: Registration) -> datetime:
    """When an unanswered request is brought up to staff again: at two thirds of the term."""
    passed, of = ALARM_AFTER
    return registration.at + (registration.answer_due - registration.at) * passed / of
