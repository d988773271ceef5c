"""A shift of three clinics: at its end nobody was forgotten, and nothing was entered or shown twice."""

from pathlib import Path

import pytest

from tests.shift import OPENING, CrowdedTown, Shift, check, drawn
from tests.town import running_town

COUNT = 36


@pytest.mark.timeout(240)
async def test_HC_07_GEN_09_after_a_shift_with_an_outage_every_request_is_answered_or_escalated(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "town"
    made = CrowdedTown(folder, COUNT)
    async with running_town(folder, made=made, start=OPENING, SMS_DAILY_CAP="100000") as town:
        shift = Shift(town, drawn(COUNT, seed=7))
        await shift.live()
        came_to = await check(shift)
    assert came_to["answered"] > COUNT // 2
    assert came_to["late"] > 0
    assert came_to["escalated"] > 0
