"""The open page of the survey: what everybody sees, what nobody does, how it looks on a phone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser

from bot.surveys import page as quality
from bot.surveys.page import KEPT_FOR, PATH, QualityPage
from bot.town import Town
from dialogs.engine import T, Unavailable
from locales import LOCALES, render
from rules.people import Language
from rules.public_services import PublicService
from rules.survey import NO_CLINIC, SMALLEST_GROUP, questions, shown_from
from storage import surveys
from storage.database import Database
from tests.registry import HandClock, add_clinic, migrated_sqlite_url, registry

TENTH_OF_DECEMBER = datetime(2026, 12, 10, 7, 0, tzinfo=UTC)
CALL, VISIT = PublicService.HOME_CALL, PublicService.APPOINTMENT
SCRIPTS = re.compile(r"<script|javascript:|\son\w+=|style=", re.IGNORECASE)
SCREEN = 360


def word(key: str, language: Language = "kk", **values: object) -> str:
    return render(T(key, **values), language)  # type: ignore[arg-type]  # values of every kind


@dataclass
class Site:
    """The page over a registry, as anybody's browser reads it."""

    db: Database
    clock: HandClock
    url: str
    session: ClientSession

    async def answered(
        self, service: PublicService, clinic_no: int, *grades: int, month: str = "2026-11"
    ) -> None:
        """So many people gave these grades to the first question, and 3 to the second."""
        async with self.db.transaction() as tx:
            for grade in grades:
                for question, given in zip(questions(), (grade, 3), strict=True):
                    tx.later(
                        "survey_count",
                        month=month,
                        service=service.value,
                        clinic_no=clinic_no,
                        question=question.value,
                        grade=given,
                    )

    async def get(self, query: str = "") -> tuple[int, str]:
        async with self.session.get(f"{self.url}{PATH}{query}") as answer:
            return answer.status, await answer.text()

    async def text(self, query: str = "") -> str:
        status, text = await self.get(query)
        assert status == 200
        return text


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    clock = HandClock(TENTH_OF_DECEMBER)
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        for no in (5, 6, 7):
            await add_clinic(db, no)
        app = web.Application()
        QualityPage(db, clock).add_to(app)
        async with TestServer(app) as server, ClientSession() as session:
            yield Site(db, clock, str(server.make_url("")).rstrip("/"), session)


async def test_SV_04_the_shares_of_each_answer_are_shown_by_service_clinic_and_month(site: Site) -> None:
    await site.answered(CALL, 5, 3, 3, 3, 2, 1)
    text = await site.text("?clinic=5&month=2026-11")
    assert word("quality.answers", answers=5) in text
    for grade, share in ((3, 60), (2, 20), (1, 20)):
        assert f"{word(f'survey.grade_{grade}')}<b>{share} %</b>" in text
    assert 'aria-label="Қанағаттанамын: 60 %, Ішінара қанағаттанамын: 20 %, Қанағаттанбаймын: 20 %"' in text
    assert word("figures.month", first=datetime(2026, 11, 1, tzinfo=UTC).date()).capitalize() in text


@pytest.mark.parametrize("language", LOCALES)
async def test_the_page_is_in_either_language_and_says_in_which(site: Site, language: Language) -> None:
    await site.answered(CALL, 5, 3, 3, 3, 3, 3)
    text = await site.text(f"?lang={language}&clinic=5")
    assert f'<html lang="{language}">' in text
    for key in ("quality.title", "quality.about", "quality.foot", "survey.grade_1", "quality.information"):
        assert word(key, language) in text
    other = next(one for one in LOCALES if one != language)
    assert f'href="{PATH}?clinic=5&amp;lang={other}"' in text


async def test_anybody_may_look_and_nothing_runs_on_the_page(site: Site) -> None:
    await site.answered(CALL, 5, 3, 3, 3, 3, 3)
    async with site.session.get(f"{site.url}{PATH}") as answer:
        text, headers = await answer.text(), answer.headers
    assert SCRIPTS.search(text) is None
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "no-referrer")
    assert headers["Cache-Control"] == "public, max-age=600"
    assert "Set-Cookie" not in headers


