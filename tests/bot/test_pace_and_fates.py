"""Pace on paper, and what every error of a gateway means."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sending.gateways import Delivered, Down, Fate, Later, Moved, Never, telegram_fate
from bot.sending.pace import FORGET_AFTER, Even, Rates, TelegramPace, Window
from bot.sending.twilio import twilio_fate
from bot.smpp.errors import smpp_fate

MOMENTS = st.lists(st.floats(0, 5), min_size=1, max_size=80)


def sendings(pace: Even | Window, pauses: list[float]) -> list[float]:
    now, sent = 0.0, []
    for pause in pauses:
        now += pause
        now += pace.turn(now)
        sent.append(now)
    return sent


@given(MOMENTS)
def test_S36_never_more_than_25_in_any_second_in_all(pauses: list[float]) -> None:
    sent = sendings(Even(25), pauses)
    assert all(later - earlier >= 1 / 25 - 1e-9 for earlier, later in pairwise(sent))


@given(MOMENTS)
def test_S36_never_more_than_18_in_any_minute_in_a_group(pauses: list[float]) -> None:
    sent = sendings(Window(18, 60), pauses)
    assert all(later - earlier >= 60 - 1e-6 for earlier, later in zip(sent, sent[18:], strict=False))


@given(MOMENTS)
def test_S36_a_chat_gets_one_a_second_on_average_and_three_at_most_at_once(pauses: list[float]) -> None:
    sent = sendings(Even(1, burst=3), pauses)
    assert all(later - earlier >= 1 - 1e-6 for earlier, later in zip(sent, sent[3:], strict=False))


def test_a_chat_that_has_rested_is_forgotten_and_one_that_has_not_is_kept() -> None:
    pace = TelegramPace(Rates())
    for chat in range(FORGET_AFTER):
        pace.turn_in_chat(str(chat), 0.0)
    pace.turn_in_chat("busy", 99.5)
    pace.turn_in_chat("new", 100.0)
    assert len(pace._chats) < 10


def refused(code: int, description: str = "", **parameters: Any) -> dict[str, Any]:
    return {"ok": False, "error_code": code, "description": description, "parameters": parameters}


@pytest.mark.parametrize(
    ("method", "answer", "fate"),
    [
        ("sendMessage", {"ok": True, "result": {"message_id": 5}}, Delivered("5")),
        ("editMessageText", {"ok": True, "result": True}, Delivered(None)),
        ("editMessageText", refused(400, "Bad Request: message is not modified"), Delivered(None)),
        ("sendMessage", refused(429, retry_after=7), Later("telegram_429", 7)),
        ("sendMessage", refused(400, migrate_to_chat_id=-1005), Moved(-1005)),
        (
            "sendMessage",
            refused(403, "Forbidden: bot was blocked by the user"),
            Never("telegram_blocked", alert=False),
        ),
        ("sendMessage", refused(400, "Bad Request: chat not found"), Never("telegram_no_chat")),
        (
            "editMessageText",
            refused(400, "message to edit not found"),
            Never("telegram_edit_lost", alert=False),
        ),
        ("sendMessage", refused(400, "BUTTON_DATA_INVALID"), Never("telegram_400")),
        ("sendMessage", refused(401, "Unauthorized"), Down("telegram_401")),
        ("sendMessage", refused(500, "Internal"), Down("telegram_500")),
        ("sendMessage", {}, Down("telegram_0")),
    ],
)
def test_S35_every_answer_of_telegram_has_its_meaning(
    method: str, answer: dict[str, Any], fate: Fate
) -> None:
    assert telegram_fate(method, answer) == fate


@pytest.mark.parametrize(
    ("status", "code", "fate"),
    [
        (400, 21610, Never("sms_21610", alert=False)),
        (400, 30006, Never("sms_30006", alert=False)),
        (400, 30007, Never("sms_30007", alert=True, elsewhere=True)),
        (400, 30003, Later("sms_30003")),
        (400, 21612, Never("sms_21612", alert=False, elsewhere=True)),
        (429, 20429, Later("sms_20429", elsewhere=True)),
        (429, None, Later("sms_429", elsewhere=True)),
        (401, 20003, Down("sms_20003", elsewhere=True)),
        (503, None, Down("sms_503", elsewhere=True)),
        # Whether it was taken before the fault, nobody can tell.
        (500, 20500, Down("sms_20500")),
        (504, None, Down("sms_504")),
        (400, 12345, Never("sms_12345", alert=True)),
    ],
)
def test_S35_every_error_of_the_sms_gateway_has_its_policy(status: int, code: int | None, fate: Fate) -> None:
    assert twilio_fate(status, code) == fate


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        (0x58, Later("smpp_58", 2.0, elsewhere=True)),
        (0x14, Later("smpp_14", 5.0, elsewhere=True)),
        (0x08, Later("smpp_8", elsewhere=True)),
        (0x0B, Never("smpp_b", alert=False)),
        (0x0A, Never("smpp_a", alert=True, elsewhere=True)),
        (0x0E, Down("smpp_e", elsewhere=True)),
        # An operator's own number, whatever it stands for.
        (0x0412, Never("smpp_412", alert=True, elsewhere=True)),
    ],
)
def test_S35_every_status_of_SMPP_has_its_policy(status: int, fate: Fate) -> None:
    assert smpp_fate(status) == fate
