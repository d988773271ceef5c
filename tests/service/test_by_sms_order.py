"""Who answers an SMS where several could: a number, a word or a code of one thing is never another's."""

from __future__ import annotations

import re
import sqlite3
from datetime import timedelta

import pytest

from bot.channels.sms import arrival_of
from dialogs import DIALOGS, IN_CHAT
from tests.button_phone import ButtonPhone, phone_of
from tests.town import CODE, RunningTown

AIGUL = "880412294549"


async def _arrives(town: RunningTown, phone: ButtonPhone, *texts: str, late: float = 0.0) -> list[str]:
    """SMS that come all at once; ``late`` seconds ago."""
    at = await town.sandbox.now() - timedelta(seconds=late)
    forms = [
        {"MessageSid": f"SM{text}{late}{n}", "From": phone.number, "Body": text}
        for n, text in enumerate(texts)
    ]
    await town.app.intake.accept([arrival_of(form, at) for form in forms])
    await town.rest()
    return await phone.new()


def _change(town: RunningTown, statement: str) -> None:
    with sqlite3.connect(town.registry) as registry:
        registry.execute(statement)


LAST_PAGE = "(SELECT max(id) FROM outbox WHERE channel = 'sms' AND kind = 'talk')"


async def _times(town: RunningTown) -> tuple[ButtonPhone, str]:
    """The phone after the SMS whose digits sign a booking."""
    phone = await phone_of(town, AIGUL)
    await phone.write(f"жазылу {phone.iin}")
    (times,) = await phone.confirm()
    return phone, times


async def test_zero_at_a_gate_goes_back_though_a_reminder_is_open(town: RunningTown) -> None:
    phone, _ = await _times(town)
    await phone.write("1")
    await town.set_time("2026-11-22T12:00")
    assert re.search(r"1 [0-9]{3}", "\n".join(await phone.new()))
    await phone.write("мәзір")
    assert CODE.search(await phone.text(f"өтінімдерім {phone.iin}"))
    assert "ЖСН" in await phone.text("0")


async def test_a_number_signs_nothing_that_was_never_sent(town: RunningTown) -> None:
    phone, times = await _times(town)
    _change(town, f"UPDATE outbox SET status = 'dead', sent_at = NULL WHERE id = {LAST_PAGE}")
    assert await phone.text("1") == times
    assert "№ 05" in await phone.text("1")


@pytest.mark.parametrize("answer", ["1", "бір"])
async def test_a_number_that_came_before_its_menu_left_signs_nothing(town: RunningTown, answer: str) -> None:
    phone, times = await _times(town)
    _change(town, f"UPDATE outbox SET sent_at = sent_at + 60000000 WHERE id = {LAST_PAGE}")
    assert await phone.text(answer) == times


async def test_a_number_sent_again_while_its_menu_is_on_its_way_does_nothing(town: RunningTown) -> None:
    phone, _ = await _times(town)
    late = f"not_before + {3600 * 10**6}"
    _change(
        town,
        f"UPDATE outbox SET status = 'waiting', sent_at = NULL, not_before = {late} WHERE id = {LAST_PAGE}",
    )
    await phone.silence("1")
    await phone.silence("иә")
    _change(town, f"UPDATE outbox SET status = 'sent', sent_at = created_at WHERE id = {LAST_PAGE}")
    assert "№ 05" in await phone.text("1")


async def test_a_phone_that_is_always_reported_out_of_reach_is_believed_the_second_time(
    town: RunningTown,
) -> None:
    phone, times = await _times(town)
    _change(town, f"UPDATE outbox SET status = 'undelivered' WHERE id = {LAST_PAGE}")
    assert await phone.text("1") == times
    _change(town, f"UPDATE outbox SET status = 'undelivered' WHERE id = {LAST_PAGE}")
    assert "№ 05" in await phone.text("1")


