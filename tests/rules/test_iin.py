"""Reading an IIN: what people type, what is refused, and a second opinion on the check digit."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from idnumbers.nationalid import KAZ

from rules.iin import BadIin, Iin, IinFault, check_digit

GOOD = "880412294549"
ELEVEN = st.text("0123456789", min_size=11, max_size=11)


@pytest.mark.parametrize(
    "typed",
    [GOOD, " 880412294549 ", "880412 294549", "880412-294549", "88 04 12 29 45 49", "880412\u00a0294549\n",
     "880412\u202f294549", "880412–294549", "\ufeff880412294549"],
)  # fmt: skip
def test_G_13_an_iin_is_read_however_it_is_spaced(typed: str) -> None:
    assert Iin.parse(typed).digits == GOOD


@pytest.mark.parametrize(
    ("typed", "fault", "seen"),
    [
        ("", IinFault.EMPTY, 0),
        ("  - ", IinFault.EMPTY, 0),
        ("88O412294549", IinFault.LETTER_O, 11),
        ("88о412294549", IinFault.LETTER_O, 11),
        ("88o4122945", IinFault.LETTER_O, 9),
        ("ИИН 880412294549", IinFault.LETTERS, 12),
        ("моя мама", IinFault.LETTERS, 0),
        ("88041229454", IinFault.TOO_SHORT, 11),
        ("1", IinFault.TOO_SHORT, 1),
        ("8804122945499", IinFault.TOO_LONG, 13),
        ("880412294540", IinFault.CHECK_DIGIT, 12),
        ("😀", IinFault.LETTERS, 0),
        ("<b>880412294549</b>", IinFault.LETTERS, 12),
        # Arabic-Indic and full-width digits are digits to Python, and not to the state.
        ("٨٨٠٤١٢٢٩٤٥٤٩", IinFault.LETTERS, 0),
        ("８８０４１２２９４５４９", IinFault.LETTERS, 0),
        ("88041229454²", IinFault.LETTERS, 11),
    ],
)
def test_GEN_08_what_is_not_an_iin_is_refused_with_its_own_reason(
    typed: str, fault: IinFault, seen: int
) -> None:
    with pytest.raises(BadIin) as refused:
        Iin.parse(typed)
    assert (refused.value.fault, refused.value.digits_seen) == (fault, seen)


@pytest.mark.parametrize("fifth", "456")
def test_GEN_05_X_26_X_39_a_business_number_is_not_a_person(fifth: str) -> None:
    first = f"9901{fifth}000123"
    digit = check_digit(first)
    with pytest.raises(BadIin) as refused:
        Iin.parse(first + str(digit))
    assert refused.value.code is IinFault.BUSINESS


@given(ELEVEN)
def test_the_check_digit_agrees_with_an_implementation_that_is_not_ours(first: str) -> None:
    # Theirs tells the digit that belongs there, whatever the twelfth is; None, as ours, if there is none.
    assert check_digit(first) == KAZ.IndividualIDNumber.checksum(first + "0")


def test_a_number_with_ten_in_both_passes_does_not_exist() -> None:
    impossible = next(f"{n:011d}" for n in range(10**6) if check_digit(f"{n:011d}") is None)
    for last in "0123456789":
        with pytest.raises(BadIin):
            Iin.parse(impossible + last)


@given(st.text())
def test_any_text_is_an_iin_or_refused_and_nothing_else(text: str) -> None:
    with suppress(BadIin):
        assert len(Iin.parse(text).digits) == 12


@pytest.mark.parametrize(
    ("digits", "hint"),
    [
        ("880412294549", date(1888, 4, 12)),
        ("021126300008", date(1902, 11, 26)),
        ("261102650001", date(2026, 11, 2)),
        ("260231650001", None),
        ("880412999999", None),
    ],
)
def test_the_birth_date_in_the_digits_is_only_a_hint(digits: str, hint: date | None) -> None:
    assert Iin(digits).birth_date_hint == hint


def test_a_birth_date_that_disagrees_is_marked_and_not_refused() -> None:
    assert Iin.parse(GOOD).disagrees_with(date(1988, 4, 12))
    assert not Iin.parse(GOOD).disagrees_with(date(1888, 4, 12))


def test_G_14_only_the_last_four_digits_are_shown() -> None:
    assert Iin.parse(GOOD).last_four == "4549"


def test_S18_an_iin_does_not_reach_a_log_by_its_repr_or_its_error() -> None:
    assert GOOD[:6] not in repr(Iin.parse(GOOD))
    with pytest.raises(BadIin) as refused:
        Iin.parse("880412294540")
    assert "8804" not in str(refused.value)
