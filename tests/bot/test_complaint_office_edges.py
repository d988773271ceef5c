"""The complaints' office where things go wrong: too late, put right, pressed twice, left by its people."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from bot.channels.events import Command
from bot.complaints.printed import ComplaintPapers, What
from bot.people.leaving import Leaving
from bot.setting_forms import CARD_FIELDS
from rules.complaints import Addressee, ComplaintStatus, FilingWay, MatterKind
from rules.public_services import PublicService
from storage import audit, complaint_office, complaints, outbox, staff, training
from storage.complaints import Complaint, Matter
from storage.retention import erase
from tests.bot.campus import COLLEAGUE, EXECUTOR, campus
from tests.bot.complaint_desk import (
    ADMINISTRATOR,
    CITIZEN_CHAT,
    OFFICER,
    REASONS,
    SECOND_OFFICER,
    Desk,
    at,
    complaint_desk,
)
from tests.bot.ward import CITY, HEAD, WORKER
from tests.complainants import ADDRESS, PHONE, on_paper
from tests.registry import made_up_iin

NAMED = "Сәтова Дана Ерқызы"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with complaint_desk(tmp_path) as opened:
        yield opened


async def mended(desk: Desk, complaint: Complaint, typed: str) -> None:
    await desk.open(await desk.now(complaint))
    await desk.press("Орган нөмірін түзету")
    await desk.type(typed)


async def by_paper(desk: Desk, **changes: Any) -> Complaint:
    """A complaint on paper, registered and taken in."""
    async with desk.ward.db.transaction() as tx:
        made = await complaints.register(tx, on_paper(**changes), desk.ward.clock.now(), f"staff:{OFFICER}")
        parcels = await desk.ward.room.parts.complaints.arrived(tx, made, desk.ward.clock.now())
        owed = await outbox.put(tx, parcels, WORKER, desk.ward.clock.now(), desk.ward.clock.now())
    await desk.ward.deliver(owed)
    return await desk.now(made)


async def left(desk: Desk, user: int) -> None:
    """End somebody's work as /people does."""
    async with desk.ward.db.transaction() as tx:
        parcels = await Leaving(desk.ward.room.parts).end(tx, user, 5, "operator", desk.ward.clock.now())
        assert parcels is not None
        owed = await outbox.put(tx, parcels, WORKER, desk.ward.clock.now(), desk.ward.clock.now())
    await desk.ward.deliver(owed)


# Numbers put right, and entered late.


async def test_CO_06_a_number_put_right_after_the_term_does_not_keep_the_city_from_being_told(
    desk: Desk,
) -> None:
    complaint = await desk.registered(await desk.filed())
    await desk.at("2026-12-12 08:00")
    assert "МЕРЗІМ ӨТТІ" in desk.ward.last(HEAD)
    await mended(desk, complaint, "ЖТ-1234/27 20.11.2026")
    assert (await desk.office(complaint)).overdue_at is not None
    await desk.at("2026-12-14 20:00")
    assert complaint.number in desk.ward.last(CITY)


async def test_CO_06_a_day_put_right_makes_a_term_that_can_be_broken_anew(desk: Desk) -> None:
    complaint = await desk.registered(await desk.filed())
    await desk.at("2026-12-12 08:00")
    told = sum("истёк" in text for text in desk.citizen())
    await mended(desk, complaint, "ЖТ-1234/26 10.12.2026")
    assert (await desk.office(complaint)).overdue_at is None
    await desk.at("2027-01-20 08:00")
    assert (await desk.office(complaint)).overdue_at is not None
    assert sum("истёк" in text for text in desk.citizen()) == told + 1


async def test_CO_06_a_number_entered_late_never_says_that_three_days_are_left(desk: Desk) -> None:
    complaint = await desk.forwarded(await desk.filed())
    await desk.at("2026-12-10 10:00")
    await desk.open(await desk.now(complaint))
    await desk.press("Орган нөмірін енгізу")
    await desk.type("ЖТ-1 20.11.2026")
    await desk.at("2026-12-10 10:01")
    assert "жақында өтеді" in desk.ward.last(OFFICER)
    assert all("3 жұмыс күні" not in text for text in desk.ward.read(OFFICER))


