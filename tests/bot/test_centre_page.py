"""The page that shows a result: the order's form in both languages, once, kept nowhere, and by no mistake."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser

from bot.centres.page import CentrePage
from bot.centres.showing import Showing
from bot.papers.checking import CheckDesk, CheckPage, Found
from otp import evidence
from rules.centre_info import LINK_LIVES, Centre, Form, Told, valid_until
from rules.papers import shown_check_code
from storage import centre_looks, centres
from storage.centres import Result
from storage.database import Database
from tests.inquiries import FORM, Inquiry, about_self
from tests.registry import NOW, HandClock, migrated_sqlite_url, registry

CODE = "7K3QDWV0XM"
KEY = "a-token-of-43-characters"
LONG = replace(
    FORM,
    surname="Нұрмағамбетова-Сейдахметова",
    name="Гүлбаршын",
    patronymic="Қуанышбекқызы",
    address="Алматы қаласы, Бауыржан Момышұлы атындағы даңғыл, 110/2-үй, 225-пәтер",
    system_kk="«Психикалық денсаулық және наркология» электрондық тіркелімі",
    system_ru="Электронный регистр психического здоровья и наркологии",
)


@dataclass
class Site:
    """The bot's own HTTP side, as far as results of centres are concerned."""

    db: Database
    clock: HandClock
    url: str
    session: ClientSession
    made: Inquiry

    async def issue(self, form: Form = FORM) -> None:
        """The centre has answered, and the asker has taken a link."""
        now = self.clock.now()
        async with self.db.transaction() as tx:
            request = await centres.by_id(tx, self.made.id)
            assert request is not None
            assert await centres.issue(tx, request, Result(form, CODE), valid_until(now), now)
        await self.link(KEY)

    async def link(self, key: str) -> None:
        now = self.clock.now()
        async with self.db.transaction() as tx:
            centre_looks.link(tx, self.made.id, self.made.asker_id, key, now + LINK_LIVES.delta, now)

    async def get(self, path: str) -> tuple[int, str]:
        async with self.session.get(f"{self.url}{path}") as answer:
            return answer.status, await answer.text()

    async def press(self, key: str = KEY) -> tuple[int, str]:
        async with self.session.post(f"{self.url}/centre/{key}") as answer:
            return answer.status, await answer.text()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    clock = HandClock()
    async with registry(migrated_sqlite_url(tmp_path), clock) as db:
        app = web.Application()
        CentrePage(Showing(db, clock)).add_to(app)
        CheckPage(CheckDesk(db, clock)).add_to(app)
        async with TestServer(app) as server, ClientSession() as session:
            made = await about_self(db, clock, Centre.PHTHISIATRY)
            yield Site(db, clock, str(server.make_url("")).rstrip("/"), session, made)


def words(text: str) -> str:
    """The page as it is read."""
    body = text.partition("</style>")[2]
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", body))


async def test_IC_11_G_77_the_form_has_its_six_fields_in_both_languages(site: Site) -> None:
    await site.issue(replace(FORM, told=Told.REGISTER))
    status, text = await site.press()
    assert status == 200
    read = words(text)
    for field in (
        "Берілген күні", "Дата выдачи", "20 ноября 2026 года", "2026 жылғы 20 қараша",
        "Т.А.Ә. (ол болған жағдайда)", "Ф.И.О. (при его наличии)", "Сейітова Айгүл Қанатқызы",
        "Туған күні", "Дата рождения", "1 мая 1990 года",
        "Мекенжайы", "Адрес (место жительства)", "Абай, 1",
        "Диспансерлік есепте тұратыны (тұрмайтыны)", "На диспансерном учёте", "тұрады / состоит",
        "Данные предоставлены информационной системой", "Тіркелім", "Регистр",
    ):  # fmt: skip
        assert field in read, field
    for beside in ("93-000001", shown_check_code(CODE), "30 ноября 2026 года"):
        assert beside in read, beside


async def test_IC_10_the_other_centres_tell_of_observation(site: Site) -> None:
    await site.issue()
    read = words((await site.press())[1])
    assert "На динамическом наблюдении" in read
    assert "На диспансерном учёте" not in read


async def test_a_look_at_the_link_shows_nothing_of_anybody_and_spends_nothing(site: Site) -> None:
    await site.issue()
    for _ in range(3):
        status, text = await site.get(f"/centre/{KEY}")
        assert status == 200
        for secret in (FORM.surname, FORM.address, "состоит", CODE, "91-"):
            assert secret not in text
    assert (await site.press())[0] == 200
    assert (await site.press())[0] == 410
    assert (await site.get(f"/centre/{KEY}"))[0] == 410


