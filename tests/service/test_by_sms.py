"""The service on a button phone: what one SMS after another comes to."""

from __future__ import annotations

import re
import sqlite3

import pytest

from bot.channels.sms import arrival_of
from otp import evidence
from tests.button_phone import ButtonPhone, phone_of, strange_phone
from tests.town import CODE, RunningTown

AIGUL = "880412294549"
OLGA = "900725297363"
UNKNOWN = "900101300017"
LANDLINE = "350509191426"


# Language.


@pytest.mark.parametrize(
    "first", ["Сәлем", "салем", "жазылу керек", "Маған дәрігер керек", "dariger kerek", "zhazylu"]
)
async def test_G44_kazakh_is_told_by_the_first_words_in_whatever_letters(
    town: RunningTown, first: str
) -> None:
    phone = strange_phone(town)
    assert "Мәзір" in await phone.text(first) or "103" in phone.seen[-1]
    assert "Русский" in await phone.text("мәзір")


@pytest.mark.parametrize("first", ["Здравствуйте", "нужен врач", "запись", "добрый день"])
async def test_G44_russian_is_told_by_the_first_words(town: RunningTown, first: str) -> None:
    phone = strange_phone(town)
    await phone.write(first)
    assert "Қазақша" in await phone.text("меню")


@pytest.mark.parametrize("first", ["1", "5555", "abcd", "?"])
async def test_G44_digits_and_unclear_words_are_answered_in_both_languages(
    town: RunningTown, first: str
) -> None:
    phone = strange_phone(town)
    answer = await phone.text(first)
    assert "Тілді" in answer
    assert "язык" in answer
    assert "1 Қазақша\n2 Русский" in answer
    assert "Запись" in await phone.text("2")


async def test_G44_the_language_is_changed_by_word_at_any_time(town: RunningTown) -> None:
    phone = strange_phone(town)
    await phone.write("жазылу")
    assert "ИИН" in await phone.text("по-русски")
    assert "ЖСН" in await phone.text("қазақша")


async def test_G44_the_menus_own_number_changes_the_language_at_once(town: RunningTown) -> None:
    phone = strange_phone(town)
    number = _number(await phone.text("сәлем"), "Русский")
    assert "Запись" in await phone.text(number)


async def test_zero_with_nothing_open_is_the_menu(town: RunningTown) -> None:
    phone = strange_phone(town)
    menu = await phone.text("сәлем")
    await phone.write("көмек")
    for back in ("0", "артқа", "0"):
        assert "Жазылу" in await phone.text(back) or menu.splitlines()[1] in phone.seen[-1]


async def test_103_is_answered_before_a_language_is_known(town: RunningTown) -> None:
    phone = strange_phone(town)
    assert (await phone.text("103")).count("103") >= 2


# Services, by word and by number.


