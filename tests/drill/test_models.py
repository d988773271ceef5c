"""Many random lives of slots and of attachments on PostgreSQL, each compared with a simple model."""

import pytest

from tests.storage.test_attachments_model import follow_switches
from tests.storage.test_slots_model import follow_bookings


@pytest.mark.timeout(900)
def test_bookings_agree_with_a_simple_model_in_many_lives(postgresql_url: str) -> None:
    follow_bookings("postgresql", postgresql_url, 120)


@pytest.mark.timeout(900)
def test_AT_09_many_histories_of_switches_leave_no_two_attachments_and_no_gap(postgresql_url: str) -> None:
    follow_switches("postgresql", postgresql_url, 120)
