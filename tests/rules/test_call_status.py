"""The life of a home call, step by step."""

from datetime import timedelta
from itertools import pairwise

import pytest

from rules.call_status import CallStatus as S
from rules.call_status import has_answer, is_open, may_close, may_move, may_undo, may_withdraw
from tests.rules.almaty import at

PRESSED = at("2026-11-20 10:00")


def test_G_66_a_call_goes_from_registered_to_done_by_way_of_the_road() -> None:
    path = [S.NEXT_DAY, S.REGISTERED, S.CONFIRMED, S.ON_WAY, S.NOT_HOME, S.ON_WAY, S.DONE]
    assert all(may_move(before, after) for before, after in pairwise(path))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (S.REGISTERED, S.DONE),
        (S.REGISTERED, S.ON_WAY),
        (S.ON_WAY, S.CANCELLED),
        (S.DONE, S.REGISTERED),
        (S.DONE, S.CANCELLED),
        (S.CANCELLED, S.CONFIRMED),
        (S.REFUSED, S.CONFIRMED),
        (S.CONFIRMED, S.REFUSED),
    ],
)
def test_G_66_other_ways_are_closed(before: S, after: S) -> None:
    assert not may_move(before, after)


def test_no_status_moves_to_itself_and_three_are_final() -> None:
    assert not any(may_move(status, status) for status in S)
    assert [status for status in S if not any(may_move(status, after) for after in S)] == [
        S.DONE,
        S.NOBODY_HOME,
        S.CANCELLED,
    ]


def test_HC_10_a_visit_without_a_window_cannot_be_closed() -> None:
    assert may_close(S.ON_WAY, has_window=True)
    assert not may_close(S.ON_WAY, has_window=False)
    assert not may_close(S.REGISTERED, has_window=True)


def test_G_74_a_call_is_withdrawn_until_the_doctor_is_on_the_way() -> None:
    assert {status for status in S if may_withdraw(status)} == {S.REGISTERED, S.NEXT_DAY, S.CONFIRMED}
    assert all(may_move(status, S.CANCELLED) for status in S if may_withdraw(status))


def test_G_19_a_second_call_is_merged_while_the_first_is_open() -> None:
    closed = {S.DONE, S.NOBODY_HOME, S.REFUSED, S.CANCELLED}
    assert {status for status in S if not is_open(status)} == closed
    assert may_move(S.NOT_HOME, S.ON_WAY)


def test_G_69_a_mistaken_refusal_is_reopened() -> None:
    assert may_move(S.REFUSED, S.REGISTERED)
    assert may_move(S.REFUSED, S.NEXT_DAY)


def test_G_72_a_visit_not_made_by_evening_waits_for_the_morning() -> None:
    assert may_move(S.CONFIRMED, S.NEXT_DAY)
    assert may_move(S.ON_WAY, S.NEXT_DAY)


def test_PC_09_there_is_a_result_to_view_only_after_an_answer() -> None:
    assert {status for status in S if not has_answer(status)} == {S.REGISTERED, S.NEXT_DAY, S.CANCELLED}


def test_a_wrong_press_of_staff_is_taken_back_within_two_minutes() -> None:
    almost = PRESSED + timedelta(minutes=2) - timedelta(microseconds=1)
    assert may_undo(S.CONFIRMED, PRESSED, almost)
    assert not may_undo(S.CONFIRMED, PRESSED, PRESSED + timedelta(minutes=2))
    assert not may_undo(S.CONFIRMED, PRESSED, PRESSED - timedelta(seconds=1))
    assert not may_undo(S.CANCELLED, PRESSED, PRESSED)