async def test_X_33_the_bodys_day_counts_even_if_the_office_noted_the_passing_on_only_later(
    desk: Desk,
) -> None:
    complaint = await desk.filed()
    await desk.at("2026-11-24 10:00")
    complaint = await desk.registered(complaint, "ЖТ-1 от 23.11.2026 г.")
    office = await desk.office(complaint)
    assert [one.number for _, one in office.bodies] == ["ЖТ-1"]
    assert str(office.answer_due) == "2026-12-14"


async def test_X_33_by_sms_too_a_term_put_right_is_said_anew(desk: Desk) -> None:
    made = await by_paper(desk, phone=PHONE, addressee=Addressee.HEALTH)
    complaint = await desk.registered(made, "1 20.11.2026")
    await desk.at("2026-11-23 10:00")
    await mended(desk, complaint, "1 23.11.2026")
    assert ["11 желтоқсан" in text for text in desk.ward.read(PHONE)] == [True, False]
    assert "14 желтоқсан" in desk.ward.last(PHONE)


# Late, by day, and to whom.


async def test_X_33_who_wrote_on_paper_learns_by_sms_that_it_was_not_passed_on(desk: Desk) -> None:
    await by_paper(desk, phone=PHONE)
    await desk.at("2026-11-23 20:00")
    assert "органға әлі жіберілмеді" in desk.ward.last(PHONE)
    assert "хабарланды" in desk.ward.last(OFFICER)


async def test_X_33_where_the_bot_can_write_to_nobody_the_office_is_not_told_that_it_did(desk: Desk) -> None:
    await by_paper(desk, phone="+77272333960")
    await desk.at("2026-11-23 20:00")
    assert "өзіңіз хабарлаңыз" in desk.ward.last(OFFICER)


async def test_X_33_a_paper_entered_long_after_it_came_is_late_at_once_without_a_last_day(desk: Desk) -> None:
    await by_paper(desk, received_on=date(2026, 11, 2))
    await desk.at("2026-11-20 10:01")
    assert "МЕРЗІМ ӨТТІ" in desk.ward.last(HEAD)
    assert all("Соңғы күні" not in text for text in desk.ward.read(OFFICER))


async def test_G_61_at_night_the_city_is_not_woken_for_a_complaint_that_nobody_may_handle(desk: Desk) -> None:
    await desk.at("2026-11-21 02:00")
    for one in (HEAD, OFFICER, ADMINISTRATOR):
        async with desk.ward.db.transaction() as tx:
            await staff.leave(tx, one, 5, "operator", desk.ward.clock.now())
    complaint = await desk.filed()
    await desk.at("2026-11-21 07:59")
    assert (desk.ward.read(CITY), desk.ward.bell.rung) == ([], [])
    await desk.at("2026-11-21 08:00")
    assert complaint.number in desk.ward.last(CITY)


async def test_CO_07_an_answer_by_post_that_has_not_left_is_asked_after_then_told_to_the_head(
    desk: Desk,
) -> None:
    complaint = await desk.decided(await desk.registered(await desk.filed()))
    await desk.at("2026-11-23 20:00")
    assert "поштамен әлі жіберілмеді" in desk.ward.last(OFFICER)
    assert desk.ward.read(HEAD) == []
    await desk.at("2026-11-24 20:00")
    assert "поштамен әлі жіберілмеді" in desk.ward.last(HEAD)
    await desk.open(complaint)
    await desk.press("Жауап поштаға берілді")
    await desk.type("24.11.2026")
    count = len(desk.ward.read(OFFICER))
    await desk.at("2026-12-24 20:00")
    assert len(desk.ward.read(OFFICER)) == count


# Twice, and another text.


