"""The doctor's own page of visits: whose are on it, when it comes, what its buttons do, who is told."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.events import Command
from bot.staff.certificates import OF_ALMATY
from bot.staff.press import NO_REQUEST, Press, Verb
from bot.staff.room import StaffRoom
from dialogs.addresses import Address as Place
from rules.call_status import UNDO
from storage import audit, requests, staff
from storage.addresses import Address
from storage.registry import Directory
from tests.bot.road import NEIGHBOUR, SECOND, THIRD, Road, word
from tests.bot.surgery import surgery
from tests.bot.ward import (
    CITIZEN,
    DETAILS,
    DOCTOR,
    FOREIGNER,
    GROUP,
    HEAD,
    REGISTRAR,
    STRANGER,
    TEN,
    WORKER,
    ward,
)

SATURDAY_HALF_PAST_EIGHT = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)
FRIDAY_EVENING = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)


@pytest.fixture
async def road(tmp_path: Path) -> AsyncIterator[Road]:
    async with ward(tmp_path) as opened:
        road = Road(opened)
        await road.is_doctor()
        yield road


def pages(road: Road) -> list[str]:
    return [one.text for one in road.ward.chats.get(str(DOCTOR), []) if one.kind == "doctor_rounds"]


async def test_HC_17_a_confirmed_visit_comes_to_its_doctor_with_address_phone_and_reason(road: Road) -> None:
    call = await road.promised()
    assert len(pages(road)) == 1
    text = road.page.text
    for seen in (call.number, "12:00–14:00", "Абай даңғылы", "25", "+77011234567", "Сейітова", "Үш күннен"):
        assert seen in text
    (link,) = [data for _, data in road.page.buttons if data.startswith("https://")]
    assert link.startswith("https://2gis.kz/almaty/search/%D0%90")
    assert "25" not in link, "who lives behind which door is nobody's matter but the doctor's"


async def test_HC_17_the_visits_stand_in_order_of_their_windows_and_the_next_one_is_shown_whole(
    road: Road,
) -> None:
    later = await road.promised("16:00–18:00", NEIGHBOUR, street="Сәтбаев көшесі")
    sooner = await road.promised("12:00–14:00")
    text = road.page.text
    assert text.index(sooner.number) < text.index(later.number)
    assert word("staff.rounds.chosen", place=1, number=sooner.number) in text
    await road.press("2. 16:00")
    assert word("staff.rounds.chosen", place=2, number=later.number) in road.page.text


async def test_a_later_call_is_told_with_a_sound_and_the_page_is_edited(road: Road) -> None:
    await road.promised()
    second = await road.promised("14:00–16:00", NEIGHBOUR, street="Сәтбаев көшесі")
    assert len(pages(road)) == 1
    assert second.number in road.page.text
    told = [text for text in road.ward.read(DOCTOR) if "ЖАҢА ШАҚЫРУ" in text]
    assert len(told) == 1
    assert second.number in told[0]


async def test_HC_17_nobody_but_the_doctor_who_was_named_sees_the_visit(road: Road) -> None:
    await road.is_doctor("502")
    await road.promised()
    assert pages(road) == []
    await road.asks()
    assert word("staff.rounds.none") in road.page.text


@pytest.mark.parametrize("user", [REGISTRAR, HEAD, FOREIGNER, STRANGER])
async def test_HC_17_S33_a_page_of_visits_is_pressed_by_its_own_doctor_alone(road: Road, user: int) -> None:
    call = await road.promised()
    before = road.page
    for verb in (Verb.ROUNDS_WAY, Verb.ROUNDS_DONE, Verb.ROUNDS_SHUT, Verb.ROUNDS_SEE):
        data = str(Press(call.id, call.version, verb))
        await road.ward.press(user, "", chat=user, data=data, message=before)
    data = str(Press(NO_REQUEST, 5, Verb.ROUNDS))
    await road.ward.press(user, "", chat=user, data=data, message=before)
    assert await road.status(call) == "confirmed"
    assert call.number not in "".join(road.ward.read(user))


async def test_S33_the_pages_buttons_do_nothing_in_a_group(road: Road) -> None:
    call = await road.promised()
    data = str(Press(call.id, call.version, Verb.ROUNDS_DONE))
    await road.ward.press(DOCTOR, "", chat=GROUP, data=data)
    assert await road.status(call) == "confirmed"


async def test_S33_a_doctor_who_left_presses_no_more(road: Road) -> None:
    call, page = await road.promised(), road.page
    async with road.ward.db.transaction() as tx:
        assert await staff.leave(tx, DOCTOR, 5, "command_line", TEN)
    await road.press("staff.button.on_way", page=page)
    assert await road.status(call) == "confirmed"


async def test_on_the_way_and_made_are_pressed_on_the_page_and_the_next_visit_comes_up(road: Road) -> None:
    first = await road.promised()
    second = await road.promised("14:00–16:00", NEIGHBOUR)
    await road.press("staff.button.on_way")
    assert await road.status(first) == "on_way"
    assert "Врач в пути" in road.ward.last(CITIZEN) or "врач в пути" in road.ward.last(CITIZEN)
    await road.press("staff.button.done")
    assert await road.status(first) == "done"
    assert word("staff.rounds.chosen", place=2, number=second.number) in road.page.text
    assert word("staff.rounds.left", left=1, count=2) in road.page.text


async def test_a_wrong_press_on_the_page_is_taken_back_within_two_minutes(road: Road) -> None:
    call = await road.promised()
    await road.press("staff.button.done")
    await road.press(word("staff.button.rounds_undo", place=1))
    assert await road.status(call) == "confirmed"
    await road.press("staff.button.on_way")
    await road.later(seconds=UNDO.delta.total_seconds())
    assert not [label for label, _ in road.page.buttons if word("staff.button.rounds_undo", place=1) == label]


async def test_a_button_of_an_older_page_changes_nothing_and_says_how_the_call_stands(road: Road) -> None:
    call = await road.promised()
    old = replace(road.page, buttons=list(road.page.buttons))
    await road.press("staff.button.on_way")
    await road.press("staff.button.done", page=old)
    assert await road.status(call) == "on_way"
    assert word("staff.status.on_way") in road.ward.last(DOCTOR)


async def test_S14_a_press_that_comes_twice_has_one_effect(road: Road) -> None:
    call = await road.promised()
    old = replace(road.page, buttons=list(road.page.buttons))
    for _ in range(2):
        await road.press("staff.button.done", page=old)
    marks = await requests.marks(road.ward.db.reader, call.id)
    assert [mark.status for mark in marks].count("done") == 1


async def test_every_look_at_a_visit_is_on_record_with_its_reason(road: Road) -> None:
    call = await road.promised()
    await road.asks()
    rows = await road.ward.db.reader.rows("audit_page", after=0, most=1000)
    looks = [(row[2], row[4]) for row in rows if row[3] == "home_call.details_opened"]
    assert looks == [(f"staff:{DOCTOR}", f"request:{call.id}")] * 2, "the first came by itself"
    assert isinstance(await audit.verify(road.ward.db.reader), audit.Sound)


async def test_the_registrar_who_takes_a_confirmation_back_stops_the_doctor(road: Road) -> None:
    call = await road.promised()
    await road.ward.press(REGISTRAR, word("staff.button.undo"))
    await road.later(seconds=1)
    assert "БАРУДЫҢ КЕРЕГІ ЖОҚ" in road.ward.last(DOCTOR)
    assert call.number not in road.page.text


async def test_a_visit_of_another_day_is_told_at_once_and_its_page_comes_before_opening(road: Road) -> None:
    await road.at(FRIDAY_EVENING)
    call = await road.promised("09:00–11:00")
    assert pages(road) == []
    assert call.number in road.ward.last(DOCTOR)
    await road.at(SATURDAY_HALF_PAST_EIGHT - SECOND)
    assert pages(road) == []
    await road.at(SATURDAY_HALF_PAST_EIGHT)
    assert call.number in road.page.text
    await road.at(SATURDAY_HALF_PAST_EIGHT + timedelta(hours=1))
    assert len(pages(road)) == 1


async def test_whoever_is_no_doctor_is_told_where_the_visits_are(road: Road) -> None:
    await road.ward.write(REGISTRAR, Command("visits"))
    assert road.ward.last(REGISTRAR) == word("staff.rounds.doctors_only")


async def test_a_doctor_who_has_not_said_who_they_are_is_asked_so(tmp_path: Path) -> None:
    async with ward(tmp_path) as opened:
        await Road(opened).asks()
        assert opened.last(DOCTOR) == word("staff.ask.own_doctor")


async def test_what_may_not_go_abroad_is_not_on_the_page(tmp_path: Path) -> None:
    async with ward(tmp_path) as opened:
        road = Road(opened)
        opened.room = StaffRoom(
            opened.db, Directory(), opened.clock, WORKER, opened.bell, frozenset({"age"}), OF_ALMATY
        )
        opened.__post_init__()
        await road.is_doctor()
        call = await road.promised()
        text = road.page.text
        assert call.number in text
        assert not any(word_ in text for word_ in ("Абай", "Сейітова", "+7701", "Үш күннен"))
        assert not any(data.startswith("https") for _, data in road.page.buttons)


async def test_a_shared_point_is_opened_on_the_map_as_a_point(road: Road) -> None:
    details = replace(DETAILS, address=Place(latitude=43.238949, longitude=76.889709))
    request = await road.ward.call(details)
    await road.ward.accepted(request)
    await road.later(seconds=1)
    assert "https://2gis.kz/almaty/geo/76.88971,43.23895" in [data for _, data in road.page.buttons]


async def test_a_landline_or_a_typed_doctor_needs_no_page(road: Road) -> None:
    """A doctor who is not on the clinic's list has no page: the card in the group serves them."""
    await road.is_doctor("502")
    await road.promised(address=Address("nowhere", ""))
    assert pages(road) == []


