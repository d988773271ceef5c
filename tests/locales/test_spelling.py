"""Every word a person reads is in the dictionary, or on the list that a person has read."""

import pytest

from locales import LOCALES
from tests.locales.spelling import accepted, unknown_words


@pytest.mark.parametrize("locale", LOCALES)
def test_no_word_is_misspelt(locale: str) -> None:
    assert not unknown_words(locale), "correct them, or read tests/locales/spelling.py on how to accept them"


@pytest.mark.parametrize("locale", LOCALES)
def test_the_list_of_accepted_words_is_sorted_out(locale: str) -> None:
    assert all(any(letter.isalpha() for letter in word) for word in accepted(locale))
