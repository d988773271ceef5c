"""How often a clinic may be chosen freely: a row of data decides, and another row answers otherwise."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.attachment import (
    DEFAULT_TERMS,
    BadMonthDay,
    Cause,
    Effect,
    MayNotYet,
    MonthDay,
    Period,
    Terms,
    counts_as_choice,
    effective_on,
    free_choice,
    terms_on,
)
from rules.law import Allowed, GroundCode

TODAY = date(2026, 11, 20)
YEAR, TWELVE = Period.CALENDAR_YEAR, Period.TWELVE_MONTHS
AUTUMN = (MonthDay(9, 15), MonthDay(11, 15))
OVER_NEW_YEAR = (MonthDay(12, 1), MonthDay(1, 31))


def terms(
    choices: int = 1,
    period: Period = YEAR,
    campaign: tuple[MonthDay, MonthDay] | None = None,
    effect: Effect | MonthDay = Effect.AT_ONCE,
    since: date = date(2013, 7, 26),
) -> tuple[Terms, ...]:
    return (Terms(since, choices, period, campaign, effect),)


def refused(made: list[date], by: tuple[Terms, ...], today: date = TODAY) -> MayNotYet:
    found = free_choice(made, by, today)
    assert isinstance(found, MayNotYet)
    return found


def test_AT_07_E_09_a_second_free_choice_in_the_same_calendar_year_is_refused_with_the_date_of_the_last() -> (
    None
):
    found = refused([date(2019, 3, 11), date(2026, 2, 16)], ())
    assert (found.why, found.last, found.earliest) == ("used_up", date(2026, 2, 16), date(2027, 1, 1))
    assert found.ground.code is GroundCode.TOO_OFTEN
    assert (found.ground.source.clause, found.ground.source.repealed_on) == ("cl. 17(2)", date(2014, 5, 11))


@pytest.mark.parametrize("made", [[], [date(2025, 12, 31)], [date(2019, 3, 11), date(2020, 3, 11)]])
def test_AT_07_who_did_not_choose_this_year_may_choose(made: list[date]) -> None:
    assert isinstance(free_choice(made, (), TODAY), Allowed)


def test_G_20_by_default_once_a_year_means_a_calendar_year_on_any_day_and_at_once() -> None:
    assert (DEFAULT_TERMS.choices, DEFAULT_TERMS.period, DEFAULT_TERMS.campaign) == (1, YEAR, None)
    assert isinstance(free_choice([date(2026, 12, 31)], (), date(2027, 1, 1)), Allowed)


def test_G_20_twelve_months_is_another_answer_on_the_same_day() -> None:
    made = [date(2025, 12, 31)]
    assert isinstance(free_choice(made, terms(period=YEAR), TODAY), Allowed)
    assert refused(made, terms(period=TWELVE)).earliest == date(2026, 12, 31)
    assert isinstance(free_choice(made, terms(period=TWELVE), date(2026, 12, 31)), Allowed)


def test_G_20_of_a_choice_on_29_february_twelve_months_end_with_the_28th() -> None:
    made = [date(2024, 2, 29)]
    assert refused(made, terms(period=TWELVE), date(2025, 2, 28)).earliest == date(2025, 3, 1)
    assert isinstance(free_choice(made, terms(period=TWELVE), date(2025, 3, 1)), Allowed)


def test_AT_07_G_22_whoever_is_attached_nowhere_waits_for_no_campaign_and_no_day_of_effect() -> None:
    autumn = terms(campaign=AUTUMN, effect=MonthDay(1, 1))
    assert not free_choice([], autumn, TODAY).allowed
    assert free_choice([], autumn, TODAY, attached=False).allowed
    assert effective_on(autumn, TODAY, attached=False) == TODAY
    assert not free_choice([date(2026, 2, 16)], autumn, TODAY, attached=False).allowed


def test_G_20_twice_a_year_lets_the_second_one_pass_and_the_third_one_wait() -> None:
    first, second = date(2026, 2, 16), date(2026, 5, 1)
    assert isinstance(free_choice([first], terms(2), TODAY), Allowed)
    assert refused([first, second], terms(2)).last == second
    assert refused([second, first], terms(2, TWELVE)).earliest == date(2027, 2, 16)


def test_G_20_outside_the_campaign_nobody_chooses_and_is_told_when_it_opens() -> None:
    found = refused([], terms(campaign=AUTUMN))
    assert (found.why, found.last, found.earliest) == ("outside_campaign", None, date(2027, 9, 15))
    for day in (date(2026, 9, 15), date(2026, 11, 15)):
        assert isinstance(free_choice([], terms(campaign=AUTUMN), day), Allowed)
    for day in (date(2026, 9, 14), date(2026, 11, 16)):
        assert refused([], terms(campaign=AUTUMN), day).why == "outside_campaign"


def test_G_20_used_up_and_a_campaign_together_name_the_day_on_which_both_are_over() -> None:
    used = refused([date(2026, 10, 1)], terms(campaign=AUTUMN), date(2026, 10, 20))
    assert (used.why, used.earliest) == ("used_up", date(2027, 9, 15))


def test_G_20_a_campaign_may_reach_over_new_year() -> None:
    by = terms(campaign=OVER_NEW_YEAR)
    assert isinstance(free_choice([], by, date(2026, 12, 1)), Allowed)
    assert isinstance(free_choice([], by, date(2027, 1, 31)), Allowed)
    assert refused([], by, date(2027, 2, 1)).earliest == date(2027, 12, 1)


def test_G_20_the_earliest_day_is_told_under_the_rows_to_come() -> None:
    made = [date(2026, 2, 16)]
    stricter = (*terms(), *terms(period=TWELVE, since=date(2026, 12, 15)))
    assert refused(made, stricter).earliest == date(2027, 2, 16)
    milder = (*terms(), *terms(2, since=date(2026, 12, 15)))
    assert refused(made, milder).earliest == date(2026, 12, 15)


def test_AT_07_the_newest_row_in_force_decides_and_the_default_before_all_of_them() -> None:
    old, new = terms(2, since=date(2020, 1, 1))[0], terms(1, since=date(2026, 1, 1))[0]
    assert terms_on(date(2026, 6, 1), (new, old)) is new
    assert terms_on(date(2025, 12, 31), (new, old)) is old
    assert terms_on(date(2019, 12, 31), (new, old)) is DEFAULT_TERMS


@pytest.mark.parametrize(
    ("effect", "on"),
    [
        (Effect.AT_ONCE, TODAY),
        (Effect.NEXT_MONTH, date(2026, 12, 1)),
        (MonthDay(1, 1), date(2027, 1, 1)),
        (MonthDay(11, 20), TODAY),
    ],
)
def test_G_22_the_row_says_on_which_day_a_free_choice_takes_effect(
    effect: Effect | MonthDay, on: date
) -> None:
    assert effective_on(terms(effect=effect), TODAY) == on


def test_G_22_who_moved_or_was_born_does_not_wait_for_the_day_of_free_choice() -> None:
    for cause in set(Cause) - {Cause.FREE_CHOICE}:
        assert effective_on(terms(effect=MonthDay(1, 1)), TODAY, cause) == TODAY


def test_G_22_in_december_the_next_month_is_january() -> None:
    assert effective_on(terms(effect=Effect.NEXT_MONTH), date(2026, 12, 31)) == date(2027, 1, 1)


def test_G_20_a_change_of_residence_birth_and_a_closed_clinic_are_not_free_choice() -> None:
    born, day = date(1990, 5, 1), date(2026, 2, 16)
    assert counts_as_choice(Cause.FREE_CHOICE, day, born)
    assert not any(counts_as_choice(cause, day, born) for cause in set(Cause) - {Cause.FREE_CHOICE})


def test_G_20_where_the_register_does_not_say_why_it_was_a_choice_unless_of_an_infant() -> None:
    born = date(2026, 1, 10)
    assert counts_as_choice(None, date(2026, 2, 16), date(1990, 5, 1))
    assert not counts_as_choice(None, date(2026, 2, 16), born)
    assert counts_as_choice(None, date(2027, 1, 10), born)


@pytest.mark.parametrize("text", ["02-29", "13-01", "9", "09-15-1", "сентябрь", "00-10", ""])
def test_a_day_of_the_year_is_one_that_every_year_has(text: str) -> None:
    with pytest.raises(BadMonthDay):
        MonthDay.parse(text)


def test_a_day_of_the_year_is_written_as_it_is_read() -> None:
    assert str(MonthDay.parse("09-15")) == "09-15"
    assert MonthDay.of(date(2028, 2, 29)) == MonthDay(2, 28)


days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
month_days = st.dates(date(2027, 1, 1), date(2027, 12, 31)).map(MonthDay.of)
rows = st.lists(
    st.builds(
        Terms,
        since=days,
        choices=st.integers(1, 3),
        period=st.sampled_from(Period),
        campaign=st.none() | st.tuples(month_days, month_days),
        effect=st.sampled_from(Effect) | month_days,
    ),
    max_size=3,
    unique_by=lambda one: one.since,
)


@given(st.lists(days, max_size=5), rows, days)
def test_AT_07_the_earliest_day_is_the_first_one_on_which_the_answer_is_yes(
    made: list[date], by: list[Terms], today: date
) -> None:
    past = [day for day in made if day <= today]
    found = free_choice(past, by, today)
    if isinstance(found, MayNotYet):
        assert found.earliest > today
        assert isinstance(free_choice(past, by, found.earliest), Allowed)
        # Days between are looked at a week apart, and the last one before: each is another walk of the law.
        waits = (found.earliest - today).days
        for after in {*range(1, waits, 7), waits - 1} - {0}:
            assert isinstance(free_choice(past, by, today + timedelta(days=after)), MayNotYet)
