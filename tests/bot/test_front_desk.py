"""The front desk: what fails is set aside in the end, what only had no database is not."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.channels import front_desk
from bot.channels.events import Event
from bot.channels.front_desk import TRIES, FrontDesk
from bot.channels.intake import arrival_of, read_row
from bot.sending.courier import Courier
from dialogs.engine import Unavailable
from storage import inbox
from storage.outbox import Owed
from tests.bot.house import WORKER, House, open_house


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(front_desk, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(front_desk, "LONGEST_PAUSE", 0.002)
    async with open_house(tmp_path) as opened:
        yield opened


def desk(house: House, faults: list[Exception]) -> FrontDesk:
    """A desk whose rows meet these faults one after another, and are answered then."""
    courier: Courier = house.courier()

    async def answer(event: Event) -> Sequence[Owed]:
        if faults:
            raise faults.pop(0)
        async with house.db.transaction() as tx:
            await inbox.done(tx, event.inbox_id, "answered", house.clock.now())
        return ()

    return FrontDesk(house.db, read_row, answer, courier, house.bells, house.clock, WORKER)


async def outcome(house: House, faults: list[Exception]) -> str | None:
    user = await house.sandbox.user()
    account = {"id": user, "is_bot": False}
    message = {"message_id": 1, "chat": {"id": user, "type": "private"}, "from": account, "text": "1"}
    await house.intake.accept((arrival_of({"update_id": 1, "message": message}, "1", house.clock),))
    serving = desk(house, faults)
    serving.take(house.desk.rows)
    await serving.rest()
    return await inbox.outcome(house.db.reader, house.desk.rows[0].id)


async def test_SEC_03_a_database_that_is_away_for_long_sets_no_message_aside(house: House) -> None:
    away: list[Exception] = [Unavailable("away") for _ in range(4 * TRIES)]
    assert await outcome(house, away) == "answered"
    assert house.bells.rung == []


async def test_S45_faults_of_ours_count_towards_setting_aside_however_often_the_database_is_away(
    house: House,
) -> None:
    faults: list[Exception] = [
        fault for _ in range(TRIES) for fault in (Unavailable("away"), KeyError("ours"))
    ]
    assert await outcome(house, faults) == "poisoned:failed"
    assert [what for what, _ in house.bells.rung] == ["inbox.set_aside"]
