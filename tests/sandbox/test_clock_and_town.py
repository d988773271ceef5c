"""The clock goes forward only; the town is read from files and survives a restart."""

import asyncio
import os
import re
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession

from sandbox import TELEGRAM_TOKEN, TWILIO_AUTH_TOKEN
from sandbox.__main__ import first_update_id
from sandbox.clock import MovesForwardOnly, SandboxClock
from sandbox.credentials import is_loopback, real_credentials
from sandbox.moments import (
    ALMATY,
    friday_before_cut_off,
    holiday_morning,
    read_calendar,
    saturday_noon,
    working_morning,
)
from sandbox.people import read_population
from tests.sandbox.bot_api import BareBot
from tests.sandbox_server import Refused, SandboxClient, running_sandbox

TOWN = Path(__file__).parent / "town"
CALENDAR = read_calendar(TOWN / "holidays.csv")

ROOT = Path(__file__).parents[2]


def _almaty(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY)


def test_the_clock_runs_on_with_real_time_and_its_offset_only_grows() -> None:
    real = datetime(2026, 11, 19, 5, 0, tzinfo=UTC)
    clock = SandboxClock(real + timedelta(days=1), lambda: real)
    assert clock.now() == real + timedelta(days=1)
    clock.advance(60)
    real += timedelta(seconds=5)
    assert clock.now() == datetime(2026, 11, 20, 5, 1, 5, tzinfo=UTC)
    with pytest.raises(MovesForwardOnly):
        clock.advance(-1)
    with pytest.raises(MovesForwardOnly):
        clock.move_to(real)


@pytest.mark.parametrize(
    ("now", "friday", "saturday", "holiday", "working"),
    [
        ("2026-11-19 10:00", "2026-11-20 17:59", "2026-11-21 12:00", "2026-12-16 10:00", "2026-11-20 08:00"),
        ("2026-11-20 17:59", "2026-11-27 17:59", "2026-11-21 12:00", "2026-12-16 10:00", "2026-11-23 08:00"),
        ("2026-12-15 23:59", "2026-12-18 17:59", "2026-12-19 12:00", "2026-12-16 10:00", "2026-12-17 08:00"),
        ("2026-12-18 09:00", "2026-12-18 17:59", "2026-12-19 12:00", "2027-01-01 10:00", "2026-12-19 08:00"),
    ],
)
def test_the_moments_of_a_week_are_the_next_ones(
    now: str, friday: str, saturday: str, holiday: str, working: str
) -> None:
    instant = _almaty(now)
    assert friday_before_cut_off(instant, CALENDAR) == _almaty(friday)
    assert saturday_noon(instant, CALENDAR) == _almaty(saturday)
    assert holiday_morning(instant, CALENDAR) == _almaty(holiday)
    assert working_morning(instant, CALENDAR) == _almaty(working)


async def test_the_clock_is_moved_over_http_and_never_back(sandbox: SandboxClient) -> None:
    before = await sandbox.now()
    assert await sandbox.advance(600) - before >= timedelta(minutes=10)
    assert await sandbox.set_time("2026-11-20T17:59:00") >= datetime(2026, 11, 20, 12, 59, tzinfo=UTC)
    with pytest.raises(Refused) as backwards:
        await sandbox.set_time("2026-11-20T09:00:00+05:00")
    assert backwards.value.status == 409
    async with ClientSession() as session, session.get(f"{sandbox.url}/clock") as answer:
        told = await answer.json()
    assert set(told) >= {"now", "offset_seconds"}


async def test_messages_carry_the_time_of_the_moved_clock(
    sandbox: SandboxClient, bare: BareBot, aigul: int
) -> None:
    await sandbox.set_time("2027-01-01T10:00:00")
    sent = (await bare.call("sendMessage", chat_id=aigul, text="a"))["result"]
    assert datetime.fromtimestamp(sent["date"], ALMATY).date().isoformat() == "2027-01-01"


async def test_some_people_have_telegram_ids_of_more_than_32_bits(sandbox: SandboxClient) -> None:
    people = await sandbox.people()
    assert [person["telegram_id"] > 2**32 for person in people] == [False, False, False, True]
    assert [person["device"] for person in people] == ["smartphone", "button", "none", "smartphone"]


def test_a_landline_is_no_button_phone_and_writes_no_sms() -> None:
    people = read_population(ROOT / "sandbox" / "people").people
    devices = {person.iin: person.shown(date(2026, 11, 20))["device"] for person in people}
    assert devices["350509191426"] == "landline"
    assert devices["490622291198"] == "button"
    assert devices["381021294274"] == "none"


def test_the_page_lists_everybody_of_the_population() -> None:
    listed = re.search(r"SHOWN = (\d+)", (ROOT / "sandbox" / "page" / "people_pane.js").read_text("utf-8"))
    assert listed is not None
    assert int(listed[1]) >= len(read_population(ROOT / "sandbox" / "people").people)


async def test_people_are_found_by_any_part_of_name_iin_or_phone(sandbox: SandboxClient) -> None:
    for query in ("ахметова", "айгүл ахм", "850214", "+7701111"):
        assert [person["row"] for person in await sandbox.people(query)] == [1]
    assert await sandbox.people("жоқ адам") == []


async def test_staff_and_their_groups_come_from_a_file(sandbox: SandboxClient, bare: BareBot) -> None:
    staff = await sandbox.staff()
    assert [member["role"] for member in staff["staff"]] == ["registrar", "head", "registrar"]
    group = staff["groups"][0]
    assert (group["chat_id"], group["bot_is"]) == (-1001000000005, "unknown")
    await sandbox.add_bot(group["chat_id"], by=2000000051)
    update = (await bare.call("getUpdates"))["result"][0]["my_chat_member"]
    assert update["new_chat_member"]["status"] == "member"


