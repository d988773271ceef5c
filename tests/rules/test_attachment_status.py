"""The life of a request for attachment, step by step."""

from datetime import timedelta

import pytest

from rules.attachment_status import AttachmentStatus as S
from rules.attachment_status import has_answer, is_open, may_move, may_undo, may_withdraw
from tests.rules.almaty import at

PRESSED = at("2026-11-20 10:00")


def test_G_66_a_request_goes_from_registered_by_way_of_accepted_to_attached() -> None:
    assert may_move(S.NEXT_DAY, S.REGISTERED)
    assert may_move(S.REGISTERED, S.ACCEPTED)
    assert may_move(S.ACCEPTED, S.ATTACHED)


@pytest.mark.parametrize("after", S)
def test_G_23_an_attachment_that_stands_is_left_by_another_one_alone(after: S) -> None:
    assert not may_move(S.ATTACHED, after)
    assert not may_withdraw(S.ATTACHED)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (S.CANCELLED, S.REGISTERED),
        (S.REFUSED, S.ATTACHED),
        (S.REGISTERED, S.ATTACHED),
        (S.REFUSED, S.CANCELLED),
        (S.REFUSED, S.CLOSED),
        (S.CLOSED, S.REGISTERED),
    ],
)
def test_G_66_nothing_skips_a_step(before: S, after: S) -> None:
    assert not may_move(before, after)


def test_AT_09_one_open_request_binds_the_person_until_it_is_answered_or_takes_effect() -> None:
    assert {status for status in S if is_open(status)} == {S.REGISTERED, S.NEXT_DAY, S.ACCEPTED}


@pytest.mark.parametrize("before", [S.REGISTERED, S.NEXT_DAY, S.ACCEPTED])
def test_AT_11_what_can_be_neither_granted_nor_refused_is_closed_while_it_is_open(before: S) -> None:
    assert may_move(before, S.CLOSED)


def test_PC_09_there_is_a_result_to_view_once_it_is_answered() -> None:
    assert {status for status in S if has_answer(status)} == {S.ACCEPTED, S.ATTACHED, S.REFUSED}


def test_G_74_the_citizen_may_withdraw_until_it_takes_effect() -> None:
    assert {status for status in S if may_withdraw(status)} == {S.REGISTERED, S.NEXT_DAY, S.ACCEPTED}


def test_a_wrong_press_can_be_taken_back_for_two_minutes_and_an_attachment_cannot() -> None:
    for status in (S.ACCEPTED, S.REFUSED):
        assert may_undo(status, PRESSED, PRESSED + timedelta(seconds=119))
        assert not may_undo(status, PRESSED, PRESSED + timedelta(minutes=2))
        assert may_move(status, S.REGISTERED)
        assert may_move(status, S.NEXT_DAY)
    assert not may_undo(S.ATTACHED, PRESSED, PRESSED)
