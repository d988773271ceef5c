"""The law of another person's consent: who answers, how long, how often."""

from datetime import UTC, date, datetime, timedelta

import pytest

from rules import third_party as law
from rules.consent import COMPARISONS_PER_CODE, WAYS_SOURCE
from rules.third_party import ConsentOutcome, Matter

TEN = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
"""Ten in the morning in Almaty."""


def test_E_12_without_an_answer_waiting_ends_after_a_day() -> None:
    times = law.times(Matter.CENTRE, TEN)
    assert times.sent_at == TEN
    assert times.ends_at == TEN + timedelta(hours=24)


@pytest.mark.parametrize("hour", range(24))
def test_G_30_the_reminder_comes_by_day_and_leaves_at_least_an_hour(hour: int) -> None:
    asked = datetime(2026, 11, 20, hour, 17, tzinfo=UTC)
    times = law.times(Matter.CENTRE, asked)
    assert times.reminded_at is not None
    for at in (times.sent_at, times.reminded_at):
        local = at + timedelta(hours=5)
        assert 8 <= local.hour < 21
    assert times.sent_at < times.reminded_at <= times.ends_at - timedelta(minutes=59)


@pytest.mark.parametrize("hour", range(24))
def test_G_47_the_night_takes_nothing_from_the_time_to_answer(hour: int) -> None:
    asked = datetime(2026, 11, 20, hour, 17, tzinfo=UTC)
    for matter, length in law.WAITED_FOR.items():
        times = law.times(matter, asked)
        assert times.ends_at - times.sent_at == length.delta


def test_a_document_is_waited_for_an_hour_and_nobody_is_reminded() -> None:
    times = law.times(Matter.DOCUMENT, TEN)
    assert times.ends_at == TEN + timedelta(hours=1)
    assert times.reminded_at is None


@pytest.mark.parametrize(
    ("birth", "day", "themself"),
    [
        (date(2010, 11, 20), date(2026, 11, 20), True),
        (date(2010, 11, 21), date(2026, 11, 20), False),
        (date(2011, 11, 20), date(2026, 11, 20), False),
        (date(2009, 1, 1), date(2026, 11, 20), True),
    ],
)
def test_G_37_from_the_sixteenth_birthday_on_they_answer_themself(
    birth: date, day: date, themself: bool
) -> None:
    assert law.answers_themself(birth, day) is themself


def test_G_38_five_a_day_by_one_asker_and_three_to_one_person() -> None:
    assert [law.may_ask(many) for many in (0, 4, 5, 6)] == [True, True, False, False]
    assert [law.may_be_reached(many) for many in (0, 2, 3)] == [True, True, False]


def test_IC_12_a_consent_outlives_the_ten_days_of_the_result_it_is_for() -> None:
    # Given a minute before midnight: a silent centre may answer many days later, and ten more follow.
    late = datetime(2026, 11, 20, 18, 59, tzinfo=UTC)
    assert law.holds_until(Matter.CENTRE, late) == datetime(2026, 12, 21, 19, 0, tzinfo=UTC)
    assert law.holds_until(Matter.DOCUMENT, TEN) == TEN + timedelta(hours=24)


def test_G_32_the_asker_learns_one_of_two_things() -> None:
    assert {outcome.value for outcome in ConsentOutcome} == {"given", "no_consent"}


def test_G_78_each_matter_has_its_text_and_version() -> None:
    assert {(text.id, text.version) for text in law.TEXTS.values()} == {
        ("of_another_centre", 1),
        ("of_another_document", 1),
    }


def test_the_figures_name_their_sources() -> None:
    assert law.CONSENT_SOURCE == WAYS_SOURCE
    assert law.COMPARISONS is COMPARISONS_PER_CODE
