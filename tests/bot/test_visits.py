"""Appointments in the hands of staff and clocks: what the group, the doctor and the citizen read."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.bookings.clocks import BookingClocks
from bot.bookings.notices import (
    BOOKED,
    BY_SMS,
    CAME,
    MISSED,
    MOVED,
    NOTHING_TO_MOVE_TO,
    OFFER,
    OFFER_FIRST,
    OFFER_FIRST_PASSED,
    OFFER_PASSED,
    OTHER_DOCTOR,
    REFUSED,
    REMINDERS,
    TO_MOVE,
)
from bot.channels.events import Command
from bot.staff.press import Press, Verb
from locales import LOCALES
from locales.catalogue import words
from storage import audit, due, requests, schedules, waiting
from storage.addresses import Address
from storage.requests import Changes
from tests.bot.surgery import THERAPISTS, Surgery, surgery
from tests.bot.ward import (
    CITIZEN,
    DOCTOR,
    FOREIGNER,
    GROUP,
    HEAD,
    REGISTRAR,
    SECOND_REGISTRAR,
    STRANGER,
    TEN,
)
from tests.registry import add_person

PHONE = "+77011234567"
MONDAY_EIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Surgery]:
    async with surgery(tmp_path) as opened:
        yield opened


async def test_AP_09_the_group_reads_number_time_doctor_and_age_and_no_name(clinic: Surgery) -> None:
    await clinic.book()
    assert clinic.ward.last(GROUP) == (
        "ЗАПИСАН. Запись на приём № 05-000001\n"
        "Время приёма: 20 ноября 2026 года, 15:00\n"
        "Врач: Орлов Дмитрий Алексеевич, участковый терапевт\n"
        "Кабинет: 1\n"
        "Возраст: 18–62\n"
        "Отозвать запись можно до: 20 ноября 2026 года, 10:30"
    )


async def test_AP_09_the_citizen_gets_a_file_for_the_calendar(clinic: Surgery) -> None:
    await clinic.book()
    assert clinic.ward.read(CITIZEN) == ["Файл для календаря телефона: откройте и сохраните."]


async def test_AP_14_a_booking_is_withdrawn_on_one_of_the_two_grounds_and_the_time_is_free_again(
    clinic: Surgery,
) -> None:
    booking = await clinic.book()
    await clinic.ward.press(REGISTRAR, "Отозвать")
    assert [label for label, _ in clinic.ward.card().buttons] == [
        "Нет прикрепления",
        "Недостоверные данные",
        "Назад",
    ]
    await clinic.ward.press(REGISTRAR, "Нет прикрепления")
    await clinic.ward.press(REGISTRAR, "Да, отказать")
    after = await clinic.now(booking)
    assert (after.status, after.ground, after.slot) == ("refused", "not_attached", None)
    assert "отозвана поликлиникой" in clinic.ward.last(CITIZEN)
    assert booking.starts == (await clinic.book()).starts


async def test_G_57_after_half_an_hour_a_booking_can_no_longer_be_withdrawn(clinic: Surgery) -> None:
    booking = await clinic.book()
    data = clinic.ward.card().data("Отозвать")
    await clinic.at(TEN + timedelta(minutes=30, seconds=2))
    assert clinic.ward.chats[str(GROUP)][-1].buttons == []
    await clinic.ward.press(REGISTRAR, "", data=data, message=clinic.ward.chats[str(GROUP)][-1])
    assert "кері қайтару мерзімі өтті" in clinic.ward.last(REGISTRAR)
    assert (await clinic.now(booking)).status == "confirmed"


async def test_of_two_who_withdraw_at_once_the_second_is_told(clinic: Surgery) -> None:
    booking = await clinic.book()
    for user in (REGISTRAR, SECOND_REGISTRAR):
        data = str(Press(booking.id, booking.version, Verb.REFUSE, ("false_data",)))
        await clinic.ward.press(user, "", data=data, message=clinic.ward.chats[str(GROUP)][-1])
    assert "жазылу өзгерді" in clinic.ward.last(SECOND_REGISTRAR)
    assert len([text for text in clinic.ward.read(CITIZEN) if "отозва" in text]) == 1


@pytest.mark.parametrize("user", [DOCTOR, FOREIGNER, STRANGER])
async def test_S33_only_the_clinics_registry_withdraws(clinic: Surgery, user: int) -> None:
    booking = await clinic.book()
    data = clinic.ward.card().data("Отозвать")
    await clinic.ward.press(user, "", data=data, message=clinic.ward.chats[str(GROUP)][-1])
    assert (await clinic.now(booking)).status == "confirmed"


async def test_AP_14_a_ground_that_the_law_does_not_offer_is_refused(clinic: Surgery) -> None:
    booking = await clinic.book()
    data = str(Press(booking.id, booking.version, Verb.REFUSE, ("no_id",)))
    await clinic.ward.press(REGISTRAR, "", data=data, message=clinic.ward.chats[str(GROUP)][-1])
    assert (await clinic.now(booking)).status == "confirmed"


async def asked_list(clinic: Surgery, user: int, day: str, doctor: str) -> None:
    await clinic.ward.write(user, Command("day", day))
    await clinic.ward.press(user, doctor, chat=user)


async def test_AP_18_the_list_of_the_day_fills_up_and_asks_who_came_once_the_time_has_come(
    clinic: Surgery,
) -> None:
    await asked_list(clinic, DOCTOR, "", "Орлов")
    assert "15:00 – бос" in clinic.ward.last(DOCTOR)
    booking = await clinic.book()
    await clinic.at(TEN + timedelta(seconds=1))
    assert "15:00 – № 05-000001. Сейітова Айгүл, туған жылы 1990" in clinic.ward.last(DOCTOR)
    assert clinic.ward.chats[str(DOCTOR)][-1].buttons == []
    await clinic.at(TEN + timedelta(hours=5, seconds=1))
    await clinic.ward.press(DOCTOR, "15:00 келмеді", chat=DOCTOR)
    assert (await clinic.now(booking)).status == "did_not_come"
    await clinic.ward.press(DOCTOR, "15:00 келді", chat=DOCTOR)
    assert (await clinic.now(booking)).status == "came"
    marks = await requests.marks(clinic.ward.db.reader, booking.id)
    assert [mark.status for mark in marks][-2:] == ["did_not_come", "came"]


async def test_AP_18_nobody_has_come_before_the_time(clinic: Surgery) -> None:
    booking = await clinic.book()
    await asked_list(clinic, DOCTOR, "", "Орлов")
    data = str(Press(booking.id, booking.version, Verb.CAME))
    await clinic.ward.press(DOCTOR, "", chat=DOCTOR, data=data, message=clinic.ward.card(DOCTOR))
    assert (await clinic.now(booking)).status == "confirmed"


async def test_the_list_with_names_goes_to_the_asker_alone_and_is_on_record(clinic: Surgery) -> None:
    await clinic.book()
    await clinic.ward.say_in_group(DOCTOR, "/day")
    await clinic.ward.press(DOCTOR, "Орлов")
    assert "Сейітова" in clinic.ward.last(DOCTOR)
    assert not any("Сейітова" in text for text in clinic.ward.read(GROUP))
    assert isinstance(await audit.verify(clinic.ward.db.reader), audit.Sound)


async def test_a_stranger_is_told_that_commands_are_for_staff(clinic: Surgery) -> None:
    await clinic.ward.write(STRANGER, Command("schedule", ""))
    assert "связанные с поликлиникой" in clinic.ward.last(STRANGER)


async def test_three_no_shows_in_half_a_year_are_shown_and_refuse_nobody(clinic: Surgery) -> None:
    person, _ = await add_person(clinic.ward.db)
    for _ in range(3):
        booking = await clinic.book(patient=person)
        async with clinic.ward.db.transaction() as tx:
            changes = Changes(closed_at=TEN)
            await requests.move(tx, booking.id, booking.version, "did_not_come", "clock", TEN, changes)
    await clinic.book(patient=person)
    assert "Не пришёл за полгода, раз: 3" in clinic.ward.last(GROUP)


async def test_G_54_reminders_come_a_day_and_two_hours_before_and_say_what_can_be_done(
    clinic: Surgery,
) -> None:
    await clinic.at(MONDAY_EIGHT)
    booking = await clinic.book(after=MONDAY_EIGHT + timedelta(days=1))
    assert booking.starts == MONDAY_EIGHT + timedelta(days=1)
    await clinic.at(MONDAY_EIGHT + timedelta(minutes=1))
    await clinic.at(MONDAY_EIGHT + timedelta(hours=22))
    reminders = [text for text in clinic.ward.read(CITIZEN) if "календаря" not in text]
    assert len(reminders) == 1
    assert "24 ноября" in reminders[0]


async def test_AP_15_G_54_a_citizen_without_telegram_answers_by_sms_with_the_code_of_the_message(
    clinic: Surgery,
) -> None:
    booking = await clinic.book(address=Address("sms", PHONE), after=MONDAY_EIGHT)
    await clinic.at(MONDAY_EIGHT - timedelta(hours=12))
    reminded = clinic.ward.last(PHONE)
    assert len(clinic.ward.read(PHONE)) == 1
    code = reminded[-3:]
    await clinic.sms(PHONE, "1")
    assert code in clinic.ward.last(PHONE)
    assert not (await clinic.now(booking)).coming
    await clinic.sms(PHONE, f"1 {code}")
    assert (await clinic.now(booking)).coming
    await clinic.sms(PHONE, f"нет {code}")
    assert (await clinic.now(booking)).status == "cancelled"


async def test_AP_15_S2_a_reply_with_a_wrong_code_or_from_another_phone_changes_nothing(
    clinic: Surgery,
) -> None:
    booking = await clinic.book(address=Address("sms", PHONE), after=MONDAY_EIGHT)
    await clinic.at(MONDAY_EIGHT - timedelta(hours=12))
    code = clinic.ward.last(PHONE)[-3:]
    await clinic.sms("+77017654321", f"0 {code}")
    await clinic.sms(PHONE, f"0 {(int(code) + 1) % 1000:03d}")
    assert (await clinic.now(booking)).status == "confirmed"


async def wrong_codes(clinic: Surgery, code: str, many: int) -> None:
    for step in range(1, many + 1):
        await clinic.sms(PHONE, f"0 {(int(code) + step) % 1000:03d}")


async def test_G_54_after_five_wrong_codes_in_a_day_a_phone_is_answered_with_the_clinics_number_alone(
    clinic: Surgery,
) -> None:
    booking = await clinic.book(address=Address("sms", PHONE), after=MONDAY_EIGHT)
    await clinic.at(MONDAY_EIGHT - timedelta(hours=12))
    code = clinic.ward.last(PHONE)[-3:]
    await wrong_codes(clinic, code, 5)
    assert "Сутки ответы по SMS не принимаем. Поликлиника: +7" in clinic.ward.last(PHONE)
    told = len(clinic.ward.read(PHONE))
    await clinic.sms(PHONE, f"0 {code}")
    await wrong_codes(clinic, code, 3)
    assert (await clinic.now(booking)).status == "confirmed"
    assert len(clinic.ward.read(PHONE)) == told, "said once"


async def test_G_54_four_wrong_codes_and_replies_without_one_leave_the_right_code_its_worth(
    clinic: Surgery,
) -> None:
    booking = await clinic.book(address=Address("sms", PHONE), after=MONDAY_EIGHT)
    await clinic.at(MONDAY_EIGHT - timedelta(hours=12))
    code = clinic.ward.last(PHONE)[-3:]
    await wrong_codes(clinic, code, 4)
    for _ in range(6):
        await clinic.sms(PHONE, "1")
    await clinic.sms(PHONE, f"0 {code}")
    assert (await clinic.now(booking)).status == "cancelled"


async def test_G_54_one_phones_wrong_codes_do_not_bind_another(clinic: Surgery) -> None:
    booking = await clinic.book(address=Address("sms", PHONE), after=MONDAY_EIGHT)
    await clinic.at(MONDAY_EIGHT - timedelta(hours=12))
    code = clinic.ward.last(PHONE)[-3:]
    for _ in range(6):
        await clinic.sms("+77017654321", "0 000")
    await clinic.sms(PHONE, f"0 {code}")
    assert (await clinic.now(booking)).status == "cancelled"


async def test_extra_hours_are_offered_to_whoever_waits_each_person_one_time(clinic: Surgery) -> None:
    booking = await clinic.book(after=MONDAY_EIGHT + timedelta(days=1))
    async with clinic.ward.db.transaction() as tx:
        assert await waiting.wait(tx, booking.id, THERAPISTS, TEN)
    await clinic.ward.say_in_group(REGISTRAR, "/hours 23.11 18:00-19:00")
    for label in ("Бейсенова", "Да, внести"):
        await clinic.ward.press(REGISTRAR, label)
    await clinic.at(TEN + timedelta(seconds=1))
    offers = [text for text in clinic.ward.read(CITIZEN) if "Предлагаем" in text]
    assert len(offers) == 1
    assert "23 ноября 2026 года, 18:00" in offers[0]
    await clinic.at(TEN + timedelta(hours=3))
    assert len([text for text in clinic.ward.read(CITIZEN) if "Предлагаем" in text]) == 1


async def test_G_55_an_alternative_that_was_taken_meanwhile_brings_what_is_left(clinic: Surgery) -> None:
    booking = await clinic.book(after=MONDAY_EIGHT)
    await clinic.ward.say_in_group(REGISTRAR, "/dayoff 23.11")
    for label in ("Бейсенова", "Да, внести"):
        await clinic.ward.press(REGISTRAR, label)
    await clinic.at(TEN + timedelta(seconds=1))
    first = (await clinic.book()).slot
    lost = await clinic.now(booking)
    assert first is not None
    async with clinic.ward.db.transaction() as tx:
        outcome, _ = await clinic.ward.room.visits.answer(tx, lost, first.id, True, "chat", TEN)  # noqa: FBT003 - yes
        instead = await clinic.ward.room.visits.instead(tx, lost, TEN)
    assert outcome == "passed"
    assert len(instead) == 3
    assert first not in instead


async def test_G_55_a_day_off_tells_the_booked_at_once_with_three_alternatives(clinic: Surgery) -> None:
    booking = await clinic.book(after=MONDAY_EIGHT)
    await clinic.ward.say_in_group(REGISTRAR, "/dayoff 23.11")
    await clinic.ward.press(REGISTRAR, "Бейсенова")
    await clinic.ward.press(REGISTRAR, "Да, внести")
    assert "Пациентов, которым сообщат: 1" in clinic.ward.last(GROUP)
    await clinic.at(TEN + timedelta(seconds=1))
    told = clinic.ward.chats[str(CITIZEN)][-1]
    assert [data.split(":")[2] for _, data in told.buttons[:3]] == ["offer", "offer", "offer"]
    assert (await clinic.now(booking)).status == "to_move"


async def test_a_substitute_sees_the_same_patients_at_the_same_time(clinic: Surgery) -> None:
    booking = await clinic.book(after=MONDAY_EIGHT)
    await clinic.ward.write(HEAD, Command("substitute", "23.11"))
    for label in ("Бейсенова", "Орлов", "Иә, енгізу"):
        await clinic.ward.press(HEAD, label, chat=HEAD)
    await clinic.at(TEN + timedelta(seconds=1))
    after = await clinic.now(booking)
    assert (after.status, after.starts) == ("confirmed", booking.starts)
    assert after.doctor == "Орлов Дмитрий Алексеевич"
    assert any("Орлов Дмитрий Алексеевич" in text for text in clinic.ward.read(CITIZEN))
    assert "Замена" in "".join(clinic.ward.read(GROUP))


async def test_extra_hours_are_chosen_by_buttons_or_typed_and_taken_back(clinic: Surgery) -> None:
    await clinic.ward.say_in_group(REGISTRAR, "/hours 23.11 18:00-19:00")
    for label in ("Бейсенова", "Да, внести"):
        await clinic.ward.press(REGISTRAR, label)
    assert "Добавлено времён: 4" in clinic.ward.last(GROUP)
    await clinic.ward.press(REGISTRAR, "К графику")
    await clinic.ward.press(REGISTRAR, "Дополнительные часы")
    for label in ("23.11", "Орлов", "с 18:00", "18:00–19:00", "Да, внести"):
        await clinic.ward.press(REGISTRAR, label)
    assert "Добавлено времён: 4" in clinic.ward.last(GROUP)
    await clinic.ward.press(REGISTRAR, "К графику")
    await clinic.ward.press(REGISTRAR, "Снять 23.11")
    assert "Снято времён: 4" in clinic.ward.last(GROUP)


async def test_two_doctors_are_never_put_into_one_room_where_the_clinic_forbids_it(clinic: Surgery) -> None:
    await clinic.one_doctor_in_a_room()
    await clinic.ward.say_in_group(REGISTRAR, "/hours 23.11 15:00-16:00")
    for label in ("Бейсенова", "Да, внести"):
        await clinic.ward.press(REGISTRAR, label)
    assert "Дәрігер: Орлов" in clinic.ward.last(REGISTRAR)
    assert not any("Внесено" in text for text in clinic.ward.read(GROUP))


async def test_only_registrar_and_head_change_the_schedule(clinic: Surgery) -> None:
    await clinic.ward.say_in_group(DOCTOR, "/closeday 23.11")
    assert "тіркеуші" in clinic.ward.last(DOCTOR)


async def test_a_day_that_nobody_can_read_is_asked_for_by_buttons(clinic: Surgery) -> None:
    await clinic.ward.say_in_group(REGISTRAR, "/closeday когда-нибудь")
    assert clinic.ward.last(GROUP) == "Выберите день."


async def test_G_49_a_new_day_is_made_every_night(clinic: Surgery) -> None:
    await clinic.at(TEN + timedelta(days=14))
    booking = await clinic.book(after=TEN + timedelta(days=20))
    assert booking.starts is not None
    assert booking.starts > TEN + timedelta(days=20)


async def test_a_new_group_is_given_the_bookings_that_can_still_be_withdrawn(clinic: Surgery) -> None:
    await clinic.book()
    feed = clinic.ward.room.visits.feed
    async with clinic.ward.db.transaction() as tx:
        assert len(await feed.post_waiting(tx, 5, TEN)) == 1
    async with clinic.ward.db.transaction() as tx:
        assert await feed.post_waiting(tx, 5, TEN + timedelta(hours=1)) == ()


@pytest.mark.parametrize("locale", LOCALES)
def test_every_notice_and_sms_that_can_be_sent_has_words(locale: str) -> None:
    told = {
        BOOKED,
        MOVED,
        OFFER,
        OFFER_FIRST,
        OFFER_PASSED,
        OFFER_FIRST_PASSED,
        TO_MOVE,
        NOTHING_TO_MOVE_TO,
        REFUSED,
        CAME,
        MISSED,
        OTHER_DOCTOR,
    }
    for what in told | set(REMINDERS.values()):
        assert words(f"notice.{what}", locale)
    for key in BY_SMS.values():
        assert words(key, locale)


async def test_G_49_a_registry_of_before_appointments_gets_its_times_at_the_start(tmp_path: Path) -> None:
    async with surgery(tmp_path) as clinic:
        ward, clocks = clinic.ward, BookingClocks(clinic.ward.room.visits)
        async with ward.db.transaction() as tx:
            due.clear(tx, schedules.MAKE, 5)
        assert await due.next_due(ward.db.reader) is None
        async with ward.db.transaction() as tx:
            await clocks.begin(tx, ward.clock.now())
        await ward.tick()
        assert await due.next_due(ward.db.reader) == datetime(2026, 11, 20, 19, 10, tzinfo=UTC)
