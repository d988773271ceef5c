"""What is owed to the monitoring system: one event for each change of a status, in its very transaction."""

import random
import sqlite3
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

import asyncpg
import pytest

from rules.booking_status import BookingStatus
from rules.centre_info import InfoStatus
from rules.law import GroundCode
from rules.monitoring import Transition, event_of
from rules.training import Asked, Stage
from storage import Clash, centres, monitoring, requests, training
from storage.centres import Info
from storage.database import Database, open_database
from storage.instants import micros
from storage.keys import KeyRing
from storage.migrate import Migrated, migrate, script
from storage.monitoring import Settled, State
from storage.requests import NO_CHANGES, RegisteredRequest
from storage.retention import erase, prune
from storage.statements import Statement
from storage.training import Training
from tests.inquiries import about_other, about_self, issued
from tests.monitored import asked_of_college, by_step, events, moved, registered, transitions, wanted
from tests.registry import KEYS, NOW, HandClock, add_clinic, add_person, registry, sqlite_url

COLLEGE = 90
LATEST = NOW + timedelta(days=1)


async def owed(db: Database, clock: HandClock, most: int = 100) -> list[Transition]:
    return list(await monitoring.to_send(db.reader, clock.now(), most))


async def taken(db: Database, clock: HandClock, *some: Transition, state: State = State.SENT) -> None:
    async with db.transaction() as tx:
        await monitoring.settle(tx, [Settled(one, state, "code") for one in some], clock.now())


async def test_MO_01_each_change_of_a_status_is_one_event_with_all_that_is_told(
    db: Database, clock: HandClock
) -> None:
    request = await registered(db, NOW)
    later = clock.forward(60)
    await moved(db, request.id, "confirmed", later)
    first, second = await owed(db, clock)
    assert first == Transition(
        "request", request.id, 1, "registered", NOW, request.number, 2026, "home_call", 5
    )
    assert (second.mark, second.status, second.at) == (2, "confirmed", later)
    assert event_of(second).stage == "done"


async def test_MO_01_what_is_noted_without_a_change_is_no_event(db: Database, clock: HandClock) -> None:
    request = await registered(db, NOW, "appointment")
    await moved(db, request.id, BookingStatus.CONFIRMED, clock.forward(60))
    async with db.transaction() as tx:
        requests.note(tx, request.id, "clock", clock.now(), "overdue")
    # Another time was chosen: the booking is confirmed as it was.
    await moved(db, request.id, BookingStatus.CONFIRMED, clock.forward(60))
    await moved(db, request.id, BookingStatus.TO_MOVE, clock.forward(60))
    assert [(one.mark, one.status) for one in await events(db)] == [
        (1, "registered"),
        (2, "confirmed"),
        (5, "to_move"),
    ]


async def test_G_82_centres_and_the_college_are_told_as_clinics_are(db: Database, clock: HandClock) -> None:
    await add_clinic(db, COLLEGE)
    made = await about_self(db, clock)
    await issued(made, NOW + timedelta(days=10))
    asked = await asked_of_college(db, clock.now(), Asked.DUPLICATE)
    async with db.transaction() as tx:
        assert await training.move(tx, asked, Stage.ASSIGNED, "staff:9", clock.now()) is not None
    told = [event_of(one).written() for one in await owed(db, clock)]
    assert [(one["service"], one["stage"], one["status"], one["clinic"]) for one in told] == [
        ("narcology", "in_review", "asking", None),
        ("narcology", "done", "ready", None),
        ("duplicate", "registered", "registered", COLLEGE),
        ("duplicate", "in_review", "assigned", COLLEGE),
    ]
    assert [one["number"] for one in told] == ["93-000001", "93-000001", "90-000001", "90-000001"]


async def test_IC_16_the_consent_of_another_is_told_as_registered_and_its_own_steps_not_at_all(
    db: Database, clock: HandClock
) -> None:
    made = await about_other(db, clock)
    assert [one.status for one in await events(db)] == ["consent"]
    await made.agree()
    assert [one.status for one in await events(db)] == ["consent"]


