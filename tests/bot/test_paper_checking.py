"""The page behind the QR code: genuine, withdrawn, expired or not known, and no more than must be shown."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer, make_mocked_request
from multidict import CIMultiDict

from bot.channels.web import application
from bot.papers.checking import CheckDesk, Found, asker, initials, last_digits
from bot.papers.template import template_for
from bot.papers.throttle import MOST_KEPT, PER_ADDRESS, Throttle
from rules.papers import PaperKind, shown_check_code
from storage import papers
from storage.papers import Paper
from tests.bot.house import NOON, settings_for
from tests.bot.paper_office import Office, open_office

GENUINE = "Документ подлинный и действует."
NOT_KNOWN = "Документа с таким номером и кодом нет."


@dataclass
class Page:
    """The page, as a browser sees it."""

    url: str
    session: ClientSession
    office: Office
    paper: Paper

    async def scanned(self, number: str, code: str, asker: str = "203.0.113.5") -> tuple[int, str]:
        headers = {"X-Forwarded-For": asker}
        async with self.session.get(f"{self.url}/check/{number}/{code}", headers=headers) as answer:
            return answer.status, await answer.text()

    async def typed(self, number: str, code: str) -> tuple[int, str]:
        form = {"number": number, "code": code}
        async with self.session.post(f"{self.url}/check", data=form) as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def served(office: Office, paper: Paper) -> AsyncIterator[Page]:
    house = office.house
    app = application(settings_for(house.sandbox.url), house.intake, house.db, house.bells)
    async with TestServer(app) as server:
        yield Page(str(server.make_url("")).rstrip("/"), house.session, office, paper)


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    async with open_office(tmp_path) as office:
        paper = await office.owe()
        await office.tick()
        async with served(office, await office.paper(paper.id)) as opened:
            yield opened


async def test_G_24_a_genuine_paper_is_told_in_both_languages_with_initials_and_four_digits(
    page: Page,
) -> None:
    status, text = await page.scanned(page.paper.number, page.paper.check_code)
    assert status == 200
    assert GENUINE in text
    assert "Құжат түпнұсқа, күшінде." in text
    assert "С. А. Қ." in text
    iin = page.office.person.iin.digits
    assert f"••••••••{iin[-4:]}" in text
    assert "2026 жылғы 20 қараша · 20 ноября 2026 года" in re.sub("<[^>]+>", "", text)
    for secret in (iin, iin[:8], "Сейітова", "Айгүл", "Қанатқызы", "1990", page.paper.check_code):
        assert secret not in text


async def test_the_page_is_small_and_needs_no_script_no_cookie_and_no_other_file(page: Page) -> None:
    async with page.session.get(f"{page.url}/check") as answer:
        text, headers = await answer.text(), answer.headers
    assert len(text.encode()) < 8 * 1024
    assert re.findall(r"<script|<img|<link|\bsrc=|@import|url\(", text) == []
    assert re.findall(r'href="|https?://', text) == []
    assert "Set-Cookie" not in headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert 'lang="kk"' in text


async def test_the_page_asks_for_the_number_by_the_words_of_the_paper(page: Page) -> None:
    async with page.session.get(f"{page.url}/check") as answer:
        text = re.sub("<[^>]+>", "", await answer.text())
    for kind in PaperKind:
        named = template_for(kind, 5, None).rows[0]
        assert named["kk"].value == named["ru"].value == "№ {number}"
        assert f"{named['kk'].label} / {named['ru'].label}" in text


async def test_every_russian_word_of_the_page_says_that_it_is_russian(page: Page) -> None:
    for path in ("", f"/{page.paper.number}/{page.paper.check_code}", "/05-000001/AAAAAAAAAA"):
        async with page.session.get(f"{page.url}/check{path}") as answer:
            body = (await answer.text()).partition("<body>")[2]
        russian = re.findall('<span lang="ru">([^<]*)</span>', body)
        assert "Номер заявки" in russian
        rest = re.sub('<span lang="ru">[^<]*</span>', "", body)
        assert re.findall("документ|поликлиник|код проверки|номер|ноября", rest, re.IGNORECASE) == []


@pytest.mark.parametrize("way", ["lower", "spaces", "cyrillic", "hyphens", "no_hyphen"])
async def test_G_24_number_and_code_are_understood_as_people_type_them(way: str, page: Page) -> None:
    number, code = page.paper.number, shown_check_code(page.paper.check_code)
    match way:
        case "lower":
            code = code.lower()
        case "spaces":
            number, code = f" № {number} ", " ".join(code)
        case "cyrillic":
            look_alikes = str.maketrans("ABCEHKMPTX", "АВСЕНКМРТХ")
            number, code = number.replace("0", "О", 1), code.translate(look_alikes).lower()
        case "hyphens":
            code = "-".join(code)
        case _:
            number, code = number.replace("-", ""), page.paper.check_code
    status, text = await page.typed(number, code)
    assert (status, GENUINE in text) == (200, True)


async def test_a_forged_qr_code_is_not_known_and_a_wrong_code_looks_like_an_unknown_number(
    page: Page,
) -> None:
    known = page.paper.number
    forged = [
        await page.scanned(known, "AAAAAAAAAA"),
        await page.scanned("77-999999", page.paper.check_code),
        await page.scanned("05-000000", "x"),
        await page.scanned("%3Cb%3E", "%22onload%3D"),
    ]
    assert {status for status, _ in forged} == {404}
    plain = {re.sub(r'value="[^"]*"', "", text) for _, text in forged}
    assert len(plain) == 1
    assert NOT_KNOWN in plain.pop()
    assert "<b>" not in forged[3][1]


async def test_S19_an_unknown_number_costs_as_many_statements_as_a_wrong_code(page: Page) -> None:
    db, desk = page.office.house.db, CheckDesk(page.office.house.db, page.office.house.clock)
    counts = set()
    for number, code in ((page.paper.number, "AAAAAAAAAA"), ("99-999999", "AAAAAAAAAA"), ("?", "?")):
        before = db.statements
        assert (await desk.look(number, code, "203.0.113.9")).found is Found.NOT_KNOWN
        counts.add(db.statements - before)
    assert len(counts) == 1


async def test_a_paper_that_is_owed_but_not_issued_is_not_known(page: Page) -> None:
    owed = await page.office.owe()
    assert (await page.scanned(owed.number, owed.check_code))[0] == 404


async def test_RF_04_a_withdrawn_and_an_expired_paper_say_so(page: Page) -> None:
    number, code = page.paper.number, page.paper.check_code
    page.office.house.clock.time = page.paper.valid_until or NOON
    _, text = await page.scanned(number, code)
    assert "срок его действия истёк" in text
    async with page.office.house.db.transaction() as tx:
        await papers.withdraw(tx, page.paper.request_id, NOON)
    _, text = await page.scanned(number, code)
    assert "потом отменён" in text
    assert GENUINE not in text


async def test_guessing_is_throttled_by_address_and_does_not_bind_others(page: Page) -> None:
    number, code = page.paper.number, page.paper.check_code
    for guess in range(PER_ADDRESS):
        assert (await page.scanned(f"05-1{guess:05d}", "AAAAAAAAAA", "203.0.113.66"))[0] == 404
    status, text = await page.scanned(number, code, "203.0.113.66")
    assert status == 429
    assert GENUINE not in text
    assert (await page.scanned(number, code, "203.0.113.67"))[0] == 200
    # An hour later they may look again.
    page.office.house.clock.move(hours=1)
    assert (await page.scanned(number, code, "203.0.113.66"))[0] == 200


async def test_strangers_who_guess_at_a_number_do_not_shut_the_page_for_who_holds_the_paper(
    page: Page,
) -> None:
    number, code = page.paper.number, page.paper.check_code
    for guess in range(2 * PER_ADDRESS):
        assert (await page.scanned(number, f"AAAAAAA{guess:03d}", f"198.51.100.{guess}"))[0] == 404
    assert (await page.scanned(number, code, "203.0.113.77"))[0] == 200


async def test_what_others_mistype_does_not_count_against_whoever_mistypes_next(page: Page) -> None:
    for guess in range(2 * PER_ADDRESS):
        assert (await page.scanned(f"x{guess}", "y", f"198.51.100.{guess}"))[0] == 404
    assert (await page.scanned("5-4512", page.paper.check_code, "203.0.113.77"))[0] == 404


async def test_whoever_writes_an_address_of_their_own_into_the_request_is_counted_all_the_same(
    page: Page,
) -> None:
    statuses = []
    for guess in range(PER_ADDRESS + 5):
        headers = CIMultiDict(
            [("X-Forwarded-For", f"198.51.100.{guess}"), ("X-Forwarded-For", "203.0.113.9")]
        )
        url = f"{page.url}/check/05-{100000 + guess}/AAAAAAAAAA"
        async with page.session.get(url, headers=headers) as answer:
            statuses.append(answer.status)
    assert statuses == [404] * PER_ADDRESS + [429] * 5


@pytest.mark.parametrize(
    ("peer", "told", "counted"),
    [
        ("127.0.0.1", ("203.0.113.9",), "203.0.113.9"),
        ("127.0.0.1", ("1.1.1.1, 203.0.113.9",), "203.0.113.9"),
        ("127.0.0.1", ("1.1.1.1", "2.2.2.2,  203.0.113.9 "), "203.0.113.9"),
        ("127.0.0.1", ("203.0.113.9:50123",), "203.0.113.9"),
        ("127.0.0.1", ("::ffff:203.0.113.9",), "203.0.113.9"),
        ("127.0.0.1", ("[::ffff:203.0.113.9]:443",), "203.0.113.9"),
        ("::ffff:127.0.0.1", ("203.0.113.9",), "203.0.113.9"),
        ("::1", ("2001:db8:1:2:3::4",), "2001:db8:1:2::/64"),
        ("::1", ("[2001:db8:1:2:3::4]:50123",), "2001:db8:1:2::/64"),
        ("::1", ("fe80::1%eth0",), "fe80::/64"),
        ("127.0.0.1", (), "127.0.0.1"),
        ("127.0.0.1", ("somebody",), "127.0.0.1"),
        # Who is not the proxy on this machine tells nothing about others.
        ("198.51.100.4", ("203.0.113.9",), "198.51.100.4"),
        ("::ffff:198.51.100.4", (), "198.51.100.4"),
        ("", ("203.0.113.9",), "unknown"),
    ],
)
def test_guesses_are_counted_by_the_address_that_the_proxy_saw(
    peer: str, told: tuple[str, ...], counted: str
) -> None:
    headers = CIMultiDict(("X-Forwarded-For", line) for line in told)
    assert asker(make_mocked_request("GET", "/check", headers).clone(remote=peer)) == counted


def test_guessers_cannot_fill_the_memory() -> None:
    throttle = Throttle()
    for guess in range(MOST_KEPT + 9):
        throttle.wrong(f"a{guess}", NOON)
    assert len(throttle._counts) == MOST_KEPT
    for _ in range(PER_ADDRESS):
        throttle.wrong("x", NOON - timedelta(hours=2))
    assert not throttle.is_shut("x", NOON)


async def test_a_database_that_does_not_answer_is_no_verdict(page: Page) -> None:
    await page.office.house.db.close()
    status, text = await page.scanned(page.paper.number, page.paper.check_code)
    assert status == 503
    assert NOT_KNOWN not in text


async def test_S43_odd_forms_never_break_the_page(page: Page) -> None:
    for body in (b"", b"\xff" * 100, b"number=" + b"9" * 60_000, b"number=%00&code=%ff", b"a=" * 900):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        async with page.session.post(f"{page.url}/check", data=body, headers=headers) as answer:
            assert answer.status in {404, 413}


def test_initials_and_digits_show_no_more_than_they_must() -> None:
    assert initials("Сейітова Айгүл Қанатқызы") == "С. А. Қ."
    assert initials("  <b> әлі ") == "Ә."
    assert last_digits("900501100013") == "••••••••0013"
