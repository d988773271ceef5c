"""The moments of the college's requests: reminders, two thirds, the end of a term, the city; who is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.college import announcing
from rules.training import COLLEGE, Asked, Stage, Term
from storage import due, outbox, staff, training
from storage.training import NewTraining, Training
from tests.bot.campus import COLLEAGUE, EXECUTOR, HEAD, Campus, campus
from tests.bot.test_college_room import ATTORNEY, ready_main, rows, signed_duplicate
from tests.bot.ward import CITIZEN, CITY, WORKER


@pytest_asyncio.fixture
async def college(tmp_path: Path) -> AsyncIterator[Campus]:
    async with campus(tmp_path) as opened:
        yield opened


def local(day: date, hour: int, minute: int = 0) -> datetime:
    """An hour of Almaty, in UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=5)


async def lived(college: Campus, until: date) -> None:
    """Let everything until that day's midnight fall due, each thing at its own moment."""
    while (coming := await due.next_due(college.db.reader)) and coming < local(until, 0):
        await college.at(max(coming, college.clock.at))
    await college.at(local(until, 0))


# G-29: what is missing


async def test_G_29_what_is_missing_is_told_on_the_tenth_and_the_twentieth_day_and_the_clock_goes(
    college: Campus,
) -> None:
    request = await college.asked(Asked.DUPLICATE)
    await college.at(local(date(2026, 11, 30), 8, 59))
    assert college.told() == []
    await college.at(local(date(2026, 11, 30), 9))
    [first] = college.told()
    assert "он не останавливается" in first
    assert "объявление об утере" in first
    assert "платёжный документ" in first
    await college.taken(request)
    await college.noticed()
    await college.at(local(date(2026, 12, 10), 9))
    second = college.told()[-1]
    assert "объявление об утере" not in second
    assert "платёжный документ" in second
    assert (await college.dossier(request)).request.due_on == date(2026, 12, 20)


async def test_G_29_whoever_has_brought_everything_is_reminded_of_nothing(college: Campus) -> None:
    request = await college.asked(Asked.DUPLICATE)
    await college.taken(request)
    await college.noticed()
    await college.press("college_payment")
    await college.say("3500\n20.11.2026")
    told = len(college.told())
    await lived(college, date(2026, 12, 12))
    assert len(college.told()) == told


async def test_G_29_at_the_term_it_is_refused_with_what_was_missing_and_a_new_application_is_free(
    college: Campus,
) -> None:
    request = await college.asked(Asked.DUPLICATE)
    await college.taken(request)
    await college.noticed()
    await lived(college, date(2026, 12, 20))
    assert await college.stage(request) is Stage.ASSIGNED
    await lived(college, date(2026, 12, 22))
    assert await college.stage(request) is Stage.REFUSED
    refused = college.told()[-1]
    assert "платёжный документ с суммой и датой" in refused
    assert "объявление об утере" not in refused
    assert "можно подать новую заявку" in refused
    assert "пункты 8 и 14" in refused
    found = await training.by_id(college.db.reader, request.id)
    assert found is not None
    assert found.ground == "not_brought"
    assert "отправлен мотивированный отказ" in college.last()
    again = await college.asked(Asked.DUPLICATE)
    assert again.number != request.number


async def test_G_29_a_signed_duplicate_that_was_never_paid_is_refused_at_the_term_too(
    college: Campus,
) -> None:
    request = await college.asked(Asked.DUPLICATE)
    await signed_duplicate(college, request)
    await college.at(local(date(2026, 12, 21), 9))
    assert await college.stage(request) is Stage.REFUSED


async def test_G_47_nobody_is_woken_by_a_refusal_at_midnight(college: Campus) -> None:
    await college.asked(Asked.DUPLICATE)
    await college.at(local(date(2026, 12, 21), 0))
    assert not [text for text in college.told() if "дубликат не выдан" in text]
    await college.at(local(date(2026, 12, 21), 8))
    assert "дубликат не выдан" in college.told()[-1]


# Terms


