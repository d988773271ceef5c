"""The process is killed at random, and a whole shift is lived; the monitoring system has each stage once."""

from __future__ import annotations

import asyncio
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web

from benchmarks.houses import Town, build_town, settings_of_ours
from benchmarks.processes import gateway, running
from sandbox import MONITORING_TOKEN
from sandbox.clock import SandboxClock
from sandbox.events import EventLog
from sandbox.monitoring import Monitoring, MonitoringMood
from tests.drill import lives
from tests.ports import free_port
from tests.service.test_monitoring import all_sent, are_the_same
from tests.shift import OPENING, CrowdedTown, Shift, drawn
from tests.town import running_town

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]

LIVES = 9
DIALOGS = 30
FIRST = 8
AT_ONCE = 10
MOODS = (MonitoringMood.SILENT, MonitoringMood.SLOW, MonitoringMood.ANSWERS)
"""The silent one keeps what it is sent and does not say so: the life ends before it could."""

_TRANSITIONS = """
SELECT 'request.' || request_id || '.' || seq FROM (
    SELECT request_id, seq, status, LAG(status) OVER (PARTITION BY request_id ORDER BY seq) AS earlier
    FROM request_marks
) WHERE earlier IS NULL OR earlier <> status
"""
_WAITING = "SELECT count(*) FROM monitoring_events WHERE state = 'waiting'"


class Running:
    """The sandbox's monitoring system in a thread of its own; it lives on while the bot dies."""

    def __init__(self) -> None:
        self.server = Monitoring(SandboxClock(), EventLog(), slow_seconds=0.3)
        self.port = free_port()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    async def _serve(self) -> None:
        self.loop, self.over = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application()
        app.add_routes(self.server.routes())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        self.ready.set()
        await self.over.wait()
        await runner.cleanup()

    def end(self) -> None:
        self.loop.call_soon_threadsafe(self.over.set)
        self.thread.join(10)


@contextmanager
def monitoring() -> Iterator[tuple[Monitoring, str]]:
    """The system, and where it listens."""
    system = Running()
    system.thread.start()
    assert system.ready.wait(10)
    try:
        yield system.server, f"http://127.0.0.1:{system.port}/monitoring"
    finally:
        system.end()


def wait_until_nothing_is_owed(registry: Path, within: float = 60.0) -> None:
    """Wait until the server has taken everything."""
    deadline = time.monotonic() + within
    with lives.reading(registry) as rows:
        while rows(_WAITING)[0][0]:
            assert time.monotonic() < deadline, rows(_WAITING)
            time.sleep(0.1)


def test_MO_04_sudden_deaths_neither_lose_an_event_nor_double_one(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    sys.stdout.write(f"seed {seed}\n")
    chance = random.Random(seed)
    town: Town = build_town(tmp_path / "town", DIALOGS)
    registry = town.fresh_registry()
    with (
        gateway("ours", town.people_file, town.folder) as (control, _),
        monitoring() as (server, url),
    ):
        settings = settings_of_ours(town, registry, control)
        settings |= {"MONITORING_URL": url, "MONITORING_TOKEN": MONITORING_TOKEN}
        life = partial(
            running, "bot", "run", folder=town.folder, settings=settings, core=None, log="ours.log"
        )
        control.begin(0, DIALOGS, AT_ONCE, thinks=lives.THINKS, seed=seed)
        # While the system is down something comes to be owed: every life after this one has what to send.
        server.mood = MonitoringMood.DOWN
        with life() as bot:
            control.wait("the first calls", lambda seen: seen["finished"] >= FIRST, 90)
            bot.kill()
        for number in range(LIVES):
            server.mood = MOODS[number % len(MOODS)]
            before = lives.calls(control)
            with life() as bot:
                lives.wait_for_a_call(control, before)
                time.sleep(chance.uniform(0, lives.LONGEST_LIFE))
                bot.kill()
        server.mood = MonitoringMood.ANSWERS
        with life():
            control.wait("every citizen to be served", lambda seen: bool(seen["over"]), 60 + DIALOGS)
            lives.wait_until_nothing_is_owed(registry)
            wait_until_nothing_is_owed(registry)
    with lives.reading(registry) as rows:
        transitions = {event_id for (event_id,) in rows(_TRANSITIONS)}
        written = [
            f"request.{row[0]}.{row[1]}"
            for row in rows("SELECT subject_id, mark FROM monitoring_events ORDER BY seq")
        ]
    assert len(written) == len(set(written)) == len(transitions)
    assert set(written) == transitions
    # The server has each of them once and in order, though some were sent to it again.
    assert list(server.kept) == written
    assert len(transitions) >= DIALOGS
    assert server.doubled > 0
    sys.stdout.write(f"{len(written)} events, {server.doubled} sent more than once\n")


async def test_MO_04_G_82_over_a_whole_shift_there_are_as_many_events_as_transitions(tmp_path: Path) -> None:
    folder, count = tmp_path / "town", 18
    made = CrowdedTown(folder, count)
    async with running_town(folder, made=made, start=OPENING, monitored=True, SMS_DAILY_CAP="100000") as town:
        shift = Shift(town, drawn(count, seed=11))
        await shift.live()
        server = await all_sent(town)
        await are_the_same(town.app.db, server)
        assert len(server.kept) > count
