"""The number of a request, read aloud and typed back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.request_number import BadNumber, RequestNumber


@pytest.mark.parametrize(
    "typed", ["05-004512", " № 05-004512 ", "#05-004512", "05 004512", "05–004512", "05004512"]
)
def test_G_68_a_number_is_read_however_it_is_typed(typed: str) -> None:
    assert RequestNumber.parse(typed) == RequestNumber(5, 4512)


@pytest.mark.parametrize(
    "typed", ["", "5-4512", "05-00451", "05-0045123", "00-004512", "05-000000", "٠٥-004512", "x"]
)
def test_G_68_anything_else_is_not_a_number(typed: str) -> None:
    with pytest.raises(BadNumber):
        RequestNumber.parse(typed)


@given(st.integers(1, 999), st.integers(1, 999_999))
def test_G_68_a_number_survives_being_written_and_read(clinic_no: int, serial: int) -> None:
    number = RequestNumber(clinic_no, serial)
    assert RequestNumber.parse(str(number)) == number
    assert len(str(number)) in (9, 10)


def test_G_68_the_serial_has_an_end_that_is_said_and_not_overrun() -> None:
    with pytest.raises(BadNumber):
        RequestNumber(5, 1_000_000)