class _Lost(Exception):
    """A transaction that is lost before its end."""


async def lost(db: Database) -> None:
    """A request that is registered, with its event, in a transaction that is lost."""
    with suppress(_Lost):
        async with db.transaction() as tx:
            await requests.register(tx, wanted(), NOW)
            assert await tx.rows("monitoring_waits_within", since=0, until=micros(NOW) + 1)
            raise _Lost


async def test_MO_04_what_is_rolled_back_leaves_no_event(db: Database, clock: HandClock) -> None:
    await lost(db)
    request = await registered(db, NOW)
    with pytest.raises(Clash):
        async with db.transaction() as tx:
            # A refusal without a ground: the database forbids the step.
            await requests.move(tx, request.id, 1, "refused", "staff:1", NOW, NO_CHANGES)
    assert [one.id for one in await events(db)] == [f"request.{request.id}.1"]
    assert len(await owed(db, clock)) == 1


async def test_MO_04_there_are_as_many_events_as_transitions_over_a_whole_random_life(
    db: Database, clock: HandClock
) -> None:
    """Calls, bookings, attachments, centres, the college; notes, undone steps, lost transactions, erasure."""
    seed = random.SystemRandom().randrange(10**6)
    sys.stdout.write(f"seed {seed}\n")
    life = _Life(db, clock, random.Random(seed))
    await add_clinic(db, COLLEGE)
    for _ in range(110):
        await life.goes_on()
    found = await events(db)
    assert len(found) == len({one.id for one in found})
    assert sorted(found, key=by_step) == await transitions(db)
    assert len(found) > 40
    # Of one request they stand in the order of its steps.
    places: dict[tuple[str, int], int] = {}
    for one in found:
        assert one.mark > places.get((one.source, one.subject_id), 0)
        places[one.source, one.subject_id] = one.mark
    # And each of them can be told.
    assert [event_of(one).id for one in await owed(db, clock, 10_000)] == [one.id for one in found]


STATUSES: Final = {
    "home_call": ("confirmed", "refused", "registered", "next_day", "on_way", "done", "cancelled"),
    "appointment": ("confirmed", "waiting", "to_move", "came", "did_not_come", "refused"),
    "attachment": ("accepted", "attached", "refused", "cancelled", "closed"),
}


