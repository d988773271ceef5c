"""An appointment from the data notice to the number: who may book whom, with which doctor, at what time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dialogs.drafts import HoldDraft
from dialogs.engine import Ended, Moved, NotRead, Pressed
from dialogs.menu import menu
from rules.people import Language
from tests.dialogs.registry import AIGUL, DAUGHTER, OWN_DOCTOR, UNATTACHED, slots_of, visit_card
from tests.dialogs.visits import (
    at_the_summary,
    at_the_times,
    booking_of,
    identified,
    leads_of,
    talk,
    turning_eighteen,
)

FIRST, SECOND = slots_of(OWN_DOCTOR)[:2]


def test_the_menu_offers_the_appointment() -> None:
    assert "start:appointment" in [lead.id for lead in menu().leads]


@pytest.mark.parametrize(
    ("locale", "parts"),
    [
        (
            "ru",
            ["05-004520", "23 ноября 2026 года, понедельник", "09:00", "Кабинет: 206", "Гоголя", "397-47-90"],
        ),
        (
            "kk",
            ["05-004520", "2026 жылғы 23 қараша, дүйсенбі", "09:00", "Кабинет: 206", "Гоголя", "397-47-90"],
        ),
    ],
)
def test_G_57_three_taps_lead_to_the_nearest_time_and_it_is_confirmed_at_once(
    locale: Language, parts: list[str]
) -> None:
    done = at_the_summary(locale).press("send")
    assert all(part in done.reads for part in parts), done.reads
    assert OWN_DOCTOR.full_name in done.reads
    draft = booking_of(done)
    assert (draft.slot_id, draft.doctor_no, draft.clinic_no) == (FIRST.id, "502", 5)
    assert leads_of(done) == ["move", "cancel_visit", "wait", "menu"]


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("ru", ("да", "себе", "терапевт", "орлов", "ближайшее")),
        ("kk", ("иә", "маған", "терапевт", "Орлов", "ең ертесі")),
    ],
)
def test_everything_can_be_typed_instead_of_pressed(locale: Language, said: tuple[str, ...]) -> None:
    notice, whom, *choices = said
    typed = talk(locale).say(notice, whom, AIGUL.iin.digits).confirm().say(*choices)
    assert typed.key == "appointment.check"


def test_nothing_of_the_registry_is_shown_before_the_code() -> None:
    asked = talk().press("agree", "self").say(AIGUL.iin.digits)
    assert asked.key == "AtGate"
    assert asked.holds == []


def test_what_is_signed_is_what_was_shown() -> None:
    shown = at_the_summary()
    text = shown.reads
    assert booking_of(shown.press("send")).signed.text == text


def test_AP_10_out_of_hours_it_says_when_it_is_registered() -> None:
    done = at_the_summary()
    monday = int(datetime(2026, 11, 23, 3, 0, tzinfo=UTC).timestamp()) * 1_000_000
    done.receipt = {
        "request_id": 81,
        "number": "05-004520",
        "outcome": "booked",
        "slot_id": FIRST.id,
        "registered_us": monday,
        "same_day": False,
    }
    done.press("send")
    assert "23 ноября 2026 года, 08:00" in done.reads
    assert "остаётся за вами" in done.reads


# Whom for.


def test_G_09_a_child_is_chosen_from_ones_own_under_sixteen() -> None:
    asked = identified("child")
    assert asked.buttons == ["Жансая, 2018", "Арман, 2010", "Другой ребёнок"]
    asked.press(DAUGHTER.id, "paediatrician")
    draft = booking_of(asked.press(asked.options[0].id, "send"))
    assert draft.patient.person_id == DAUGHTER.id
    assert draft.doctor_no == "503"
    assert "свидетельство о рождении" in draft.signed.text


def test_a_child_who_is_not_listed_is_led_to_the_desk() -> None:
    asked = identified("child").press("another")
    assert "свидетельству о рождении" in asked.reads
    assert "+7 727 397-47-90" in asked.say("7").reads


def test_AP_16_for_another_adult_the_desk_looks_at_the_power_of_attorney() -> None:
    asked = talk().press("agree", "other")
    assert "доверенности" in asked.reads
    assert "+7 727 397-47-90" in asked.say("7").reads


def test_who_does_not_agree_to_the_notice_gets_the_phone() -> None:
    assert "+7 727 397-47-90" in talk().press("refuse").say("7").reads


@pytest.mark.parametrize("locale", ["ru", "kk"])
def test_AP_13_who_is_not_attached_is_refused_with_the_ground_and_the_way_to_complain(
    locale: Language,
) -> None:
    asked = talk(locale).press("agree", "self").say(UNATTACHED.iin.digits).confirm(UNATTACHED.id)
    assert "ДСМ-194/2020" in asked.reads
    outcome = asked.outcome
    assert isinstance(outcome, Ended)
    assert outcome.end.ground == "not_attached"
    assert asked.done == []


def test_a_clinic_without_a_schedule_shows_its_phone() -> None:
    asked = talk().press("agree", "self")
    asked.registry.doctors.clear()
    asked.say(AIGUL.iin.digits).confirm()
    assert "+7 727 397-47-90" in asked.reads
    assert leads_of(asked) == ["menu"]


# Which doctor.


@pytest.mark.parametrize(
    ("locale", "words"), [("ru", "принимает с 18 лет"), ("kk", "18 жастан бастап қабылдайды")]
)
def test_AP_02_a_child_with_an_adults_doctor_is_told_who_takes_children(locale: Language, words: str) -> None:
    asked = identified("child", locale).press(DAUGHTER.id, "therapist")
    assert words in asked.reads
    assert [option.id for option in asked.options] == ["paediatrician", "general_practitioner"]
    assert asked.press("paediatrician").key == "time.when"


def test_AP_02_an_adult_is_not_sent_to_a_paediatrician() -> None:
    asked = identified().press("paediatrician")
    assert "до 18 лет" in asked.reads
    assert [option.id for option in asked.options] == ["therapist", "general_practitioner"]


@pytest.mark.parametrize(("locale", "words"), [("ru", "уже исполнится 18"), ("kk", "18 жас толған")])
def test_AP_02_a_paediatrician_is_not_booked_for_the_eighteenth_birthday_or_after(
    locale: Language, words: str
) -> None:
    asked = turning_eighteen(locale).press("paediatrician", "2026-11-25", "50310")
    assert words in asked.reads
    asked.press("time", "2026-11-24", "50305")
    assert asked.key == "appointment.check"


def test_AP_02_a_therapist_is_booked_from_the_eighteenth_birthday_on() -> None:
    asked = turning_eighteen().press("therapist", "502", "2026-11-24", "50205")
    assert "ещё нет 18" in asked.reads
    asked.press("time", "2026-11-25", "50210")
    assert asked.key == "appointment.check"


def test_AP_02_on_the_birthday_another_doctor_can_be_chosen() -> None:
    asked = turning_eighteen().press("paediatrician", "2026-11-25", "50310", "doctor")
    assert asked.key == "appointment.role"
    asked.press("general_practitioner", "2026-11-25", "50410")
    assert asked.key == "appointment.check"


@pytest.mark.parametrize(("locale", "word"), [("ru", "кардиолог"), ("kk", "көз дәрігері")])
def test_G_56_asked_for_a_specialist_it_explains_the_referral_and_goes_on(
    locale: Language, word: str
) -> None:
    asked = identified("self", locale).say(word)
    assert asked.key == "appointment.referral"
    assert asked.press("general_practitioner").key == "time.when"


def test_ones_own_doctor_comes_first_and_whoever_is_free_first_second() -> None:
    asked = identified().press("therapist")
    assert asked.buttons == ["Орлов Д. А.", "Любой врач", "Бейсенова Г. С."]
    assert OWN_DOCTOR.full_name in asked.reads


def test_of_any_doctor_a_time_is_shown_once() -> None:
    hours = at_the_times(doctor="any").press("2026-11-23")
    assert hours.buttons == ["09:00", "09:15", "14:00", "14:30", "17:30", "Другой день"]


def test_a_doctor_whom_nobody_knows_is_asked_for_again() -> None:
    asked = identified().press("therapist").say("Пирогов")
    assert asked.key == "appointment.doctor"
    assert "фамилию" in asked.hint


def test_G_51_a_second_open_booking_with_such_a_doctor_leads_to_the_first() -> None:
    asked = talk().press("agree", "self")
    asked.registry.cards.append(visit_card())
    asked.say(AIGUL.iin.digits).confirm().press("therapist")
    assert "05-004520" in asked.reads
    assert leads_of(asked) == ["cabinet", "move", "cancel_visit", "menu"]
    assert asked.done == []


@pytest.mark.parametrize(("locale", "words"), [("ru", "уже прошло"), ("kk", "қабылдау уақыты өтті")])
def test_G_51_just_after_a_visit_it_is_said_when_such_a_doctor_can_be_booked_again(
    locale: Language, words: str
) -> None:
    asked = talk(locale).press("agree", "self")
    asked.registry.cards.append(visit_card())
    asked.now = slots_of(OWN_DOCTOR)[7].start + timedelta(minutes=20)
    asked.say(AIGUL.iin.digits).confirm().press("therapist")
    assert words in asked.reads
    assert leads_of(asked) == ["cabinet", "menu"]
    assert asked.done == []


def test_G_51_a_booking_made_elsewhere_meanwhile_is_shown_and_not_doubled() -> None:
    done = at_the_summary()
    done.receipt = {"request_id": 81, "number": "05-004520", "outcome": "already", "slot_id": None}
    assert "новая заявка не создана" in done.press("send").reads


# What time.


def test_the_week_shows_days_with_what_is_free_and_the_rest_behind_one_button() -> None:
    asked = at_the_times()
    assert asked.buttons[0] == "Ближайшее: 23.11, 09:00"
    assert asked.buttons[1] == "понедельник, 23.11 (5)"
    assert asked.buttons[-2:] == ["Более поздние дни", "Сменить врача"]
    later = asked.press("more")
    assert later.buttons == ["среда, 02.12 (5)", "четверг, 03.12 (5)", "пятница, 04.12 (5)"]
    assert later.press("2026-12-03").key == "time.hour"


@pytest.mark.parametrize(
    ("typed", "day", "hours"),
    [
        ("в понедельник утром", date(2026, 11, 23), ["09:00", "09:15"]),
        ("дүйсенбі түстен кейін", date(2026, 11, 23), ["14:00", "14:30"]),
        ("сәрсенбі", date(2026, 11, 25), ["09:00", "09:15", "14:00", "14:30", "17:30"]),
        ("сарсенби кешке", date(2026, 11, 25), ["17:30"]),
        ("25.11", date(2026, 11, 25), ["09:00", "09:15", "14:00", "14:30", "17:30"]),
        ("25 қараша таңертең", date(2026, 11, 25), ["09:00", "09:15"]),
        ("в пятницу түстен кейін", date(2026, 11, 27), ["14:00", "14:30"]),
        ("после обеда", date(2026, 11, 23), ["14:00", "14:30"]),
    ],
)
@pytest.mark.parametrize("locale", ["ru", "kk"])
def test_a_typed_day_is_understood_in_both_languages_and_mixed(
    locale: Language, typed: str, day: date, hours: list[str]
) -> None:
    asked = at_the_times(locale).say(typed)
    assert asked.key == "time.hour", asked.heard
    assert asked.buttons[:-1] == hours
    picked = asked.press(asked.options[0].id)
    assert picked.registry.by_id[picked.holds[0].slot_id].day == day


def test_a_typed_day_and_hour_need_no_further_question() -> None:
    asked = at_the_times().say("25.11 в 14:30")
    assert asked.key == "appointment.check"
    assert "14:30" in asked.reads


def test_a_part_of_the_day_with_nothing_left_shows_what_there_is() -> None:
    asked = at_the_times()
    asked.registry.taken |= {slot.id for slot in slots_of(OWN_DOCTOR)[2:4]}
    asked.say("в понедельник после обеда")
    assert asked.buttons[:-1] == ["09:00", "09:15", "17:30"]
    assert "не свободно" in asked.reads


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("вчера", "уже прошёл"),
        ("кеше", "уже прошёл"),
        ("19.11.2026", "уже прошёл"),
        ("31.11", "Такой даты"),
        ("25.12.2026", "ещё не открыта"),
        ("завтра", "свободного времени нет"),
        ("когда-нибудь", "Не поняли"),
        ("😀", "Не поняли"),
    ],
)
def test_a_day_that_cannot_be_is_answered_with_what_can(typed: str, hint: str) -> None:
    asked = at_the_times().say(typed)
    assert asked.key == "time.when"
    assert hint in asked.hint


@pytest.mark.parametrize("typed", ["14:30", "14.30", "сағат 14:30"])
def test_an_hour_is_typed_as_people_write_it(typed: str) -> None:
    asked = at_the_times().press("2026-11-25").say(typed)
    assert asked.key == "appointment.check"
    assert "Время: 14:30" in asked.reads


@pytest.mark.parametrize("typed", ["11:00", "потом", "в четверг"])
def test_an_hour_that_is_not_there_is_asked_for_again(typed: str) -> None:
    asked = at_the_times().press("2026-11-25").say(typed)
    assert asked.key == "time.hour"
    assert isinstance(asked.heard, NotRead)


# A time held, and a time lost.


def test_G_53_the_chosen_time_is_held_while_it_is_signed() -> None:
    assert at_the_summary().holds == [HoldDraft(FIRST.id)]


def test_AP_01_a_time_lost_before_it_was_held_reopens_only_that_question_with_what_is_left() -> None:
    asked = at_the_times().press("2026-11-23")

    def beaten(slot_id: int) -> bool:
        asked.registry.taken.add(slot_id)
        return False

    asked.registry.hold = beaten  # type: ignore[method-assign]  # another was faster by a blink
    asked.press(str(FIRST.id))
    assert asked.key == "time.hour"
    assert "уже занято" in asked.reads
    assert asked.buttons[0] == "09:15"
    del asked.registry.hold
    asked.press(str(SECOND.id))
    assert asked.key == "appointment.check"
    assert asked.holds == [HoldDraft(FIRST.id), HoldDraft(SECOND.id)]


def test_AP_01_a_held_time_that_ran_out_and_was_taken_reopens_the_time_and_nothing_else() -> None:
    asked = at_the_summary()
    asked.registry.taken.add(FIRST.id)
    assert asked.key == "time.when"
    assert "уже занято" in asked.reads
    asked.press(asked.options[0].id)
    assert booking_of(asked.press("send")).slot_id == SECOND.id


@pytest.mark.parametrize("locale", ["ru", "kk"])
def test_a_button_of_a_time_just_taken_says_so(locale: Language) -> None:
    asked = at_the_times(locale).press("2026-11-23")
    asked.registry.taken.add(FIRST.id)
    asked.send(Pressed("time.hour", str(FIRST.id)))
    assert asked.key == "time.hour"
    assert isinstance(asked.heard, Moved)
    assert asked.heard.words is not None
    assert asked.heard.words.key == "time.taken"


def test_a_nearest_time_that_is_free_still_holds_though_an_earlier_one_appeared() -> None:
    asked = at_the_times()
    asked.registry.taken.add(FIRST.id)
    shown = asked.options[0].id
    assert shown == str(SECOND.id)
    asked.registry.taken.clear()
    asked.send(Pressed("time.when", shown))
    assert booking_of(asked.press("send")).slot_id == SECOND.id


def test_the_last_time_of_a_day_lost_leads_to_the_other_days() -> None:
    asked = at_the_times().press("2026-11-23")
    asked.registry.taken |= {slot.id for slot in slots_of(OWN_DOCTOR)[:5]}
    assert asked.key == "time.when"
    assert asked.buttons[0] == "Ближайшее: 24.11, 09:00"


def test_back_from_the_summary_leads_to_the_time_and_lets_the_hold_go() -> None:
    asked = at_the_summary()
    assert asked.back()
    assert asked.key == "time.when"
    asked.press("2026-11-24")
    asked.press(asked.options[0].id)
    assert [hold.slot_id for hold in asked.holds] == [FIRST.id, slots_of(OWN_DOCTOR)[5].id]


def test_another_time_can_be_chosen_from_the_summary() -> None:
    asked = at_the_summary().press("change", "time", "2026-11-24")
    asked.press(asked.options[1].id)
    assert booking_of(asked.press("send")).slot_id == slots_of(OWN_DOCTOR)[6].id


def test_another_doctor_reopens_the_time() -> None:
    asked = at_the_summary().press("change", "doctor", "501")
    assert asked.key == "time.when"
    asked.press(asked.options[0].id)
    assert booking_of(asked.press("send")).doctor_no == "501"


def test_another_doctor_can_be_chosen_at_the_times() -> None:
    assert at_the_times().press("doctor").key == "appointment.doctor"


def test_another_day_can_be_chosen_at_the_hours() -> None:
    assert at_the_times().press("2026-11-24", "days").key == "time.when"


# Nothing is free.


def test_with_nothing_free_one_can_wait_to_be_told() -> None:
    asked = at_the_times()
    asked.registry.taken |= {slot.id for slot in slots_of(OWN_DOCTOR)}
    assert asked.key == "time.none"
    assert "с 08:00 до 12:00" in asked.reads
    draft = booking_of(asked.press("wait", "send"))
    assert (draft.slot_id, draft.doctor_no) == (None, "502")
    assert asked.holds == []
    assert "напишем сюда" in asked.reads


def test_with_nothing_free_another_doctor_is_one_tap_away_and_leaving_too() -> None:
    asked = at_the_times()
    asked.registry.taken |= {slot.id for slot in slots_of(OWN_DOCTOR)}
    assert asked.press("doctor").key == "appointment.doctor"
    asked.press("502", "no")
    assert "+7 727 397-47-90" in asked.reads
    assert asked.done == []


def test_a_clinic_whose_staff_are_not_linked_books_nobody_and_gives_its_phone() -> None:
    unlinked = talk().press("agree", "self")
    unlinked.registry.live.clear()
    ended = unlinked.say(AIGUL.iin.digits).confirm()
    assert ended.key == "Ended"
    assert "+7 727 397-47-90" in ended.reads


def test_AT_15_who_is_attached_nowhere_is_led_to_attachment() -> None:
    nowhere = talk().press("agree", "self").say(UNATTACHED.iin.digits).confirm(UNATTACHED.id)
    assert leads_of(nowhere) == ["attachment", "menu"]
