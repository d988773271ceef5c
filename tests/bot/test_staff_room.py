"""What staff do with a call, and what its citizen is told at each step."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.events import Command, StaffPress
from bot.staff import typing as staff_typing
from bot.staff.press import Press, Verb, doctor_key
from dialogs.engine import Said
from rules.doctors import DoctorRole
from storage import audit, due, outbox, requests, staff
from storage.addresses import Address
from storage.errors import Clash
from storage.requests import Changes
from tests.bot.ward import (
    CITIZEN,
    DETAILS,
    DOCTOR,
    FOREIGNER,
    GROUP,
    HEAD,
    OTHER_GROUP,
    REGISTRAR,
    SECOND_REGISTRAR,
    STRANGER,
    Ward,
    child,
    opened,
    ward,
)

PHONE = "+77011234567"


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Ward]:
    async with ward(tmp_path) as open_ward:
        yield open_ward


async def test_HC_10_a_call_is_accepted_with_a_doctor_and_a_window(clinic: Ward) -> None:
    request = await clinic.accepted(await clinic.call())
    assert request.status == "confirmed"
    assert request.doctor_name == "Бейсенова Гүлнар Сәбитқызы"
    assert request.window_start == datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
    assert clinic.card().text.startswith(
        "РАСТАЛДЫ. Дәрігерді үйге шақыру № 05-000001\nЖасы: 18–62\nМекенжай: Абай даңғылы, 10\n"
        "Келу күні: 2026 жылғы 20 қараша\nКелу уақыты: 12:00–14:00\n"
    )
    assert len(clinic.read(GROUP)) == 1


async def test_the_citizen_is_told_at_once_in_their_language(clinic: Ward) -> None:
    await clinic.accepted(await clinic.call(locale="ru"))
    told = (
        "Заявка № 05-000001 подтверждена.\n"
        "Дата: 20 ноября 2026 года\n"
        "Время визита: 12:00–14:00\n"
        "Врач: Бейсенова Гүлнар Сәбитқызы, участковый терапевт\n"
        "Будьте дома и приготовьте удостоверение личности (до 16 лет – свидетельство о рождении).\n"
        "Поликлиника: +7 727 233-39-60. Если станет хуже – 103."
    )
    assert clinic.read(CITIZEN) == [told]


async def test_a_citizen_who_talks_by_sms_is_told_by_sms_in_one_part(clinic: Ward) -> None:
    phone = Address("sms", "+77011234567")
    await clinic.accepted(await clinic.call(address=phone))
    assert len(clinic.read("+77011234567")) == 1
    assert len(clinic.last("+77011234567")) <= 70


async def test_an_sms_stands_in_for_a_notice_that_telegram_refused(clinic: Ward) -> None:
    clinic.blocked.add(str(CITIZEN))
    await clinic.accepted(await clinic.call(replace(DETAILS, phone="+77272333960", caller_phone=PHONE)))
    for _ in range(3):
        clinic.clock.forward(20)
        await clinic.tick()
        await clinic.deliver()
    assert clinic.read(PHONE) == ["Дәрігер келеді: 20.11, 12:00–14:00. № 05-000001"]
    assert clinic.read("+77272333960") == []


async def test_a_notice_that_telegram_does_not_take_for_ten_minutes_goes_by_sms_too(clinic: Ward) -> None:
    await clinic.call()
    for label in ("Растау", "Бейсенова"):
        await clinic.press(REGISTRAR, label)
    data = clinic.card().data("12:00")
    clinic.telegram_works = False
    await clinic.press(REGISTRAR, "", data=data)
    clinic.clock.forward(9 * 60)
    await clinic.tick()
    assert await clinic.parcels("sms") == 0
    clinic.clock.forward(2 * 60)
    await clinic.tick()
    await clinic.tick()
    assert await clinic.parcels("sms") == 1


async def test_an_overtaken_notice_is_not_sent_late(clinic: Ward) -> None:
    await clinic.call()
    for label in ("Растау", "Бейсенова"):
        await clinic.press(REGISTRAR, label)
    data = clinic.card().data("12:00")
    clinic.blocked.add(str(CITIZEN))
    await clinic.press(REGISTRAR, "", data=data)
    await clinic.press(REGISTRAR, "Қайтарып алу")
    clinic.clock.forward(20)
    await clinic.tick()
    await clinic.deliver()
    assert [text[:11] for text in clinic.read(PHONE)] == ["№ 05-000001"]
    assert await clinic.parcels("sms") == 1


async def test_HC_01_only_the_three_doctors_of_the_act_are_offered(clinic: Ward) -> None:
    await clinic.call()
    await clinic.press(REGISTRAR, "Растау")
    names = [label for label, _ in clinic.card().buttons]
    assert names == ["Бейсенова Гүлнар Сәбитқызы", "Тәжібаева Мөлдір Асанқызы", "Басқа дәрігер", "Артқа"]


async def test_HC_01_a_surgeon_cannot_be_sent_by_made_up_data(clinic: Ward) -> None:
    request = await clinic.call()
    await clinic.press(REGISTRAR, "Растау")
    await clinic.press(REGISTRAR, "Бейсенова")
    forged = clinic.card().data("12:00").replace(doctor_key("501"), doctor_key("хир-1"))
    await clinic.press(REGISTRAR, "", data=forged)
    assert (await clinic.request(request)).status == "registered"
    assert "дәрігерлер тізімі өзгерген" in clinic.last(REGISTRAR)


async def test_a_childs_paediatrician_stands_first(clinic: Ward) -> None:
    await clinic.call(child())
    await clinic.press(REGISTRAR, "Растау")
    assert clinic.card().buttons[0][0] == "Тәжібаева Мөлдір Асанқызы"


async def test_G_18_of_two_doctors_the_one_with_fewer_visits_that_day_stands_first(clinic: Ward) -> None:
    db, number, name = clinic.db, "503", "Яковлев Ерлан Петрович"
    async with db.transaction() as tx:
        sealed = db.keys.seal("doctors.full_name", number, name)
        tx.later("load_doctor", doctor_no=number, clinic_no=5, full_name=sealed, role="therapist", room="2")
    await clinic.accepted(await clinic.call())
    await clinic.call(address=Address("telegram", "778"))
    await clinic.press(REGISTRAR, "Растау")
    names = [label for label, _ in clinic.card().buttons]
    assert names[:2] == ["Яковлев Ерлан Петрович", "Бейсенова Гүлнар Сәбитқызы"]


async def test_HC_10_a_window_that_was_never_offered_is_not_promised(clinic: Ward) -> None:
    request = await clinic.call()
    await clinic.press(REGISTRAR, "Растау")
    await clinic.press(REGISTRAR, "Бейсенова")
    data = clinic.card().data("12:00")
    await clinic.press(REGISTRAR, "", data=data[: data.rindex(":")] + ":zz")
    assert (await clinic.request(request)).status == "registered"
    assert "бұл уақыт енді жарамсыз" in clinic.last(REGISTRAR)


async def test_HC_10_a_call_without_a_window_cannot_be_closed(clinic: Ward) -> None:
    request = await clinic.call()
    await clinic.press(HEAD, "", data=str(Press(request.id, 1, Verb.DONE)))
    await clinic.press(HEAD, "", data=str(Press(request.id, 1, Verb.CONFIRM)))
    assert (await clinic.request(request)).status == "registered"


async def test_GEN_14_a_refusal_names_its_ground_with_the_clause_and_what_can_be_done(clinic: Ward) -> None:
    request = await clinic.call(locale="ru")
    await clinic.press(REGISTRAR, "Бас тарту")
    await clinic.press(REGISTRAR, "Бекітілмеген")
    assert "осы медициналық ұйымға бекітілмеу" in clinic.card().text.replace("бекітілмеуі", "бекітілмеу")
    await clinic.press(REGISTRAR, "Иә, бас тарту")
    assert (await clinic.request(request)).ground == "not_attached"
    told = clinic.last(CITIZEN)
    assert "Основание: нет прикрепления к данной медицинской организации." in told
    assert "приказ № ҚР ДСМ-194/2020" in told
    assert "подать жалобу" in told
    assert "в суд" in told
    assert "103" in told


async def test_GEN_14_a_refusal_without_a_ground_cannot_be_saved(clinic: Ward) -> None:
    request = await clinic.call()
    await clinic.press(REGISTRAR, "", data=str(Press(request.id, 1, Verb.REFUSE)))
    await clinic.press(REGISTRAR, "", data=str(Press(request.id, 1, Verb.REFUSE, ("too_far",))))
    assert (await clinic.request(request)).status == "registered"
    now = clinic.clock.now()
    with pytest.raises(Clash):
        async with clinic.db.transaction() as tx:
            await requests.move(tx, request.id, 1, "refused", "staff:1", now, Changes(closed_at=now))


async def test_HC_14_HC_15_the_grounds_offered_are_those_in_force_today(clinic: Ward) -> None:
    request = await clinic.call()
    await clinic.press(REGISTRAR, "Бас тарту")
    assert [label for label, _ in clinic.card().buttons] == ["Бекітілмеген", "Деректер анық емес", "Артқа"]
    for repealed in ("no_id", "edoc"):
        await clinic.press(HEAD, "", data=str(Press(request.id, 1, Verb.REFUSE, (repealed,))))
    assert (await clinic.request(request)).status == "registered"


async def test_HC_17_a_registrar_cannot_close_a_visit_and_a_doctor_cannot_accept(clinic: Ward) -> None:
    request = await clinic.call()
    await clinic.press(DOCTOR, "Растау")
    assert clinic.last(DOCTOR).startswith("Шақыруды тіркеуші немесе бөлім меңгерушісі")
    await clinic.accepted(request)
    await clinic.press(REGISTRAR, "Қаралып болды")
    assert "дәрігер немесе бөлім меңгерушісі қояды" in clinic.last(REGISTRAR)
    await clinic.press(DOCTOR, "Дәрігер жолда")
    await clinic.press(DOCTOR, "Қаралып болды")
    assert (await clinic.request(request)).status == "done"
    assert [text.split(":")[0] for text in clinic.read(CITIZEN)[1:]] == [
        "№ 05-000001 өтінім",
        "№ 05-000001 өтінім жабылды",
    ]


async def test_details_open_for_one_person_and_the_opening_is_on_record(clinic: Ward) -> None:
    request = await clinic.call()
    await clinic.press(DOCTOR, "Толығырақ")
    opened_words = clinic.last(DOCTOR)
    name, phone = "Сейітова Айгүл Қанатқызы", "+7 701 123-45-67"
    for part in (name, phone, "25K", "Үш күннен бері 39", "журналға жазылды"):
        assert part in opened_words
    assert len(clinic.read(GROUP)) == 1
    rows = await clinic.db.reader.rows("audit_page", after=0, most=100)
    assert (f"staff:{DOCTOR}", "home_call.details_opened", f"request:{request.id}") in [
        tuple(row[2:5]) for row in rows
    ]
    assert isinstance(await audit.verify(clinic.db.reader), audit.Sound)


async def test_S33_strangers_other_clinics_and_other_chats_change_nothing(clinic: Ward) -> None:
    request = await clinic.call()
    data = clinic.card().data("Растау")
    await clinic.press(STRANGER, "", data=data)
    await clinic.press(STRANGER, "", data=data)
    assert clinic.read(STRANGER) == []
    assert len([text for text in clinic.read(GROUP) if "әкімшіден код алып" in text]) == 1
    await clinic.press(FOREIGNER, "", data=data)
    await clinic.press(FOREIGNER, "", data=data, chat=FOREIGNER)
    await clinic.press(REGISTRAR, "", data=data, chat=OTHER_GROUP)
    await clinic.press(REGISTRAR, "", data="s:zzz:1:yes")
    await clinic.press(REGISTRAR, "", data="s:garbage")
    for user in (FOREIGNER, REGISTRAR):
        assert set(clinic.read(user)) == {
            "Бұл түйме сізге арналмаған немесе ескірген. Емхана тобындағы шақыру картасын пайдаланыңыз."
        }
    assert (await clinic.request(request)).version == 1


async def test_S33_a_person_who_left_can_press_no_more(clinic: Ward) -> None:
    request = await clinic.call()
    async with clinic.db.transaction() as tx:
        await staff.leave(tx, REGISTRAR, 5, "operator", clinic.clock.now())
    await clinic.press(REGISTRAR, "Растау")
    assert (await clinic.request(request)).version == 1
    assert "әкімшіден код алып" in clinic.last(GROUP)


async def test_S33_a_button_of_an_older_version_does_nothing_and_the_card_is_drawn_anew(clinic: Ward) -> None:
    request = await clinic.call()
    old = clinic.card().data("Бас тарту")
    await clinic.accepted(request)
    await clinic.press(SECOND_REGISTRAR, "", data=old)
    assert clinic.last(SECOND_REGISTRAR) == (
        "№ 05-000001: мұны әріптесіңіз жасап қойды (тіркеуші). Қазіргі мәртебе: расталды."
    )
    assert clinic.card().text.startswith("РАСТАЛДЫ.")
    assert (await clinic.request(request)).status == "confirmed"


async def test_two_who_press_at_once_get_one_result_and_the_other_is_told_who(clinic: Ward) -> None:
    request = await clinic.call()
    await clinic.press(REGISTRAR, "Растау")
    await clinic.press(REGISTRAR, "Бейсенова")
    data = clinic.card().data("12:00")
    await asyncio.gather(
        clinic.press(REGISTRAR, "", data=data),
        clinic.press(SECOND_REGISTRAR, "", data=data),
    )
    assert (await clinic.request(request)).version == 2
    assert len(clinic.read(CITIZEN)) == 1
    told = clinic.read(REGISTRAR) + clinic.read(SECOND_REGISTRAR)
    assert [text for text in told if "әріптесіңіз жасап қойды (тіркеуші)" in text] == told
    assert len(told) == 1


async def test_two_who_press_at_once_get_one_result_on_postgresql_too(
    tmp_path: Path, postgresql_url: str
) -> None:
    async with ward(tmp_path, url=postgresql_url) as clinic:
        request = await clinic.call()
        await clinic.press(REGISTRAR, "Растау")
        await clinic.press(REGISTRAR, "Бейсенова")
        accept = clinic.card().data("12:00")
        refuse = str(Press(request.id, 1, Verb.REFUSE, ("false_data",)))
        presses = [(REGISTRAR, accept), (SECOND_REGISTRAR, refuse), (HEAD, accept)]
        await asyncio.gather(*(clinic.press(user, "", data=data) for user, data in presses))
        after = await clinic.request(request)
        assert after.version == 2
        assert len(clinic.read(CITIZEN)) == 1
        told = [text for user, _ in presses for text in clinic.read(user)]
        status = "расталды" if after.status == "confirmed" else "бас тартылды"
        assert len(told) == 2
        assert all(f"Қазіргі мәртебе: {status}" in text for text in told)
        kinds = {row.kind for row in await due.ripe(clinic.db.reader, clinic.clock.forward(86_400))}
        assert ("call_evening" in kinds) == (after.status == "confirmed")


async def test_S14_a_press_that_comes_twice_has_one_effect(clinic: Ward) -> None:
    await clinic.accepted(await clinic.call())
    data, row = clinic.card().data("Дәрігер жолда"), await clinic.received()
    event = StaffPress(row, GROUP, DOCTOR, data, "c", clinic.card().id)
    assert len(await clinic.room.press(event)) == 2
    assert await clinic.room.press(event) == ()


async def test_a_wrong_press_is_taken_back_within_two_minutes_and_the_citizen_is_told(clinic: Ward) -> None:
    request = await clinic.accepted(await clinic.call())
    clinic.clock.forward(119)
    await clinic.press(REGISTRAR, "Қайтарып алу")
    back = await clinic.request(request)
    assert (back.status, back.window_start, back.doctor_name, back.ground) == ("registered", None, None, None)
    assert "алдыңғы хабар қате жіберілген" in clinic.last(CITIZEN)
    assert clinic.card().text.startswith("ЖАҢА.")
    await clinic.accepted(request, "14:00–16:00")
    assert (await clinic.request(request)).status == "confirmed"


async def test_after_two_minutes_a_press_stands(clinic: Ward) -> None:
    request = await clinic.accepted(await clinic.call())
    undo = clinic.card().data("Қайтарып алу")
    clinic.clock.forward(120)
    await clinic.press(REGISTRAR, "", data=undo)
    assert "екі минут өтіп кетті" in clinic.last(REGISTRAR)
    assert (await clinic.request(request)).status == "confirmed"
    await clinic.tick()
    await clinic.deliver()
    assert "Қайтарып алу (2 минут)" not in [label for label, _ in clinic.card().buttons]


async def test_a_mistaken_refusal_taken_back_holds_the_patients_place_again(clinic: Ward) -> None:
    request = await clinic.call()
    await clinic.press(REGISTRAR, "Бас тарту")
    await clinic.press(REGISTRAR, "Деректер")
    await clinic.press(REGISTRAR, "Иә, бас тарту")
    assert (await clinic.request(request)).open_slot is None
    await clinic.press(SECOND_REGISTRAR, "Қайтарып алу")
    back = await clinic.request(request)
    assert (back.status, back.ground, back.closed_at) == ("registered", None, None)
    assert back.open_slot == request.open_slot


async def test_a_visit_closed_by_mistake_keeps_its_doctor_and_window(clinic: Ward) -> None:
    before = await clinic.accepted(await clinic.call())
    await clinic.press(DOCTOR, "Дәрігер жолда")
    await clinic.press(DOCTOR, "Қаралып болды")
    await clinic.press(DOCTOR, "Қайтарып алу")
    after = await clinic.request(before)
    assert after.status == "on_way"
    assert (after.doctor_name, after.doctor_no, after.window_start, after.closed_at) == (
        before.doctor_name,
        "501",
        before.window_start,
        None,
    )
    assert after.open_slot == before.open_slot


async def test_taking_back_cannot_itself_be_taken_back(clinic: Ward) -> None:
    await clinic.accepted(await clinic.call())
    await clinic.press(DOCTOR, "Дәрігер жолда")
    await clinic.press(DOCTOR, "Қайтарып алу")
    assert "Қайтарып алу (2 минут)" not in [label for label, _ in clinic.card().buttons]


@pytest.mark.parametrize("restart", [False, True])
async def test_a_doctor_not_on_the_list_is_typed_in_private(clinic: Ward, restart: bool) -> None:
    request = await clinic.call()
    await clinic.press(REGISTRAR, "Растау")
    await clinic.press(REGISTRAR, "Басқа дәрігер")
    assert "05-000001" in clinic.last(REGISTRAR)
    if restart:
        clinic = opened(clinic.db, clinic.clock, clinic)
    assert await clinic.write(REGISTRAR, Said("87011234567"))
    assert "ұқсамайды" in clinic.last(REGISTRAR)
    assert await clinic.write(REGISTRAR, Said("Ахметова А. Б."))
    assert len(clinic.card(REGISTRAR).buttons) == len(DoctorRole)
    await clinic.press(REGISTRAR, "педиатр", chat=REGISTRAR)
    await clinic.press(REGISTRAR, "12:00", chat=REGISTRAR)
    done = await clinic.request(request)
    assert (done.status, done.doctor_name) == ("confirmed", "Ахметова А. Б.")
    assert done.doctor_role == "paediatrician"
    assert clinic.card(GROUP).text.startswith("РАСТАЛДЫ.")
    assert clinic.last(REGISTRAR).startswith("РАСТАЛДЫ.")
    assert not await clinic.write(REGISTRAR, Said("Ахметова Айгүл"))


async def test_a_doctors_name_is_taken_by_whichever_process_it_comes_to(clinic: Ward) -> None:
    other = opened(clinic.db, clinic.clock, clinic)
    await clinic.call()
    await clinic.press(REGISTRAR, "Растау")
    await clinic.press(REGISTRAR, "Басқа дәрігер")
    assert await other.write(REGISTRAR, Said("Ахметова А. Б."))
    assert not await clinic.write(REGISTRAR, Said("Абай көшесі"))
    assert not await other.write(REGISTRAR, Said("Абай көшесі"))


async def test_a_doctors_name_for_a_call_that_nobody_answered_is_erased_after_a_day(clinic: Ward) -> None:
    await clinic.call()
    await clinic.press(REGISTRAR, "Растау")
    await clinic.press(REGISTRAR, "Басқа дәрігер")
    await clinic.write(REGISTRAR, Said("Ахметова А. Б."))
    clinic.clock.forward(24 * 3600 - 1)
    await clinic.tick()
    assert await staff_typing.typed_by(clinic.db.reader, REGISTRAR) is not None
    clinic.clock.forward(31)
    await clinic.tick()
    assert await staff_typing.typed_by(clinic.db.reader, REGISTRAR) is None


async def test_words_of_a_citizens_own_talk_are_not_taken_for_a_doctors_name(clinic: Ward) -> None:
    await clinic.call()
    await clinic.press(REGISTRAR, "Растау")
    await clinic.press(REGISTRAR, "Басқа дәрігер")
    assert not await clinic.write(REGISTRAR, Said("мәзір"))
    assert not await clinic.write(CITIZEN, Said("Ахметова Айгүл"))
    clinic.clock.forward(16 * 60)
    assert not await clinic.write(REGISTRAR, Said("Ахметова Айгүл"))


async def test_a_name_typed_for_a_call_that_was_answered_meanwhile_changes_nothing(clinic: Ward) -> None:
    request = await clinic.call()
    await clinic.press(SECOND_REGISTRAR, "Растау")
    await clinic.press(SECOND_REGISTRAR, "Басқа дәрігер")
    await clinic.press(REGISTRAR, "Артқа")
    await clinic.accepted(request)
    await clinic.write(SECOND_REGISTRAR, Said("Ахметова Айгүл"))
    assert "Қазіргі мәртебе: расталды" in clinic.last(SECOND_REGISTRAR)
    assert (await clinic.request(request)).doctor_no == "501"


async def test_G_72_after_closing_the_first_window_of_the_next_working_day_is_offered(clinic: Ward) -> None:
    request = await clinic.call()
    clinic.clock.forward(timedelta(hours=10, minutes=5).total_seconds())
    done = await clinic.accepted(request, "21.11, 09:00–11:00")
    assert str(done.visit_day) == "2026-11-21"
    await clinic.press(REGISTRAR, "Қайтарып алу")
    assert str((await clinic.request(request)).visit_day) == "2026-11-20"


async def test_a_call_withdrawn_by_its_citizen_stops_the_doctor_with_a_new_message(clinic: Ward) -> None:
    request = await clinic.accepted(await clinic.call())
    now = clinic.clock.now()
    async with clinic.db.transaction() as tx:
        cancelled = Changes(closed_at=now)
        await requests.move(tx, request.id, request.version, "cancelled", "person:1", now, cancelled)
        moved = await requests.by_id(tx, request.id)
        assert moved is not None
        owed = await outbox.put(tx, await clinic.room.withdrawn(tx, moved, now), 7, now, now)
    await clinic.deliver(owed)
    assert clinic.read(GROUP)[0].startswith("ҚАЙТАРЫП АЛЫНДЫ.")
    assert clinic.last(GROUP) == "№ 05-000001: пациент шақырудан бас тартты. Баруды тоқтатыңыз."
    assert clinic.chats[str(GROUP)][0].buttons == []


async def test_a_group_that_reads_russian_sees_russian(tmp_path: Path) -> None:
    async with ward(tmp_path, "ru") as clinic:
        await clinic.call()
        await clinic.press(REGISTRAR, "Подтвердить")
        assert clinic.card().text.endswith("Выберите врача.")
        await clinic.press(REGISTRAR, "Бейсенова")
        await clinic.press(REGISTRAR, "12:00–14:00")
        assert clinic.card().text.startswith("ПОДТВЕРЖДЁН.")
        await clinic.press(DOCTOR, "Врач в пути")
        await clinic.press(DOCTOR, "Визит завершён")
        assert clinic.card().text.startswith("ЗАВЕРШЁН.")


async def test_commands_of_citizens_are_not_the_staff_rooms(clinic: Ward) -> None:
    assert not await clinic.write(REGISTRAR, Command("start"))
    assert not await clinic.write(REGISTRAR, Command("menu"))
