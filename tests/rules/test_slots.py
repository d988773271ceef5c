"""Times of doctors: inside the clinic's hours, never on a closed day, never overlapping, opened fairly."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Holiday, HolidayKind, Hours, Schedule, WorkingCalendar
from rules.slots import (
    HORIZON,
    BadChange,
    ChangeKind,
    ScheduleChange,
    SlotTime,
    WeeklyHours,
    cut,
    days_to_book,
    is_within,
    opens_at,
    slots_of_day,
    spans_of_day,
)
from tests.rules.almaty import ALMATY, INDEPENDENCE_DAY, NO_HOLIDAYS, at, schedule

FRIDAY, SATURDAY, SUNDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22)
WEEK = [WeeklyHours("501", weekday, time(8), time(9), 15) for weekday in range(1, 8)]
OTHER = [WeeklyHours("502", 5, time(14), time(15), 20)]
HOURS = st.builds(
    lambda start, length, minutes, weekday: WeeklyHours(
        "501", weekday, time(start), time(min(23, start + length), 30), minutes
    ),
    st.integers(0, 22),
    st.integers(0, 8),
    st.integers(5, 60),
    st.integers(1, 7),
)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def slots(day: date, *changes: ScheduleChange, calendar: WorkingCalendar = NO_HOLIDAYS) -> list[str]:
    found = slots_of_day("501", "204", day, [*WEEK, *OTHER], changes, schedule(calendar))
    return [f"{slot.start.astimezone(ALMATY):%H:%M} {slot.room}" for slot in found]


def change(kind: ChangeKind, doctor_no: str | None = "501", day: date = FRIDAY) -> ScheduleChange:
    return ScheduleChange(5, day, kind, doctor_no)


def extra(start: time, end: time, minutes: int = 15, room: str | None = None) -> ScheduleChange:
    return ScheduleChange(5, FRIDAY, ChangeKind.EXTRA_HOURS, "501", start, end, minutes, room)


def test_AP_01_the_hours_of_the_week_are_cut_into_times() -> None:
    assert slots(FRIDAY) == ["08:00 204", "08:15 204", "08:30 204", "08:45 204"]


def test_G_50_a_time_takes_a_quarter_of_an_hour_if_nothing_else_is_said() -> None:
    assert WeeklyHours("501", 1, time(8), time(9)).slot_minutes == 15


def test_what_is_left_over_at_the_end_is_too_short_for_a_time() -> None:
    hours = [WeeklyHours("501", 5, time(8), time(9), 25)]
    found = slots_of_day("501", "204", FRIDAY, hours, [], schedule())
    assert [slot.end - slot.start for slot in found] == [timedelta(minutes=25)] * 2


def test_GEN_02_there_is_no_time_on_a_sunday_or_a_holiday() -> None:
    assert slots(SUNDAY) == []
    assert slots(INDEPENDENCE_DAY.day, calendar=WorkingCalendar([INDEPENDENCE_DAY])) == []


def test_GEN_02_a_moved_working_sunday_is_worked() -> None:
    moved = Holiday(SUNDAY, HolidayKind.MOVED_WORKING_DAY, "д", "к")
    assert len(slots(SUNDAY, calendar=WorkingCalendar([moved]))) == 4


def test_GEN_01_hours_before_opening_are_cut_off() -> None:
    assert slots(SATURDAY) == []
    hours = [WeeklyHours("501", 6, time(8), time(10), 30)]
    found = slots_of_day("501", "204", SATURDAY, hours, [], schedule())
    assert [slot.start for slot in found] == [at("2026-11-21 09:00:00"), at("2026-11-21 09:30:00")]


def test_a_day_off_takes_that_doctors_day_and_nobody_elses() -> None:
    assert slots(FRIDAY, change(ChangeKind.DAY_OFF)) == []
    assert len(slots(FRIDAY, change(ChangeKind.DAY_OFF, "502"))) == 4
    assert len(slots(FRIDAY, change(ChangeKind.DAY_OFF, day=SATURDAY))) == 4


def test_a_closed_day_takes_everybodys_extra_hours_too() -> None:
    assert slots(FRIDAY, change(ChangeKind.CLOSED_DAY, None), extra(time(14), time(15))) == []


def test_extra_hours_have_their_own_room_and_length() -> None:
    assert slots(FRIDAY, extra(time(14), time(15), 30, "11"))[4:] == ["14:00 11", "14:30 11"]


def test_extra_hours_that_overlap_make_no_time_twice() -> None:
    assert slots(FRIDAY, extra(time(8, 30), time(9, 30))) == [
        "08:00 204", "08:15 204", "08:30 204", "08:45 204", "09:00 204", "09:15 204",
    ]  # fmt: skip


def test_a_substitute_works_the_doctors_hours_and_the_doctor_does_not() -> None:
    swap = ScheduleChange(5, FRIDAY, ChangeKind.SUBSTITUTION, "502", substitute_no="501", room="206")
    assert slots(FRIDAY, swap)[4:] == ["14:00 206", "14:20 206", "14:40 206"]
    assert slots_of_day("502", "206", FRIDAY, OTHER, [swap], schedule()) == ()


def test_a_substitute_with_a_day_off_stands_in_for_nobody() -> None:
    swap = ScheduleChange(5, FRIDAY, ChangeKind.SUBSTITUTION, "502", substitute_no="501")
    assert slots(FRIDAY, swap, change(ChangeKind.DAY_OFF)) == []


@pytest.mark.parametrize(
    ("code", "kind", "given"),
    [
        ("doctor", ChangeKind.DAY_OFF, {}),
        ("doctor", ChangeKind.CLOSED_DAY, {"doctor_no": "501"}),
        ("substitute", ChangeKind.SUBSTITUTION, {"doctor_no": "501"}),
        ("substitute", ChangeKind.SUBSTITUTION, {"doctor_no": "501", "substitute_no": "501"}),
        ("substitute", ChangeKind.DAY_OFF, {"doctor_no": "501", "substitute_no": "502"}),
        ("hours", ChangeKind.EXTRA_HOURS, {"doctor_no": "501"}),
        ("hours", ChangeKind.EXTRA_HOURS, {"doctor_no": "501", "start": time(9), "end": time(8)}),
        ("hours", ChangeKind.DAY_OFF, {"doctor_no": "501", "start": time(8)}),
        ("minutes", ChangeKind.DAY_OFF, {"doctor_no": "501", "slot_minutes": 0}),
    ],
)
def test_a_change_that_means_nothing_is_refused(
    code: str, kind: ChangeKind, given: dict[str, object]
) -> None:
    with pytest.raises(BadChange) as refused:
        ScheduleChange(5, FRIDAY, kind, **given)  # type: ignore[arg-type]  # fields of every type
    assert refused.value.code == code


def test_a_day_on_which_the_clocks_change_has_times_of_full_length() -> None:
    # Kazakhstan does not change its clocks; a zone that does shows that nothing is counted by the wall.
    berlin = Schedule(Hours.parse("00:00-23:00;-;00:00-23:00"), NO_HOLIDAYS, ZoneInfo("Europe/Berlin"))
    hours = [WeeklyHours("501", 7, time(1), time(4), 30)]
    spring = slots_of_day("501", "", date(2026, 3, 29), hours, [], berlin)
    autumn = slots_of_day("501", "", date(2026, 10, 25), hours, [], berlin)
    assert (len(spring), len(autumn)) == (4, 8)
    assert {slot.end - slot.start for slot in (*spring, *autumn)} == {timedelta(minutes=30)}


@given(DAYS, st.lists(HOURS, max_size=6))
def test_times_are_in_order_never_overlap_and_lie_inside_the_clinics_hours(
    day: date, hours: list[WeeklyHours]
) -> None:
    found = slots_of_day("501", "1", day, hours, [], schedule())
    clinic = schedule()
    opens, closes = clinic.opening(day), clinic.closing(day)
    last: SlotTime | None = None
    for slot in found:
        assert opens is not None
        assert closes is not None
        assert opens <= slot.start < slot.end <= closes
        assert last is None or last.end <= slot.start
        last = slot


@given(DAYS, st.lists(HOURS, max_size=6))
def test_every_time_lies_within_the_hours_it_was_cut_from(day: date, hours: list[WeeklyHours]) -> None:
    spans = spans_of_day("501", "1", day, hours, [], schedule())
    assert all(is_within(slot.start, slot.end, spans) for slot in cut(spans))


def test_a_time_that_reaches_past_the_hours_is_not_within_them() -> None:
    spans = spans_of_day("501", "1", FRIDAY, WEEK, [extra(time(9), time(10))], schedule())
    assert is_within(at("2026-11-20 08:50:00"), at("2026-11-20 09:10:00"), spans)
    assert not is_within(at("2026-11-20 09:50:00"), at("2026-11-20 10:10:00"), spans)
    assert not is_within(at("2026-11-20 07:50:00"), at("2026-11-20 08:10:00"), spans)


def test_G_49_two_weeks_ahead_can_be_booked() -> None:
    days = days_to_book(FRIDAY)
    assert (days[0], days[-1], len(days)) == (FRIDAY, date(2026, 12, 4), 15)


def opening(doctor: int, day: date) -> datetime:
    return opens_at(str(doctor), day, ALMATY)


@given(st.integers(1, 2000), DAYS)
def test_G_49_a_new_day_appears_between_eight_and_noon_two_weeks_before(doctor: int, day: date) -> None:
    local = opening(doctor, day).astimezone(ALMATY)
    assert local.date() == day - timedelta(days=HORIZON.value)
    assert 8 <= local.hour < 12


def test_new_days_are_spread_evenly_over_the_morning_and_not_all_at_eight() -> None:
    hours = [opening(doctor, FRIDAY).astimezone(ALMATY).hour for doctor in range(4000)]
    assert all(900 < hours.count(hour) < 1100 for hour in (8, 9, 10, 11))


def test_a_doctors_day_has_a_minute_of_its_own_that_anybody_can_work_out() -> None:
    assert len({opening(501, FRIDAY + timedelta(days=days)).time() for days in range(20)}) > 10
    assert opens_at("501", FRIDAY, ALMATY) == opens_at("501", FRIDAY, ALMATY)
    assert opens_at("501", FRIDAY, ALMATY, "another seed") != opens_at("501", FRIDAY, ALMATY)