class _Life:
    """Things that happen in any order."""

    def __init__(self, db: Database, clock: HandClock, chance: random.Random) -> None:
        self.db, self.clock, self.chance = db, clock, chance
        self.requests: list[RegisteredRequest] = []
        self.centres: list[int] = []
        self.trainings: list[Training] = []
        self.people: list[int] = []

    async def goes_on(self) -> None:
        self.clock.forward(self.chance.uniform(-0.5, 30))
        happens = (
            *(self._asked, self._moved, self._moved, self._moved, self._noted, self._lost),
            *(self._of_centre, self._centre_moved, self._of_college, self._college_moved, self._erased),
        )
        await self.chance.choice(happens)()

    async def _asked(self) -> None:
        service = self.chance.choice(tuple(STATUSES))
        person_id, _ = await add_person(self.db)
        self.people.append(person_id)
        async with self.db.transaction() as tx:
            new = wanted(service, 5, person_id)
            self.requests.append(await requests.register(tx, new, self.clock.now()))

    async def _moved(self) -> None:
        if self.requests:
            one = self.chance.choice(self.requests)
            await moved(self.db, one.id, self.chance.choice(STATUSES[one.service]), self.clock.now())

    async def _noted(self) -> None:
        if self.requests:
            async with self.db.transaction() as tx:
                requests.note(tx, self.chance.choice(self.requests).id, "clock", self.clock.now(), "overdue")

    async def _lost(self) -> None:
        await lost(self.db)

    async def _of_centre(self) -> None:
        # A phone gets so many codes a day and no more.
        self.clock.forward(86_400)
        self.centres.append((await about_self(self.db, self.clock)).id)

    async def _centre_moved(self) -> None:
        if not self.centres:
            return
        one = await centres.by_id(self.db.reader, self.chance.choice(self.centres))
        assert one is not None
        status = self.chance.choice((InfoStatus.DELAYED, InfoStatus.ASKING, InfoStatus.REFUSED))
        ends = status is InfoStatus.REFUSED
        step = centres.Step(
            ground=GroundCode.NO_CONSENT if ends else None, closed_at=self.clock.now() if ends else None
        )
        async with self.db.transaction() as tx:
            await centres.move(tx, one, status, "centre", self.clock.now(), step)

    async def _of_college(self) -> None:
        self.trainings.append(await asked_of_college(self.db, self.clock.now()))

    async def _college_moved(self) -> None:
        if not self.trainings:
            return
        at = self.chance.randrange(len(self.trainings))
        async with self.db.transaction() as tx:
            one, now = self.trainings[at], self.clock.now()
            if one.suspended_on is not None:
                done = await training.resume(tx, one, one.due_on, "staff:9", now)
            elif self.chance.random() < 0.4:
                done = await training.suspend(tx, one, now.date(), "staff:9", now)
            else:
                done = await training.move(tx, one, Stage.ASSIGNED, "staff:9", now)
        self.trainings[at] = done or one

    async def _erased(self) -> None:
        if self.people and self.chance.random() < 0.3:
            person_id = self.people.pop(self.chance.randrange(len(self.people)))
            async with self.db.transaction() as tx:
                await erase(tx, person_id, "operator", self.clock.now())


async def test_MO_04_what_erasure_cancels_is_told_too(db: Database, clock: HandClock) -> None:
    made = await about_self(db, clock)
    async with db.transaction() as tx:
        await erase(tx, int(made.asker_id), "operator", clock.forward(60))
    request: Info = await made.now()
    assert request.status is InfoStatus.CANCELLED
    assert [one.status for one in await events(db)] == ["asking", "cancelled"]
    assert await events(db) == await transitions(db)
    assert [event_of(one).number for one in await owed(db, clock)] == ["93-000001"] * 2


async def test_MO_04_what_was_taken_is_not_owed_any_more_and_settling_twice_changes_nothing(
    db: Database, clock: HandClock
) -> None:
    one, other = await registered(db, NOW), await registered(db, NOW)
    first, second = await owed(db, clock)
    await taken(db, clock, first)
    assert await owed(db, clock) == [second]
    await taken(db, clock, first, state=State.DEAD)
    assert [step.subject_id for step in await events(db, "sent")] == [one.id]
    assert await monitoring.some_waits(db.reader)
    await taken(db, clock, second)
    assert not await monitoring.some_waits(db.reader)
    assert other.id != one.id


async def test_MO_04_an_event_that_is_put_off_holds_back_its_own_request_and_no_other(
    db: Database, clock: HandClock
) -> None:
    one, other = await registered(db, NOW), await registered(db, NOW)
    await moved(db, one.id, "confirmed", clock.forward(1))
    first, second, third = await owed(db, clock)
    async with db.transaction() as tx:
        until = clock.now() + timedelta(seconds=30)
        await monitoring.settle(tx, [Settled(first, State.WAITING, "later", until)], clock.now())
    assert await owed(db, clock) == [second]
    assert await monitoring.tries(db.reader, first) == 1
    clock.forward(31)
    assert await owed(db, clock) == [first, second, third]
    assert second.subject_id == other.id


