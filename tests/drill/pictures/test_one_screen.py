"""The real service on the sandbox page in a real Chromium: the picture of the README is taken here."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.town import RunningTown, running_town

CODE = re.compile(r"(?<![0-9-])[0-9]{6}(?![0-9])")
STEPS = (
    "Қазақша",
    "Дәрігерді үйге шақыру",
    "Жоқ, жалғастыру",
    "Келісемін",
    "Өзіме",
)
FORM = (
    "Дене қызуы көтерілді",
    "Қосатыным жоқ",
    "Иә, осы мекенжай",
    "Өткізіп жіберу",
    "Иә, осы нөмір",
    "Өтінімді жіберу",
)
ACCEPTED = ("Растау", "Бейсенова Гүлнар Сәбитқызы", "12:00–14:00")


@pytest.fixture
async def live(settled: Path, tmp_path: Path) -> AsyncIterator[RunningTown]:
    """The service with a clock that runs on, as people see it on the page."""
    async with running_town(tmp_path / "town", settled=settled, moving=True) as running:
        yield running


async def _open(chromium: Browser, town: RunningTown, width: int, height: int) -> Page:
    page = await chromium.new_page(viewport={"width": width, "height": height})
    await page.goto(town.sandbox.url)
    await page.wait_for_selector("body[data-ready]", state="attached")
    return page


async def _press(page: Page, pane: str, label: str) -> None:
    await page.get_by_test_id(pane).get_by_role("button", name=label, exact=True).last.click()


async def _say(page: Page, words: str) -> None:
    await page.get_by_test_id("chat-line").fill(words)
    await page.get_by_test_id("chat-send").click()


async def _tab(page: Page, name: str) -> None:
    tab = page.locator(f"#tab-{name}")
    if await tab.is_visible():
        await tab.click()


async def _call(page: Page) -> None:
    """Call a doctor as Aigul in Kazakh, by what stands on the page alone."""
    await page.get_by_test_id("person").first.click()
    await page.get_by_test_id("start").click()
    for label in STEPS:
        await _press(page, "chat", label)
    await expect(page.get_by_test_id("chat")).to_contain_text("Өз ЖСН-іңізді жазыңыз")
    await _say(page, "880412294549")
    await _tab(page, "phone")
    await expect(page.get_by_test_id("phone")).to_contain_text("растау коды")
    code = CODE.search(await page.get_by_test_id("phone").inner_text())
    assert code is not None
    await _tab(page, "chat")
    await _say(page, code[0])
    for label in FORM:
        await _press(page, "chat", label)
    await expect(page.get_by_test_id("chat")).to_contain_text("№ 05-000001 өтінім тіркелді")


async def _accept(page: Page) -> None:
    await _tab(page, "staff")
    for label in ACCEPTED:
        await _press(page, "staff", label)
    await expect(page.get_by_test_id("staff")).to_contain_text("РАСТАЛДЫ")
    await _tab(page, "chat")
    await expect(page.get_by_test_id("chat")).to_contain_text("12:00–14:00")


async def test_the_picture_of_a_call_answered_on_one_screen(
    live: RunningTown, chromium: Browser, pictures: Path
) -> None:
    page = await _open(chromium, live, 1440, 900)
    await _call(page)
    await _accept(page)
    await page.screenshot(path=pictures / "sandbox.png")


async def test_the_picture_of_a_call_on_the_width_of_a_phone(
    live: RunningTown, chromium: Browser, pictures: Path
) -> None:
    page = await _open(chromium, live, 390, 844)
    await _call(page)
    await page.screenshot(path=pictures / "sandbox-phone.png")
    await _accept(page)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
