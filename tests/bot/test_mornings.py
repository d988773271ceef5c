"""The doctor's list of the day: it comes by itself, shows what is being chosen, and follows the schedule."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.events import Command
from bot.clock import SystemSecrets
from bot.staff.press import NO_REQUEST, Press, Verb, doctor_key
from storage import slots, staff
from tests.bot.surgery import THERAPISTS, Surgery, surgery
from tests.bot.ward import DOCTOR, FOREIGNER, GROUP, HEAD, REGISTRAR, TEN

MONDAY_HALF_PAST_SEVEN = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
OWN, OTHER = "Бейсенова", "Орлов"


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Surgery]:
    async with surgery(tmp_path) as opened:
        yield opened


async def is_doctor(clinic: Surgery, name: str = OWN) -> None:
    """The doctor says who they are, by the button of the page that a link code brings."""
    async with clinic.ward.db.transaction() as tx:
        code = staff.new_code(tx, 5, "doctor", "ru", clinic.ward.clock.now(), SystemSecrets())
    await clinic.ward.write(DOCTOR, Command("link", code))
    await clinic.ward.press(DOCTOR, name, chat=DOCTOR)


def lists(clinic: Surgery) -> list[str]:
    return [text for text in clinic.ward.read(DOCTOR) if "День приёма" in text]


async def test_a_doctor_who_is_linked_says_which_of_the_clinics_doctors_they_are(clinic: Surgery) -> None:
    await is_doctor(clinic)
    (member,) = await staff.members_of(clinic.ward.db.reader, DOCTOR)
    assert member.doctor_no == "501"
    assert "Вы: Бейсенова Гүлнар Сәбитқызы" in clinic.ward.last(DOCTOR)
    await clinic.ward.press(DOCTOR, "Выбрать другого врача", chat=DOCTOR)
    await clinic.ward.press(DOCTOR, OTHER, chat=DOCTOR)
    (member,) = await staff.members_of(clinic.ward.db.reader, DOCTOR)
    assert member.doctor_no == "505"


@pytest.mark.parametrize("user", [REGISTRAR, HEAD, FOREIGNER])
async def test_S33_nobody_but_the_clinics_doctors_is_one_of_them(clinic: Surgery, user: int) -> None:
    await is_doctor(clinic)
    data = str(Press(NO_REQUEST, 5, Verb.I_AM, (doctor_key("505"),)))
    page = clinic.ward.chats[str(DOCTOR)][-1]
    await clinic.ward.press(user, "", chat=user, data=data, message=page)
    assert await staff.of_doctor(clinic.ward.db.reader, "505") == ()


async def test_AP_18_the_next_day_comes_at_once_to_whoever_has_just_said_who_they_are(
    clinic: Surgery,
) -> None:
    await is_doctor(clinic)
    await clinic.at(TEN)
    assert len(lists(clinic)) == 1
    assert "День приёма: 23 ноября 2026 года" in lists(clinic)[0]
    assert "□ 08:00 – свободно" in lists(clinic)[0]


async def test_AP_18_the_list_comes_half_an_hour_before_the_first_time_of_each_day_and_once(
    clinic: Surgery,
) -> None:
    await is_doctor(clinic)
    await clinic.at(TEN)
    await clinic.at(MONDAY_HALF_PAST_SEVEN - SECOND)
    assert len(lists(clinic)) == 1
    await clinic.at(MONDAY_HALF_PAST_SEVEN)
    await clinic.at(MONDAY_HALF_PAST_SEVEN + timedelta(hours=1))
    assert len(lists(clinic)) == 2
    await clinic.at(MONDAY_HALF_PAST_SEVEN + timedelta(days=1))
    assert "День приёма: 24 ноября" in lists(clinic)[-1]


async def test_AP_18_on_a_day_off_no_list_comes(clinic: Surgery) -> None:
    await is_doctor(clinic)
    await clinic.at(TEN)
    await clinic.ward.say_in_group(REGISTRAR, "/dayoff 24.11")
    for label in (OWN, "Да, внести"):
        await clinic.ward.press(REGISTRAR, label)
    await clinic.at(MONDAY_HALF_PAST_SEVEN + timedelta(days=1))
    assert not any("24 ноября" in text for text in lists(clinic))
    await clinic.at(MONDAY_HALF_PAST_SEVEN + timedelta(days=2))
    assert "25 ноября" in lists(clinic)[-1]


async def test_AP_18_the_list_follows_a_change_of_the_schedule(clinic: Surgery) -> None:
    await is_doctor(clinic)
    await clinic.at(TEN)
    await clinic.ward.say_in_group(REGISTRAR, "/hours 23.11 18:00-19:00")
    for label in (OWN, "Да, внести"):
        await clinic.ward.press(REGISTRAR, label)
    await clinic.at(TEN + SECOND)
    assert "□ 18:45 – свободно" in lists(clinic)[-1]
    assert len(lists(clinic)) == 1


async def test_G_53_a_time_that_is_being_signed_is_shown_as_held_and_free_again_after_ten_minutes(
    clinic: Surgery,
) -> None:
    await is_doctor(clinic)
    await clinic.at(TEN)
    feed = clinic.ward.room.visits.feed
    async with clinic.ward.db.transaction() as tx:
        slot = (await slots.free(tx, THERAPISTS, TEN, after=MONDAY_HALF_PAST_SEVEN))[0]
        assert await slots.hold(tx, slot.id, 99, TEN)
        await feed.changed(tx, (slot,), TEN)
    await clinic.at(TEN + SECOND)
    assert "▣ 08:00 – выбирают сейчас" in lists(clinic)[-1]
    await clinic.at(TEN + timedelta(minutes=10))
    assert "□ 08:00 – свободно" in lists(clinic)[-1]


async def test_AP_18_day_without_a_name_gives_ones_own_list_and_with_a_name_a_colleagues(
    clinic: Surgery,
) -> None:
    await is_doctor(clinic)
    await clinic.ward.write(DOCTOR, Command("day", ""))
    assert lists(clinic)[-1].startswith(OWN)
    assert "23 ноября" in lists(clinic)[-1], "today's times of eight to ten are over"
    await clinic.ward.write(DOCTOR, Command("day", "завтра орлов"))
    assert lists(clinic)[-1].startswith(OTHER)
    assert "21 ноября" in lists(clinic)[-1]
    await clinic.ward.say_in_group(DOCTOR, "/day 24.11")
    assert lists(clinic)[-1].startswith(OWN)
    assert not any("День приёма" in text for text in clinic.ward.read(GROUP))


async def test_a_doctor_who_left_gets_no_more_lists(clinic: Surgery) -> None:
    await is_doctor(clinic)
    await clinic.at(TEN)
    async with clinic.ward.db.transaction() as tx:
        assert await staff.leave(tx, DOCTOR, 5, "command_line", TEN)
    await clinic.at(MONDAY_HALF_PAST_SEVEN + timedelta(days=1))
    assert len(lists(clinic)) == 1
