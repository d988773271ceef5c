"""A doctor's rounds: the order of visits, the repeat at a closed door, when the page comes."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from rules.calendar import Hours, Schedule, WorkingCalendar
from rules.call_status import CallStatus as S
from rules.rounds import REPEATS, Turn, at_a_closed_door, comes_at, places
from tests.rules.almaty import ALMATY, at

NOON = at("2026-11-20 12:00")


def test_G_19_a_closed_door_is_tried_once_more_and_then_the_call_is_closed() -> None:
    assert REPEATS.value == 1
    assert [at_a_closed_door(before) for before in range(3)] == [S.NOT_HOME, S.NOBODY_HOME, S.NOBODY_HOME]


def test_whoever_waits_is_counted_in_order_of_windows() -> None:
    turns = [
        Turn(3, S.CONFIRMED, NOON + timedelta(hours=2)),
        Turn(1, S.CONFIRMED, NOON),
        Turn(2, S.CONFIRMED, NOON),
    ]
    assert places(turns) == {1: 0, 2: 1, 3: 2}


def test_the_visit_on_the_way_comes_before_all_and_is_told_no_place() -> None:
    turns = [Turn(1, S.CONFIRMED, NOON), Turn(2, S.ON_WAY, NOON + timedelta(hours=4))]
    assert places(turns) == {1: 1}


def test_made_visits_and_closed_doors_are_nobodys_wait() -> None:
    turns = [Turn(1, S.DONE, NOON), Turn(2, S.NOT_HOME, NOON), Turn(3, S.NOBODY_HOME, NOON)]
    assert places([*turns, Turn(4, S.CONFIRMED, NOON)]) == {4: 0}


@given(
    some.lists(
        some.builds(
            Turn,
            request_id=some.integers(1, 10_000),
            status=some.sampled_from(S),
            starts=some.integers(0, 600).map(lambda minutes: NOON + timedelta(minutes=minutes)),
        ),
        unique_by=lambda turn: turn.request_id,
        max_size=12,
    )
)
def test_no_two_have_the_same_place_and_every_confirmed_visit_has_one(turns: list[Turn]) -> None:
    told = places(turns)
    assert set(told) == {turn.request_id for turn in turns if turn.status is S.CONFIRMED}
    assert len(set(told.values())) == len(told)


def test_HC_17_the_page_comes_half_an_hour_before_the_clinic_opens() -> None:
    schedule = Schedule(Hours(), WorkingCalendar([]), ALMATY)
    assert comes_at(schedule, date(2026, 11, 20)) == at("2026-11-20 07:30")
    assert comes_at(schedule, date(2026, 11, 22)) == at("2026-11-22 08:00"), "on a day off nobody is woken"
