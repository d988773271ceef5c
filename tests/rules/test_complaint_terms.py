"""The terms of a complaint over the holidays of 2026 and 2027, and what an office may type about it."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Holiday, HolidayKind, WorkingCalendar, add_working_days, is_office_day
from rules.complaint_terms import (
    EXAMINED_WITHIN,
    FORWARDED_WITHIN,
    BadEntry,
    Decision,
    Delivery,
    EntryFault,
    Registration,
    alarm_day,
    answer_due,
    forward_due,
    read_delivery,
    read_reasons,
    read_registration,
    working_days_before,
)
from rules.complaints import AnswerWay
from rules.impartiality import CITY, circle, is_named, surname_and_initials

DAYS = Path(__file__).parents[2] / "data" / "holidays.csv"
FRIDAY = date(2026, 11, 20)
REASONS = "Дәрігер шақыруға уақытында бармаған, кезекші дәрігер ескертілді, келу күні қайта тағайындалды."


def calendar() -> WorkingCalendar:
    rows = [line.split(",") for line in DAYS.read_text(encoding="utf-8").splitlines()[1:]]
    return WorkingCalendar(Holiday(date.fromisoformat(a), HolidayKind(b), c, d) for a, b, c, d in rows)


def test_E_13_registered_on_friday_20_november_2026_it_is_due_on_friday_11_december() -> None:
    assert answer_due(FRIDAY, calendar()) == date(2026, 12, 11)
    assert add_working_days(FRIDAY, 1, calendar()) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("registered", "due", "alarm"),
    [
        (date(2026, 11, 20), date(2026, 12, 11), date(2026, 12, 8)),
        # Independence Day is not counted.
        (date(2026, 12, 1), date(2026, 12, 23), date(2026, 12, 18)),
        # Nor New Year, the day off moved to 4 January, nor Orthodox Christmas.
        (date(2026, 12, 18), date(2027, 1, 13), date(2027, 1, 8)),
        (date(2026, 12, 31), date(2027, 1, 26), date(2027, 1, 21)),
        # Five days off around Nauryz of 2026, of which one is Saturday and one Sunday.
        (date(2026, 3, 13), date(2026, 4, 8), date(2026, 4, 3)),
        (date(2027, 3, 12), date(2027, 4, 8), date(2027, 4, 5)),
        # May of 2027 has four days off by the holidays alone.
        (date(2027, 4, 30), date(2027, 5, 26), date(2027, 5, 21)),
        # A paper that was registered on a Saturday: Monday is the first day.
        (date(2026, 11, 21), date(2026, 12, 11), date(2026, 12, 8)),
    ],
)
def test_CO_06_fifteen_working_days_over_the_holidays_and_the_alarm_three_before(
    registered: date, due: date, alarm: date
) -> None:
    days = calendar()
    assert EXAMINED_WITHIN.value == 15
    assert answer_due(registered, days) == due
    assert alarm_day(due, days) == alarm
    assert add_working_days(alarm, 3, days) == due


@given(st.dates(date(2026, 1, 1), date(2027, 11, 1)))
def test_G_59_no_complaint_is_examined_longer_than_fifteen_working_days(registered: date) -> None:
    days = calendar()
    due = answer_due(registered, days)
    passed = (registered + timedelta(days=n) for n in range(1, (due - registered).days + 1))
    assert sum(is_office_day(day, days) for day in passed) == 15
    assert is_office_day(due, days)


@given(st.dates(date(2026, 1, 10), date(2027, 11, 1)), st.integers(0, 20))
def test_CO_06_counting_back_and_forth_meets_at_the_same_day(day: date, count: int) -> None:
    days = calendar()
    back = working_days_before(day, count, days)
    assert back <= day
    assert not is_office_day(day, days) or add_working_days(back, count, days) == day


@pytest.mark.parametrize(
    ("filed", "due"),
    [
        (date(2026, 11, 19), date(2026, 11, 20)),
        (date(2026, 11, 20), date(2026, 11, 23)),
        (date(2026, 11, 21), date(2026, 11, 23)),
        (date(2026, 12, 15), date(2026, 12, 17)),
        (date(2026, 12, 31), date(2027, 1, 5)),
        (date(2027, 1, 6), date(2027, 1, 8)),
    ],
)
def test_X_33_the_office_passes_a_complaint_on_within_one_working_day(filed: date, due: date) -> None:
    assert FORWARDED_WITHIN.value == 1
    assert forward_due(filed, calendar()) == due
    assert forward_due(filed, calendar(), days=2) > due


@pytest.mark.parametrize(
    ("typed", "number", "day"),
    [
        ("ЖТ-1234/26 20.11.2026", "ЖТ-1234/26", FRIDAY),
        ("№ 3-12/456-И, 20.11.2026", "3-12/456-И", FRIDAY),
        ("  4567  2026-11-20 ", "4567", FRIDAY),
        ("№ ЖТ-1234/26 от 20.11.2026 г.", "ЖТ-1234/26", FRIDAY),
        ("ЖТ-1234/26 20.11.2026 ж.", "ЖТ-1234/26", FRIDAY),
        ("N-12 20.11.2026", "N-12", FRIDAY),
        ("NK-55, 20.11.2026", "NK-55", FRIDAY),
        ("ЗТ 2026 04512345\n19.11.2026", "ЗТ 2026 04512345", date(2026, 11, 19)),
    ],
)
def test_X_33_both_numbers_are_kept_the_bodys_is_read_as_it_is_stamped(
    typed: str, number: str, day: date
) -> None:
    assert read_registration(typed, date(2026, 11, 19), FRIDAY) == Registration(number, day)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", EntryFault.FORM),
        ("4567", EntryFault.FORM),
        ("20.11.2026", EntryFault.FORM),
        ("4567 20.11", EntryFault.FORM),
        ("без номера 20.11.2026", EntryFault.NUMBER),
        ("-- 20.11.2026", EntryFault.NUMBER),
        (f"{'4' * 41} 20.11.2026", EntryFault.NUMBER),
        ("4567; DROP 20.11.2026", EntryFault.NUMBER),
        ("4567 31.02.2026", EntryFault.NO_SUCH_DAY),
        ("4567 18.11.2026", EntryFault.BEFORE),
        ("4567 20.11.1826", EntryFault.BEFORE),
        ("4567 21.11.2026", EntryFault.FUTURE),
        ("4567 20.11.2062", EntryFault.FUTURE),
    ],
)
def test_X_33_a_wrong_number_a_day_before_the_filing_and_a_day_to_come_are_told_apart(
    typed: str, fault: EntryFault
) -> None:
    with pytest.raises(BadEntry) as bad:
        read_registration(typed, date(2026, 11, 19), FRIDAY)
    assert bad.value.code == fault
    assert typed not in str(bad.value) or not typed


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "…",
        "Жоқ",
        "Рассмотрено.",
        "." * 500,
        "жоқ " * 200,
        "Жалоба рассмотрена, отказано",
        "1 2 3 4 5 6 7",
    ],
)
def test_CO_07_an_answer_cannot_be_closed_with_empty_or_trivial_reasons(typed: str) -> None:
    with pytest.raises(BadEntry) as bad:
        read_reasons(typed)
    assert bad.value.code == EntryFault.TOO_SHORT


def test_CO_07_reasons_are_kept_as_they_were_typed_up_to_what_one_message_holds() -> None:
    assert read_reasons(f"  {REASONS}\n\nҚараған:  комиссия. ") == f"{REASONS}\n\nҚараған: комиссия."
    with pytest.raises(BadEntry) as bad:
        read_reasons(f"{REASONS} " * 60)
    assert bad.value.code == EntryFault.TOO_LONG


@pytest.mark.parametrize(
    "wrong", [("", "Оспанова Д. К."), (REASONS, ""), (REASONS, "  "), ("Нет.", "Оспанова")]
)
def test_G_63_a_refusal_to_examine_without_ground_or_official_cannot_be_made(wrong: tuple[str, str]) -> None:
    with pytest.raises(BadEntry):
        Decision(wrong[0], FRIDAY, wrong[1])
    assert "Оспанова" not in repr(Decision(REASONS, FRIDAY, "Оспанова Д. К."))


def test_CO_07_delivery_by_post_has_a_day_and_perhaps_a_number_by_hand_a_day_and_a_name() -> None:
    posted = read_delivery("20.11.2026 RR123456789KZ", AnswerWay.POST, FRIDAY, FRIDAY)
    assert posted == Delivery(FRIDAY, "RR123456789KZ")
    assert read_delivery("20.11.2026", AnswerWay.POST, FRIDAY, FRIDAY) == Delivery(FRIDAY, "")
    handed = read_delivery("20.11.2026, Сейітова Айгүл", AnswerWay.HAND, FRIDAY, FRIDAY)
    assert handed == Delivery(FRIDAY, "Сейітова Айгүл")


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", EntryFault.FORM),
        ("Сейітова Айгүл", EntryFault.FORM),
        ("20.11.2026", EntryFault.FORM),
        ("20.11.2026 Сейітова", EntryFault.FORM),
        ("19.11.2026 Сейітова Айгүл", EntryFault.BEFORE),
        ("21.11.2026 Сейітова Айгүл", EntryFault.FUTURE),
        ("31.11.2026 Сейітова Айгүл", EntryFault.NO_SUCH_DAY),
        (f"20.11.2026 Сейітова {'Айгүл ' * 40}", EntryFault.TOO_LONG),
    ],
)
def test_CO_07_an_answer_is_not_handed_over_to_nobody_before_it_was_given_or_tomorrow(
    typed: str, fault: EntryFault
) -> None:
    with pytest.raises(BadEntry) as bad:
        read_delivery(typed, AnswerWay.HAND, FRIDAY, FRIDAY)
    assert bad.value.code == fault


PEOPLE = {"officer": (1, 2), "head": (3,), "administrator": (4,), "registrar": (5,), "doctor": (6,)}


@pytest.mark.parametrize(
    ("about", "level", "reached", "highest"),
    [
        ((), 0, (1, 2), 0),
        ((1,), 0, (2,), 0),
        ((1, 2), 0, (3,), 1),
        ((1, 2, 3), 0, (4,), 2),
        ((1, 2, 3, 4), 0, (), CITY),
        ((), 1, (1, 2, 3), 1),
        ((3,), 1, (1, 2), 0),
        ((3,), 2, (1, 2, 4), 2),
        ((1, 2, 3, 4), 2, (), CITY),
    ],
)
def test_G_61_whoever_is_complained_about_is_passed_over_up_to_the_city(
    about: tuple[int, ...], level: int, reached: tuple[int, ...], highest: int
) -> None:
    assert circle(PEOPLE, about, level) == (reached, highest)  # type: ignore[arg-type]  # roles as text


@given(
    st.dictionaries(st.sampled_from(["officer", "head", "administrator"]), st.lists(st.integers(1, 6))),
    st.sets(st.integers(1, 6)),
    st.integers(0, 3),
)
def test_G_61_nobody_it_is_about_is_ever_in_the_circle(
    people: dict[str, list[int]], about: set[int], level: int
) -> None:
    reached, highest = circle(people, about, level)  # type: ignore[arg-type]  # roles as text
    assert not about & set(reached)
    assert (not reached) == (highest == CITY)


@pytest.mark.parametrize(
    "words",
    [
        "Бейсенованың сөзі дөрекі болды",
        "врач Бейсенова не пришла",
        "нагрубила Бейсеновой",
        "БЕЙСЕНОВАҒА айттым",
    ],
)
def test_G_61_a_surname_is_found_with_any_ending(words: str) -> None:
    assert is_named(words, "Бейсенова Гүлнар Сәбитқызы")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("врач не пришла", "Бейсенова Гүлнар"),
        ("ли не пришла", "Ли Вера"),
        ("", "Бейсенова Гүлнар"),
        ("Бейсенова", ""),
        ("орловско-сталинградский", "Орлов Дмитрий"),
    ],
)
def test_G_61_other_words_are_not_taken_for_a_surname(words: str, name: str) -> None:
    assert not is_named(words, name)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("врач Жумагалиева нагрубила", "Жұмағалиева Сәуле Ержанқызы"),
        ("Королева трубку бросила", "Королёва Анна"),
        ("жалоба на Чайковского", "Чайковский Пётр"),
        ("у Толстой был приём", "Толстая Мария"),
        ("нагрубил доктор Кравцу", "Кравец Иван"),
        ("врача Кима не было", "Ким Олег"),
        ("КИМ нагрубил", "Ким Олег"),
        ("Кимге айттым", "Ким Олег"),
        ("Oмаровa не пришла", "Омарова Гүлмира"),
    ],
)
def test_G_61_a_surname_is_found_however_it_is_spelt(words: str, name: str) -> None:
    assert is_named(words, name)


@pytest.mark.parametrize(
    "words",
    ["Гүлнар Сәбитқызы дөрекі сөйледі", "Гульнара Сабитовна нагрубила", "ждала Гульнару Сабитовну"],
)
def test_G_61_name_and_patronymic_name_somebody_too(words: str) -> None:
    assert is_named(words, "Бейсенова Гүлнар Сәбитқызы")
    assert not is_named(words, "Бейсенова Гүлнар Маратқызы")
    assert not is_named("Гүлнар апай келді, Сәбит әкем", "Бейсенова Гүлнар Сәбитқызы")


def test_G_61_a_short_surname_counts_with_its_capital_alone() -> None:
    assert not is_named("Листок дали, Кім жауап береді?", "Ли Вера")
    assert not is_named("Кім жауап береді?", "Ким Олег")
    assert is_named("врач Ли не пришла", "Ли Вера")
    assert not is_named("пришла ли врач", "Ли Вера")


def test_CO_05_an_official_is_named_by_surname_and_initials() -> None:
    assert surname_and_initials("Бейсенова Гүлнар Сәбитқызы") == "Бейсенова Г. С."
    assert surname_and_initials("Орлов") == "Орлов"
    assert surname_and_initials("") == ""