async def test_G_80_how_much_is_owed_and_laid_aside_can_be_read(db: Database, clock: HandClock) -> None:
    assert await monitoring.outstanding(db.reader) == monitoring.Outstanding(0, None, 0)
    for _ in range(3):
        await registered(db, clock.forward(60))
    first, *_ = await owed(db, clock)
    await taken(db, clock, first, state=State.DEAD)
    assert await monitoring.outstanding(db.reader) == monitoring.Outstanding(
        2, NOW + timedelta(seconds=120), 1
    )
    [letter] = await monitoring.dead_letters(db.reader, 10)
    assert (letter.id, letter.code, letter.tries) == (first.id, "code", 1)
    async with db.transaction() as tx:
        assert await monitoring.dead_again(tx) == 1
        assert await monitoring.dead_again(tx) == 0
    assert len(await owed(db, clock)) == 3


async def test_MO_04_one_process_sends_at_a_time_and_another_takes_over(
    db: Database, clock: HandClock
) -> None:
    async def turn(holder: int) -> bool:
        async with db.transaction() as tx:
            until = clock.now() + timedelta(seconds=40)
            return await monitoring.take_turn(tx, holder, clock.now(), until)

    assert [await turn(7), await turn(8), await turn(7)] == [True, False, True]
    clock.forward(41)
    assert [await turn(8), await turn(7)] == [True, False]


async def test_MO_04_a_clock_that_is_set_back_stops_nobodys_turn_and_holds_no_event(
    db: Database, clock: HandClock
) -> None:
    async def turn(holder: int) -> bool:
        async with db.transaction() as tx:
            until = clock.now() + timedelta(seconds=40)
            return await monitoring.take_turn(tx, holder, clock.now(), until)

    request = await registered(db, NOW)
    await moved(db, request.id, "confirmed", clock.forward(1))
    first, second = await owed(db, clock)
    clock.forward(86_400)
    assert await turn(7)
    async with db.transaction() as tx:
        until = clock.now() + timedelta(seconds=60)
        await monitoring.settle(tx, [Settled(first, State.WAITING, "later", until)], clock.now())
        assert (await monitoring.fails(tx, "timeout", clock.now())).failing_since == clock.now()
    assert await owed(db, clock) == []
    clock.forward(-86_400)
    assert await turn(8)
    assert await owed(db, clock) == [first, second]
    async with db.transaction() as tx:
        assert (await monitoring.fails(tx, "timeout", clock.now())).failing_since == clock.now()


async def test_MO_04_a_replay_day_by_day_is_the_same_as_one_of_all(db: Database, clock: HandClock) -> None:
    requests_of = [await registered(db, clock.forward(3600)) for _ in range(5)]
    clock.forward(86_400)
    for one in requests_of:
        await moved(db, one.id, "confirmed", clock.forward(3600))
        async with db.transaction() as tx:
            requests.note(tx, one.id, "clock", clock.now(), "overdue")
    before = await events(db)
    await taken(db, clock, *await owed(db, clock))
    for days in range(4):
        async with db.transaction() as tx:
            since = NOW + timedelta(days=days - 1)
            monitoring.replay(tx, since, since + timedelta(days=1))
    assert await events(db, "waiting") == before == await events(db)


async def test_MO_04_a_replay_from_between_two_steps_keeps_their_order(
    db: Database, clock: HandClock
) -> None:
    request = await registered(db, clock.forward(60))
    await moved(db, request.id, "confirmed", NOW)
    async with db.transaction() as tx:
        monitoring.replay(tx, NOW + timedelta(seconds=30), LATEST)
    # The first step was written again behind the second, which stood before that instant.
    assert [one.mark for one in await events(db)] == [2, 1]
    [only] = await owed(db, clock)
    assert only.mark == 1
    await taken(db, clock, only)
    assert [one.mark for one in await owed(db, clock)] == [2]


