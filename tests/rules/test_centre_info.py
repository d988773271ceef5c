"""Information of the centres: three services, two values, one ground, thirty minutes, ten days."""

from datetime import date, timedelta

import pytest

from rules.centre_info import (
    ANSWER,
    NO_CONSENT,
    RETRIES,
    RETRY_LATER,
    VALID,
    Centre,
    Form,
    InfoStatus,
    NoSystemName,
    Standing,
    Told,
    answer_due,
    counted_from,
    grounds_of_refusal,
    is_open,
    last_valid_day,
    may_be_cancelled,
    next_try,
    shown_status,
    valid_until,
)
from rules.law import GroundCode
from tests.rules.almaty import at

ASKED = at("2026-11-20 10:00")
FORM = Form(
    issued_on=date(2026, 11, 20),
    surname="Иванова",
    name="Ольга",
    patronymic="",
    birth_date=date(1990, 7, 25),
    address="Абай, 1",
    told=Told.OBSERVATION,
    standing=Standing.OFF,
    system_kk="Тіркелім",
    system_ru="Регистр",
)


def test_IC_01_there_are_three_services() -> None:
    assert [centre.value for centre in Centre] == ["phthisiatry", "psychiatry", "narcology"]


def test_IC_02_IC_13_E_10_the_answer_is_due_in_thirty_minutes_on_a_sunday_night_too() -> None:
    assert answer_due(at("2026-11-22 03:00")) == at("2026-11-22 03:30")
    assert ANSWER.delta == timedelta(minutes=30)


def test_IC_08_the_only_ground_of_refusal_is_a_missing_consent() -> None:
    assert grounds_of_refusal() == (NO_CONSENT,)
    assert NO_CONSENT.code is GroundCode.NO_CONSENT
    assert NO_CONSENT.source.clause == "standards item 10"


def test_IC_09_IC_10_what_is_told_has_two_values_under_the_field_of_its_centre() -> None:
    assert {value.value for value in Standing} == {"on", "off"}
    assert Centre.PHTHISIATRY.tells is Told.REGISTER
    assert {Centre.PSYCHIATRY.tells, Centre.NARCOLOGY.tells} == {Told.OBSERVATION}


@pytest.mark.parametrize(
    ("issued", "ends"),
    [
        ("2026-11-20 10:00", "2026-12-01 00:00"),
        ("2026-11-20 00:00", "2026-12-01 00:00"),
        ("2026-11-20 23:59", "2026-12-01 00:00"),
        ("2026-11-22 03:10", "2026-12-03 00:00"),
    ],
)
def test_IC_12_G_33_E_10_a_result_holds_ten_whole_days_after_the_day_of_issue(issued: str, ends: str) -> None:
    until = valid_until(at(issued))
    assert until == at(ends)
    assert VALID.value == 10


def test_IC_12_the_last_day_is_the_one_the_order_means() -> None:
    assert last_valid_day(valid_until(at("2026-11-20 10:00"))) == date(2026, 11, 30)


def test_G_31_E_11_the_term_runs_from_the_consent_and_by_the_strict_reading_from_the_filing() -> None:
    consented = at("2026-11-20 15:20")
    assert answer_due(counted_from(ASKED, consented, "from_consent")) == at("2026-11-20 15:50")
    assert answer_due(counted_from(ASKED, consented, "from_filing")) == at("2026-11-20 10:30")


def test_G_41_a_silent_centre_is_asked_again_ever_more_seldom_and_at_the_end_of_the_term() -> None:
    due, now, tries = ASKED + ANSWER.delta, ASKED, 0
    moments = []
    while now < due:
        tries += 1
        now = next_try(tries, now, due)
        moments.append((now - ASKED).total_seconds())
    assert moments[:5] == [15, 45, 105, 225, 525]
    assert moments[-1] == 1800
    assert next_try(tries, due, due) == due + RETRY_LATER.delta
    assert [wait.value for wait in RETRIES] == sorted(wait.value for wait in RETRIES)


def test_IC_14_G_34_what_is_shown_of_a_result_depends_on_its_consent_and_its_days() -> None:
    until = valid_until(ASKED)
    before, after = until - timedelta(seconds=1), until
    ready = InfoStatus.READY
    assert shown_status(ready, until, before, consented=True) is ready
    assert shown_status(ready, until, after, consented=True) == "expired"
    assert shown_status(ready, until, before, consented=False) == "withdrawn"
    assert shown_status(InfoStatus.CONSENT, None, before, consented=False) is InfoStatus.CONSENT


def test_G_74_what_may_still_come_to_a_result_may_be_taken_back() -> None:
    open_ones = {status for status in InfoStatus if is_open(status)}
    assert open_ones == {InfoStatus.CONSENT, InfoStatus.ASKING, InfoStatus.DELAYED}
    assert {status for status in InfoStatus if may_be_cancelled(status)} == open_ones


def test_IC_11_G_42_a_form_without_the_name_of_its_system_is_no_form() -> None:
    assert FORM.full_name == "Иванова Ольга"
    fields = {name: getattr(FORM, name) for name in Form.__slots__}
    for nameless in ({"system_kk": ""}, {"system_ru": " "}):
        with pytest.raises(NoSystemName):
            Form(**fields | nameless)


def test_a_form_tells_a_log_nothing_of_anybody() -> None:
    assert "Иванова" not in repr(FORM)
