"""Papers: which results get one, who signs it, and a code that people can read to each other."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.law import Service
from rules.papers import (
    CHECK_CODE_ALPHABET,
    KINDS,
    BadCheckCode,
    PaperKind,
    Signer,
    gets_paper,
    may_sign,
    new_check_code,
    read_check_code,
    shown_check_code,
    signer_on,
    valid_until,
)
from rules.region import ALMATY, REGIONS, ResultForm
from tests.rules.almaty import at

HEAD = Signer(5, "Нұрғалиева Сәуле", "главный врач", "бас дәрігер", date(2026, 1, 1))
BEFORE = Signer(5, "Аманжолов Бауыржан", "главный врач", "бас дәрігер", date(2016, 1, 11), date(2025, 12, 31))


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.name)
def test_AT_12_AT_13_RF_03_an_attachment_ends_in_a_certificate_everywhere(region: object) -> None:
    assert region in REGIONS
    assert all(gets_paper(Service.ATTACHMENT, one) for one in REGIONS)


def test_HC_12_AP_09_RF_01_RF_02_X_02_X_03_calls_and_visits_end_in_one_only_where_asked_for() -> None:
    for service in (Service.HOME_CALL, Service.APPOINTMENT):
        assert not gets_paper(service, ALMATY)
        asked = ALMATY.certifying({service})
        assert gets_paper(service, asked)
        assert asked.forms_of_result(service) == {ResultForm.STATUS, ResultForm.CERTIFICATE}
        assert [one for one in Service if gets_paper(one, asked)] == [
            one for one in Service if one in {service, Service.ATTACHMENT}
        ]


def test_every_service_has_its_kind_of_paper() -> None:
    assert set(KINDS) == set(Service)
    assert set(KINDS.values()) == set(PaperKind)


def test_SG_03_only_who_is_on_the_list_signs_and_only_while_their_right_lasts() -> None:
    assert may_sign(BEFORE, date(2025, 12, 31))
    assert not may_sign(BEFORE, date(2026, 1, 1))
    assert not may_sign(HEAD, date(2025, 12, 31))
    assert signer_on([BEFORE, HEAD], 5, date(2026, 11, 20)) is HEAD
    assert signer_on([BEFORE, HEAD], 5, date(2016, 1, 11)) is BEFORE


def test_SG_03_a_clinic_whose_signer_was_revoked_has_nobody_to_sign() -> None:
    assert signer_on([BEFORE], 5, date(2026, 11, 20)) is None
    assert signer_on([HEAD], 4, date(2026, 11, 20)) is None


def test_SG_03_the_one_appointed_last_signs() -> None:
    deputy = replace(HEAD, full_name="Лебедева Ирина", valid_from=date(2026, 6, 1))
    assert signer_on([deputy, HEAD], 5, date(2026, 11, 20)) is deputy


def test_a_signer_shows_no_name_in_a_log() -> None:
    assert repr(HEAD) == "Signer(clinic 5)"


@pytest.mark.parametrize(
    ("kind", "until"),
    [(PaperKind.ATTACHMENT, "2027-11-20 10:00"), (PaperKind.HOME_CALL, "2026-12-20 10:00"),
     (PaperKind.APPOINTMENT, "2026-12-20 10:00")],
)  # fmt: skip
def test_a_paper_is_taken_for_what_stands_for_so_long(kind: PaperKind, until: str) -> None:
    assert valid_until(kind, at("2026-11-20 10:00")) == at(until)


@given(st.binary(min_size=10, max_size=16))
def test_G_24_a_code_is_read_as_it_was_shown(random: bytes) -> None:
    code = new_check_code(random)
    assert set(code) <= set(CHECK_CODE_ALPHABET)
    assert read_check_code(shown_check_code(code)) == code
    assert read_check_code(f" {shown_check_code(code).lower()} ") == code


def test_G_24_letters_that_look_alike_are_the_same_letter() -> None:
    assert read_check_code("o0iL1-АВСЕН") == "00111ABCEH"


@pytest.mark.parametrize("text", ["", "7K3QD", "7K3QD-WV0XM1", "7K3QD-WV0XU", "ӘҢҒҮҰ-ҚӨҺІЯ"])
def test_what_is_no_code_is_not_looked_up(text: str) -> None:
    with pytest.raises(BadCheckCode):
        read_check_code(text)


def test_too_little_chance_makes_no_code() -> None:
    with pytest.raises(ValueError, match="too few"):
        new_check_code(bytes(9))