async def test_TR_05_after_two_thirds_of_the_term_whoever_has_it_and_the_head_are_reminded(
    college: Campus,
) -> None:
    request = await college.asked()
    await college.taken(request)
    before = len(college.ward.read(HEAD)) if str(HEAD) in college.ward.chats else 0
    await college.at(local(date(2026, 12, 4), 9))
    assert "прошло две трети срока" in college.last(EXECUTOR)
    assert "Должно быть готово: 11 декабря 2026 года" in college.last(HEAD)
    assert len(college.ward.read(HEAD)) == before + 1


async def test_TR_05_the_last_day_of_the_term_is_in_time_and_the_next_is_not(college: Campus) -> None:
    request = await college.asked()
    await college.taken(request)
    await college.at(local(date(2026, 12, 11), 23, 59))
    assert (await college.dossier(request)).request.breached_at is None
    await college.at(local(date(2026, 12, 12), 0))
    assert (await college.dossier(request)).request.breached_at is not None
    await college.at(local(date(2026, 12, 12), 8))
    late = college.told()[-1]
    assert "документ в срок не готов" in late
    buttons = [data for _, data in college.ward.chats[str(CITIZEN)][-1].buttons]
    assert f"a:start:complaint:training:{request.id}" in buttons
    assert "срок прошёл" in college.last(HEAD)


async def test_TR_14_a_duplicate_with_everything_brought_is_late_and_not_refused(college: Campus) -> None:
    request = await college.asked(Asked.DUPLICATE)
    await signed_duplicate(college, request)
    await college.press("college_payment")
    await college.say("3500\n20.11.2026")
    await college.at(local(date(2026, 12, 21), 9))
    assert await college.stage(request) is Stage.SIGNED
    assert "документ в срок не готов" in college.told()[-1]


async def test_the_city_learns_the_number_alone_on_three_working_days_and_the_citizen_once(
    college: Campus,
) -> None:
    request = await college.asked()
    await college.taken(request)
    # Friday 11 December is the last day; 16 December is a day off.
    await lived(college, date(2026, 12, 24))
    to_city = college.ward.read(CITY)
    assert len(to_city) == 3
    assert all(request.number in text and "Медицинский колледж" in text for text in to_city)
    assert not [text for text in to_city if "Әлімова" in text or "Сейітова" in text]
    assert len([text for text in college.told() if "всё ещё не готов" in text]) == 1
    assert not (await college.dossier(request)).request.closed_at


async def test_a_document_that_is_ready_is_late_no_more_and_waits_for_its_owner(college: Campus) -> None:
    request = await college.asked()
    await ready_main(college, request)
    told = len(college.told())
    await lived(college, date(2026, 12, 16))
    assert len(college.told()) == told
    assert (await college.dossier(request)).request.breached_at is None


async def test_what_its_citizen_took_back_leaves_no_clock(college: Campus) -> None:
    request = await college.asked(Asked.DUPLICATE)
    now = college.clock.now()
    async with college.db.transaction() as tx:
        moved = await training.move(tx, request, Stage.CANCELLED, f"person:{college.person_id}", now)
        assert moved is not None
        await outbox.put(tx, await announcing.cancelled(tx, moved, now), WORKER, now, now)
    assert await rows(college, "SELECT kind FROM due WHERE done_at IS NULL AND kind LIKE 'training%'") == []


async def test_S39_what_fell_due_while_the_service_was_down_is_done_once(college: Campus) -> None:
    request = await college.asked(Asked.DUPLICATE)
    # Down from the ninth day to the day after the term.
    await college.at(local(date(2026, 12, 22), 10))
    await college.at(local(date(2026, 12, 22), 11))
    assert await college.stage(request) is Stage.REFUSED
    assert len([text for text in college.told() if "дубликат не выдан" in text]) == 1


# Where the citizen is told


async def test_G_46_an_sms_goes_where_telegram_did_not_take_that_it_is_ready(college: Campus) -> None:
    request = await college.asked()
    college.ward.blocked.add(str(CITIZEN))
    await ready_main(college, request)
    await college.at(college.clock.at + timedelta(seconds=20))
    [sms] = [text for text in college.ward.read("+77011234567") if request.number in text]
    assert "готов" in sms
    assert "удостоверением" in sms


