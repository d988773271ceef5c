"""What each stage of a training document needs, what may be entered, and when somebody is reminded."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Holiday, HolidayKind, WorkingCalendar, is_office_day
from rules.training import STAGES, Asked, Paper, Stage, may_follow, next_stage, resumed_due
from rules.training_stages import (
    REMINDERS,
    Attorney,
    BadEntry,
    Collector,
    DecidedAs,
    Decision,
    Entered,
    EntryFault,
    LossNotice,
    Missing,
    OutOfOrder,
    Payment,
    SignedBy,
    alarm_on,
    demand_attorney,
    demand_decision,
    demand_next,
    demand_notice,
    demand_payment,
    missing_for,
    not_brought,
    owed_by_the_citizen,
    reminders_of,
)

FRIDAY = date(2026, 11, 20)
NOTICE = LossNotice("Алматы ақшамы", "135", date(2026, 11, 18))
PAYMENT = Payment(3500, date(2026, 11, 19))
IN_PERSON = Collector("Әлімова Айгүл", "012345678")
MAIN = Entered(
    has_executor=True, identity_card=True, no_debt_proof=True, resolution=True, signed=SignedBy.HEAD,
    document_number="ТКБ № 1", form=True, seal=True, collector=IN_PERSON,
)  # fmt: skip
DUPLICATE = Entered(
    has_executor=True, identity_card=True, notice=NOTICE, payment=PAYMENT,
    decision=Decision(FRIDAY, DecidedAs.HEAD), resolution=True, signed=SignedBy.BOTH, form=True, stamp=True,
    collector=IN_PERSON,
)  # fmt: skip
CALENDAR = WorkingCalendar(
    Holiday(day, HolidayKind.HOLIDAY, "", "")
    for day in (date(2026, 12, 16), date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 7), date(2027, 3, 8))
)


def test_TR_18_only_the_next_of_the_six_stages_may_follow() -> None:
    for before in STAGES:
        for after in STAGES:
            if next_stage(before) is after:
                demand_next(before, after)
                continue
            with pytest.raises(OutOfOrder) as caught:
                demand_next(before, after)
            assert (caught.value.stands, caught.value.wanted) == (before, after)


@pytest.mark.parametrize("ended", [Stage.ISSUED, Stage.REFUSED, Stage.CANCELLED])
def test_TR_18_nothing_follows_what_is_over(ended: Stage) -> None:
    for after in Stage:
        with pytest.raises(OutOfOrder):
            demand_next(ended, after)


@pytest.mark.parametrize(("asked", "entered"), [(Asked.MAIN, MAIN), (Asked.DUPLICATE, DUPLICATE)])
def test_TR_18_with_everything_entered_no_stage_lacks_anything(asked: Asked, entered: Entered) -> None:
    assert all(missing_for(stage, entered, asked) == () for stage in STAGES)


@pytest.mark.parametrize("asked", list(Asked))
def test_TR_18_each_thing_is_wanted_for_one_stage_and_without_it_that_stage_waits(asked: Asked) -> None:
    wanted = [one for stage in STAGES for one in missing_for(stage, Entered(), asked)]
    assert len(wanted) == len(set(wanted))
    assert missing_for(Stage.REGISTERED, Entered(), asked) == ()
    assert missing_for(Stage.ISSUED, Entered(), asked) == (Missing.COLLECTOR,)


def test_TR_04_a_main_document_needs_its_form_one_signature_and_the_seal() -> None:
    assert missing_for(Stage.SIGNED, replace(MAIN, signed=None), Asked.MAIN) == (Missing.SIGNATURE,)
    unchecked = replace(MAIN, form=False, seal=False)
    assert missing_for(Stage.READY, unchecked, Asked.MAIN) == (Missing.FORM, Missing.SEAL)


@pytest.mark.parametrize("signed", list(SignedBy))
def test_X_15_a_main_document_is_signed_by_the_head_or_the_deputy(signed: SignedBy) -> None:
    assert missing_for(Stage.SIGNED, replace(MAIN, signed=signed), Asked.MAIN) == ()


@pytest.mark.parametrize("signed", [None, SignedBy.HEAD, SignedBy.DEPUTY])
def test_X_15_a_duplicate_with_fewer_than_two_signatures_is_not_signed(signed: SignedBy | None) -> None:
    missing = missing_for(Stage.SIGNED, replace(DUPLICATE, signed=signed), Asked.DUPLICATE)
    assert missing == (Missing.BOTH_SIGNATURES,)


def test_TR_16_a_duplicate_needs_the_stamp_and_the_blank_in_force() -> None:
    missing = missing_for(Stage.READY, replace(DUPLICATE, form=False, stamp=False), Asked.DUPLICATE)
    assert missing == (Missing.FORM, Missing.STAMP)


def test_TR_10_a_duplicate_is_not_ready_without_the_amount_and_date_of_its_payment() -> None:
    unpaid = replace(DUPLICATE, payment=None)
    assert missing_for(Stage.READY, unpaid, Asked.DUPLICATE) == (Missing.PAYMENT,)
    assert missing_for(Stage.READY, replace(MAIN, payment=None), Asked.MAIN) == ()


def test_G_25_a_payment_has_an_amount_above_nothing_and_was_made_already() -> None:
    demand_payment(PAYMENT, FRIDAY)
    for amount, on, fault in (
        (0, FRIDAY, EntryFault.NOT_POSITIVE),
        (-1, FRIDAY, EntryFault.NOT_POSITIVE),
        (3500, FRIDAY + timedelta(days=1), EntryFault.IN_THE_FUTURE),
    ):
        with pytest.raises(BadEntry) as caught:
            demand_payment(Payment(amount, on), FRIDAY)
        assert caught.value.code is fault


def test_TR_13_a_duplicate_is_decided_on_after_the_loss_notice_was_published() -> None:
    assert missing_for(Stage.DRAFTED, replace(DUPLICATE, notice=None, decision=None), Asked.DUPLICATE) == (
        Missing.LOSS_NOTICE,
        Missing.DECISION,
    )
    demand_decision(NOTICE.on, NOTICE, NOTICE.on, FRIDAY)
    demand_decision(FRIDAY, NOTICE, NOTICE.on, FRIDAY)


@pytest.mark.parametrize(
    ("on", "notice", "filed_on", "fault"),
    [
        (date(2026, 11, 17), NOTICE, date(2026, 11, 10), EntryFault.BEFORE_THE_NOTICE),
        (date(2026, 11, 18), NOTICE, date(2026, 11, 19), EntryFault.BEFORE_THE_APPLICATION),
        (FRIDAY, None, FRIDAY, EntryFault.NO_NOTICE),
        (date(2026, 11, 21), NOTICE, date(2026, 11, 10), EntryFault.IN_THE_FUTURE),
    ],
)
def test_TR_13_a_decision_before_the_loss_notice_is_rejected(
    on: date, notice: LossNotice | None, filed_on: date, fault: EntryFault
) -> None:
    with pytest.raises(BadEntry) as caught:
        demand_decision(on, notice, filed_on, FRIDAY)
    assert caught.value.code is fault


def test_G_26_a_notice_is_not_dated_tomorrow() -> None:
    demand_notice(NOTICE, FRIDAY)
    with pytest.raises(BadEntry):
        demand_notice(replace(NOTICE, on=FRIDAY + timedelta(days=1)), FRIDAY)


def test_G_28_a_power_of_attorney_is_not_dated_tomorrow_and_its_paper_stays_out_of_logs() -> None:
    attorney = Attorney("15-7", FRIDAY, "нотариус Ахметова")
    demand_attorney(attorney, FRIDAY)
    with pytest.raises(BadEntry):
        demand_attorney(replace(attorney, on=FRIDAY + timedelta(days=1)), FRIDAY)
    assert "Ахметова" not in repr(Collector("Ким Анна", "012345678", attorney))
    assert "15-7" not in repr(attorney)


def test_G_29_what_only_the_citizen_can_bring_is_the_notice_and_the_payment() -> None:
    owed = (Missing.LOSS_NOTICE, Missing.PAYMENT)
    assert owed_by_the_citizen(Entered()) == owed
    assert owed_by_the_citizen(replace(DUPLICATE, payment=None)) == (Missing.PAYMENT,)
    assert owed_by_the_citizen(DUPLICATE) == ()


def test_TR_09_what_nobody_has_seen_yet_of_the_papers_to_be_brought_is_known() -> None:
    assert not_brought(Entered(), Asked.MAIN) == (Paper.IDENTITY_CARD, Paper.NO_DEBT)
    assert not_brought(Entered(identity_card=True), Asked.MAIN) == (Paper.NO_DEBT,)
    everything = (Paper.IDENTITY_CARD, Paper.LOSS_NOTICE, Paper.PAYMENT)
    assert not_brought(Entered(), Asked.DUPLICATE) == everything


def test_G_29_reminders_come_on_the_tenth_and_the_twentieth_day() -> None:
    assert [limit.value for limit in REMINDERS] == [10, 20]
    assert reminders_of(FRIDAY) == (date(2026, 11, 30), date(2026, 12, 10))


def test_G_29_a_signed_duplicate_that_was_never_paid_may_still_be_refused_and_a_ready_one_not() -> None:
    refusable = {stage for stage in STAGES if may_follow(stage, Stage.REFUSED)}
    assert refusable == {Stage.REGISTERED, Stage.ASSIGNED, Stage.DRAFTED, Stage.SIGNED}


def test_TR_05_two_thirds_of_a_term_end_on_a_working_day() -> None:
    assert alarm_on(FRIDAY, date(2026, 12, 11), CALENDAR) == date(2026, 12, 4)
    assert alarm_on(FRIDAY, date(2026, 12, 20), CALENDAR) == date(2026, 12, 10)


def test_TR_11_what_was_left_of_a_term_is_left_of_it_after_the_debt_over_new_year() -> None:
    # Stopped on Friday 11 December with two working days left, cleared on Thursday 31 December.
    stopped, cleared, due = date(2026, 12, 11), date(2026, 12, 31), date(2026, 12, 15)
    assert resumed_due(Asked.MAIN, due, stopped, cleared, CALENDAR) == date(2027, 1, 5)
    assert resumed_due(Asked.DUPLICATE, due, stopped, cleared, CALENDAR) == date(2027, 1, 4)


DAYS = st.dates(date(2026, 1, 1), date(2027, 3, 1))


@given(DAYS, st.integers(0, 30), st.integers(0, 60))
def test_TR_11_a_debt_neither_takes_days_of_a_term_nor_gives_any(
    stopped: date, left: int, stood: int
) -> None:
    due, cleared = stopped + timedelta(days=left), stopped + timedelta(days=stood)
    assert resumed_due(Asked.DUPLICATE, due, stopped, cleared, CALENDAR) - cleared == due - stopped
    while not is_office_day(due, CALENDAR):
        due += timedelta(days=1)
    new = resumed_due(Asked.MAIN, due, stopped, cleared, CALENDAR)
    assert _working(cleared, new) == _working(stopped, due)


def _working(after: date, until: date) -> int:
    days = (after + timedelta(days=number) for number in range(1, (until - after).days + 1))
    return sum(is_office_day(day, CALENDAR) for day in days)
