"""A doctor's rounds where a day does not go as planned: left over, erased, crowded, closed, late at night."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.telegram import LONGEST_TEXT
from bot.staff.press import Press, Verb
from dialogs.drafts import HappenedDraft
from storage import retention, rounds
from storage.addresses import Address
from tests.bot.road import NEIGHBOUR, THIRD, Road, word
from tests.bot.ward import CITIZEN, DOCTOR, HEAD, ward

SATURDAY = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BY_SMS = Address("sms", "+77011234567")


@pytest.fixture
async def road(tmp_path: Path) -> AsyncIterator[Road]:
    async with ward(tmp_path) as opened:
        road = Road(opened)
        await road.is_doctor()
        yield road


async def erased(road: Road, person: int | None) -> None:
    assert person is not None
    async with road.ward.db.transaction() as tx:
        assert await retention.erase(tx, person, "command_line", road.ward.clock.now())


async def test_S40_the_page_of_the_day_stands_though_one_of_its_people_was_erased(road: Road) -> None:
    gone = await road.promised()
    left = await road.promised("14:00–16:00", NEIGHBOUR)
    await road.press("staff.button.done")
    await road.later(minutes=3)
    await erased(road, gone.patient_id)
    await road.asks()
    assert left.number in road.page.text


async def test_S40_somebody_erased_is_asked_nothing_about_their_visit(road: Road) -> None:
    gone = await road.promised()
    await road.press("staff.button.done")
    await road.later(minutes=3)
    await erased(road, gone.patient_id)
    before = len(road.ward.read(CITIZEN))
    await road.later(hours=2)
    assert len(road.ward.read(CITIZEN)) == before


async def test_G_72_a_visit_left_over_from_yesterday_stands_first_on_the_morning_page(road: Road) -> None:
    left = await road.promised("14:00–16:00")
    await road.at(SATURDAY - HOUR)
    assert left.number in road.page.text
    assert "20.11, 14:00–16:00" in road.page.text
    await road.press("staff.button.on_way")
    await road.press("staff.button.done")
    assert await road.status(left) == "done"


async def test_more_visits_than_the_page_lists_are_said_and_those_to_be_made_come_first(road: Road) -> None:
    street = "Абай даңғылының ең ұзын көшесі, екінші тұйық" * 3
    calls = [await road.promised("16:00–18:00", 7000 + chat, street=street[:180]) for chat in range(20)]
    assert len(road.page.text) <= LONGEST_TEXT
    assert word("staff.rounds.more", count=4) in road.page.text
    assert word("staff.details.logged") in road.page.text, "nothing is cut off at the end"
    for _ in range(5):
        await road.press("staff.button.done")
    assert calls[-1].number in road.page.text


async def test_G_47_nobody_is_told_their_place_late_in_the_evening(road: Road) -> None:
    await road.promised()
    await road.promised("14:00–16:00", NEIGHBOUR)
    await road.at(datetime(2026, 11, 20, 16, 30, tzinfo=UTC))
    before = len(road.ward.read(NEIGHBOUR))
    await road.press("staff.button.done")
    await road.later(minutes=3)
    assert len(road.ward.read(NEIGHBOUR)) == before


async def test_a_place_that_was_told_is_put_right_when_a_sooner_visit_comes_between(road: Road) -> None:
    await road.promised("12:00–14:00")
    await road.promised("16:00–18:00", NEIGHBOUR)
    await road.made()
    assert "следующая очередь ваша" in road.ward.last(NEIGHBOUR)
    await road.promised("12:00–14:00", THIRD)
    await road.promised("14:00–16:00", 93)
    await road.made()
    assert "вызовов перед вами: 1" in road.ward.last(NEIGHBOUR)
    await road.made()
    assert "следующая очередь ваша" in road.ward.last(NEIGHBOUR)


async def test_whoever_said_no_before_can_still_write_the_complaint(road: Road) -> None:
    call = await road.promised()
    await road.press("staff.button.done")
    await road.later(hours=1)
    for _ in range(2):
        decided = await road.submit(HappenedDraft(call.id, took_place=False), CITIZEN)
        assert decided.receipt["outcome"] == "no"  # type: ignore[index,call-overload]  # a receipt is an object
    assert sum("ДӘРІГЕР КЕЛМЕГЕН" in text for text in road.ward.read(HEAD)) == 1
    async with road.ward.db.transaction() as tx:
        assert await rounds.complain(tx, call.id, road.ward.clock.now())
    again = await road.submit(HappenedDraft(call.id, took_place=False), CITIZEN)
    assert again.receipt["outcome"] == "already"  # type: ignore[index,call-overload]  # likewise


async def test_G_72_what_is_left_over_is_brought_to_the_head_each_evening(
    road: Road,
) -> None:
    left = await road.promised("14:00–16:00")
    for day in (20, 21):
        before = len(road.ward.read(HEAD)) if str(HEAD) in road.ward.chats else 0
        await road.at(datetime(2026, 11, day, 14 if day == 20 else 8, 0, tzinfo=UTC))
        assert len(road.ward.read(HEAD)) == before + 1
        assert left.number in road.ward.last(HEAD)
    await road.press("staff.button.done")
    before = len(road.ward.read(HEAD))
    await road.at(datetime(2026, 11, 23, 14, 0, tzinfo=UTC))
    assert len(road.ward.read(HEAD)) == before


async def test_an_answer_by_sms_counts_from_whichever_phone_was_asked(
    road: Road,
) -> None:
    other = "+77019998877"
    call = await road.promised(address=Address("sms", other))
    await road.press("staff.button.done")
    await road.later(hours=1)
    code = road.ward.last(other).split("1 ")[1][:3]
    await road.sms(other, f"0 {code}")
    check = await rounds.check(road.ward.db.reader, call.id)
    assert check is not None
    assert check.took_place is False


async def test_S33_a_doctor_cannot_take_the_registrys_promise_back_by_a_forged_button(road: Road) -> None:
    call = await road.promised()
    forged = str(Press(call.id, call.version, Verb.ROUNDS_UNDO))
    await road.ward.press(DOCTOR, "", chat=DOCTOR, data=forged, message=road.page)
    assert await road.status(call) == "confirmed"


async def test_G_47_a_question_that_the_chat_refused_late_goes_by_sms_in_the_morning(road: Road) -> None:
    await road.promised(chat=NEIGHBOUR)
    await road.at(datetime(2026, 11, 20, 14, 59, 50, tzinfo=UTC))
    await road.press("staff.button.done")
    road.ward.blocked.add(str(NEIGHBOUR))
    await road.at(datetime(2026, 11, 20, 15, 59, 51, tzinfo=UTC))
    await road.at(datetime(2026, 11, 20, 16, 20, tzinfo=UTC))
    assert "врач приходил?" not in "".join(road.ward.read(BY_SMS.key))
    await road.at(datetime(2026, 11, 21, 3, 0, tzinfo=UTC))
    assert "врач приходил?" in road.ward.last(BY_SMS.key)


async def test_S40_a_call_without_its_people_stops_nobody_elses_evening(road: Road) -> None:
    emptied, other = await road.promised(), await road.promised("14:00–16:00", NEIGHBOUR)
    async with road.ward.db.transaction() as tx:
        tx.later("erase_requests", person_id=emptied.patient_id)
    await road.at(datetime(2026, 11, 20, 14, 0, tzinfo=UTC))
    assert other.number in road.ward.last(HEAD)


async def test_G_19_the_same_button_twice_at_one_door_is_no_second_visit(road: Road) -> None:
    call = await road.promised()
    await road.press("staff.button.on_way")
    await road.press("staff.button.not_home")
    await road.press("staff.button.not_home")
    assert await road.status(call) == "not_home"
    assert "ещё один раз" in road.ward.last(CITIZEN)


async def test_HC_10_once_the_window_is_over_a_delay_is_called_one(road: Road) -> None:
    phone = "+77019998877"
    await road.promised()
    await road.promised("12:00–14:00", NEIGHBOUR)
    await road.promised("12:00–14:00", address=Address("sms", phone))
    await road.promised("12:00–14:00", THIRD)
    await road.at(datetime(2026, 11, 20, 9, 30, tzinfo=UTC))
    await road.made()
    assert "врач задерживается, следующая очередь ваша" in road.ward.last(NEIGHBOUR)
    assert "врач задерживается. Вызовов перед вами: 2" in road.ward.last(THIRD)
    assert "12:00" not in road.ward.last(THIRD)
    await road.made()
    assert "Врач задерживается, следующая очередь ваша" in road.ward.last(phone)


async def test_G_72_an_evening_that_was_slept_through_is_not_brought_up_in_the_morning(road: Road) -> None:
    left, later = await road.promised(), await road.promised("14:00–16:00", NEIGHBOUR)
    before = len(road.ward.read(HEAD)) if str(HEAD) in road.ward.chats else 0
    await road.at(SATURDAY)
    assert len(road.ward.chats.get(str(HEAD), [])) == before
    await road.at(datetime(2026, 11, 21, 8, 0, tzinfo=UTC))
    assert len(road.ward.read(HEAD)) == before + 1
    assert left.number in road.ward.last(HEAD)
    assert later.number in road.ward.last(HEAD)
