"""The feeds of a clinic over HTTP: Atom and JSON Feed of the stages, behind a token, without people."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest
from aiohttp import ClientSession, web

from bot.attachments.book import Ended
from bot.bookings.book import COMING
from bot.bookings.steps import MOVED
from bot.calls.steps import RESTORED, UNDONE
from bot.desk import clocks
from bot.feeds.page import PAGE, FeedPages
from bot.rounds.asking import COMPLAINT, DENIED, TOOK_PLACE
from bot.staff.feed import OVERDUE_MARK
from bot.terms.escalation import ESCALATED
from bot.terms.extension import EXTENDED
from dialogs.engine import T
from locales import render
from rules.attachment_status import AttachmentStatus
from rules.booking_status import BookingStatus
from rules.call_status import CallStatus
from rules.people import Language
from storage import feeds, requests
from storage.addresses import Address
from storage.database import Database
from storage.registry import Directory
from storage.requests import Changes, NewRequest
from tests.registry import CountingSecrets, HandClock, add_clinic, add_person, registry, sqlite_url

OWN = "own"
"""Stands for the token of clinic 5."""
ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass
class Served:
    """The feeds of a registry with clinics 5 and 6; ``token`` is clinic 5's."""

    db: Database
    clock: HandClock
    url: str
    session: ClientSession
    token: str = ""
    secrets: CountingSecrets = field(default_factory=CountingSecrets)

    async def get(self, path: str, token: str | None = OWN, **headers: str) -> tuple[int, bytes, Any]:
        if token is not None:
            headers["Authorization"] = f"Bearer {self.token if token == OWN else token}"
        async with self.session.get(f"{self.url}{path}", headers=headers) as answer:
            return answer.status, await answer.read(), answer.headers

    async def json(self, path: str = "/feed/5.json") -> dict[str, Any]:
        status, body, headers = await self.get(path)
        assert (status, headers["Content-Type"]) == (200, "application/feed+json; charset=utf-8")
        found: dict[str, Any] = json.loads(body)
        return found

    async def new_token(self, clinic: int) -> str:
        self.secrets.code()
        async with self.db.transaction() as tx:
            return await feeds.new_token(tx, clinic, "command_line", self.clock.now(), self.secrets)

    async def call(self, clinic: int = 5) -> int:
        """A home call with everything about a person in it."""
        person, _ = await add_person(self.db)
        new = NewRequest(
            clinic_no=clinic,
            service="home_call",
            address=Address("telegram", "5000000001"),
            locale="kk",
            for_whom="self",
            status="registered",
            details={"patient_name": "Сейітова Айгүл", "phone": "+77011234567", "own_words": "Басы ауырады"},
            patient_id=person,
            caller_id=person,
            answer_due=self.clock.now() + timedelta(minutes=30),
        )
        async with self.db.transaction() as tx:
            return (await requests.register(tx, new, self.clock.now())).id

    async def move(self, request: int, status: str, note: str | None = None, **changes: Any) -> None:
        async with self.db.transaction() as tx:
            found = await requests.by_id(tx, request)
            assert found is not None
            now = self.clock.forward(60)
            step = Changes(**changes)
            assert await requests.move(tx, request, found.version, status, "staff:501", now, step, note)


@asynccontextmanager
async def feeds_of(folder: Path, url: str = "") -> AsyncIterator[Served]:
    clock = HandClock()
    async with registry(url or sqlite_url(folder), clock) as db, ClientSession() as session:
        for no in (5, 6):
            await add_clinic(db, no)
        app = web.Application()
        FeedPages(db, clock, Directory(), "https://bot.example").add_to(app)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        served = Served(db, clock, f"http://127.0.0.1:{runner.addresses[0][1]}", session)
        served.token = await served.new_token(5)
        try:
            yield served
        finally:
            await runner.cleanup()


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with feeds_of(tmp_path) as opened:
        yield opened


async def test_the_stages_are_told_by_their_official_numbers_in_both_languages(served: Served) -> None:
    call = await served.call()
    window: dict[str, Any] = {
        "window_start": served.clock.now(),
        "window_end": served.clock.now() + timedelta(hours=2),
    }
    await served.move(
        call, "confirmed", doctor_name="Бейсенова", doctor_role="therapist", doctor_no=None, **window
    )
    await served.move(call, "on_way")
    on_way, confirmed, registered = (await served.json())["items"]
    assert registered["title"] == "№ 05-000001: Тіркелді · № 05-000001: Зарегистрировано"
    assert "Үдеріс: 6." in registered["content_text"]
    assert "Процесс: 6." in registered["content_text"]
    assert (registered["_dariger"]["stage"], registered["_dariger"]["process"]) == ("registered", 6)
    assert (confirmed["_dariger"]["stage"], confirmed["_dariger"]["process"]) == ("done", 8)
    assert confirmed["tags"] == ["home_call", "done", "confirmed"]
    assert "stage" not in on_way["_dariger"]
    assert "Шаг после результата" in on_way["content_text"]
    assert registered["date_published"] == "2026-11-20T05:00:00.000Z"


