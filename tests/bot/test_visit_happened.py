"""Did the visit take place? An hour after it its citizen is asked, and a "no" goes to the head."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dialogs.drafts import HappenedDraft
from rules.appointment import WRONG_REPLIES
from storage import requests, rounds, staff
from storage.addresses import Address
from storage.requests import RegisteredRequest
from tests.bot.road import NEIGHBOUR, SECOND, Road, word
from tests.bot.ward import CITIZEN, GROUP, HEAD, STRANGER, ward

PHONE = "+77011234567"
BY_SMS = Address("sms", PHONE)
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
async def road(tmp_path: Path) -> AsyncIterator[Road]:
    async with ward(tmp_path) as opened:
        road = Road(opened)
        await road.is_doctor()
        yield road


async def asked(road: Road, address: Address | None = None) -> RegisteredRequest:
    """A visit that was noted as made half an hour ago."""
    call = await road.promised(address=address)
    await road.press("staff.button.done")
    await road.at(road.ward.clock.now() + HALF_AN_HOUR)
    return call


async def notes(road: Road, call: RegisteredRequest) -> list[str | None]:
    return [mark.note_code for mark in await requests.marks(road.ward.db.reader, call.id)]


async def test_half_an_hour_after_the_visit_its_citizen_is_asked_once_whether_the_doctor_came(
    road: Road,
) -> None:
    await road.promised()
    await road.press("staff.button.done")
    pressed = road.ward.clock.now() - SECOND
    await road.at(pressed + HALF_AN_HOUR - SECOND)
    assert "Врач приходил?" not in road.ward.last(CITIZEN)
    await road.at(pressed + HALF_AN_HOUR)
    assert "Врач приходил?" in road.ward.last(CITIZEN)
    labels = [label for label, _ in road.ward.card(CITIZEN).buttons]
    assert labels == ["Да, врач приходил", "Нет, врача не было"]
    before = len(road.ward.read(CITIZEN))
    await road.later(hours=3)
    assert len(road.ward.read(CITIZEN)) == before


async def test_a_closing_that_was_taken_back_asks_nothing(road: Road) -> None:
    await road.promised()
    await road.press("staff.button.done")
    await road.press(word("staff.button.rounds_undo", place=1))
    await road.later(hours=2)
    assert not any("Врач приходил?" in text for text in road.ward.read(CITIZEN))


async def test_G_47_nobody_is_asked_at_night(road: Road) -> None:
    await road.promised()
    await road.at(datetime(2026, 11, 20, 15, 30, tzinfo=UTC))
    await road.press("staff.button.done")
    await road.later(hours=2)
    assert "Врач приходил?" not in road.ward.last(CITIZEN)
    await road.at(datetime(2026, 11, 21, 3, 0, tzinfo=UTC))
    assert "Врач приходил?" in road.ward.last(CITIZEN)


async def test_yes_is_kept_and_disturbs_nobody(road: Road) -> None:
    call = await asked(road)
    before = len(road.ward.read(HEAD)) if str(HEAD) in road.ward.chats else 0
    decided = await road.submit(HappenedDraft(call.id, took_place=True), CITIZEN)
    assert decided.receipt["outcome"] == "yes"  # type: ignore[index,call-overload]  # a receipt is an object
    assert len(road.ward.read(HEAD)) == before
    check = await rounds.check(road.ward.db.reader, call.id)
    assert check is not None
    assert check.took_place is True
    assert "visit_took_place" in await notes(road, call)


async def test_no_goes_to_the_head_with_the_calls_data_one_press_away_and_stays_on_record(road: Road) -> None:
    call = await asked(road)
    await road.submit(HappenedDraft(call.id, took_place=False), CITIZEN)
    told = road.ward.last(HEAD)
    assert "ДӘРІГЕР КЕЛМЕГЕН" in told
    assert call.number in told
    await road.ward.press(HEAD, word("staff.button.details"), chat=HEAD)
    assert PHONE[-2:] in road.ward.last(HEAD)
    assert "visit_denied" in await notes(road, call)


async def test_the_first_answer_counts(road: Road) -> None:
    call = await asked(road)
    await road.submit(HappenedDraft(call.id, took_place=True), CITIZEN)
    again = await road.submit(HappenedDraft(call.id, took_place=False), CITIZEN)
    assert again.receipt["outcome"] == "already"  # type: ignore[index,call-overload]  # a receipt is an object
    check = await rounds.check(road.ward.db.reader, call.id)
    assert check is not None
    assert check.took_place is True


async def test_S33_an_answer_counts_only_in_the_chat_that_was_asked(road: Road) -> None:
    call = await asked(road)
    decided = await road.submit(HappenedDraft(call.id, took_place=False), STRANGER)
    assert decided.receipt["outcome"] == "not_yours"  # type: ignore[index,call-overload]  # an object
    check = await rounds.check(road.ward.db.reader, call.id)
    assert check is not None
    assert check.took_place is None


async def test_after_three_days_it_is_too_late_to_answer(road: Road) -> None:
    call = await asked(road)
    road.ward.clock.at += timedelta(days=3)
    decided = await road.submit(HappenedDraft(call.id, took_place=False), CITIZEN)
    assert decided.receipt["outcome"] == "late"  # type: ignore[index,call-overload]  # a receipt is an object


async def test_an_answer_that_nobody_asked_for_is_too_late(road: Road) -> None:
    call = await road.promised()
    decided = await road.submit(HappenedDraft(call.id, took_place=False), CITIZEN)
    assert decided.receipt["outcome"] == "late"  # type: ignore[index,call-overload]  # a receipt is an object


async def test_a_clinic_without_a_head_is_told_in_its_group(road: Road) -> None:
    call = await asked(road)
    async with road.ward.db.transaction() as tx:
        await staff.leave(tx, HEAD, 5, "command_line", road.ward.clock.now())
    await road.submit(HappenedDraft(call.id, took_place=False), CITIZEN)
    assert "ДӘРІГЕР КЕЛМЕГЕН" in road.ward.last(GROUP)


# By SMS.


@pytest.mark.parametrize(
    ("answer", "words", "took_place"), [("1", "сохранён", True), ("0", "передан заведующему", False)]
)
async def test_without_telegram_it_is_asked_and_answered_by_sms(
    road: Road, answer: str, words: str, took_place: bool
) -> None:
    call = await asked(road, BY_SMS)
    question = road.ward.last(PHONE)
    assert "врач приходил?" in question
    code = question.split("1 ")[1][:3]
    await road.sms(PHONE, f"{answer} {code}")
    assert words in road.ward.last(PHONE)
    check = await rounds.check(road.ward.db.reader, call.id)
    assert check is not None
    assert check.took_place is took_place
    await road.sms(PHONE, f"1 {code}")
    assert "уже сохранён" in road.ward.last(PHONE)


async def test_S02_a_reply_without_its_code_changes_nothing_and_is_helped_once_a_day(
    road: Road,
) -> None:
    call = await asked(road, BY_SMS)
    before = len(road.ward.read(PHONE))
    for text in ("0", "0"):
        await road.sms(PHONE, text)
    assert len(road.ward.read(PHONE)) == before + 1
    assert "Ответ не понят" in road.ward.last(PHONE)
    check = await rounds.check(road.ward.db.reader, call.id)
    assert check is not None
    assert check.took_place is None


async def test_S02_after_five_wrong_codes_in_a_day_not_even_the_right_one_is_taken(road: Road) -> None:
    call = await asked(road, BY_SMS)
    code = road.ward.last(PHONE).split("1 ")[1][:3]
    wrong = f"{(int(code) + 1) % 1000:03d}"
    for _ in range(WRONG_REPLIES.value):
        await road.sms(PHONE, f"0 {wrong}")
    assert "уже не принимается" in road.ward.last(PHONE)
    await road.sms(PHONE, f"0 {code}")
    check = await rounds.check(road.ward.db.reader, call.id)
    assert check is not None
    assert check.took_place is None


async def test_whoever_blocked_the_chat_is_asked_by_sms(road: Road) -> None:
    await road.promised(chat=NEIGHBOUR)
    road.ward.blocked.add(str(NEIGHBOUR))
    await road.press("staff.button.done")
    await road.at(road.ward.clock.now() + HALF_AN_HOUR)
    await road.later(seconds=20)
    assert "врач приходил?" in road.ward.last(PHONE)
    before = len(road.ward.read(PHONE))
    await road.later(minutes=20)
    assert len(road.ward.read(PHONE)) == before
