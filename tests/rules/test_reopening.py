"""Until when a mistaken refusal is reopened."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from rules.channels import Channel
from rules.reopening import BegunAnew, call_begun_anew, may_reopen
from tests.rules.almaty import at, schedule

ALMATY = ZoneInfo("Asia/Almaty")
NOON = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)


def test_G_69_a_refusal_is_reopened_on_its_own_day_alone() -> None:
    assert may_reopen(NOON, NOON, ALMATY)
    assert may_reopen(NOON, MIDNIGHT - timedelta(seconds=1), ALMATY)
    assert not may_reopen(NOON, MIDNIGHT, ALMATY)


def test_G_69_the_day_is_the_clinics_and_not_the_one_of_utc() -> None:
    assert not may_reopen(MIDNIGHT - timedelta(minutes=1), MIDNIGHT + timedelta(minutes=1), ALMATY)


def test_G_69_nothing_is_reopened_before_it_was_refused() -> None:
    assert not may_reopen(NOON, NOON - timedelta(seconds=1), ALMATY)


FRIDAY, SATURDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23)


def anew(
    now: str, day: date = FRIDAY, due: str | None = None, channel: Channel = Channel.ELECTRONIC
) -> BegunAnew:
    return call_begun_anew(at(now), day, None if due is None else at(due), schedule(), channel)


def test_HC_07_a_call_reopened_in_hours_has_its_whole_term_from_now() -> None:
    assert anew("2026-11-20 13:00") == BegunAnew(FRIDAY, at("2026-11-20 13:30"), carried_over=False)
    assert anew("2026-11-20 19:59:59").answer_due == at("2026-11-20 20:29:59")


def test_HC_06_a_call_that_came_by_phone_is_answered_anew_within_ten_minutes() -> None:
    assert anew("2026-11-20 13:00", channel=Channel.PHONE).answer_due == at("2026-11-20 13:10")


def test_X_05_a_call_reopened_after_closing_waits_for_the_next_opening() -> None:
    assert anew("2026-11-20 20:00") == BegunAnew(SATURDAY, at("2026-11-21 09:30"), carried_over=True)
    assert anew("2026-11-21 14:00", SATURDAY) == BegunAnew(MONDAY, at("2026-11-23 08:30"), carried_over=True)


def test_X_05_a_call_reopened_before_opening_is_one_of_that_day() -> None:
    assert anew("2026-11-20 06:00") == BegunAnew(FRIDAY, at("2026-11-20 08:30"), carried_over=False)


def test_G_69_a_call_carried_over_before_keeps_its_day_and_term() -> None:
    kept = anew("2026-11-20 19:40", SATURDAY, "2026-11-21 09:30")
    assert kept == BegunAnew(SATURDAY, at("2026-11-21 09:30"), carried_over=True)
