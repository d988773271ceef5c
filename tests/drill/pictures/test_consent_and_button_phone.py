"""The newest services on the sandbox page: asker, subject's phone and centre together; a booking by SMS."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

import locales
from dialogs.engine import T
from rules.people import Language
from tests.town import RunningTown, running_town

CODE = re.compile(r"(?<![0-9-])[0-9]{6}(?![0-9])")
WIDE, PHONE = (1440, 900), (390, 844)


@dataclass(frozen=True)
class Cast:
    """Who plays in which language: the subject has a button phone and no Telegram."""

    language: Language
    key: str
    asker: str
    subject: str
    subject_name: str
    book: str


CASTS = (
    Cast("kk", "Қаз", "880412294549", "490622291198", "Бекмұратова Майра Сағынқызы", "жазылу"),
    Cast("ru", "Рус", "900725297363", "460130197329", "Беляев Юрий Степанович", "запись"),
)
everyone = pytest.mark.parametrize("cast", CASTS, ids=lambda cast: cast.language)


@pytest.fixture
async def live(settled: Path, tmp_path: Path) -> AsyncIterator[RunningTown]:
    """The service with a clock that runs on, as people see it on the page."""
    async with running_town(tmp_path / "town", settled=settled, moving=True) as running:
        yield running


@dataclass(frozen=True)
class OnThePage:
    """Somebody who does everything by what stands on the page alone."""

    page: Page
    cast: Cast

    def words(self, key: str) -> str:
        return locales.render(T(key), self.cast.language)

    async def tab(self, name: str) -> None:
        if await self.page.locator(f"#tab-{name}").is_visible():
            await self.page.locator(f"#tab-{name}").click()

    async def pick(self, query: str) -> None:
        await self.tab("people")
        await self.page.get_by_test_id("search").fill(query)
        await expect(self.page.get_by_test_id("person")).to_have_count(1)
        await self.page.get_by_test_id("person").click()

    async def press(self, *keys: str) -> None:
        for key in keys:
            pane = self.page.get_by_test_id("chat")
            await pane.get_by_role("button", name=self.words(key), exact=True).last.click()

    async def say(self, text: str) -> None:
        await self.page.get_by_test_id("chat-line").fill(text)
        await self.page.get_by_test_id("chat-send").click()

    async def take_phone(self, name: str) -> None:
        await self.tab("phone")
        whose = self.page.get_by_test_id("phone-whose")
        label = await whose.locator("option", has_text=name).first.inner_text()
        await whose.select_option(label=label)

    async def sms(self, text: str) -> str:
        """Type an SMS on the handset; return the answer to it."""
        thread = self.page.get_by_test_id("sms")
        await expect(
            self.page.locator("#phone-thread .empty, #phone-thread [data-testid=sms]")
        ).not_to_have_count(0)
        before = await thread.count()
        await self.page.get_by_test_id("sms-line").fill(text)
        await self.page.get_by_test_id("sms-send").click()
        await expect(thread).to_have_count(before + 2)
        return await thread.last.inner_text()

    async def code(self) -> str:
        """The newest code on the handset."""
        await expect(self.page.get_by_test_id("sms").filter(has_text=CODE)).not_to_have_count(0)
        found: list[str] = CODE.findall(await self.page.get_by_test_id("phone").inner_text())
        return found[-1]


async def opened(chromium: Browser, town: RunningTown, cast: Cast, size: tuple[int, int]) -> OnThePage:
    page = await chromium.new_page(viewport={"width": size[0], "height": size[1]})
    await page.goto(town.sandbox.url)
    await page.wait_for_selector("body[data-ready]", state="attached")
    await page.get_by_role("button", name=cast.key, exact=True).click()
    return OnThePage(page, cast)


async def ask_about_another(self: OnThePage) -> None:
    cast = self.cast
    await self.pick(cast.asker)
    await self.page.get_by_test_id("start").click()
    language = {"kk": "Қазақша", "ru": "Русский"}[cast.language]
    await self.page.get_by_test_id("chat").get_by_role("button", name=language, exact=True).last.click()
    await self.press("button.centre_info", "button.narcology", "button.agree", "button.about_other")
    await self.say(cast.subject)
    await self.press("button.purpose_work")
    await self.say(cast.asker)
    await self.tab("phone")
    code = await self.code()
    await self.tab("chat")
    await self.say(code)
    await self.press("button.send")
    await expect(self.page.get_by_test_id("chat")).to_contain_text("93-000001")


@everyone
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
async def test_the_picture_of_an_asker_a_subjects_phone_and_a_centre_together(
    live: RunningTown, chromium: Browser, pictures: Path, cast: Cast, size: tuple[int, int]
) -> None:
    screen = await opened(chromium, live, cast, size)
    await ask_about_another(screen)
    await screen.take_phone(cast.subject_name)
    thanks = await screen.sms(await screen.code())
    assert "93-000001" in thanks
    await screen.tab("services")
    asked = screen.page.get_by_test_id("services").get_by_test_id("asked")
    await expect(asked.first).to_contain_text("93-000001")
    await expect(screen.page.locator("#services-log .answered")).to_have_count(1, timeout=20_000)
    await screen.tab("chat")
    await expect(screen.page.get_by_test_id("chat")).to_contain_text(screen.words("button.open"))
    assert cast.subject_name.split()[0] not in await screen.page.get_by_test_id("chat").inner_text()
    await screen.page.screenshot(path=pictures / f"consent-{cast.language}-{size[0]}.png")


@everyone
async def test_the_picture_of_a_centre_that_is_down_until_it_is_switched_on_again(
    live: RunningTown, chromium: Browser, pictures: Path, cast: Cast
) -> None:
    screen = await opened(chromium, live, cast, WIDE)
    await screen.page.get_by_test_id("mood-centres").select_option("down")
    await ask_about_another(screen)
    await screen.take_phone(cast.subject_name)
    thanks = await screen.sms(await screen.code())
    assert "93-000001" in thanks, thanks
    refused = screen.page.locator("#services-log .refused").first
    await expect(refused).to_contain_text("502", timeout=20_000)
    await screen.page.screenshot(path=pictures / f"centre-down-{cast.language}.png")
    await screen.page.get_by_test_id("mood-centres").select_option("answers")
    await screen.page.get_by_role("button", name=re.compile(r"^\+10 ")).click()
    await expect(screen.page.locator("#services-log .answered")).to_have_count(1, timeout=20_000)


@everyone
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
async def test_the_picture_of_a_booking_from_first_to_last_on_a_button_phone(
    live: RunningTown, chromium: Browser, pictures: Path, cast: Cast, size: tuple[int, int]
) -> None:
    screen = await opened(chromium, live, cast, size)
    await screen.pick(cast.subject)
    await screen.tab("phone")
    for text in (cast.book, cast.subject):
        await screen.sms(text)
    await screen.sms(await screen.code())
    booked = await screen.sms("1")
    assert re.search("№ 05-0000[0-9]{2}", booked), booked
    sent = await live.sandbox.sms((await live.sandbox.person(cast.subject))["phone"])
    assert len([one for one in sent if one.direction != "inbound"]) == 4
    await screen.page.screenshot(path=pictures / f"button-phone-{cast.language}-{size[0]}.png")