async def test_MO_04_a_step_that_is_committed_after_later_ones_were_sent_is_sent_all_the_same(
    postgresql_url: str, clock: HandClock
) -> None:
    """Two transactions overlap: the event with the lower number comes to light behind the other."""
    async with registry(postgresql_url, clock) as db:
        await add_clinic(db)
        # Of another series: two of one clinic wait for each other's number.
        await add_clinic(db, 6)
        async with db.transaction() as slow:
            early = await requests.register(slow, wanted(clinic_no=6), NOW)
            assert await slow.rows("monitoring_waits_within", since=0, until=micros(NOW) + 1)
            late = await registered(db, NOW)
            [seen] = await owed(db, clock)
            assert seen.subject_id == late.id
            await taken(db, clock, seen)
            assert not await monitoring.some_waits(db.reader)
        [seen] = await owed(db, clock)
        assert seen.subject_id == early.id
        order = await _order(db)
        assert order[early.id] < order[late.id]


async def _order(db: Database) -> dict[int, int]:
    sql = "SELECT subject_id, seq FROM monitoring_events"
    [rows] = await db.read([(Statement("test", sql, ()), {})])
    return {int(row[0]): int(row[1]) for row in rows}


async def test_MO_02_since_when_it_fails_is_kept_until_it_works(db: Database, clock: HandClock) -> None:
    for code in ("timeout", "status_502"):
        async with db.transaction() as tx:
            feed = await monitoring.fails(tx, code, clock.now())
        assert feed.failing_since == NOW
        clock.forward(60)
    async with db.transaction() as tx:
        monitoring.told(tx, clock.now())
    assert (await monitoring.feed(db.reader)).is_told
    async with db.transaction() as tx:
        assert [await monitoring.mended(tx), await monitoring.mended(tx)] == [True, False]
    feed = await monitoring.feed(db.reader)
    assert (feed.failing_since, feed.code, feed.is_told) == (None, None, False)


async def test_MO_04_a_replay_owes_every_stage_again_under_the_same_ids_and_in_order(
    db: Database, clock: HandClock
) -> None:
    await add_clinic(db, COLLEGE)
    request = await registered(db, NOW)
    await about_self(db, clock)
    await asked_of_college(db, clock.forward(60))
    await moved(db, request.id, "confirmed", clock.forward(60))
    before = await events(db)
    await taken(db, clock, *await owed(db, clock))
    for _ in range(2):
        async with db.transaction() as tx:
            monitoring.replay(tx, NOW, LATEST)
        assert (await monitoring.outstanding(db.reader)).waiting == len(before) == 4
        again = await events(db, "waiting")
        assert sorted(again, key=by_step) == sorted(before, key=by_step) == await transitions(db)
        assert [one.mark for one in again if one.subject_id == request.id] == [1, 2]
    async with db.transaction() as tx:
        monitoring.replay(tx, clock.now(), LATEST)
    assert (await monitoring.outstanding(db.reader)).waiting == 4


async def test_MO_04_a_replay_keeps_the_order_of_steps_whose_clock_went_back(
    db: Database, clock: HandClock
) -> None:
    request = await registered(db, NOW)
    await moved(db, request.id, "confirmed", clock.forward(60))
    await moved(db, request.id, "on_way", NOW + timedelta(seconds=30))
    async with db.transaction() as tx:
        monitoring.replay(tx, NOW, LATEST)
    assert [one.mark for one in await events(db)] == [1, 2, 3]


async def test_G_80_a_day_is_read_by_pages_and_only_what_was_taken(
    db: Database, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitoring, "_PAGE", 10)
    async with db.transaction() as tx:
        for _ in range(22):
            await requests.register(tx, wanted(), NOW)
    *most, last = await owed(db, clock, 2000)
    await taken(db, clock, *most)
    found = [
        one.id async for page in monitoring.of_day(db.reader, NOW, NOW + timedelta(seconds=1)) for one in page
    ]
    assert found == [one.id for one in most]
    assert last.id not in found
    assert [page async for page in monitoring.of_day(db.reader, NOW + timedelta(1), NOW + timedelta(2))] == []
    assert await monitoring.waits_within(db.reader, NOW, NOW + timedelta(seconds=1))
    assert not await monitoring.waits_within(db.reader, NOW - timedelta(seconds=1), NOW)


