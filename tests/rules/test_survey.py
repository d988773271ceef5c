"""The survey of the act: two questions, three answers, whom it asks when, and what of them may be shown."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rules.days import COUNTRY_ZONE
from rules.public_services import PublicService
from rules.quiet_hours import MessageKind, may_be_sent_at
from rules.survey import (
    FORM,
    OPEN_FOR,
    SMALLEST_GROUP,
    BadGrade,
    Grade,
    Shares,
    SurveyMonth,
    SurveyQuestion,
    asked_again_at,
    asks_after,
    is_asked,
    month_of,
    newest_shown,
    open_until,
    questions,
    read_grade,
    shown_from,
    visits_left_until,
)

NOON = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
CALL, VISIT = PublicService.HOME_CALL, PublicService.APPOINTMENT
QUALITY, INFORMATION = questions()
HOUR, HALF_AN_HOUR = timedelta(hours=1), timedelta(minutes=30)


def at(text: str) -> datetime:
    """That time of Almaty's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=COUNTRY_ZONE).astimezone(UTC)


def shares(*grades: int, information: tuple[int, ...] | None = None) -> Shares:
    """What people answered, by the first question's grades (the second's are the same, if not said)."""
    counts: dict[tuple[SurveyQuestion, Grade], int] = {}
    for question, answers in ((QUALITY, grades), (INFORMATION, information or grades)):
        for grade in answers:
            key = question, Grade(grade)
            counts[key] = counts.get(key, 0) + 1
    return Shares(counts)


def test_SV_01_there_are_two_questions_in_the_order_of_the_form() -> None:
    assert [one.value for one in questions()] == ["quality", "information"]


def test_X_32_the_form_is_the_one_of_astana() -> None:
    assert (FORM.act, FORM.clause) == (
        "Astana decree № 106-1923 of 29 December 2012, home call",
        "appendix 3",
    )


@pytest.mark.parametrize("grade", Grade)
def test_SV_02_the_three_answers_are_read_by_their_codes(grade: Grade) -> None:
    assert read_grade(str(grade.value)) is grade


@pytest.mark.parametrize("text", ["", "0", "4", "33", " 3", "-1", "3.0", "три", "²", "٣"])
def test_SV_02_any_other_value_is_refused(text: str) -> None:
    with pytest.raises(BadGrade):
        read_grade(text)


@pytest.mark.parametrize(
    "status", ["done", "nobody_home", "came", "did_not_come", "refused", "attached", "issued"]
)
def test_G_64_whoever_was_served_or_refused_is_asked(status: str) -> None:
    assert asks_after(status)


@pytest.mark.parametrize("status", ["cancelled", "closed"])
def test_G_64_nobody_is_asked_about_what_they_took_back_themselves(status: str) -> None:
    assert not asks_after(status)


def test_G_64_it_is_asked_an_hour_after_the_end_and_not_before() -> None:
    second = timedelta(seconds=1)
    assert not is_asked(NOON, NOON + HOUR - second, COUNTRY_ZONE)
    assert is_asked(NOON, NOON + HOUR, COUNTRY_ZONE)


@pytest.mark.parametrize(
    ("ended", "now", "asked"),
    [
        ("2026-11-20T19:59", "2026-11-20T20:59", True),
        ("2026-11-20T20:00", "2026-11-20T21:00", False),
        ("2026-11-20T20:00", "2026-11-21T07:59", False),
        ("2026-11-20T20:00", "2026-11-21T08:00", True),
        # Kept from going in time by a service that was down, it does not go at night either.
        ("2026-11-20T15:00", "2026-11-20T23:00", False),
    ],
)
def test_G_64_G_47_nobody_is_asked_at_night(ended: str, now: str, asked: bool) -> None:
    assert is_asked(at(ended), at(now), COUNTRY_ZONE) is asked


def test_G_64_it_is_open_for_seven_days() -> None:
    assert open_until(NOON, "2026-11") == NOON + timedelta(days=7)


