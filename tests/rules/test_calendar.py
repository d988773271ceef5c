"""Opening hours, holidays, and the next day that counts."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import (
    BadHours,
    Holiday,
    HolidayKind,
    Hours,
    NaiveInstant,
    NeverOpen,
    OpenSpan,
    Schedule,
    WorkingCalendar,
    add_months,
    add_working_days,
    is_office_day,
    is_open,
)
from tests.rules.almaty import ALMATY, INDEPENDENCE_DAY, NO_HOLIDAYS, at, schedule

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
INSTANTS = st.integers(0, 730 * 24 * 3600).map(
    lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s)
)
CALENDARS = st.lists(
    st.builds(Holiday, DAYS, st.sampled_from(HolidayKind), st.just("д"), st.just("к")), max_size=40
).map(WorkingCalendar)
SPANS = st.none() | st.tuples(st.integers(0, 11), st.integers(12, 23)).map(
    lambda span: OpenSpan(time(span[0]), time(span[1]))
)
WEEKS = st.tuples(SPANS, SPANS, SPANS).filter(any).map(lambda spans: Hours(*spans))
ZONES = st.sampled_from(["Asia/Almaty", "Asia/Aqtobe", "UTC", "Europe/Berlin"]).map(ZoneInfo)
SCHEDULES = st.builds(Schedule, WEEKS, CALENDARS, ZONES)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-16 07:59:59", False),
        ("2026-11-16 08:00", True),
        ("2026-11-16 13:00", True),  # no midday break
        ("2026-11-16 19:59:59", True),
        ("2026-11-16 20:00", False),
        ("2026-11-21 08:59:59", False),
        ("2026-11-21 09:00", True),
        ("2026-11-21 13:59:59", True),
        ("2026-11-21 14:00", False),
        ("2026-11-22 11:00", False),
    ],
)
def test_GEN_01_the_clinic_is_open_in_the_hours_of_the_act(moment: str, expected: bool) -> None:
    assert schedule().is_open(at(moment)) is expected
    assert is_open(Hours(), NO_HOLIDAYS, ALMATY, at(moment)) is expected


@pytest.mark.parametrize("day", [date(2026, 12, 16), date(2026, 12, 19)])
def test_GEN_02_a_holiday_closes_a_wednesday_and_a_saturday(day: date) -> None:
    loaded = WorkingCalendar([Holiday(day, HolidayKind.HOLIDAY, "Праздник", "Мереке")])
    noon = at(f"{day} 12:00")
    assert not schedule(loaded).is_open(noon)
    assert schedule().is_open(noon)


def test_GEN_02_sunday_is_a_day_off_in_any_year() -> None:
    assert not schedule().is_working_day(date(2031, 11, 23))


def test_G_03_a_year_without_holidays_is_known_to_be_missing() -> None:
    loaded = WorkingCalendar([INDEPENDENCE_DAY])
    assert loaded.covers(2026)
    assert not loaded.covers(2027)


def test_X_09_days_off_are_data_of_three_kinds() -> None:
    moved = WorkingCalendar(
        [
            Holiday(date(2026, 3, 9), HolidayKind.MOVED_DAY_OFF, "Перенос", "Ауыстырылған"),
            Holiday(date(2026, 3, 14), HolidayKind.MOVED_WORKING_DAY, "Рабочий", "Жұмыс күні"),
            Holiday(date(2026, 3, 15), HolidayKind.MOVED_WORKING_DAY, "Рабочий", "Жұмыс күні"),
        ]
    )
    clinic = schedule(moved)
    assert not clinic.is_working_day(date(2026, 3, 9))
    assert clinic.closing(date(2026, 3, 14)) == at("2026-03-14 20:00")
    assert clinic.opening(date(2026, 3, 15)) == at("2026-03-15 08:00")
    assert is_office_day(date(2026, 3, 14), moved)
    assert [line.day.day for line in moved] == [9, 14, 15]


def test_G_02_instants_are_utc_and_days_are_the_clinics() -> None:
    late = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
    assert schedule().local_day(late) == date(2026, 11, 21)
    assert schedule().opening(date(2026, 11, 21)) == datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def test_G_06_a_clinic_may_keep_other_hours() -> None:
    hours = Hours.parse("07:30-16:00;-;10:00-12:00")
    odd = Schedule(hours, NO_HOLIDAYS, ALMATY)
    assert odd.is_open(at("2026-11-22 11:59"))
    assert not odd.is_working_day(date(2026, 11, 21))
    assert odd.next_opening(at("2026-11-20 16:00")) == at("2026-11-22 10:00")
    assert Hours.parse(str(hours)) == hours


@pytest.mark.parametrize(
    "text", ["", "08:00-20:00", "08:00-20:00;09:00-14:00", "20:00-08:00;-;-", "8-20;-;-", "-;-;-", "a;b;c"]
)
def test_hours_that_cannot_be_kept_are_refused(text: str) -> None:
    with pytest.raises(BadHours):
        Hours.parse(text)


@given(SCHEDULES, INSTANTS)
def test_the_next_opening_is_open_later_and_the_first(clinic: Schedule, now: datetime) -> None:
    try:
        opens = clinic.next_opening(now)
    except NeverOpen:
        return
    assert opens > now
    assert clinic.is_open(opens)
    assert not clinic.is_open(opens - timedelta(seconds=1))
    if not clinic.is_open(now):
        assert not clinic.is_open(now + (opens - now) / 2)


@given(SCHEDULES, DAYS)
def test_G_05_the_next_working_day_is_open_and_none_before_it_is(clinic: Schedule, day: date) -> None:
    found = clinic.next_working_day(day)
    assert clinic.is_working_day(found)
    between = (found - day).days
    assert not any(clinic.is_working_day(day + timedelta(days=n)) for n in range(1, between))


@given(SCHEDULES, DAYS)
def test_a_clinic_closes_after_it_opens_or_does_neither(clinic: Schedule, day: date) -> None:
    opens, closes = clinic.opening(day), clinic.closing(day)
    assert (opens is None) == (closes is None)
    if opens is not None and closes is not None:
        assert opens < closes
        assert clinic.is_open(opens)
        assert not clinic.is_open(closes)


def test_a_clinic_closed_all_year_is_a_fault_and_not_an_endless_search() -> None:
    closed = WorkingCalendar(
        Holiday(date(2026, 1, 1) + timedelta(days=n), HolidayKind.HOLIDAY, "д", "к") for n in range(800)
    )
    with pytest.raises(NeverOpen):
        schedule(closed).next_opening(at("2026-01-01 10:00"))


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveInstant):
        schedule().is_open(datetime(2026, 11, 20, 12, 0))  # noqa: DTZ001  # the fault under test


@pytest.mark.parametrize(
    ("start", "days", "ends"),
    [
        (date(2026, 11, 20), 15, date(2026, 12, 11)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 12, 15), 1, date(2026, 12, 17)),
    ],
)
def test_G_05_terms_in_working_days_skip_weekends_and_holidays(start: date, days: int, ends: date) -> None:
    assert add_working_days(start, days, WorkingCalendar([INDEPENDENCE_DAY])) == ends


def test_E_13_E_14_fifteen_working_days_from_a_friday_end_on_a_friday() -> None:
    assert add_working_days(date(2026, 11, 20), 15, NO_HOLIDAYS) == date(2026, 12, 11)


@pytest.mark.parametrize(
    ("start", "ends"),
    [
        (date(2026, 11, 20), date(2026, 12, 20)),
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 1, 31)),
    ],
)
def test_E_15_a_month_ends_on_the_same_day_or_on_the_last(start: date, ends: date) -> None:
    assert add_months(start, 1) == ends


@given(DAYS, st.integers(0, 40))
def test_months_added_one_by_one_never_overtake_months_added_at_once(day: date, count: int) -> None:
    steps = [add_months(day, n) for n in range(count + 1)]
    assert all(before < after for before, after in pairwise(steps))
    assert all(step.day <= day.day for step in steps)
