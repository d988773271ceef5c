"""How the feed is looked after: on the command line, by the doctor, in the settings and the figures."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.command_line import main
from bot.figures import standing_at
from bot.monitoring.command import COMES_LAST
from bot.monitoring.examining import about_feed, about_monitoring
from bot.settings import BadSettings, read_settings
from bot.town import Town, environment
from bot.watch import Watch
from rules.monitoring import TOLD_AFTER
from sandbox import MONITORING_TOKEN
from sandbox.monitoring import MonitoringMood
from storage import monitoring
from storage.database import open_database
from storage.keys import KeyRing
from storage.migrate import migrate
from storage.monitoring import Settled, State
from tests.bot.feeding import FRIDAY, Feed, feeding
from tests.bot.house import settings_for
from tests.monitored import events, registered
from tests.ports import free_port
from tests.registry import KEYS, NOW, HandClock, add_clinic, migrated_sqlite_url, sqlite_url

HERE = "http://127.0.0.1:9111"


@pytest.fixture
async def feed(tmp_path: Path) -> AsyncIterator[Feed]:
    """A feed on the sandbox's server, over a file."""
    async with feeding(migrated_sqlite_url(tmp_path)) as made:
        yield made


def run(url: str, *arguments: str) -> int:
    return main(["monitoring", *arguments], {"DATABASE_URL": url, "REGISTRY_KEY": KEYS})


def lived_in(url: str) -> None:
    """Three calls from before the feed; then one that was laid aside, one that was taken, one that waits."""

    async def life() -> None:
        await migrate(url)
        clock = HandClock()
        db = await open_database(url, KeyRing.parse(KEYS), clock)
        await add_clinic(db)
        for _ in range(3):
            await registered(db, NOW)
        async with db.transaction() as tx:
            tx.later("monitoring_forget", since=0, until=2**62)
        for _ in range(3):
            await registered(db, NOW)
        first, second, _ = await monitoring.to_send(db.reader, NOW, 10)
        async with db.transaction() as tx:
            some = [Settled(first, State.DEAD, "conflict"), Settled(second, State.SENT)]
            await monitoring.settle(tx, some, NOW)
        await db.close()

    asyncio.run(life())


def counts(url: str) -> dict[str, int]:
    async def read() -> dict[str, int]:
        db = await open_database(url, KeyRing.parse(KEYS), HandClock())
        found = {state: len(await events(db, state)) for state in ("waiting", "sent", "dead")}
        await db.close()
        return found

    return asyncio.run(read())


def test_MO_02_the_command_shows_how_the_feed_stands_and_what_was_laid_aside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = sqlite_url(tmp_path)
    lived_in(url)
    assert run(url) == 1
    said = capsys.readouterr().out
    assert "MONITORING_URL is empty" in said
    assert "waiting: 1, the oldest since 2026-11-20 05:00 UTC" in said
    assert "laid aside: 1" in said
    assert re.search(r"  request\.\d+\.1: conflict, tried 1 times, 2026-11-20 05:00 UTC", said)
    assert counts(url) == {"waiting": 1, "sent": 1, "dead": 1}


def test_MO_02_what_was_laid_aside_is_owed_again_by_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = sqlite_url(tmp_path)
    lived_in(url)
    run(url, "--again")
    assert "1 events that had been laid aside are owed again" in capsys.readouterr().out
    assert counts(url) == {"waiting": 2, "sent": 1, "dead": 0}


def test_MO_04_a_replay_owes_every_stage_since_a_day_those_from_before_the_feed_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = sqlite_url(tmp_path)
    lived_in(url)
    for _ in range(2):
        run(url, "--replay", "2026-11-20")
        assert counts(url) == {"waiting": 6, "sent": 0, "dead": 0}
    assert "Every stage since then is owed again" in capsys.readouterr().out
    run(url, "--replay", "2026-11-21")
    assert counts(url) == {"waiting": 6, "sent": 0, "dead": 0}


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "20.11.2026", "2026-02-30", "0001-01-01"])
def test_a_bad_day_is_named_and_nothing_is_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], day: str
) -> None:
    url = sqlite_url(tmp_path)
    lived_in(url)
    assert run(url, "--replay", day) == 2
    assert "a day is wanted, as 2026-11-20" in capsys.readouterr().err
    assert counts(url) == {"waiting": 1, "sent": 1, "dead": 1}


async def test_G_80_a_replay_while_the_service_sends_loses_nothing(feed: Feed) -> None:
    """Everything is owed anew while a batch is on its way: it is settled by its steps, not by places."""
    await feed.called(5)
    real = feed.port.send

    async def meanwhile(some: object) -> object:
        answered = await real(some)  # type: ignore[arg-type]  # handed on as it came
        async with feed.db.transaction() as tx:
            monitoring.replay(tx, NOW, COMES_LAST)
        return answered

    object.__setattr__(feed.sender, "server", _Sending(feed, meanwhile))
    assert await feed.sender.send_some()
    assert await feed.send() == ""
    assert sorted(feed.ids) == sorted(one.id for one in await events(feed.db))
    assert await events(feed.db, "waiting") == []