async def test_a_dead_link_and_one_that_never_was_read_alike(site: Site) -> None:
    await site.issue()
    site.clock.at += LINK_LIVES.delta
    dead, never = await site.press(), await site.press("x" * 43)
    assert dead == never
    assert dead[0] == 410
    assert await site.get(f"/centre/{KEY}") == await site.get("/centre/whatever")
    assert (await site.get("/centre/" + "я" * 500))[0] in (404, 410)


async def test_S30_a_consent_taken_back_hides_the_result(site: Site) -> None:
    await site.issue()
    async with site.db.transaction() as tx:
        assert await evidence.withdraw(tx, site.made.consent_id, "person:1", NOW)
    status, text = await site.press()
    assert status == 410
    assert "Согласие отозвано" in words(text)
    assert FORM.surname not in text


async def test_IC_12_an_expired_result_says_so(site: Site) -> None:
    await site.issue()
    site.clock.at = valid_until(NOW)
    await site.link("late")
    status, text = await site.press("late")
    assert status == 410
    assert "Срок действия сведений истёк" in words(text)


async def test_nothing_is_kept_run_framed_or_told_to_others(site: Site) -> None:
    await site.issue()
    async with site.session.post(f"{site.url}/centre/{KEY}") as answer:
        headers, text = answer.headers, await answer.text()
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "script" not in text
    assert headers["Refresh"] == "300; url=left"
    assert "@media print{body{display:none}}" in text
    assert (await site.get("/centre/left"))[0] == 200


async def test_S42_what_a_system_or_a_person_is_called_stays_text(site: Site) -> None:
    await site.issue(replace(FORM, surname="<b>Қарға</b>", system_ru="<script>alert(1)</script>\u202e"))
    text = (await site.press())[1]
    assert "<b>" not in text
    assert "<script>" not in text
    assert "&lt;b&gt;" in text
    assert "\u202e" not in text


async def test_a_registry_that_does_not_answer_spends_no_link(site: Site) -> None:
    await site.issue()
    await site.db.close()
    status, text = await site.press()
    assert status == 503
    assert "ссылка ещё не потрачена" in words(text)


# The page that checks papers.


async def test_G_40_a_check_code_proves_a_result_and_never_tells_it(site: Site) -> None:
    await site.issue()
    status, text = await site.get(f"/check/93-000001/{shown_check_code(CODE)}")
    read = words(text)
    assert status == 200
    for told in ("Документ подлинный и действует.", "93-000001", "С. А. Қ.", "30 ноября 2026 года"):
        assert told in read, told
    assert site.made.asker.last_four in read
    for secret in ("состоит", "тұрады", FORM.surname, FORM.address, site.made.asker.digits):
        assert secret not in text, secret


async def test_G_40_a_wrong_code_is_as_unknown_as_a_wrong_number(site: Site) -> None:
    await site.issue()
    wrong = await site.get("/check/93-000001/7K3QD-WV0XN")
    nobody = await site.get("/check/93-000002/7K3QD-WV0XM")
    assert wrong[0] == nobody[0] == 404
    assert wrong[1].replace("93-000001", "93-000002") == nobody[1]


async def test_IC_12_G_34_the_check_page_knows_what_is_over(site: Site) -> None:
    await site.issue()
    desk = CheckDesk(site.db, site.clock)
    assert (await desk.look("93-000001", CODE, "1.2.3.4")).found is Found.GENUINE
    site.clock.at = valid_until(NOW)
    assert (await desk.look("93-000001", CODE, "1.2.3.4")).found is Found.EXPIRED
    site.clock.at = NOW + timedelta(days=1)
    async with site.db.transaction() as tx:
        assert await evidence.withdraw(tx, site.made.consent_id, "person:1", NOW)
    assert (await desk.look("93-000001", CODE, "1.2.3.4")).found is Found.WITHDRAWN
    status, text = await site.get(f"/check/93-000001/{CODE}")
    assert status == 200
    assert "С. А. Қ." not in text


# As people see it.


@pytest.mark.parametrize("width", [360, 1280])
async def test_picture_of_the_page_on_a_small_phone_and_a_large_screen(
    site: Site, chromium: Browser, pictures: Path, width: int
) -> None:
    await site.issue(LONG)
    page = await chromium.new_page(viewport={"width": width, "height": 740})
    await page.goto(f"{site.url}/centre/{KEY}")
    await page.screenshot(path=pictures / f"centre_before_{width}.png", full_page=True)
    await page.get_by_role("button").click()
    await page.get_by_text(LONG.name).wait_for()
    await page.screenshot(path=pictures / f"centre_result_{width}.png", full_page=True)
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
    await page.emulate_media(media="print")
    assert not await page.get_by_text(LONG.name).is_visible()
    await page.close()
