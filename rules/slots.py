"""The times at which a doctor can be booked: made from the week, its exceptions and the clinic's calendar.

A time lies inside the hours of a day on which the clinic works, and never on any other day (GEN-02).
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from rules.calendar import Schedule
from rules.doctors import DoctorRole
from rules.law import Limit, rule
from rules.sources import house_default

HORIZON: Final = Limit(14, "days", house_default("G-49"))
LISTED_BACK: Final = Limit(14, "days", house_default("AP-18", "days whose outcomes can still be entered"))
SLOT: Final = Limit(15, "minutes", house_default("G-50"))
OPENING_BEGINS: Final = Limit(8, "hours", house_default("fairness", "new days appear from eight"))
OPENING_MINUTES: Final = Limit(240, "minutes", house_default("fairness", "until noon, a minute per doctor"))
OPENING_SEED: Final = "dariger"
"""Published with the rule, so that anybody can work out when a doctor's day appears."""


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """A doctor's hours on one weekday (1 is Monday), local time, cut into times of so many minutes."""

    doctor_no: str
    weekday: int
    start: time
    end: time
    slot_minutes: int = SLOT.value


class ChangeKind(StrEnum):
    """What a change of the schedule does to its day."""

    DAY_OFF = "day_off"
    EXTRA_HOURS = "extra_hours"
    SUBSTITUTION = "substitution"
    CLOSED_DAY = "closed_day"


class BadChange(ValueError):
    """A change of the schedule that means nothing; carries a code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class ScheduleChange:
    """One day on which a clinic's schedule differs. Raises BadChange.

    `CLOSED_DAY` is for the whole clinic and names no doctor. `DAY_OFF` is one doctor's. `EXTRA_HOURS` has
    start, end and, if they differ, minutes and room. In a `SUBSTITUTION` the `substitute_no` works the
    doctor's hours, in `room` or else in their own.
    """

    clinic_no: int
    day: date
    kind: ChangeKind
    doctor_no: str | None = None
    start: time | None = None
    end: time | None = None
    slot_minutes: int = SLOT.value
    room: str | None = None
    substitute_no: str | None = None

    def __post_init__(self) -> None:
        if (self.doctor_no is None) is not (self.kind is ChangeKind.CLOSED_DAY):
            raise BadChange("doctor")
        if (self.substitute_no is not None) is not (self.kind is ChangeKind.SUBSTITUTION):
            raise BadChange("substitute")
        if self.substitute_no is not None and self.substitute_no == self.doctor_no:
            raise BadChange("substitute")
        if self.kind is ChangeKind.EXTRA_HOURS:
            if self.start is None or self.end is None or self.start >= self.end:
                raise BadChange("hours")
        elif self.start is not None or self.end is not None:
            raise BadChange("hours")
        if self.slot_minutes < 1:
            raise BadChange("minutes")


@dataclass(frozen=True, slots=True)
class WorkingSpan:
    """Unbroken hours of one doctor in one room (UTC), cut into times of so many minutes."""

    start: datetime
    end: datetime
    slot_minutes: int
    room: str


@dataclass(frozen=True, slots=True)
class SlotTime:
    """One time that can be booked (UTC), and the room."""

    start: datetime
    end: datetime
    room: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One time of one doctor as the registry keeps it; `day` is the clinic's date, instants are UTC."""

    id: int
    doctor_no: str
    clinic_no: int
    role: DoctorRole
    day: date
    start: datetime
    end: datetime
    room: str


@rule("GEN-02", "AP-01", "G-50")
def slots_of_day(
    doctor_no: str,
    room: str,
    day: date,
    weeks: Iterable[WeeklyHours],
    changes: Iterable[ScheduleChange],
    schedule: Schedule,
) -> tuple[SlotTime, ...]:
    """The times of that doctor on that day, in order. `room` is the doctor's own.

    `weeks` and `changes` may hold other doctors' and other days' too. Times never overlap: where hours do,
    the earlier ones are kept.
    """
    return cut(spans_of_day(doctor_no, room, day, weeks, changes, schedule))


def cut(spans: Iterable[WorkingSpan]) -> tuple[SlotTime, ...]:
    """The times that spans in order are cut into; what is left over at the end of a span is too short."""
    slots: list[SlotTime] = []
    for span in spans:
        for slot in _cut(span):
            if not slots or slots[-1].end <= slot.start:
                slots.append(slot)
    return tuple(slots)


def _cut(span: WorkingSpan) -> Iterator[SlotTime]:
    # Counted in elapsed time: on a day whose clocks are changed no time is made twice or is too short.
    length = timedelta(minutes=span.slot_minutes)
    start = span.start
    while start + length <= span.end:
        yield SlotTime(start, start + length, span.room)
        start += length


