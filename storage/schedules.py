"""Schedules: the weeks of a clinic's doctors and the days that differ, and the times that are made of them.

Making is repeated safely: it compares what should be with what is. A booking outside the doctor's hours is
lost: it is handed to the partner of a substitution, or its request falls due as `slots.LOST`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from rules.calendar import Schedule, WorkingCalendar
from rules.clinics import Clinic
from rules.slots import ChangeKind, ScheduleChange, WeeklyHours, days_to_book
from storage import due, slots, waiting
from storage.database import Reader, Row, Tx
from storage.instants import day, day_text, micros
from storage.slot_making import DoctorOfSchedule, Made, Making
from storage.slots import Booked

MAKE: Final = "make_slots"
"""Due kind: the times of the clinic (the subject) are to be made up to the horizon."""

_MADE_AT: Final = time(0, 10)


@dataclass(frozen=True, slots=True)
class KeptChange:
    """A change of the schedule and the id under which it is taken back."""

    id: int
    change: ScheduleChange


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change did: times added and taken away, bookings that were lost, and those another doctor has
    now.
    """

    change_id: int
    added: int
    closed: int
    lost: tuple[Booked, ...]
    substituted: tuple[Booked, ...]


class NotInForce(Exception):
    """There is no such change of this clinic, or no longer; or the same one stands already."""


async def extend(tx: Tx, clinic: Clinic, calendar: WorkingCalendar, now: datetime) -> Made:
    """Make the clinic's times from now to the horizon, and set when to do so next: just after midnight.

    Two doctors in one room, where the clinic forbids it: the later one's hours are left out and handed back.
    What if it runs twice: nothing is added or closed.
    """
    await _alone(tx, clinic.no)
    schedule = clinic.schedule(calendar)
    tomorrow = schedule.local_day(now) + timedelta(days=1)
    due.set_due(tx, MAKE, clinic.no, datetime.combine(tomorrow, _MADE_AT, schedule.zone).astimezone(UTC))
    making = await _making(tx, clinic, schedule, now)
    made = await making.make(making.doctors, days_to_book(schedule.local_day(now)))
    _tell(tx, slots.LOST, made.lost, now)
    await waiting.opened(tx, made.opened, now, schedule.zone)
    return made


async def change(
    tx: Tx, clinic: Clinic, calendar: WorkingCalendar, wanted: ScheduleChange, actor: str, now: datetime
) -> Changed:
    """Enter a change and make its day anew. Bookings that cannot be kept fall due as `slots.LOST`, those
    that a substitute has now as `slots.SUBSTITUTED`.

    Raises NotInForce if the same change stands already, or a doctor is not of this clinic; RoomTaken where
    the clinic forbids it: then the caller's transaction is to be rolled back.
    """
    await _alone(tx, clinic.no)
    entered = _in_the_room(wanted, await _doctors(tx, clinic.no))
    change_id = tx.ids.new()
    if not await tx.rows("schedule_change_add", **_row_of(change_id, entered, actor, now)):
        raise NotInForce
    return await _made_anew(tx, clinic, calendar, KeptChange(change_id, entered), now)


async def take_back(
    tx: Tx, clinic: Clinic, calendar: WorkingCalendar, change_id: int, now: datetime
) -> Changed:
    """End a change and make its day anew, as `change` does. Raises NotInForce, RoomTaken."""
    await _alone(tx, clinic.no)
    row = await tx.row("schedule_change_by_id", id=change_id)
    if row is None or row[1] != clinic.no:
        raise NotInForce
    if not await tx.rows("schedule_change_end", id=change_id, now=micros(now)):
        raise NotInForce
    return await _made_anew(tx, clinic, calendar, _kept(row), now)


async def drop_hours(tx: Tx, hours: WeeklyHours) -> bool:
    """Take one line out of a doctor's week. `extend` is to follow. Twice: False."""
    tx.later("data_changed")
    return bool(
        await tx.rows(
            "schedule_week_drop",
            doctor_no=hours.doctor_no,
            weekday=hours.weekday,
            starts=f"{hours.start:%H:%M}",
        )
    )


async def changes_of(reader: Reader, clinic_no: int, since: date) -> tuple[KeptChange, ...]:
    """The changes in force from that day on, in order of days."""
    rows = await reader.rows("schedule_changes_of", clinic_no=clinic_no, since=day_text(since))
    return tuple(_kept(row) for row in rows)


async def weeks_of(reader: Reader, clinic_no: int) -> tuple[WeeklyHours, ...]:
    """The weeks of all doctors of the clinic."""
    rows = await reader.rows("schedule_weeks", clinic_no=clinic_no)
    return tuple(
        WeeklyHours(row[0], row[1], time.fromisoformat(row[2]), time.fromisoformat(row[3]), row[4])
        for row in rows
    )


async def day_of_doctor(
    reader: Reader, clinic: Clinic, calendar: WorkingCalendar, doctor_no: str, on: date
) -> tuple[Booked, ...]:
    """The doctor's list of that day of the clinic: every time, and who has it."""
    begins, ends = clinic.schedule(calendar).bounds(on)
    return await slots.between(reader, doctor_no, begins, ends)


async def _alone(tx: Tx, clinic_no: int) -> None:
    """One at a time makes a clinic's times: another process must not make what is closed in this moment."""
    await tx.rows("schedule_lock", clinic_no=clinic_no)


