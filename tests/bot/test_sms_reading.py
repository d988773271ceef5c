"""Whatever an SMS says: reading it gives an answer, quickly, and never an error."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import locales
from bot.by_sms.hearing import Chosen, More, Words, begun, heard
from bot.by_sms.limits import word_meant
from bot.by_sms.writing import Shown
from bot.channels.events import Ignored, SmsReceived
from bot.channels.sms import LONGEST_TEXT, read_sms
from bot.consents import reading
from bot.talk.reply_codes import read_reply
from dialogs.engine import clean

SHOWN = Shown({"1": "a:start:appointment", "2": "a:menu", "0": "a:back"}, datetime(2026, 11, 20, tzinfo=UTC))
SAID = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            [
                "да",
                "жоқ",
                "иә",
                "123456",
                "123",
                "93-000012",
                "900725297363",
                "1",
                "0",
                "отозвать",
                "joq",
                "\n",
            ]
        ),
        max_size=12,
    ).map(" ".join),
    st.from_regex(r"[0-9 .,:-]{0,40}"),
)


@given(SAID)
def test_S42_every_reader_of_an_sms_takes_any_text(text: str) -> None:
    text = clean(text)
    assert locales.yes_or_no(text) in (True, False, None)
    assert isinstance(heard(text, SHOWN), Chosen | More | Words)
    for shown in (SHOWN, None):
        if text:
            begun(text, shown)
    reply, said = read_reply(text), reading.read(text)
    assert reply is None or reply[1] == "" or (len(reply[1]) == 3 and reply[1].isdigit())
    assert said is None or said.code is None or (len(said.code) == 6 and said.code.isdigit())
    word_meant(text)


@given(SAID)
def test_S02_nothing_is_read_as_a_code_that_does_not_stand_there(text: str) -> None:
    digits = "".join(letter for letter in text if letter.isascii() and letter.isdigit())
    said, reply = reading.read(text), read_reply(text)
    assert said is None or said.code is None or said.code in digits
    assert reply is None or reply[1] in digits


@given(st.fixed_dictionaries({"from": SAID, "text": SAID, "sid": st.text(max_size=40)}))
def test_an_sms_of_any_sender_is_read_or_left_alone(body: dict[str, str]) -> None:
    event = read_sms(7, body, datetime(2026, 11, 20, tzinfo=UTC))
    assert isinstance(event, SmsReceived | Ignored)
    assert not isinstance(event, SmsReceived) or len(event.text) <= LONGEST_TEXT


@pytest.mark.parametrize("text", ["да " * 533, "1 " * 800, "иә," * 500, "й" * 1600, "нг" * 800, "123 " * 400])
def test_ten_parts_of_the_same_are_read_without_anybody_waiting(text: str) -> None:
    best = min(_seconds(text) for _ in range(3))
    assert best < 0.05


def _seconds(text: str) -> float:
    began = time.perf_counter()
    locales.yes_or_no(text)
    read_reply(text)
    reading.read(text)
    heard(text, SHOWN)
    return time.perf_counter() - began
