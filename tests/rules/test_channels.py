"""The ways by which each service is given: an automated one and one by people, side by side."""

import pytest

from rules.channels import Channel, channels_of
from rules.law import Service


@pytest.mark.parametrize("service", Service)
def test_GEN_13_X_06_every_service_of_a_clinic_has_a_way_by_people_beside_the_automated_one(
    service: Service,
) -> None:
    ways = channels_of(service)
    assert Channel.ELECTRONIC in ways
    assert Channel.DESK in ways
