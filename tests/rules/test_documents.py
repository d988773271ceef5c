"""Digital documents: which may be asked for, for what, and how long a silent service is tried."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.documents import (
    APP_SOURCE,
    CONSENT_SOURCE,
    LONGEST_PAUSE,
    PURPOSES,
    DigitalDocument,
    DocumentKind,
    DocumentPurpose,
    DocumentStatus,
    document_of,
    is_given_up,
    may_be_asked,
    pause_after,
)

NOON = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
BORN = date(2010, 11, 21)


def test_GEN_06_DD_05_a_birth_certificate_until_the_sixteenth_birthday_then_a_card() -> None:
    assert document_of(BORN, date(2026, 11, 20)) is DocumentKind.BIRTH_CERTIFICATE
    assert document_of(BORN, date(2026, 11, 21)) is DocumentKind.IDENTITY_CARD


@pytest.mark.parametrize("kind", DocumentKind)
def test_DD_06_a_document_is_asked_for_one_of_its_own_purposes(kind: DocumentKind) -> None:
    assert PURPOSES[kind]
    for purpose in DocumentPurpose:
        assert may_be_asked(kind, purpose) == (purpose in PURPOSES[kind])


def test_DD_06_whose_child_somebody_is_no_identity_card_tells() -> None:
    assert not may_be_asked(DocumentKind.IDENTITY_CARD, DocumentPurpose.CHILD)


def test_DD_02_DD_03_both_acts_and_the_application_are_named_as_sources() -> None:
    assert len(CONSENT_SOURCE) == 2
    assert APP_SOURCE.clause == "item 10"


@given(st.integers(min_value=0, max_value=3600))
def test_G_41_a_silent_service_is_asked_ever_more_seldom_and_at_last_given_up(seconds: int) -> None:
    now = NOON + timedelta(seconds=seconds)
    assert timedelta(seconds=15) <= pause_after(NOON, now) <= LONGEST_PAUSE.delta
    assert is_given_up(NOON, now) == (seconds >= 1800)


def test_only_what_still_can_come_to_something_is_open() -> None:
    assert {one for one in DocumentStatus if one.is_open} == {
        DocumentStatus.ASKED,
        DocumentStatus.CONSENTED,
        DocumentStatus.FETCHING,
    }


def test_a_document_is_valid_to_the_end_of_its_last_day_and_says_nothing_of_its_holder_in_a_log() -> None:
    card = DigitalDocument(
        DocumentKind.IDENTITY_CARD, "012345678", "Сейітова", "Айгүл", "", BORN, "880412294549", BORN,
        "ҚР ІІМ", date(2026, 11, 20),
    )  # fmt: skip
    assert card.is_valid_on(date(2026, 11, 20))
    assert not card.is_valid_on(date(2026, 11, 21))
    assert "Сейітова" not in repr(card)
    assert "880412294549" not in repr(card)
