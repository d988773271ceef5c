"""What is past its keeping period goes by itself, at night, also after nights without the service."""

from datetime import UTC, datetime
from pathlib import Path

from storage import due
from storage.retention import STEPS, prune
from tests.bot.ward import opened, ward

BEFORE_THREE = datetime(2026, 11, 25, 21, 59, 59, tzinfo=UTC)
THREE = datetime(2026, 11, 25, 22, 0, tzinfo=UTC)
NEARLY_FOUR = datetime(2026, 11, 25, 22, 50, tzinfo=UTC)


async def test_G_70_what_is_past_its_period_is_gone_after_the_night_without_anybody_s_command(
    tmp_path: Path,
) -> None:
    async with ward(tmp_path) as clinic:
        clinic.clock.at = BEFORE_THREE
        assert await clinic.tick() == 0
        clinic.clock.at = THREE
        # The first step of the pruning, and the sealing of the journals.
        assert await clinic.tick() == 2
        clinic.clock.at = NEARLY_FOUR
        assert await clinic.tick() == len(STEPS) - 1
        assert not any((await prune(clinic.db, NEARLY_FOUR)).rows.values())
        following = await due.next_due(clinic.db.reader)
    assert following == datetime(2026, 11, 26, 22, 0, tzinfo=UTC)


async def test_S39_a_night_on_which_the_service_was_down_is_made_up_for_once(tmp_path: Path) -> None:
    async with ward(tmp_path) as clinic:
        await clinic.tick()
        clinic.clock.at = NEARLY_FOUR.replace(hour=6)
        later = opened(clinic.db, clinic.clock, clinic)
        assert await later.tick() == len(STEPS) + 1
        assert await clinic.tick() == 0


async def test_there_is_something_to_take_away_in_these_tests(tmp_path: Path) -> None:
    async with ward(tmp_path) as clinic:
        assert (await prune(clinic.db, NEARLY_FOUR)).rows["staff_codes"]