async def test_whoever_came_to_the_desk_is_told_by_sms_and_only_what_is_worth_one(college: Campus) -> None:
    graduate_id = await college.graduate()
    term = Term(date(2026, 11, 20), date(2026, 12, 11))
    new = NewTraining(Asked.MAIN, graduate_id, str(college.person_id), "desk", None, "ru", term)
    now = college.clock.now()
    async with college.db.transaction() as tx:
        request = await training.register(tx, new, now, f"staff:{EXECUTOR}")
        await outbox.put(tx, await announcing.announce(tx, request, now), WORKER, now, now)
    await ready_main(college, request)
    assert len([text for text in college.ward.read("+77011234567") if request.number in text]) == 1
    await college.press("college_attorney")
    await college.say(ATTORNEY)
    await college.press("stop_typing")
    await college.press("college_to_issued")
    # That another person took it is worth one more.
    assert "выдан по доверенности" in college.ward.read("+77011234567")[-1]


async def test_somebody_whom_nothing_can_reach_stops_no_stage(college: Campus) -> None:
    graduate_id = await college.graduate()
    term = Term(date(2026, 11, 20), date(2026, 12, 11))
    new = NewTraining(Asked.MAIN, graduate_id, None, "desk", None, "ru", term)
    now = college.clock.now()
    async with college.db.transaction() as tx:
        request: Training = await training.register(tx, new, now, f"staff:{EXECUTOR}")
        await outbox.put(tx, await announcing.announce(tx, request, now), WORKER, now, now)
    await ready_main(college, request)
    assert await college.stage(request) is Stage.READY
    assert request.clinic_no == COLLEGE


@pytest.mark.parametrize("key", ["Три книги", "Әлімова", "Сейітова"])
async def test_S18_no_name_and_no_debt_stands_in_the_audit(college: Campus, key: str) -> None:
    request = await college.asked()
    await college.taken(request)
    await college.press("college_debt")
    await college.say("Три книги")
    written = await rows(college, "SELECT actor, action, subject FROM audit")
    assert key not in str(written)


async def test_the_city_goes_on_being_told_after_a_debt_of_what_was_late_before_it(college: Campus) -> None:
    request = await college.asked()
    await college.drafted_main(request)
    await college.at(datetime(2026, 12, 11, 19, 30, tzinfo=UTC))
    await college.open(request)
    await college.press("college_debt")
    await college.say("Книги")
    college.clock.at = datetime(2026, 12, 21, 5, 0, tzinfo=UTC)
    await college.press("college_clear")
    await college.at(datetime(2026, 12, 21, 5, 1, tzinfo=UTC))
    await college.at(datetime(2026, 12, 22, 6, 0, tzinfo=UTC))
    assert "всё ещё не готов" in college.told()[-1]


async def test_TR_05_what_was_never_brought_is_named_where_a_document_is_late(college: Campus) -> None:
    request = await college.asked()
    await college.taken(request)
    await college.press("college_identity_card")
    await college.at(datetime(2026, 12, 12, 5, 0, tzinfo=UTC))
    late = next(words for words in college.told() if "в срок не готов" in words)
    assert "В колледж пока не принесли" in late
    assert "обходной лист" in late
    assert "– удостоверение личности" not in late


async def test_G_27_a_reminder_names_the_last_working_day_where_the_term_ends_on_a_sunday(
    college: Campus,
) -> None:
    await college.asked(Asked.DUPLICATE)
    await lived(college, date(2026, 12, 2))
    reminder = college.told()[-1]
    assert "Срок: 20 декабря 2026 года" in reminder
    assert "принимает документы: 18 декабря 2026 года" in reminder
    assert "09:00–13:00, 14:00–17:00" in reminder


async def test_what_somebody_held_who_has_left_is_everybodys_again(college: Campus) -> None:
    request = await college.asked()
    await college.taken(request)
    async with college.db.transaction() as tx:
        await staff.leave(tx, EXECUTOR, COLLEGE, "staff:903", college.clock.now())
    before = len(college.ward.read(COLLEAGUE))
    await lived(college, date(2026, 12, 8))
    assert any("две трети срока" in words for words in college.ward.read(COLLEAGUE)[before:])
