"""The worked examples of the acts on the whole service, to the second."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.town import Person, RunningTown, running_town
from tests.walks import call, fill_in, to_the_code, to_the_summary

AIGUL = "880412294549"


@pytest.mark.parametrize("minute", ["17:59:59", "12:00:01"])
async def test_E_01_HC_08_a_call_before_the_cutoff_is_for_the_same_day(
    town: RunningTown, minute: str
) -> None:
    citizen = await town.citizen(AIGUL)
    await town.set_time(f"2026-11-20T{minute}")
    sent = await call(citizen)
    assert "Дәрігер келетін күн: 2026 жылғы 20 қараша." in sent.text
    assert "Келу күні: 2026 жылғы 20 қараша" in (await town.group(5))[-1].text


async def test_E_01_HC_07_the_answer_to_a_call_made_at_17_59_59_is_due_at_18_29_59(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await town.set_time("2026-11-20T17:59:59")
    sent = await call(citizen)
    assert "Жауап мерзімі: 2026 жылғы 20 қараша, 18:29." in sent.text
    await town.set_time("2026-11-20T18:29:58")
    assert "МЕРЗІМ ӨТТІ" not in (await town.group(5))[0].text
    await town.set_time("2026-11-20T18:29:59")
    assert "МЕРЗІМ ӨТТІ" in (await town.group(5))[0].text


async def test_E_02_a_call_at_18_00_00_on_a_friday_is_for_the_next_working_day_if_the_caller_agrees(
    town: RunningTown,
) -> None:
    citizen = await town.citizen(AIGUL)
    await town.set_time("2026-11-20T18:00:00")
    await to_the_code(citizen)
    asked = await citizen.confirm()
    assert citizen.words("button.carry") in asked.labels
    assert "2026 жылғы 21 қараша" in asked.text
    assert "103" in asked.text


async def test_E_02_the_answer_to_a_carried_call_is_due_half_an_hour_after_opening(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await town.set_time("2026-11-20T18:00:00")
    await to_the_code(citizen)
    await citizen.confirm()
    await citizen.tap("button.carry")
    await fill_in(citizen)
    sent = await citizen.tap("button.send")
    assert "Жауап мерзімі: 2026 жылғы 21 қараша, 09:30." in sent.text


async def test_G_01_the_cutoff_is_judged_when_send_is_pressed_and_nothing_is_signed_after_it(
    town: RunningTown,
) -> None:
    citizen = await town.citizen(AIGUL)
    await town.set_time("2026-11-20T17:59:50")
    summary = await to_the_summary(citizen)
    assert "Дәрігер келетін күн: 2026 жылғы 20 қараша" in summary.text
    await town.set_time("2026-11-20T18:00:01")
    asked = await citizen.tap("button.send")
    assert citizen.words("button.carry") in asked.labels
    assert "2026 жылғы 21 қараша" in asked.text
    assert await town.group(5) == []
    new_summary = await citizen.tap("button.carry")
    assert "Дәрігер келетін күн: 2026 жылғы 21 қараша" in new_summary.text
    assert "Дене қызуы көтерілді" in new_summary.text
    sent = await citizen.tap("button.send")
    assert "№ 05-000001" in sent.text


@pytest.mark.parametrize(("moment", "today"), [("11:59:59", True), ("12:00:00", False)])
async def test_E_04_HC_08_on_saturday_calls_are_taken_until_twelve(
    town: RunningTown, moment: str, today: bool
) -> None:
    citizen = await town.citizen(AIGUL)
    await town.set_time(f"2026-11-21T{moment}")
    await to_the_code(citizen)
    asked = await citizen.confirm()
    assert (citizen.words("button.carry") not in asked.labels) == today
    assert ("2026 жылғы 23 қараша" in asked.text) != today


async def test_E_03_GEN_03_the_service_listens_at_night_and_on_sundays(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await town.set_time("2026-11-22T03:00:00")
    await to_the_code(citizen)
    asked = await citizen.confirm()
    assert "2026 жылғы 23 қараша" in asked.text


async def test_a_call_before_opening_is_for_today_and_answered_half_an_hour_after_opening(
    settled: Path, tmp_path: Path
) -> None:
    start = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    async with running_town(tmp_path / "town", settled=settled, start=start) as town:
        sent = await call(await town.citizen(AIGUL))
    assert "Жауап мерзімі: 2026 жылғы 20 қараша, 08:30." in sent.text


async def test_G_72_the_evening_brings_up_visits_that_were_not_made(town: RunningTown) -> None:
    citizen: Person = await town.citizen(AIGUL)
    await call(citizen)
    await town.staff_tap(5, "registrar", "staff.button.accept")
    head = town.of_staff(5, "head")
    await town.set_time("2026-11-20T19:00:00")
    assert any("05-000001" in message.text for message in await head.messages())
