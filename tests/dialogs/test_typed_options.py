"""No two options of one question are typed alike, in either language, however their letters fold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

import pytest

import locales
from dialogs.engine import Answered, Journal, Kind, NotRead, Option, Plain, Question, Said, T, fold, read
from dialogs.menu import menu
from tests.dialogs.lock import questions

YES_NO = Question("q", (T("q"),), T("hint"), (Option("yes", Plain("Иә, дұрыс")), Option("no", Plain("Жоқ"))))


@pytest.fixture(scope="module")
def asked() -> list[Question]:
    """Every question of every dialog, as the walks of the list of questions meet them."""
    return list(questions())


def test_no_two_labels_of_one_question_fold_alike(asked: list[Question]) -> None:
    assert len(asked) > 100
    for question in asked:
        _apart(question.key, question.options)
    _apart("menu", menu().leads)


def _apart(key: str, options: Iterable[Option]) -> None:
    for one, other in _pairs(options):
        for locale in locales.LOCALES:
            said, said_too = (fold(locales.render(option.label, locale)) for option in (one, other))
            assert said != said_too, (key, one.id, other.id, said)


def _pairs(options: Iterable[Option]) -> Iterator[tuple[Option, Option]]:
    """Two doctors may bear one name: a typed name chooses neither, and numbers tell them apart."""
    for one, other in combinations(options, 2):
        if not (isinstance(one.label, Plain) and one.label == other.label):
            yield one, other


def test_no_word_that_is_understood_means_two_options_of_one_question(asked: list[Question]) -> None:
    for question in asked:
        for one, other in _pairs(question.options):
            both = locales.spellings(one) & locales.spellings(other)
            assert not both, (question.key, one.id, other.id, both)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ia, durys", "yes"),
        ("iä, dūrys", "yes"),
        ("joq", "no"),
        ("жоқ, рахмет", "no"),
        ("zhok zhok", "no"),
        ("екінші", "no"),
        ("birinshi", "yes"),
        ("2-ші", "no"),
        ("№1", "yes"),
        ("вариант 2", "no"),
        ("2 жоқ", "no"),
        ("1 жоқ", None),
        ("үш", None),
        ("бір екі", None),
        ("иә?", None),
        ("1?", None),
        ("я один", None),
        ("раз", None),
        ("біреу", None),
        ("иә емес", None),
    ],
)
def test_an_option_is_understood_as_people_type_it(typed: str, meant: str | None) -> None:
    reading = read(YES_NO, "", Journal(), Said(typed), locales.spellings, locales.ways)
    assert (reading.entry.value if isinstance(reading, Answered) else None) == meant
    if meant is None:
        assert reading == NotRead(T("hint"))


def test_words_that_the_question_itself_reads_are_taken_as_they_stand() -> None:
    open_too = Question("q", (T("q"),), T("hint"), YES_NO.options, reads=lambda sent: "words")
    reading = read(open_too, "", Journal(), Said("екінші"), locales.spellings, locales.ways)
    assert isinstance(reading, Answered)
    assert reading.entry.value == "words"


@pytest.mark.parametrize(
    "typed",
    [
        "Не",
        "не?",
        "нет?",
        "не 2",
        "я один",
        "раз",
        "біреу",
        "он",
        "да нет",
        "жоқ емес",
        "не хочу",
        "не отправлять",
    ],
)
def test_nothing_is_sent_signed_erased_or_passed_by_words_that_mean_something_else(
    asked: list[Question], typed: str
) -> None:
    for question in asked:
        reading = read(question, "", Journal(), Said(typed), locales.spellings, locales.ways)
        assert not (isinstance(reading, Answered) and reading.entry.kind is Kind.OPTION), question.key
