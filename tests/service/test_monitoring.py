"""The monitoring feed of the whole service: people call, clinics answer, and every stage arrives once."""

import asyncio
import time
from pathlib import Path

from sandbox.monitoring import Monitoring
from storage.database import Database
from tests.centre_walks import ask_about_self
from tests.monitored import events, transitions
from tests.town import Person, RunningTown, running_town
from tests.walks import accept, call

ASKER = "930303293163"
CALLER = "900725297363"


async def all_sent(town: RunningTown, within: float = 40.0) -> Monitoring:
    """Wait until nothing is owed to the monitoring system; it, as it stands then."""
    deadline = time.monotonic() + within
    while await events(town.app.db, "waiting"):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)
    return town.world.monitoring


async def are_the_same(db: Database, server: Monitoring) -> None:
    """As many events as transitions, each on the server, once and in order."""
    written = await events(db)
    assert sorted(one.id for one in written) == sorted(one.id for one in await transitions(db))
    assert list(server.kept) == [one.id for one in written]


async def test_MO_01_MO_03_a_call_and_a_centre_are_told_stage_by_stage_without_a_word_about_anybody(
    settled: Path, tmp_path: Path
) -> None:
    async with running_town(tmp_path / "town", settled=settled, monitored=True) as town:
        citizen: Person = await town.citizen(CALLER)
        await call(citizen)
        await accept(town, int(citizen.person["clinic_no"]))
        await ask_about_self(await town.citizen(ASKER))
        server = await all_sent(town)
        await are_the_same(town.app.db, server)
        told = [(one["service"], one["stage"], one["status"]) for one in server.kept.values()]
        assert told[:2] == [("home_call", "registered", "registered"), ("home_call", "done", "confirmed")]
        assert ("narcology", "done", "ready") in told
        everything = str(server.kept)
        of_the_person = [one for one in citizen.person.values() if isinstance(one, str) and len(one) > 5]
        for planted in (*of_the_person, CALLER, ASKER, "состоит", "тұрады", "standing", "fever"):
            assert planted not in everything


async def test_MO_02_what_happens_while_the_system_is_down_and_the_bot_is_restarted_arrives_later(
    settled: Path, tmp_path: Path
) -> None:
    async with running_town(tmp_path / "town", settled=settled, monitored=True) as town:
        await town.sandbox.monitoring(mood="down")
        citizen: Person = await town.citizen(CALLER)
        await call(citizen)
        await accept(town, int(citizen.person["clinic_no"]))
        assert town.world.monitoring.kept == {}
        await town.stop_bot()
        await town.sandbox.monitoring(mood="answers")
        await town.start_bot()
        server = await all_sent(town)
        await are_the_same(town.app.db, server)
        assert len(server.kept) == 2