async def _doctors(tx: Tx, clinic_no: int) -> list[DoctorOfSchedule]:
    return [DoctorOfSchedule(*row) for row in await tx.rows("schedule_doctors", clinic_no=clinic_no)]


def _in_the_room(change: ScheduleChange, doctors: Sequence[DoctorOfSchedule]) -> ScheduleChange:
    """Whoever stands in does so in the room where the patients were told to come."""
    if change.kind is not ChangeKind.SUBSTITUTION or change.room is not None:
        return change
    room = next((doctor.room for doctor in doctors if doctor.doctor_no == change.doctor_no), "")
    return replace(change, room=room or None)


async def _making(tx: Tx, clinic: Clinic, schedule: Schedule, now: datetime) -> Making:
    doctors = await _doctors(tx, clinic.no)
    kept = await changes_of(tx, clinic.no, schedule.local_day(now))
    weeks = await weeks_of(tx, clinic.no)
    return Making(tx, clinic, schedule, doctors, weeks, [one.change for one in kept], now)


async def _made_anew(
    tx: Tx, clinic: Clinic, calendar: WorkingCalendar, kept: KeptChange, now: datetime
) -> Changed:
    schedule = clinic.schedule(calendar)
    making = await _making(tx, clinic, schedule, now)
    touched = _touched(making.doctors, kept.change)
    days = [kept.change.day] if kept.change.day in days_to_book(schedule.local_day(now)) else []
    made = await making.make(touched, days)
    clash = next(iter(made.rooms_taken), None) if days else making.room_clash(touched, kept.change.day)
    if clash is not None:
        raise clash
    substituted, lost = await _handed_over(tx, kept.change, made.lost, now)
    _tell(tx, slots.LOST, lost, now)
    _tell(tx, slots.SUBSTITUTED, substituted, now)
    await waiting.opened(tx, made.opened, now, schedule.zone)
    await _days_made(tx, touched, schedule.bounds(kept.change.day), now)
    return Changed(kept.id, made.added, made.closed, lost, substituted)


def _touched(doctors: Sequence[DoctorOfSchedule], change: ScheduleChange) -> list[DoctorOfSchedule]:
    if change.kind is ChangeKind.CLOSED_DAY:
        return list(doctors)
    named = [no for no in (change.doctor_no, change.substitute_no) if no is not None]
    found = [doctor for doctor in doctors if doctor.doctor_no in named]
    if len(found) < len(named):
        raise NotInForce
    return found


async def _handed_over(
    tx: Tx, change: ScheduleChange, lost: Sequence[Booked], now: datetime
) -> tuple[tuple[Booked, ...], tuple[Booked, ...]]:
    """In a substitution each booking goes to the other doctor's time that begins alike, if it is free."""
    if change.kind is not ChangeKind.SUBSTITUTION:
        return (), tuple(lost)
    other = {change.doctor_no: change.substitute_no, change.substitute_no: change.doctor_no}
    handed, left = list[Booked](), list[Booked]()
    for booked in lost:
        taken = await _taken_over(tx, booked, other.get(booked.slot.doctor_no), now)
        if taken is None:
            left.append(booked)
        else:
            handed.append(taken)
    return tuple(handed), tuple(left)


async def _taken_over(tx: Tx, booked: Booked, other: str | None, now: datetime) -> Booked | None:
    if other is None or booked.request_id is None:
        return None
    for there in await slots.between(tx, other, booked.slot.start, booked.slot.end):
        slot, request_id = there.slot, booked.request_id
        alike = (slot.start, slot.role) == (booked.slot.start, booked.slot.role)
        if alike and await slots.book(tx, slot.id, request_id, request_id, now):
            return Booked(slot, request_id)
    return None


def _tell(tx: Tx, kind: str, bookings: Sequence[Booked], now: datetime) -> None:
    for booked in bookings:
        if booked.request_id is not None:
            due.set_due(tx, kind, booked.request_id, now)


async def _days_made(
    tx: Tx, doctors: Sequence[DoctorOfSchedule], bounds: tuple[datetime, datetime], now: datetime
) -> None:
    """Whoever keeps a list of that day is to look at it again."""
    for doctor in doctors:
        slot = await slots.one_between(tx, doctor.doctor_no, *bounds)
        if slot is not None:
            due.set_due(tx, slots.DAY_MADE, slot.id, now)


def _row_of(change_id: int, change: ScheduleChange, actor: str, now: datetime) -> dict[str, object]:
    return {
        "id": change_id,
        "clinic_no": change.clinic_no,
        "day": day_text(change.day),
        "kind": change.kind.value,
        "doctor_no": change.doctor_no,
        "starts": None if change.start is None else f"{change.start:%H:%M}",
        "ends": None if change.end is None else f"{change.end:%H:%M}",
        "slot_minutes": change.slot_minutes,
        "room": change.room,
        "substitute_no": change.substitute_no,
        "made_by": actor,
        "made_at": micros(now),
    }


def _kept(row: Row) -> KeptChange:
    change_id, clinic_no, on, kind, doctor_no, starts, ends, minutes, room, substitute_no = row
    change = ScheduleChange(
        clinic_no=clinic_no,
        day=day(on),
        kind=ChangeKind(kind),
        doctor_no=doctor_no,
        start=None if starts is None else time.fromisoformat(starts),
        end=None if ends is None else time.fromisoformat(ends),
        slot_minutes=minutes,
        room=room,
        substitute_no=substitute_no,
    )
    return KeptChange(change_id, change)
