"""The medical college: who may have which document, its two clocks, the six stages in their only order."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import WorkingCalendar, is_office_day
from rules.law import ALLOWED
from rules.public_services import PublicService
from rules.training import (
    DUPLICATE_TERM,
    MAIN_PRICE,
    MAIN_TERM,
    STAGES,
    Asked,
    Document,
    Graduation,
    NotAccepted,
    Paper,
    Programme,
    Stage,
    document_of,
    duplicate_due,
    is_free,
    main_due,
    may_ask,
    may_be_cancelled,
    may_follow,
    next_stage,
    papers_of,
    printed_name,
    resumed_due,
    staff_target,
    term_of,
)
from tests.rules.holidays import CALENDAR

FRIDAY = date(2026, 11, 20)
DAYS = st.dates(date(2026, 1, 1), date(2027, 10, 31))


def finished(original_no: str = "", decided_on: date = FRIDAY) -> Graduation:
    return Graduation(1, Programme.VOCATIONAL, "Сестринское дело", decided_on, "Ким Анна", original_no)


def test_TR_02_whoever_is_not_among_the_graduates_is_not_accepted() -> None:
    assert may_ask(Asked.MAIN, None, FRIDAY) is NotAccepted.NOT_GRADUATE
    assert may_ask(Asked.DUPLICATE, None, FRIDAY) is NotAccepted.NOT_GRADUATE
    assert may_ask(Asked.MAIN, finished(), FRIDAY) == ALLOWED


def test_TR_02_before_the_commission_has_decided_nothing_is_registered() -> None:
    tomorrow = finished(decided_on=FRIDAY + timedelta(days=1))
    assert may_ask(Asked.MAIN, tomorrow, FRIDAY) is NotAccepted.NOT_DECIDED


def test_TR_12_a_duplicate_is_of_a_document_that_was_issued_and_a_document_is_issued_once() -> None:
    assert may_ask(Asked.DUPLICATE, finished("ТКБ 0012345"), FRIDAY) == ALLOWED
    assert may_ask(Asked.DUPLICATE, finished(), FRIDAY) is NotAccepted.NOT_ISSUED
    assert may_ask(Asked.MAIN, finished("ТКБ 0012345"), FRIDAY) is NotAccepted.ISSUED


def test_TR_03_each_programme_ends_with_exactly_one_kind_of_document() -> None:
    kinds = {programme: document_of(programme) for programme in Programme}
    assert kinds == {
        Programme.VOCATIONAL: Document.DIPLOMA,
        Programme.POST_SECONDARY: Document.DIPLOMA,
        Programme.RETRAINING: Document.RETRAINING_CERTIFICATE,
        Programme.UPGRADING: Document.UPGRADING_CERTIFICATE,
    }
    assert finished().document is Document.DIPLOMA


def test_TR_08_the_document_is_free_and_only_a_duplicate_is_paid() -> None:
    assert (MAIN_PRICE.value, is_free(Asked.MAIN), is_free(Asked.DUPLICATE)) == (0, True, False)


def test_TR_09_two_papers_are_brought_for_the_document() -> None:
    assert papers_of(Asked.MAIN) == (Paper.IDENTITY_CARD, Paper.NO_DEBT)
    assert papers_of(Asked.DUPLICATE) == (Paper.IDENTITY_CARD, Paper.LOSS_NOTICE, Paper.PAYMENT)


def test_X_14_both_kinds_are_registered_as_services_of_their_own() -> None:
    assert Asked.MAIN.service is PublicService.TRAINING
    assert Asked.DUPLICATE.service is PublicService.DUPLICATE


def test_TR_15_a_duplicate_bears_the_name_of_the_original() -> None:
    assert printed_name(finished("1")) == "Ким Анна"


def test_TR_05_E_14_decided_on_20_November_2026_it_is_due_on_11_December() -> None:
    assert (MAIN_TERM.value, MAIN_TERM.unit) == (15, "working_days")
    assert main_due(FRIDAY, CALENDAR) == date(2026, 12, 11)


def test_TR_05_days_off_over_the_new_year_do_not_count() -> None:
    # Off: 16 December, 1 January, and Monday 4 January for Saturday the 2nd.
    assert main_due(date(2026, 12, 11), CALENDAR) == date(2027, 1, 6)


def test_TR_14_E_15_applied_for_on_20_November_2026_it_is_due_on_Sunday_20_December() -> None:
    assert (DUPLICATE_TERM.value, DUPLICATE_TERM.unit) == (1, "months")
    assert duplicate_due(FRIDAY) == date(2026, 12, 20)


def test_TR_14_one_month_from_31_January_ends_with_February() -> None:
    assert duplicate_due(date(2027, 1, 31)) == date(2027, 2, 28)
    assert duplicate_due(date(2028, 1, 31)) == date(2028, 2, 29)
    assert duplicate_due(date(2027, 1, 28)) == date(2027, 2, 28)
    assert duplicate_due(date(2026, 12, 31)) == date(2027, 1, 31)
    assert duplicate_due(date(2027, 3, 31)) == date(2027, 4, 30)


def test_G_27_E_15_staff_have_it_ready_on_the_last_working_day_before_a_term_on_a_day_off() -> None:
    assert staff_target(date(2026, 12, 20), CALENDAR) == date(2026, 12, 18)
    assert staff_target(date(2026, 12, 11), CALENDAR) == date(2026, 12, 11)
    # Independence Day is a Wednesday.
    assert staff_target(date(2026, 12, 16), CALENDAR) == date(2026, 12, 15)


def test_X_16_the_two_clocks_are_never_mixed_up() -> None:
    filed = date(2026, 12, 1)
    main = term_of(Asked.MAIN, filed, FRIDAY, CALENDAR)
    duplicate = term_of(Asked.DUPLICATE, filed, FRIDAY, CALENDAR)
    assert (main.starts_on, main.due_on) == (FRIDAY, date(2026, 12, 11))
    assert (duplicate.starts_on, duplicate.due_on) == (filed, date(2027, 1, 1))


def test_TR_05_whoever_asks_when_the_fifteen_days_are_over_gets_fifteen_from_the_request() -> None:
    filed = date(2026, 12, 14)
    term = term_of(Asked.MAIN, filed, FRIDAY, CALENDAR)
    assert term.starts_on == filed
    assert term.due_on == main_due(filed, CALENDAR)
    on_the_last_day = term_of(Asked.MAIN, date(2026, 12, 11), FRIDAY, CALENDAR)
    assert on_the_last_day.due_on == date(2026, 12, 11)


def test_TR_11_a_document_is_due_later_by_the_working_days_that_the_clock_stood() -> None:
    # From Monday to Thursday: three working days, and the term is Friday 11 December.
    due = resumed_due(Asked.MAIN, date(2026, 12, 11), date(2026, 11, 30), date(2026, 12, 3), CALENDAR)
    assert due == date(2026, 12, 17)


def test_TR_11_a_duplicate_is_due_later_by_the_days_that_the_clock_stood() -> None:
    due = resumed_due(Asked.DUPLICATE, date(2026, 12, 20), date(2026, 11, 30), date(2026, 12, 3), CALENDAR)
    assert due == date(2026, 12, 23)


@given(DAYS, st.integers(0, 60))
def test_TR_11_a_clock_that_stood_loses_no_day_and_wins_none(decided: date, stood: int) -> None:
    due = main_due(decided, CALENDAR)
    suspended = decided + timedelta(days=3)
    resumed = suspended + timedelta(days=stood)
    counted = sum(is_office_day(suspended + timedelta(days=day), CALENDAR) for day in range(1, stood + 1))
    later = resumed_due(Asked.MAIN, due, suspended, resumed, CALENDAR)
    between = sum(
        is_office_day(due + timedelta(days=day), CALENDAR) for day in range(1, (later - due).days + 1)
    )
    assert between == counted


@given(DAYS, DAYS)
def test_TR_05_a_term_never_ends_before_the_request_and_never_on_a_day_off(
    filed: date, decided: date
) -> None:
    term = term_of(Asked.MAIN, max(filed, decided), decided, CALENDAR)
    assert term.due_on >= max(filed, decided)
    assert is_office_day(term.due_on, CALENDAR)


@given(DAYS)
def test_G_27_the_target_of_staff_is_a_working_day_and_never_after_the_term(filed: date) -> None:
    due = duplicate_due(filed)
    assert staff_target(due, CALENDAR) <= due
    assert is_office_day(staff_target(due, CALENDAR), CALENDAR)


def test_TR_18_there_is_one_order_of_the_six_stages() -> None:
    assert [stage.value for stage in STAGES] == [
        "registered",
        "assigned",
        "drafted",
        "signed",
        "ready",
        "issued",
    ]
    allowed = {(one, other) for one in STAGES for other in STAGES if may_follow(one, other)}
    assert allowed == set(pairwise(STAGES))
    assert [next_stage(stage) for stage in STAGES] == [*STAGES[1:], None]


@pytest.mark.parametrize("ended", [Stage.ISSUED, Stage.REFUSED, Stage.CANCELLED])
def test_TR_18_what_ended_goes_no_further(ended: Stage) -> None:
    assert not any(may_follow(ended, stage) for stage in Stage)
    assert next_stage(ended) is None


def test_TR_18_it_is_refused_at_the_latest_before_it_is_registered_for_issue() -> None:
    refusable = [stage for stage in STAGES if may_follow(stage, Stage.REFUSED)]
    assert refusable == [Stage.REGISTERED, Stage.ASSIGNED, Stage.DRAFTED, Stage.SIGNED]


def test_G_74_a_request_is_taken_back_until_it_is_with_its_executor() -> None:
    assert [stage for stage in Stage if may_be_cancelled(stage)] == [Stage.REGISTERED]
    assert may_follow(Stage.REGISTERED, Stage.CANCELLED)
    assert not may_follow(Stage.ASSIGNED, Stage.CANCELLED)


def test_a_calendar_without_holidays_knows_weekends() -> None:
    assert main_due(FRIDAY, WorkingCalendar()) == date(2026, 12, 11)


def test_a_graduation_in_a_log_names_nobody() -> None:
    assert "Ким" not in repr(finished())