async def test_nothing_of_any_person_stands_in_a_feed(served: Served) -> None:
    call = await served.call()
    await served.move(call, "refused", ground="not_attached", closed_at=served.clock.now())
    for form in ("atom", "json"):
        _, body, _ = await served.get(f"/feed/5.{form}")
        text = body.decode()
        for word in ("Сейітова", "+7701", "7011234567", "ауырады", "not_attached", "5000000001", "501"):
            assert word not in text, word
        assert served.token not in text


async def test_the_atom_feed_is_one_by_its_standard(served: Served) -> None:
    await served.call()
    status, body, headers = await served.get("/feed/5.atom")
    assert (status, headers["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    feed = ET.fromstring(body)  # noqa: S314 - what we have just written ourselves
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated", "author"):
        assert feed.find(f"{ATOM}{name}") is not None, name
    links = {one.get("rel"): one.get("href") for one in feed.findall(f"{ATOM}link")}
    assert links == dict.fromkeys(("self", "first"), "https://bot.example/feed/5.atom")
    (entry,) = feed.findall(f"{ATOM}entry")
    for name in ("id", "title", "updated", "published", "content"):
        assert entry.findtext(f"{ATOM}{name}"), name
    terms = {one.get("scheme"): one.get("term") for one in entry.findall(f"{ATOM}category")}
    assert terms["tag:dariger,2026:stage"] == "registered"
    assert terms["tag:dariger,2026:process"] == "6"


async def test_an_empty_feed_is_a_feed(served: Served) -> None:
    assert (await served.json())["items"] == []
    assert ET.fromstring((await served.get("/feed/5.atom"))[1]).findall(f"{ATOM}entry") == []  # noqa: S314 - ours


async def test_S33_only_the_clinics_own_token_opens_its_feed(served: Served) -> None:
    other = await served.new_token(6)
    await served.call()
    for path in ("/feed/5.json", "/feed/5.atom", "/feed/77.json"):
        for token in (None, "", "wrong", other, "ә" * 300):
            shown = None if token is None else token.encode("utf-8").decode("latin-1")
            status, body, headers = await served.get(path, shown)
            assert (status, body) == (401, b""), (path, token)
            assert "Bearer" in headers["WWW-Authenticate"]
    assert (await served.get(f"/feed/5.json?token={served.token}", None))[0] == 200
    assert (await served.get(f"/feed/5.json?token={other}", None))[0] == 401
    assert len(json.loads((await served.get("/feed/6.json", other))[1])["items"]) == 0


def kept_in(folder: Path, token: str) -> bool:
    return any(token.encode() in file.read_bytes() for file in folder.glob("registry.sqlite*"))


async def test_a_token_that_was_ended_is_refused_at_once_and_only_its_hash_was_kept(
    served: Served, tmp_path: Path
) -> None:
    async with served.db.transaction() as tx:
        assert await feeds.revoke(tx, 5, "command_line", served.clock.now()) == 1
        assert await feeds.revoke(tx, 5, "command_line", served.clock.now()) == 0
    assert (await served.get("/feed/5.json"))[0] == 401
    assert not kept_in(tmp_path, served.token)


async def test_what_has_not_changed_is_not_sent_again(served: Served) -> None:
    call = await served.call()
    served.clock.forward(5)
    for path in ("/feed/5.json", "/feed/5.atom"):
        status, _, headers = await served.get(path)
        tag, changed = headers["ETag"], headers["Last-Modified"]
        assert changed == "Fri, 20 Nov 2026 05:00:00 GMT"
        assert (await served.get(path, **{"If-None-Match": tag}))[:2] == (304, b"")
        assert (await served.get(path, **{"If-None-Match": f'W/"x", {tag}'}))[0] == 304
        assert (await served.get(path, **{"If-Modified-Since": changed}))[0] == 304
        assert (await served.get(path, **{"If-Modified-Since": "Fri, 20 Nov 2026 04:59:59 GMT"}))[0] == 200
        # The tag outweighs the date, and nonsense is no date.
        both = {"If-None-Match": '"other"', "If-Modified-Since": changed}
        assert (await served.get(path, **both))[0] == 200
        assert (await served.get(path, **{"If-Modified-Since": "yesterday"}))[0] == status == 200
    tag = (await served.get("/feed/5.json"))[2]["ETag"]
    await served.move(call, "cancelled", closed_at=served.clock.now())
    assert (await served.get("/feed/5.json", **{"If-None-Match": tag}))[0] == 200


async def test_in_the_second_of_a_change_no_date_is_told_that_would_hide_the_next(served: Served) -> None:
    served.clock.forward(0.25)
    await served.call()
    assert "Last-Modified" not in (await served.get("/feed/5.json"))[2]
    served.clock.forward(1)
    assert (await served.get("/feed/5.json"))[2]["Last-Modified"] == "Fri, 20 Nov 2026 05:00:01 GMT"


async def test_a_long_feed_is_read_page_by_page_and_nothing_is_missed_or_told_twice(served: Served) -> None:
    made = PAGE * 2 + 3
    for _ in range(made):
        await served.call()
    seen, path, pages = [], "/feed/5.json", 0
    while path:
        page = await served.json(path)
        seen += [item["id"] for item in page["items"]]
        pages += 1
        following = page.get("next_url")
        assert following is None or following.startswith("https://bot.example/feed/5.json?before=")
        path = f"/feed/5.json?before={parse_qs(urlsplit(following).query)['before'][0]}" if following else ""
    assert (pages, len(seen), len(set(seen))) == (3, made, made)
    feed = ET.fromstring((await served.get("/feed/5.atom"))[1])  # noqa: S314 - ours
    links = {one.get("rel"): one.get("href") for one in feed.findall(f"{ATOM}link")}
    assert links["next"] is not None
    assert links["next"].startswith("https://bot.example/feed/5.atom?before=")


@pytest.mark.parametrize("before", ["", "x", "-1", "9" * 40, "0"])
async def test_a_page_that_is_none_is_the_newest_or_an_empty_one(served: Served, before: str) -> None:
    await served.call()
    items = (await served.json(f"/feed/5.json?before={before}"))["items"]
    assert len(items) == (0 if before == "0" else 1)


async def test_marks_that_are_no_stage_are_left_out_and_what_was_taken_back_is_told(served: Served) -> None:
    call = await served.call()
    async with served.db.transaction() as tx:
        requests.note(tx, call, "clock", served.clock.now(), "overdue")
    await served.move(call, "refused", ground="not_attached", closed_at=served.clock.now())
    await served.move(call, "registered", "undone", undo=True)
    items = (await served.json())["items"]
    assert [item["_dariger"]["status"] for item in items] == ["registered", "refused", "registered"]
    assert items[0]["_dariger"]["note"] == "undone"
    assert "предыдущая запись сделана по ошибке" in items[0]["title"]


async def test_the_same_on_postgresql(tmp_path: Path, postgresql_url: str) -> None:
    async with feeds_of(tmp_path, postgresql_url) as served:
        call = await served.call()
        await served.move(call, "cancelled", closed_at=served.clock.now())
        assert [item["_dariger"]["status"] for item in (await served.json())["items"]] == [
            "cancelled",
            "registered",
        ]
        assert (await served.get("/feed/5.json", "wrong"))[0] == 401


@pytest.mark.parametrize("form", ["atom", "json"])
async def test_a_reader_that_can_send_no_header_follows_the_pages_by_their_own_links(
    served: Served, form: str
) -> None:
    for _ in range(PAGE + 1):
        await served.call()
    path: str | None = f"/feed/5.{form}?token={served.token}"
    sizes = []
    while path is not None:
        status, body, _ = await served.get(path, token=None)
        assert status == 200
        if form == "json":
            page = json.loads(body)
            sizes.append(len(page["items"]))
            this, following = page["feed_url"], page.get("next_url")
        else:
            feed = ET.fromstring(body)  # noqa: S314 - ours
            sizes.append(len(feed.findall(f"{ATOM}entry")))
            links = {one.get("rel"): one.get("href") for one in feed.findall(f"{ATOM}link")}
            this, following = links["self"], links.get("next")
        assert this == f"https://bot.example{path}"
        path = None if following is None else following.removeprefix("https://bot.example")
    assert sizes == [PAGE, 1]


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_whatever_a_step_is_noted_with_has_words_in_journals_and_feeds(language: Language) -> None:
    steps = (UNDONE, RESTORED, COMING, MOVED, DENIED, TOOK_PLACE, COMPLAINT, *Ended)
    for note in (*steps, requests.REOPENED, OVERDUE_MARK, EXTENDED, ESCALATED):
        assert render(T(f"journal.note.{note}"), language)


async def test_a_visit_moved_and_a_request_closed_are_told_and_why_it_was_closed_is_not(
    served: Served,
) -> None:
    visit, attachment = await served.call(), await served.call()
    await served.move(visit, "confirmed", visit_day=date(2026, 11, 24))
    await served.move(visit, "confirmed", MOVED, visit_day=date(2026, 11, 25))
    await served.move(attachment, "closed", Ended.NO_RIGHT, closed_at=served.clock.now())
    closed, moved, _, *_ = (await served.json())["items"]
    assert (moved["_dariger"]["visit_day"], moved["_dariger"]["note"]) == ("2026-11-25", "moved")
    assert "перенесено на другое время" in moved["title"]
    assert closed["_dariger"]["status"] == "closed"
    assert "note" not in closed["_dariger"]
    assert (
        closed["title"] == "№ 05-000002: Жабылды, бекіту болған жоқ · № 05-000002: Закрыто без прикрепления"
    )


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_status_has_words_in_journals_and_feeds(language: Language) -> None:
    for status in (
        *CallStatus,
        *BookingStatus,
        *AttachmentStatus,
        clocks.NOTHING,
        clocks.CLOSED,
        clocks.LEFT,
    ):
        assert render(T(f"journal.status.{status}"), language)
    assert clocks.CLOSED not in {*CallStatus, *BookingStatus, *AttachmentStatus}
