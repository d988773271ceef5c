"""What stands against a request between "Send" and the switch: time, other attachments, age, rights."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from rules.attachment import Cause
from rules.attachment_status import AttachmentStatus
from rules.booking_status import BookingStatus
from rules.papers import PaperKind
from storage import attachments
from storage.papers import of_request
from storage.people import by_id
from tests.bot.enrolling import CLINICS, Enrolling, enrolling
from tests.bot.ward import CITIZEN, FOREIGNER, GROUP, OTHER_GROUP, REGISTRAR, Message

S = AttachmentStatus
FREE_CHOICE = "from,choices,period,campaign_from,campaign_to,effect"
NEW_YEAR = datetime(2026, 12, 31, 19, 0, tzinfo=UTC)
IN_JANUARY = "2026-01-01,1,calendar_year,,,01-01"


@pytest.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Enrolling]:
    async with enrolling(tmp_path) as opened:
        yield opened


async def _terms(clinic: Enrolling, row: str) -> None:
    await clinic.load(free_choice=f"{FREE_CHOICE}\n{row}\n")


async def _accepted(clinic: Enrolling) -> None:
    await clinic.ward.press(REGISTRAR, "Прикрепить")
    await clinic.pass_seconds(120)


async def _moved(clinic: Enrolling, person: int, to: int, since: str) -> None:
    found = await by_id(clinic.ward.db.reader, person)
    assert found is not None
    await clinic.move(found.iin, str(to), since)


async def _for_children(clinic: Enrolling) -> None:
    row = "5,Детская 5,5-емхана,Алматы,+77272333960,,П,Е,children"
    await clinic.load(clinics=f"{CLINICS},takes\n{row}\n")


def _labels(clinic: Enrolling) -> list[str]:
    return [label for label, _ in clinic.ward.card().buttons]


# A later day of effect


async def test_AT_09_a_newer_attachment_is_not_overridden_by_an_older_promise(clinic: Enrolling) -> None:
    await clinic.set_norm(None, 7)
    await _terms(clinic, IN_JANUARY)
    person = await clinic.person()
    request = await clinic.ask(person)
    await _accepted(clinic)
    await clinic.at(datetime(2026, 12, 15, 5, 0, tzinfo=UTC))
    await _moved(clinic, person, 7, "2026-12-15")
    await clinic.at(NEW_YEAR)
    assert await clinic.status(request) is S.CLOSED
    assert await clinic.clinics_of(person) == [6, 7]
    await clinic.at(datetime(2027, 1, 1, 3, 1, tzinfo=UTC))
    assert "закрыта без прикрепления" in clinic.ward.last(CITIZEN)
    assert "другой поликлинике" in clinic.ward.last(CITIZEN)
    assert "другой поликлинике" in clinic.ward.last(GROUP)


async def test_AT_07_whoever_is_18_on_the_day_of_effect_is_not_attached_to_a_childrens_clinic(
    clinic: Enrolling,
) -> None:
    await _terms(clinic, IN_JANUARY)
    await _for_children(clinic)
    person = await clinic.person(born="2008-12-20")
    await clinic.ask(person)
    assert "Прикрепить" not in _labels(clinic)


async def test_AT_07_a_clinic_that_takes_children_alone_by_the_switch_attaches_no_adult(
    clinic: Enrolling,
) -> None:
    person = await clinic.person()
    request = await clinic.ask(person)
    await clinic.ward.press(REGISTRAR, "Прикрепить")
    await _for_children(clinic)
    await clinic.pass_seconds(120)
    assert await clinic.status(request) is S.CLOSED
    assert await clinic.clinics_of(person) == [6]


# The day of registration


async def test_AT_06_a_request_carried_into_the_new_year_has_the_choice_of_that_year(
    clinic: Enrolling,
) -> None:
    clinic.ward.clock.at = datetime(2026, 12, 31, 13, 30, tzinfo=UTC)
    person = await clinic.person(attached_on=date(2026, 2, 3))
    request = await clinic.ask(person)
    assert await clinic.status(request) is S.NEXT_DAY
    registered = (await clinic.now(request)).asked_on
    await _accepted(clinic)
    assert await clinic.clinics_of(person) == [6]
    await clinic.at(datetime(registered.year, registered.month, registered.day, 3, 0, tzinfo=UTC))
    assert await clinic.clinics_of(person) == [6, 5]
    assert (await attachments.choices_made(clinic.ward.db.reader, person))[-1] == registered


async def test_AT_07_a_late_answer_takes_no_right_of_the_last_day_of_the_campaign(clinic: Enrolling) -> None:
    await _terms(clinic, "2026-01-01,1,calendar_year,09-15,11-20,at_once")
    person = await clinic.person()
    await clinic.ask(person)
    await clinic.at(datetime(2026, 11, 21, 5, 0, tzinfo=UTC))
    await _accepted(clinic)
    assert await clinic.clinics_of(person) == [6, 5]


async def test_AT_07_an_answer_of_january_uses_up_the_choice_of_the_year_it_was_asked_in(
    clinic: Enrolling,
) -> None:
    clinic.ward.clock.at = datetime(2026, 12, 31, 5, 0, tzinfo=UTC)
    person = await clinic.person()
    await clinic.ask(person)
    await clinic.at(datetime(2027, 1, 5, 5, 0, tzinfo=UTC))
    await _accepted(clinic)
    made = await attachments.choices_made(clinic.ward.db.reader, person)
    assert made == (date(2024, 3, 1), date(2026, 12, 31))


async def test_G_22_a_late_answer_does_not_put_the_day_of_effect_off_by_a_month(clinic: Enrolling) -> None:
    clinic.ward.clock.at = datetime(2026, 11, 30, 5, 0, tzinfo=UTC)
    await _terms(clinic, "2026-01-01,1,calendar_year,,,next_month")
    request = await clinic.ask(await clinic.person())
    await clinic.at(datetime(2026, 12, 1, 5, 0, tzinfo=UTC))
    await clinic.ward.press(REGISTRAR, "Прикрепить")
    assert (await clinic.now(request)).effective_on == date(2026, 12, 1)


# Papers


async def test_AT_13_the_talon_of_a_clinic_that_was_left_is_withdrawn(clinic: Enrolling) -> None:
    person = await clinic.person()
    first = await clinic.ask(person)
    await _accepted(clinic)
    await clinic.pass_seconds(3 * 86400)
    second = await clinic.ask(person, clinic_no=6, from_clinic=5, cause=Cause.MOVED)
    card = clinic.ward.card(OTHER_GROUP)
    await clinic.ward.press(FOREIGNER, "Прикрепить", chat=OTHER_GROUP, message=card)
    await clinic.pass_seconds(120)
    assert await of_request(clinic.ward.db.reader, first.id, PaperKind.ATTACHMENT) is None
    assert await of_request(clinic.ward.db.reader, second.id, PaperKind.ATTACHMENT) is not None


async def test_AT_13_a_register_that_moves_somebody_elsewhere_withdraws_our_talon(clinic: Enrolling) -> None:
    await clinic.set_norm(None, 7)
    person = await clinic.person()
    request = await clinic.ask(person)
    await _accepted(clinic)
    await clinic.pass_seconds(86400)
    await _moved(clinic, person, 5, "2026-11-21")
    assert await of_request(clinic.ward.db.reader, request.id, PaperKind.ATTACHMENT) is not None
    await _moved(clinic, person, 7, "2026-11-22")
    assert await of_request(clinic.ward.db.reader, request.id, PaperKind.ATTACHMENT) is None


# Rights


async def test_G_09_a_child_is_attached_while_the_applicant_acts_for_it(clinic: Enrolling) -> None:
    parent, child = await clinic.person(), await clinic.person(born="2018-06-12")
    await clinic.guards(parent, child)
    await clinic.ask(child, caller=parent)
    await _accepted(clinic)
    assert await clinic.clinics_of(child) == [6, 5]


async def test_G_09_a_right_that_ended_before_the_answer_leaves_the_request_to_be_closed(
    clinic: Enrolling,
) -> None:
    parent, child = await clinic.person(), await clinic.person(born="2018-06-12")
    request = await clinic.ask(child, caller=parent)
    assert _labels(clinic) == ["Закрыть заявку", "Подробнее"]
    assert "больше не представляет" in clinic.ward.last(GROUP)
    await clinic.ward.press(REGISTRAR, "Закрыть заявку")
    assert await clinic.status(request) is S.CLOSED


async def test_G_09_a_right_that_ends_before_the_day_of_effect_ends_the_promise(clinic: Enrolling) -> None:
    await _terms(clinic, IN_JANUARY)
    parent, child = await clinic.person(), await clinic.person(born="2018-06-12")
    await clinic.guards(parent, child, until="2026-12-01")
    request = await clinic.ask(child, caller=parent)
    await _accepted(clinic)
    await clinic.at(NEW_YEAR)
    assert await clinic.status(request) is S.CLOSED
    assert await clinic.clinics_of(child) == [6]


# Nothing left to answer


async def test_AT_11_who_is_attached_there_already_is_not_refused_but_closed(clinic: Enrolling) -> None:
    person = await clinic.person()
    request = await clinic.ask(person)
    refuse = clinic.ward.card().data("Отказать")
    await _moved(clinic, person, 5, "2026-11-18")
    await clinic.ward.press(REGISTRAR, "", data=refuse)
    assert _labels(clinic) == ["Закрыть заявку", "Подробнее"]
    await clinic.ward.press(REGISTRAR, "Закрыть заявку")
    assert await clinic.status(request) is S.CLOSED
    assert clinic.ward.card().text.startswith("ЗАКРЫТО БЕЗ ПРИКРЕПЛЕНИЯ. Прикрепление № 05-000001")
    assert "Прикрепление к этой поликлинике уже есть" in clinic.ward.last(CITIZEN)


async def test_AT_11_a_clinic_that_takes_other_patients_by_now_closes_in_its_own_words(
    clinic: Enrolling,
) -> None:
    request = await clinic.ask(await clinic.person())
    refuse = clinic.ward.card().data("Отказать")
    await _for_children(clinic)
    await clinic.ward.press(REGISTRAR, "", data=refuse)
    await clinic.ward.press(REGISTRAR, "Закрыть заявку")
    assert await clinic.status(request) is S.CLOSED
    assert "не прикрепляет пациентов этого возраста" in clinic.ward.last(CITIZEN)


async def test_a_request_that_can_be_answered_is_not_closed(clinic: Enrolling) -> None:
    request = await clinic.ask(await clinic.person())
    data = clinic.ward.card().data("Отказать").replace(":why", ":close")
    await clinic.ward.press(REGISTRAR, "", data=data)
    assert await clinic.status(request) is S.REGISTERED


async def test_AT_11_outside_the_campaign_nobody_chose_too_often(clinic: Enrolling) -> None:
    await _terms(clinic, "2026-01-01,1,calendar_year,09-15,11-15,at_once")
    await clinic.ask(await clinic.person(), cause=Cause.MOVED)
    await clinic.ward.press(REGISTRAR, "Отказать")
    assert _labels(clinic) == ["Нет документа", "Две организации сразу", "Назад"]


async def test_AT_07_whoever_is_attached_nowhere_waits_for_no_campaign_and_no_new_year(
    clinic: Enrolling,
) -> None:
    await _terms(clinic, "2026-01-01,1,calendar_year,09-15,11-15,01-01")
    person = await clinic.person(clinic_no=None)
    await clinic.ask(person, from_clinic=None)
    await _accepted(clinic)
    assert await clinic.clinics_of(person) == [5]


async def test_GEN_14_whoever_is_attached_nowhere_reads_of_no_former_clinic(clinic: Enrolling) -> None:
    await clinic.ask(await clinic.person(clinic_no=None), from_clinic=None)
    for label in ("Отказать", "Нет документа", "Да, отказать"):
        await clinic.ward.press(REGISTRAR, label)
    assert "Прежняя" not in clinic.ward.last(CITIZEN)


# What is open at the clinic that is left


async def test_AT_15_a_visit_booked_after_send_is_told_of_with_a_way_to_cancel_it(clinic: Enrolling) -> None:
    person = await clinic.person(clinic_no=5)
    await clinic.ask(person, clinic_no=6, from_clinic=5)
    booking = await clinic.surgery.book(patient=person)
    card = clinic.ward.card(OTHER_GROUP)
    await clinic.ward.press(FOREIGNER, "Прикрепить", chat=OTHER_GROUP, message=card)
    await clinic.pass_seconds(120)
    assert (await clinic.surgery.now(booking)).status is BookingStatus.CONFIRMED
    told = _told_of_the_switch(clinic)
    assert f"В прежней поликлинике ещё открыто: № {booking.number}" in told.text
    assert told.data("Отменить запись") == f"a:start:cancel_visit:{booking.id}"


async def test_AT_15_of_a_visit_that_has_begun_it_is_not_said_that_it_is_open(clinic: Enrolling) -> None:
    person = await clinic.person(clinic_no=5)
    booking = await clinic.surgery.book(patient=person)
    assert booking.starts is not None
    await clinic.at(booking.starts)
    await clinic.ask(person, clinic_no=6, from_clinic=5)
    card = clinic.ward.card(OTHER_GROUP)
    await clinic.ward.press(FOREIGNER, "Прикрепить", chat=OTHER_GROUP, message=card)
    await clinic.pass_seconds(120)
    assert "ещё открыто" not in _told_of_the_switch(clinic).text


def _told_of_the_switch(clinic: Enrolling) -> Message:
    messages = clinic.ward.chats[str(CITIZEN)]
    return next(one for one in messages if "Прикрепление к поликлинике выполнено" in one.text)