async def test_G_65_a_group_under_five_is_not_on_the_page_whoever_asks_for_it(site: Site) -> None:
    await site.answered(CALL, 6, 1, 1, 1, 1)
    for query in ("?clinic=6", "", "?clinic=6&month=2026-11"):
        text = await site.text(query)
        assert "<section>" not in text
        assert word("service.home_call") in text.split('class="few"')[1]


async def test_G_65_too_few_answers_read_like_none_at_all(site: Site) -> None:
    await site.answered(VISIT, 5, 3, 3, 3, 3, 3)
    await site.answered(CALL, 6, 1, 1, 1, 1)
    few, none = [(await site.text(f"?clinic={no}")).split("</h2>")[1] for no in (6, 7)]
    assert few == none


async def test_G_65_a_hidden_clinic_is_not_found_by_taking_the_others_from_everywhere(site: Site) -> None:
    await site.answered(CALL, 5, 3, 3, 3, 3, 3, 3)
    await site.answered(CALL, 6, 1, 1, 1)
    everywhere = await site.text()
    assert word("quality.answers", answers=6) in everywhere
    assert word("quality.answers", answers=9) not in everywhere
    await site.answered(CALL, 7, 2, 2)
    site.clock.forward(KEPT_FOR.total_seconds())
    assert word("quality.answers", answers=11) in await site.text()


async def test_G_65_a_month_is_not_shown_before_all_that_was_asked_in_it_is_closed(site: Site) -> None:
    await site.answered(CALL, 5, *(3,) * 9, month="2026-12")
    assert "<section>" not in await site.text("?month=2026-12&clinic=5")
    opens = shown_from("2026-12")
    assert word("quality.none", day=opens.date()) in await site.text("?month=2026-12")
    site.clock.at = opens.astimezone(UTC) - timedelta(seconds=1)
    assert "<section>" not in await site.text("?month=2026-12&clinic=5")
    site.clock.at = opens.astimezone(UTC)
    assert "<section>" in await site.text("?month=2026-12&clinic=5")


async def test_an_answer_that_is_counted_now_changes_nothing_that_is_shown_now(site: Site) -> None:
    """Whoever reads the page before and after somebody answers learns nothing: months close first."""
    await site.answered(CALL, 5, *(3,) * 6)
    before = await site.text("?clinic=5")
    await site.answered(CALL, 5, 1, month="2026-12")
    site.clock.forward(KEPT_FOR.total_seconds())
    assert await site.text("?clinic=5") == before


async def test_SV_04_what_no_clinic_gives_is_shown_for_everywhere_alone(site: Site) -> None:
    await site.answered(PublicService.NARCOLOGY, NO_CLINIC, *(2,) * 5)
    await site.answered(CALL, 5, *(3,) * 5)
    name = word("service.narcology")
    assert name in await site.text()
    assert name not in await site.text("?clinic=5")


async def test_the_newest_month_stands_first_and_others_can_be_chosen(site: Site) -> None:
    await site.answered(CALL, 5, *(3,) * 5)
    await site.answered(CALL, 5, *(1,) * 7, month="2026-10")
    assert word("quality.answers", answers=5) in await site.text("?clinic=5")
    october = await site.text("?clinic=5&month=2026-10")
    assert word("quality.answers", answers=7) in october
    assert '<option value="2026-10" selected>' in october
    assert october.index('value="2026-11"') < october.index('value="2026-10"')


@pytest.mark.parametrize(
    "query",
    [
        "?month=2026-13", "?month=x&clinic=9999", "?clinic=-1", "?clinic=5%27--", "?lang=en",
        "?month=" + "9" * 999, "?clinic=%D9%A5", "?month=%3Cscript%3E&lang=%3Cscript%3E",
    ],
)  # fmt: skip
async def test_whatever_is_asked_for_that_is_not_there_shows_the_newest_of_everywhere(
    site: Site, query: str
) -> None:
    await site.answered(CALL, 5, *(3,) * 5)
    text = await site.text(query)
    assert text.split("<h2>")[1] == (await site.text()).split("<h2>")[1]
    assert SCRIPTS.search(text) is None