def test_G_64_whoever_wants_to_be_asked_later_is_asked_the_next_day_by_day() -> None:
    until = NOON + OPEN_FOR.delta
    assert asked_again_at(NOON, until, COUNTRY_ZONE) == NOON + timedelta(days=1)
    late = at("2026-11-20T22:30")
    assert asked_again_at(late, until, COUNTRY_ZONE) == at("2026-11-22T08:00")
    assert asked_again_at(until - HOUR, until, COUNTRY_ZONE) is None


@pytest.mark.parametrize(
    ("ended", "month"),
    [("2026-11-30T23:59", "2026-11"), ("2026-12-01T00:00", "2026-12"), ("2027-01-01T00:30", "2027-01")],
)
def test_SV_04_an_answer_counts_in_the_month_of_the_end_by_the_clock_of_the_country(
    ended: str, month: str
) -> None:
    assert month_of(at(ended)) == month


@pytest.mark.parametrize(
    ("month", "day"), [("2026-11", "2026-12-09"), ("2026-12", "2027-01-09"), ("2027-02", "2027-03-09")]
)
def test_G_65_a_month_is_shown_once_everything_asked_in_it_is_closed(month: str, day: str) -> None:
    assert shown_from(month) == at(f"{day}T00:00")


@pytest.mark.parametrize(
    ("now", "month"),
    [
        ("2026-11-08T23:59", "2026-09"),
        ("2026-11-09T00:00", "2026-10"),
        ("2026-12-01T00:00", "2026-10"),
        ("2027-01-09T00:00", "2026-12"),
        ("2027-01-08T12:00", "2026-11"),
    ],
)
def test_G_65_the_newest_month_that_is_shown_is_one_that_is_closed(now: str, month: str) -> None:
    assert newest_shown(at(now)) == month


@given(some.integers(0, 3 * 365 * 24 * 60))
def test_G_65_no_answer_is_counted_after_its_month_is_shown(minutes: int) -> None:
    """Whenever something ends: asked the next morning at the latest, it is closed when the month is shown."""
    end = at("2026-01-01T00:00") + timedelta(minutes=minutes)
    local = (end + HOUR).astimezone(COUNTRY_ZONE)
    day = local.date() + timedelta(days=local.hour >= 21)
    morning = datetime(day.year, day.month, day.day, 8, tzinfo=COUNTRY_ZONE).astimezone(UTC)
    asked = end + HOUR if 8 <= local.hour < 21 else morning
    month = month_of(end)
    assert open_until(asked, month) <= shown_from(month)
    # And nobody loses a day of the seven by it.
    assert open_until(asked, month) == asked + OPEN_FOR.delta


@pytest.mark.parametrize(
    ("grades", "expected"),
    [
        ((3, 3, 3, 3, 3), (100, 0, 0)),
        ((3, 3, 3, 2, 1), (60, 20, 20)),
        ((3, 2, 1, 3, 2, 1), (33, 33, 34)),
        ((3,) * 6 + (2,), (86, 14, 0)),
        ((), (0, 0, 0)),
    ],
)
def test_SV_04_G_65_the_shares_of_3_2_and_1_make_a_hundred(
    grades: tuple[int, ...], expected: tuple[int, int, int]
) -> None:
    percent = shares(*grades).percent(QUALITY)
    assert tuple(percent) == (Grade.SATISFIED, Grade.PARTLY, Grade.NOT_SATISFIED)
    assert tuple(percent.values()) == expected


@given(some.lists(some.sampled_from([1, 2, 3]), min_size=1, max_size=400))
def test_SV_04_shares_of_any_answers_make_a_hundred_and_none_is_off_by_one(grades: list[int]) -> None:
    percent = shares(*grades).percent(QUALITY)
    assert sum(percent.values()) == 100
    assert all(abs(percent[one] - grades.count(one) * 100 / len(grades)) < 1 for one in Grade)


def test_SV_01_each_question_has_shares_of_its_own() -> None:
    one = shares(3, 3, 3, 3, 3, information=(1, 1, 1, 1, 1))
    assert one.percent(QUALITY)[Grade.SATISFIED] == 100
    assert one.percent(INFORMATION)[Grade.NOT_SATISFIED] == 100
    assert one.answers == 5


