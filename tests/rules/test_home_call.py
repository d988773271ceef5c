"""The home call by the clock: until when it is taken, by when it is answered, when the doctor comes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Holiday, HolidayKind, Hours, WorkingCalendar
from rules.channels import Channel, channels_of
from rules.doctors import DoctorRole, WrongRole, doctor_role
from rules.grounds import NOT_ATTACHED
from rules.home_call import (
    REASONS,
    RED_FLAGS,
    CarriedOver,
    ForToday,
    Intake,
    NotTaken,
    alarm_after,
    answer_limit,
    clinic_of_call,
    cutoff_of,
    intake,
    is_attached_here,
    is_overdue,
    may_call_home,
    visit_windows,
)
from rules.law import Allowed, GroundCode, Refused, Service
from rules.people import Attachment
from tests.rules.almaty import CLINIC, INDEPENDENCE_DAY, NO_HOLIDAYS, at

FRIDAY, SATURDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23)
HERE = Attachment("p1", 5, date(2019, 3, 11))
INSTANTS = st.integers(0, 730 * 24 * 3600).map(
    lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s)
)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
CALENDARS = st.lists(
    st.builds(Holiday, DAYS, st.sampled_from(HolidayKind), st.just("д"), st.just("к")), max_size=30
).map(WorkingCalendar)
CHANNELS = st.sampled_from(Channel)
WEEKS = st.sampled_from(
    ["08:00-20:00;09:00-14:00;-", "08:00-15:30;-;-", "09:00-10:00;-;10:00-13:00", "00:00-23:59;00:00-23:59;-"]
).map(Hours.parse)


def taken(
    moment: str, channel: Channel = Channel.ELECTRONIC, calendar: WorkingCalendar = NO_HOLIDAYS
) -> Intake:
    return intake(at(moment), CLINIC, calendar, channel)


@pytest.mark.parametrize("role", ["therapist", "paediatrician", "general_practitioner"])
def test_HC_01_three_doctors_visit_at_home(role: str) -> None:
    assert doctor_role(role) in DoctorRole


@pytest.mark.parametrize("role", ["surgeon", "nurse", "", "Therapist"])
def test_HC_01_no_other_role_visits_at_home(role: str) -> None:
    with pytest.raises(WrongRole):
        doctor_role(role)


def test_HC_02_CH_01_X_07_a_call_is_made_in_person_by_phone_or_electronically() -> None:
    assert channels_of(Service.HOME_CALL) == {Channel.DESK, Channel.PHONE, Channel.ELECTRONIC}


def test_HC_03_an_attached_person_is_served_by_their_own_clinic() -> None:
    assert may_call_home(HERE) == Allowed()
    assert clinic_of_call(HERE) == 5
    assert is_attached_here(HERE, 5).allowed


def test_HC_03_a_person_attached_nowhere_is_refused_on_that_ground() -> None:
    verdict = may_call_home(None)
    assert isinstance(verdict, Refused)
    assert verdict.ground.code is GroundCode.NOT_ATTACHED
    assert clinic_of_call(None) is None


def test_HC_03_a_clinic_chosen_by_hand_is_judged_by_its_staff_and_tells_the_caller_nothing() -> None:
    elsewhere = Attachment("p2", 9, date(2020, 1, 1))
    assert may_call_home(None, 5) == may_call_home(elsewhere, 5) == Allowed()
    assert clinic_of_call(elsewhere, 5) == 5
    assert is_attached_here(None, 5) == Refused(NOT_ATTACHED)


def test_G_73_staff_see_which_clinic_the_person_belongs_to() -> None:
    verdict = is_attached_here(Attachment("p2", 9, date(2020, 1, 1)), 5)
    assert isinstance(verdict, Refused)
    assert verdict.attached_to == 9


@pytest.mark.parametrize("channel", [Channel.DESK, Channel.PHONE])
def test_HC_06_HC_16_the_desk_answers_within_ten_minutes_with_an_alarm_at_eight(channel: Channel) -> None:
    assert answer_limit(channel).delta == timedelta(minutes=10)
    assert alarm_after(channel).delta == timedelta(minutes=8)
    due = at("2026-11-20 10:10")
    assert not is_overdue(due, due)
    assert is_overdue(due, due + timedelta(milliseconds=1))


def test_HC_07_an_electronic_call_is_answered_within_thirty_minutes_with_an_alarm_at_twenty() -> None:
    call = taken("2026-11-20 10:00")
    assert isinstance(call, ForToday)
    assert (call.alarm_at, call.answer_due) == (at("2026-11-20 10:20"), at("2026-11-20 10:30"))


def test_every_limit_of_the_answer_names_its_act_and_clause() -> None:
    for channel in Channel:
        source = answer_limit(channel).source
        assert (source.clause, source.act.startswith("Almaty decree № 3/561")) == ("cl. 14", True)


@pytest.mark.parametrize(
    ("moment", "today"),
    [
        ("2026-11-20 17:59:59", True),
        ("2026-11-20 17:59:59.999999", True),
        ("2026-11-20 18:00:00", False),
        ("2026-11-21 11:59:59", True),
        ("2026-11-21 12:00:00", False),
        ("2026-11-22 10:00", False),
    ],
)
def test_HC_08_G_01_calls_are_taken_strictly_until_two_hours_before_closing(moment: str, today: bool) -> None:
    for channel in Channel:
        assert isinstance(taken(moment, channel), ForToday) is today


def test_HC_08_the_cutoff_follows_the_clinics_own_hours_and_setting() -> None:
    short_day = replace(CLINIC, hours=Hours.parse("08:00-15:00;-;-"), cutoff_minutes=60)
    assert cutoff_of(FRIDAY, short_day, NO_HOLIDAYS) == at("2026-11-20 14:00")
    assert cutoff_of(SATURDAY, short_day, NO_HOLIDAYS) is None


def test_HC_09_X_31_a_call_within_hours_is_for_the_same_day_on_every_channel() -> None:
    for channel in Channel:
        call = taken("2026-11-20 17:59", channel)
        assert isinstance(call, ForToday)
        assert call.visit_day == FRIDAY


def test_a_call_before_opening_is_for_today_and_its_clock_starts_at_opening() -> None:
    call = taken("2026-11-20 03:00")
    assert isinstance(call, ForToday)
    assert (call.visit_day, call.clock_from) == (FRIDAY, at("2026-11-20 08:00"))
    assert (call.registered_at, call.answer_due) == (at("2026-11-20 03:00"), at("2026-11-20 08:30"))


def test_GEN_03_a_call_at_three_on_a_sunday_night_is_taken_for_monday() -> None:
    call = taken("2026-11-22 03:00")
    assert call == CarriedOver(
        MONDAY, at("2026-11-23 08:00"), at("2026-11-23 08:20"), at("2026-11-23 08:30"), "day_off"
    )


def test_X_05_a_clinic_may_refuse_to_carry_over() -> None:
    strict = replace(CLINIC, after_cutoff="refuse")
    call = intake(at("2026-11-20 18:00"), strict, NO_HOLIDAYS, Channel.ELECTRONIC)
    assert call == NotTaken("after_cutoff", at("2026-11-21 09:00"))


def test_X_05_a_call_on_the_eve_of_a_holiday_skips_the_holiday() -> None:
    call = taken("2026-12-15 18:00", calendar=WorkingCalendar([INDEPENDENCE_DAY]))
    assert isinstance(call, CarriedOver)
    assert (call.visit_day, call.why) == (date(2026, 12, 17), "after_cutoff")


def test_E_01_one_second_before_six_on_friday_is_for_today() -> None:
    call = taken("2026-11-20 17:59:59")
    assert isinstance(call, ForToday)
    assert (call.visit_day, call.answer_due) == (FRIDAY, at("2026-11-20 18:29:59"))


def test_E_02_six_on_friday_is_for_saturday_with_the_clock_from_nine() -> None:
    call = taken("2026-11-20 18:00:00")
    assert isinstance(call, CarriedOver)
    assert (call.visit_day, call.opens_at, call.answer_due, call.why) == (
        SATURDAY,
        at("2026-11-21 09:00"),
        at("2026-11-21 09:30"),
        "after_cutoff",
    )


def test_E_03_a_phone_call_before_noon_on_saturday_is_answered_in_ten_minutes() -> None:
    call = taken("2026-11-21 11:59", Channel.PHONE)
    assert isinstance(call, ForToday)
    assert (call.visit_day, call.answer_due) == (SATURDAY, at("2026-11-21 12:09"))


def test_E_04_noon_on_saturday_is_for_monday() -> None:
    call = taken("2026-11-21 12:00", Channel.PHONE)
    assert isinstance(call, CarriedOver)
    assert call.visit_day == MONDAY


@given(INSTANTS, CALENDARS, CHANNELS, WEEKS)
def test_a_call_is_never_promised_for_a_closed_day_or_due_before_it_was_made(
    now: datetime, calendar: WorkingCalendar, channel: Channel, hours: Hours
) -> None:
    clinic = replace(CLINIC, hours=hours)
    schedule = clinic.schedule(calendar)
    call = intake(now, clinic, calendar, channel)
    assert not isinstance(call, NotTaken)
    assert schedule.is_working_day(call.visit_day)
    assert now < call.alarm_at < call.answer_due
    if isinstance(call, CarriedOver):
        assert call.visit_day > schedule.local_day(now)
        assert schedule.is_open(call.opens_at)
        assert (call.why == "day_off") is not schedule.is_working_day(schedule.local_day(now))
        return
    assert call.visit_day == schedule.local_day(now)
    assert visit_windows(call.visit_day, call.clock_from, clinic, calendar)


@given(INSTANTS, st.integers(1, 10**9), CALENDARS)
def test_who_calls_later_is_never_answered_or_visited_earlier(
    now: datetime, microseconds: int, calendar: WorkingCalendar
) -> None:
    first = intake(now, CLINIC, calendar, Channel.ELECTRONIC)
    second = intake(now + timedelta(microseconds=microseconds), CLINIC, calendar, Channel.ELECTRONIC)
    assert not isinstance(first, NotTaken)
    assert not isinstance(second, NotTaken)
    assert (first.visit_day, first.answer_due) <= (second.visit_day, second.answer_due)


def _local(day: date, moment: str) -> list[str]:
    zone = ZoneInfo(CLINIC.zone)
    windows = visit_windows(day, at(moment), CLINIC, NO_HOLIDAYS)
    return [f"{w.start.astimezone(zone):%H:%M}-{w.end.astimezone(zone):%H:%M}" for w in windows]


def test_HC_10_G_17_windows_are_two_hours_wide_inside_the_hours() -> None:
    assert _local(FRIDAY, "2026-11-20 08:00") == [
        "08:00-10:00", "10:00-12:00", "12:00-14:00", "14:00-16:00", "16:00-18:00", "18:00-20:00",
    ]  # fmt: skip
    assert _local(SATURDAY, "2026-11-21 09:00") == ["09:00-11:00", "11:00-13:00", "12:00-14:00"]


def test_HC_09_a_call_of_the_last_minute_still_has_a_window_on_that_day() -> None:
    assert _local(FRIDAY, "2026-11-20 18:29") == ["18:00-20:00"]
    assert _local(FRIDAY, "2026-11-20 16:30") == ["16:00-18:00", "18:00-20:00"]
    assert _local(FRIDAY, "2026-11-20 17:30") == ["18:00-20:00"]
    assert _local(SATURDAY, "2026-11-21 12:29") == ["12:00-14:00"]


def test_a_late_answer_keeps_the_last_window_until_closing_and_none_after() -> None:
    assert _local(FRIDAY, "2026-11-20 19:45") == ["18:00-20:00"]
    assert _local(FRIDAY, "2026-11-20 20:00") == []
    assert _local(date(2026, 11, 22), "2026-11-22 10:00") == []


@given(DAYS, CALENDARS, WEEKS)
def test_windows_lie_inside_the_hours_in_order_and_cover_the_day(
    day: date, calendar: WorkingCalendar, hours: Hours
) -> None:
    clinic = replace(CLINIC, hours=hours)
    opens, closes = clinic.schedule(calendar).opening(day), clinic.schedule(calendar).closing(day)
    windows = visit_windows(day, datetime(2025, 1, 1, tzinfo=UTC), clinic, calendar)
    if opens is None:
        assert windows == ()
        return
    assert (windows[0].start, windows[-1].end) == (opens, closes)
    assert all(w.end - w.start <= timedelta(hours=2) for w in windows)
    assert all(a.start < b.start <= a.end for a, b in pairwise(windows))


def test_G_16_red_flags_and_reasons_are_codes_whose_words_live_elsewhere() -> None:
    assert len(RED_FLAGS) == len(set(RED_FLAGS)) == 6
    assert REASONS[-1] == "other"
    assert all(code.isascii() and code.islower() for code in (*RED_FLAGS, *REASONS))