async def test_S42_the_name_of_a_clinic_is_only_a_name(site: Site) -> None:
    async with site.db.transaction() as tx:
        tx.later(
            "load_clinic", no=8, kind="clinic", name_ru="<script>x</script>", name_kk='"><img src=x>',
            short_ru="П", short_kk="Е", address="Алматы", phones="+77272333960", norm=None,
            zone="Asia/Almaty",
            hours="08:00-20:00;09:00-14:00;-", lat=None, lon=None, features="", verified_on=None,
            rooms_exclusive=0, takes="everyone",
        )  # fmt: skip
    await site.answered(CALL, 8, *(3,) * 5)
    for language in LOCALES:
        text = await site.text(f"?clinic=8&lang={language}")
        assert SCRIPTS.search(text) is None
        assert "<img" not in text


async def test_many_who_look_at_once_cost_the_registry_nothing(site: Site) -> None:
    await site.answered(CALL, 5, *(3,) * 5)
    await site.text("?clinic=5")
    before = site.db.statements
    for _ in range(20):
        await site.text("?clinic=5")
    assert site.db.statements == before
    site.clock.forward(KEPT_FOR.total_seconds())
    await site.text("?clinic=5")
    assert site.db.statements > before


async def test_what_is_kept_of_pages_does_not_grow_with_what_is_asked_for(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.answered(CALL, 5, *(3,) * 5)
    monkeypatch.setattr(quality, "MOST_KEPT", 2)
    kept = QualityPage(site.db, site.clock)
    app = web.Application()
    kept.add_to(app)
    async with TestServer(app) as server:
        for query in ("?clinic=5", "?clinic=6", "?clinic=7", *(f"?clinic={no}" for no in range(100, 130))):
            async with site.session.get(f"{server.make_url(PATH)}{query}") as answer:
                assert answer.status == 200
    assert len(kept._kept) == 2


async def test_a_registry_that_does_not_answer_is_said_to_be_silent(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(*_: object) -> None:
        raise Unavailable

    monkeypatch.setattr(surveys, "months", silent)
    status, text = await site.get()
    assert status == 503
    assert word("quality.down") in text


async def test_before_the_first_month_is_over_it_says_when_there_will_be_figures(site: Site) -> None:
    assert word("quality.none", day=shown_from("2026-12").date()) in await site.text()


async def test_the_page_fits_a_phone_of_360_dots_and_works_without_any_script(
    site: Site, chromium: Browser, pictures: Path
) -> None:
    for service in PublicService:
        await site.answered(service, 5 if service in (CALL, VISIT) else NO_CLINIC, 3, 3, 3, 3, 2, 2, 1)
    await site.answered(CALL, 6, *(2,) * SMALLEST_GROUP.value, month="2026-10")
    context = await chromium.new_context(
        viewport={"width": SCREEN, "height": 740}, java_script_enabled=False, device_scale_factor=2
    )
    try:
        page = await context.new_page()
        faults: list[str] = []
        page.on("console", lambda message: faults.append(message.text))
        for language in LOCALES:
            await page.goto(f"{site.url}{PATH}?lang={language}")
            await page.screenshot(path=pictures / f"quality_{language}.png", full_page=True)
            width = await page.locator("html").evaluate("one => one.scrollWidth")
            assert width <= SCREEN
        await page.select_option("select[name=month]", "2026-10")
        await page.select_option("select[name=clinic]", "6")
        await page.click("button")
        assert "month=2026-10&clinic=6" in page.url
        assert word("quality.answers", "ru", answers=5) in await page.inner_text("section")
        await page.click(".other a")
        assert word("quality.answers", "kk", answers=5) in await page.inner_text("section")
        # No rule of the page's own policy is broken by the page itself.
        assert faults == []
    finally:
        await context.close()


async def test_the_demonstration_has_figures_to_look_at_and_the_second_start_doubles_none(
    tmp_path: Path,
) -> None:
    town, clock = Town(tmp_path), HandClock(TENTH_OF_DECEMBER)
    migrated_sqlite_url(tmp_path)
    await town.remember(clock)
    async with registry(town.database_url, clock, town.key(), migrated=True) as db:
        once = await surveys.month(db.reader, "2026-11")
        assert set(await surveys.months(db.reader)) == {"2026-11", "2026-10"}
    await town.remember(clock)
    async with registry(town.database_url, clock, town.key(), migrated=True) as db:
        assert await surveys.month(db.reader, "2026-11") == once
    shown = [service for service in PublicService if once.of_service(service) is not None]
    assert len(shown) >= len(PublicService) - 1
    # A clinic with too few answers is there too, so that it can be seen how it is not shown.
    assert once.of_clinic(CALL, 7) is None
