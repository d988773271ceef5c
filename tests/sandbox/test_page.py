"""The page of the sandbox in a real Chromium."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from sandbox import CENTRES_TOKEN, DOCUMENTS_TOKEN, MONITORING_TOKEN
from tests.sandbox.echo_bot import CODE, EchoBot, running_echo_bot
from tests.sandbox_server import SandboxClient

GROUP = -1001000000005


@pytest.fixture
async def bot(sandbox: SandboxClient) -> AsyncIterator[EchoBot]:
    async with running_echo_bot(sandbox, await sandbox.person("Ахметова"), GROUP) as running:
        yield running


async def _open(chromium: Browser, sandbox: SandboxClient, width: int = 1440, height: int = 900) -> Page:
    page = await chromium.new_page(viewport={"width": width, "height": height})
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    await page.goto(sandbox.url)
    await page.wait_for_selector("body[data-ready]", state="attached")
    assert complaints == []
    return page


async def _walk_to_the_card(page: Page) -> None:
    """Calls a doctor as Aigul: start, answer, read the code, reply by SMS, invite the bot to the group."""
    await page.get_by_test_id("staff-invite").click()
    await page.get_by_test_id("start").click()
    await page.get_by_role("button", name="Жоқ, мұндай белгі жоқ").click()
    await expect(page.get_by_test_id("sms")).to_contain_text(CODE)
    await page.get_by_test_id("sms-line").fill(CODE)
    await page.get_by_test_id("sms-send").click()
    await expect(page.get_by_test_id("chat")).to_contain_text("№ 05-000127")
    await expect(page.get_by_test_id("staff")).to_contain_text("Абай даңғылы")


async def test_a_person_calls_replies_by_sms_and_staff_accept_on_one_screen(
    sandbox: SandboxClient, chromium: Browser, bot: EchoBot
) -> None:
    page = await _open(chromium, sandbox)
    await _walk_to_the_card(page)
    await page.get_by_test_id("staff").get_by_role("button", name="Қабылдау").click()
    await expect(page.get_by_test_id("staff")).to_contain_text("Қабылдады: Гүлнар")
    await expect(page.get_by_test_id("staff").get_by_role("status")).to_have_text("Қабылданды")


async def test_the_colleague_chosen_on_the_page_is_the_one_who_presses(
    sandbox: SandboxClient, chromium: Browser, bot: EchoBot
) -> None:
    page = await _open(chromium, sandbox)
    await _walk_to_the_card(page)
    await page.get_by_test_id("staff-actor").select_option("6000000052")
    await page.get_by_test_id("staff").get_by_role("button", name="Қабылдау").click()
    await expect(page.get_by_test_id("staff")).to_contain_text("Қабылдады: Ольга")


async def test_search_finds_people_by_name_and_picks_them(sandbox: SandboxClient, chromium: Browser) -> None:
    page = await _open(chromium, sandbox)
    await page.get_by_test_id("search").fill("иванова")
    await expect(page.get_by_test_id("person")).to_have_count(1)
    await page.get_by_test_id("person").click()
    await expect(page.locator("#chat-name")).to_have_text("Иванова Мария Петровна")
    await expect(page.locator("#phone-number")).to_have_text("+7 777 222-33-44")


async def test_the_clock_moves_by_its_buttons_and_refuses_the_past(
    sandbox: SandboxClient, chromium: Browser
) -> None:
    page = await _open(chromium, sandbox)
    await page.get_by_role("button", name="Жұма 17:59").click()
    await expect(page.get_by_test_id("clock-time")).to_have_text("17:59")
    await expect(page.get_by_test_id("clock-day")).to_have_text("2026 жылғы 20 қараша, жұма")
    await page.get_by_test_id("clock-input").fill("2026-11-01T10:00")
    await page.get_by_test_id("clock-set").click()
    await expect(page.get_by_role("alert")).to_have_text("Сағат тек алға жүреді.")


async def test_the_page_speaks_russian_too(sandbox: SandboxClient, chromium: Browser) -> None:
    page = await _open(chromium, sandbox)
    await page.get_by_role("button", name="Рус").click()
    await expect(page.locator("#people-name")).to_have_text("Жители")
    await expect(page.get_by_test_id("clock-day")).to_have_text("четверг, 19 ноября 2026 г.")
    assert await page.evaluate("document.documentElement.lang") == "ru"


async def test_telegram_goes_down_and_up_from_the_menu(sandbox: SandboxClient, chromium: Browser) -> None:
    page = await _open(chromium, sandbox)
    await page.get_by_test_id("faults").click()
    await page.get_by_role("button", name="Telegram жұмыс істемейді").click()
    await expect(page.locator("#faults-count")).to_have_text("1")
    assert sandbox.town is not None
    assert sandbox.town.faults.telegram_is_down() is not None
    await page.locator("#faults-clear").click()
    await expect(page.locator("#faults-count")).to_be_hidden()


async def test_what_people_write_stays_text(sandbox: SandboxClient, chromium: Browser, bot: EchoBot) -> None:
    page = await _open(chromium, sandbox)
    await page.get_by_test_id("chat-line").fill("<img src=x onerror=\"document.title='broken'\"><b>b</b>")
    await page.get_by_test_id("chat-send").click()
    await expect(page.get_by_test_id("chat").get_by_test_id("message")).to_have_count(2)
    await expect(page.get_by_test_id("message").last).to_contain_text("<img src=x")
    assert await page.locator(".words img, .words b").count() == 0
    assert await page.title() == "Дәрігер · Dariger"


async def test_a_photo_and_a_contact_can_be_attached(sandbox: SandboxClient, chromium: Browser) -> None:
    page = await _open(chromium, sandbox)
    for label in ("Сурет", "Өз нөмірім"):
        await page.get_by_test_id("attach").click()
        await page.get_by_role("button", name=label, exact=True).click()
    await expect(page.get_by_test_id("chat").get_by_test_id("message")).to_have_count(2)
    await expect(page.get_by_test_id("chat")).to_contain_text("+77011112233")


@pytest.mark.parametrize(
    ("name", "media_type", "how"),
    [("талон.pdf", "application/pdf", "inline"), ("бет.html", "text/html", "attachment")],
)
async def test_a_file_of_the_chat_can_be_opened_and_no_script_of_it_runs(
    sandbox: SandboxClient, chromium: Browser, name: str, media_type: str, how: str
) -> None:
    page = await _open(chromium, sandbox)
    who = await sandbox.person("Ахметова")
    content = base64.b64encode(b"what is in it").decode()
    named: dict[str, Any] = {"file_name": name, "mime_type": media_type, "content_base64": content}
    await sandbox.attach(int(who["telegram_id"]), "document", **named)
    address = await page.get_by_test_id("file").filter(has_text=name).get_attribute("href")
    opened = await page.request.get(f"{sandbox.url}{address}")
    assert await opened.body() == b"what is in it"
    assert opened.headers["content-disposition"].partition(";")[0] == how
    assert (await page.request.get(f"{sandbox.url}/control/files/none")).status == 404


async def test_nobody_without_a_phone_can_send_sms(sandbox: SandboxClient, chromium: Browser) -> None:
    page = await _open(chromium, sandbox)
    await page.get_by_test_id("person").filter(has_text="Омаров").click()
    await expect(page.get_by_test_id("phone")).to_contain_text("Бұл адамның телефоны жоқ")
    await expect(page.get_by_test_id("sms-line")).to_be_disabled()


async def test_another_persons_phone_is_taken_up_while_the_chat_stays(
    sandbox: SandboxClient, chromium: Browser
) -> None:
    page = await _open(chromium, sandbox)
    chat = await page.locator("#chat-name").inner_text()
    await page.get_by_test_id("phone-whose").select_option(label="Ким Виктор")
    await expect(page.locator("#phone-number")).to_have_text("+7 705 444-55-66")
    await page.get_by_test_id("sms-line").fill("жазылу")
    await page.get_by_test_id("sms-send").click()
    await expect(page.get_by_test_id("sms")).to_contain_text("жазылу")
    await expect(page.locator("#chat-name")).to_have_text(chat)


async def test_an_sms_to_a_phone_that_is_not_shown_is_seen(sandbox: SandboxClient, chromium: Browser) -> None:
    page = await _open(chromium, sandbox)
    await sandbox.reply_sms("+77054445566", "1")
    await expect(page.locator("#phone-whose")).to_contain_text("● Ким Виктор")
    await page.get_by_test_id("phone-whose").select_option(label="● Ким Виктор")
    await expect(page.get_by_test_id("sms")).to_have_count(1)
    await expect(page.locator("#phone-whose")).not_to_contain_text("●")


async def test_a_menu_by_sms_keeps_its_lines(sandbox: SandboxClient, chromium: Browser) -> None:
    page = await _open(chromium, sandbox)
    await sandbox.reply_sms("+77011112233", "1 Қазақша\n2 Русский")
    message = page.get_by_test_id("sms").locator("p")
    await expect(message).to_contain_text("1 Қазақша")
    heights = await message.evaluate("it => [it.clientHeight, parseFloat(getComputedStyle(it).lineHeight)]")
    assert heights[0] > 1.5 * heights[1]


async def test_who_has_a_button_phone_has_no_telegram(sandbox: SandboxClient, chromium: Browser) -> None:
    page = await _open(chromium, sandbox)
    await page.get_by_test_id("person").filter(has_text="Иванова").click()
    await expect(page.get_by_test_id("chat")).to_contain_text("Түймелі телефонда Telegram жоқ")
    await expect(page.get_by_test_id("chat-line")).to_be_disabled()
    await expect(page.get_by_test_id("sms-line")).to_be_enabled()
    await page.get_by_test_id("person").filter(has_text="Ахметова").click()
    await expect(page.get_by_test_id("chat-line")).to_be_enabled()


async def test_the_page_tells_what_a_centre_was_asked_and_answered_and_can_silence_it(
    sandbox: SandboxClient, chromium: Browser
) -> None:
    page = await _open(chromium, sandbox)
    pane = page.get_by_test_id("services")
    await expect(pane).to_contain_text("Әзірге ешкім ештеңе сұраған жоқ.")
    assert await _ask_centre(page, sandbox) == 200
    await expect(pane.get_by_test_id("asked")).to_contain_text("Наркология · 93-000012 · келісім 41")
    await expect(pane.get_by_test_id("asked")).to_contain_text("есепте тұр")
    await page.get_by_test_id("mood-centres").select_option("down")
    await expect(page.locator("[data-service=centres][data-mood=down]")).to_be_visible()
    assert await _ask_centre(page, sandbox) == 502
    await expect(pane.get_by_test_id("asked").first).to_contain_text("бермеді (502)")
    await page.get_by_role("button", name="Рус").click()
    await expect(pane.get_by_test_id("asked").first).to_contain_text("согласие 41")
    await page.get_by_test_id("mood-documents").select_option("silent")
    assert sandbox.town is not None
    await expect(page.locator("[data-service=documents][data-mood=silent]")).to_be_visible()
    assert sandbox.town.documents.mood == "silent"


async def test_the_page_tells_which_documents_were_asked_for(
    sandbox: SandboxClient, chromium: Browser
) -> None:
    page = await _open(chromium, sandbox)
    asked = {"consent_id": "4242", "take_id": "1", "iin": "850214100012", "kind": "identity_card"}
    headers = {"Authorization": f"Bearer {DOCUMENTS_TOKEN}"}
    for kind, answer in (("identity_card", "жауап берді"), ("birth_certificate", "бермеді (404)")):
        told = {**asked, "kind": kind, "consent_id": kind}
        await page.request.post(f"{sandbox.url}/documents", data=told, headers=headers)
        line = page.get_by_test_id("services").get_by_test_id("asked").first
        await expect(line).to_contain_text(answer)
    await expect(page.get_by_test_id("services")).to_contain_text("Туу туралы куәлік")


async def test_the_page_counts_what_the_monitoring_system_took_and_can_break_it(
    sandbox: SandboxClient, chromium: Browser
) -> None:
    page = await _open(chromium, sandbox)
    event = {
        "id": "request.7.1", "number": "05-000012", "year": 2026, "service": "home_call", "step": 1,
        "stage": "registered", "status": "registered", "at": "2026-11-20T05:00:00.000000+00:00", "clinic": 5,
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {MONITORING_TOKEN}"}
    url = f"{sandbox.url}/monitoring/events"
    for _ in range(2):
        await page.request.post(url, data={"events": [event]}, headers=headers)
    await expect(page.get_by_test_id("monitored")).to_have_text("1")
    await page.get_by_test_id("mood-monitoring").select_option("busy")
    await expect(page.locator("[data-service=monitoring][data-mood=busy]")).to_be_visible()
    answer = await page.request.post(url, data={"events": [event]}, headers=headers)
    assert answer.status == 429


async def _ask_centre(page: Page, sandbox: SandboxClient) -> int:
    """As the bot asks."""
    asked = {"number": "93-000012", "consent_id": 41, "iin": "850214100012"}
    headers = {"Authorization": f"Bearer {CENTRES_TOKEN}"}
    answer = await page.request.post(f"{sandbox.url}/centres/narcology", data=asked, headers=headers)
    return answer.status


async def test_a_phone_shows_tabs_and_nothing_runs_over_its_edge(
    sandbox: SandboxClient, chromium: Browser, bot: EchoBot
) -> None:
    page = await _open(chromium, sandbox, width=390, height=844)
    await page.get_by_test_id("person").first.click()
    await page.get_by_test_id("start").click()
    await expect(page.get_by_test_id("chat").get_by_test_id("button").first).to_be_visible()
    for language, people in (("Қаз", "Тұрғындар"), ("Рус", "Жители")):
        await page.get_by_role("button", name=language).click()
        await expect(page.locator("#tab-people")).to_have_text(people)
        for tab in ("people", "chat", "phone", "staff", "day", "services"):
            await page.locator(f"#tab-{tab}").click()
            await expect(page.locator(f"#{tab}")).to_be_visible()
            assert await page.evaluate(_WIDTH) <= 390
            assert await _small_buttons(page) == []


async def test_nothing_runs_over_the_edge_of_wider_screens(sandbox: SandboxClient, chromium: Browser) -> None:
    page = await _open(chromium, sandbox)
    for width in (768, 1024, 1440, 1920):
        await page.set_viewport_size({"width": width, "height": 900})
        assert await page.evaluate(_WIDTH) <= width
        assert await page.evaluate("document.documentElement.scrollHeight") <= 900


async def test_the_page_may_load_nothing_from_elsewhere(sandbox: SandboxClient, chromium: Browser) -> None:
    page = await chromium.new_page()
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    answer = await page.goto(sandbox.url)
    await page.wait_for_selector("body[data-ready]", state="attached")
    assert answer is not None
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert {address for address in addresses if not address.startswith(sandbox.url)} == set()


async def test_both_languages_of_the_page_have_the_same_words(
    sandbox: SandboxClient, chromium: Browser
) -> None:
    page = await _open(chromium, sandbox)
    words = await page.evaluate("import('/page/words.js').then((it) => it.WORDS)")
    plural = {"years_one", "years_few", "years_many"}
    assert set(words["kk"]) - plural == set(words["ru"]) - plural
    assert await page.evaluate(_UNKNOWN_WORDS) == []


_WIDTH = "document.documentElement.scrollWidth"
_UNKNOWN_WORDS = """async () => {
  const { WORDS } = await import('/page/words.js');
  const names = ["word", "label", "hint"];
  const used = names.flatMap((n) => [...document.querySelectorAll(`[data-${n}]`)].map((it) => it.dataset[n]));
  return used.filter((key) => !(key in WORDS.kk));
}"""


async def _small_buttons(page: Page) -> list[Any]:
    """Buttons on view that a thumb would miss."""
    found: list[Any] = await page.evaluate(
        """() => [...document.querySelectorAll("button, summary, select, input")]
            .filter((it) => it.offsetParent && it.getBoundingClientRect().height < 43.5)
            .map((it) => it.outerHTML.slice(0, 90))"""
    )
    return found
