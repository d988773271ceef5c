"""How a reply about a consent is read, however it is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import locales
from bot.consents.reading import read

YES = ("иә", "ИӘ", "иа", "ия", "iya", "да", "Да!", "1", "")
NO = ("жоқ", "жок", "joq", "нет", "НЕТ.", "0")


@pytest.mark.parametrize("word", YES)
@pytest.mark.parametrize("form", ["{word} {code}", "{code} {word}", "{word}, {code}", "{code}\n{word}"])
def test_G_36_a_yes_and_the_code_in_any_order(word: str, form: str) -> None:
    said = read(form.format(word=word, code="123 456"))
    assert said is not None
    assert (said.code, said.unclear) == ("123456", False)
    assert said.yes in (True, None)


@pytest.mark.parametrize("word", NO)
@pytest.mark.parametrize("form", ["{word} {code}", "{code} {word}", "{word}:{code}"])
def test_G_36_a_no_and_the_code_in_any_order(word: str, form: str) -> None:
    said = read(form.format(word=word, code="123456"))
    assert said is not None
    assert (said.code, said.yes, said.unclear) == ("123456", False, False)


@pytest.mark.parametrize("word", ["отказ", "Против", "не разрешаю", "бас тартамын", "отозвать", "рұқсат жоқ"])
def test_G_36_a_refusal_in_other_words_beside_the_code_is_a_no(word: str) -> None:
    said = read(f"{word} 123456")
    assert said is not None
    assert (said.code, said.yes, said.unclear) == ("123456", False, False)


@pytest.mark.parametrize("text", ["Код 123456", "код: 123 456", "Мой код 123456", "kod 123456"])
def test_the_code_with_the_word_that_the_sms_has_before_it_is_the_code_alone(text: str) -> None:
    said = read(text)
    assert said is not None
    assert (said.code, said.yes, said.unclear) == ("123456", None, False)


@pytest.mark.parametrize("text", ["№ 93-000012", "93-000012 нет", "жоқ 93-000012"])
def test_the_number_of_a_request_is_not_taken_for_a_code(text: str) -> None:
    said = read(text)
    assert said is not None
    assert (said.code, said.number) == (None, "93-000012")


@given(st.text(max_size=200))
def test_whatever_is_sent_is_read_without_harm(text: str) -> None:
    said = read(text)
    assert said is None or said.verbatim == text


@given(st.text(alphabet="абвгәжоқнет iyajoqdanet01 .,", max_size=30))
def test_only_words_that_mean_yes_leave_a_code_to_be_consent(words: str) -> None:
    said = read(f"{words} 123456")
    rest = " ".join(words.replace(".", " ").replace(",", " ").split())
    meaning = locales.yes_or_no(rest) if rest else None
    if said is not None and said.code == "123456" and not said.unclear and said.yes is not False:
        assert not rest or meaning is True