async def test_G_70_what_was_taken_is_kept_for_ninety_days_and_what_is_owed_for_ever(
    db: Database, clock: HandClock
) -> None:
    await registered(db, NOW)
    await registered(db, NOW)
    await registered(db, NOW)
    first, second, _ = await owed(db, clock)
    await taken(db, clock, first)
    await taken(db, clock, second, state=State.DEAD)
    assert (await prune(db, NOW + timedelta(days=89))).rows["monitoring_events"] == 0
    assert (await prune(db, NOW + timedelta(days=400))).rows["monitoring_events"] == 1
    assert len(await events(db)) == 2


async def test_G_70_what_was_taken_late_is_kept_for_ninety_days_from_then(
    db: Database, clock: HandClock
) -> None:
    await registered(db, NOW)
    late = clock.forward(200 * 86_400)
    await taken(db, clock, *await owed(db, clock))
    assert (await prune(db, late + timedelta(days=1))).rows["monitoring_events"] == 0
    assert (await prune(db, late + timedelta(days=91))).rows["monitoring_events"] == 1


async def test_S18_nothing_of_any_person_stands_in_what_is_owed(db: Database, clock: HandClock) -> None:
    await registered(db, NOW)
    await about_self(db, clock)
    words = str([vars_of(one) for one in await owed(db, clock)])
    assert not any(planted in words for planted in ("fever", "Абай", "Сейітова", "7701"))


def vars_of(one: Transition) -> dict[str, object]:
    return {name: getattr(one, name) for name in Transition.__slots__}


_SEVENTH = """
INSERT INTO clinics (no, name_ru, name_kk, short_ru, short_kk, address, phones, norm, zone, hours, features)
VALUES (5, 'П', 'Е', 'П-5', 'Е-5', 'Алматы', '', 100, 'Asia/Almaty', '08:00-20:00;09:00-14:00;-', '');
INSERT INTO requests (id, number, clinic_no, service, channel, address_key, locale, for_whom, status, version,
                      registered_at, year)
VALUES (1, '05-000001', 5, 'home_call', 'telegram', '7', 'kk', 'self', 'confirmed', 2, 1000, 2026);
INSERT INTO request_marks (request_id, seq, status, at, actor)
VALUES (1, 1, 'registered', 1000, 'citizen'), (1, 2, 'registered', 1500, 'clock'),
       (1, 3, 'confirmed', 2000, 'staff:1');
"""


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_MO_01_stages_from_before_the_feed_are_told_when_that_is_asked_for(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest, clock: HandClock
) -> None:
    """An older registry owes nothing at first; its next step is told, and a replay tells all in order."""
    if engine == "sqlite":
        url = sqlite_url(tmp_path)
        connection = sqlite3.connect(tmp_path / "registry.sqlite")
        connection.executescript(f"BEGIN;{script('sqlite', None, '0007')}{_SEVENTH}COMMIT;")
        connection.close()
    else:
        url = request.getfixturevalue("postgresql_url")
        server = await asyncpg.connect(url)
        await server.execute(script("postgresql", None, "0007"))
        await server.execute(_SEVENTH)
        await server.close()
    assert await migrate(url) == Migrated("0007", "0008")
    db = await open_database(url, KeyRing.parse(KEYS), clock)
    try:
        assert await events(db) == []
        await moved(db, 1, "on_way", NOW)
        assert [one.mark for one in await events(db)] == [4]
        async with db.transaction() as tx:
            monitoring.replay(tx, NOW.replace(year=1970, month=1, day=1, hour=0), LATEST)
        assert [(one.mark, one.status) for one in await events(db)] == [
            (1, "registered"),
            (3, "confirmed"),
            (4, "on_way"),
        ]
    finally:
        await db.close()