class _Sending:
    """The server, with something that happens while it is sent to."""

    def __init__(self, feed: Feed, send: object) -> None:
        self.send = send
        self.sum_of, self.differing = feed.port.sum_of, feed.port.differing


# The doctor


async def found(url: str, token: str = MONITORING_TOKEN) -> list[tuple[str, str]]:
    """What the doctor says, as (level, name)."""
    settings = settings_for(HERE, MONITORING_URL=url, MONITORING_TOKEN=token)
    async with ClientSession() as session:
        return [(one.level.value.lower(), one.about) async for one in about_monitoring(settings, session)]


async def test_the_doctor_asks_the_system_whether_it_knows_us(feed: Feed) -> None:
    url = feed.port.url
    assert await found(url) == [("ok", "MONITORING_URL")]
    assert await found(url, "another") == [("fault", "MONITORING_TOKEN")]
    feed.server.mood = MonitoringMood.DOWN
    assert await found(url) == [("fault", "MONITORING_URL")]
    assert await found(f"http://127.0.0.1:{free_port()}") == [("fault", "MONITORING_URL")]
    assert await found("", "") == [("warning", "MONITORING_URL")]


async def test_the_doctor_names_what_waits_for_too_long_and_what_was_laid_aside(feed: Feed) -> None:
    linked = settings_for(HERE, MONITORING_URL=feed.port.url, MONITORING_TOKEN=MONITORING_TOKEN)
    unlinked = settings_for(HERE)
    [call] = await feed.called()
    late = feed.clock.now() + TOLD_AFTER.delta * 2
    assert (await about_feed(linked, feed.db.reader, feed.clock.now())).level.value.lower() == "ok"
    assert (await about_feed(linked, feed.db.reader, late)).is_fault
    assert not (await about_feed(unlinked, feed.db.reader, late)).is_fault
    feed.server.refused.add(call.number)
    await feed.send()
    finding = await about_feed(linked, feed.db.reader, late)
    assert (finding.level.value.lower(), "1 events were refused" in finding.what) == ("warning", True)
    # What is late is worse than what was laid aside, and does not hide behind it.
    await feed.called()
    assert (await about_feed(linked, feed.db.reader, late)).is_fault


# Settings, figures, the sandbox


@pytest.mark.parametrize("url", ["http://10.0.0.5:8000", "http://monitoring.kz", "ftp://127.0.0.1"])
def test_events_never_travel_in_the_clear_to_another_machine(url: str) -> None:
    with pytest.raises(BadSettings) as caught:
        read_settings({"MONITORING_URL": url})
    assert [fault.name for fault in caught.value.faults] == ["MONITORING_URL"]


def test_a_monitoring_system_needs_the_token_that_it_knows_us_by() -> None:
    live = {
        "TELEGRAM_BOT_TOKEN": "123456789:" + "A" * 35, "TELEGRAM_API_URL": HERE, "TWILIO_API_URL": HERE,
        "TWILIO_AUTH_TOKEN": "x", "TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_FROM": "+77001234567",
        "REGISTRY_KEY": KEYS, "MONITORING_URL": "https://monitoring.kz/api/",
    }  # fmt: skip
    with pytest.raises(BadSettings) as caught:
        read_settings(live)
    assert [fault.name for fault in caught.value.faults] == ["MONITORING_TOKEN"]
    settings = read_settings({**live, "MONITORING_TOKEN": "very-secret"})
    assert settings.monitoring_url == "https://monitoring.kz/api"
    assert "very-secret" not in repr(settings)


async def test_MO_02_what_is_owed_and_laid_aside_stands_in_the_figures(feed: Feed) -> None:
    first, *_ = await feed.called(4)
    feed.server.refused.add(first.number)
    watch = Watch()
    feed.sender.watch = watch
    assert await feed.send() == ""
    await feed.called(2)
    watch.stands(await standing_at(feed.db.reader, feed.clock.forward(10)))
    shown = watch.exposition().decode()
    for line in (
        'dariger_monitoring_total{outcome="sent"} 3.0',
        'dariger_monitoring_total{outcome="laid_aside"} 1.0',
        "dariger_monitoring_waiting 2.0",
        "dariger_monitoring_oldest_seconds 11.0",
        "dariger_monitoring_laid_aside 1.0",
    ):
        assert line in shown
    assert FRIDAY.isoformat() not in shown


def test_the_demonstration_links_the_sandboxs_system(tmp_path: Path) -> None:
    told = environment(Town(tmp_path), "http://127.0.0.1:1", "http://127.0.0.1:2", {})
    assert told["MONITORING_URL"] == "http://127.0.0.1:1/monitoring"
    assert told["MONITORING_TOKEN"] == MONITORING_TOKEN
