"""A doctor called to the home: who may call and until when, when the clinic answers and the doctor comes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Literal, TypeAlias, assert_never

from rules.calendar import Schedule, WorkingCalendar
from rules.channels import Channel
from rules.clinics import Clinic
from rules.grounds import NOT_ATTACHED
from rules.law import ALLOWED, Limit, Refused, Verdict, rule
from rules.people import Attachment
from rules.sources import almaty_home_call, house_default

DESK_ANSWER: Final = Limit(10, "minutes", almaty_home_call("cl. 14"))
ELECTRONIC_ANSWER: Final = Limit(30, "minutes", almaty_home_call("cl. 14"))
DESK_ALARM: Final = Limit(8, "minutes", house_default("HC-06 alarm"))
ELECTRONIC_ALARM: Final = Limit(20, "minutes", house_default("HC-07 alarm", "two thirds of the term"))
VISIT_WINDOW: Final = Limit(120, "minutes", house_default("G-17"))
SHORTEST_REST_OF_WINDOW: Final = Limit(60, "minutes", house_default("G-17", "time for the way"))


class Reason(StrEnum):
    """What troubles the patient, as offered before their own words."""

    FEVER = "fever"
    COUGH_COLD = "cough_cold"
    STOMACH = "stomach"
    PRESSURE = "pressure"
    PAIN = "pain"
    RASH = "rash"
    CHILD_UNWELL = "child_unwell"
    CANNOT_WALK = "cannot_walk"
    OTHER = "other"


REASONS: Final = tuple(Reason)


@rule("G-16")
class RedFlag(StrEnum):
    """Signs on which 103 is called at once; they lead there and never refuse a call (G-16)."""

    CHEST_PAIN = "chest_pain"
    BREATHING = "breathing"
    UNCONSCIOUS = "unconscious"
    SEIZURES = "seizures"
    BLEEDING = "bleeding"
    STROKE = "stroke"


RED_FLAGS: Final = tuple(RedFlag)


@rule("HC-03", "GEN-14")
def may_call_home(attachment: Attachment | None, chosen_clinic: int | None = None) -> Verdict:
    """Whether the call goes to a clinic at all; that clinic is `clinic_of_call`.

    A clinic chosen by hand (a call for another adult) is judged by its staff, so that a caller learns
    nothing of where somebody else is attached.
    """
    if chosen_clinic is not None or attachment is not None:
        return ALLOWED
    return Refused(NOT_ATTACHED)


def clinic_of_call(attachment: Attachment | None, chosen_clinic: int | None = None) -> int | None:
    """The clinic that the call goes to: the one chosen by hand, else the one of attachment."""
    if chosen_clinic is not None:
        return chosen_clinic
    return attachment.clinic_no if attachment else None


@rule("HC-03", "G-73")
def is_attached_here(attachment: Attachment | None, clinic_no: int) -> Verdict:
    """What this clinic's staff see of the patient: attached here, elsewhere (and where), or nowhere."""
    if attachment is None:
        return Refused(NOT_ATTACHED)
    if attachment.clinic_no != clinic_no:
        return Refused(NOT_ATTACHED, attached_to=attachment.clinic_no)
    return ALLOWED


@rule("HC-06", "HC-07", "HC-16")
def answer_limit(channel: Channel) -> Limit:
    """How long the clinic has to confirm or refuse."""
    match channel:
        case Channel.DESK | Channel.PHONE:
            return DESK_ANSWER
        case Channel.ELECTRONIC:
            return ELECTRONIC_ANSWER
        case _:
            assert_never(channel)


@rule("HC-06", "HC-07")
def alarm_after(channel: Channel) -> Limit:
    """When an unanswered call is brought up to staff again."""
    match channel:
        case Channel.DESK | Channel.PHONE:
            return DESK_ALARM
        case Channel.ELECTRONIC:
            return ELECTRONIC_ALARM
        case _:
            assert_never(channel)


@rule("HC-06", "HC-07")
def is_overdue(answer_due: datetime, answered_at: datetime) -> bool:
    """True if the answer came later than its term; exactly at the term is in time."""
    return answered_at > answer_due


