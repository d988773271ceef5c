"""The step tables: what the software may take of a term, what is left for people, the staff's own path."""

from datetime import timedelta

import pytest

from rules import appointment, home_call
from rules.channels import Channel
from rules.desk import SERVICE, answer_aloud_by, measured
from rules.stages import Path, Stage, staff_may_follow
from rules.step_times import CITIZEN, LOOKUP, STAFF, known_steps, left_of, step_limit
from tests.rules.almaty import at


def test_ST_01_the_known_steps_of_a_citizen_leave_25_and_a_half_of_the_30_minutes() -> None:
    assert known_steps(Path.ALMATY_CITIZEN) == timedelta(minutes=4, seconds=30)
    term = home_call.answer_limit(Channel.ELECTRONIC)
    assert left_of(term, Path.ALMATY_CITIZEN) == timedelta(minutes=25, seconds=30)
    assert left_of(appointment.ELECTRONIC_ANSWER, Path.ALMATY_CITIZEN) == timedelta(minutes=25, seconds=30)


def test_ST_03_the_known_steps_of_staff_take_3_minutes_40_of_the_ten() -> None:
    assert known_steps(Path.ALMATY_STAFF) == timedelta(seconds=220)
    assert left_of(home_call.DESK_ANSWER, Path.ALMATY_STAFF) == timedelta(minutes=6, seconds=20)


def test_ST_03_a_register_that_takes_its_90_seconds_leaves_time_to_answer_within_ten_minutes() -> None:
    opened = at("2026-11-20 10:00")
    answered = opened + known_steps(Path.ALMATY_STAFF) + timedelta(minutes=6)
    assert answered < answer_aloud_by(opened)
    assert measured(opened, opened, None, answered).in_time


def test_ST_05_the_register_is_waited_for_90_seconds() -> None:
    assert LOOKUP.delta == timedelta(seconds=90)


def test_ST_06_the_seconds_of_the_form_are_the_softwares_and_a_persons_count_in_the_ten_minutes() -> None:
    form = step_limit(Path.ALMATY_STAFF, 5)
    assert form is not None
    assert form.delta == timedelta(seconds=15)
    # Somebody who takes four minutes over the form is in time all the same.
    opened = at("2026-11-20 10:00")
    assert measured(opened, opened, None, opened + timedelta(minutes=4)).in_time
    assert SERVICE.delta == timedelta(minutes=10)


@pytest.mark.parametrize("path", Path)
@pytest.mark.parametrize("process", [7, 8])
def test_G_88_the_lost_steps_have_no_limit_of_their_own(path: Path, process: int) -> None:
    assert step_limit(path, process) is None


def test_G_88_aktobe_has_no_table_at_all() -> None:
    assert not any(step_limit(Path.AKTOBE_CITIZEN, process) for process in range(1, 8))
    assert known_steps(Path.AKTOBE_CITIZEN) == timedelta()


def test_X_24_the_second_table_is_the_staffs_path_and_serves_the_home_call_too() -> None:
    assert STAFF[1].source.clause == "appendix 1, table 2"
    assert CITIZEN[1].source.clause == "appendix 1, table 1"
    assert left_of(home_call.DESK_ANSWER, Path.ALMATY_STAFF) == left_of(
        appointment.DESK_ANSWER, Path.ALMATY_STAFF
    )


def test_ST_04_the_staffs_path_branches_after_the_look_up_and_after_registration_and_nowhere_else() -> None:
    after = {stage: [one for one in Stage if staff_may_follow(stage, one)] for stage in Stage}
    assert after[Stage.REGISTRY_LOOKUP] == [Stage.NO_REGISTRY_DATA, Stage.SENT]
    assert after[Stage.IN_REVIEW] == [Stage.REFUSED, Stage.DONE]
    assert [stage for stage, following in after.items() if len(following) > 1] == [
        Stage.REGISTRY_LOOKUP,
        Stage.IN_REVIEW,
    ]
    ends = {Stage.NO_REGISTRY_DATA, Stage.REFUSED, Stage.DONE}
    assert all(not after[stage] for stage in ends)


def test_PI_03_staff_look_into_the_register_before_anything_is_sent() -> None:
    before_sent = [stage for stage in Stage if staff_may_follow(stage, Stage.SENT)]
    assert before_sent == [Stage.REGISTRY_LOOKUP]
