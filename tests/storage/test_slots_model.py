"""Whatever citizens and staff do in whatever order, the registry agrees with a simple model of it.

The model is a handful of dicts; the registry is real, on both engines. Citizens hold, book, move, cancel,
wait, accept and decline; staff close a doctor's day and open it again; time passes.
"""

import asyncio
import tempfile
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from rules.appointment import HOLD, OFFER, is_worth_offering, offer_at
from rules.slots import ChangeKind, ScheduleChange, Slot, opens_at
from storage import due, requests, schedules, slots, waiting
from storage.database import Database, open_database
from storage.keys import KeyRing
from storage.migrate import migrate
from storage.requests import Changes
from tests.postgresql import emptied
from tests.registry import KEYS, NOW, HandClock, add_clinic, migrated_sqlite_url
from tests.storage.surgery import ANYBODY, FIRST, SECOND, clinic_of, new_request, open_surgery

T = TypeVar("T")

ZONE = ZoneInfo("Asia/Almaty")
DOCTORS = ("501", "502")
DAYS = (date(2026, 11, 20), date(2026, 11, 23))
WEEK = [(doctor, weekday, "14:00", "15:30", 30) for doctor in DOCTORS for weekday in (1, 5)]
CITIZENS = st.integers(1, 5)
PICK = st.integers(0, 11)
LAST = NOW + timedelta(days=4)


@dataclass
class Time:
    """What the model knows of one time of a doctor."""

    slot: Slot
    owner: int | None = None
    holder: int | None = None
    held_until: datetime = NOW
    is_closed: bool = False

    def is_to_be_had(self, now: datetime, holder: int | None) -> bool:
        """True if that holder could book it."""
        open_from = opens_at(self.slot.doctor_no, self.slot.day, ZONE)
        mine = self.holder is None or self.held_until <= now or self.holder == holder
        return not self.is_closed and self.owner is None and open_from <= now < self.slot.start and mine


@dataclass
class Line:
    """What the model knows of the waiting list."""

    order: list[int] = field(default_factory=list)
    asked: set[tuple[int, int]] = field(default_factory=set)
    offered: dict[int, tuple[int, datetime]] = field(default_factory=dict)

    def forget(self, slot_id: int, now: datetime) -> None:
        """The offers of that time that are over."""
        self.offered = {
            request_id: (offered, until)
            for request_id, (offered, until) in self.offered.items()
            if offered != slot_id or until > now
        }

    def leave(self, request_id: int) -> None:
        """That request is on the list no more."""
        self.order = [one for one in self.order if one != request_id]
        self.offered.pop(request_id, None)


