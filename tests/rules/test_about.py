"""What help says of each service comes from the law itself: its figures, its price, its acts, its phones."""

from dataclasses import replace
from datetime import date

import pytest

from rules import appointment, centre_info, complaint_terms, home_call, training
from rules.about import ACTS, DAY_OFF, SERVICES, Basis, Today, Topic, UnknownClause, about, bases_of
from rules.attachment import Effect, Period, Terms
from rules.calendar import Hours
from rules.clinics import CALL_CENTRE, CENTRES_LINE
from rules.law import Limit
from rules.public_services import PublicService
from rules.sources import almaty_attachment, almaty_home_call, centre_rules, house_default
from tests.rules.almaty import CLINIC

ON = Today(date(2026, 11, 20))
every_topic = pytest.mark.parametrize("topic", Topic)


def test_every_public_service_is_told_of_under_one_topic() -> None:
    told = [service for services in SERVICES.values() for service in services]
    assert sorted(told) == sorted(PublicService)


def test_HC_07_AP_07_IC_02_the_minutes_of_an_answer_are_those_of_the_law() -> None:
    assert about(Topic.HOME_CALL, ON).figures["minutes"] == home_call.ELECTRONIC_ANSWER.value == 30
    assert about(Topic.HOME_CALL, ON).figures["desk_minutes"] == home_call.DESK_ANSWER.value == 10
    assert about(Topic.APPOINTMENT, ON).figures["minutes"] == appointment.ELECTRONIC_ANSWER.value == 30
    assert about(Topic.CENTRES, ON).figures["minutes"] == centre_info.ANSWER.value == 30


def test_TR_05_TR_14_CO_06_the_days_of_the_college_and_of_a_complaint_are_those_of_the_law() -> None:
    assert about(Topic.TRAINING, ON).figures["days"] == 15
    assert about(Topic.DUPLICATE, ON).figures["months"] == 1
    assert about(Topic.COMPLAINT, ON).figures["days"] == 15


