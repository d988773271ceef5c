"""What people type is matched with what is offered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.engine import Answered, Journal, NotRead, Option, Plain, Question, Said, T, clean, fold, read

YES_NO = Question("q", (T("q"),), T("hint"), (Option("yes", Plain("Иә, дұрыс")), Option("no", Plain("Жоқ"))))


def spellings(option: Option) -> set[str]:
    """Return the folded label."""
    assert isinstance(option.label, Plain)
    return {fold(option.label.text)}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1", "yes"),
        (" 2. ", "no"),
        ("2)", "no"),
        ("Иә, дұрыс", "yes"),
        ("ие дурыс", None),
        ("иа дурыс", "yes"),
        ("ИӘ ДҰРЫС!", "yes"),
        ("жок", "no"),
        ("ЖОҚ.", "no"),
        ("3", None),
        ("0", None),
        ("٢", None),
        ("", None),
    ],
)
def test_a_label_may_be_typed_with_or_without_kazakh_letters_or_as_a_number(
    typed: str, meant: str | None
) -> None:
    reading = read(YES_NO, "", Journal(), Said(typed), spellings)
    assert (reading.entry.value if isinstance(reading, Answered) else None) == meant
    if meant is None:
        assert reading == NotRead(T("hint"))


def test_words_that_fit_two_options_choose_neither() -> None:
    both = Question("q", (T("q"),), T("hint"), (Option("a", Plain("Да")), Option("b", Plain("да!"))))
    assert read(both, "", Journal(), Said("да"), spellings) == NotRead(T("hint"))


@given(st.text())
def test_S42_cleaned_text_has_no_control_or_direction_marks(text: str) -> None:
    import unicodedata

    assert all(c == "\n" or unicodedata.category(c)[0] != "C" for c in clean(text))


@given(st.text(max_size=6000))
def test_whatever_is_typed_gets_an_answer_and_never_an_error(text: str) -> None:
    assert isinstance(read(YES_NO, "", Journal(), Said(clean(text)), spellings), Answered | NotRead)


def test_cleaning_keeps_kazakh_words_and_lines_as_typed() -> None:
    assert clean("  Абай\u202e даңғылы,\u200b 10\nпәтер 5\x00 ") == "Абай даңғылы, 10\nпәтер 5"
