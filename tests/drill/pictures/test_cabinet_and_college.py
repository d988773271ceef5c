"""All requests of a person beside the college's own room on the sandbox page."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.town import RunningTown, running_town
from tests.training_walks import apply
from tests.walks import call

AIGUL = "880412294549"
WIDE, PHONE = (1440, 900), (390, 844)


@pytest.fixture
async def live(settled: Path, tmp_path: Path) -> AsyncIterator[RunningTown]:
    """The service with a clock that runs on, as people see it on the page."""
    async with running_town(tmp_path / "town", settled=settled, moving=True) as running:
        yield running


async def opened(chromium: Browser, town: RunningTown, size: tuple[int, int]) -> Page:
    page = await chromium.new_page(viewport={"width": size[0], "height": size[1]})
    await page.goto(town.sandbox.url)
    await page.wait_for_selector("body[data-ready]", state="attached")
    return page


async def tab(page: Page, name: str) -> None:
    if await page.locator(f"#tab-{name}").is_visible():
        await page.locator(f"#tab-{name}").click()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
async def test_the_picture_of_all_requests_and_of_the_college_at_its_own_queue(
    live: RunningTown, chromium: Browser, pictures: Path, size: tuple[int, int]
) -> None:
    citizen = await live.citizen(AIGUL)
    await call(citizen)
    await live.advance(61)
    await apply(citizen)
    await citizen.tap("button.menu", "button.cabinet")
    page = await opened(chromium, live, size)
    await tab(page, "people")
    await page.get_by_test_id("search").fill(AIGUL)
    await expect(page.get_by_test_id("person")).to_have_count(1)
    await page.get_by_test_id("person").click()
    await expect(page.get_by_test_id("chat")).to_contain_text("№ 90-000001")
    await page.screenshot(path=pictures / f"all-requests-{size[0]}.png")
    await tab(page, "staff")
    room = page.get_by_test_id("staff-room")
    label = await room.locator("option", has_text="колледж").first.inner_text()
    await room.select_option(label=label)
    await page.get_by_test_id("staff-line").fill("/college")
    await page.get_by_test_id("staff-send").click()
    staff = page.get_by_test_id("staff")
    await expect(staff).to_contain_text(citizen.words("staff.button.college_new", count=1))
    assert await page.evaluate("document.documentElement.scrollWidth") <= size[0]
    await page.screenshot(path=pictures / f"college-{size[0]}.png")