Why: TypeAlias = Literal["after_cutoff", "day_off"]


@dataclass(frozen=True, slots=True)
class ForToday:
    """Taken for the day of the request. Before opening the clock of the answer starts at opening."""

    visit_day: date
    registered_at: datetime
    clock_from: datetime
    alarm_at: datetime
    answer_due: datetime


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """Not for today: taken for the next working day, the clock starting when the clinic opens (X-05)."""

    visit_day: date
    opens_at: datetime
    alarm_at: datetime
    answer_due: datetime
    why: Why


@dataclass(frozen=True, slots=True)
class NotTaken:
    """This clinic takes nothing after its cut-off; the day it works again, for the text."""

    why: Why
    opens_at: datetime


Intake: TypeAlias = ForToday | CarriedOver | NotTaken


@rule("HC-06", "HC-07", "HC-08", "HC-09", "GEN-03", "X-05", "X-31", "G-01", "E-01", "E-02", "E-03", "E-04")
def intake(now: datetime, clinic: Clinic, calendar: WorkingCalendar, channel: Channel) -> Intake:
    """For which day a request made `now` (aware) is taken, and by when it is answered (both UTC)."""
    schedule = clinic.schedule(calendar)
    today = schedule.local_day(now)
    opens, cutoff = schedule.opening(today), cutoff_of(today, clinic, calendar)
    if opens is not None and cutoff is not None and now < cutoff:
        starts = max(now, opens)
        alarm, due = _clock(starts, channel)
        return ForToday(today, now, starts, alarm, due)
    why: Why = "day_off" if opens is None else "after_cutoff"
    return _after_hours(schedule, today, clinic, channel, why)


def _after_hours(schedule: Schedule, today: date, clinic: Clinic, channel: Channel, why: Why) -> Intake:
    day, opens = schedule.next_working_opening(today)
    if clinic.after_cutoff == "refuse":
        return NotTaken(why, opens)
    alarm, due = _clock(opens, channel)
    return CarriedOver(day, opens, alarm, due, why)


def _clock(starts: datetime, channel: Channel) -> tuple[datetime, datetime]:
    return starts + alarm_after(channel).delta, starts + answer_limit(channel).delta


@rule("HC-08", "X-08")
def cutoff_of(day: date, clinic: Clinic, calendar: WorkingCalendar) -> datetime | None:
    """The instant (UTC) from which nothing more is taken for that day, None on a day off."""
    closes = clinic.schedule(calendar).closing(day)
    return closes - timedelta(minutes=clinic.cutoff_minutes) if closes else None


@dataclass(frozen=True, slots=True)
class VisitWindow:
    """When the doctor comes, both ends in UTC."""

    start: datetime
    end: datetime


@rule("HC-09", "HC-10", "G-17")
def visit_windows(
    day: date, now: datetime, clinic: Clinic, calendar: WorkingCalendar
) -> tuple[VisitWindow, ...]:
    """The windows that may be promised for that day: two hours, inside the hours, with time left to go.

    Never empty while the clinic is still open on that day; empty on a day off and after closing.
    """
    open_still = [window for window in _windows_of(day, clinic, calendar) if window.end > now]
    roomy = [window for window in open_still if window.end - now >= SHORTEST_REST_OF_WINDOW.delta]
    return tuple(roomy or open_still[-1:])


def _windows_of(day: date, clinic: Clinic, calendar: WorkingCalendar) -> list[VisitWindow]:
    schedule = clinic.schedule(calendar)
    start, closes = schedule.opening(day), schedule.closing(day)
    if start is None or closes is None:
        return []
    opens, width = start, VISIT_WINDOW.delta
    windows = []
    while start < closes:
        # The last window of an odd day (Saturday 12-14 after 11-13) is whole and reaches back instead.
        windows.append(VisitWindow(max(opens, min(start, closes - width)), min(start + width, closes)))
        start += width
    return windows


class ForWhom(StrEnum):
    """Whom the caller calls for."""

    SELF = "self"
    CHILD = "child"
    OTHER = "other"