class Surgery(RuleBasedStateMachine):
    """One clinic, two doctors, some days of November, a few citizens."""

    url = ""
    booked = Bundle("booked")
    days_off = Bundle("days_off")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = HandClock()
        self.line = Line()
        self.db: Database = self.run(self._opened())
        self.times = self.run(self._all_times())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @property
    def now(self) -> datetime:
        return self.clock.at

    async def _opened(self) -> Database:
        if not self.url:
            url = migrated_sqlite_url(Path(self.folder.name))
        else:
            url = self.url
            await emptied(url)
        db = await open_database(url, KeyRing.parse(KEYS), self.clock)
        await add_clinic(db)
        await open_surgery(db, WEEK)
        return db

    async def _all_times(self) -> dict[int, Time]:
        found = [await slots.between(self.db.reader, no, NOW, LAST) for no in DOCTORS]
        return {one.slot.id: Time(one.slot) for listed in found for one in listed}

    def teardown(self) -> None:
        self.run(self.db.close())
        self.runner.close()
        self.folder.cleanup()

    def time(self, pick: int) -> Time:
        return list(self.times.values())[pick % len(self.times)]

    def let_go(self, holder: int) -> None:
        for time in self.times.values():
            if time.holder == holder:
                time.holder = None

    @initialize()
    def nobody_is_there_yet(self) -> None:
        assert len(self.times) == 12

    @rule(citizen=CITIZENS, pick=PICK)
    def hold(self, citizen: int, pick: int) -> None:
        time = self.time(pick)
        can = time.is_to_be_had(self.now, citizen)
        assert self.run(self._hold(time.slot.id, citizen)) is can
        if not can:
            return
        still = time.holder == citizen and time.held_until > self.now
        until = time.held_until if still else self.now + HOLD.delta
        self.let_go(citizen)
        time.holder, time.held_until = citizen, until

    @rule(citizen=CITIZENS)
    def hold_again(self, citizen: int) -> None:
        """Choosing once more what one holds: the end of the hold stands, or a new one begins."""
        for pick, time in enumerate(self.times.values()):
            if time.holder == citizen:
                self.hold(citizen, pick)
                return

    async def _hold(self, slot_id: int, citizen: int) -> bool:
        async with self.db.transaction() as tx:
            return await slots.hold(tx, slot_id, citizen, self.now)

    @rule(target=booked, citizen=CITIZENS, pick=PICK)
    def book(self, citizen: int, pick: int) -> Any:
        time = self.time(pick)
        can = time.is_to_be_had(self.now, citizen)
        request_id = self.run(self._book(time.slot.id, citizen))
        assert (request_id is not None) is can
        if request_id is None:
            return multiple()
        time.owner, time.holder = request_id, None
        return request_id

    async def _book(self, slot_id: int, citizen: int) -> int | None:
        async with self.db.transaction() as tx:
            request_id = await new_request(tx, self.now)
            if await slots.book(tx, slot_id, request_id, citizen, self.now):
                return request_id
            await self._closed(tx, request_id)
        return None

    @rule(request_id=booked, citizen=CITIZENS, pick=PICK)
    def move(self, request_id: int, citizen: int, pick: int) -> None:
        time, old = self.time(pick), self.owned(request_id)
        can = time.is_to_be_had(self.now, citizen) or time.is_to_be_had(self.now, request_id)
        assert self.run(self._move(request_id, time.slot.id, citizen)) is can
        if not can:
            return
        if old is not None:
            old.owner = None
        time.owner, time.holder = request_id, None

    async def _move(self, request_id: int, slot_id: int, citizen: int) -> bool:
        async with self.db.transaction() as tx:
            return await slots.move(tx, request_id, slot_id, citizen, self.now)

    @rule(request_id=consumes(booked))
    def cancel(self, request_id: int) -> None:
        time = self.owned(request_id)
        freed = self.run(self._cancel(request_id))
        assert freed == (None if time is None else time.slot)
        self.line.leave(request_id)
        self.let_go(request_id)
        if time is not None:
            time.owner = None

    async def _cancel(self, request_id: int) -> Slot | None:
        async with self.db.transaction() as tx:
            slot = await slots.give_up(tx, request_id)
            await waiting.leave(tx, request_id, self.now)
            await self._closed(tx, request_id)
            if slot is not None:
                waiting.freed(tx, slot, self.now, ZONE)
        return slot

    async def _closed(self, tx: Any, request_id: int) -> None:
        await requests.move(tx, request_id, 1, "cancelled", "citizen", self.now, Changes(closed_at=self.now))

    @rule(request_id=booked)
    def wait(self, request_id: int) -> None:
        assert self.run(self._wait(request_id)) is (request_id not in self.line.order)
        if request_id not in self.line.order:
            self.line.order.append(request_id)

    async def _wait(self, request_id: int) -> bool:
        async with self.db.transaction() as tx:
            return await waiting.wait(tx, request_id, ANYBODY, self.now)

    @rule(pick=PICK)
    def offer(self, pick: int) -> None:
        """The clock finds a time due to be offered, rightly or not: only who should be asked is asked."""
        time = self.time(pick)
        expected = self.next_in_line(time)
        offered = self.run(self._offer(time.slot.id))
        assert (None if offered is None else offered.request_id) == expected
        self.line.forget(time.slot.id, self.now)
        if expected is not None:
            until = self.now + OFFER.delta
            self.line.asked.add((time.slot.id, expected))
            self.line.offered[expected] = (time.slot.id, until)
            time.holder, time.held_until = expected, until

    def next_in_line(self, time: Time) -> int | None:
        nobody = time.holder is None or time.held_until <= self.now
        if not time.is_to_be_had(self.now, None) or not nobody:
            return None
        if not is_worth_offering(time.slot.start, self.now) or offer_at(self.now, ZONE) > self.now:
            return None
        for request_id in self.line.order:
            owned = self.owned(request_id)
            is_asked = self.line.offered.get(request_id, (0, self.now))[1] > self.now
            is_earlier = owned is None or owned.slot.start > time.slot.start
            if is_earlier and not is_asked and (time.slot.id, request_id) not in self.line.asked:
                return request_id
        return None

    async def _offer(self, slot_id: int) -> waiting.Offered | None:
        async with self.db.transaction() as tx:
            return await waiting.offer(tx, slot_id, self.now, ZONE)

    @rule(request_id=booked, pick=PICK, accepts=st.booleans())
    def answer(self, request_id: int, pick: int, accepts: bool) -> None:
        slot_id, until = self.line.offered.get(request_id, (self.time(pick).slot.id, NOW))
        is_offered = request_id in self.line.offered
        time = self.times[slot_id]
        if accepts:
            can = is_offered and until > self.now and time.is_to_be_had(self.now, request_id)
            assert self.run(self._accept(request_id, slot_id)) is can
            if can:
                self._swap(request_id, time)
            return
        assert self.run(self._decline(request_id, slot_id)) is is_offered
        if is_offered:
            del self.line.offered[request_id]
            self.let_go(request_id)

    def _swap(self, request_id: int, time: Time) -> None:
        old = self.owned(request_id)
        if old is not None:
            old.owner = None
        time.owner, time.holder = request_id, None
        self.line.leave(request_id)

    async def _accept(self, request_id: int, slot_id: int) -> bool:
        async with self.db.transaction() as tx:
            return await waiting.accept(tx, request_id, slot_id, self.now)

    async def _decline(self, request_id: int, slot_id: int) -> bool:
        async with self.db.transaction() as tx:
            return await waiting.decline(tx, request_id, slot_id, self.now)

    @rule(target=days_off, doctor=st.sampled_from(DOCTORS), day=st.sampled_from(DAYS))
    def take_a_day_off(self, doctor: str, day: date) -> Any:
        touched = [one for one in self.ahead() if (one.slot.doctor_no, one.slot.day) == (doctor, day)]
        if not touched or any(one.is_closed for one in touched):
            return multiple()
        lost = {one.owner for one in touched if one.owner is not None}
        changed = self.run(self._change(ScheduleChange(5, day, ChangeKind.DAY_OFF, doctor)))
        assert {one.request_id for one in changed.lost} == lost
        ripe = self.run(due.ripe(self.db.reader, self.now))
        assert lost <= {one.subject_id for one in ripe if one.kind == slots.LOST}
        for one in touched:
            one.owner, one.holder, one.is_closed = None, None, True
        return changed.change_id, doctor, day

    async def _change(self, wanted: ScheduleChange) -> schedules.Changed:
        clinic, calendar = await clinic_of(self.db)
        async with self.db.transaction() as tx:
            return await schedules.change(tx, clinic, calendar, wanted, "staff:1", self.now)

    @rule(day_off=consumes(days_off))
    def take_the_day_off_back(self, day_off: tuple[int, str, date]) -> None:
        change_id, doctor, day = day_off
        changed = self.run(self._take_back(change_id))
        reopened = [one for one in self.ahead() if (one.slot.doctor_no, one.slot.day) == (doctor, day)]
        assert (changed.added, changed.lost) == (len(reopened), ())
        for one in reopened:
            one.is_closed = False

    async def _take_back(self, change_id: int) -> schedules.Changed:
        clinic, calendar = await clinic_of(self.db)
        async with self.db.transaction() as tx:
            return await schedules.take_back(tx, clinic, calendar, change_id, self.now)

    @rule(minutes=st.sampled_from([1, 5, 10, 15, 60, 600]))
    def time_passes(self, minutes: int) -> None:
        self.clock.forward(60 * minutes)

    def ahead(self) -> list[Time]:
        return [one for one in self.times.values() if one.slot.start > self.now]

    def owned(self, request_id: int) -> Time | None:
        return next((one for one in self.times.values() if one.owner == request_id), None)

    @invariant()
    def every_citizen_is_shown_what_they_can_have_and_nothing_else(self) -> None:
        for wish, holder in ((ANYBODY, None), (FIRST, 1), (SECOND, 2)):
            shown = self.run(slots.free(self.db.reader, wish, self.now, before=LAST, holder=holder))
            can = [
                one.slot for one in self.times.values()
                if one.is_to_be_had(self.now, holder) and wish.doctor_no in (None, one.slot.doctor_no)
            ]  # fmt: skip
            assert list(shown) == sorted(can, key=lambda slot: (slot.start, slot.doctor_no))

    @invariant()
    def every_booking_stands_where_it_should(self) -> None:
        listed = [self.run(slots.between(self.db.reader, no, NOW, NOW + timedelta(days=4))) for no in DOCTORS]
        owners = {one.slot.id: one.request_id for many in listed for one in many}
        assert owners == {one.slot.id: one.owner for one in self.times.values() if not one.is_closed}


def follow_bookings(engine: str, url: str, examples: int) -> None:
    """Play so many random lives, and compare each with the model; ``url`` is of an empty PostgreSQL or ""."""
    if url:
        asyncio.run(migrate(url))
    machine = type(f"Surgery_{engine}", (Surgery,), {"url": url})
    run_state_machine_as_test(machine, settings=settings(max_examples=examples, stateful_step_count=30))


def test_bookings_agree_with_a_simple_model_whatever_happens_on_sqlite() -> None:
    follow_bookings("sqlite", "", 30)


def test_bookings_agree_with_a_simple_model_whatever_happens_on_postgresql(postgresql_url: str) -> None:
    follow_bookings("postgresql", postgresql_url, 8)