async def test_a_yes_sent_before_its_question_was_read_answers_nothing(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    first = await phone.text("дәрігер шақыру")
    assert await _arrives(town, phone, "жоқ", late=30) == [first]


@pytest.mark.parametrize("word", ["отмена", "болдырмау"])
async def test_a_cancel_with_nothing_to_fill_in_leads_to_what_was_asked_for_before(
    town: RunningTown, word: str
) -> None:
    phone, _ = await _times(town)
    assert "№ 05" in await phone.text("1")
    said = await phone.text(word)
    assert "№ 05-000001" in said
    assert re.search("^[1-9] (Жою|Отменить)", said, re.MULTILINE)


async def test_two_sms_at_once_are_answered_one_after_the_other(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    answers = await _arrives(town, phone, "жазылу", phone.iin)
    assert len(answers) == 2
    assert CODE.search(answers[1])


# Stop.


async def test_stop_says_that_telegram_stays_and_whom_to_ring_about_what_is_open(town: RunningTown) -> None:
    phone, _ = await _times(town)
    said = await phone.text("Тоқтатыңыз")
    assert "Telegram" in said
    assert "+7" not in said
    await phone.write("баста")
    await phone.write(f"жазылу {phone.iin}")
    await phone.confirm()
    await phone.write("1")
    said = await phone.text("стоп")
    assert "+7 727 233-39-60" in said
    assert "Telegram" in said


async def test_a_code_from_a_stopped_phone_confirms_and_it_is_said_how_to_go_on(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    await phone.write(f"жазылу {phone.iin}")
    await phone.write("стоп")
    (answer,) = await phone.confirm()
    assert "БАСТА" in answer
    await phone.write("баста")
    # A digit of what was never sent signs nothing; it brings what stands there now.
    assert "каб" in await phone.text("1")
    assert "№ 05" in await phone.text("1")


async def test_a_dialog_of_the_chat_alone_is_not_handed_over_and_loses_nothing(town: RunningTown) -> None:
    citizen = await town.citizen(AIGUL)
    await citizen.say("/start")
    await citizen.press("Қазақша")
    asked = await citizen.tap("button.attachment")
    answer = await citizen.say("sms")
    assert not CODE.search(answer.text)
    assert "Осында жалғастырыңыз" in answer.text
    assert asked.labels


def test_what_a_button_phone_is_not_served_with_is_known_by_name() -> None:
    assert {one.name for one in DIALOGS if one.run.__qualname__.startswith("in_chat")} == IN_CHAT


@pytest.mark.parametrize("said", ["дәрігер келмеді", "отменить вызов", "мне не нужна запись"])
async def test_what_is_said_of_a_request_already_made_begins_no_new_one(town: RunningTown, said: str) -> None:
    phone = await phone_of(town, AIGUL)
    answer = await phone.text(f"{said} {phone.iin}")
    assert CODE.search(answer)
    assert "өтінім" in answer or "заявки" in answer


async def test_S24_stop_and_start_by_turns_are_honoured_but_run_up_no_bill(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    answers = 0
    for _ in range(22):
        answers += len(await phone.write("стоп")) + len(await phone.write("старт"))
    assert answers == 40
    await phone.silence("стоп")
    with sqlite3.connect(town.registry) as registry:
        assert registry.execute("SELECT count(*) FROM sms_stopped").fetchone() == (1,)


async def test_an_iin_or_a_phone_written_in_groups_is_compared_with_no_code(town: RunningTown) -> None:
    phone = await phone_of(town, AIGUL)
    await phone.write(f"жазылу {phone.iin}")
    for text in ("880412 294549", "880 412 294 549", "8 701 123 45 67"):
        await phone.write(text)
    with sqlite3.connect(town.registry) as registry:
        assert registry.execute("SELECT comparisons FROM challenges").fetchall() == [(0,)]
    assert any("каб" in one for one in await phone.confirm())


async def test_S01_the_requests_of_whoever_has_another_phone_now_are_shown_on_this_one_no_more(
    town: RunningTown,
) -> None:
    phone = await phone_of(town, AIGUL)
    await phone.write(f"өтінімдерім {phone.iin}")
    await phone.confirm()
    _change(town, "UPDATE people SET phone_index = NULL")
    assert "ЖСН" in await phone.text("өтінімдерім")
