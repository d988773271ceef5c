"""The plain bot's times: a dictionary of what is free, another of what somebody holds; gone when it stops."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from benchmarks.surgeries import CLOSES, MINUTES, OPENS, WEEKDAYS, Post

HELD_FOR = timedelta(minutes=10)
DAYS = 14


@dataclass(frozen=True, slots=True)
class Time:
    """One time of one doctor."""

    id: int
    doctor: Post
    start: datetime
    end: datetime


@dataclass(slots=True)
class Held:
    """Who holds a time, and until when."""

    chat: int
    until: datetime


class Times:
    """Every doctor's free times, in order."""

    def __init__(self, doctors: Iterable[Post], now: datetime) -> None:
        self.doctors = {doctor.doctor_no: doctor for doctor in doctors}
        self._numbers = count(1)
        self._free = {doctor.doctor_no: self._made(doctor, now) for doctor in self.doctors.values()}
        self._by_id = {time.id: time for free in self._free.values() for time in free.values()}
        self._held: dict[int, Held] = {}

    def _made(self, doctor: Post, now: datetime) -> dict[int, Time]:
        days = (now.date() + timedelta(days=after) for after in range(DAYS + 1))
        times = (
            time for day in days if day.isoweekday() in WEEKDAYS for time in self._of_day(doctor, day, now)
        )
        return {time.id: time for time in times}

    def _of_day(self, doctor: Post, day: date, now: datetime) -> Iterable[Time]:
        zone = now.tzinfo if isinstance(now.tzinfo, ZoneInfo) else None
        start, closes = (datetime.combine(day, at, zone) for at in (OPENS, CLOSES))
        while start < closes:
            end = start + timedelta(minutes=MINUTES)
            yield Time(next(self._numbers), doctor, start, end)
            start = end

    def free(self, doctor_no: str, chat: int, now: datetime) -> list[Time]:
        """The times of that doctor which this chat can have, in order."""
        return [
            time
            for time in self._free[doctor_no].values()
            if time.start > now and not self._is_held(time.id, chat, now)
        ]

    def hold(self, number: int, chat: int, now: datetime) -> Time | None:
        """Keep the time for this chat, and let go of any other; None if it is not to be had."""
        time = self._by_id[number]
        if number not in self._free[time.doctor.doctor_no] or self._is_held(number, chat, now):
            return None
        self._held = {other: held for other, held in self._held.items() if held.chat != chat}
        self._held[number] = Held(chat, now + HELD_FOR)
        return time

    def book(self, number: int, chat: int, now: datetime) -> Time | None:
        """Give the time to this chat for good; None if it is not to be had."""
        time = self._by_id[number]
        if self._is_held(number, chat, now):
            return None
        self._held.pop(number, None)
        return self._free[time.doctor.doctor_no].pop(number, None)

    def _is_held(self, number: int, chat: int, now: datetime) -> bool:
        held = self._held.get(number)
        return held is not None and held.chat != chat and held.until > now


def by_day(times: Iterable[Time]) -> dict[date, int]:
    """How many times there are on each day."""
    return dict(Counter(time.start.date() for time in times))
