"""The watch, the duty phone, the log and the clocks."""

import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from bot.clock import SandboxClock, SystemClock, SystemSecrets
from bot.duty import TEXTS, DutyPhone, duty_texts
from bot.log import MASK, set_up, without_people
from bot.watch import LIMITS, Watch
from locales.segments import parts
from tests.bot.house import House, open_house, running, settings_for, until

DUTY = "+77010000001"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


def duty_of(house: House) -> DutyPhone:
    return DutyPhone(settings_for(house.sandbox.url, DUTY_PHONE=DUTY), duty_texts("ru"))


async def look(duty: DutyPhone, watch: Watch) -> None:
    import asyncio

    await asyncio.to_thread(duty.look, watch)


@pytest.mark.parametrize("part", LIMITS)
async def test_the_duty_phone_learns_by_sms_which_part_stands_still_and_only_once(
    house: House, part: str
) -> None:
    duty, watch = duty_of(house), Watch()
    watch.beat(part)
    await look(duty, watch)
    assert await house.sandbox.sms(DUTY) == []
    watch._beats[part] -= LIMITS[part] + 1
    await look(duty, watch)
    await look(duty, watch)
    assert [sms.body for sms in await house.sandbox.sms(DUTY)] == [duty_texts("ru")[part]]


async def test_the_duty_phone_learns_of_dead_letters_once_in_half_an_hour(house: House) -> None:
    duty = duty_of(house)
    watch = Watch(duty)
    for number in range(50):
        watch.alert("outbox.dead", outbox=number)
    await look(duty, watch)
    assert len(await house.sandbox.sms(DUTY)) == 1


async def test_a_gateway_that_is_down_for_long_is_told_and_a_short_blip_is_not(house: House) -> None:
    duty, watch = duty_of(house), Watch()
    watch.gateway_down("telegram", "http_502")
    await look(duty, watch)
    assert await house.sandbox.sms(DUTY) == []
    watch._down["telegram"] -= 1000
    await look(duty, watch)
    assert len(await house.sandbox.sms(DUTY)) == 1


async def test_an_sms_gateway_that_does_not_answer_does_not_stop_the_watch(house: House) -> None:
    duty, watch = duty_of(house), Watch()
    await house.sandbox.fault("twilio_down")
    duty.call("outbox.dead")
    await look(duty, watch)
    assert await house.sandbox.sms(DUTY) == []


async def test_the_loop_beats_for_itself() -> None:
    watch = Watch()
    async with running(watch.run()):
        await until(lambda: "loop" in watch.ages())


def test_news_to_the_duty_phone_fits_into_one_sms_in_both_languages() -> None:
    for locale in ("kk", "ru"):
        texts = duty_texts(locale)
        assert set(texts) == set(TEXTS)
        assert {what: parts(text) for what, text in texts.items()} == dict.fromkeys(TEXTS, 1)


# The log

PEOPLE = [
    "880412294549",
    "+77011234567",
    "8 (701) 123-45-67",
    "+7 701 123 4567",
    "123456",
    "4242424242:SANDBOX-sandbox-SANDBOX-sandbox-00",
    "Сейітова Айгүл",
    "температура",
]


@pytest.mark.parametrize("person", PEOPLE)
def test_S18_what_looks_like_a_person_or_a_secret_is_masked(person: str) -> None:
    shown = without_people({"what": f"failed for {person} at /bot{person}/x", "deep": [{person: (person,)}]})
    assert person not in json.dumps(shown, ensure_ascii=False)


def test_ids_counts_and_instants_stay_readable() -> None:
    line = {
        "inbox": 412345678901234567,
        "code": "telegram_429",
        "at": "2026-11-20T12:34:56.123456Z",
        "n": 123456,
    }
    assert without_people(line) == line


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    set_up("INFO", stream)
    yield stream
    structlog.reset_defaults()
    logging.basicConfig(force=True)


def test_S18_a_logged_exception_and_a_librarys_line_carry_no_canary(lines: io.StringIO) -> None:
    try:
        raise ValueError("880412294549")
    except ValueError:
        structlog.get_logger().exception("failed", inbox=7, phone="+77011234567", text="болит")
    logging.getLogger("aiohttp.access").error(
        "POST /bot4242424242:SANDBOX-sandbox-SANDBOX-sandbox-00/x +77011234567"
    )
    written = lines.getvalue()
    assert not any(
        canary in written for canary in ("880412294549", "77011234567", "SANDBOX-sandbox", "болит")
    )
    first, second = (json.loads(line) for line in written.splitlines())
    assert (first["inbox"], first["phone"], first["level"], second["level"]) == (7, MASK, "error", "error")


# Clocks


async def test_the_sandbox_clock_follows_forward_and_never_back(house: House) -> None:
    clock = SandboxClock(f"{house.sandbox.url}/clock")
    began = clock.now()
    assert await clock.follow(house.session)
    await house.sandbox.advance(3600)
    assert await clock.follow(house.session)
    later = clock.now()
    assert timedelta(minutes=59) < later - began < timedelta(minutes=61)
    assert house.sandbox.town is not None
    assert clock.now() >= later


async def test_a_sandbox_that_does_not_answer_leaves_the_clock_as_it_stands(house: House) -> None:
    clock = SandboxClock("http://127.0.0.1:9/clock")
    assert not await clock.follow(house.session)
    assert abs(clock.now() - SystemClock().now()) < timedelta(seconds=5)


def test_S08_codes_are_six_digits_each_equally_likely_zeros_in_front_included() -> None:
    secrets = SystemSecrets()
    codes = [secrets.code() for _ in range(100_000)]
    assert all(len(code) == 6 and code.isascii() and code.isdigit() for code in codes)
    for place in range(6):
        counts = [sum(code[place] == digit for code in codes) for digit in "0123456789"]
        # Chi-squared with 9 degrees of freedom: above 40 once in a hundred thousand runs.
        assert sum((count - 10_000) ** 2 / 10_000 for count in counts) < 40
