"""No history of switches ever leaves anybody with two attachments, or with none: a simple model of it.

Registers are loaded with older and newer days, citizens switch, the same request is decided again, two are
decided at once, the clock stands, steps back and goes on; the registry is real, on both engines.
"""

import asyncio
import tempfile
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from rules.attachment import Cause
from rules.iin import Iin
from storage import attachments
from storage.attachments import Stay, history
from storage.database import Database, open_database
from storage.keys import KeyRing
from storage.load import Loaded, load
from storage.migrate import migrate
from tests.postgresql import emptied
from tests.registry import KEYS, NOW, HandClock, add_clinic, add_person, migrated_sqlite_url
from tests.storage.attaching import request_for, switched
from tests.storage.test_load import PEOPLE, folder, person_row

T = TypeVar("T")

CLINICS = (4, 5, 6)
WHO, WHERE = st.integers(0, 2), st.sampled_from(CLINICS)
DAYS = st.dates(date(2026, 11, 18), date(2026, 11, 24))


@dataclass
class Citizen:
    """What the model knows of one person."""

    id: int
    iin: Iin
    clinic_no: int | None = None
    attached_on: date = date.min
    by_bot: bool = False
    stays: int = 0
    decided: dict[int, tuple[int, int | None]] = field(default_factory=dict)

    def switch(self, clinic_no: int, day: date, request: int | None) -> int | None:
        """Go there, and say where from."""
        before = self.clinic_no
        if before == clinic_no:
            return before
        self.clinic_no, self.attached_on, self.by_bot = clinic_no, day, request is not None
        self.stays += 1
        if request is not None:
            self.decided[request] = (clinic_no, before)
        return before


class Register(RuleBasedStateMachine):
    """Three clinics and three people."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = HandClock()
        self.db: Database = self.run(self._opened())
        self.citizens = [Citizen(*self.run(add_person(self.db))) for _ in range(3)]

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    async def _opened(self) -> Database:
        url = self.url or migrated_sqlite_url(Path(self.folder.name))
        if self.url:
            await emptied(url)
        db = await open_database(url, KeyRing.parse(KEYS), self.clock)
        for no in CLINICS:
            await add_clinic(db, no)
        return db

    def teardown(self) -> None:
        self.run(self.db.close())
        self.runner.close()
        self.folder.cleanup()

    @rule(who=WHO, where=WHERE, day=DAYS, cause=st.sampled_from(Cause))
    def a_citizen_is_switched(self, who: int, where: int, day: date, cause: Cause) -> None:
        citizen = self.citizens[who]
        request = self.run(request_for(self.db, citizen.id, where))
        came_from = self.run(
            switched(self.db, citizen.id, where, request, self.clock.at, cause=cause, day=day)
        )
        assert came_from == citizen.switch(where, day, request)

    @rule(who=WHO, pick=st.integers(0, 9), day=DAYS)
    def a_request_is_decided_again(self, who: int, pick: int, day: date) -> None:
        citizen = self.citizens[who]
        if citizen.decided:
            request = list(citizen.decided)[pick % len(citizen.decided)]
            where, before = citizen.decided[request]
            again = self.run(switched(self.db, citizen.id, where, request, self.clock.at, day=day))
            assert again == before

    @rule(who=WHO, one=WHERE, other=WHERE, day=DAYS)
    def two_are_decided_at_once(self, who: int, one: int, other: int, day: date) -> None:
        citizen = self.citizens[who]
        asked = [(no, self.run(request_for(self.db, citizen.id, no))) for no in (one, other)]
        self.run(self._at_once(citizen, asked, day))
        last = self.run(history(self.db.reader, citizen.id))[-1]
        # Whichever was first, the other one followed it; of two for one clinic only the first is kept.
        as_asked = last.request_id == asked[0][1] if one == other else last.clinic_no == other
        for no, request in asked if as_asked else asked[::-1]:
            citizen.switch(no, day, request)

    async def _at_once(self, citizen: Citizen, asked: list[tuple[int, int]], day: date) -> None:
        now = self.clock.at
        await asyncio.gather(
            *(switched(self.db, citizen.id, no, request, now, day=day) for no, request in asked)
        )

    @rule(who=WHO, where=WHERE, day=DAYS)
    def a_register_is_loaded(self, who: int, where: int, day: date) -> None:
        citizen = self.citizens[who]
        row = person_row(citizen.iin.digits, clinic_no=str(where), attached_on=day.isoformat())
        files = folder(Path(self.folder.name), people=PEOPLE + row)
        assert isinstance(self.run(load(self.db, files, self.clock.at)), Loaded)
        stands = (where, day) == (citizen.clinic_no, citizen.attached_on)
        if not stands and not (citizen.by_bot and day <= citizen.attached_on):
            citizen.clinic_no, citizen.attached_on, citizen.by_bot = where, day, False
            citizen.stays += 1

    @rule(seconds=st.sampled_from([-60, 1, 86_400]))
    def the_clock_is_moved(self, seconds: int) -> None:
        self.clock.forward(seconds)

    @invariant()
    def everybody_has_one_unbroken_history(self) -> None:
        for citizen in self.citizens:
            stays = self.run(history(self.db.reader, citizen.id))
            assert len(stays) == citizen.stays
            assert [stay.ended_at is None for stay in stays] == [False] * (len(stays) - 1) + [True] * bool(
                stays
            )
            assert all(_follow(before, after) for before, after in pairwise(stays))
            if stays:
                assert (stays[-1].clinic_no, stays[-1].attached_on) == (
                    citizen.clinic_no,
                    citizen.attached_on,
                )

    @invariant()
    def every_clinic_is_counted(self) -> None:
        for no in CLINICS:
            counted = self.run(attachments.attached_count(self.db.reader, no))
            assert counted == sum(citizen.clinic_no == no for citizen in self.citizens)
        assert self.run(self.db.reader.rows("verify_attached_counts")) == []
        assert self.run(self.db.reader.rows("verify_attachments")) == []


def _follow(before: Stay, after: Stay) -> bool:
    assert before.began_at is not None
    return before.ended_at == after.began_at and before.began_at < (before.ended_at or NOW)


def follow_switches(engine: str, url: str, examples: int) -> None:
    """Play so many random lives, and compare each with the model; ``url`` is of an empty PostgreSQL or ""."""
    if url:
        asyncio.run(migrate(url))
    machine = type(f"Register_{engine}", (Register,), {"url": url})
    run_state_machine_as_test(machine, settings=settings(max_examples=examples, stateful_step_count=20))


def test_AT_09_no_switches_leave_two_attachments_or_a_gap_on_sqlite() -> None:
    follow_switches("sqlite", "", 25)


def test_AT_09_no_switches_leave_two_attachments_or_a_gap_on_postgresql(
    postgresql_url: str,
) -> None:
    follow_switches("postgresql", postgresql_url, 8)
