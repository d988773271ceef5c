"""Making times: what a doctor's hours say should be there, compared with what is, for some days.

The laws of this file:

1. A booking inside the doctor's hours is kept, also when the hours are now cut into other times; no new time
   overlaps it.
2. Whatever lies outside the hours is closed by one statement that says who was booked: nobody is forgotten
   who booked in that very moment.
3. What begins before now is left alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from rules.calendar import Schedule
from rules.clinics import Clinic
from rules.doctors import is_of_the_three
from rules.slots import (
    ScheduleChange,
    Slot,
    SlotTime,
    WeeklyHours,
    WorkingSpan,
    cut,
    is_within,
    opens_at,
    spans_of_day,
)
from storage import slots
from storage.database import Row, Tx
from storage.instants import day_text, instant, micros
from storage.slots import Booked, slot_of

_QUARTER_US: Final = 15 * 60 * 1_000_000


@dataclass(frozen=True, slots=True)
class DoctorOfSchedule:
    """A doctor as far as times are made: number, role as listed, own room ("" is unknown)."""

    doctor_no: str
    role: str
    room: str


class RoomTaken(Exception):
    """Another doctor has the room from that instant (UTC), and the clinic lets one in at a time."""

    def __init__(self, room: str, doctor_no: str, at: datetime) -> None:
        super().__init__(f"room {room}: doctor {doctor_no}")
        self.room = room
        self.doctor_no = doctor_no
        self.at = at


@dataclass(frozen=True, slots=True)
class Made:
    """What making did: times added and closed, the bookings lost by it, the rooms that were not to be had.

    Each added time stands beside the instant from which it can be booked.
    """

    opened: tuple[tuple[Slot, datetime], ...]
    closed: int
    lost: tuple[Booked, ...]
    rooms_taken: tuple[RoomTaken, ...]

    @property
    def added(self) -> int:
        """How many times were added."""
        return len(self.opened)


Days = Mapping[date, Sequence[WorkingSpan]]


class Making:
    """One making of a clinic's times, with everything it rests on already read."""

    def __init__(
        self,
        tx: Tx,
        clinic: Clinic,
        schedule: Schedule,
        doctors: Sequence[DoctorOfSchedule],
        weeks: Sequence[WeeklyHours],
        changes: Sequence[ScheduleChange],
        now: datetime,
    ) -> None:
        self.doctors: Final = doctors
        self._tx: Final = tx
        self._clinic: Final = clinic
        self._schedule: Final = schedule
        self._weeks: Final = weeks
        self._changes: Final = changes
        self._now: Final = now

    async def make(self, doctors: Sequence[DoctorOfSchedule], days: Sequence[date]) -> Made:
        """Make the times of these doctors on these days, which follow each other."""
        if not days or not doctors:
            return Made((), 0, (), ())
        bounds = self._bounds(days)
        hours = {doctor.doctor_no: self._hours(doctor, days) for doctor in doctors}
        taken = await self._take_rooms(hours, bounds) if self._clinic.rooms_exclusive else []
        asked = [{"doctor_no": doctor.doctor_no, **bounds} for doctor in doctors]
        found = await self._tx.each("slots_to_come", asked)
        made = [
            await self._make_one(doctor, hours[doctor.doctor_no], rows)
            for doctor, rows in zip(doctors, found, strict=True)
        ]
        return Made(
            tuple(time for one in made for time in one.opened),
            sum(one.closed for one in made),
            tuple(booked for one in made for booked in one.lost),
            tuple(taken),
        )

    def room_clash(self, doctors: Sequence[DoctorOfSchedule], on: date) -> RoomTaken | None:
        """Whom these doctors would find in their rooms on that day, as far as the hours say: for days too
        far ahead to be made.
        """
        if not self._clinic.rooms_exclusive:
            return None
        spans = [(one, span) for one in self.doctors for span in self._hours(one, [on])[on] if span.room]
        mine = {doctor.doctor_no for doctor in doctors}
        return next(
            (
                RoomTaken(span.room, there.doctor_no, max(span.start, other.start))
                for one, span in spans
                if one.doctor_no in mine
                for there, other in spans
                if there.doctor_no != one.doctor_no and _meet(span, other)
            ),
            None,
        )

    def _bounds(self, days: Sequence[date]) -> dict[str, int]:
        begins, ends = self._schedule.bounds(days[0])[0], self._schedule.bounds(days[-1])[1]
        return {"after": micros(max(begins - timedelta(microseconds=1), self._now)), "before": micros(ends)}

    def _hours(self, doctor: DoctorOfSchedule, days: Sequence[date]) -> dict[date, Sequence[WorkingSpan]]:
        if not is_of_the_three(doctor.role):
            return dict.fromkeys(days, ())
        return {
            on: spans_of_day(doctor.doctor_no, doctor.room, on, self._weeks, self._changes, self._schedule)
            for on in days
        }

    async def _make_one(self, doctor: DoctorOfSchedule, hours: Days, rows: Sequence[Row]) -> Made:
        is_kept = {row[0]: self._keeps(doctor, hours, row) for row in rows}
        wanted = {slot.start: (on, slot) for on, slot in self._times(hours)}
        outside = [row for row in rows if row[9] is None and not is_kept[row[0]]]
        lost_by = await slots.close(self._tx, [row[0] for row in outside], self._now)
        left = [row for row in rows if row[9] is None and is_kept[row[0]]]
        off_grid = [row for row in left if row[8] is None and instant(row[5]) not in wanted]
        shut = await self._close_free(off_grid)
        standing = [row for row in left if row[0] not in shut]
        booked = [row for row in standing if row[8] is not None or row in off_grid]
        opened = await self._put(doctor, wanted, standing, booked)
        self._renew_rooms(hours, booked)
        lost = tuple(Booked(slot_of(row), lost_by[row[0]]) for row in outside if row[0] in lost_by)
        return Made(opened, len(outside) + len(shut), lost, ())

    def _keeps(self, doctor: DoctorOfSchedule, hours: Days, row: Row) -> bool:
        if (row[2], row[3]) != (self._clinic.no, doctor.role):
            return False
        start, end = instant(row[5]), instant(row[6])
        return is_within(start, end, hours.get(self._schedule.local_day(start), ()))

    def _times(self, hours: Days) -> Iterable[tuple[date, SlotTime]]:
        return ((on, slot) for on, spans in hours.items() for slot in cut(spans) if slot.start > self._now)

    async def _close_free(self, rows: Sequence[Row]) -> set[int]:
        closing = [{"id": row[0], "now": micros(self._now)} for row in rows]
        return {found[0][0] for found in await self._tx.each("slot_close_free", closing) if found}

    async def _put(
        self,
        doctor: DoctorOfSchedule,
        wanted: Mapping[datetime, tuple[date, SlotTime]],
        standing: Sequence[Row],
        booked: Sequence[Row],
    ) -> tuple[tuple[Slot, datetime], ...]:
        there = {instant(row[5]): row for row in standing}
        busy = [(instant(row[5]), instant(row[6])) for row in booked]
        puts = [
            self._row_of(doctor, on, slot)
            for on, slot in wanted.values()
            if not any(start < slot.end and slot.start < end for start, end in busy)
            if slot.start not in there or not _is_alike(there[slot.start], slot)
        ]
        written = await self._tx.each("slot_put", puts)
        return tuple(
            (slot_of(rows[0]), instant(rows[0][8]))
            for rows in written
            if rows and instant(rows[0][5]) not in there
        )

    def _row_of(self, doctor: DoctorOfSchedule, on: date, slot: SlotTime) -> dict[str, object]:
        return {
            "id": self._tx.ids.new(),
            "doctor_no": doctor.doctor_no,
            "clinic_no": self._clinic.no,
            "role": doctor.role,
            "day": day_text(on),
            "starts": micros(slot.start),
            "ends": micros(slot.end),
            "room": slot.room,
            "opens_at": micros(opens_at(doctor.doctor_no, on, self._schedule.zone)),
        }

    def _renew_rooms(self, hours: Days, booked: Sequence[Row]) -> None:
        """A booking stays when the doctor moves to another room: whoever comes is told the new one."""
        for row in booked:
            start = instant(row[5])
            spans = hours.get(self._schedule.local_day(start), ())
            room = next((span.room for span in spans if span.start <= start < span.end), row[7])
            if room != row[7]:
                self._tx.later("slot_room", id=row[0], room=room)

    async def _take_rooms(
        self, hours: dict[str, dict[date, Sequence[WorkingSpan]]], bounds: Mapping[str, int]
    ) -> list[RoomTaken]:
        """Take the rooms of everybody's hours; hours in a room that another has are left out of `hours`."""
        since, before = bounds["after"] // _QUARTER_US, bounds["before"] // _QUARTER_US
        for doctor_no in hours:
            self._tx.later("room_leave", doctor_no=doctor_no, since=since, before=before)
        refused: list[RoomTaken] = []
        for doctor_no, days in hours.items():
            for on, spans in days.items():
                kept = []
                for span in spans:
                    taken = await self._take_room(doctor_no, span, since)
                    if taken is None:
                        kept.append(span)
                    else:
                        refused.append(taken)
                days[on] = kept
        return refused

    async def _take_room(self, doctor_no: str, span: WorkingSpan, since: int) -> RoomTaken | None:
        if not span.room:
            return None
        first, last = micros(span.start) // _QUARTER_US, -(-micros(span.end) // _QUARTER_US)
        room = {"clinic_no": self._clinic.no, "room": span.room}
        asked = [
            {**room, "doctor_no": doctor_no, "quarter": quarter} for quarter in range(max(first, since), last)
        ]
        for quarter, found in zip(asked, await self._tx.each("room_take", asked), strict=True):
            if found[0][0] != doctor_no:
                self._tx.later("room_give_back", **room, doctor_no=doctor_no, since=first, before=last)
                return RoomTaken(span.room, found[0][0], instant(int(str(quarter["quarter"])) * _QUARTER_US))
        return None


def _meet(one: WorkingSpan, other: WorkingSpan) -> bool:
    return one.room == other.room and one.start < other.end and other.start < one.end


def _is_alike(row: Row, slot: SlotTime) -> bool:
    return (instant(row[6]), row[7]) == (slot.end, slot.room)
