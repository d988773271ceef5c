"""Requests for attachment in the hands of staff and clocks: what each of them reads, and what switches."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.attachments.feed import SWITCH
from bot.staff.press import Press, Verb
from rules.attachment import Cause
from rules.attachment_status import AttachmentStatus
from rules.booking_status import BookingStatus
from rules.law import GroundCode
from rules.papers import PaperKind
from storage import attachments, due, requests
from storage.papers import of_request
from storage.people import by_id
from tests.bot.enrolling import Enrolling, enrolling
from tests.bot.ward import (
    CITIZEN,
    DOCTOR,
    FOREIGNER,
    GROUP,
    HEAD,
    OTHER_GROUP,
    REGISTRAR,
    SECOND_REGISTRAR,
    STRANGER,
    TEN,
)

S = AttachmentStatus
FREE_CHOICE = "from,choices,period,campaign_from,campaign_to,effect"


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Enrolling]:
    async with enrolling(tmp_path) as opened:
        yield opened


async def test_AT_08_the_card_shows_count_and_norm_and_neither_name_nor_iin(clinic: Enrolling) -> None:
    await clinic.set_norm(2)
    await clinic.ask(await clinic.person())
    assert clinic.ward.last(GROUP) == (
        "НОВАЯ. Прикрепление № 05-000001\n"
        "Возраст: 19–62\n"
        "Причина: свободный выбор\n"
        "Нынешняя поликлиника: П-6\n"
        "Прикреплено: 0, норматив: 2\n"
        "Срок ответа: 20:00"
    ).replace("19–62", _band(clinic))


def _band(clinic: Enrolling) -> str:
    line = next(one for one in clinic.ward.last(GROUP).split("\n") if one.startswith("Возраст: "))
    return line.removeprefix("Возраст: ")


async def test_G_21_without_a_norm_staff_are_warned_and_nobody_can_be_refused_for_it(
    clinic: Enrolling,
) -> None:
    await clinic.ask(await clinic.person())
    assert "Норматив не задан" in clinic.ward.last(GROUP)
    await clinic.ward.press(REGISTRAR, "Отказать")
    labels = [label for label, _ in clinic.ward.card().buttons]
    assert labels == ["Нет документа", "Две организации сразу", "Назад"]


async def test_another_cause_than_free_choice_asks_staff_to_check_the_papers(clinic: Enrolling) -> None:
    await clinic.ask(await clinic.person(), cause=Cause.MOVED)
    assert "Проверьте подтверждающие документы" in clinic.ward.last(GROUP)


async def test_AT_15_the_switch_comes_when_the_press_can_no_longer_be_taken_back(clinic: Enrolling) -> None:
    person = await clinic.person()
    request = await clinic.ask(person)
    await clinic.ward.press(REGISTRAR, "Прикрепить")
    assert await clinic.status(request) is S.ACCEPTED
    assert await clinic.clinics_of(person) == [6]
    assert str(CITIZEN) not in clinic.ward.chats
    await clinic.pass_seconds(119)
    assert await clinic.clinics_of(person) == [6]
    await clinic.pass_seconds(1)
    assert await clinic.status(request) is S.ATTACHED
    assert await clinic.clinics_of(person) == [6, 5]
    assert clinic.ward.card(GROUP).text.startswith("ПРИКРЕПЛЁН. Прикрепление № 05-000001")
    assert "05-000001" in clinic.ward.last(CITIZEN)


async def test_both_clinics_read_of_the_switch_and_the_old_one_reads_no_name(clinic: Enrolling) -> None:
    await clinic.ask(await clinic.person())
    await clinic.ward.press(REGISTRAR, "Прикрепить")
    await clinic.pass_seconds(120)
    assert clinic.ward.last(OTHER_GROUP) == (
        "Один пациент прикрепился к другой поликлинике: П-5. У вас прикреплено: 0."
    )


async def test_AT_13_a_switch_owes_a_paper_once(clinic: Enrolling) -> None:
    request = await clinic.ask(await clinic.person())
    await clinic.ward.press(REGISTRAR, "Прикрепить")
    await clinic.pass_seconds(120)
    paper = await of_request(clinic.ward.db.reader, request.id, PaperKind.ATTACHMENT)
    assert paper is not None
    assert paper.number == request.number


async def test_a_press_on_attach_is_taken_back_and_nothing_was_switched(clinic: Enrolling) -> None:
    person = await clinic.person()
    request = await clinic.ask(person)
    await clinic.ward.press(REGISTRAR, "Прикрепить")
    await clinic.pass_seconds(60)
    await clinic.ward.press(REGISTRAR, "Вернуть назад")
    assert await clinic.status(request) is S.REGISTERED
    await clinic.pass_seconds(3600)
    assert await clinic.clinics_of(person) == [6]
    assert str(CITIZEN) not in clinic.ward.chats
    assert "Прикрепить" in [label for label, _ in clinic.ward.card().buttons]


async def test_G_22_a_later_day_of_effect_is_told_and_kept(clinic: Enrolling) -> None:
    await clinic.load(free_choice=f"{FREE_CHOICE}\n2026-01-01,1,calendar_year,,,01-01\n")
    person = await clinic.person()
    request = await clinic.ask(person)
    await clinic.ward.press(REGISTRAR, "Прикрепить")
    await clinic.pass_seconds(120)
    assert await clinic.status(request) is S.ACCEPTED
    assert "1 января 2027" in clinic.ward.last(CITIZEN)
    assert "1 января 2027" in clinic.ward.card().text
    midnight = datetime(2026, 12, 31, 19, 0, tzinfo=UTC)
    await clinic.at(midnight - timedelta(seconds=1))
    assert await clinic.clinics_of(person) == [6]
    await clinic.at(midnight)
    assert await clinic.clinics_of(person) == [6, 5]
    made = await attachments.choices_made(clinic.ward.db.reader, person)
    assert made == (date(2024, 3, 1), date(2026, 11, 20))


async def test_AT_08_a_norm_reached_between_choice_and_decision_leaves_only_that_ground(
    clinic: Enrolling,
) -> None:
    await clinic.set_norm(1)
    person = await clinic.person()
    request = await clinic.ask(person)
    attach = clinic.ward.card().data("Прикрепить")
    await clinic.person(clinic_no=5)
    await clinic.ward.press(REGISTRAR, "Прикрепить", data=attach)
    assert "бекітілген халық саны нормативке жетті" in clinic.ward.last(REGISTRAR)
    assert await clinic.status(request) is S.REGISTERED
    await clinic.ward.press(REGISTRAR, "Отказать")
    assert [label for label, _ in clinic.ward.card().buttons] == ["Превышен норматив", "Назад"]
    await clinic.ward.press(REGISTRAR, "Превышен норматив")
    await clinic.ward.press(REGISTRAR, "Да, отказать")
    assert (await clinic.now(request)).ground == GroundCode.NORM_EXCEEDED
    assert await clinic.clinics_of(person) == [6]


async def test_AT_08_the_last_place_is_promised_once(clinic: Enrolling) -> None:
    await clinic.set_norm(1)
    first = await clinic.ask(await clinic.person())
    second = await clinic.ask(await clinic.person())
    await clinic.ward.press(REGISTRAR, "", data=str(Press(first.id, 1, Verb.CONFIRM)))
    await clinic.ward.press(REGISTRAR, "", data=str(Press(second.id, 1, Verb.CONFIRM)))
    assert await clinic.status(first) is S.ACCEPTED
    assert await clinic.status(second) is S.REGISTERED


async def test_AT_07_a_choice_used_up_meanwhile_bars_attaching_and_opens_its_ground(
    clinic: Enrolling,
) -> None:
    person = await clinic.person(attached_on=date(2026, 2, 3))
    request = await clinic.ask(person)
    assert "Прикрепить" not in [label for label, _ in clinic.ward.card().buttons]
    assert "3 февраля 2026" in clinic.ward.last(GROUP)
    await clinic.ward.press(REGISTRAR, "", data=str(Press(request.id, 1, Verb.CONFIRM)))
    assert "2026 жылғы 3 ақпан" in clinic.ward.last(REGISTRAR)
    await clinic.ward.press(REGISTRAR, "Отказать")
    await clinic.ward.press(REGISTRAR, "Чаще раза в год")
    await clinic.ward.press(REGISTRAR, "Да, отказать")
    assert (await clinic.now(request)).ground == GroundCode.TOO_OFTEN


async def test_GEN_14_a_refusal_is_told_with_its_ground_and_can_be_taken_back(clinic: Enrolling) -> None:
    request = await clinic.ask(await clinic.person())
    for label in ("Отказать", "Нет документа", "Да, отказать"):
        await clinic.ward.press(REGISTRAR, label)
    assert await clinic.status(request) is S.REFUSED
    told = len(clinic.ward.read(CITIZEN))
    assert "05-000001" in clinic.ward.last(CITIZEN)
    await clinic.ward.press(REGISTRAR, "Вернуть назад")
    assert await clinic.status(request) is S.REGISTERED
    assert len(clinic.ward.read(CITIZEN)) == told + 1


async def test_a_ground_that_cannot_be_so_is_never_accepted(clinic: Enrolling) -> None:
    request = await clinic.ask(await clinic.person())
    data = str(Press(request.id, 1, Verb.REFUSE, (GroundCode.NORM_EXCEEDED,)))
    await clinic.ward.press(REGISTRAR, "", data=data)
    assert await clinic.status(request) is S.REGISTERED


async def test_of_two_registrars_who_press_at_once_one_is_first(clinic: Enrolling) -> None:
    request = await clinic.ask(await clinic.person())
    data = clinic.ward.card().data("Прикрепить")
    await asyncio.gather(
        clinic.ward.press(REGISTRAR, "", data=data), clinic.ward.press(SECOND_REGISTRAR, "", data=data)
    )
    assert await clinic.status(request) is S.ACCEPTED
    assert (await clinic.now(request)).version == 2
    losers = [one for one in (REGISTRAR, SECOND_REGISTRAR) if str(one) in clinic.ward.chats]
    assert len(losers) == 1
    assert "мұны әріптесіңіз жасап қойды (тіркеуші)" in clinic.ward.last(losers[0])


@pytest.mark.parametrize("user", [DOCTOR, FOREIGNER, STRANGER])
async def test_S33_nobody_but_the_registry_of_that_clinic_attaches(clinic: Enrolling, user: int) -> None:
    request = await clinic.ask(await clinic.person())
    await clinic.ward.press(user, "Прикрепить")
    assert await clinic.status(request) is S.REGISTERED


async def test_G_71_the_name_opens_in_private_and_the_opening_is_on_record(clinic: Enrolling) -> None:
    await clinic.ask(await clinic.person())
    await clinic.ward.press(REGISTRAR, "Подробнее")
    assert "Сейітова" in clinic.ward.last(REGISTRAR)
    assert "Сейітова" not in clinic.ward.last(GROUP)


async def test_AT_05_alarm_at_two_thirds_then_the_last_hour_then_overdue(clinic: Enrolling) -> None:
    await clinic.ask(await clinic.person())
    messages = len(clinic.ward.read(GROUP))
    alarm = TEN + (datetime(2026, 11, 20, 15, 0, tzinfo=UTC) - TEN) * 2 / 3
    await clinic.at(alarm - timedelta(seconds=1))
    assert len(clinic.ward.read(GROUP)) == messages
    await clinic.at(alarm)
    assert clinic.ward.last(GROUP).startswith("ВНИМАНИЕ. На заявку о прикреплении № 05-000001")
    await clinic.at(datetime(2026, 11, 20, 14, 0, tzinfo=UTC))
    assert "05-000001" in clinic.ward.last(HEAD)
    await clinic.at(datetime(2026, 11, 20, 15, 0, tzinfo=UTC))
    assert any(text.startswith("СРОК НАРУШЕН. На заявку") for text in clinic.ward.read(GROUP))
    assert clinic.ward.card(HEAD).text.startswith("МЕРЗІМ ӨТТІ")
    assert "+7 727 233-39-60" in clinic.ward.last(CITIZEN)
    assert "жалобу: она уже составлена" in clinic.ward.last(CITIZEN)
    assert clinic.ward.card(CITIZEN).data("Подать жалобу").startswith("a:start:complaint:request:")


async def test_E_08_a_request_after_18_00_is_one_of_the_next_working_day(clinic: Enrolling) -> None:
    clinic.ward.clock.at = datetime(2026, 11, 19, 13, 0, tzinfo=UTC)
    request = await clinic.ask(await clinic.person())
    assert await clinic.status(request) is S.NEXT_DAY
    asked = await clinic.now(request)
    assert asked.answer_due == datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    await clinic.at(datetime(2026, 11, 20, 3, 0, tzinfo=UTC))
    assert await clinic.status(request) is S.REGISTERED
    assert "перенесена на сегодня" in clinic.ward.last(GROUP)


async def test_AT_15_what_was_given_up_is_cancelled_with_the_switch_and_the_rest_stays(
    clinic: Enrolling,
) -> None:
    person = await clinic.person(clinic_no=5)
    booking = await clinic.surgery.book(patient=person)
    assert booking.slot is not None
    await clinic.ask(person, clinic_no=6, from_clinic=5, give_up=(booking.id,))
    card = clinic.ward.card(OTHER_GROUP)
    await clinic.ward.press(FOREIGNER, "Прикрепить", chat=OTHER_GROUP, message=card)
    assert (await clinic.surgery.now(booking)).status is BookingStatus.CONFIRMED
    await clinic.pass_seconds(120)
    assert (await clinic.surgery.now(booking)).status is BookingStatus.CANCELLED
    assert any("Время свободно" in text for text in clinic.ward.read(GROUP))
    assert any(booking.number in text for text in clinic.ward.read(CITIZEN))


async def test_a_visit_that_is_not_given_up_stays_with_the_old_clinic(clinic: Enrolling) -> None:
    person = await clinic.person(clinic_no=5)
    booking = await clinic.surgery.book(patient=person)
    await clinic.ask(person, clinic_no=6, from_clinic=5)
    await clinic.ward.press(FOREIGNER, "Прикрепить", chat=OTHER_GROUP, message=clinic.ward.card(OTHER_GROUP))
    await clinic.pass_seconds(120)
    assert (await clinic.surgery.now(booking)).status is BookingStatus.CONFIRMED


async def test_a_person_attached_there_meanwhile_is_not_attached_twice(clinic: Enrolling) -> None:
    person = await clinic.person()
    request = await clinic.ask(person)
    await clinic.ward.press(REGISTRAR, "Прикрепить")
    found = await by_id(clinic.ward.db.reader, person)
    assert found is not None
    await clinic.move(found.iin, "5", "2026-11-20")
    await clinic.pass_seconds(120)
    assert await clinic.status(request) is S.ATTACHED
    assert await clinic.clinics_of(person) == [6, 5]


async def test_a_moment_that_comes_twice_switches_once(clinic: Enrolling) -> None:
    person = await clinic.person()
    request = await clinic.ask(person)
    await clinic.ward.press(REGISTRAR, "Прикрепить")
    await clinic.pass_seconds(120)
    read = len(clinic.ward.read(CITIZEN))
    async with clinic.ward.db.transaction() as tx:
        due.set_due(tx, SWITCH, request.id, clinic.ward.clock.now())
    await clinic.pass_seconds(1)
    assert await clinic.clinics_of(person) == [6, 5]
    assert len(clinic.ward.read(CITIZEN)) == read


async def test_a_group_linked_later_gets_the_cards_of_what_waits(clinic: Enrolling) -> None:
    await clinic.ask(await clinic.person())
    async with clinic.ward.db.transaction() as tx:
        now = clinic.ward.clock.now()
        waiting = await clinic.ward.room.attachments.feed.post_waiting(tx, 5, now)
    assert len(waiting) == 1


async def test_who_cannot_be_reached_in_the_chat_reads_it_by_sms(clinic: Enrolling) -> None:
    clinic.ward.blocked.add(str(CITIZEN))
    await clinic.ask(await clinic.person())
    await clinic.ward.press(REGISTRAR, "Прикрепить")
    await clinic.pass_seconds(120)
    await clinic.pass_seconds(20)
    assert "05-000001" in clinic.ward.last("+77011234567")


async def test_the_open_request_of_a_person_is_one(clinic: Enrolling) -> None:
    person = await clinic.person()
    await clinic.ask(person)
    with pytest.raises(requests.AlreadyOpen):
        await clinic.ask(person)
