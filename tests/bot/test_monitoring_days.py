"""Each day is compared with the server: what it has forgotten is sent again, and told once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from rules.monitoring import DaySum
from sandbox.monitoring import MonitoringMood
from storage import monitoring
from tests.bot.feeding import FRIDAY, Feed, feeding
from tests.monitored import events, moved
from tests.registry import NOW, migrated_sqlite_url


@pytest.fixture
async def feed(tmp_path: Path) -> AsyncIterator[Feed]:
    """A feed on the sandbox's server, over a file."""
    async with feeding(migrated_sqlite_url(tmp_path)) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
async def either(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Feed]:
    """The same on either engine."""
    if request.param == "sqlite":
        url, migrated = migrated_sqlite_url(tmp_path), True
    else:
        url, migrated = request.getfixturevalue("postgresql_url"), False
    async with feeding(url, migrated=migrated) as made:
        yield made


async def test_G_80_a_day_that_agrees_is_compared_once(either: Feed) -> None:
    await either.begins()
    calls = await either.called(3)
    await moved(either.db, calls[0].id, "confirmed", either.clock.forward(1))
    await either.send()
    await either.night()
    day = await monitoring.day_compared(either.db.reader, FRIDAY)
    assert day is not None
    assert (day.sum.events, day.agreed_at, day.sent_again) == (4, either.clock.now(), 0)
    assert either.alarms.rung == []
    # And the next night is set, a day without any event too.
    await either.night()
    empty = await monitoring.day_compared(either.db.reader, FRIDAY + timedelta(days=1))
    assert empty is not None
    assert (empty.sum.events, empty.agreed_at is not None) == (0, True)


@pytest.mark.parametrize("everything", [True, False])
async def test_G_80_what_the_server_has_forgotten_is_sent_again_and_told_once(
    either: Feed, everything: bool
) -> None:
    await either.begins()
    calls = await either.called(5)
    await either.send()
    either.server.forget("2026-11-20" if everything else f"request.{calls[2].id}.1")
    await either.night()
    lost = 5 if everything else 1
    assert len(await events(either.db, "waiting")) == lost
    assert either.alarms.rung == ["monitoring.differs"]
    assert await either.send() == ""
    assert either.server.doubled == 0
    await either.hour_later()
    day = await monitoring.day_compared(either.db.reader, FRIDAY)
    assert day is not None
    assert (day.agreed_at is not None, day.sent_again) == (True, lost)
    assert either.alarms.rung == ["monitoring.differs"]


async def test_G_80_a_day_is_not_compared_while_something_of_it_is_owed(feed: Feed) -> None:
    await feed.begins()
    await feed.called(2)
    feed.server.mood = MonitoringMood.DOWN
    await feed.night()
    assert await monitoring.day_compared(feed.db.reader, FRIDAY) is None
    feed.server.mood = MonitoringMood.ANSWERS
    await feed.send()
    await feed.hour_later()
    day = await monitoring.day_compared(feed.db.reader, FRIDAY)
    assert day is not None
    assert day.agreed_at is not None


async def test_G_80_one_event_that_is_put_off_for_ever_stops_the_comparison_of_its_own_day_alone(
    feed: Feed,
) -> None:
    await feed.begins()
    stuck, _ = await feed.called(2)
    feed.server.put_off.add(stuck.number)
    await feed.send()
    await feed.night()
    await feed.called()
    await feed.send()
    await feed.night()
    [day] = await monitoring.days_compared(feed.db.reader, 10)
    assert (day.day, day.agreed_at is not None) == (FRIDAY + timedelta(days=1), True)
    # Its own day waits as long as it is put off, is not told of as one that differs, and is compared then.
    feed.clock.forward(9 * 86_400)
    for _ in range(12):
        await feed.hour_later(0)
    assert feed.alarms.rung == []
    feed.server.put_off.clear()
    await feed.send()
    await feed.hour_later()
    first = await monitoring.day_compared(feed.db.reader, FRIDAY)
    assert first is not None
    assert (first.sum.events, first.agreed_at is not None) == (2, True)


