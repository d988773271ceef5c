"""The feed against a server that is slow, silent, down, or full of refusals."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.monitoring import sender as sending
from bot.monitoring.sender import Sender
from bot.monitoring.server import TOO_SLOW, Answered, HttpMonitoring, ServerDown
from rules.monitoring import SENT_WITHIN, TOLD_AFTER, DaySum, Event, event_of
from sandbox import MONITORING_TOKEN
from sandbox.monitoring import MonitoringMood
from storage import monitoring, requests
from tests.bot.feeding import WORKER, Feed, add_administrator, feeding
from tests.monitored import events, moved, transitions, wanted
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


async def test_MO_01_every_stage_arrives_in_order_once_and_as_it_was(either: Feed) -> None:
    one, other = await either.called(2)
    await moved(either.db, one.id, "confirmed", either.clock.forward(1))
    await moved(either.db, one.id, "on_way", either.clock.forward(1))
    await moved(either.db, other.id, "refused", either.clock.forward(1))
    assert await either.send() == ""
    assert either.ids == [step.id for step in await events(either.db)]
    assert either.server.kept[f"request.{other.id}.2"]["stage"] == "refused"
    assert sorted(either.ids) == sorted(step.id for step in await transitions(either.db))
    assert await either.send() == ""
    assert either.server.doubled == 0


async def test_MO_01_a_stage_is_sent_within_a_minute_and_by_itself(feed: Feed) -> None:
    await feed.called()
    sending_now = asyncio.create_task(feed.sender.run())
    try:
        began = time.monotonic()
        while not feed.ids:
            await asyncio.sleep(0.05)
            assert time.monotonic() - began < 60
        # Whatever comes while it runs waits for its next look.
        assert timedelta(seconds=2 * sending.LOOK_SECONDS) < SENT_WITHIN.delta
    finally:
        sending_now.cancel()


async def test_MO_02_nothing_is_sent_where_no_monitoring_system_is_linked(feed: Feed) -> None:
    feed.sender.server = feed.comparing.server = None
    await feed.called(2)
    await asyncio.wait_for(feed.sender.run(), 1)
    assert await feed.send() == ""
    await feed.begins()
    await feed.night()
    assert (feed.ids, len(await events(feed.db, "waiting"))) == ([], 2)


async def test_MO_04_a_life_that_ends_before_the_answer_loses_nothing_and_doubles_nothing(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    await feed.called(3)

    async def dies(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(monitoring, "settle", dies)
        with pytest.raises(SystemExit):
            await feed.sender.send_some()
    assert len(feed.ids) == 3
    assert len(await events(feed.db, "waiting")) == 3
    feed.new_life()
    assert await feed.send() == ""
    assert (len(feed.ids), feed.server.doubled) == (3, 3)
    assert await events(feed.db, "waiting") == []


@pytest.mark.parametrize(
    ("mood", "code"),
    [
        (MonitoringMood.DOWN, "status_502"),
        (MonitoringMood.BUSY, "status_429"),
        (MonitoringMood.LOCKED, "status_401"),
        (MonitoringMood.NONSENSE, "not_understood"),
        (MonitoringMood.SILENT, "timeout"),
        (MonitoringMood.SLOW, "timeout"),
    ],
)
async def test_MO_02_whatever_passes_is_tried_again_until_it_is_over(
    feed: Feed, mood: MonitoringMood, code: str
) -> None:
    await feed.called(3)
    feed.server.mood = mood
    for _ in range(3):
        assert await feed.send() == code
    assert (await monitoring.outstanding(feed.db.reader)).dead == 0
    feed.server.mood = MonitoringMood.ANSWERS
    assert await feed.send() == ""
    assert feed.ids == [step.id for step in await events(feed.db)]
    assert (await monitoring.feed(feed.db.reader)).failing_since is None


async def test_MO_02_a_server_that_is_gone_is_tried_again(feed: Feed) -> None:
    await feed.called()
    good = feed.port
    feed.sender.server = HttpMonitoring(good.session, "http://127.0.0.1:9", MONITORING_TOKEN)
    assert await feed.send() == "no_answer"
    feed.sender.server = good
    assert await feed.send() == ""
    assert len(feed.ids) == 1


async def test_MO_02_pauses_grow_to_a_minute_and_a_server_may_ask_for_more(feed: Feed) -> None:
    await feed.called()
    feed.server.mood = MonitoringMood.DOWN
    pauses = [await feed.sender._next() for _ in range(8)]
    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60]
    feed.server.mood = MonitoringMood.ANSWERS
    assert [await feed.sender._next(), await feed.sender._next()] == [0, sending.LOOK_SECONDS]
    await feed.called()
    feed.server.mood = MonitoringMood.BUSY
    assert await feed.sender._next() == 2


@pytest.mark.parametrize("whole", [False, True])
async def test_MO_02_an_event_that_is_refused_for_ever_is_laid_aside_and_the_others_go_on(
    either: Feed, whole: bool
) -> None:
    await add_administrator(either)
    bad, *good = await either.called(20)
    either.server.refused.add(bad.number)
    either.server.whole = whole
    await moved(either.db, bad.id, "confirmed", either.clock.forward(1))
    await moved(either.db, good[0].id, "confirmed", either.clock.forward(1))
    assert await either.send() == ""
    assert [step.subject_id for step in await events(either.db, "dead")] == [bad.id, bad.id]
    assert len(either.ids) == 20
    assert await events(either.db, "waiting") == []
    assert set(either.alarms.rung) == {"monitoring.laid_aside"}
    # It is told once, not of each, and not at every look.
    assert await either.send() == ""
    [words] = either.read()
    assert "не приняла сведения об этапах заявок: 1" in words
    letters = await monitoring.dead_letters(either.db.reader, 10)
    assert {letter.code for letter in letters} == {"status_422" if whole else "not_accepted"}


async def test_MO_02_what_was_laid_aside_can_be_sent_again_once_it_is_accepted(feed: Feed) -> None:
    [bad] = await feed.called()
    feed.server.refused.add(bad.number)
    await feed.send()
    feed.server.refused.clear()
    async with feed.db.transaction() as tx:
        assert await monitoring.dead_again(tx) == 1
    assert await feed.send() == ""
    assert feed.ids == [f"request.{bad.id}.1"]


async def test_MO_02_later_steps_of_a_request_go_on_past_one_that_was_laid_aside(feed: Feed) -> None:
    [one] = await feed.called()
    feed.server.refused.add(one.number)
    await feed.send()
    feed.server.refused.clear()
    await moved(feed.db, one.id, "confirmed", feed.clock.forward(1))
    assert await feed.send() == ""
    assert feed.ids == [f"request.{one.id}.2"]


async def test_MO_02_a_server_that_refuses_everything_is_at_fault_itself_and_nothing_is_laid_aside(
    feed: Feed,
) -> None:
    calls = await feed.called(12)
    await moved(feed.db, calls[0].id, "confirmed", feed.clock.forward(1))
    feed.server.mood = MonitoringMood.REFUSES
    for _ in range(3):
        assert await feed.send() == "refuses_all"
    assert await events(feed.db, "dead") == []
    feed.server.mood = MonitoringMood.ANSWERS
    assert await feed.send() == ""
    assert len(feed.ids) == 13


async def test_MO_02_where_each_event_is_refused_by_itself_the_server_is_at_fault_too(feed: Feed) -> None:
    calls = await feed.called(12)
    feed.server.refused |= {one.number for one in calls}
    for _ in range(3):
        assert await feed.send() == "refuses_all"
    assert await events(feed.db, "dead") == []
    feed.server.refused = {calls[3].number}
    assert await feed.send() == ""
    assert len(feed.ids) == 11
    assert [one.subject_id for one in await events(feed.db, "dead")] == [calls[3].id]


class Unhurried:
    """The server where many events at once take longer than anybody waits; none of them is kept then."""

    def __init__(self, feed: Feed, most: int) -> None:
        self.feed, self.most, self.asked = feed, most, 0

    async def send(self, some: Sequence[Event]) -> Mapping[str, Answered]:
        self.asked += 1
        if len(some) > self.most:
            raise ServerDown(TOO_SLOW)
        return await self.feed.port.send(some)

    async def sum_of(self, day: date) -> DaySum:
        return await self.feed.port.sum_of(day)

    async def differing(self, day: date, digests: Mapping[str, str]) -> frozenset[str]:
        return await self.feed.port.differing(day, digests)


async def test_MO_02_a_server_that_is_too_slow_for_many_at_once_is_sent_fewer(feed: Feed) -> None:
    await feed.called(40)
    feed.sender.server = server = Unhurried(feed, most=6)
    waited = 0.0
    while len(feed.ids) < 40:
        waited += await feed.sender._next()
    assert (waited < 30, server.asked < 20) == (True, True)
    # And many again, once it keeps up.
    server.most = 100
    await feed.called(200)
    assert await feed.send() == ""
    assert (len(feed.ids), feed.sender._most > 15) == (240, True)


async def test_MO_02_a_fault_of_our_own_is_tried_again_with_growing_pauses(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    await feed.called()

    async def breaks(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(monitoring, "settle", breaks)
        pauses = [await feed.sender._next() for _ in range(4)]
    assert pauses == sorted(set(pauses))
    assert await feed.send() == ""
    assert len(feed.ids) == 1


async def test_MO_02_staff_are_told_of_an_event_that_is_put_off_for_long_once_a_day(feed: Feed) -> None:
    await add_administrator(feed)
    calls = await feed.called(3)
    feed.server.put_off |= {one.number for one in calls[:2]}
    for _ in range(40):
        await feed.called()
        assert await feed.send() == ""
        feed.clock.forward(60)
    assert len(feed.ids) == 41
    assert feed.alarms.rung == ["monitoring"]
    [words] = feed.read()
    assert "ещё не переданы в систему мониторинга: 2." in words


async def test_MO_02_whoever_takes_over_says_that_it_works_again(feed: Feed) -> None:
    other = Sender(feed.db, feed.port, feed.sender.news, feed.alarms, feed.said.extend, WORKER + 1)
    await feed.called()
    assert await other.send_some()
    feed.clock.forward(60)
    await feed.called()
    feed.server.mood = MonitoringMood.DOWN
    assert await feed.send() == "status_502"
    assert not await other.send_some()
    feed.clock.forward(60)
    feed.server.mood = MonitoringMood.ANSWERS
    assert await other.send_some()
    assert (await monitoring.feed(feed.db.reader)).failing_since is None


async def test_MO_02_many_refused_ones_at_the_head_do_not_stop_what_comes_behind_them(feed: Feed) -> None:
    bad = await feed.called(6)
    for one in bad:
        feed.server.refused.add(one.number)
        await moved(feed.db, one.id, "confirmed", feed.clock.forward(1))
    feed.server.whole = True
    assert await feed.send() == "refuses_all"
    [good] = await feed.called()
    # The good one stands behind second steps of the bad ones, and is found all the same.
    assert await feed.send() == "refuses_all"
    assert feed.ids == [f"request.{good.id}.1"]
    assert {step.mark for step in await events(feed.db, "dead")} == {1}
    # Their second steps are laid aside in their turn, beside the next that is taken.
    await feed.called()
    assert await feed.send() == ""
    assert len(feed.ids) == 2
    assert len(await events(feed.db, "dead")) == 12


async def test_MO_04_one_that_is_put_off_holds_back_its_own_request_and_no_other(feed: Feed) -> None:
    one, other = await feed.called(2)
    feed.server.put_off.add(one.number)
    await moved(feed.db, one.id, "confirmed", feed.clock.forward(1))
    assert await feed.send() == ""
    assert feed.ids == [f"request.{other.id}.1"]
    feed.server.put_off.clear()
    assert await feed.send() == ""
    assert len(feed.ids) == 1
    feed.clock.forward(120)
    assert await feed.send() == ""
    assert feed.ids[1:] == [f"request.{one.id}.1", f"request.{one.id}.2"]


async def test_MO_04_steps_of_one_request_never_travel_together(feed: Feed) -> None:
    [one] = await feed.called()
    for status in ("confirmed", "on_way", "done"):
        await moved(feed.db, one.id, status, feed.clock.forward(1))
    assert await feed.sender.send_some()
    assert len(feed.ids) == 1
    assert await feed.send() == ""
    steps = [int(told["step"]) for told in feed.server.kept.values()]
    assert all(before < after for before, after in pairwise(steps))


async def test_MO_03_what_no_event_can_say_never_leaves_and_is_laid_aside(feed: Feed) -> None:
    async with feed.db.transaction() as tx:
        await requests.register(tx, wanted("sick_note"), NOW)
        await requests.register(tx, wanted(), NOW)
    assert await feed.send() == ""
    [letter] = await monitoring.dead_letters(feed.db.reader, 10)
    assert letter.code == "schema_service"
    assert len(feed.ids) == 1
    assert "sick_note" not in json.dumps(list(feed.server.asked))


async def test_MO_03_the_server_refuses_an_event_with_one_field_more(feed: Feed) -> None:
    [one] = await feed.called()
    [transition] = await monitoring.to_send(feed.db.reader, feed.clock.now(), 1)
    told = event_of(transition).written()
    for spoilt in ({**told, "diagnosis": "J45"}, {**told, "service": "surgery"}, {**told, "at": "yesterday"}):
        assert feed.server._answer(spoilt)["outcome"] == "refused"
    assert feed.server._answer(told) == {"id": f"request.{one.id}.1", "outcome": "taken", "code": ""}


async def test_MO_02_staff_are_told_after_a_quarter_of_an_hour_and_when_it_works_again(feed: Feed) -> None:
    await add_administrator(feed)
    await feed.called(3)
    feed.server.mood = MonitoringMood.DOWN
    await feed.send()
    feed.clock.forward(TOLD_AFTER.delta.total_seconds() - 1)
    await feed.send()
    assert (feed.read(), feed.alarms.rung) == ([], [])
    feed.clock.forward(1)
    await feed.send()
    await feed.send()
    assert feed.alarms.rung == ["monitoring"]
    [words] = feed.read()
    assert words == (
        "Сведения об этапах заявок ещё не переданы в систему мониторинга: 3. "
        "Бот передаёт их снова, от вас ничего не нужно."
    )
    # A process that starts meanwhile knows that they were told.
    feed.new_life()
    await feed.send()
    assert len(feed.read()) == 1
    feed.server.mood = MonitoringMood.ANSWERS
    assert await feed.send() == ""
    assert feed.read()[1:] == ["Система мониторинга снова работает. Бот передаёт оставшиеся сведения."]
    assert await feed.send() == ""
    assert len(feed.read()) == 2


async def test_MO_02_where_nobody_is_administrator_the_heads_are_told(feed: Feed) -> None:
    head, registrar, administrator = 601, 602, 603
    await add_administrator(feed, head, "head")
    await add_administrator(feed, registrar, "registrar")
    first, second = await feed.called(2)
    feed.server.refused |= {first.number, second.number}
    await feed.send()
    assert [len(feed.read(who)) for who in (head, registrar)] == [1, 0]
    await add_administrator(feed, administrator)
    feed.clock.forward(86_400)
    [third] = await feed.called()
    feed.server.refused.add(third.number)
    await feed.send()
    assert [len(feed.read(who)) for who in (head, administrator)] == [1, 1]
    assert "не приняла сведения об этапах заявок: 3" in feed.read(administrator)[0]


async def test_MO_02_a_short_break_is_nobodys_news(feed: Feed) -> None:
    await add_administrator(feed)
    await feed.called()
    feed.server.mood = MonitoringMood.DOWN
    await feed.send()
    feed.server.mood = MonitoringMood.ANSWERS
    await feed.send()
    assert (feed.read(), feed.alarms.rung) == ([], [])


async def test_MO_04_two_processes_over_one_registry_send_one_after_another(feed: Feed) -> None:
    await feed.called(3)
    other = Sender(feed.db, feed.port, feed.sender.news, feed.alarms, feed.said.extend, WORKER + 1)
    assert await feed.sender.send_some()
    await feed.called()
    assert not await other.send_some()
    feed.clock.forward(60)
    assert await other.send_some()
    assert (len(feed.ids), feed.server.doubled) == (4, 0)


async def test_MO_04_two_processes_that_send_at_once_double_nothing_and_keep_the_order_of_each_request(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Clocks that differ give both the turn; meanwhile people call and clinics answer."""
    monkeypatch.setattr(sending, "TURN", timedelta())
    async with feeding(postgresql_url, migrated=False) as feed:
        feed.server.mood, feed.server.slow_seconds = MonitoringMood.SLOW, 0.01
        other = Sender(feed.db, feed.port, feed.sender.news, feed.alarms, feed.said.extend, WORKER + 1)

        async def lives() -> None:
            for one in await feed.called(4):
                for status in ("confirmed", "on_way", "done"):
                    await moved(feed.db, one.id, status, feed.clock.forward(1))

        async def sends(sender: Sender, living: asyncio.Task[None]) -> None:
            while not living.done() or await monitoring.some_waits(feed.db.reader):
                await sender.send_some()

        living = asyncio.create_task(lives())
        await asyncio.gather(living, sends(feed.sender, living), sends(other, living))
        assert sorted(feed.ids) == sorted(one.id for one in await transitions(feed.db))
        assert await events(feed.db, "sent") == await events(feed.db)
        steps: dict[str, int] = {}
        for told in feed.server.kept.values():
            assert int(told["step"]) > steps.get(told["number"], 0)
            steps[told["number"]] = int(told["step"])