async def test_AP_18_the_patients_of_the_surgery_are_on_the_same_page_with_came_and_did_not_come(
    tmp_path: Path,
) -> None:
    async with surgery(tmp_path, "kk") as clinic:
        clinic.ward.clock.at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
        road = Road(clinic.ward)
        await road.is_doctor()
        booking = await clinic.book()
        await road.promised("10:00–12:00")
        await road.at(datetime(2026, 11, 23, 2, 30, tzinfo=UTC))
        assert word("staff.rounds.surgery", count=1) in road.page.text
        assert booking.number in road.page.text
        await road.at(datetime(2026, 11, 23, 4, 0, tzinfo=UTC))
        await road.press("08:00 келді")
        assert (await clinic.now(booking)).status == "came"
        assert not [label for label, _ in road.page.buttons if label == "08:00 келді"]


# A closed door.


async def test_G_19_nobody_home_leads_to_one_repeat_on_the_same_day(road: Road) -> None:
    call = await road.promised()
    await road.press("staff.button.on_way")
    await road.press("staff.button.not_home")
    assert await road.status(call) == "not_home"
    assert (await road.ward.request(call)).closed_at is None
    assert "ещё один раз" in road.ward.last(CITIZEN)
    assert word("staff.rounds.repeat") in road.page.text
    await road.press("staff.button.on_way")
    await road.press("staff.button.done")
    assert await road.status(call) == "done"


