"""Codes and consent by their figures."""

from datetime import datetime, timedelta

import pytest

from rules.consent import (
    CODE_DIGITS,
    CODE_LIFETIME,
    CODE_LIFETIME_CEILING,
    COMPARISONS_PER_CODE,
    IINS_PER_CHAT,
    KNOWN_CHAT_SHARE,
    LIVE_CODES,
    LOCK,
    NO_RETRY_UNDER,
    NO_SMS_OFFERED_AFTER,
    SENDS_PER_PHONE,
    WAYS_SOURCE,
    ConsentWay,
    Purpose,
    code_expires,
    consent_text,
    goes_to_desk,
    identity_ends,
    identity_lives,
    is_locked_after,
    resend_at,
)
from rules.quiet_hours import MessageKind, may_be_sent_at
from tests.rules.almaty import ALMATY, at

ISSUED = at("2026-11-20 10:00")


def test_G_35_the_figures_of_a_code() -> None:
    assert (CODE_DIGITS.value, COMPARISONS_PER_CODE.value, LIVE_CODES.value) == (6, 5, 1)
    assert CODE_LIFETIME.delta == timedelta(minutes=5) < CODE_LIFETIME_CEILING.delta
    assert [(count.value, within.delta) for count, within in SENDS_PER_PHONE] == [
        (3, timedelta(minutes=10)),
        (5, timedelta(hours=1)),
        (10, timedelta(days=1)),
    ]
    assert KNOWN_CHAT_SHARE.value * 2 == SENDS_PER_PHONE[-1][0].value
    assert (LOCK.delta, IINS_PER_CHAT.value) == (timedelta(hours=1), 5)
    assert NO_RETRY_UNDER.delta < CODE_LIFETIME.delta
    assert NO_SMS_OFFERED_AFTER.delta == timedelta(seconds=60)


def test_S07_a_code_is_dead_at_three_hundred_seconds() -> None:
    assert code_expires(ISSUED) == ISSUED + timedelta(seconds=300)


@pytest.mark.parametrize(("resends", "seconds"), [(0, 60), (1, 120), (2, 300), (3, 300), (9, 300)])
def test_S23_each_further_code_is_waited_for_longer(resends: int, seconds: int) -> None:
    assert resend_at(ISSUED, resends) == ISSUED + timedelta(seconds=seconds)


def test_S06_ten_failures_lock_an_identity_and_a_hundred_send_it_to_the_desk() -> None:
    assert [failures for failures in range(31) if is_locked_after(failures)] == [10, 20, 30]
    assert (goes_to_desk(99), goes_to_desk(100)) == (False, True)


@pytest.mark.parametrize(
    ("purpose", "used", "ends"),
    [
        (Purpose.HOME_CALL, "10:00", "10:15"),
        (Purpose.HOME_CALL, "10:40", "10:55"),
        (Purpose.HOME_CALL, "10:50", "11:00"),
        (Purpose.CABINET, "10:50", "10:55"),
        (Purpose.CABINET, "12:00", "12:05"),
    ],
)
def test_PC_01_an_identity_lives_while_it_is_used_and_no_longer_than_an_hour_in_a_request(
    purpose: Purpose, used: str, ends: str
) -> None:
    last_used, end = at(f"2026-11-20 {used}"), at(f"2026-11-20 {ends}")
    assert identity_ends(purpose, ISSUED, last_used) == end
    assert identity_lives(purpose, ISSUED, last_used, end - timedelta(microseconds=1))
    assert not identity_lives(purpose, ISSUED, last_used, end)


def test_X_36_CH_07_any_one_of_three_ways_gives_consent() -> None:
    assert {way.value for way in ConsentWay} == {"cabinet", "code", "sms_reply"}
    assert WAYS_SOURCE.clause == "rules cl. 4"


def test_G_78_every_purpose_has_one_text_with_a_version() -> None:
    texts = [consent_text(purpose) for purpose in Purpose]
    assert len({text.words_key for text in texts}) == len(Purpose)
    assert consent_text(Purpose.HOME_CALL).words_key == "consent.home_call.v1"


@pytest.mark.parametrize(
    ("kind", "now", "goes"),
    [
        (MessageKind.REMINDER, "2026-11-20 20:59:59", "2026-11-20 20:59:59"),
        (MessageKind.REMINDER, "2026-11-20 21:00", "2026-11-21 08:00"),
        (MessageKind.CONSENT_REQUEST, "2026-11-21 03:00", "2026-11-21 08:00"),
        (MessageKind.REMINDER, "2026-11-21 08:00", "2026-11-21 08:00"),
        (MessageKind.NEWS, "2026-12-01 00:00", "2026-12-01 08:00"),
        (MessageKind.CODE, "2026-11-21 03:00", "2026-11-21 03:00"),
        (MessageKind.ANSWER, "2026-11-21 03:00", "2026-11-21 03:00"),
    ],
)
def test_G_47_reminders_wait_for_the_morning_and_codes_do_not(kind: MessageKind, now: str, goes: str) -> None:
    found: datetime = may_be_sent_at(kind, at(now), ALMATY)
    assert found == at(goes)
