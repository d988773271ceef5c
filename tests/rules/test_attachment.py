"""Attachment: who may be attached where, when the clinic answers, and what stands in the way."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from rules.attachment import (
    DEFAULT_TERMS,
    AlreadyHere,
    Cause,
    MayAttach,
    MonthDay,
    NotByPhone,
    OtherPatients,
    alarm_at,
    causes_for,
    has_room,
    may_attach,
    registration,
)
from rules.calendar import Hours, WorkingCalendar
from rules.channels import Channel, channels_of
from rules.clinics import Clinic, Takes
from rules.consent import Purpose, consent_text
from rules.grounds import grounds_of
from rules.home_call import is_attached_here
from rules.iin import Iin
from rules.law import ALLOWED, GroundCode, Refused, Service
from rules.people import Attachment, Person
from rules.representation import IdentityDocument, document_needed
from tests.rules.almaty import CLINIC, INDEPENDENCE_DAY, NO_HOLIDAYS, at

TODAY = date(2026, 11, 20)
SUBSTANCE = [GroundCode.NO_ID, GroundCode.TOO_OFTEN, GroundCode.NORM_EXCEEDED, GroundCode.TWO_CLINICS]
CHILDRENS, ADULTS = replace(CLINIC, takes=Takes.CHILDREN), replace(CLINIC, takes=Takes.ADULTS)


def person(born: date = date(1990, 5, 1)) -> Person:
    return Person("1", Iin("880412294549"), "Сейітова", "Айгүл", None, born, None, "kk", None)


def attached(clinic_no: int) -> Attachment:
    return Attachment("1", clinic_no, date(2019, 3, 11))


def asked(
    who: Person | None = None,
    clinic: Clinic = CLINIC,
    cause: Cause = Cause.FREE_CHOICE,
    made: tuple[date, ...] = (),
    count: int = 0,
    where: Attachment | None = None,
) -> MayAttach:
    return may_attach(who or person(), where, made, cause, clinic, count, (), TODAY)


def test_AT_01_CH_03_attachment_is_given_in_person_and_electronically_and_never_by_phone() -> None:
    assert channels_of(Service.ATTACHMENT) == {Channel.DESK, Channel.ELECTRONIC}
    assert grounds_of(Service.ATTACHMENT, Channel.PHONE, TODAY) == ()
    with pytest.raises(NotByPhone):
        registration(at("2026-11-20 10:00"), CLINIC, NO_HOLIDAYS, Channel.PHONE)


@pytest.mark.parametrize("where", [None, attached(4), attached(33)])
def test_AT_02_any_clinic_may_be_chosen_wherever_one_is_attached(where: Attachment | None) -> None:
    assert asked(where=where) is ALLOWED


def test_AT_02_who_is_there_already_has_nothing_to_ask_for() -> None:
    assert asked(where=attached(5), made=(TODAY,)) == AlreadyHere()


def test_AT_03_a_child_is_attached_by_birth_certificate_until_sixteen() -> None:
    assert document_needed(date(2010, 11, 21), TODAY) is IdentityDocument.BIRTH_CERTIFICATE
    assert document_needed(date(2010, 11, 20), TODAY) is IdentityDocument.IDENTITY_DOCUMENT


def test_AT_07_E_09_the_second_free_choice_of_a_year_waits_and_a_move_does_not() -> None:
    made = (date(2026, 2, 16),)
    assert not asked(made=made).allowed
    for cause in set(Cause) - {Cause.FREE_CHOICE}:
        assert asked(made=made, cause=cause) is ALLOWED


@pytest.mark.parametrize("cause", Cause)
def test_AT_08_at_the_norm_nobody_more_is_taken_and_one_below_it_one_is(cause: Cause) -> None:
    full = replace(CLINIC, norm=100)
    verdict = asked(clinic=full, count=100, cause=cause)
    assert isinstance(verdict, Refused)
    assert (verdict.ground.code, verdict.ground.source.clause) == (GroundCode.NORM_EXCEEDED, "cl. 17(3)")
    assert asked(clinic=full, count=99, cause=cause) is ALLOWED


def test_AT_08_G_21_where_no_norm_is_set_nobody_is_refused_and_staff_can_be_warned() -> None:
    assert asked(count=10_000_000) is ALLOWED
    assert has_room(CLINIC, 10_000_000) is None
    assert (has_room(replace(CLINIC, norm=0), 0), has_room(replace(CLINIC, norm=1), 0)) == (False, True)


@pytest.mark.parametrize("channel", [Channel.DESK, Channel.ELECTRONIC])
def test_AT_10_AT_11_X_11_the_four_grounds_hold_in_person_and_electronically_alike(channel: Channel) -> None:
    offered = grounds_of(Service.ATTACHMENT, channel, TODAY)
    assert [ground.code for ground in offered] == SUBSTANCE
    assert [ground.source.clause for ground in offered] == [f"cl. 17({number})" for number in range(1, 5)]


def test_X_11_every_ground_says_that_its_text_is_repealed() -> None:
    for ground in grounds_of(Service.ATTACHMENT, Channel.ELECTRONIC, TODAY):
        assert ground.source.act == "Almaty decree № 3/561 of 1 July 2013, attachment"
        assert ground.source.repealed_on == date(2014, 5, 11)
        assert "ҚР ДСМ-194/2020" in ground.source.note


def test_AT_11_a_bad_signature_was_a_ground_while_the_text_stood_and_is_none_now() -> None:
    then = grounds_of(Service.ATTACHMENT, Channel.ELECTRONIC, date(2014, 5, 10))
    assert [ground.code for ground in then] == [*SUBSTANCE, GroundCode.EDOC]


@pytest.mark.parametrize(
    ("clinic", "born", "fits"),
    [
        (CHILDRENS, date(2008, 11, 21), True),
        (CHILDRENS, date(2008, 11, 20), False),
        (ADULTS, date(2008, 11, 21), False),
        (ADULTS, date(2008, 11, 20), True),
        (CLINIC, date(2026, 11, 2), True),
    ],
)
def test_AT_02_a_childrens_clinic_takes_children_and_one_of_adults_adults(
    clinic: Clinic, born: date, fits: bool
) -> None:
    verdict = asked(person(born), clinic=clinic)
    assert verdict == (ALLOWED if fits else OtherPatients(clinic.takes))


def test_AT_02_the_age_is_that_of_the_day_on_which_the_attachment_takes_effect() -> None:
    soon_18 = person(date(2008, 12, 20))
    january = (replace(DEFAULT_TERMS, effect=MonthDay(1, 1)),)
    where = (soon_18, attached(31), (), Cause.FREE_CHOICE)
    assert may_attach(*where, CHILDRENS, 0, january, TODAY) == OtherPatients(Takes.CHILDREN)
    assert may_attach(*where, ADULTS, 0, january, TODAY) is ALLOWED
    assert may_attach(*where, CHILDRENS, 0, (), TODAY) is ALLOWED
    late = date(2026, 12, 20)
    assert may_attach(*where, CHILDRENS, 0, (), TODAY, decided_on=late) == OtherPatients(Takes.CHILDREN)


def test_AT_07_a_late_answer_takes_no_right_of_choice_away() -> None:
    until_today = (replace(DEFAULT_TERMS, campaign=(MonthDay(9, 15), MonthDay(11, 20))),)
    where = (person(), attached(4), (), Cause.FREE_CHOICE, CLINIC, 0, until_today)
    tomorrow = date(2026, 11, 21)
    assert may_attach(*where, TODAY, decided_on=tomorrow) is ALLOWED
    assert not may_attach(*where, tomorrow).allowed


def test_AT_15_the_clinic_of_attachment_takes_calls_and_the_one_before_refuses_them() -> None:
    assert is_attached_here(attached(5), 5) is ALLOWED
    before = is_attached_here(attached(5), 4)
    assert isinstance(before, Refused)
    assert (before.ground.code, before.attached_to) == (GroundCode.NOT_ATTACHED, 5)


def test_G_20_a_newborn_attached_nowhere_is_attached_by_birth() -> None:
    newborn = person(date(2026, 11, 2))
    assert Cause.BIRTH in causes_for(newborn, TODAY, None)
    assert Cause.BIRTH not in causes_for(newborn, TODAY, attached(31))
    assert Cause.BIRTH not in causes_for(person(date(2025, 11, 20)), TODAY, None)


@pytest.mark.parametrize(
    ("born", "offered"),
    [
        (date(2021, 11, 21), True),
        (date(2021, 11, 20), False),
        (date(2014, 11, 20), True),
        (date(1990, 5, 1), True),
        (date(1960, 5, 1), False),
    ],
)
def test_G_20_young_children_and_who_may_be_pregnant_are_attached_where_they_live(
    born: date, offered: bool
) -> None:
    assert (Cause.ACTUAL_RESIDENCE in causes_for(person(born), TODAY, attached(4))) is offered


def test_G_20_only_who_has_a_clinic_can_say_that_it_closed() -> None:
    assert Cause.CLINIC_CLOSED in causes_for(person(), TODAY, attached(4))
    assert causes_for(person(date(1960, 5, 1)), TODAY, None) == (Cause.FREE_CHOICE, Cause.MOVED)


def test_E_08_AT_05_AT_06_at_six_on_a_thursday_it_is_registered_on_friday_and_due_at_eight() -> None:
    taken = registration(at("2026-11-19 18:00:00"), CLINIC, NO_HOLIDAYS)
    assert (taken.at, taken.answer_due) == (at("2026-11-20 08:00"), at("2026-11-20 20:00"))
    assert not taken.same_day


@pytest.mark.parametrize(
    ("now", "registered", "due", "same_day"),
    [
        ("2026-11-19 17:59:59", "2026-11-19 17:59:59", "2026-11-19 20:00", True),
        ("2026-11-19 06:30", "2026-11-19 08:00", "2026-11-19 20:00", True),
        ("2026-11-20 18:00", "2026-11-21 09:00", "2026-11-21 14:00", False),
        ("2026-11-21 11:59:59", "2026-11-21 11:59:59", "2026-11-21 14:00", True),
        ("2026-11-21 12:00", "2026-11-23 08:00", "2026-11-23 20:00", False),
        ("2026-11-22 10:00", "2026-11-23 08:00", "2026-11-23 20:00", False),
        ("2026-12-15 18:00", "2026-12-17 08:00", "2026-12-17 20:00", False),
    ],
)
def test_AT_05_AT_06_X_12_electronically_until_two_hours_before_closing_and_due_by_closing(
    now: str, registered: str, due: str, same_day: bool
) -> None:
    taken = registration(at(now), CLINIC, WorkingCalendar([INDEPENDENCE_DAY]))
    assert (taken.at, taken.answer_due, taken.same_day) == (at(registered), at(due), same_day)


@pytest.mark.parametrize(
    ("now", "registered", "due", "same_day"),
    [
        ("2026-11-20 17:59:59", "2026-11-20 17:59:59", "2026-11-20 20:00", True),
        ("2026-11-20 18:30", "2026-11-20 18:30", "2026-11-21 14:00", True),
        ("2026-11-21 12:00", "2026-11-21 12:00", "2026-11-23 20:00", True),
        ("2026-11-20 20:00", "2026-11-21 09:00", "2026-11-21 14:00", False),
    ],
)
def test_X_12_AT_06_at_the_desk_until_closing_and_from_the_last_two_hours_due_a_working_day_later(
    now: str, registered: str, due: str, same_day: bool
) -> None:
    taken = registration(at(now), CLINIC, NO_HOLIDAYS, Channel.DESK)
    assert (taken.at, taken.answer_due, taken.same_day) == (at(registered), at(due), same_day)


def test_AT_06_the_clinics_own_hours_decide_the_cut_off() -> None:
    early = replace(CLINIC, hours=Hours.parse("09:00-17:00;-;-"))
    assert registration(at("2026-11-20 15:00"), early, NO_HOLIDAYS).at == at("2026-11-23 09:00")
    assert registration(at("2026-11-20 14:59:59"), early, NO_HOLIDAYS).answer_due == at("2026-11-20 17:00")


def test_staff_are_reminded_at_two_thirds_of_the_term() -> None:
    taken = registration(at("2026-11-19 18:00"), CLINIC, NO_HOLIDAYS)
    assert alarm_at(taken) == at("2026-11-20 16:00")
    assert isinstance(alarm_at(taken), datetime)


def test_an_attachment_is_confirmed_for_by_a_text_of_its_own() -> None:
    assert consent_text(Purpose.ATTACHMENT).words_key == "consent.attachment.v1"
