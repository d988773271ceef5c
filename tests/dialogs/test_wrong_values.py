"""What is told apart: a value of which it is clear what was meant, and words that are no answer at all."""

from __future__ import annotations

import pytest

from dialogs.appointment import appointment
from dialogs.engine import AtGate, NotRead
from dialogs.home_call import home_call
from tests.dialogs.by_sms import by_sms, identified
from tests.dialogs.talk import Talk


def _heard(talk: Talk) -> tuple[str, bool]:
    assert isinstance(talk.heard, NotRead), talk.heard
    return talk.heard.hint.key, talk.heard.wrong


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("880412294540", ("iin.check_digit", True)),
        ("мой ИИН 880412294540", ("iin.check_digit", True)),
        ("ЖСН: 88041229454", ("iin.too_short", True)),
        ("8804122945490", ("iin.too_long", True)),
        ("88О412294549", ("iin.letter_o", True)),
        ("мой ИИН", ("iin.letters", False)),
        ("880412294549 900725297363", ("iin.too_long", True)),
        ("...", ("iin.empty", False)),
    ],
)
def test_GEN_08_a_mistyped_iin_is_told_apart_from_words(said: str, heard: tuple[str, bool]) -> None:
    assert _heard(by_sms(appointment).say(said)) == heard


@pytest.mark.parametrize("said", ["мой ИИН 880412294549", "ЖСН-ім: 880412294549", "иин 880412294549."])
def test_an_iin_is_found_among_words(said: str) -> None:
    outcome = by_sms(appointment).say(said).outcome
    assert isinstance(outcome, AtGate)
    assert outcome.gate.subject == "880412294549"


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("31.02.1948", ("birth.no_such_day", True)),
        ("05.03.2099", ("birth.future", True)),
        ("05.03.1848", ("birth.too_long_ago", True)),
        ("1948", ("birth.not_a_day", True)),
        ("весной", ("birth.not_a_day", False)),
    ],
)
def test_a_mistyped_birth_date_is_told_apart_from_words(said: str, heard: tuple[str, bool]) -> None:
    talk = identified(home_call, "ru", "", "none", "other").say("900725297363", "Иванова Ольга", said)
    assert _heard(talk) == heard


@pytest.mark.parametrize("said", ["улица", "көше", "ул.", "дом 5", "5", "мкр, дом 3", "адрес:"])
def test_a_street_without_a_name_is_asked_for_again(said: str) -> None:
    talk = identified(home_call, "ru", "", "none").say("кашель").press("other").say(said)
    assert _heard(talk) == ("address.no_street", True)


@pytest.mark.parametrize("said", ["5 мкр, дом 3, кв 8", "мкр 10 дом 3 кв 8", "10 шағын аудан, 3-үй, 8-пәтер"])
def test_a_district_that_has_only_a_number_is_a_name(said: str) -> None:
    talk = identified(home_call, "ru", "", "none").say("кашель").press("other").say(said)
    assert talk.key == "home_call.check"


def test_a_figure_meant_for_a_list_is_not_what_troubles_somebody() -> None:
    at_reason = identified(home_call, "ru", "", "none")
    assert isinstance(at_reason.say("1").heard, NotRead)
    assert at_reason.say("39").key == "home_call.address"
