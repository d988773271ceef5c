"""What people type instead of pressing a day: both languages, mixed, and without Kazakh letters."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales import when_words
from rules.when import BadWhen, PartOfDay, Wanted, WhenFault, read_when

FRIDAY = date(2026, 11, 20)
WORDS = when_words()
MORNING, AFTERNOON, EVENING = PartOfDay


def november(day: int) -> date:
    return date(2026, 11, day)


def read(text: str, today: date = FRIDAY) -> Wanted:
    return read_when(text, today, WORDS)


def fault_of(text: str, latest: date | None = None) -> WhenFault:
    with pytest.raises(BadWhen) as refused:
        read_when(text, FRIDAY, WORDS, latest)
    return refused.value.code


@pytest.mark.parametrize(
    ("text", "day", "part"),
    [
        ("завтра после обеда", november(21), AFTERNOON),
        ("ертең түстен кейін", november(21), AFTERNOON),
        ("ертен тустен кейин", november(21), AFTERNOON),
        ("ЕРТЕҢ, таңертең!", november(21), MORNING),
        ("завтра таңертең", november(21), MORNING),
        ("бүгін кешке", november(20), EVENING),
        ("бугин кешке", november(20), EVENING),
        ("сегодня вечером", november(20), EVENING),
        ("послезавтра утром", november(22), MORNING),
        ("бүрсігүні", november(22), None),
        ("в понедельник утром", november(23), MORNING),
        ("дүйсенбіде түске дейін", november(23), MORNING),
        ("сәрсенбі", november(25), None),
        ("сарсенби куни", november(25), None),
        ("ср", november(25), None),
        ("во вторник в первой половине дня", november(24), MORNING),
        ("жұмада кешке", november(27), EVENING),
        ("в четверг днём", november(26), AFTERNOON),
        ("бейсенбіге", november(26), None),
        ("в субботу", november(21), None),
        ("сенбі", november(21), None),
        ("жексенбі", november(22), None),
        ("запишите меня пожалуйста на завтра на утро", november(21), MORNING),
        ("маған ертеңге жазылу керек", november(21), None),
        ("тек кешке", None, EVENING),
        ("утром", None, MORNING),
    ],
)
def test_days_and_parts_of_the_day_are_understood(
    text: str, day: date | None, part: PartOfDay | None
) -> None:
    assert read(text) == Wanted(day, part)


@pytest.mark.parametrize(
    "text",
    [
        "25.11", "25.11.", "25/11", "25-11", "25.11.2026", "25.11.26", "2026-11-25", "25 ноября", "25ноября",
        "25-го ноября", "ноябрь 25", "25 қараша", "25-қараша", "25-ші қараша күні", "25 карашада", "25-го",
        "25", "на 25 число", "среда 25.11", "сәрсенбі, 25 қараша",
    ],
)  # fmt: skip
def test_a_date_is_understood_however_it_is_written(text: str) -> None:
    assert read(text) == Wanted(november(25))


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("завтра 14:30", time(14, 30)),
        ("завтра в 14.30", time(14, 30)),
        ("завтра в 10", time(10)),
        ("завтра в 3 часа дня", time(15)),
        ("ертең сағат 3-те", time(15)),
        ("ертең 9:05", time(9, 5)),
    ],
)
def test_a_time_beside_a_day_is_understood(text: str, at: time) -> None:
    assert read(text) == Wanted(november(21), PartOfDay.of(at), at)


def test_a_weekday_is_the_next_that_comes_and_not_today() -> None:
    assert read("в пятницу").day == november(27)
    assert read("жұма").day == november(27)


def test_next_week_is_the_week_after_this_one() -> None:
    assert read("в следующую пятницу").day == november(27)
    assert read("в следующий понедельник").day == november(23)
    assert read("келесі аптада сәрсенбі").day == november(25)
    assert read("через неделю в среду").day == november(25)
    assert read("на следующей неделе").day == november(23)
    assert read("через неделю").day == november(27)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("через 3 дня", november(23)),
        ("3 күннен кейін", november(23)),
        ("3 куннен кейин", november(23)),
        ("через 10 дней утром", november(30)),
        ("через 2 недели", date(2026, 12, 4)),
        ("2 аптадан соң", date(2026, 12, 4)),
    ],
)
def test_so_many_days_or_weeks_from_now_are_counted(text: str, day: date) -> None:
    assert read(text).day == day


def test_at_nine_is_an_hour_and_the_ninth_is_a_day() -> None:
    assert read("в 9") == Wanted(None, MORNING, time(9))
    assert read("в среду в 2") == Wanted(november(25), AFTERNOON, time(14))
    assert read("9").day == date(2026, 12, 9)
    assert read("в 25 число").day == november(25)


def test_a_number_between_two_words_keeps_them_apart() -> None:
    assert read("после 15 завтра").day == november(21)


@pytest.mark.parametrize("text", ["среда 2", "в среду 2", "сәрсенбі 2"])
def test_a_number_that_may_be_an_hour_or_the_day_of_that_name_is_asked_again(text: str) -> None:
    assert fault_of(text) is WhenFault.NOT_UNDERSTOOD
    assert read("в среду в 2 часа") == Wanted(november(25), AFTERNOON, time(14))


def test_a_date_without_a_year_is_the_nearest_over_new_year() -> None:
    assert read("05.01", date(2026, 12, 28)).day == date(2027, 1, 5)
    assert read("5 января", date(2026, 12, 28)).day == date(2027, 1, 5)


def test_a_number_alone_is_a_day_of_this_month_or_of_the_next() -> None:
    assert read("20").day == FRIDAY
    assert read("3").day == date(2026, 12, 3)


@pytest.mark.parametrize(
    "text", ["вчера", "кеше", "алдыңгүні", "19.11", "19 ноября", "01.10.2026", "в прошлую среду"]
)
def test_a_day_in_the_past_is_told_apart(text: str) -> None:
    assert fault_of(text) is WhenFault.PAST


@pytest.mark.parametrize("text", ["30.02", "31 ноября", "2026-13-01", "32.12"])
def test_a_day_that_no_calendar_has_is_told_apart(text: str) -> None:
    assert fault_of(text) is WhenFault.NO_SUCH_DAY


def test_G_49_a_day_beyond_the_horizon_is_told_apart() -> None:
    assert fault_of("25.12", date(2026, 12, 4)) is WhenFault.TOO_FAR
    assert read_when("04.12", FRIDAY, WORDS, date(2026, 12, 4)).day == date(2026, 12, 4)


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "привет", "сәлем", "у меня болит голова", "не завтра", "ертең емес", "завтра или в среду",
        "завтра утром или вечером", "среда 26.11", "ноябрь", "25 26", "кроме понедельника", "🙂", "12345",
        "мне надо поговорить с кем нибудь про завтра",
    ],
)  # fmt: skip
def test_what_is_not_clear_is_asked_again(text: str) -> None:
    assert fault_of(text) is WhenFault.NOT_UNDERSTOOD


@given(st.text(max_size=60))
def test_no_text_does_anything_but_be_read_or_refused(text: str) -> None:
    try:
        wanted = read(text)
    except BadWhen:
        return
    assert wanted != Wanted()
    assert wanted.day is None or wanted.day >= FRIDAY


@given(st.dates(FRIDAY, date(2027, 4, 1)))
def test_every_day_to_come_is_read_back_as_it_was_written(day: date) -> None:
    assert read(f"{day:%d.%m.%Y}").day == read(f"{day:%d.%m}").day == read(day.isoformat()).day == day


def test_the_parts_of_the_day_meet_at_noon_and_at_five() -> None:
    assert [PartOfDay.of(time(hour, 59)) for hour in (11, 12, 16, 17)] == [
        MORNING, AFTERNOON, AFTERNOON, EVENING,
    ]  # fmt: skip
