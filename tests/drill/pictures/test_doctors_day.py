"""The doctor's day on the sandbox page, as the real service keeps it: it fills up while people book."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.town import Person, RunningTown, running_town
from tests.visit_walks import pick_nearest, to_the_time

AIGUL = "880412294549"
OTHERS = {"Қаз": "таңдап жатыр", "Рус": "выбирают"}


@pytest.fixture
async def live(settled: Path, tmp_path: Path) -> AsyncIterator[RunningTown]:
    """The service with a clock that runs on; a doctor's list for the Monday has come by itself."""
    async with running_town(tmp_path / "town", settled=settled, moving=True) as running:
        await running.set_time("2026-11-21T18:00")
        yield running


async def _open(chromium: Browser, town: RunningTown, width: int = 1440, height: int = 900) -> Page:
    page = await chromium.new_page(viewport={"width": width, "height": height})
    await page.goto(town.sandbox.url)
    await page.wait_for_selector("body[data-ready]", state="attached")
    return page


async def _choosing(town: RunningTown) -> Person:
    citizen = await town.citizen(AIGUL)
    await to_the_time(citizen)
    await pick_nearest(citizen)
    return citizen


@pytest.mark.parametrize("language", ["Қаз", "Рус"])
async def test_a_newcomer_sees_the_doctors_day_fill_up_without_typing_anything(
    live: RunningTown, chromium: Browser, pictures: Path, language: str
) -> None:
    page = await _open(chromium, live)
    await page.get_by_role("button", name=language, exact=True).click()
    day = page.get_by_test_id("day")
    await expect(day.get_by_test_id("time").first).to_be_visible()
    assert (
        await day.locator("li.booked, li.held").count()
        == await day.locator(".legend .booked, .legend .held").count()
    )
    citizen = await _choosing(live)
    await expect(day.locator(".strip .held")).to_have_count(1)
    await expect(day.get_by_test_id("count-held")).to_contain_text(f"{OTHERS[language]}: 1")
    await citizen.tap("button.send")
    await expect(day.locator(".strip .booked")).to_have_count(1)
    await expect(day.locator(".strip .held")).to_have_count(0)
    assert "Сейітова" not in await day.inner_text()
    await page.screenshot(path=pictures / f"doctors-day-{'kk' if language == 'Қаз' else 'ru'}.png")


async def test_the_day_can_be_asked_for_and_goes_on_to_the_next_one(
    live: RunningTown, chromium: Browser
) -> None:
    page = await _open(chromium, live)
    await expect(page.get_by_test_id("day-title")).to_contain_text("23 қараша")
    await live.set_time("2026-11-23T20:30")
    await page.get_by_test_id("day-ask").click()
    await expect(page.get_by_test_id("day-title")).to_contain_text("24 қараша")


async def test_on_a_phone_the_day_has_a_tab_of_its_own(live: RunningTown, chromium: Browser) -> None:
    page = await _open(chromium, live, 390, 844)
    await page.locator("#tab-day").click()
    await expect(page.get_by_test_id("time").first).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
