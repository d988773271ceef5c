"""The college's own hours: papers until 17:00 without lunch, the phone until 18:00, nothing on days off."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from rules.calendar import Hours, OpenSpan
from rules.clinics import Clinic, Institution
from rules.college import LINKS, Counter, intake_spans, reception, takes_bookings
from rules.training import COLLEGE
from tests.rules.holidays import CALENDAR

ALMATY = ZoneInfo("Asia/Almaty")
THE_COLLEGE = Clinic(
    COLLEGE,
    "Медицинский колледж",
    "Медициналық колледж",
    "Медколледж",
    "Медколледж",
    "улица Кабанбай батыра, 132",
    ("+77272675905", "+77272673662"),
    hours=Hours.parse("09:00-18:00;-;-"),
    kind=Institution.COLLEGE,
)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "counter", "until", "next_at"),
    [
        ("2026-11-20T08:59", Counter.CLOSED, None, "2026-11-20T09:00"),
        ("2026-11-20T09:00", Counter.OPEN, "2026-11-20T13:00", "2026-11-20T09:00"),
        ("2026-11-20T12:59", Counter.OPEN, "2026-11-20T13:00", "2026-11-20T12:59"),
        ("2026-11-20T13:00", Counter.LUNCH, "2026-11-20T14:00", "2026-11-20T14:00"),
        ("2026-11-20T14:00", Counter.OPEN, "2026-11-20T17:00", "2026-11-20T14:00"),
        ("2026-11-20T17:00", Counter.PHONE_ONLY, "2026-11-20T18:00", "2026-11-23T09:00"),
        ("2026-11-20T18:00", Counter.CLOSED, None, "2026-11-23T09:00"),
        ("2026-11-21T11:00", Counter.CLOSED, None, "2026-11-23T09:00"),
        # Independence Day; the New Year with its moved days off.
        ("2026-12-15T17:30", Counter.PHONE_ONLY, "2026-12-15T18:00", "2026-12-17T09:00"),
        ("2026-12-16T11:00", Counter.CLOSED, None, "2026-12-17T09:00"),
    ],
)
def test_TR_19_X_13_papers_are_taken_until_17_and_the_phone_is_answered_until_18(
    now: str, counter: Counter, until: str | None, next_at: str
) -> None:
    said = reception(instant(now), THE_COLLEGE, CALENDAR)
    assert said.counter is counter
    assert (said.until.isoformat()[:16] if said.until else None) == until
    assert said.next_at.isoformat()[:16] == next_at


def test_TR_19_no_papers_are_taken_on_a_day_off_of_2026_and_2027() -> None:
    for day in (date(2026, 12, 16), date(2027, 1, 1), date(2027, 3, 8), date(2027, 5, 7)):
        noon = datetime.combine(day, time(11), ALMATY).astimezone(UTC)
        assert reception(noon, THE_COLLEGE, CALENDAR).counter is Counter.CLOSED


def test_X_13_hours_of_the_directory_decide_within_the_law() -> None:
    assert intake_spans(OpenSpan(time(9), time(18))) == (
        OpenSpan(time(9), time(13)),
        OpenSpan(time(14), time(17)),
    )
    assert intake_spans(OpenSpan(time(9), time(12))) == (OpenSpan(time(9), time(12)),)
    assert intake_spans(OpenSpan(time(13), time(16))) == (OpenSpan(time(14), time(16)),)
    shorter = replace(THE_COLLEGE, hours=Hours.parse("10:00-16:00;-;-"))
    assert reception(instant("2026-11-20T16:00"), shorter, CALENDAR).counter is Counter.CLOSED


def test_TR_20_nothing_is_booked_and_nobody_is_served_faster() -> None:
    assert takes_bookings() is False


def test_TR_21_the_order_of_the_service_stands_on_two_sites() -> None:
    assert LINKS == ("www.mz.gov.kz", "www.almaty.kz")
