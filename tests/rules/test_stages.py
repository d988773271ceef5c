"""The acts' own description of the process: stages, their numbers by region, and their order."""

import pytest

from rules.stages import SOURCES, Path, ProcessLabel, Stage, may_follow, process_label


def numbers(stage: Stage) -> list[ProcessLabel | None]:
    return [process_label(stage, path) for path in Path]


def p(number: int) -> ProcessLabel:
    return ProcessLabel(process=number)


def c(number: int) -> ProcessLabel:
    return ProcessLabel(condition=number)


def test_MAP_01_MAP_02_MAP_03_the_way_in_is_process_1_condition_1_and_process_2() -> None:
    assert numbers(Stage.AUTH_INPUT) == [p(1), p(1), p(1)]
    assert numbers(Stage.AUTH_CHECK) == [c(1), c(1), None]
    assert numbers(Stage.AUTH_REFUSED) == [p(2), p(2), None]


def test_MAP_04_MAP_05_MAP_06_the_form_and_the_look_up_by_staff() -> None:
    assert numbers(Stage.DRAFT) == [p(3), p(3), p(2)]
    assert numbers(Stage.REGISTRY_LOOKUP) == [None, None, ProcessLabel(process=3, condition=1)]
    assert numbers(Stage.NO_REGISTRY_DATA) == [None, None, p(4)]


def test_MAP_07_MAP_08_MAP_09_the_signature() -> None:
    assert numbers(Stage.SIGN_CHECK) == [c(2), c(2), None]
    assert numbers(Stage.SIGN_REFUSED) == [p(4), p(4), None]
    assert numbers(Stage.SENT) == [p(5), p(5), p(5)]


def test_MAP_10_MAP_11_MAP_12_MAP_13_X_25_aktobe_counts_one_process_less_from_registration_on() -> None:
    assert numbers(Stage.REGISTERED) == [p(6), None, p(6)]
    assert numbers(Stage.IN_REVIEW) == [c(3), c(3), c(2)]
    assert numbers(Stage.REFUSED) == [p(7), p(6), p(7)]
    assert numbers(Stage.DONE) == [p(8), p(7), p(8)]


def test_every_path_names_its_act_and_clause() -> None:
    assert [SOURCES[path].clause for path in Path] == ["cl. 16", "cl. 8", "cl. 17"]


def test_AU_02_AU_03_wrong_data_end_in_a_refused_authorisation_and_nothing_else_follows() -> None:
    assert may_follow(Stage.AUTH_CHECK, Stage.AUTH_REFUSED)
    assert not any(may_follow(Stage.AUTH_REFUSED, stage) for stage in Stage)


def test_AU_04_the_form_is_open_only_after_the_way_in_was_checked() -> None:
    assert [stage for stage in Stage if may_follow(stage, Stage.DRAFT)] == [Stage.AUTH_CHECK]


def test_AU_05_AU_06_a_signature_not_confirmed_ends_the_request() -> None:
    assert may_follow(Stage.SIGN_CHECK, Stage.SIGN_REFUSED)
    assert not any(may_follow(Stage.SIGN_REFUSED, stage) for stage in Stage)


def test_AU_07_nothing_is_sent_unsigned() -> None:
    assert [stage for stage in Stage if may_follow(stage, Stage.SENT)] == [Stage.SIGN_CHECK]


def test_AU_08_AU_09_PI_06_a_request_is_registered_before_it_is_judged() -> None:
    assert [stage for stage in Stage if may_follow(stage, Stage.IN_REVIEW)] == [Stage.REGISTERED]


def test_AU_10_AU_11_the_clinic_refuses_or_renders_and_both_are_final() -> None:
    assert {stage for stage in Stage if may_follow(Stage.IN_REVIEW, stage)} == {Stage.REFUSED, Stage.DONE}
    assert not any(may_follow(end, stage) for end in (Stage.REFUSED, Stage.DONE) for stage in Stage)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Stage.AUTH_INPUT, {Stage.AUTH_CHECK}),
        (Stage.AUTH_CHECK, {Stage.AUTH_REFUSED, Stage.DRAFT}),
        (Stage.DRAFT, {Stage.SIGN_CHECK}),
        (Stage.SIGN_CHECK, {Stage.SIGN_REFUSED, Stage.SENT}),
        (Stage.SENT, {Stage.REGISTERED}),
    ],
)
def test_ST_02_each_step_branches_as_the_tables_say_and_not_otherwise(
    before: Stage, after: set[Stage]
) -> None:
    assert {stage for stage in Stage if may_follow(before, stage)} == after
