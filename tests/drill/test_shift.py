"""A whole shift: three clinics, 600 requests, an hour of outage, floods, a restart; nobody is forgotten."""

import sys
from pathlib import Path

import pytest

from tests.shift import OPENING, CrowdedTown, Shift, check, drawn
from tests.town import running_town

pytestmark = [pytest.mark.drill, pytest.mark.timeout(1800)]

COUNT = 600


async def test_HC_07_GEN_09_every_one_of_600_requests_is_answered_or_escalated(tmp_path: Path) -> None:
    folder = tmp_path / "town"
    made = CrowdedTown(folder, COUNT)
    async with running_town(folder, made=made, start=OPENING, SMS_DAILY_CAP="100000") as town:
        shift = Shift(town, drawn(COUNT, seed=2026))
        await shift.live()
        came_to = await check(shift)
    sys.stdout.write(", ".join(f"{count} {what}" for what, count in sorted(came_to.items())) + "\n")
    assert came_to["answered"] > COUNT * 3 // 4
    assert came_to["escalated"] > 0
