"""Doctors: who is offered first when many call."""

from datetime import date

from rules.channels import Channel
from rules.doctors import least_busy_first
from rules.grounds import grounds_of
from rules.law import GroundCode, Service


def test_G_18_the_doctor_with_fewest_visits_of_the_day_is_offered_first() -> None:
    assert least_busy_first(("a", "b", "c"), {"a": 3, "b": 1}) == ("c", "b", "a")


def test_G_18_among_equals_the_order_of_the_list_stays() -> None:
    assert least_busy_first(("a", "b", "c"), {}) == ("a", "b", "c")


def test_G_18_no_number_of_visits_is_a_ground_of_refusal() -> None:
    for service in (Service.HOME_CALL, Service.APPOINTMENT):
        codes = {ground.code for ground in grounds_of(service, Channel.PHONE, date(2026, 11, 20))}
        assert codes == {GroundCode.NOT_ATTACHED, GroundCode.FALSE_DATA}
