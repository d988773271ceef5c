"""Calls outside the hours: after the cut-off, on Saturday and holidays, before opening."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.golden import Golden
from tests.town import RunningTown, running_town, transcript
from tests.transcripts.cast import Cast, in_both_languages
from tests.walks import fill_in, to_the_code

THURSDAY = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)


@pytest.fixture
async def earlier(settled: Path, tmp_path: Path) -> AsyncIterator[RunningTown]:
    """The service running since Thursday noon."""
    async with running_town(tmp_path / "town", settled=settled, start=THURSDAY) as running:
        yield running


async def _carried(town: RunningTown, cast: Cast, at: str) -> None:
    """Call at that moment, and agree to another day."""
    citizen = await cast.enter(town)
    await town.set_time(at)
    await to_the_code(citizen)
    town.lines.clear()
    await citizen.confirm()
    await citizen.tap("button.carry")
    await fill_in(citizen)
    await citizen.tap("button.send")


@in_both_languages
async def test_E_02_after_the_cutoff_a_call_is_carried_over_to_the_next_working_day(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    await _carried(town, cast, "2026-11-20T18:00:00")
    await town.set_time("2026-11-21T09:00:00")
    await town.set_time("2026-11-21T09:20:00")
    golden.check(cast.name("after_cutoff_carried"), transcript(town.lines))


@in_both_languages
async def test_E_02_whoever_does_not_want_another_day_is_given_phones(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(town)
    await town.set_time("2026-11-20T18:00:00")
    await to_the_code(citizen)
    town.lines.clear()
    await citizen.confirm()
    await citizen.tap("button.do_not_carry")
    golden.check(cast.name("after_cutoff_declined"), transcript(town.lines))
    assert await town.group(cast.clinic) == []


@in_both_languages
async def test_HC_08_on_saturday_calls_are_taken_until_noon(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    await _carried(town, cast, "2026-11-21T12:00:00")
    golden.check(cast.name("saturday_noon"), transcript(town.lines))


@in_both_languages
async def test_GEN_02_on_a_holiday_a_call_is_carried_over(
    town: RunningTown, cast: Cast, golden: Golden
) -> None:
    await _carried(town, cast, "2026-12-16T10:00:00")
    golden.check(cast.name("holiday"), transcript(town.lines))


@in_both_languages
async def test_before_opening_a_call_is_for_today_and_answered_after_opening(
    earlier: RunningTown, cast: Cast, golden: Golden
) -> None:
    citizen = await cast.enter(earlier)
    await earlier.set_time("2026-11-20T06:30:00")
    await to_the_code(citizen)
    earlier.lines.clear()
    await citizen.confirm()
    await fill_in(citizen)
    await citizen.tap("button.send")
    golden.check(cast.name("before_opening"), transcript(earlier.lines))
