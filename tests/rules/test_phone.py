"""Reading a phone number as people in Kazakhstan write it."""

import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.phone import BadPhone, Phone, PhoneFault, shown


@pytest.mark.parametrize(
    "written",
    [
        "8 701 123 45 67", "+7 701 123-45-67", "7701 123 45 67", "701 123 45 67", "+7 (701) 123-45-67",
        "8(701)1234567", "87011234567", "77011234567", "+77011234567", "7011234567", "+8 701 123 45 67",
        "8-701-123-45-67", " 8.701.123.45.67 ", "8701\u00a0123\u202f4567",
        "8~10 7 701 123 45 67", "00 7 701 123 45 67",
    ],
)  # fmt: skip
def test_a_mobile_number_is_read_however_it_is_written(written: str) -> None:
    assert Phone.parse(written).e164 == "+77011234567"


@pytest.mark.parametrize("prefix", [700, 701, 702, 705, 706, 707, 708, 747, 771, 775, 776, 777, 778])
def test_every_mobile_operator_of_the_country_is_accepted(prefix: int) -> None:
    assert Phone.parse(f"8 {prefix} 000 12 34").e164 == f"+7{prefix}0001234"


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("", PhoneFault.EMPTY),
        ("   ", PhoneFault.EMPTY),
        ("нет телефона", PhoneFault.LETTERS),
        ("8 7O1 123 45 67", PhoneFault.LETTERS),
        ("8 701 123 45 67 доб. 4", PhoneFault.LETTERS),
        ("٨٧٠١١٢٣٤٥٦٧", PhoneFault.LETTERS),
        ("-", PhoneFault.LETTERS),
        ("8701", PhoneFault.TOO_SHORT),
        ("8 701 123 45 6", PhoneFault.TOO_SHORT),
        ("+7 701 123 45 6", PhoneFault.TOO_SHORT),
        ("8 701 123 45 678", PhoneFault.TOO_LONG),
        ("87011234567 87017654321", PhoneFault.TOO_LONG),
        ("1414", PhoneFault.SERVICE_NUMBER),
        ("103", PhoneFault.SERVICE_NUMBER),
        ("112", PhoneFault.SERVICE_NUMBER),
        ("8-800-080-7777", PhoneFault.SERVICE_NUMBER),
        ("8 916 123 45 67", PhoneFault.NOT_KAZAKHSTAN),
        ("+7 916 123 45 67", PhoneFault.NOT_KAZAKHSTAN),
        ("+1 202 555 0123", PhoneFault.NOT_KAZAKHSTAN),
        ("+998 90 123 45 67", PhoneFault.NOT_KAZAKHSTAN),
        ("+996 555 123456", PhoneFault.NOT_KAZAKHSTAN),
        ("8 (727) 397-47-90", PhoneFault.LANDLINE),
        ("+7 7172 55-55-55", PhoneFault.LANDLINE),
        ("8 751 123 45 67", PhoneFault.NOT_MOBILE),
        ("8 809 123 45 67", PhoneFault.NOT_KAZAKHSTAN),
    ],
)
def test_S25_only_a_mobile_number_of_kazakhstan_gets_a_code(written: str, fault: PhoneFault) -> None:
    with pytest.raises(BadPhone) as refused:
        Phone.parse(written)
    assert refused.value.code is fault


@given(st.text())
def test_any_text_is_a_phone_or_refused_and_nothing_else(text: str) -> None:
    with suppress(BadPhone):
        assert len(Phone.parse(text).e164) == 12


def test_a_phone_is_shown_as_people_read_it_aloud() -> None:
    phone = Phone.parse("87011234567")
    assert (phone.shown, phone.last_two) == ("+7 701 123-45-67", "67")
    assert shown("+77272333960") == "+7 727 233-39-60"


def test_S18_a_phone_does_not_reach_a_log_by_its_repr_or_its_error() -> None:
    assert "123" not in repr(Phone.parse("87011234567"))
    with pytest.raises(BadPhone) as refused:
        Phone.parse("8 916 123 45 67")
    assert "916" not in str(refused.value)


def test_the_number_tables_are_not_loaded_before_a_number_is_read() -> None:
    program = "import sys, rules.phone, rules.home_call; print('phonenumbers' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"
