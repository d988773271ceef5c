"""The college's staff in their chats: stages in their only order, papers, debts, decisions, handing over."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.channels.events import CitizenEvent, Command
from bot.college.forms import Form, fields_of
from bot.college.office import TICKS, Entry
from bot.staff.press import NO_REQUEST, Press, Verb
from dialogs.engine import SentFile
from rules.people import Language
from rules.training import COLLEGE, STAGES, Asked, Pause, Stage
from storage import conversations, own_data, staff, training
from storage.addresses import Address
from storage.staff import NewMember
from storage.statements import Statement
from storage.training import Training
from tests.bot.campus import (
    COLLEAGUE,
    EXECUTOR,
    FRIDAY_TEN,
    HEAD,
    NAME,
    ORIGINAL,
    STORY,
    Campus,
    campus,
)
from tests.registry import made_up_iin


@pytest_asyncio.fixture
async def college(tmp_path: Path) -> AsyncIterator[Campus]:
    async with campus(tmp_path) as opened:
        yield opened


async def signed_main(college: Campus, request: Training) -> None:
    await college.drafted_main(request)
    await college.press("college_resolution")
    await college.say("Оспанов Б. А.")
    await college.press("college_signed_head")
    await college.say("Қасымов Т. Е.")
    await college.press("college_to_signed")


async def ready_main(college: Campus, request: Training) -> None:
    await signed_main(college, request)
    for key in ("college_form", "college_seal"):
        await college.press(key)
    await college.press("college_number")
    await college.say("ТКБ № 0777001")
    await college.press("college_to_ready")


async def signed_duplicate(college: Campus, request: Training) -> None:
    await college.taken(request)
    await college.press("college_identity_card")
    await college.noticed()
    await college.decided(request)
    await college.open(request)
    await college.press("college_to_drafted")
    await college.press("college_resolution")
    await college.say("Оспанов Б. А.")
    await college.press("college_signed_both")
    await college.say("Қасымов Т. Е.\nОспанов Б. А.")
    await college.press("college_to_signed")


async def ready_duplicate(college: Campus, request: Training) -> None:
    await signed_duplicate(college, request)
    for key in ("college_form", "college_stamp"):
        await college.press(key)
    await college.press("college_payment")
    await college.say("3 500 тг\n20.11.2026")
    await college.press("college_to_ready")


def labels(college: Campus, user: int = EXECUTOR) -> list[str]:
    return [label for label, _ in college.page(user).buttons]


async def step(college: Campus, request: Training, wanted: Stage, user: int = EXECUTOR) -> None:
    """Press the button of a stage, which need not be on the page."""
    now = (await college.dossier(request)).request
    await college.forge(str(Press(now.id, now.version, Verb.COLLEGE_DO, (wanted.value,))), user)


async def show(college: Campus, sent: SentFile) -> None:
    """Send a photo or a document."""
    address = Address("telegram", str(EXECUTOR))
    await college.ward.send(lambda row: CitizenEvent(row, address, EXECUTOR, EXECUTOR, sent))


# The six stages


async def test_TR_18_a_document_goes_through_six_stages_and_each_keeps_who_and_when(college: Campus) -> None:
    request = await college.asked()
    await ready_main(college, request)
    college.clock.forward(3600)
    await college.press("college_in_person")
    await college.say("удостоверение 012345678")
    await college.press("college_to_issued")
    marks = await training.marks(college.db.reader, request.id)
    assert [mark.step for mark in marks] == [
        Stage.REGISTERED,
        Stage.ASSIGNED,
        Stage.DRAFTED,
        Stage.SIGNED,
        Stage.READY,
        Stage.ISSUED,
    ]
    assert {mark.actor for mark in marks[1:]} == {f"staff:{EXECUTOR}"}
    assert marks[-1].at == FRIDAY_TEN + timedelta(hours=1)
    assert len(college.told()) == 5
    assert "Ваш документ готов" in college.told()[3]


@pytest.mark.parametrize("wanted", [Stage.DRAFTED, Stage.SIGNED, Stage.READY, Stage.ISSUED, Stage.REGISTERED])
async def test_TR_18_a_stage_out_of_order_is_refused_and_the_stage_it_is_in_is_named(
    college: Campus, wanted: Stage
) -> None:
    request = await college.asked()
    await college.open(request)
    await step(college, request, wanted)
    words = college.ward.read(EXECUTOR)[-1]
    assert "сейчас на этапе: зарегистрирована" in words
    assert "Следующий этап: передана ответственному сотруднику" in words
    assert await college.stage(request) is Stage.REGISTERED
    assert college.told() == []


@pytest.mark.parametrize("wanted", [Stage.REFUSED, Stage.CANCELLED])
async def test_TR_18_nobody_refuses_or_cancels_by_a_forged_button(college: Campus, wanted: Stage) -> None:
    request = await college.asked()
    await college.open(request)
    await step(college, request, wanted)
    assert await college.stage(request) is Stage.REGISTERED
    assert college.told() == []


async def test_TR_18_a_stage_cannot_be_pressed_twice_nor_taken_back(college: Campus) -> None:
    request = await college.asked()
    await college.drafted_main(request)
    for wanted in (Stage.DRAFTED, Stage.ASSIGNED):
        await step(college, request, wanted)
        assert "сейчас на этапе: документ оформлен" in college.ward.read(EXECUTOR)[-1]
    assert await college.stage(request) is Stage.DRAFTED
    assert len(await training.marks(college.db.reader, request.id)) == 3


async def test_TR_18_a_stage_without_what_it_needs_is_refused_and_what_is_missing_named(
    college: Campus,
) -> None:
    request = await college.asked()
    await college.taken(request)
    await college.press("college_identity_card")
    await step(college, request, Stage.DRAFTED)
    words = college.ward.read(EXECUTOR)[-1]
    assert "не хватает" in words
    assert "обходной лист" in words
    assert "– удостоверение личности" not in words
    assert await college.stage(request) is Stage.ASSIGNED


async def test_TR_18_a_button_of_an_older_state_does_nothing(college: Campus) -> None:
    request = await college.asked()
    await college.drafted_main(request)
    before = await college.dossier(request)
    await college.press("college_debt")
    await college.say("Книги из библиотеки")
    await college.press("college_clear")
    old = Press(request.id, before.request.version, Verb.COLLEGE_DO, (Stage.SIGNED.value,))
    await college.forge(str(old))
    assert "за это время что-то изменилось" in college.ward.read(EXECUTOR)[-1]


async def test_TR_18_a_request_is_passed_to_a_colleague_who_is_told(college: Campus) -> None:
    request = await college.asked()
    await college.open(request, HEAD)
    await college.press("give", HEAD)
    assert "Кто оформляет документ?" in college.page(HEAD).text
    await college.ward.press(HEAD, "сотрудник колледжа 2", chat=HEAD)
    assert (await college.dossier(request)).office.executor == COLLEAGUE
    assert await college.stage(request) is Stage.ASSIGNED
    assert "теперь оформляете вы" in college.last(COLLEAGUE)


async def test_TR_18_who_did_what_when_is_read_on_its_card_and_the_look_is_kept(college: Campus) -> None:
    request = await college.asked(Asked.DUPLICATE)
    await college.taken(request)
    await college.press("details")
    words = college.last()
    assert NAME in words
    assert STORY in words
    assert ORIGINAL in words
    assert f"ИИН оканчивается на: {college.iin.last_four}" in words
    assert college.iin.digits not in words
    assert "20 ноября 2026 года, 10:00: зарегистрирована. Сам заявитель" in words
    assert "передана ответственному сотруднику. сотрудник колледжа 1" in words
    [looked] = await rows(college, "SELECT subject FROM audit WHERE action = 'training.details_opened'")
    assert looked == (f"training_request:{request.id}",)


async def test_TR_18_who_resolved_and_who_signed_is_kept_with_the_stage(college: Campus) -> None:
    request = await college.asked()
    await signed_main(college, request)
    await college.press("details")
    assert "Резолюцию поставил заместитель: Оспанов Б. А." in college.last()
    assert "Подписал руководитель: Қасымов Т. Е." in college.last()


async def test_what_is_held_says_who_looked_at_whose_request(college: Campus) -> None:
    request = await college.asked()
    await college.taken(request)
    await college.press("details")
    [look] = [one for one in await own_data.looks(college.db.reader, str(college.person_id)) if one.number]
    assert (look.what, look.number, look.clinic_no, look.role) == (
        "training",
        request.number,
        COLLEGE,
        "college",
    )


async def rows(college: Campus, sql: str) -> list[tuple[Any, ...]]:
    [found] = await college.db.read([(Statement("test", sql, ()), {})])
    return [tuple(row) for row in found]


# Papers, signatures, payment


async def test_TR_09_a_page_shows_no_name_and_no_iin(college: Campus) -> None:
    request = await college.asked(Asked.DUPLICATE)
    await ready_duplicate(college, request)
    shown = "\n".join(college.ward.read(EXECUTOR))
    assert "Әлімова" not in shown
    assert college.iin.digits not in shown
    assert STORY not in shown


async def test_TR_04_a_main_document_is_entered_for_issue_with_form_seal_and_one_signature(
    college: Campus,
) -> None:
    request = await college.asked()
    await signed_main(college, request)
    await step(college, request, Stage.READY)
    words = college.ward.read(EXECUTOR)[-1]
    assert "бланк" in words
    assert "печать" in words
    for key in ("college_form", "college_seal"):
        await college.press(key)
    await college.press("college_number")
    await college.say("ТКБ № 0777001")
    await college.press("college_to_ready")
    assert await college.stage(request) is Stage.READY


async def test_X_15_a_main_document_may_be_signed_by_the_deputy_and_a_duplicate_by_both_alone(
    college: Campus,
) -> None:
    main = await college.asked()
    await college.drafted_main(main)
    assert college.words("staff.button.college_signed_deputy") in labels(college)
    await college.press("college_resolution")
    await college.say("Оспанов Б. А.")
    await college.press("college_signed_deputy")
    await college.say("Оспанов Б. А.")
    await college.press("college_to_signed")
    assert await college.stage(main) is Stage.SIGNED
    college.ward.chats.clear()
    duplicate = await college.asked(Asked.DUPLICATE)
    await college.taken(duplicate)
    await college.press("college_identity_card")
    await college.noticed()
    await college.decided(duplicate)
    await college.open(duplicate)
    await college.press("college_to_drafted")
    assert college.words("staff.button.college_signed_head") not in labels(college)
    forged = (await college.dossier(duplicate)).request
    await college.forge(str(Press(forged.id, forged.version, Verb.COLLEGE_ENTER, ("signed_head",))))
    assert "На этом этапе это не вносят" in college.ward.read(EXECUTOR)[-1]


async def test_TR_10_a_duplicate_is_not_ready_before_amount_and_date_of_its_payment(college: Campus) -> None:
    request = await college.asked(Asked.DUPLICATE)
    await signed_duplicate(college, request)
    for key in ("college_form", "college_stamp"):
        await college.press(key)
    assert college.words("staff.button.college_to_ready") not in labels(college)
    await step(college, request, Stage.READY)
    assert "платёжный документ: сумма и дата" in college.ward.read(EXECUTOR)[-1]
    await college.press("college_payment")
    await college.say("бесплатно")
    assert "Напишите сумму цифрами" in college.last()
    await college.say("3500")
    await college.say("21.11.2026")
    assert "ещё не наступил" in college.last()
    await college.say("20.11.2026")
    assert "Оплата: 3500 тенге, 20 ноября 2026 года" in college.last()
    await college.press("college_to_ready")
    assert await college.stage(request) is Stage.READY


async def test_TR_10_there_is_no_payment_for_the_document_itself(college: Campus) -> None:
    request = await college.asked()
    await college.taken(request)
    assert college.words("staff.button.college_payment") not in labels(college)
    now = (await college.dossier(request)).request
    await college.forge(str(Press(now.id, now.version, Verb.COLLEGE_ENTER, ("payment",))))
    assert "это не вносят" in college.ward.read(EXECUTOR)[-1]


# The decision


async def test_TR_13_a_decision_dated_before_the_loss_notice_is_rejected_with_the_notices_day(
    college: Campus,
) -> None:
    request = await college.asked(Asked.DUPLICATE)
    college.clock.forward(5 * 86400)
    await college.taken(request)
    await college.noticed("Алматы ақшамы\n№ 137\n24.11.2026")
    await college.decided(request, "23.11.2026")
    assert "Решение не может быть раньше объявления об утере" in college.last(HEAD)
    assert "24 ноября 2026 года" in college.last(HEAD)
    assert (await college.dossier(request)).office.entered.decision is None
    await college.say("25.11.2026", HEAD)
    assert "Решение руководителя: 25 ноября 2026 года" in college.last(HEAD)


async def test_TR_13_a_decision_without_a_loss_notice_or_before_the_application_is_rejected(
    college: Campus,
) -> None:
    request = await college.asked(Asked.DUPLICATE)
    await college.decided(request)
    assert "Сначала записывается объявление об утере" in college.last(HEAD)
    await college.taken(request)
    await college.noticed("Алматы ақшамы\n№ 130\n10.11.2026")
    await college.decided(request, "19.11.2026")
    assert "раньше заявления" in college.last(HEAD)


async def test_TR_13_only_the_head_or_who_acts_for_them_decides(college: Campus) -> None:
    request = await college.asked(Asked.DUPLICATE)
    await college.taken(request)
    await college.noticed()
    assert not [label for label in labels(college) if "Решение" in label]
    now = (await college.dossier(request)).request
    await college.forge(str(Press(now.id, now.version, Verb.COLLEGE_DECIDE, ("decision_head",))))
    assert "Это работа сотрудников колледжа" in college.last()
    # Nor by the button for whatever is typed.
    await college.forge(str(Press(now.id, now.version, Verb.COLLEGE_ENTER, ("decision_head",))))
    assert (await college.dossier(request)).office.entered.decision is None
    await college.open(request, HEAD)
    await college.press("college_decision_acting", HEAD)
    await college.say("20.11.2026", HEAD)
    assert "Решение лица, замещающего руководителя: 20 ноября 2026 года" in college.last(HEAD)


async def test_TR_13_a_notice_that_is_entered_anew_wants_its_decision_anew(college: Campus) -> None:
    request = await college.asked(Asked.DUPLICATE)
    await college.taken(request)
    await college.noticed()
    await college.decided(request)
    await college.open(request)
    await college.press("college_notice")
    await college.say("Егемен Қазақстан\n№ 220\n18.11.2026")
    await college.press("stop_typing")
    entered = (await college.dossier(request)).office.entered
    assert entered.notice is not None
    assert entered.notice.periodical == "Егемен Қазақстан"
    assert entered.decision is None


async def test_G_26_a_notice_is_name_number_and_date_with_a_picture_that_is_kept_sealed(
    college: Campus,
) -> None:
    request = await college.asked(Asked.DUPLICATE)
    await college.taken(request)
    await college.press("college_notice")
    await college.say("Алматы ақшамы")
    assert "номер издания" in college.last()
    await college.say("без номера")
    assert "Здесь нет номера" in college.last()
    await college.say("?!")
    assert "Ответа не видно" in college.last()
    await college.say("№ 135")
    await college.say("31.11.2026")
    assert "Такой даты нет" in college.last()
    await college.say("19.11.2026")
    assert "прислать его снимок" in college.last()
    # Words are no picture: they are the citizen's talk of whoever writes them.
    assert not await college.say("вот снимок")
    await show(college, SentFile("photo", "AgACAgIAAxkB", size=90_000))
    assert "✓ Снимок объявления есть" in college.last()
    assert "Объявление об утере: «Алматы ақшамы», № 135, 19 ноября 2026 года" in college.last()
    [[sealed]] = await rows(college, "SELECT office FROM training_requests")
    assert b"AgACAgIAAxkB" not in bytes(sealed)


# A debt


async def test_TR_11_a_debt_suspends_the_service_stops_its_clock_and_names_the_clause(
    college: Campus,
) -> None:
    request = await college.asked()
    await college.drafted_main(request)
    await college.press("college_debt")
    await college.say("Три книги из библиотеки")
    assert "Приостановлено из-за задолженности (пункт 13 регламента)" in college.last()
    told = college.told()[-1]
    assert "пункт 13" in told
    assert "Три книги" not in told
    await step(college, request, Stage.SIGNED)
    assert "Сначала устраняется задолженность" in college.ward.read(EXECUTOR)[-1]
    # Past its term by far: while it stands nothing is late, and nobody is told so.
    await college.at(datetime(2026, 12, 22, 5, 0, tzinfo=UTC))
    assert college.told()[-1] == told
    assert not (await college.dossier(request)).is_late(college.clock.now())


async def test_TR_11_once_the_debt_is_cleared_what_was_left_of_the_term_is_left(college: Campus) -> None:
    request = await college.asked()
    await college.drafted_main(request)
    await college.press("college_debt")
    await college.say("Оплата за общежитие")
    # All fifteen working days are left; 1 and 7 January are days off.
    college.clock.at = datetime(2026, 12, 31, 5, 0, tzinfo=UTC)
    await college.press("college_clear")
    dossier = await college.dossier(request)
    assert dossier.request.suspended_on is None
    assert dossier.request.due_on == date(2027, 1, 25)
    assert "Новый срок: 25 января 2027 года" in college.told()[-1]
    marks = [mark.step for mark in await training.marks(college.db.reader, request.id)]
    assert marks[-2:] == [Pause.SUSPENDED, Pause.RESUMED]
    assert dossier.stage is Stage.DRAFTED


async def test_TR_11_a_term_that_was_over_before_the_debt_is_called_no_new_one(college: Campus) -> None:
    request = await college.asked()
    await college.drafted_main(request)
    await college.at(datetime(2026, 12, 16, 5, 0, tzinfo=UTC))
    await college.open(request)
    await college.press("college_debt")
    await college.say("Книги")
    assert "Это не отказ" in college.told()[-1]
    college.clock.at = datetime(2026, 12, 21, 5, 0, tzinfo=UTC)
    await college.press("college_clear")
    assert "Новый срок" not in college.told()[-1]
    assert "Срок прошёл ещё до приостановки: 11 декабря 2026 года" in college.told()[-1]


async def test_TR_11_of_a_document_that_is_ready_it_is_said_that_it_can_be_taken_now(college: Campus) -> None:
    request = await college.asked()
    await ready_main(college, request)
    await college.press("college_debt")
    await college.say("Книги")
    await college.press("college_clear")
    assert "Документ готов, его можно получить" in college.told()[-1]
    assert "09:00–13:00, 14:00–17:00" in college.told()[-1]


async def test_TR_11_a_debt_is_found_once_and_cleared_once(college: Campus) -> None:
    request = await college.asked()
    await college.taken(request)
    await college.press("college_debt")
    await college.say("Книги")
    now = (await college.dossier(request)).request
    await college.forge(str(Press(now.id, now.version, Verb.COLLEGE_ENTER, ("debt",))))
    assert "это не вносят" in college.ward.read(EXECUTOR)[-1]
    clear = str(Press(now.id, now.version, Verb.COLLEGE_DO, ("clear",)))
    await college.forge(clear)
    await college.forge(clear)
    assert "что-то изменилось" in college.ward.read(EXECUTOR)[-1]
    assert len(await training.marks(college.db.reader, request.id)) == 4


# Handing over


async def test_TR_06_a_document_is_handed_to_its_owner_who_shows_who_they_are(college: Campus) -> None:
    request = await college.asked()
    await ready_main(college, request)
    assert college.words("staff.button.college_to_issued") not in labels(college)
    await step(college, request, Stage.ISSUED)
    assert "владелец или человек с доверенностью" in college.ward.read(EXECUTOR)[-1]
    await college.press("college_in_person")
    await college.say("удостоверение 012345678")
    await college.press("college_to_issued")
    await college.press("details")
    assert f"Получает: {NAME}. Документ: удостоверение 012345678" in college.last()


async def test_TR_06_G_28_another_person_needs_a_power_of_attorney_and_shows_who_they_are(
    college: Campus,
) -> None:
    request = await college.asked()
    await ready_main(college, request)
    await college.press("college_attorney")
    await college.say("Ким 5")
    assert "не похоже на имя" in college.last()
    await college.say("Ким Анна Петровна")
    await college.say("удостоверение 098765432")
    await college.say("15-77")
    await college.say("21.11.2026")
    assert "ещё не наступил" in college.last()
    await college.say("18.11.2026")
    assert await college.stage(request) is Stage.READY
    await college.say("нотариус Ахметова")
    assert "Пришлите её снимок или копию" in college.last()
    await college.press("stop_typing")
    await college.press("college_to_issued")
    await college.press("details")
    assert "Получает: Ким Анна Петровна. Документ: удостоверение 098765432" in college.last()
    assert "Доверенность: № 15-77, 18 ноября 2026 года. Кем удостоверена: нотариус Ахметова" in college.last()
    # Whose document another person took learns it, and what to do if nobody was sent.
    assert "выдан на руки человеку с доверенностью" in college.told()[-1]
    assert "сразу позвоните в колледж" in college.told()[-1]


ATTORNEY = "Ким Анна Петровна\nудостоверение 098765432\n15-77\n18.11.2026\nнотариус Ахметова"


async def test_G_28_a_copy_of_the_power_of_attorney_is_kept_sealed_and_can_be_opened(college: Campus) -> None:
    request = await college.asked()
    await ready_main(college, request)
    await college.press("college_attorney")
    await college.say(ATTORNEY)
    await show(college, SentFile("document", "BQACAgIAAxkB", "copy.pdf", "application/pdf", 90_000))
    assert "✓ Копия доверенности есть" in college.last()
    [[sealed]] = await rows(college, "SELECT office FROM training_requests")
    assert b"BQACAgIAAxkB" not in bytes(sealed)
    await college.press("college_see_attorney_scan")
    [[looks]] = await rows(college, "SELECT count(*) FROM audit WHERE action = 'training.details_opened'")
    assert looks == 1


async def test_G_28_without_a_power_of_attorney_there_is_no_copy_to_keep(college: Campus) -> None:
    request = await college.asked()
    await ready_main(college, request)
    await college.press("college_attorney")
    await college.say(ATTORNEY)
    await show(college, SentFile("photo", "AgACAgIAAxkB", size=90_000))
    now = (await college.dossier(request)).request
    await college.forge(str(Press(now.id, now.version, Verb.COLLEGE_ENTER, ("in_person",))))
    await college.say("удостоверение 012345678")
    office = (await college.dossier(request)).office
    assert not office.has(Entry.ATTORNEY_SCAN)
    await college.forge(str(Press(now.id, now.version, Verb.COLLEGE_ENTER, ("attorney_scan",))))
    assert "это не вносят" in college.ward.read(EXECUTOR)[-1]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SentFile("document", "B1", "notice.exe", "application/x-msdownload", 90_000), "PDF или DOCX"),
        (SentFile("document", "B2", "notice.pdf", "application/pdf", 30 * 1_048_576), "не больше 20 МБ"),
    ],
)
async def test_a_picture_of_a_forbidden_kind_or_of_30_megabytes_is_asked_for_again(
    college: Campus, file: SentFile, words: str
) -> None:
    request = await college.asked(Asked.DUPLICATE)
    await college.taken(request)
    await college.press("college_notice")
    await college.say("Алматы ақшамы\n№ 135\n19.11.2026")
    await show(college, file)
    assert words in college.last()
    await show(college, SentFile("photo", "AgACAgIAAxkB", size=90_000))
    assert "✓ Снимок объявления есть" in college.last()
    await college.open(request, HEAD)
    await college.press("college_see_scan", HEAD)
    assert (await college.dossier(request)).office.facts(Entry.SCAN)["file"] == "AgACAgIAAxkB"


async def test_TR_18_of_two_who_take_a_new_request_the_second_takes_it_from_nobody(college: Campus) -> None:
    request = await college.asked()
    await college.open(request, COLLEAGUE)
    await college.taken(request)
    await college.press("take", COLLEAGUE)
    assert "что-то изменилось" in college.ward.read(COLLEAGUE)[-1]
    assert (await college.dossier(request)).office.executor == EXECUTOR


async def test_TR_07_nothing_is_issued_by_itself_however_long_it_is_ready(college: Campus) -> None:
    request = await college.asked()
    await ready_main(college, request)
    told = len(college.told())
    await college.at(datetime(2027, 3, 1, 5, 0, tzinfo=UTC))
    assert await college.stage(request) is Stage.READY
    assert len(college.told()) == told


async def test_TR_12_the_number_of_an_issued_document_is_the_original_of_a_later_duplicate(
    college: Campus,
) -> None:
    request = await college.asked()
    await ready_main(college, request)
    await college.press("college_in_person")
    await college.say("удостоверение 012345678")
    await college.press("college_to_issued")
    record = await training.graduation(college.db.reader, request.graduate_id)
    assert record is not None
    assert record.original_no == "ТКБ № 0777001"


async def test_G_76_a_changed_name_is_noted_on_the_card_and_the_name_stays_the_originals(
    college: Campus,
) -> None:
    request = await college.asked(Asked.DUPLICATE)
    await college.taken(request)
    await college.press("college_name_change")
    await college.say("свидетельство 77-1 от 05.03.2025")
    assert "свидетельство 77-1 от 05.03.2025. В документе остаётся прежнее имя" in college.last()
    dossier = await college.dossier(request)
    assert dossier.record is not None
    assert dossier.record.full_name == NAME


# The desk


async def taken_in(college: Campus, iin: str) -> None:
    await college.ward.write(EXECUTOR, Command("college"))
    await college.press("college_intake")
    await college.say(iin)


async def test_TR_17_papers_handed_in_at_the_desk_get_number_and_date_and_a_receipt(college: Campus) -> None:
    await college.graduate()
    await taken_in(college, college.iin.digits)
    assert NAME in college.last()
    await college.ward.press(EXECUTOR, "Документ: Мейіргер ісі, 2026", chat=EXECUTOR)
    words = college.last()
    assert "Номер: 90-000001. Дата: 20 ноября 2026 года, 10:00" in words
    assert "удостоверение личности" in words
    assert "обходной лист" in words
    request = await training.by_number(college.db.reader, "90-000001")
    assert request is not None
    assert (request.came_by, request.asked, request.person_id) == ("desk", Asked.MAIN, str(college.person_id))
    await college.press("college_receipt")
    assert "Расписка № 90-000001" in college.last()


async def test_G_74_what_was_entered_at_the_desk_by_mistake_is_taken_back_there_before_it_is_taken_on(
    college: Campus,
) -> None:
    await college.graduate()
    await taken_in(college, college.iin.digits)
    await college.ward.press(EXECUTOR, "Документ: Мейіргер ісі, 2026", chat=EXECUTOR)
    [request] = await training.open_requests(college.db.reader)
    await college.open(request)
    await college.press("college_withdraw")
    assert "внесена по ошибке" in college.last()
    assert await college.stage(request) is Stage.REGISTERED
    await college.press("college_withdrawn")
    assert await college.stage(request) is Stage.CANCELLED
    await college.at(datetime(2027, 1, 20, 5, 0, tzinfo=UTC))
    assert await training.open_requests(college.db.reader) == ()


async def test_G_74_what_a_citizen_sent_is_taken_back_by_nobody_of_the_college(college: Campus) -> None:
    request = await college.asked()
    await college.open(request)
    assert college.words("staff.button.college_withdraw") not in labels(college)
    now = (await college.dossier(request)).request
    await college.forge(str(Press(now.id, now.version, Verb.COLLEGE_DO, ("withdrawn",))))
    assert await college.stage(request) is Stage.REGISTERED


async def test_X_14_a_duplicate_is_taken_in_too_with_the_story_of_its_loss(college: Campus) -> None:
    await college.graduate(original=ORIGINAL)
    await taken_in(college, college.iin.digits)
    assert not [label for label in labels(college) if label.startswith("Документ")]
    await college.ward.press(EXECUTOR, "Дубликат: Мейіргер ісі, 2026", chat=EXECUTOR)
    await college.say("нет")
    assert "Слишком коротко" in college.last()
    await college.say(STORY)
    request = await training.by_number(college.db.reader, "90-000001")
    assert request is not None
    assert (request.asked, request.story, request.due_on) == (Asked.DUPLICATE, STORY, date(2026, 12, 20))


async def test_TR_02_whoever_is_no_graduate_is_not_accepted_and_it_is_said_what_to_do(
    college: Campus,
) -> None:
    await taken_in(college, made_up_iin().digits)
    assert "нет в списке выпускников" in college.last()
    assert "учебная часть" in college.last()


async def test_a_second_request_for_the_same_is_led_to_the_first(college: Campus) -> None:
    graduate_id = await college.graduate()
    for _ in range(2):
        await taken_in(college, college.iin.digits)
        await college.ward.press(EXECUTOR, "Документ: Мейіргер ісі, 2026", chat=EXECUTOR)
    assert "уже открыта: № 90-000001" in college.last()
    assert len(await training.of_graduate(college.db.reader, graduate_id)) == 1


async def test_an_iin_that_is_none_is_asked_for_again(college: Campus) -> None:
    await taken_in(college, "12345")
    assert "Это не ИИН" in college.last()


# The piles, rights, and what is typed


async def test_the_piles_count_what_is_new_mine_late_and_ready(college: Campus) -> None:
    first, second = await college.asked(), await college.asked()
    await college.taken(first)
    college.clock.at = datetime(2026, 12, 14, 5, 0, tzinfo=UTC)
    await college.ward.write(EXECUTOR, Command("college"))
    counts = [label for label, _ in college.page().buttons][:5]
    assert counts == [
        "Новые: 1",
        "У меня: 1",
        "Просрочены: 2",
        "Готовы к выдаче: 0",
        "Все открытые: 2",
    ]
    await college.press("college_late", count=2)
    assert f"№ {first.number} · документ об обучении" in college.page().text
    assert "ПРОСРОЧЕНО" in college.page().text
    await college.press("queue_open", number=second.number)
    assert "Срок прошёл: 11 декабря 2026 года" in college.page().text


@pytest.mark.parametrize("text", ["Оспанов 5", "-", "Б" * 200])
async def test_what_cannot_be_a_name_is_asked_for_again_and_nothing_is_lost(
    college: Campus, text: str
) -> None:
    request = await college.asked()
    await college.drafted_main(request)
    await college.press("college_resolution")
    await college.say(text)
    assert "Напишите фамилию и инициалы" in college.last()
    await college.say("Оспанов Б. А.")
    assert "Заместитель поставил резолюцию" in college.last()


async def test_what_was_typed_halfway_is_erased_after_a_day(college: Campus) -> None:
    request = await college.asked(Asked.DUPLICATE)
    await college.taken(request)
    await college.press("college_notice")
    await college.say("Алматы ақшамы")
    college.clock.forward(2 * 86400)
    await college.ward.tick()
    _, kept = await conversations.of_address(college.db.reader, Address("telegram", f"staff:{EXECUTOR}"))
    assert kept is None


async def test_words_for_a_form_are_not_taken_from_whoever_lost_the_role_meanwhile(college: Campus) -> None:
    request = await college.asked()
    await college.drafted_main(request)
    await college.press("college_resolution")
    async with college.db.transaction() as tx:
        await staff.leave(tx, EXECUTOR, COLLEGE, "operator", college.clock.now())
    await college.say("Оспанов Б. А.")
    assert not (await college.dossier(request)).office.entered.resolution


async def test_S33_the_head_of_a_clinic_has_no_college(college: Campus) -> None:
    async with college.db.transaction() as tx:
        staff.join(tx, NewMember(503, 5, "head", "ru"), college.clock.now())
    request = await college.asked()
    for verb, args in (
        (Verb.COLLEGE_SEE, ()),
        (Verb.COLLEGE_DO, ("take",)),
        (Verb.COLLEGE_FILE, ("receipt",)),
    ):
        await college.ward.press(
            503, "", chat=503, data=str(Press(request.id, 1, verb, args)), message=college.page()
        )
    await college.ward.press(
        503, "", chat=503, data=str(Press(NO_REQUEST, COLLEGE, Verb.COLLEGE)), message=college.page()
    )
    await college.ward.write(503, Command("college"))
    assert "Это работа сотрудников колледжа" in college.last(503)
    assert request.number not in json.dumps(college.ward.read(503), ensure_ascii=False)
    assert await college.stage(request) is Stage.REGISTERED


@pytest.mark.parametrize("tongue", ["kk", "ru"])
async def test_all_of_it_is_said_in_both_languages(tmp_path: Path, tongue: Language) -> None:
    async with campus(tmp_path, tongue) as college:
        request = await college.asked(Asked.DUPLICATE)
        await ready_duplicate(college, request)
        await college.press("college_in_person")
        await college.say("012345678")
        await college.press("college_to_issued")
        assert await college.stage(request) is Stage.ISSUED
        assert request.number in college.told()[-1]


TYPED = {
    "periodical": "Алматы ақшамы", "number": "№ 135", "on": "20.11.2026", "amount": "3500",
    "name": "Оспанов Б. А.", "head": "Қасымов Т. Е.", "deputy": "Оспанов Б. А.",
    "document": "012345678", "attorney": "15-7", "issuer": "нотариус", "words": "Книги",
    "certificate": "77-1",
}  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("asked", list(Asked))
async def test_TR_18_whatever_is_pressed_in_whatever_order_the_six_stages_keep_theirs(
    college: Campus, asked: Asked, seed: int
) -> None:
    request, chance = await college.asked(asked), random.Random(seed)
    await college.open(request)
    ways = [(Verb.COLLEGE_DO, stage.value) for stage in Stage]
    ways += [(Verb.COLLEGE_DO, what) for what in ("take", "clear")]
    ways += [(Verb.COLLEGE_ENTER, tick.value) for tick in sorted(TICKS)]
    ways += [(Verb.COLLEGE_ENTER, form.value) for form in Form]
    for _ in range(90):
        now = (await college.dossier(request)).request
        verb, what = chance.choice(ways)
        user = EXECUTOR
        if what.startswith("decision"):
            verb, user = Verb.COLLEGE_DECIDE, HEAD
            await college.open(request, HEAD)
        await college.forge(str(Press(now.id, now.version, verb, (what,))), user)
        if verb is not Verb.COLLEGE_DO and what in tuple(Form):
            for field in fields_of(Form(what)):
                await college.say(TYPED.get(field, "-"), user)
    marks = await training.marks(college.db.reader, request.id)
    stages = [mark.step for mark in marks if mark.step not in tuple(Pause)]
    assert stages == list(STAGES[: len(stages)])
    pauses = [mark.step for mark in marks if mark.step in tuple(Pause)]
    assert pauses == [Pause.SUSPENDED, Pause.RESUMED] * (len(pauses) // 2) + [Pause.SUSPENDED] * (
        len(pauses) % 2
    )
    entered = (await college.dossier(request)).office.entered
    if Stage.READY in stages and asked is Asked.DUPLICATE:
        assert entered.payment
        assert entered.notice
        assert entered.decision