@rule("GEN-02")
def spans_of_day(
    doctor_no: str,
    room: str,
    day: date,
    weeks: Iterable[WeeklyHours],
    changes: Iterable[ScheduleChange],
    schedule: Schedule,
) -> tuple[WorkingSpan, ...]:
    """When and where that doctor works on that day, in order; arguments as of `slots_of_day`."""
    today = [change for change in changes if change.day == day]
    if not schedule.is_working_day(day) or any(change.kind is ChangeKind.CLOSED_DAY for change in today):
        return ()
    hours = [*_of_week(doctor_no, room, day, weeks, today), *_extra(doctor_no, room, today)]
    spans = (_inside(day, start, end, minutes, where, schedule) for start, end, minutes, where in hours)
    return tuple(sorted((span for span in spans if span is not None), key=lambda span: span.start))


def _of_week(
    doctor_no: str, room: str, day: date, weeks: Iterable[WeeklyHours], today: list[ScheduleChange]
) -> Iterator[tuple[time, time, int, str]]:
    swaps = [change for change in today if change.kind is ChangeKind.SUBSTITUTION]
    days_off = {change.doctor_no for change in today if change.kind is ChangeKind.DAY_OFF}
    # A day off of one's own is a day off, whomever one was to stand in for.
    if doctor_no in days_off:
        return
    this_day = [hours for hours in weeks if hours.weekday == day.isoweekday()]
    # One's own hours come first: where the other's begin alike, one's own patients keep one's own room.
    if all(swap.doctor_no != doctor_no for swap in swaps):
        yield from (_in_room(hours, room) for hours in this_day if hours.doctor_no == doctor_no)
    for swap in swaps:
        if swap.substitute_no == doctor_no:
            where = swap.room or room
            yield from (_in_room(hours, where) for hours in this_day if hours.doctor_no == swap.doctor_no)


def _in_room(hours: WeeklyHours, room: str) -> tuple[time, time, int, str]:
    return hours.start, hours.end, hours.slot_minutes, room


def _extra(doctor_no: str, room: str, today: list[ScheduleChange]) -> Iterator[tuple[time, time, int, str]]:
    for change in today:
        if change.kind is not ChangeKind.EXTRA_HOURS or change.doctor_no != doctor_no:
            continue
        if change.start is not None and change.end is not None:
            yield change.start, change.end, change.slot_minutes, change.room or room


def _inside(
    day: date, start: time, end: time, minutes: int, room: str, schedule: Schedule
) -> WorkingSpan | None:
    """Those hours as far as the clinic is open, None if it is not."""
    opens, closes = schedule.opening(day), schedule.closing(day)
    if opens is None or closes is None:
        return None
    begins = max(opens, datetime.combine(day, start, schedule.zone).astimezone(UTC))
    ends = min(closes, datetime.combine(day, end, schedule.zone).astimezone(UTC))
    return WorkingSpan(begins, ends, minutes, room) if begins < ends else None


def is_within(start: datetime, end: datetime, spans: Iterable[WorkingSpan]) -> bool:
    """True if the doctor works from start to end, whatever the times the hours are cut into."""
    reached = start
    for span in spans:
        if span.start <= reached < span.end:
            reached = span.end
    return reached >= end


@rule("G-49")
def days_to_book(today: date) -> tuple[date, ...]:
    """Today and every day up to the horizon, both included."""
    return tuple(today + timedelta(days=days) for days in range(HORIZON.value + 1))


@rule("AP-18")
def days_listed(today: date) -> tuple[date, ...]:
    """Every day whose list staff may ask for: the days past on which an outcome can still be entered, too."""
    past = tuple(today - timedelta(days=days) for days in range(LISTED_BACK.value, 0, -1))
    return past + days_to_book(today)


@rule("G-49")
def opens_at(doctor_no: str, day: date, zone: ZoneInfo, seed: str = OPENING_SEED) -> datetime:
    """When that doctor's day appears to citizens (UTC): on the morning it comes within the horizon.

    Each doctor's day has a minute of its own between eight and noon, the first eight bytes of SHA-256 of
    "seed|doctor|day" modulo 240: whoever is awake at eight does not take every doctor's times.
    """
    digest = hashlib.sha256(f"{seed}|{doctor_no}|{day.isoformat()}".encode()).digest()
    minutes = int.from_bytes(digest[:8]) % OPENING_MINUTES.value
    morning = datetime.combine(day - timedelta(days=HORIZON.value), time(OPENING_BEGINS.value), zone)
    return morning.astimezone(UTC) + timedelta(minutes=minutes)
