"""Technical breaks, escalation and summaries: when what is due, on the clinic's clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Hours, Schedule, WorkingCalendar
from rules.escalation import promised_anew
from rules.outages import Break, Term, extended, term_of
from rules.stages import Stage, stage_of
from rules.summaries import next_summary, summary_moments, summary_of

ALMATY = ZoneInfo("Asia/Almaty")
SCHEDULE = Schedule(Hours(), WorkingCalendar(), ALMATY)


def at(text: str, day: int = 20) -> datetime:
    """The instant of November 2026, the 20th being a Friday, by Almaty's clock."""
    hour, minute = (int(part) for part in text.split(":"))
    return datetime(2026, 11, day, hour, minute, tzinfo=ALMATY).astimezone(UTC)


TERM = Term(at("10:00"), at("10:30"))


@pytest.mark.parametrize(
    ("began", "ended", "due"),
    [
        ("10:10", "10:20", "10:40"),
        ("09:00", "10:20", "10:50"),
        ("10:10", "12:00", "12:20"),
        ("09:00", "10:00", "10:30"),
        ("10:30", "11:00", "10:30"),
        ("10:10", "10:11", "10:30"),
    ],
)
def test_G_07_a_term_ends_later_by_as_much_of_the_break_as_fell_into_it(
    began: str, ended: str, due: str
) -> None:
    assert extended(TERM, Break(at(began), at(ended)), SCHEDULE) == at(due)


def test_G_07_what_would_end_after_closing_goes_on_at_the_next_opening() -> None:
    term = Term(at("19:20"), at("19:50"))
    assert extended(term, Break(at("19:40"), at("19:55")), SCHEDULE) == at("09:05", 21)
    assert extended(term, Break(at("19:40"), at("19:45")), SCHEDULE) == at("19:55")


@given(st.integers(0, 600), st.integers(1, 60), st.integers(0, 300), st.integers(1, 300), st.integers(1, 120))
def test_G_07_two_breaks_one_after_the_other_extend_by_both_and_never_by_more(
    start: int, length: int, began: int, lasted: int, more: int
) -> None:
    minute = timedelta(minutes=1)
    always = Schedule(Hours(), WorkingCalendar(), ALMATY)
    opens = at("08:00")
    term = Term(opens + start * minute, opens + (start + length) * minute)
    first = Break(opens + began * minute, opens + (began + lasted) * minute)
    second = Break(first.ended_at, first.ended_at + more * minute)
    whole = Break(first.began_at, second.ended_at)
    once = extended(term, first, always)
    twice = extended(Term(term.starts, once), second, always)
    assert term.due <= once <= term.due + (first.ended_at - first.began_at) or once.date() > term.due.date()
    if first.counts and second.counts and extended(term, whole, always).date() == term.due.date():
        assert twice == extended(term, whole, always)


def test_a_term_begins_with_the_request_or_with_the_opening_it_was_carried_to() -> None:
    assert term_of(at("10:00"), at("10:30"), SCHEDULE).starts == at("10:00")
    assert term_of(at("07:00"), at("08:30"), SCHEDULE).starts == at("08:00")
    assert term_of(at("19:00", 19), at("08:30"), SCHEDULE).starts == at("08:00")


@pytest.mark.parametrize(
    ("now", "by"),
    [
        (at("10:45"), at("11:15")),
        (at("19:30"), at("20:00")),
        (at("19:31"), at("09:30", 21)),
        (at("20:15"), at("09:30", 21)),
        (at("15:00", 21), at("08:30", 23)),
        (at("12:00", 22), at("08:30", 23)),
    ],
)
def test_HC_07_the_new_time_is_within_hours(now: datetime, by: datetime) -> None:
    assert promised_anew(now, SCHEDULE) == by


def test_G_72_summaries_come_at_opening_at_noon_and_an_hour_before_closing() -> None:
    assert summary_moments(at("15:00"), SCHEDULE) == (at("08:00"), at("12:00"), at("19:00"))
    assert summary_moments(at("15:00", 21), SCHEDULE) == (at("09:00", 21), at("12:00", 21), at("13:00", 21))
    assert summary_moments(at("15:00", 22), SCHEDULE) == ()


def test_a_clinic_that_opens_in_the_afternoon_has_no_summary_at_noon() -> None:
    afternoon = Schedule(Hours.parse("13:00-19:00;-;-"), WorkingCalendar(), ALMATY)
    assert summary_moments(at("15:00"), afternoon) == (at("13:00"), at("18:00"))


def test_the_next_summary_is_on_the_next_working_day_when_the_last_has_passed() -> None:
    assert next_summary(at("12:00"), SCHEDULE) == at("19:00")
    assert next_summary(at("13:00", 21), SCHEDULE) == at("08:00", 23)


def test_a_summary_that_is_too_late_is_left_out() -> None:
    patience = timedelta(minutes=45)
    assert summary_of(at("12:44"), SCHEDULE, patience) == at("12:00")
    assert summary_of(at("12:45"), SCHEDULE, patience) is None


def test_MAP_the_result_of_a_service_is_its_last_stage() -> None:
    assert stage_of("registered") is stage_of("next_day") is Stage.REGISTERED
    assert stage_of("confirmed") is stage_of("attached") is Stage.DONE
    assert stage_of("refused") is Stage.REFUSED
    assert stage_of("on_way") is None


def test_G_07_hours_in_which_the_clinic_is_closed_are_no_loss() -> None:
    call = Term(at("19:20"), at("19:50"))
    # From 19:40 to closing and from opening to 09:30: fifty minutes, of which ten are left after the opening.
    assert extended(call, Break(at("19:40"), at("09:30", 21)), SCHEDULE) == at("09:40", 21)
    # Stopped in the evening and started at night: nothing of the night is lost.
    attachment = Term(at("10:00"), at("20:00"))
    assert extended(attachment, Break(at("19:00"), at("03:00", 21)), SCHEDULE) == at("10:00", 21)
    assert extended(attachment, Break(at("14:00"), at("20:00")), SCHEDULE) == at("09:00", 23)
    # A whole Sunday without the service.
    assert extended(
        Term(at("13:00", 21), at("14:00", 21)), Break(at("13:30", 21), at("08:10", 23)), SCHEDULE
    ) == at("08:40", 23)


@given(st.integers(0, 800), st.integers(1, 700), st.integers(0, 3000), st.integers(2, 4000))
def test_G_07_a_term_never_ends_earlier_nor_in_closed_hours_nor_with_less_left_than_there_was(
    start: int, length: int, began: int, lasted: int
) -> None:
    minute = timedelta(minutes=1)
    opens, closes = at("08:00"), at("20:00")
    starts = min(opens + start * minute, closes - minute)
    term = Term(starts, min(starts + length * minute, closes))
    outage = Break(opens + began * minute, opens + (began + lasted) * minute)
    due = extended(term, outage, SCHEDULE)
    assert due >= term.due
    closed = SCHEDULE.closing(SCHEDULE.local_day(due))
    opened = SCHEDULE.opening(SCHEDULE.local_day(due))
    assert closed is not None
    assert opened is not None
    assert opened <= due <= closed
    if term.starts < outage.ended_at and outage.began_at < term.due:
        left = term.due - max(outage.began_at, term.starts)
        worked = sum(
            SCHEDULE.is_open(outage.ended_at + step * minute)
            for step in range(int((due - outage.ended_at) / minute))
        )
        assert worked * minute == left