@pytest.mark.parametrize(("answers", "shown"), [(0, False), (1, False), (4, False), (5, True), (50, True)])
def test_G_65_a_group_under_five_is_hidden(answers: int, shown: bool) -> None:
    month = SurveyMonth("2026-11", {(CALL, 5): shares(*(3,) * answers)})
    assert (month.of_clinic(CALL, 5) is not None) is shown
    assert (month.of_service(CALL) is not None) is shown
    assert month.of_clinic(VISIT, 5) is None


def test_G_65_a_hidden_clinic_is_not_found_by_taking_the_others_away() -> None:
    month = SurveyMonth("2026-11", {(CALL, 5): shares(*(3,) * 9), (CALL, 6): shares(1, 1, 1, 1)})
    assert month.of_clinic(CALL, 6) is None
    # Everywhere is what clinic 5 has alone: nothing is left over that could be clinic 6.
    assert month.of_service(CALL) == month.of_clinic(CALL, 5)


def test_G_65_hidden_clinics_count_together_where_together_they_are_enough() -> None:
    cells = {(CALL, 5): shares(*(3,) * 9), (CALL, 6): shares(1, 1), (CALL, 7): shares(2, 2, 2)}
    everywhere = SurveyMonth("2026-11", cells).of_service(CALL)
    assert everywhere is not None
    assert everywhere.answers == 14


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-20T14:00", "2026-11-20T13:00"),
        ("2026-11-20T20:59", "2026-11-20T19:59"),
        # Until half past eight the last question that has had its half hour is that of the evening before.
        ("2026-11-20T08:00", "2026-11-19T20:30"),
        ("2026-11-20T08:29", "2026-11-19T20:30"),
        ("2026-11-20T08:30", "2026-11-20T07:30"),
        ("2026-11-20T21:29", "2026-11-20T20:29"),
        ("2026-11-20T22:00", "2026-11-20T20:30"),
    ],
)
def test_G_64_G_47_a_visit_nobody_confirmed_is_left_half_an_hour_for_its_own_question(
    now: str, until: str
) -> None:
    left = visits_left_until(at(now), COUNTRY_ZONE)
    assert at(until) - timedelta(seconds=1) < left <= at(until)


@given(some.integers(0, 3 * 24 * 60))
def test_G_64_the_survey_is_never_sent_within_half_an_hour_of_an_open_question_about_the_visit(
    minutes: int,
) -> None:
    end = at("2026-11-20T00:00") + timedelta(minutes=minutes)
    visit = may_be_sent_at(MessageKind.REMINDER, end + HALF_AN_HOUR, COUNTRY_ZONE)
    assert visits_left_until(visit, COUNTRY_ZONE) < end
    assert visits_left_until(visit + HALF_AN_HOUR - timedelta(minutes=1), COUNTRY_ZONE) < end
    assert visits_left_until(visit + HOUR, COUNTRY_ZONE) >= end


COUNTS = some.dictionaries(
    some.tuples(some.sampled_from([CALL, VISIT]), some.integers(1, 6)), some.integers(0, 9), max_size=12
)


@given(COUNTS)
def test_G_65_nothing_that_is_shown_tells_of_fewer_than_five_by_any_difference(
    counts: dict[tuple[PublicService, int], int],
) -> None:
    """Each sum less any of the clinics in it is a group of five or more people of two clinics, or nobody."""
    month = SurveyMonth("2026-11", {place: shares(*(3,) * count) for place, count in counts.items()})
    for service in (CALL, VISIT):
        whole = month.of_service(service)
        if whole is None:
            continue
        of_clinics = [month.of_clinic(service, no) for no in range(1, 7)]
        shown = [one.answers for one in of_clinics if one is not None]
        for size in range(len(shown) + 1):
            for taken in itertools.combinations(shown, size):
                left = whole.answers - sum(taken)
                assert left == 0 or left >= SMALLEST_GROUP.value
        rest = whole.answers - sum(shown)
        hidden = [
            count for (one, _), count in counts.items() if one is service and 0 < count < SMALLEST_GROUP.value
        ]
        assert rest in (0, sum(hidden))
        assert rest == 0 or len(hidden) > 1
