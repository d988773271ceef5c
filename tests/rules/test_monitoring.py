"""What the monitoring system is told: every stage, a closed schema, the same event whenever it is told."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.booking_status import BookingStatus
from rules.call_status import CallStatus
from rules.centre_info import InfoStatus, Standing, Told
from rules.law import GroundCode
from rules.monitoring import (
    STATUSES,
    TOLD_AFTER,
    TOLD_AGAIN,
    DaySum,
    Event,
    NotInSchema,
    Transition,
    event_of,
    is_to_be_told,
    pause_after,
    stage_told,
    sum_of,
)
from rules.public_services import PublicService
from rules.stages import Stage
from rules.training import Pause
from rules.training import Stage as TrainingStage

AT = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
REGISTERED = Transition("request", 7001, 1, "registered", AT, "05-000012", 2026, "home_call", 5)
OF_CENTRE = Transition("centre", 7002, 2, "ready", AT, "93-000003", 2026, "narcology", None)
OF_COLLEGE = Transition("training", 7003, 1, "registered", AT, "90-000001", 2026, "duplicate", 90)

HEALTH = (
    "температура 39",
    "fever",
    "туберкулез",
    "on",
    "off",
    "register",
    "J45.0",
    "боль в груди",
    "дәрігер",
)


def test_MO_01_the_first_step_of_a_call_is_told_with_its_number_service_stage_instant_and_clinic() -> None:
    assert event_of(REGISTERED).written() == {
        "id": "request.7001.1",
        "number": "05-000012",
        "year": 2026,
        "service": "home_call",
        "stage": "registered",
        "status": "registered",
        "step": 1,
        "at": "2026-11-20T05:00:00.000000+00:00",
        "clinic": 5,
    }


def test_G_80_an_event_has_these_fields_and_no_other() -> None:
    names = [one.name for one in fields(Event)]
    assert names == ["id", "number", "year", "service", "stage", "status", "step", "at", "clinic"]
    assert list(event_of(REGISTERED).written()) == names


@pytest.mark.parametrize("service", list(PublicService))
def test_G_82_every_status_of_every_service_can_be_told(service: PublicService) -> None:
    for status in STATUSES[service]:
        told = event_of(replace(REGISTERED, service=service.value, status=status))
        assert (told.service, told.status) == (service, status)


def test_IC_16_the_steps_of_a_centre_are_told_by_the_stages_of_the_acts() -> None:
    told = {status: stage_told(PublicService.PSYCHIATRY, status) for status in InfoStatus}
    assert told == {
        InfoStatus.CONSENT: Stage.REGISTERED,
        InfoStatus.ASKING: Stage.IN_REVIEW,
        InfoStatus.DELAYED: Stage.IN_REVIEW,
        InfoStatus.READY: Stage.DONE,
        InfoStatus.REFUSED: Stage.REFUSED,
        InfoStatus.CANCELLED: None,
    }


def test_MO_01_every_stage_of_the_college_is_told() -> None:
    told = {status: stage_told(PublicService.TRAINING, status) for status in (*TrainingStage, *Pause)}
    assert told[TrainingStage.REGISTERED] is Stage.REGISTERED
    assert told[TrainingStage.ISSUED] is Stage.DONE
    assert told[TrainingStage.REFUSED] is Stage.REFUSED
    beside = {TrainingStage.CANCELLED, Pause.SUSPENDED, Pause.RESUMED}
    assert {status for status, stage in told.items() if stage is None} == beside


@pytest.mark.parametrize("status", [CallStatus.ON_WAY, CallStatus.DONE, CallStatus.CANCELLED])
def test_MO_01_what_is_no_stage_of_the_acts_is_told_by_its_status_alone(status: str) -> None:
    told = event_of(replace(REGISTERED, status=status))
    assert (told.stage, told.status) == (None, status)


def test_MO_03_a_result_of_a_centre_is_told_to_be_there_and_nothing_of_what_it_says() -> None:
    told = event_of(OF_CENTRE).written()
    assert (told["service"], told["stage"], told["clinic"]) == ("narcology", "done", None)
    assert not {*Standing, *Told} & {str(value) for value in told.values()}


def spoilt(field: str, word: str) -> Transition:
    """The first step of a call with another word in one of its fields."""
    fields: dict[str, Any] = {field: word}
    return replace(REGISTERED, **fields)


@pytest.mark.parametrize("word", [*HEALTH, *GroundCode, "did_not_come, кашель", "registered "])
@pytest.mark.parametrize("field", ["status", "service", "number", "source"])
def test_MO_03_no_other_word_can_stand_in_an_event(word: str, field: str) -> None:
    with pytest.raises(NotInSchema) as told:
        event_of(spoilt(field, word))
    assert word not in str(told.value)


@given(st.text())
def test_MO_03_no_text_whatever_gets_into_an_event(text: str) -> None:
    for field in ("status", "service", "number", "source"):
        if (field, text) in {("status", one) for one in STATUSES[PublicService.HOME_CALL]}:
            continue
        if (field, text) in {("service", one) for one in PublicService}:
            continue
        with pytest.raises(NotInSchema):
            event_of(spoilt(field, text))


def test_MO_03_every_field_is_of_a_closed_set_or_a_number_or_an_instant() -> None:
    hints = get_type_hints(Event)
    texts = {name for name, hint in hints.items() if hint is str}
    # Each of them is looked at: by its form, or against the statuses of its service.
    assert texts == {"id", "number", "status"}


def test_MO_03_a_status_of_another_service_is_not_told() -> None:
    with pytest.raises(NotInSchema):
        event_of(replace(REGISTERED, status=BookingStatus.DID_NOT_COME))
    with pytest.raises(NotInSchema):
        event_of(replace(OF_COLLEGE, status=InfoStatus.ASKING))


def test_MO_03_what_belongs_to_a_request_that_is_gone_is_not_told() -> None:
    with pytest.raises(NotInSchema) as told:
        event_of(replace(REGISTERED, number="", year=0, service=""))
    assert told.value.field == "service"


def test_MO_04_the_same_step_is_the_same_event_whenever_it_is_told() -> None:
    one, again = event_of(REGISTERED), event_of(replace(REGISTERED))
    assert one.id == again.id == "request.7001.1"
    assert one.digest() == again.digest()
    assert len({event_of(one).id for one in (REGISTERED, OF_CENTRE, OF_COLLEGE)}) == 3
    assert event_of(replace(REGISTERED, mark=2)).id != one.id


def test_MO_04_another_status_instant_or_clinic_is_another_digest() -> None:
    digests = {
        event_of(one).digest()
        for one in (
            REGISTERED,
            replace(REGISTERED, status="next_day"),
            replace(REGISTERED, at=AT + timedelta(microseconds=1)),
            replace(REGISTERED, clinic_no=6),
        )
    }
    assert len(digests) == 4


def test_MO_04_a_day_comes_to_the_same_in_whatever_order_its_events_were_taken() -> None:
    pairs = [(f"request.{number}.1", f"{number:064x}") for number in range(20)]
    assert sum_of(pairs) == sum_of(reversed(pairs))
    assert sum_of(pairs).events == 20
    assert sum_of(pairs) != sum_of(pairs[1:])
    assert sum_of([]) == DaySum(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")


def test_MO_02_a_server_that_fails_is_tried_for_ever_a_minute_apart_at_most() -> None:
    pauses = [pause_after(tries).total_seconds() for tries in (0, 1, 2, 3, 4, 5, 6, 7, 10**9)]
    assert pauses == [2, 2, 4, 8, 16, 32, 60, 60, 60]


def test_MO_02_a_server_that_asks_for_more_is_left_alone_so_long_but_not_for_ever() -> None:
    assert pause_after(1, timedelta(minutes=5)) == timedelta(minutes=5)
    assert pause_after(1, timedelta(days=300)) == timedelta(hours=1)
    assert pause_after(6, timedelta(seconds=1)) == timedelta(minutes=1)


def test_MO_02_staff_are_told_after_a_quarter_of_an_hour_and_once() -> None:
    since = AT
    assert not is_to_be_told(since, None, AT + TOLD_AFTER.delta - timedelta(seconds=1))
    assert is_to_be_told(since, None, AT + TOLD_AFTER.delta)
    told = AT + TOLD_AFTER.delta
    assert not is_to_be_told(since, told, told + timedelta(days=3))


def test_MO_02_staff_are_told_though_a_clock_had_run_ahead_when_they_were_told_before() -> None:
    assert is_to_be_told(AT, AT + timedelta(days=300), AT + TOLD_AFTER.delta)
    # Clocks of two machines differ by a little.
    assert not is_to_be_told(AT, AT + TOLD_AFTER.delta + timedelta(seconds=5), AT + TOLD_AFTER.delta)


def test_MO_02_staff_are_not_told_of_each_time_that_a_server_fails_now_and_then() -> None:
    told, since = AT, AT + timedelta(hours=1)
    assert not is_to_be_told(since, told, since + TOLD_AFTER.delta)
    assert is_to_be_told(since, told, told + TOLD_AGAIN.delta)
