"""Refusals: only on legal grounds, each with its act and clause."""

from datetime import date

import pytest

from rules.channels import Channel
from rules.grounds import ground_of, grounds_of
from rules.law import RULES, GroundCode, Limit, Refused, Service, rule
from rules.region import AKTOBE, ALMATY, AuthMethod, RegionLaw, ResultForm, UnknownRegion, region_law
from rules.sources import house_default

TODAY = date(2026, 11, 20)
OLD_DAYS = date(2013, 12, 1)
CALL = Service.HOME_CALL


def codes(channel: Channel, day: date) -> list[GroundCode]:
    return [ground.code for ground in grounds_of(CALL, channel, day)]


@pytest.mark.parametrize("channel", Channel)
def test_X_10_today_a_home_call_is_refused_on_two_grounds_only(channel: Channel) -> None:
    assert codes(channel, TODAY) == [GroundCode.NOT_ATTACHED, GroundCode.FALSE_DATA]


@pytest.mark.parametrize("channel", [Channel.DESK, Channel.PHONE])
def test_HC_14_the_older_text_knew_two_grounds_in_person_and_by_phone(channel: Channel) -> None:
    assert codes(channel, OLD_DAYS) == [GroundCode.NO_ID, GroundCode.NOT_ATTACHED]


def test_HC_15_the_older_text_knew_a_third_ground_electronically() -> None:
    assert codes(Channel.ELECTRONIC, OLD_DAYS) == [GroundCode.NO_ID, GroundCode.NOT_ATTACHED, GroundCode.EDOC]


def test_X_01_a_repealed_ground_ends_on_the_day_of_its_repeal() -> None:
    assert GroundCode.NO_ID in codes(Channel.DESK, date(2014, 5, 10))
    assert codes(Channel.DESK, date(2014, 5, 11)) == []


def test_X_01_no_ground_that_is_offered_today_stands_in_a_repealed_act() -> None:
    for channel in Channel:
        assert all(ground.source.repealed_on is None for ground in grounds_of(CALL, channel, TODAY))


def test_GEN_14_a_refusal_names_its_ground_its_act_and_its_clause() -> None:
    ground = ground_of(CALL, Channel.ELECTRONIC, TODAY, GroundCode.NOT_ATTACHED)
    assert ground is not None
    assert (ground.source.clause, ground.words_key) == ("item 9(2)", "ground.not_attached")
    assert ground.law_words_key == "ground.not_attached.law"
    assert not Refused(ground).allowed


def test_GEN_14_a_ground_the_law_does_not_offer_cannot_be_chosen() -> None:
    for code in (GroundCode.EDOC, GroundCode.NO_ID, GroundCode.NO_AUTHORITY):
        assert ground_of(CALL, Channel.ELECTRONIC, TODAY, code) is None


def test_X_04_SG_01_AP_15_code_and_reply_sign_here_and_the_signature_alone_is_a_regions_setting() -> None:
    strict = RegionLaw(name="strict", auth_methods={CALL: frozenset({AuthMethod.SIGNATURE})})
    assert ALMATY.may_sign_by(CALL, AuthMethod.CODE)
    assert ALMATY.may_sign_by(CALL, AuthMethod.SMS_REPLY)
    assert not strict.may_sign_by(CALL, AuthMethod.CODE)


def test_HC_13_RF_01_X_41_a_home_call_ends_in_a_status() -> None:
    assert ALMATY.forms_of_result(CALL) == {ResultForm.STATUS}


def test_X_02_a_certificate_is_an_extra_and_never_replaces_the_status() -> None:
    older = RegionLaw(result_forms={CALL: frozenset({ResultForm.CERTIFICATE})})
    assert older.forms_of_result(CALL) == {ResultForm.STATUS, ResultForm.CERTIFICATE}


def test_X_01_a_regions_law_changes_on_its_day() -> None:
    newer = RegionLaw(name="aktobe", since=date(2027, 1, 1))
    laws = (AKTOBE, newer)
    assert region_law("aktobe", date(2026, 12, 31), laws) == AKTOBE
    assert region_law("aktobe", date(2027, 1, 1), laws) == newer
    with pytest.raises(UnknownRegion):
        region_law("atlantis", TODAY)


def test_a_limit_in_working_days_is_not_mistaken_for_elapsed_time() -> None:
    with pytest.raises(KeyError):
        Limit(15, "working_days", house_default("")).delta  # noqa: B018  # the reading itself is the fault


def test_a_rule_remembers_the_function_that_carries_it_out() -> None:
    @rule("T-00")
    def judged() -> None: ...

    assert RULES.pop("T-00") == [f"{__name__}.{judged.__qualname__}"]


def test_X_03_AP_09_an_appointment_is_answered_by_a_status_unless_the_region_wants_more() -> None:
    assert ALMATY.forms_of_result(Service.APPOINTMENT) == {ResultForm.STATUS}