async def test_a_paper_registered_by_two_presses_is_one_and_nobody_is_asked_to_type_it_anew(
    desk: Desk,
) -> None:
    await desk.ward.write(OFFICER, Command("complaints"))
    await desk.press("Қағаз шағымды енгізу")
    await desk.press("Пошта арқылы")
    for text in ("19.11.2026", made_up_iin().digits, "Ахметов Ерлан", ADDRESS, "8 727 233 39 60"):
        await desk.type(text)
    for label in ("Екі органға да", "Пошта арқылы", "Нөмір жоқ"):
        await desk.press(label)
    await desk.type("Талон бермеді, ертең келіңіз деді, ал ертең де талон жоқ.")
    whole = desk.ward.card(OFFICER)
    data = whole.data("Шағымды тіркеу")
    for _ in range(2):
        await desk.ward.press(OFFICER, "", chat=OFFICER, data=data, message=whole)
    assert "қайта енгізудің қажеті жоқ" in desk.ward.last(OFFICER)
    assert all("басынан бастаймыз" not in text for text in desk.ward.read(OFFICER))
    assert "Шағым тіркелді" in whole.text
    assert await complaints.by_number(desk.ward.db.reader, "95-000002") is None


async def test_CO_07_a_button_under_words_that_were_replaced_confirms_nothing(desk: Desk) -> None:
    complaint = await desk.registered(await desk.filed())
    await desk.press("Жауап беру")
    await desk.type(REASONS)
    first = desk.ward.card(OFFICER)
    await desk.press("Қайта жазу")
    other = f"{REASONS} Кешірім сұраймыз."
    await desk.type(other)
    await desk.ward.press(OFFICER, "", chat=OFFICER, data=first.data("Иә, бекітемін"), message=first)
    assert (await desk.now(complaint)).status is ComplaintStatus.REGISTERED
    assert other in desk.ward.last(OFFICER)
    await desk.press("Иә, бекітемін")
    assert (await desk.now(complaint)).status is ComplaintStatus.ANSWERED


# Whose it is.


async def test_G_61_who_enters_a_paper_about_themselves_is_not_the_official_who_accepts_it(
    desk: Desk,
) -> None:
    await desk.employ(HEAD, "head", "Қасымова Раушан")
    made = await by_paper(desk, words="Гульмира Бековна Омарова кричала на меня в регистратуре.")
    assert (await desk.now(made)).official == "Қасымова Р."


async def test_G_61_the_slip_of_a_paper_about_whoever_enters_it_names_another(desk: Desk) -> None:
    await desk.employ(HEAD, "head", "Қасымова Раушан")
    await desk.ward.write(OFFICER, Command("complaints"))
    await desk.press("Қағаз шағымды енгізу")
    await desk.press("Пошта арқылы")
    for text in ("19.11.2026", made_up_iin().digits, "Ахметов Ерлан", ADDRESS, "8 727 233 39 60"):
        await desk.type(text)
    for label in ("Екі органға да", "Пошта арқылы", "Нөмір жоқ"):
        await desk.press(label)
    await desk.type("Омарова есікті жауып алды, талон бермеді.")
    await desk.press("Шағымды тіркеу")
    made = await complaints.by_number(desk.ward.db.reader, "95-000001")
    assert made is not None
    assert (made.official, made.way) == ("Қасымова Р.", FilingWay.POST)


async def test_G_61_whoever_has_no_name_says_it_before_any_word_of_a_complaint_is_shown(desk: Desk) -> None:
    await left(desk, OFFICER)
    await desk.employ(SECOND_OFFICER, "officer")
    complaint = await desk.filed(words="Сәтова трубканы қойып тастады, келмейміз деді.")
    for button in ("Шағымды оқу", "PDF және файлдар"):
        await desk.open(complaint, SECOND_OFFICER)
        await desk.press(button, SECOND_OFFICER)
        assert "соған ашылмайды" in desk.ward.last(SECOND_OFFICER)
    assert all("трубканы" not in text for text in desk.ward.read(SECOND_OFFICER))
    assert await desk.type("Сәтова Дана", SECOND_OFFICER) == "Бұл шағым сізге ашылмайды."
    assert complaint.number in desk.ward.last(HEAD)


async def test_G_61_nobody_handles_what_they_filed_themselves(desk: Desk) -> None:
    await left(desk, OFFICER)
    await desk.employ(int(CITIZEN_CHAT), "officer", NAMED)
    complaint = await desk.filed()
    assert complaint.number in desk.ward.last(HEAD)
    assert all("ЖАҢА ШАҒЫМ" not in text for text in desk.citizen())


