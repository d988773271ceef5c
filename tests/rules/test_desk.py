"""How a registrar sees who it is, which moment a cut-off looks at, and the three limits of the desk."""

from datetime import UTC, datetime, timedelta

import pytest

from rules.channels import Channel
from rules.consent import ALOUD_TEXTS, Purpose, consent_text_aloud
from rules.desk import Way, answer_aloud_by, check_due, judged_at, measured, ways_of
from tests.rules.almaty import CLINIC, NO_HOLIDAYS

OPENED = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_X_29_by_phone_a_document_proves_nothing_and_a_known_number_does() -> None:
    assert ways_of(Channel.PHONE, has_phone=True) == (Way.CALL_BACK,)
    assert ways_of(Channel.PHONE, has_phone=False) == ()


def test_G_11_whose_card_was_lost_is_known_at_the_desk_by_a_document_and_not_by_phone() -> None:
    assert Way.DOCUMENT in ways_of(Channel.DESK, has_phone=False)
    assert ways_of(Channel.PHONE, has_phone=False) == ()


def test_DD_05_at_the_desk_a_digital_document_takes_the_place_of_the_paper_one() -> None:
    assert ways_of(Channel.DESK, has_phone=False) == (Way.DOCUMENT, Way.DIGITAL)


def test_a_chat_has_none_of_these_ways() -> None:
    assert ways_of(Channel.ELECTRONIC, has_phone=True) == ()


@pytest.mark.parametrize("seconds", [600, 601])
def test_X_30_each_of_the_three_times_has_ten_minutes_of_its_own(seconds: int) -> None:
    span, in_time = timedelta(seconds=seconds), seconds == 600
    waited = measured(OPENED - span, OPENED, OPENED, OPENED)
    served = measured(OPENED, OPENED, OPENED + MINUTE, OPENED + span)
    handed = measured(OPENED, OPENED, OPENED, OPENED + span)
    assert [one.in_time for one in (waited, served, handed)] == [in_time] * 3


def test_AP_04_from_hand_in_counts_from_when_the_document_was_seen() -> None:
    times = measured(OPENED, OPENED, OPENED + 3 * MINUTE, OPENED + 5 * MINUTE)
    assert (times.waited, times.from_hand_in, times.served) == (0 * MINUTE, 2 * MINUTE, 5 * MINUTE)


def test_AP_06_the_answer_is_read_within_ten_minutes_of_the_opening() -> None:
    assert answer_aloud_by(OPENED) == OPENED + 10 * MINUTE


def test_G_01_by_phone_the_opening_counts_at_the_desk_the_hand_in() -> None:
    later = OPENED + 5 * MINUTE
    assert judged_at(Channel.PHONE, OPENED, OPENED + MINUTE, later) == OPENED
    assert judged_at(Channel.DESK, OPENED, OPENED + MINUTE, later) == OPENED + MINUTE
    assert judged_at(Channel.DESK, OPENED, None, later) == later
    assert judged_at(Channel.ELECTRONIC, OPENED, None, later) == later


def test_G_12_a_second_person_looks_when_the_clinic_opens_on_the_next_working_day() -> None:
    saturday_noon = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
    assert check_due(saturday_noon, CLINIC, NO_HOLIDAYS) == datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def test_G_78_what_is_read_aloud_is_a_text_of_its_own_with_a_version() -> None:
    electronic = {
        Purpose.CABINET,
        Purpose.CENTRE_INFO,
        Purpose.OWN_COPY,
        Purpose.ERASURE,
        Purpose.COMPLAINT,
        Purpose.TRAINING,
    }
    assert set(ALOUD_TEXTS) == set(Purpose) - electronic
    assert consent_text_aloud(Purpose.HOME_CALL).words_key == "consent.home_call_aloud.v1"