async def test_a_service_and_an_iin_in_one_message_lead_to_the_code(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    assert CODE.search(await phone.text(f"жазылу {phone.iin}"))


async def test_a_number_of_the_menu_and_an_iin_in_one_message_lead_to_the_code(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    number = _number(await phone.text("сәлем"), "жазылу")
    assert CODE.search(await phone.text(f"{number} {phone.iin}"))


async def test_a_service_is_found_in_a_whole_sentence(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    assert "ИИН" in await phone.text("здравствуйте мне нужна запись пожалуйста")


def _number(menu: str, words: str) -> str:
    return next(line.split()[0] for line in menu.splitlines() if words.casefold() in line.casefold())


# Identity: the code, and the phone it goes to (S1, S2).


async def test_S01_the_words_of_the_gate_and_the_code_are_one_sms_to_ones_own_phone(
    town: RunningTown,
) -> None:
    phone = await phone_of(town, AIGUL)
    await phone.write("жазылу")
    answer = await phone.text(phone.iin)
    assert CODE.search(answer[:67])
    assert "келісім" in answer


async def test_S02_the_code_sent_back_from_its_phone_opens_the_gate(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    await phone.write(f"жазылу {phone.iin}")
    (answer,) = await phone.confirm()
    assert "каб" in answer


@pytest.mark.parametrize("words", ["жоқ {}", "{} нет", "бұл мен емес {}", "0 {}"])
async def test_S02_a_code_sent_back_with_a_no_opens_nothing_and_uses_up_no_try(
    town: RunningTown, words: str
) -> None:
    phone = await phone_of(town, AIGUL)
    await phone.write(f"жазылу {phone.iin}")
    for _ in range(5):
        answers = await phone.write(words.format(phone.code()))
        assert not any("каб" in answer for answer in answers)
    (answer,) = await phone.confirm()
    assert "каб" in answer


async def test_S02_a_code_typed_on_another_phone_opens_nothing(town: RunningTown) -> None:
    owner, stranger = await phone_of(town, AIGUL, "owner"), strange_phone(town)
    await stranger.write(f"жазылу {AIGUL}")
    await owner.new()
    answer = await stranger.text(owner.code())
    assert "каб" not in answer
    assert "сәйкес" in answer


async def test_S02_a_code_answered_from_the_registered_phone_moves_the_talk_there(
    town: RunningTown,
) -> None:
    owner, stranger = await phone_of(town, AIGUL, "owner"), strange_phone(town)
    await stranger.write("жазылу")
    await stranger.write(AIGUL)
    await owner.new()
    (answer,) = await owner.confirm()
    assert "каб" in answer
    assert await stranger.new() == []
    # Whatever the first phone sends now is a talk of its own, without anything of the other's.
    assert "каб" not in await stranger.text("1")
    (booked,) = await owner.write("1")
    assert "№" in booked
    assert await stranger.new() == []


async def test_S19_a_stranger_sees_the_same_words_for_a_known_and_an_unknown_iin(town: RunningTown) -> None:
    said = []
    for number, iin in (("+77011230001", AIGUL), ("+77011230002", UNKNOWN), ("+77011230003", LANDLINE)):
        phone = strange_phone(town, number)
        said.append(await phone.write("жазылу") + await phone.write(iin) + await phone.write("123456"))
    assert said[0] == said[1] == said[2]


async def test_S19_only_the_registered_phone_gets_a_code(town: RunningTown) -> None:
    owner, stranger = await phone_of(town, AIGUL, "owner"), strange_phone(town)
    await stranger.write("жазылу")
    assert not any(CODE.search(one) for one in await stranger.write(AIGUL))
    assert any(CODE.search(one) for one in await owner.new())


async def test_S28_what_is_kept_as_shown_is_what_the_sms_said(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    answer = await phone.text(f"жазылу {phone.iin}")
    await phone.confirm()
    with sqlite3.connect(town.registry) as registry:
        ((consent_id,),) = registry.execute("SELECT id FROM consents").fetchall()
    record = await evidence.record(town.app.db.reader, consent_id)
    assert record is not None
    assert record.text_shown is not None
    assert record.text_shown.split("\n\n")[0] in answer
    assert record.outcome == "given"
    assert record.reply_channel == "sms"


# Numbers, and what they were said about.


async def test_a_number_that_was_not_offered_is_not_acted_on(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    await phone.write(f"жазылу {phone.iin}")
    (choices,) = await phone.confirm()
    answer = await phone.text("8")
    assert "№ 05" not in answer
    assert choices.splitlines()[1] in answer


async def test_a_number_that_a_notice_did_not_offer_answers_no_question_behind_it(
    town: RunningTown,
) -> None:
    phone = await phone_of(town, AIGUL)
    await phone.write(f"жазылу {UNKNOWN}")
    clinics = await phone.text("2")
    assert "1414" in clinics
    await phone.write("көмек")
    assert await phone.text("8") == clinics


async def test_words_that_begin_with_an_offered_number_sign_nothing(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    await phone.write(f"жазылу {phone.iin}")
    await phone.confirm()
    assert "№ 05" not in await phone.text("1 бірақ кейін")


async def test_an_sms_delivered_twice_is_answered_once(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    sent = await town.sandbox.reply_sms(phone.number, "жазылу")
    for _ in range(20):
        await town.sandbox.replay_sms(str(sent["sid"]))
    await town.rest()
    assert len(await phone.new()) == 1


async def test_a_code_sent_back_twice_answers_no_question_behind_the_gate(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    await phone.write(f"жазылу {phone.iin}")
    await phone.confirm()
    (again,) = await phone.confirm()
    assert "№ 05" not in again
    assert "каб" in again


async def test_a_number_sent_before_its_menu_was_read_does_nothing(town: RunningTown) -> None:
    """It waited here while the service was down, behind others: nobody had read what it would answer."""
    phone = await phone_of(town, AIGUL)
    await phone.write(f"жазылу {phone.iin}")
    early = await town.sandbox.now()
    await town.advance(60)
    (choices,) = await phone.confirm()
    form = {"MessageSid": "SMlate", "From": phone.number, "Body": "1"}
    await town.app.intake.accept([arrival_of(form, early)])
    await town.rest()
    (answer,) = await phone.new()
    assert "№ 05" not in answer
    assert choices.splitlines()[1] in answer


async def test_zero_goes_one_answer_back(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    first = await phone.text("дәрігер шақыру")
    await phone.write(_number(first, "жоқ") if "жоқ" in first.casefold() else "2")
    assert await phone.text("0") == first


# What cannot be read.


async def test_an_empty_sms_and_a_picture_get_a_clear_hint(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    await phone.write("жазылу")
    for sid, form in enumerate(({"Body": ""}, {"Body": "", "NumMedia": "1"})):
        whole = {"MessageSid": f"SMmedia{sid}", "From": phone.number, **form}
        await town.app.intake.accept([arrival_of(whole, await town.sandbox.now())])
        await town.rest()
        (answer,) = await phone.new()
        assert ("Сөзбен" if sid == 0 else "1414") in answer


async def test_a_reply_of_ten_parts_is_cut_with_a_hint(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    await phone.write("жазылу")
    answer = await phone.text("ұзақ сөз " * 75)
    assert "SMS тым ұзын" in answer


async def test_what_is_not_understood_gets_a_hint_then_a_phone_then_silence(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    await phone.write("жазылу")
    assert "ЖСН" in await phone.text("абра")
    assert "1414" in await phone.text("кадабра")
    await phone.silence("абра")
    await phone.silence("кадабра")
    # What is understood is answered, and begins anew.
    assert CODE.search(await phone.text(phone.iin))


async def test_S19_the_clinics_own_phone_is_named_only_after_identity(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    await phone.write(f"жазылу {phone.iin}")
    await phone.confirm()
    await phone.write("абра")
    assert "+7 727" in await phone.text("кадабра")


async def test_S24_a_day_has_forty_answers_for_one_phone(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    for _ in range(39):
        await phone.write("мәзір")
    assert "1414" in await phone.text("мәзір")
    await phone.silence("мәзір")
    await town.advance(24 * 3600)
    assert await phone.write("мәзір")


# Stop and start.


@pytest.mark.parametrize(("stop", "start"), [("Стоп", "старт"), ("тоқтат", "баста")])
async def test_stop_is_honoured_and_confirmed_once_and_start_undoes_it(
    town: RunningTown, stop: str, start: str
) -> None:
    phone = await phone_of(town, AIGUL)
    await phone.write("мәзір")
    assert "БАСТА" in await phone.text(stop)
    await phone.silence(stop)
    assert "БАСТА" in await phone.text("жазылу")
    await phone.silence("жазылу")
    assert "МӘЗІР" in await phone.text(start)
    assert "Емхана" in await phone.text("мәзір")


async def test_a_stopped_phone_still_gets_the_codes_asked_for(town: RunningTown) -> None:
    phone, citizen = await phone_of(town, AIGUL), await town.citizen(AIGUL)
    await phone.write("тоқтат")
    await citizen.say("/start")
    await citizen.press("Қазақша")
    await citizen.tap("button.cabinet")
    await citizen.say(citizen.iin)
    assert any(CODE.search(one) for one in await phone.new())
    shown = await citizen.say(phone.code())
    assert shown.text
    await phone.silence("тоқтат")


async def test_the_providers_own_word_is_kept_and_not_answered_again(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    await phone.write("мәзір")
    for sid, word in enumerate(("STOP", "HELP", "START")):
        form = {"MessageSid": f"SMopt{sid}", "From": phone.number, "Body": word, "OptOutType": word}
        await town.app.intake.accept([arrival_of(form, await town.sandbox.now())])
        await town.rest()
        assert await phone.new() == []
        if word == "STOP":
            assert "БАСТА" in await phone.text("мәзір")
    assert "Емхана" in await phone.text("мәзір")


# Questions asked by SMS, and the menu: a bare number answers what was read last.


async def test_a_bare_number_answers_the_menu_that_was_read_last(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    await phone.write(f"жазылу {phone.iin}")
    await phone.confirm()
    (booked,) = await phone.write("1")
    assert "№ 05-000001" in booked
    await town.set_time("2026-11-22T12:00")
    (reminder,) = [one for one in await phone.new() if "05-000001" not in one or "Ескерт" in one]
    code = re.findall(r"1 ([0-9]{3})", reminder)[0]
    # Without its code it does nothing but ask for the code.
    (hint,) = await phone.write("1")
    assert f"1 {code}" in hint
    await phone.write("мәзір")
    assert "103" in await phone.text("1")
    assert "күтеміз" in await phone.text(f"1 {code}")


async def test_S01_a_phone_that_is_registered_no_more_is_shown_nothing(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    await phone.write(f"жазылу {phone.iin}")
    (times,) = await phone.confirm()
    assert "каб" in times
    with sqlite3.connect(town.registry) as registry:
        registry.execute("UPDATE people SET phone_index = NULL")
    answer = await phone.text("1")
    assert "№ 05" not in answer
    assert "каб" not in answer


# From the chat to the phone and back.


async def _to_the_iin(town: RunningTown) -> tuple[ButtonPhone, str]:
    citizen = await town.citizen(AIGUL)
    await citizen.say("/start")
    await citizen.press("Қазақша")
    await citizen.tap("button.home_call", "button.no_signs", "button.agree", "button.for_self")
    answer = await citizen.say("sms")
    return await phone_of(town, AIGUL), CODE.findall(answer.text)[-1]


@pytest.mark.parametrize("word", ["жалғастыру ", "продолжить ", "", "Жалғастыру: "])
async def test_a_talk_begun_in_telegram_is_finished_by_sms(town: RunningTown, word: str) -> None:
    phone, code = await _to_the_iin(town)
    answer = await phone.text(f"{word}{code}")
    assert "ЖСН" in answer
    assert CODE.search(await phone.text(phone.iin))


async def test_S09_a_talk_that_moved_behind_its_gate_wants_a_code_anew(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await citizen.say("/start")
    await citizen.press("Қазақша")
    await citizen.tap("button.home_call", "button.no_signs", "button.agree", "button.for_self")
    await citizen.say(citizen.iin)
    await citizen.confirm()
    answer = await citizen.say("смс")
    handing = CODE.findall(answer.text)[-1]
    thief = strange_phone(town)
    told = await thief.text(handing)
    assert "Мақатаев" not in told
    assert not CODE.search(told)
    assert "жалғасуда" in (await citizen.last()).text


async def test_a_booking_begun_in_telegram_is_signed_by_sms(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await citizen.say("/start")
    await citizen.press("Қазақша")
    await citizen.tap("button.appointment", "button.agree", "button.for_self")
    await citizen.say(citizen.iin)
    await citizen.confirm()
    handing = CODE.findall((await citizen.say("смс арқылы")).text)[-1]
    phone = await phone_of(town, AIGUL)
    await phone.new()
    # The consent stayed in the chat: the registered phone answers a code of its own.
    assert "келісім" in await phone.text(f"жалғастыру {handing}")
    (answer,) = await phone.confirm()
    for _ in range(6):
        if "05-000001" in answer:
            break
        answer = await phone.text("1")
    assert "05-000001" in answer


async def test_a_booking_begun_by_sms_is_signed_in_telegram(town: RunningTown) -> None:
    phone, citizen = await phone_of(town, AIGUL), await town.citizen(AIGUL)
    await citizen.say("/start")
    await citizen.press("Қазақша")
    await phone.write(f"жазылу {phone.iin}")
    await phone.confirm()
    handing = CODE.findall(await phone.text("telegram"))[-1]
    answer = await citizen.say(handing)
    assert "Бейсенова" not in answer.text
    answer = await citizen.confirm()
    assert answer.labels
    await phone.new()
    assert "Бейсенова" not in await phone.text("1")


async def test_a_talk_begun_by_sms_is_finished_in_telegram(town: RunningTown) -> None:
    phone, citizen = await phone_of(town, AIGUL), await town.citizen(AIGUL)
    await citizen.say("/start")
    await citizen.press("Қазақша")
    await phone.write("жазылу")
    code = CODE.findall(await phone.text("телеграм"))[-1]
    assert "@" in phone.seen[-1]
    assert "ЖСН" in (await citizen.say(code)).text
    # It is here now, and nowhere else.
    assert "ЖСН" not in await phone.text("2")


async def test_a_hand_over_code_lives_ten_minutes_and_once(town: RunningTown) -> None:
    phone, code = await _to_the_iin(town)
    await town.advance(601)
    assert "сәйкес" in (await phone.text(f"жалғастыру {code}"))
    citizen = await town.citizen(AIGUL)
    fresh = CODE.findall((await citizen.say("sms")).text)[-1]
    await phone.write(fresh)
    other = strange_phone(town)
    assert "ЖСН" not in await other.text(f"жалғастыру {fresh}")


async def test_S20_after_five_wrong_hand_over_codes_no_right_one_counts(town: RunningTown) -> None:
    phone, code = await _to_the_iin(town)
    for number in range(5):
        await phone.write(f"жалғастыру {(int(code) + 1 + number) % 10**6:06d}")
    await phone.write(f"жалғастыру {code}")
    assert not any("ЖСН-іңізді" in one for one in phone.seen)


async def test_with_nothing_open_the_word_sms_says_where_to_write(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await citizen.say("/start")
    await citizen.press("Қазақша")
    assert "МӘЗІР" in (await citizen.say("sms")).text