async def test_G_80_a_day_that_differs_does_not_make_later_ones_be_compared_again(feed: Feed) -> None:
    await feed.begins()
    [one] = await feed.called()
    await feed.send()
    feed.server.forget(f"request.{one.id}.1")
    await feed.night()
    feed.server.put_off.add(one.number)
    await feed.send()
    await feed.night()
    compared = await monitoring.day_compared(feed.db.reader, FRIDAY + timedelta(days=1))
    assert compared is not None
    for _ in range(3):
        await feed.hour_later()
    assert await monitoring.day_compared(feed.db.reader, FRIDAY + timedelta(days=1)) == compared


async def test_G_80_a_replay_in_the_middle_of_a_comparison_is_no_difference(feed: Feed) -> None:
    await feed.begins()
    await feed.called(3)
    await feed.send()
    real = feed.port.sum_of

    async def meanwhile(day: date) -> DaySum:
        async with feed.db.transaction() as tx:
            monitoring.replay(tx, NOW, NOW + timedelta(days=1))
        feed.server.forget(feed.ids[0])
        return await real(day)

    feed.comparing.server = Replayed(feed, meanwhile)
    await feed.night()
    assert feed.alarms.rung == []
    feed.comparing.server = feed.port
    await feed.send()
    await feed.hour_later()
    day = await monitoring.day_compared(feed.db.reader, FRIDAY)
    assert day is not None
    assert day.agreed_at is not None


class Replayed:
    """The server, with a replay while it is asked for its sum."""

    def __init__(self, feed: Feed, sum_of: Callable[[date], Awaitable[DaySum]]) -> None:
        self.send, self.differing, self.sums = feed.port.send, feed.port.differing, sum_of

    async def sum_of(self, day: date) -> DaySum:
        return await self.sums(day)


async def test_G_80_nights_without_the_service_are_made_up_for(feed: Feed) -> None:
    await feed.begins()
    await feed.called()
    await feed.send()
    feed.clock.forward(4 * 86_400)
    for _ in range(5):
        await feed.hour_later(0)
    days = await monitoring.days_compared(feed.db.reader, 10)
    assert [one.day.day for one in days] == [23, 22, 21, 20]
    assert all(one.agreed_at for one in days)


async def test_G_80_a_server_that_cannot_be_asked_is_asked_again_for_a_week_then_told_of(feed: Feed) -> None:
    await feed.begins()
    await feed.called()
    await feed.send()
    feed.server.mood = MonitoringMood.DOWN
    await feed.night()
    assert feed.alarms.rung == []
    feed.clock.forward(7 * 86_400)
    for _ in range(10):
        await feed.hour_later(0)
    assert feed.alarms.rung == ["monitoring.differs"]


async def test_G_80_what_the_server_has_beside_ours_is_told_and_left(feed: Feed) -> None:
    await feed.begins()
    await feed.called(2)
    await feed.send()
    [one, _] = list(feed.server.kept.values())
    feed.server.kept["request.1.1"] = {**one, "id": "request.1.1"}
    await feed.night()
    assert feed.alarms.rung == ["monitoring.differs"]
    assert await events(feed.db, "waiting") == []
    await feed.hour_later()
    assert feed.alarms.rung == ["monitoring.differs"]


async def test_MO_04_an_event_that_the_server_has_otherwise_is_found_and_laid_aside(feed: Feed) -> None:
    await feed.begins()
    [one] = await feed.called()
    await feed.send()
    feed.server.kept[f"request.{one.id}.1"] = {**feed.server.kept[f"request.{one.id}.1"], "stage": "done"}
    await feed.night()
    assert await feed.send() == ""
    [letter] = await monitoring.dead_letters(feed.db.reader, 10)
    assert letter.code == "conflict"
