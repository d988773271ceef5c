"""What an SMS says: numbers against the menu shown last, services by word, and words about SMS themselves."""

import json
from datetime import UTC, datetime

import pytest

from bot.by_sms.handing import Claim, claim_in
from bot.by_sms.hearing import Begun, Chosen, More, Words, begun, heard
from bot.by_sms.limits import Reply, Word, after, reply_of, word_meant
from bot.by_sms.writing import Choice, Rest, Shown
from bot.channels.events import Action, Poisoned, SmsReceived
from bot.channels.sms import LONGEST_TEXT, arrival_of, cut_to_sense, read_sms
from dialogs.engine import Pressed
from locales.tongue import language_of
from storage.button_phones import Day

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
MENU = Shown({"1": "a:start:home_call", "2": "q:a:home_call.reason:fever", "0": "a:back"}, NOW)
LONGER = Shown({"1": "a:menu"}, NOW, Rest("", (Choice("x", "a:help"),), None, 1))
LETTERED = Shown({"а": "q:a:clinic:nearest", "б": "q:a:clinic:list"}, NOW)


@pytest.mark.parametrize("text", ["2", " 2. ", "2)", "№ 2", "№2", "екі", "eki"])
def test_a_number_means_what_it_stood_for(text: str) -> None:
    assert heard(text, MENU) == Chosen(Pressed("home_call.reason", "fever"), 10)


def test_a_number_that_was_not_offered_is_only_words() -> None:
    assert heard("3", MENU) == Words("3")
    assert heard("1", None) == Words("1")


def test_nine_asks_for_the_rest_where_there_is_one() -> None:
    assert heard("9", LONGER) == More()
    assert heard("9", MENU) == Words("9")


def test_zero_is_a_way_back_even_where_none_was_shown() -> None:
    assert heard("0", LETTERED) == Chosen(Action("back"))


@pytest.mark.parametrize("text", ["б", "Б.", "b", "B)"])
def test_a_letter_stands_in_the_place_of_a_number(text: str) -> None:
    assert heard(text, LETTERED) == Chosen(Pressed("clinic", "list"), 10)
    assert heard("2", LETTERED) == Words("2")


@pytest.mark.parametrize(
    ("text", "service", "left"),
    [
        ("запись 900725297363", "start:appointment", "900725297363"),
        ("Жазылу 900725297363", "start:appointment", "900725297363"),
        ("вызов врача 900725297363", "start:home_call", "900725297363"),
        ("мне нужна запись на завтра", "start:appointment", ""),
    ],
)
def test_a_service_is_named_by_words_and_the_rest_is_left(text: str, service: str, left: str) -> None:
    assert begun(text, MENU) == Begun(Chosen(Action(service)), left)


@pytest.mark.parametrize(
    "text",
    [
        "отменить запись",
        "запись отменить",
        "отмена вызова",
        "перенести запись",
        "мне не нужна запись",
        "врач не пришёл",
        "врач так и не приехал",
        "дәрігер келмеді",
        "dariger kelmedi",
        "дәрігер керек емес",
        "жазылудан бас тарту",
    ],
)
def test_whoever_cancels_or_waits_in_vain_means_what_was_asked_for_before(text: str) -> None:
    assert begun(text, MENU) == Begun(Chosen(Action("start:cabinet")), "")
    assert begun(f"{text} 900725297363", MENU) == Begun(Chosen(Action("start:cabinet")), "900725297363")


def test_a_number_and_an_iin_are_both_meant_but_not_a_number_and_words() -> None:
    assert begun("1 900725297363", MENU) == Begun(Chosen(Action("start:home_call")), "900725297363")
    assert begun("1 января", MENU) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Сәлем", "kk"),
        ("салем", "kk"),
        ("жазылу", "kk"),
        ("dariger kerek", "kk"),
        ("запись", "ru"),
        ("хочу записаться", "ru"),
        ("врач", "ru"),
        ("zapis", "ru"),
        ("123", None),
        ("", None),
        ("xyz", None),
        ("stop", None),
    ],
)
def test_G44_a_language_is_told_by_words(text: str, language: str | None) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("STOP", Word.STOP),
        ("стоп", Word.STOP),
        ("Тоқтат!", Word.STOP),
        ("токтат", Word.STOP),
        ("Тоқтатыңыз", Word.STOP),
        ("toqtat", Word.STOP),
        ("не присылайте", Word.STOP),
        ("SMS керек емес", Word.STOP),
        ("START", Word.START),
        ("старт", Word.START),
        ("БАСТА", Word.START),
        ("стоп кран", None),
        ("отмена", None),
    ],
)
def test_stop_and_start_in_either_language(text: str, word: Word | None) -> None:
    assert word_meant(text) is word


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("123456", Claim("123456", named=False)),
        ("123 456", Claim("123456", named=False)),
        ("жалғастыру 123456", Claim("123456", named=True)),
        ("Продолжить: 123456.", Claim("123456", named=True)),
        ("жалгастыру 123456", Claim("123456", named=True)),
        ("да 123456", None),
        ("12345", None),
        ("1234567", None),
        ("123456 сәлем", None),
    ],
)
def test_a_hand_over_code_is_the_whole_message(text: str, claim: Claim | None) -> None:
    assert claim_in(text) == claim


def test_a_hint_then_a_phone_then_silence_and_anew_once_understood() -> None:
    seen, replies = Day(), []
    for missed in (True, True, True, False, True):
        reply = reply_of(seen, missed=missed)
        seen = after(seen, reply, missed=missed)
        replies.append(reply)
    assert replies == [Reply.ANSWER, Reply.RING_US, Reply.SILENCE, Reply.ANSWER, Reply.ANSWER]


def test_S24_the_fortieth_answer_says_so_and_there_is_no_forty_first() -> None:
    assert reply_of(Day(answers=38), missed=False) is Reply.ANSWER
    assert reply_of(Day(answers=39), missed=False) is Reply.DAY_OVER
    assert reply_of(Day(answers=40), missed=False) is Reply.SILENCE


def _read(**form: str) -> SmsReceived:
    arrival = arrival_of({"MessageSid": "SM1", "From": "+77011234567", **form}, NOW)
    event = read_sms(1, json.loads(arrival.body), NOW)
    assert isinstance(event, SmsReceived)
    return event


def test_a_picture_an_empty_body_and_the_providers_own_word_are_kept() -> None:
    assert _read(Body="Сәлем", NumMedia="0").is_media is False
    assert _read(Body="", NumMedia="1").is_media
    assert _read(Body=" \n ").is_media
    assert _read(Body="STOP", OptOutType="STOP").opt_out == "STOP"
    assert _read(Body="STOP", OptOutType="OTHER").opt_out == ""


def test_a_text_that_is_too_long_is_cut_at_a_sentence_or_a_word() -> None:
    assert _read(Body="бір. " * 200).is_cut
    assert cut_to_sense("бір. " * 200).endswith("бір.")
    assert cut_to_sense("сөз " * 200).endswith("сөз")
    assert len(cut_to_sense("а" * 2000)) == LONGEST_TEXT


def test_what_is_no_sms_is_poisoned() -> None:
    with pytest.raises(Poisoned):
        read_sms(1, {"from": 1}, NOW)
