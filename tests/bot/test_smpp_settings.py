"""An operator in the settings: what is missing is named, the doctor binds once, the duty phone is reached."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.duty import DutyPhone, duty_texts
from bot.findings import Finding, Level
from bot.sending.alarm import sent_at_once
from bot.settings import BadSettings, Settings, read_settings
from bot.smpp.account import account_of, contract_of
from bot.smpp.examining import about_smpp
from bot.smpp.writing import Long, Sender
from bot.watch import Watch
from tests.bot.house import settings_for
from tests.bot.smsc import Heard, Say, crooked, free_port, smsc
from tests.bot.test_settings import LIVE, faults_of
from tests.sandbox_server import SandboxClient, running_sandbox

SMPP = {
    "SMS_GATEWAYS": "smpp",
    "SMPP_URL": "smpps://smsc.example.kz:3550",
    "SMPP_SYSTEM_ID": "dariger",
    "SMPP_PASSWORD": "S3cr3t-8",
    "SMPP_FROM": "1414",
}
DUTY = "+77010000001"


# Settings


def test_an_operator_alone_needs_nothing_of_twilio() -> None:
    settings = read_settings(
        {**LIVE, **SMPP, "TWILIO_ACCOUNT_SID": "", "TWILIO_AUTH_TOKEN": "", "TWILIO_FROM": ""}
    )
    assert settings.live
    assert settings.sms_gateways == ("smpp",)
    account, contract = account_of(settings), contract_of(settings)
    assert (account.host, account.port, account.tls) == ("smsc.example.kz", 3550, True)
    assert contract.sender == Sender("1414")
    assert (contract.long, contract.decimal_receipts) == (Long.UDH, False)


def test_both_may_be_named_in_either_order() -> None:
    for order in ("smpp,twilio", "twilio, smpp"):
        settings = read_settings({**LIVE, **SMPP, "SMS_GATEWAYS": order})
        assert set(settings.sms_gateways) == {"smpp", "twilio"}
        assert settings.sms_gateways[0] == order[: order.index(",")]


@pytest.mark.parametrize("name", ["SMPP_URL", "SMPP_SYSTEM_ID", "SMPP_FROM", "SMPP_PASSWORD"])
def test_what_an_operator_needs_is_missed_by_name(name: str) -> None:
    assert name in faults_of({**LIVE, **SMPP, name: ""})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("SMS_GATEWAYS", "smpp,smpp"),
        ("SMS_GATEWAYS", "pigeon"),
        ("SMPP_URL", "https://smsc.example.kz"),
        ("SMPP_URL", "smpp://"),
        ("SMPP_URL", "smpp://smsc.example.kz/path"),
        ("SMPP_SYSTEM_ID", "more than fifteen signs"),
        ("SMPP_PASSWORD", "with a space"),
        ("SMPP_FROM", "MG" + "0" * 32),
        ("SMPP_LONG", "letters"),
        ("SMPP_RECEIPT_IDS", "roman"),
        ("SMS_LATIN", "perhaps"),
    ],
)
def test_what_cannot_stand_is_named(name: str, text: str) -> None:
    assert name in faults_of({**LIVE, **SMPP, name: text})


def test_S44_a_password_of_an_operator_without_telegram_refuses_the_start_and_names_both() -> None:
    faults = faults_of({"SMPP_PASSWORD": "S3cr3t-8"})
    assert {"TELEGRAM_BOT_TOKEN", "SMPP_PASSWORD"} <= set(faults)


def test_S18_an_operators_password_shows_nowhere() -> None:
    settings = read_settings({**LIVE, **SMPP})
    assert "S3cr3t-8" not in repr(settings)
    assert "S3cr3t-8" not in repr(account_of(settings))
    with pytest.raises(BadSettings) as caught:
        read_settings({**LIVE, **SMPP, "SMPP_PASSWORD": "S3cr3t 8"})
    assert "S3cr3t" not in str(caught.value)


def test_an_operator_far_away_is_live_and_one_on_this_machine_beside_a_sandbox_is_not() -> None:
    local = {**LIVE, **SMPP, "TELEGRAM_API_URL": "http://127.0.0.1:9111"}
    assert not read_settings(local).loopback
    assert read_settings({**local, "SMPP_URL": "smpp://127.0.0.1:2775"}).loopback


# The doctor


def settings_at(port: int, **more: str) -> Settings:
    url = f"smpp://127.0.0.1:{port}"
    return settings_for("http://127.0.0.1:9", **{**SMPP, "SMPP_URL": url, **more})


async def found(settings: Settings) -> dict[str, Finding]:
    return {finding.about: finding async for finding in about_smpp(settings)}


async def test_an_operator_that_lets_us_in_is_fine() -> None:
    async with smsc() as operator:
        assert {about: one.level for about, one in (await found(settings_at(operator.port))).items()} == {
            "smpp": Level.FINE
        }


async def test_the_doctor_binds_so_as_to_take_nothing_and_says_goodbye() -> None:
    said: list[int] = []

    async def answer(pdu: Heard, say: Say) -> bool:
        said.append(pdu.command)
        await say(pdu.command | 0x80000000, 0, pdu.number, b"\0")
        return True

    async with crooked(answer) as port:
        assert (await found(settings_at(port)))["smpp"].level is Level.FINE
    assert said == [0x02, 0x06]


@pytest.mark.parametrize(("status", "level"), [(0x0E, Level.FAULT), (0x05, Level.FINE), (0x63, Level.FAULT)])
async def test_an_operator_that_refuses_is_named_and_a_second_link_may_be_refused(
    status: int, level: Level
) -> None:
    async def answer(pdu: Heard, say: Say) -> bool:
        await say(pdu.command | 0x80000000, status, pdu.number, b"")
        return True

    async with crooked(answer) as port:
        assert (await found(settings_at(port)))["smpp"].level is level


async def test_an_operator_that_does_not_answer_is_a_fault() -> None:
    finding = (await found(settings_at(free_port())))["smpp"]
    assert finding.is_fault
    assert "SMPP_URL" in finding.what


async def test_words_in_the_clear_and_a_name_that_cannot_be_answered_are_warned_of() -> None:
    far = {**LIVE, **SMPP, "SMPP_URL": "smpp://smsc.invalid:1", "SMPP_FROM": "EMHANA"}
    settings = read_settings(far)
    levels = {about: one.level for about, one in (await found(settings)).items()}
    assert levels == {"SMPP_URL": Level.WARNING, "SMPP_FROM": Level.WARNING, "smpp": Level.FAULT}


async def test_without_an_operator_in_the_settings_nobody_is_asked() -> None:
    assert await found(settings_for("http://127.0.0.1:9")) == {}


# The duty phone


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxClient]:
    async with running_sandbox() as opened:
        yield opened


async def test_the_duty_phone_is_reached_by_the_operator(tmp_path: Path) -> None:
    async with smsc() as operator:
        duty = DutyPhone(settings_at(operator.port, DUTY_PHONE=DUTY), duty_texts("ru"))
        duty.call("outbox.dead")
        await asyncio.to_thread(duty.look, Watch())
        (sent,) = operator.submitted
        assert sent.destination_addr == DUTY.removeprefix("+")
        assert sent.short_message.decode("utf-16-be") == duty_texts("ru")["outbox.dead"]


async def test_the_duty_phone_is_reached_by_the_second_gateway_when_the_first_is_away(
    sandbox: SandboxClient,
) -> None:
    settings = settings_for(
        sandbox.url,
        **{**SMPP, "SMS_GATEWAYS": "smpp,twilio", "SMPP_URL": f"smpp://127.0.0.1:{free_port()}"},
    )
    assert await asyncio.to_thread(sent_at_once, settings, DUTY, "Бот стоит.")
    assert [sms.body for sms in await sandbox.sms(DUTY)] == ["Бот стоит."]