async def test_G_61_complaints_of_an_officer_who_leaves_are_told_to_whoever_comes_next(desk: Desk) -> None:
    complaint = await desk.forwarded(await desk.filed())
    assert desk.ward.read(HEAD) == []
    await left(desk, OFFICER)
    assert complaint.number in desk.ward.last(HEAD)
    await left(desk, HEAD)
    assert complaint.number in desk.ward.last(ADMINISTRATOR)
    await left(desk, ADMINISTRATOR)
    await desk.at("2026-11-20 10:30")
    assert complaint.number in desk.ward.last(CITY)


async def test_one_of_two_officers_leaves_and_nobody_is_bothered(desk: Desk) -> None:
    await desk.employ(SECOND_OFFICER, "officer", NAMED)
    await desk.filed()
    count = len(desk.ward.read(SECOND_OFFICER))
    await left(desk, OFFICER)
    assert (len(desk.ward.read(SECOND_OFFICER)), desk.ward.read(HEAD)) == (count, [])


async def test_G_61_who_had_the_request_and_gave_it_back_does_not_handle_the_complaint(desk: Desk) -> None:
    made = await desk.complainant()
    async with desk.ward.db.transaction() as tx:
        subject, now = f"request:{made.request.id}", desk.ward.clock.now()
        await audit.append(tx, "work.given_back", f"staff:{OFFICER}", subject, {"clinic": 5}, now)
    complaint = await desk.filed(made)
    assert desk.ward.read(OFFICER) == []
    assert complaint.number in desk.ward.last(HEAD)


async def test_G_61_whoever_is_to_carry_a_request_to_the_college_out_does_not_handle_the_complaint(
    tmp_path: Path,
) -> None:
    async with campus(tmp_path) as college:
        request = await college.asked()
        async with college.db.transaction() as tx:
            given = {"executor": {"id": COLLEAGUE, "at": 1, "who": f"staff:{EXECUTOR}"}}
            training.keep_office(tx, request.id, given)
            about = Matter(MatterKind.TRAINING, request.id, PublicService.TRAINING)
            new = on_paper(clinic_no=90, matter=about)
            made = await complaints.register(tx, new, college.clock.now(), "operator")
            assert await complaint_office.actors(tx, made) == {EXECUTOR, COLLEAGUE}


async def test_X_33_after_a_stop_of_days_nobody_is_told_of_a_last_day_that_is_over(desk: Desk) -> None:
    await desk.filed()
    desk.ward.clock.at = at("2026-11-24 09:00")
    await desk.at("2026-11-24 09:01")
    assert "МЕРЗІМ ӨТТІ" in desk.ward.last(HEAD)
    assert all("Соңғы күні" not in text for text in desk.ward.read(OFFICER))


# What is kept.


async def test_CO_07_of_an_erased_person_the_address_stays_until_the_answer_has_left(desk: Desk) -> None:
    made = await desk.complainant()
    complaint = await desk.registered(await desk.filed(made))
    async with desk.ward.db.transaction() as tx:
        assert await erase(tx, made.person_id, "operator", desk.ward.clock.now())
    complaint = await desk.decided(complaint)
    assert (complaint.postal_address, complaint.words, complaint.iin) == (ADDRESS, "", "")
    async with desk.ward.db.transaction() as tx:
        await erase(tx, made.person_id, "operator", desk.ward.clock.now())
    await desk.open(complaint)
    await desk.press("Жауап поштаға берілді")
    await desk.type("20.11.2026")
    complaint = await desk.now(complaint)
    assert (complaint.postal_address, complaint.full_name, complaint.phone) == ("", "", "")
    assert (await desk.office(complaint)).decision is None


async def test_X_34_what_was_written_under_a_photo_goes_on_with_the_complaint(desk: Desk) -> None:
    complaint = await desk.filed()
    papers = ComplaintPapers(desk.ward.db.reader)
    _, content = await papers.drawn(complaint.id, What.COMPLAINT, frozenset(CARD_FIELDS))
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert "2. от врача" in text
    _, bare = await papers.drawn(complaint.id, What.COMPLAINT, frozenset())
    assert "от врача" not in " ".join(page.extract_text() for page in PdfReader(io.BytesIO(bare)).pages)