async def test_G_19_the_second_closed_door_closes_the_call_and_says_how_to_call_again(road: Road) -> None:
    call = await road.promised()
    for _ in range(2):
        await road.press("staff.button.on_way")
        await road.press("staff.button.not_home")
    closed = await road.ward.request(call)
    assert closed.status == "nobody_home"
    assert closed.closed_at is not None
    assert closed.open_slot is None, "a new call is not merged into a closed one"
    assert "вызовите его здесь снова" in road.ward.last(CITIZEN)


async def test_G_19_a_closed_door_that_was_taken_back_does_not_count(road: Road) -> None:
    call = await road.promised()
    await road.press("staff.button.on_way")
    await road.press("staff.button.not_home")
    await road.press(word("staff.button.rounds_undo", place=1))
    assert await road.status(call) == "on_way"
    await road.press("staff.button.not_home")
    assert await road.status(call) == "not_home"
    await road.later(minutes=2)
    await road.press("staff.button.not_home")
    assert await road.status(call) == "nobody_home"
    await road.press(word("staff.button.rounds_undo", place=1))
    assert await road.status(call) == "not_home"
    assert (await road.ward.request(call)).open_slot is not None


async def test_G_19_the_card_of_the_group_has_the_closed_door_too(road: Road) -> None:
    call = await road.promised(address=Address("sms", "+77019998877"))
    await road.ward.press(HEAD, word("staff.button.on_way"))
    await road.ward.press(HEAD, word("staff.button.not_home"))
    assert await road.status(call) == "not_home"
    assert "ещё раз" in road.ward.last("+77019998877")


# The place in the line.


async def test_after_each_visit_those_who_wait_are_told_how_many_are_before_them(road: Road) -> None:
    await road.promised("12:00–14:00")
    await road.promised("14:00–16:00", NEIGHBOUR)
    await road.promised("16:00–18:00", THIRD)
    before = [len(road.ward.read(chat)) for chat in (NEIGHBOUR, THIRD)]
    await road.press("staff.button.done")
    assert [len(road.ward.read(chat)) for chat in (NEIGHBOUR, THIRD)] == before, "it may be taken back yet"
    await road.later(minutes=2)
    assert "следующая очередь ваша" in road.ward.last(NEIGHBOUR)
    assert "вызовов перед вами: 1" in road.ward.last(THIRD)
    await road.made()
    assert "следующая очередь ваша" in road.ward.last(THIRD)


async def test_a_place_in_the_line_is_one_message_that_is_edited_until_its_turn(road: Road) -> None:
    for window, chat in (("12:00–14:00", CITIZEN), ("12:00–14:00", 91), ("14:00–16:00", 92)):
        await road.promised(window, chat)
    await road.promised("16:00–18:00", THIRD)
    told = len(road.ward.read(THIRD))
    for left in (2, 1):
        await road.made()
        assert f"вызовов перед вами: {left}" in road.ward.last(THIRD)
        assert len(road.ward.read(THIRD)) == told + 1
    await road.made()
    assert len(road.ward.read(THIRD)) == told + 2


async def test_without_telegram_it_is_told_by_sms_only_who_is_next(road: Road) -> None:
    await road.promised("12:00–14:00")
    await road.promised("14:00–16:00", NEIGHBOUR)
    await road.promised("16:00–18:00", address=Address("sms", "+77019998877"))
    before = len(road.ward.read("+77019998877"))
    await road.made()
    assert len(road.ward.read("+77019998877")) == before
    await road.made()
    assert "Следующая очередь ваша" in road.ward.last("+77019998877")


async def test_a_visit_taken_back_moves_nobody_in_the_line(road: Road) -> None:
    await road.promised("12:00–14:00")
    await road.promised("14:00–16:00", NEIGHBOUR)
    before = len(road.ward.read(NEIGHBOUR))
    await road.press("staff.button.done")
    await road.press(word("staff.button.rounds_undo", place=1))
    await road.later(minutes=3)
    assert len(road.ward.read(NEIGHBOUR)) == before