def test_a_figure_changed_where_the_law_keeps_it_is_changed_in_the_help(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(home_call, "ELECTRONIC_ANSWER", Limit(45, "minutes", almaty_home_call("cl. 14")))
    monkeypatch.setattr(training, "MAIN_TERM", replace(training.MAIN_TERM, value=20))
    sooner = replace(complaint_terms.EXAMINED_WITHIN, value=7)
    monkeypatch.setattr(complaint_terms, "EXAMINED_WITHIN", sooner)
    assert about(Topic.HOME_CALL, ON).figures["minutes"] == 45
    assert about(Topic.TRAINING, ON).figures["days"] == 20
    assert about(Topic.COMPLAINT, ON).figures["days"] == 7


def test_HC_08_the_hour_until_which_calls_are_taken_follows_the_clinics_own_hours_and_cut_off() -> None:
    usual = about(Topic.HOME_CALL, ON).figures
    assert (usual["closes"], usual["closes_saturday"]) == ("18:00", "12:00")
    own = replace(CLINIC, hours=Hours.parse("08:00-19:00;-;-"), cutoff_minutes=60)
    figures = about(Topic.HOME_CALL, replace(ON, clinic=own)).figures
    assert (figures["closes"], figures["closes_saturday"]) == ("18:00", DAY_OFF)
    assert about(Topic.ATTACHMENT, replace(ON, clinic=own)).figures["closes"] == "17:00"


def test_G_20_how_often_a_clinic_may_be_chosen_follows_the_terms_that_were_loaded() -> None:
    assert about(Topic.ATTACHMENT, ON).figures["choices"] == 1
    assert about(Topic.ATTACHMENT, ON).period == "calendar_year"
    twice = Terms(date(2026, 7, 1), 2, Period.TWELVE_MONTHS, None, Effect.AT_ONCE)
    told = about(Topic.ATTACHMENT, replace(ON, terms=(twice,)))
    assert (told.figures["choices"], told.period) == (2, "twelve_months")
    before = about(Topic.ATTACHMENT, Today(date(2026, 6, 30), (twice,)))
    assert before.figures["choices"] == 1


def test_G_31_how_long_a_consent_is_waited_for_follows_the_setting() -> None:
    told = about(Topic.CENTRES, ON)
    assert (told.figures["hours"], told.consent_clock) == (24, "from_consent")
    strict = about(Topic.CENTRES, replace(ON, consent_clock="from_filing"))
    assert strict.consent_clock == "from_filing"
    assert "hours" not in strict.figures


@every_topic
def test_GEN_10_GEN_11_X_38_every_service_names_1414_and_the_centres_their_second_number(
    topic: Topic,
) -> None:
    centres = (CENTRES_LINE,) if topic is Topic.CENTRES else ()
    assert about(topic, ON).phones == (CALL_CENTRE, *centres)
    assert CENTRES_LINE == "8-800-080-7777"


@every_topic
def test_GEN_04_TR_08_TR_10_everything_is_free_but_a_duplicate(topic: Topic) -> None:
    assert about(topic, ON).free is (topic is not Topic.DUPLICATE)


@every_topic
def test_X_01_every_topic_names_its_acts_with_their_clauses_and_since_when_they_hold(topic: Topic) -> None:
    bases = about(topic, ON).bases
    assert bases
    for basis in bases:
        assert basis.act in ACTS.values()
        assert basis.clauses == tuple(dict.fromkeys(basis.clauses))
        assert basis.in_force_from < ON.day
        assert (basis.repealed_on is not None) is basis.act.startswith("almaty")


def test_GEN_14_the_clauses_of_every_ground_of_refusal_stand_in_the_help() -> None:
    assert "9(1)" in _clauses(Topic.HOME_CALL, "appointment_standard")
    assert "9(2)" in _clauses(Topic.APPOINTMENT, "appointment_standard")
    assert {"17(1)", "17(2)", "17(3)", "17(4)"} <= set(_clauses(Topic.ATTACHMENT, "almaty_attachment"))
    assert "10" in _clauses(Topic.CENTRES, "centres")


@pytest.mark.parametrize(
    ("topic", "act", "clause"),
    [
        (Topic.HOME_CALL, "almaty_home_call", "13"),
        (Topic.APPOINTMENT, "appointment_standard", "7(2)"),
        (Topic.ATTACHMENT, "almaty_attachment", "9"),
        (Topic.ATTACHMENT, "almaty_attachment", "15"),
        (Topic.CENTRES, "centres", "8"),
        (Topic.TRAINING, "almaty_training", "12"),
    ],
)
def test_X_01_what_help_says_without_a_figure_stands_on_its_clause_too(
    topic: Topic, act: str, clause: str
) -> None:
    assert clause in _clauses(topic, act)


def _clauses(topic: Topic, act: str) -> tuple[str, ...]:
    return next(basis.clauses for basis in about(topic, ON).bases if basis.act == act)


def test_X_40_clauses_are_cited_as_they_are_printed_and_in_their_order() -> None:
    printed = (almaty_attachment("cl. 17(2)"), almaty_attachment("cl. 14"), almaty_attachment("cl. 11, 14"))
    (basis,) = bases_of(printed)
    assert basis.clauses == ("11", "14", "17(2)")


def test_clauses_of_the_rules_and_of_the_standards_of_one_order_are_told_apart() -> None:
    bases = bases_of((centre_rules("standards item 4"), centre_rules("rules cl. 4")))
    assert [(basis.where, basis.clauses) for basis in bases] == [("standard", ("4",)), ("rules", ("4",))]
    assert isinstance(bases[0], Basis)


def test_a_default_of_this_project_is_never_shown_as_law() -> None:
    with pytest.raises(UnknownClause):
        bases_of((house_default("G-17"),))