async def test_a_reset_empties_chats_and_phones_but_not_the_clock(
    sandbox: SandboxClient, bare: BareBot, aigul: int
) -> None:
    await sandbox.advance(3600)
    later = await sandbox.now()
    await sandbox.reply_sms("+77011112233", "a")
    await sandbox.reset()
    assert await sandbox.messages(aigul) == []
    assert await sandbox.sms("+77011112233") == []
    assert await sandbox.now() >= later
    await sandbox.say(aigul, "/start")
    assert (await bare.call("getUpdates"))["result"][0]["update_id"] > 1000


async def test_a_restart_keeps_chats_phones_clock_and_unconfirmed_updates(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    async with running_sandbox(TOWN, state_file=state) as first:
        guest = await first.user("Қонақ")
        await first.say(guest, "/start")
        await first.reply_sms("+77011112233", "Иә")
        moved = await first.advance(86400)
    async with running_sandbox(TOWN, state_file=state) as second, ClientSession() as session:
        assert [message.text for message in await second.messages(guest)] == ["/start"]
        assert [sms.body for sms in await second.sms("+77011112233")] == ["Иә"]
        assert await second.now() >= moved
        bare = BareBot(second.url, session)
        assert (await bare.call("sendMessage", chat_id=guest, text="a"))["result"]["message_id"] == 2
        await second.say(guest, "тағы")
        assert [update["update_id"] for update in (await bare.call("getUpdates"))["result"]] == [1000, 1001]


def test_update_ids_of_a_later_start_lie_above_those_of_an_earlier_one() -> None:
    now = datetime(2026, 11, 19, tzinfo=UTC)
    assert first_update_id(now + timedelta(minutes=1)) == first_update_id(now) + 600
    assert first_update_id(datetime(2030, 1, 1, tzinfo=UTC)) < 2**31


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/clock", {}),
        ("/clock", {"moment": "yesterday"}),
        ("/control/faults", {"kind": "flood"}),
        ("/control/faults", {"kind": "telegram_429", "hurry": 1}),
        ("/control/chats/404/send", {"text": "a"}),
        ("/control/groups", {"type": "channel"}),
    ],
)
async def test_the_control_api_says_what_is_wrong(
    sandbox: SandboxClient, path: str, body: dict[str, object]
) -> None:
    async with ClientSession() as session, session.post(sandbox.url + path, json=body) as answer:
        assert answer.status in {400, 409}
        assert (await answer.json())["error"]


async def test_a_foreign_web_page_cannot_drive_the_sandbox(sandbox: SandboxClient) -> None:
    async with ClientSession() as session:
        async with session.get(f"{sandbox.url}/clock", headers={"Host": "evil.example:80"}) as answer:
            assert answer.status == 421
        async with session.post(f"{sandbox.url}/control/users", data="first_name=x") as answer:
            assert answer.status == 400


async def test_only_files_of_the_page_are_served(sandbox: SandboxClient) -> None:
    async with ClientSession() as session:
        for path in ("/page/..%2fserver.py", "/page/missing.js", "/page/%2e%2e/server.py"):
            async with session.get(sandbox.url + path) as answer:
                assert answer.status == 404


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("[::1]", True),
        ("192.0.2.7", False),
        ("a.kz", False),
    ],
)
def test_only_loopback_counts_as_here(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_real_credentials_are_seen_in_the_environment_and_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(f"TELEGRAM_BOT_TOKEN='{TELEGRAM_TOKEN}'\nTWILIO_AUTH_TOKEN=\n", encoding="utf-8")
    assert not real_credentials({"TWILIO_AUTH_TOKEN": TWILIO_AUTH_TOKEN}, file)
    assert real_credentials({"TELEGRAM_BOT_TOKEN": "7:real"}, None)
    file.write_text("export TWILIO_AUTH_TOKEN = real\n", encoding="utf-8")
    assert real_credentials({}, file)


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["--host", "192.0.2.7"], {}),
        ([], {"TELEGRAM_BOT_TOKEN": "7654321:real-real-real-real-real-real-rea"}),
        ([], {"TWILIO_AUTH_TOKEN": "real-secret"}),
    ],
)
async def test_the_process_refuses_to_start_beside_real_credentials_or_in_public(
    arguments: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    process = await _start([*arguments, "--env-file", str(tmp_path / "none")], environment)
    output, complaint = await process.communicate()
    assert (process.returncode, output) == (2, b"")
    if environment:
        assert b"TELEGRAM_BOT_TOKEN" in complaint
        assert b"TWILIO_AUTH_TOKEN" in complaint
        assert not any(value.encode() in complaint for value in environment.values())


async def test_the_process_starts_prints_its_address_and_stops_when_asked(tmp_path: Path) -> None:
    arguments = ["--port", "0", "--people", str(TOWN), "--start", "2026-11-19T10:00", "--env-file", "none"]
    process = await _start([*arguments, "--state-file", str(tmp_path / "state.json")], {})
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().strip()
    async with ClientSession() as session, session.get(f"{url}/clock") as answer:
        assert (await answer.json())["almaty"].startswith("2026-11-19T10:00")
    process.terminate()
    assert await process.wait() == 0
    assert (tmp_path / "state.json").exists()


async def _start(arguments: list[str], environment: dict[str, str]) -> asyncio.subprocess.Process:
    plain = {
        name: value for name, value in os.environ.items() if not name.startswith(("TELEGRAM_", "TWILIO_"))
    }
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        *arguments,
        env=plain | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
