"""The complaints' office: passed on, numbered by the body, examined in its term, answered, delivered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.events import Command
from bot.complaints.clocks import ComplaintClocks
from bot.settings import BadSettings, read_settings
from bot.staff.room import StaffRoom
from bot.terms.escalation import City
from rules.complaints import Addressee, AnswerWay, Body, ComplaintStatus
from storage import complaints, requests, staff
from storage.registry import Directory
from tests.bot.complaint_desk import (
    ADMINISTRATOR,
    CITIZEN_CHAT,
    GROUND,
    OFFICER,
    REASONS,
    SECOND_OFFICER,
    Desk,
    complaint_desk,
)
from tests.bot.ward import CITY, DOCTOR, GROUP, HEAD, REGISTRAR, STRANGER, WORKER
from tests.complainants import electronic

D, R, W, A, N = ComplaintStatus


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with complaint_desk(tmp_path) as opened:
        yield opened


async def marks_of(desk: Desk, complaint_id: int) -> list[ComplaintStatus]:
    return [one.status for one in await complaints.marks(desk.ward.db.reader, complaint_id)]


# Passing on.


async def test_X_33_a_new_complaint_is_told_to_the_office_with_the_day_by_which_it_is_passed_on(
    desk: Desk,
) -> None:
    complaint = await desk.filed()
    [told] = desk.ward.read(OFFICER)
    assert complaint.number in told
    assert "2026 жылғы 23 қараша" in told
    assert "трубку" not in told, "no word of it in a notice"
    assert desk.ward.read(HEAD) == []
    assert desk.ward.read(GROUP) == []


async def test_a_complaint_of_the_night_is_told_to_the_office_in_the_morning(desk: Desk) -> None:
    await desk.at("2026-11-20 23:00")
    await desk.filed()
    assert desk.ward.read(OFFICER) == []
    await desk.at("2026-11-21 08:00")
    assert "95-000001" in desk.ward.last(OFFICER)


async def test_X_33_without_an_address_of_the_city_the_duty_phone_rings(desk: Desk) -> None:
    clocks = ComplaintClocks(desk.ward.room.parts.complaints, desk.ward.bell, City())
    complaint, now = await desk.filed(), desk.ward.clock.now()
    async with desk.ward.db.transaction() as tx:
        assert await clocks.city_check(tx, complaint.id, now) == ()
    assert desk.ward.bell.rung == ["complaint.unanswered"]


async def test_X_33_both_numbers_are_kept_and_the_term_runs_from_the_bodys_registration(desk: Desk) -> None:
    complaint = await desk.registered(await desk.filed())
    office = await desk.office(complaint)
    assert complaint.number == "95-000001"
    assert [(body, one.number) for body, one in office.bodies] == [(Body.HEALTH, "ЖТ-1234/26")]
    assert str(office.answer_due) == "2026-12-11"
    assert complaint.status is R


async def test_X_33_of_two_bodies_the_first_registration_starts_the_clock(desk: Desk) -> None:
    complaint = await desk.forwarded(await desk.filed(addressee=Addressee.BOTH))
    await desk.at("2026-11-24 10:00")
    await desk.open(complaint)
    await desk.press("Орган нөмірін енгізу")
    await desk.press("Сапаны бақылау органы")
    await desk.type("К-7/1 24.11.2026")
    assert str((await desk.office(complaint)).answer_due) == "2026-12-15"
    await desk.open(await desk.now(complaint))
    await desk.press("Екінші орган нөмірі")
    await desk.press("Денсаулық сақтау органы")
    await desk.type("ЖТ-5 23.11.2026")
    office = await desk.office(complaint)
    assert len(office.bodies) == 2
    assert str(office.answer_due) == "2026-12-14"
    assert await marks_of(desk, complaint.id) == [D, R], "a second number is no second mark"


async def test_X_33_a_number_that_was_mistyped_is_put_right_and_the_term_with_it(desk: Desk) -> None:
    complaint = await desk.forwarded(await desk.filed())
    await desk.at("2026-11-24 10:00")
    await desk.open(complaint)
    await desk.press("Орган нөмірін енгізу")
    await desk.type("1 20.11.2026")
    await desk.open(await desk.now(complaint))
    await desk.press("Орган нөмірін түзету")
    await desk.type("ЖТ-1 23.11.2026")
    office = await desk.office(complaint)
    assert [one.number for _, one in office.bodies] == ["ЖТ-1"]
    assert str(office.answer_due) == "2026-12-14"
    assert "ЖТ-1" in desk.citizen()[-1]
    assert len(await desk.audited("complaint.registered")) == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ЖТ-1", "оқылмады"),
        ("нөмірсіз 20.11.2026", "цифр болуы керек"),
        ("ЖТ-1 31.11.2026", "мұндай күн жоқ"),
        ("ЖТ-1 19.11.2026", "бұдан бұрын тіркей алмайды"),
        ("ЖТ-1 21.11.2026", "әлі келген жоқ"),
    ],
)
async def test_X_33_what_cannot_be_the_bodys_number_is_said_and_asked_for_again(
    desk: Desk, typed: str, said: str
) -> None:
    complaint = await desk.forwarded(await desk.filed())
    await desk.press("Орган нөмірін енгізу")
    assert said in await desk.type(typed)
    assert (await desk.now(complaint)).status is D
    await desk.type("ЖТ-1 20.11.2026")
    assert (await desk.now(complaint)).status is R


async def test_X_33_no_number_is_taken_before_it_was_passed_on_and_no_answer_before_the_number(
    desk: Desk,
) -> None:
    complaint = await desk.filed()
    page = await desk.open(complaint)
    for verb, needs in (("xnum", "Алдымен шағымды органға"), ("xans", "Алдымен шағымды органға")):
        data = page.data("Шағымды оқу").replace("xread", verb)
        await desk.ward.press(OFFICER, "", chat=OFFICER, data=data, message=page)
        assert needs in desk.ward.card(OFFICER).text
    await desk.forwarded(complaint)
    page = desk.ward.card(OFFICER)
    for verb in ("xans", "xref", "xwork"):
        data = page.data("Шағымды оқу").replace("xread", verb)
        await desk.ward.press(OFFICER, "", chat=OFFICER, data=data, message=page)
        assert "Алдымен органның кіріс нөмірі" in desk.ward.card(OFFICER).text
    assert await marks_of(desk, complaint.id) == [D]


async def test_X_33_not_passed_on_in_time_the_head_learns_it_and_the_citizen_is_told_so(desk: Desk) -> None:
    complaint = await desk.filed()
    await desk.at("2026-11-23 08:00")
    assert "Соңғы күні: 2026 жылғы 23 қараша" in desk.ward.last(OFFICER)
    assert desk.ward.read(HEAD) == []
    await desk.at("2026-11-23 20:00")
    for reader in (OFFICER, HEAD):
        assert "органға жіберілмеді" in desk.ward.last(reader)
    assert "ещё не передана в орган" in desk.citizen()[-1]
    assert "Просим прощения" in desk.citizen()[-1]
    assert desk.ward.read(CITY) == []
    # The head may now do it in the officer's place.
    await desk.at("2026-11-24 08:00")
    assert "ОРГАНҒА ЖІБЕРІЛМЕДІ" in (await desk.open(complaint, HEAD)).text
    await desk.at("2026-11-24 20:00")
    assert f"Шағым № {complaint.number}" in desk.ward.last(CITY)
    assert "трубку" not in desk.ward.last(CITY)
    assert "Сейітова" not in desk.ward.last(CITY)
    assert "қалаға хабарланды" in desk.ward.last(ADMINISTRATOR)


async def test_X_33_passed_on_in_time_nobody_is_reminded_and_nothing_escalated(desk: Desk) -> None:
    complaint = await desk.forwarded(await desk.filed())
    before = len(desk.ward.read(OFFICER))
    await desk.at("2026-11-24 20:01")
    assert len(desk.ward.read(OFFICER)) == before
    assert (desk.ward.read(HEAD), desk.ward.read(CITY)) == ([], [])
    assert (await desk.office(complaint)).level == 0


async def test_X_33_a_body_that_gives_no_number_is_asked_after_three_times_ever_higher(desk: Desk) -> None:
    await desk.forwarded(await desk.filed())
    await desk.at("2026-11-25 08:00")
    assert "Кіріс нөмірі енгізілмеген" in desk.ward.last(OFFICER)
    assert desk.ward.read(HEAD) == []
    await desk.at("2026-11-30 08:00")
    assert "Кіріс нөмірі енгізілмеген" in desk.ward.last(HEAD)
    assert desk.ward.read(CITY) == []
    await desk.at("2026-12-03 08:00")
    assert "95-000001" in desk.ward.last(CITY)
    count = len(desk.ward.read(OFFICER))
    await desk.at("2026-12-20 08:00")
    assert len(desk.ward.read(OFFICER)) == count


@pytest.mark.parametrize(("days", "due"), [("", "2026-11-23"), ("2", "2026-11-24"), ("5", "2026-11-27")])
async def test_X_33_how_long_the_office_has_is_a_setting(desk: Desk, days: str, due: str) -> None:
    settings = read_settings({"COMPLAINT_FORWARD_DAYS": days})
    made = await desk.complainant()
    room = StaffRoom(
        desk.ward.db, Directory(), desk.ward.clock, WORKER, desk.ward.bell,
        forward_days=settings.complaint_forward_days,
    )  # fmt: skip
    async with desk.ward.db.transaction() as tx:
        complaint = await complaints.register(tx, electronic(made), desk.ward.clock.now(), "person:1")
        await room.parts.complaints.arrived(tx, complaint, desk.ward.clock.now())
    assert str((await desk.office(complaint)).forward_due) == due


@pytest.mark.parametrize("days", ["0", "6", "15", "one", "-1"])
def test_X_33_a_setting_that_would_be_a_term_of_its_own_cannot_stand(days: str) -> None:
    with pytest.raises(BadSettings) as bad:
        read_settings({"COMPLAINT_FORWARD_DAYS": days})
    assert [fault.name for fault in bad.value.faults] == ["COMPLAINT_FORWARD_DAYS"]


# The term of the examination.


async def test_E_13_CO_06_over_the_holidays_the_alarm_comes_three_working_days_before(desk: Desk) -> None:
    await desk.with_holidays()
    await desk.at("2026-12-18 10:00")
    complaint = await desk.registered(await desk.filed(), "ЖТ-1 18.12.2026")
    assert str((await desk.office(complaint)).answer_due) == "2027-01-13"
    before = len(desk.ward.read(OFFICER))
    await desk.at("2027-01-08 07:59")
    assert len(desk.ward.read(OFFICER)) == before
    await desk.at("2027-01-08 08:00")
    assert "3 жұмыс күні қалды" in desk.ward.last(OFFICER)
    await desk.at("2027-01-13 23:59")
    assert desk.ward.read(HEAD) == []
    assert (await desk.office(complaint)).overdue_at is None


async def test_CO_06_CO_09_overdue_the_head_learns_it_and_the_citizen_may_go_to_court(desk: Desk) -> None:
    complaint = await desk.registered(await desk.filed())
    await desk.at("2026-12-12 00:00")
    assert (await desk.office(complaint)).overdue_at is not None
    # At night nobody is woken: it is said in the morning.
    assert "истёк" not in desk.citizen()[-1]
    await desk.at("2026-12-12 08:00")
    assert "Срок ответа на жалобу № 95-000001 истёк" in desk.citizen()[-1]
    assert "в суд" in desk.citizen()[-1]
    for reader in (OFFICER, HEAD):
        assert "МЕРЗІМ ӨТТІ" in desk.ward.last(reader)
    await desk.at("2026-12-14 20:00")
    assert "95-000001" in desk.ward.last(CITY)
    assert "МЕРЗІМІ ӨТТІ" in (await desk.open(await desk.now(complaint), ADMINISTRATOR)).text


async def test_G_59_no_step_makes_the_term_longer(desk: Desk) -> None:
    complaint = await desk.registered(await desk.filed())
    await desk.open(complaint)
    await desk.press("Орындауға алынды")
    assert str((await desk.office(complaint)).answer_due) == "2026-12-11"
    await desk.at("2026-12-12 00:00")
    assert (await desk.office(complaint)).overdue_at is not None


async def test_CO_06_answered_in_time_no_clock_rings_any_more(desk: Desk) -> None:
    complaint = await desk.decided(await desk.registered(await desk.filed()))
    await desk.press("Жауап поштаға берілді")
    await desk.type("20.11.2026")
    told = len(desk.ward.read(OFFICER)), len(desk.citizen())
    await desk.at("2026-12-30 12:00")
    assert (len(desk.ward.read(OFFICER)), len(desk.citizen())) == told
    assert desk.ward.read(CITY) == []
    assert (await desk.office(complaint)).overdue_at is None


# The answer.


async def test_CO_07_CO_08_CO_09_the_answer_has_reasons_and_each_mark_is_told_in_its_order(
    desk: Desk,
) -> None:
    complaint = await desk.registered(await desk.filed())
    await desk.open(complaint)
    await desk.press("Орындауға алынды")
    complaint = await desk.decided(await desk.now(complaint))
    assert await marks_of(desk, complaint.id) == [D, R, W, A]
    registered, in_work, answered = desk.citizen()[-3:]
    assert "зарегистрирована" in registered
    assert "ЖТ-1234/26" in registered
    assert "11 декабря 2026 года" in registered
    assert "на исполнении" in in_work
    assert "Омарова Г. Б." in answered
    assert "почтой" in answered
    assert "в суд" in answered
    office = await desk.office(complaint)
    assert office.decision is not None
    assert (office.decision.words, office.decision.official) == (REASONS, "Омарова Г. Б.")


async def test_CO_08_an_answer_straight_away_leaves_no_mark_out(desk: Desk) -> None:
    complaint = await desk.decided(await desk.registered(await desk.filed()))
    assert await marks_of(desk, complaint.id) == [D, R, W, A]
    assert "на исполнении" in desk.citizen()[-2]


@pytest.mark.parametrize("empty", ["-", "Жоқ", "Рассмотрено.", "жоқ " * 100, "…" * 200])
async def test_CO_07_an_empty_or_trivial_answer_is_not_taken(desk: Desk, empty: str) -> None:
    complaint = await desk.registered(await desk.filed())
    await desk.press("Жауап беру")
    assert "дәлелді болуы керек" in await desk.type(empty)
    assert "Иә, бекітемін" not in [label for label, _ in desk.ward.card(OFFICER).buttons]
    assert (await desk.now(complaint)).status is R


async def test_CO_07_what_was_typed_is_shown_before_it_becomes_the_answer_and_can_be_worded_anew(
    desk: Desk,
) -> None:
    complaint = await desk.registered(await desk.filed())
    await desk.press("Жауап беру")
    assert REASONS in await desk.type(REASONS)
    assert (await desk.now(complaint)).status is R
    await desk.press("Қайта жазу")
    await desk.type(f"{REASONS} Кешірім сұраймыз.")
    await desk.press("Иә, бекітемін")
    office = await desk.office(complaint)
    assert office.decision is not None
    assert office.decision.words.endswith("Кешірім сұраймыз.")


async def test_CO_07_a_button_pressed_twice_answers_once(desk: Desk) -> None:
    complaint = await desk.registered(await desk.filed())
    await desk.press("Жауап беру")
    await desk.type(REASONS)
    sure = desk.ward.card(OFFICER)
    data = sure.data("Иә, бекітемін")
    for _ in range(2):
        await desk.ward.press(OFFICER, "", chat=OFFICER, data=data, message=sure)
    assert await marks_of(desk, complaint.id) == [D, R, W, A]
    assert sum("Мотивированный ответ" in text for text in desk.citizen()) == 1


@pytest.mark.parametrize(
    ("way", "button", "typed", "said"),
    [
        (AnswerWay.POST, "Жауап поштаға берілді", "20.11.2026 RR123456789KZ", "RR123456789KZ"),
        (AnswerWay.POST, "Жауап поштаға берілді", "20.11.2026", "20 қараша"),
        (AnswerWay.HAND, "Жауап қолға берілді", "20.11.2026 Сейітова Айгүл", "Сейітова Айгүл"),
    ],
)
async def test_CO_07_the_answer_leaves_as_was_chosen_and_how_is_kept(
    desk: Desk, way: AnswerWay, button: str, typed: str, said: str
) -> None:
    complaint = await desk.decided(await desk.registered(await desk.filed(answer_way=way)))
    await desk.press(button)
    assert said in await desk.type(typed)
    delivery = (await desk.office(complaint)).delivery
    assert delivery is not None
    assert str(delivery.day) == "2026-11-20"
    assert "Аяқталған: 1" in [label for label, _ in await home(desk)]


async def test_CO_07_nothing_is_handed_over_to_nobody_or_tomorrow(desk: Desk) -> None:
    await desk.decided(await desk.registered(await desk.filed(answer_way=AnswerWay.HAND)))
    await desk.press("Жауап қолға берілді")
    assert "тегі мен атын" in await desk.type("20.11.2026")
    assert "әлі келген жоқ" in await desk.type("21.11.2026 Сейітова Айгүл")
    assert "Одан бұрын" in await desk.type("19.11.2026 Сейітова Айгүл")


async def test_G_63_a_refusal_to_examine_says_its_ground_day_official_and_the_court(desk: Desk) -> None:
    complaint = await desk.registered(await desk.filed())
    complaint = await desk.decided(complaint, "Қараудан бас тарту", GROUND)
    assert complaint.status is N
    assert await marks_of(desk, complaint.id) == [D, R, W, N]
    told = desk.citizen()[-1]
    for part in ("отказано", GROUND, "20 ноября 2026 года", "Омарова Г. Б.", "в суд"):
        assert part in told


async def test_G_63_whoever_has_no_name_is_asked_for_it_before_an_answer(desk: Desk) -> None:
    await desk.employ(SECOND_OFFICER, "officer")
    complaint = await desk.registered(await desk.filed())
    await desk.open(complaint, SECOND_OFFICER)
    assert "тегіңіз бен атыңызды" in await desk.press("Жауап беру", SECOND_OFFICER)
    assert "Тек тегіңіз" in await desk.type("12345", SECOND_OFFICER)
    await desk.type("Сәтова Дана", SECOND_OFFICER)
    await desk.press("Жауап беру", SECOND_OFFICER)
    assert "Сәтова Д." in await desk.type(REASONS, SECOND_OFFICER)


async def test_G_58_who_accepts_later_is_named_to_the_citizen_once_it_is_opened(desk: Desk) -> None:
    async with desk.ward.db.transaction() as tx:
        for one in (OFFICER, ADMINISTRATOR):
            await staff.leave(tx, one, 5, "operator", desk.ward.clock.now())
    complaint = await desk.filed()
    assert complaint.official == ""
    # A clinic without an officer: its head is told, who has no name either.
    assert complaint.number in desk.ward.last(HEAD)
    await desk.employ(SECOND_OFFICER, "officer", "Сәтова Дана Ерқызы")
    await desk.open(complaint, SECOND_OFFICER)
    assert (await desk.now(complaint)).official == "Сәтова Д. Е."
    assert "Сәтова Д. Е." in desk.citizen()[-1]
    await desk.open(complaint, SECOND_OFFICER)
    assert sum("Сәтова" in text for text in desk.citizen()) == 1


# Who may.


async def home(desk: Desk, user: int = OFFICER) -> list[tuple[str, str]]:
    assert await desk.ward.write(user, Command("complaints"))
    return desk.ward.card(user).buttons


async def test_the_office_sees_its_piles_and_what_is_in_them(desk: Desk) -> None:
    first = await desk.filed()
    second = await desk.registered(await desk.filed(matter=None))
    labels = [label for label, _ in await home(desk)]
    assert labels[:3] == ["Жіберу керек: 1", "Орган нөмірін күту: 0", "Қаралуда: 1"]
    listed = await desk.press("Жіберу керек")
    assert first.number in listed
    assert second.number not in listed
    await home(desk)
    assert f"№ {second.number}. Қызмет: көрсетілмеген. Мерзімі: 2026 жылғы 11 желтоқсан" in await desk.press(
        "Қаралуда"
    )


@pytest.mark.parametrize("user", [REGISTRAR, DOCTOR, STRANGER])
async def test_S33_nobody_else_of_the_clinic_opens_the_office(desk: Desk, user: int) -> None:
    complaint = await desk.filed()
    page = await desk.open(complaint)
    assert await desk.ward.write(user, Command("complaints"))
    assert complaint.number not in desk.ward.last(user)
    for verb in ("xsee", "xread", "xfile", "xsent", "xslip"):
        data = page.data("Шағымды оқу").replace("xread", verb)
        await desk.ward.press(user, "", chat=user, data=data, message=page)
    assert not [text for text in desk.ward.read(user) if complaint.number in text or "трубку" in text]
    assert (await desk.office(complaint)).forwarded_at is None


async def test_G_71_every_look_is_on_record(desk: Desk) -> None:
    complaint = await desk.filed()
    await desk.open(complaint)
    await desk.press("Шағымды оқу")
    await desk.open(complaint)
    await desk.press("PDF")
    seen = (f"staff:{OFFICER}", f"complaint:{complaint.id}")
    assert await desk.audited("complaint.looked_at") == [seen] * 2
    assert await desk.audited("complaint.details_opened") == [seen] * 2


async def test_the_words_open_to_one_person_and_stand_by_themselves(desk: Desk) -> None:
    complaint = await desk.filed()
    await desk.open(complaint)
    assert await desk.press("Шағымды оқу") == "Врач не пришёл, трубку никто не взял."
    who = desk.ward.read(OFFICER)[-2]
    assert "Сейітова Айгүл Қанатқызы" in who
    assert "+7 701 123-45-67" in who
    assert "журналға жазылды" in who


# Whom it is about.


async def test_G_61_whoever_acted_on_the_request_neither_sees_nor_handles_the_complaint(desk: Desk) -> None:
    made = await desk.complainant()
    await desk.employ(REGISTRAR, "officer", "Тіркеуші Жанар")
    async with desk.ward.db.transaction() as tx:
        requests.note(tx, made.request.id, f"staff:{OFFICER}", desk.ward.clock.now(), "seen")
    complaint = await desk.filed(made)
    assert desk.ward.read(OFFICER) == []
    assert complaint.number in desk.ward.last(REGISTRAR)
    assert complaint.official == "Тіркеуші Ж."
    page = await desk.open(complaint, REGISTRAR)
    assert all(complaint.number not in label for label, _ in await home(desk))
    for verb in ("xsee", "xread", "xfile", "xsent"):
        data = page.data("Шағымды оқу").replace("xread", verb)
        await desk.ward.press(OFFICER, "", chat=OFFICER, data=data, message=desk.ward.card(OFFICER))
        assert desk.ward.last(OFFICER) == "Бұл шағым сізге ашылмайды."
    assert (await desk.office(complaint)).forwarded_at is None


async def test_G_61_the_doctor_of_the_request_is_passed_over_whatever_else_they_are(desk: Desk) -> None:
    made = await desk.complainant()
    await desk.employ(OFFICER, "doctor")
    async with desk.ward.db.transaction() as tx:
        assert await staff.is_doctor(tx, OFFICER, 5, "501")
        changes = requests.Changes(doctor_no="501")
        now = desk.ward.clock.now()
        assert await requests.move(tx, made.request.id, 1, "confirmed", "clock", now, changes)
    complaint = await desk.filed(made)
    assert desk.ward.read(OFFICER) == []
    assert complaint.number in desk.ward.last(HEAD)


async def test_G_61_named_in_the_words_the_officer_is_passed_over_for_the_head(desk: Desk) -> None:
    complaint = await desk.filed(words="Омароваға бардым, тыңдамады, есікті жауып алды. Басшыңыз қарасын.")
    assert desk.ward.read(OFFICER) == []
    assert complaint.number in desk.ward.last(HEAD)
    await desk.open(complaint, HEAD)
    await desk.press("Органға жіберілді", HEAD)
    assert (await desk.office(complaint)).forwarded_at is not None


async def test_G_61_where_everybody_is_complained_about_the_city_learns_the_number_alone(desk: Desk) -> None:
    async with desk.ward.db.transaction() as tx:
        await staff.leave(tx, HEAD, 5, "operator", desk.ward.clock.now())
    complaint = await desk.filed(words="Омарова мен Нұрланов екеуі де есік ашпады, шағымымды жыртып тастады.")
    await desk.ward.tick()
    await desk.ward.deliver()
    assert (desk.ward.read(OFFICER), desk.ward.read(ADMINISTRATOR)) == ([], [])
    [told] = desk.ward.read(CITY)
    assert complaint.number in told
    assert "жыртып" not in told
    assert "Омарова" not in told
    assert "complaint.nobody" in desk.ward.bell.rung


async def test_G_61_who_says_that_it_is_about_them_gives_it_away(desk: Desk) -> None:
    complaint = await desk.filed()
    await desk.open(complaint)
    assert "сіз туралы болса" in await desk.press("Бұл шағым мен туралы")
    await desk.press("Иә, мен туралы")
    assert complaint.number in desk.ward.last(HEAD)
    await desk.open(complaint)
    assert desk.ward.last(OFFICER) == "Бұл шағым сізге ашылмайды."


async def test_G_61_an_escalation_does_not_open_it_to_the_head_it_is_about(desk: Desk) -> None:
    await desk.employ(HEAD, "head", "Қасымова Раушан")
    complaint = await desk.filed(words="Қасымоваға үш рет айттым, ешкімді жібермеді, сөйлескісі келмеді.")
    await desk.at("2026-11-23 20:00")
    assert desk.ward.read(HEAD) == []
    await desk.open(complaint, HEAD)
    assert desk.ward.last(HEAD) == "Бұл шағым сізге ашылмайды."


async def test_whoever_lost_their_role_while_typing_answers_nothing(desk: Desk) -> None:
    complaint = await desk.registered(await desk.filed())
    await desk.press("Жауап беру")
    async with desk.ward.db.transaction() as tx:
        await staff.leave(tx, OFFICER, 5, "operator", desk.ward.clock.now())
    await desk.type(REASONS)
    assert (await desk.now(complaint)).status is R
    assert await desk.audited("complaint.answered") == []


async def test_a_mark_that_telegram_does_not_take_comes_by_sms(desk: Desk) -> None:
    complaint = await desk.filed()
    desk.ward.blocked.add(CITIZEN_CHAT)
    await desk.registered(complaint)
    await desk.at("2026-11-20 10:20")
    assert desk.ward.read("+77011234567") == [
        "Жалоба № 95-000001 зарегистрирована. Срок ответа: 11 декабря 2026 года"
    ]
