"""An appointment by the law: who may book whom, when it counts, until when it may be changed."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.appointment import (
    HOLD,
    OFFER,
    OtherDoctor,
    Registration,
    ReminderKind,
    answer_limit,
    closes_unnoted_at,
    doctors_for,
    doctors_within,
    is_shown_to_staff,
    is_worth_offering,
    late_reminder_at,
    may_be_withdrawn,
    may_book,
    may_cancel,
    may_change_time,
    may_have_outcome,
    no_shows_in_half_a_year,
    offer_at,
    registration,
    reminders,
)
from rules.booking_status import BookingStatus, has_answer, is_open, may_move
from rules.calendar import WorkingCalendar
from rules.channels import Channel, channels_of
from rules.doctors import Doctor, DoctorRole, WrongRole, doctor_role, is_of_the_three
from rules.grounds import grounds_of
from rules.iin import Iin
from rules.law import Allowed, GroundCode, Refused, Service
from rules.people import Attachment, Guardianship, Person
from rules.representation import may_act_for
from tests.rules.almaty import ALMATY, CLINIC, INDEPENDENCE_DAY, NO_HOLIDAYS, at

TODAY = date(2026, 11, 20)
HERE = Attachment("p1", 5, date(2019, 3, 11))
BOOKED_LONG_AGO = at("2026-11-01 10:00:00")
STATUSES = st.sampled_from(BookingStatus)
MOMENTS = st.integers(0, 365 * 24 * 60).map(lambda m: at("2026-01-01 00:00:00") + timedelta(minutes=m))


def person(birth: date, person_id: str = "p1") -> Person:
    return Person(person_id, Iin("900501100015"), "С", "А", None, birth, None, "kk", None)


ADULT = person(date(1988, 4, 12))


def registered(
    moment: str, calendar: WorkingCalendar = NO_HOLIDAYS, channel: Channel = Channel.ELECTRONIC
) -> Registration:
    return registration(at(moment), CLINIC, calendar, channel)


@pytest.mark.parametrize("role", ["therapist", "paediatrician", "general_practitioner"])
def test_AP_02_the_three_doctors_of_the_act_are_booked(role: str) -> None:
    assert doctor_role(role) == DoctorRole(role)
    assert is_of_the_three(role)


def test_AP_02_no_other_specialist_is_booked_here() -> None:
    assert not is_of_the_three("surgeon")
    with pytest.raises(WrongRole):
        doctor_role("surgeon")


def test_AP_03_CH_02_an_appointment_is_made_in_person_by_phone_and_electronically() -> None:
    assert channels_of(Service.APPOINTMENT) == frozenset(Channel)


@pytest.mark.parametrize("role", doctors_for(ADULT.birth_date, TODAY))
def test_AP_13_who_is_attached_here_may_book(role: DoctorRole) -> None:
    assert isinstance(may_book(ADULT, HERE, 5, role, TODAY), Allowed)


def test_AP_13_who_is_attached_nowhere_is_refused_by_the_order_on_attachment() -> None:
    verdict = may_book(ADULT, None, 5, DoctorRole.THERAPIST, TODAY)
    assert isinstance(verdict, Refused)
    assert (verdict.ground.code, verdict.ground.source.clause) == (GroundCode.NOT_ATTACHED, "item 9(2)")


def test_AP_13_who_is_attached_elsewhere_is_refused_and_told_where() -> None:
    verdict = may_book(ADULT, HERE, 7, DoctorRole.THERAPIST, TODAY)
    assert isinstance(verdict, Refused)
    assert verdict.attached_to == 5


@pytest.mark.parametrize("channel", Channel)
def test_AP_14_an_appointment_is_refused_on_exactly_two_grounds(channel: Channel) -> None:
    codes = [ground.code for ground in grounds_of(Service.APPOINTMENT, channel, TODAY)]
    assert codes == [GroundCode.NOT_ATTACHED, GroundCode.FALSE_DATA]


def test_AP_20_the_older_grounds_are_kept_for_old_entries_and_offered_to_nobody_today() -> None:
    then = date(2013, 12, 1)
    in_person = [ground.code for ground in grounds_of(Service.APPOINTMENT, Channel.DESK, then)]
    by_portal = [ground.code for ground in grounds_of(Service.APPOINTMENT, Channel.ELECTRONIC, then)]
    assert in_person == [GroundCode.NO_ID, GroundCode.NOT_ATTACHED]
    assert by_portal == [GroundCode.NO_ID, GroundCode.NOT_ATTACHED, GroundCode.EDOC]
    for channel in Channel:
        today = grounds_of(Service.APPOINTMENT, channel, TODAY)
        assert all(ground.source.repealed_on is None for ground in today)


def test_AP_16_a_parent_books_a_child_and_nobody_an_adult_without_a_power_of_attorney() -> None:
    parent, child = person(date(1988, 4, 12), "p"), person(date(2021, 6, 18), "c")
    link = Guardianship("c", "p", "parent", date(2021, 6, 18))
    assert may_act_for(parent, child, link, TODAY).allowed
    assert not may_act_for(parent, person(date(1960, 1, 1), "g"), None, TODAY).allowed


def test_AP_02_a_child_is_not_booked_with_a_doctor_for_adults_but_led_to_their_own() -> None:
    child = person(date(2008, 11, 21))
    assert may_book(child, HERE, 5, DoctorRole.THERAPIST, TODAY) == OtherDoctor(
        (DoctorRole.PAEDIATRICIAN, DoctorRole.GENERAL_PRACTITIONER)
    )


def test_AP_02_on_the_eighteenth_birthday_the_therapist_takes_over() -> None:
    born = date(2008, 11, 20)
    assert doctors_for(born, TODAY) == (DoctorRole.THERAPIST, DoctorRole.GENERAL_PRACTITIONER)
    assert not may_book(person(born), HERE, 5, DoctorRole.PAEDIATRICIAN, TODAY).allowed


def test_E_05_AP_07_AP_11_an_hour_before_closing_is_handled_the_same_evening() -> None:
    assert registered("2026-11-18 19:00:00") == Registration(
        at("2026-11-18 19:00:00"), at("2026-11-18 19:30:00"), same_day=True
    )


def test_E_06_AP_10_after_closing_on_friday_it_counts_from_saturdays_opening() -> None:
    assert registered("2026-11-20 20:05:00") == Registration(
        at("2026-11-21 09:00:00"), at("2026-11-21 09:30:00"), same_day=False
    )


def test_E_07_AP_10_after_closing_on_saturday_it_counts_from_mondays_opening() -> None:
    assert registered("2026-11-21 14:10:00") == Registration(
        at("2026-11-23 08:00:00"), at("2026-11-23 08:30:00"), same_day=False
    )


def test_AP_10_on_the_eve_of_a_holiday_it_counts_from_the_day_after() -> None:
    made = registered("2026-12-15 20:00:00", WorkingCalendar([INDEPENDENCE_DAY]))
    assert (made.at, made.same_day) == (at("2026-12-17 08:00:00"), False)


def test_AP_10_before_opening_on_a_working_day_it_counts_from_that_opening() -> None:
    assert registered("2026-11-23 03:00:00") == Registration(
        at("2026-11-23 08:00:00"), at("2026-11-23 08:30:00"), same_day=True
    )


def test_AP_11_the_last_second_before_closing_is_in_time() -> None:
    assert registered("2026-11-20 19:59:59").same_day
    assert not registered("2026-11-20 20:00:00").same_day


def test_G_04_the_term_runs_on_past_closing() -> None:
    assert registered("2026-11-20 19:50:00").answer_due == at("2026-11-20 20:20:00")


@pytest.mark.parametrize(
    ("channel", "minutes"), [(Channel.DESK, 10), (Channel.PHONE, 10), (Channel.ELECTRONIC, 30)]
)
def test_AP_04_AP_06_AP_07_the_answer_takes_ten_minutes_at_the_desk_and_thirty_electronically(
    channel: Channel, minutes: int
) -> None:
    assert answer_limit(channel).delta == timedelta(minutes=minutes)


@given(MOMENTS)
def test_AP_10_registration_is_never_before_now_and_always_while_the_clinic_is_open(now: datetime) -> None:
    made = registration(now, CLINIC, WorkingCalendar([INDEPENDENCE_DAY]))
    assert now <= made.at < made.answer_due
    assert CLINIC.schedule(WorkingCalendar([INDEPENDENCE_DAY])).is_open(made.at)


def test_G_57_staff_may_withdraw_a_booking_within_the_term_and_no_longer() -> None:
    due = at("2026-11-20 10:30:00")
    assert may_be_withdrawn(BookingStatus.CONFIRMED, due, due)
    assert not may_be_withdrawn(BookingStatus.CONFIRMED, due, due + timedelta(seconds=1))
    assert not may_be_withdrawn(BookingStatus.CAME, due, due)


def test_G_52_a_booking_is_cancelled_or_moved_until_the_reminder_of_two_hours_before_was_read() -> None:
    starts = at("2026-11-20 14:00:00")
    for may in (may_cancel, may_change_time):
        assert may(BookingStatus.CONFIRMED, starts, at("2026-11-20 12:15:00"))
        assert not may(BookingStatus.CONFIRMED, starts, at("2026-11-20 12:15:01"))


def test_G_51_a_visit_that_nobody_noted_is_closed_two_hours_after_its_time() -> None:
    assert closes_unnoted_at(at("2026-11-20 08:00:00")) == at("2026-11-20 10:00:00")
    assert may_move(BookingStatus.CONFIRMED, BookingStatus.NOT_NOTED)
    assert not is_open(BookingStatus.NOT_NOTED)
    assert not may_cancel(BookingStatus.NOT_NOTED, None, at("2026-11-20 08:00:00"))


def test_AP_18_a_visit_that_nobody_noted_in_time_can_still_be_noted() -> None:
    assert may_move(BookingStatus.NOT_NOTED, BookingStatus.CAME)
    assert may_move(BookingStatus.NOT_NOTED, BookingStatus.DID_NOT_COME)


def test_G_52_a_request_without_a_time_is_cancelled_at_any_moment_and_a_closed_one_never() -> None:
    now = at("2026-11-20 12:00:00")
    assert may_cancel(BookingStatus.WAITING, None, now)
    assert may_cancel(BookingStatus.TO_MOVE, now, now)
    assert not may_cancel(BookingStatus.CANCELLED, None, now)


def test_G_53_a_time_is_held_for_ten_minutes_while_it_is_signed() -> None:
    assert HOLD.delta == timedelta(minutes=10)


def remind(starts: str, booked: datetime = BOOKED_LONG_AGO) -> list[tuple[str, datetime]]:
    return [(reminder.kind.value, reminder.at) for reminder in reminders(at(starts), booked, ALMATY)]


def test_G_54_reminders_come_one_day_and_two_hours_before() -> None:
    assert remind("2026-11-20 14:30:00") == [
        ("day_before", at("2026-11-19 14:30:00")),
        ("hours_before", at("2026-11-20 12:30:00")),
    ]


def test_G_54_a_booking_for_this_afternoon_has_only_the_second_reminder() -> None:
    assert remind("2026-11-20 14:30:00", at("2026-11-20 09:00:00")) == [
        ("hours_before", at("2026-11-20 12:30:00"))
    ]


def test_G_54_a_booking_within_the_next_two_hours_has_none() -> None:
    assert remind("2026-11-20 14:30:00", at("2026-11-20 13:00:00")) == []


def test_G_47_for_a_visit_before_ten_the_second_reminder_comes_on_the_same_morning() -> None:
    assert remind("2026-11-20 08:15:00")[1] == ("hours_before", at("2026-11-20 06:15:00"))
    assert remind("2026-11-20 09:45:00")[1] == ("hours_before", at("2026-11-20 07:45:00"))


def test_G_47_for_a_visit_at_dawn_it_comes_on_the_evening_before() -> None:
    assert remind("2026-11-20 07:30:00")[1] == ("hours_before", at("2026-11-19 20:59:00"))


def test_G_47_what_is_due_late_in_the_evening_comes_one_minute_before_nine() -> None:
    assert remind("2026-11-20 21:30:00")[0] == ("day_before", at("2026-11-19 20:59:00"))


def test_G_47_what_is_due_early_on_another_morning_comes_at_eight() -> None:
    assert remind("2026-11-20 07:00:00")[0] == ("day_before", at("2026-11-19 08:00:00"))


def test_AP_02_whoever_turns_eighteen_meanwhile_may_see_either_doctor_each_on_its_days() -> None:
    days = (date(2026, 11, 24), date(2026, 11, 25))
    assert doctors_within(date(2008, 11, 25), days) == (
        DoctorRole.PAEDIATRICIAN,
        DoctorRole.GENERAL_PRACTITIONER,
        DoctorRole.THERAPIST,
    )


@pytest.mark.parametrize(
    ("now", "starts", "goes"),
    [
        ("2026-11-22 16:00:00", "2026-11-23 15:00:00", "2026-11-22 16:00:00"),
        ("2026-11-23 02:00:00", "2026-11-23 15:00:00", "2026-11-23 08:00:00"),
        ("2026-11-22 23:00:00", "2026-11-23 15:00:00", "2026-11-23 08:00:00"),
        ("2026-11-23 06:30:00", "2026-11-23 08:15:00", "2026-11-23 06:30:00"),
        ("2026-11-23 02:00:00", "2026-11-23 07:30:00", "2026-11-23 06:00:00"),
        ("2026-11-22 06:30:00", "2026-11-23 15:00:00", "2026-11-22 08:00:00"),
    ],
)
def test_G_47_a_reminder_that_is_late_does_not_come_at_night(now: str, starts: str, goes: str) -> None:
    assert late_reminder_at(at(now), at(starts), ALMATY) == at(goes)


@given(MOMENTS)
def test_G_47_no_reminder_comes_at_night_or_after_the_visit(starts: datetime) -> None:
    for reminder in reminders(starts, starts - timedelta(days=30), ALMATY):
        local, visit = reminder.at.astimezone(ALMATY), starts.astimezone(ALMATY)
        same_morning = reminder.kind is ReminderKind.HOURS_BEFORE and local.date() == visit.date()
        assert reminder.at < starts
        assert (6 if same_morning else 8) <= local.hour < 21


def test_G_47_a_freed_time_is_offered_at_once_by_day_and_in_the_morning_at_night() -> None:
    day, night = at("2026-11-20 14:00:00"), at("2026-11-20 23:00:00")
    assert offer_at(day, ALMATY) == day
    assert offer_at(night, ALMATY) == at("2026-11-21 08:00:00")


def test_G_47_an_offer_whose_answer_would_come_at_night_waits_for_the_morning() -> None:
    assert offer_at(at("2026-11-20 20:44:59"), ALMATY) == at("2026-11-20 20:44:59")
    assert offer_at(at("2026-11-20 20:50:00"), ALMATY) == at("2026-11-21 08:00:00")


def test_a_time_is_offered_only_to_those_who_can_still_come() -> None:
    now = at("2026-11-20 10:00:00")
    assert is_worth_offering(now + OFFER.delta + timedelta(hours=1), now)
    assert not is_worth_offering(now + timedelta(hours=1), now)


def test_G_52_three_no_shows_in_half_a_year_are_shown_to_staff_and_refuse_nobody() -> None:
    days = [date(2026, 5, 20), date(2026, 5, 21), date(2026, 9, 1), date(2026, 11, 20)]
    count = no_shows_in_half_a_year(days, TODAY)
    assert count == 3
    assert is_shown_to_staff(count)
    assert not is_shown_to_staff(2)
    assert may_book(ADULT, HERE, 5, DoctorRole.THERAPIST, TODAY).allowed


def test_AP_18_the_outcome_is_entered_once_the_visit_has_begun() -> None:
    starts = at("2026-11-20 14:00:00")
    assert may_have_outcome(starts, starts)
    assert not may_have_outcome(starts, starts - timedelta(seconds=1))
    for outcome in (BookingStatus.CAME, BookingStatus.DID_NOT_COME):
        assert may_move(BookingStatus.CONFIRMED, outcome)
        assert not is_open(outcome)


def test_G_55_a_booking_that_the_clinic_cannot_keep_stays_open_until_a_new_time_is_chosen() -> None:
    assert may_move(BookingStatus.CONFIRMED, BookingStatus.TO_MOVE)
    assert may_move(BookingStatus.TO_MOVE, BookingStatus.CONFIRMED)
    assert is_open(BookingStatus.TO_MOVE)


@given(STATUSES, STATUSES)
def test_G_66_nothing_that_is_closed_is_opened_again_but_a_mistaken_refusal(
    before: BookingStatus, after: BookingStatus
) -> None:
    if may_move(before, after) and not is_open(before):
        assert not is_open(after) or before is BookingStatus.REFUSED


def test_G_69_a_mistaken_refusal_is_reopened_and_a_time_is_looked_for_anew() -> None:
    assert may_move(BookingStatus.REFUSED, BookingStatus.TO_MOVE)
    assert not may_move(BookingStatus.REFUSED, BookingStatus.CONFIRMED)


def test_AP_09_a_confirmed_booking_has_a_result_to_view_and_a_waiting_one_has_not() -> None:
    assert has_answer(BookingStatus.CONFIRMED)
    assert not has_answer(BookingStatus.WAITING)
    assert has_answer(BookingStatus.REFUSED)


def test_a_doctor_in_a_log_has_no_name() -> None:
    assert "Орлов" not in repr(Doctor("502", 5, "Орлов Дмитрий", "therapist", "206"))
