"""People: names, ages, and who may act for whom."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.iin import Iin
from rules.law import GroundCode, Refused
from rules.people import Attachment, Guardianship, NotBornYet, Person, age_band, age_on
from rules.phone import Phone
from rules.representation import IdentityDocument, document_needed, is_child, may_act_for, may_be_newborn

BORN = date(2010, 11, 21)
DAY_BEFORE_16 = date(2026, 11, 20)
MOTHER = Person(
    "m",
    Iin("880412294549"),
    "Сейітова",
    "Айгүл",
    "Қанатқызы",
    date(1988, 4, 12),
    Phone("+77010000001"),
    "kk",
    None,
)
CHILD = Person("c", Iin("101121194344"), "Ким", "Марк", None, BORN, None, "ru", None)
LINK = Guardianship("c", "m", "parent", BORN)


def test_GEN_06_E_16_a_child_of_fifteen_shows_a_birth_certificate() -> None:
    assert document_needed(BORN, DAY_BEFORE_16) is IdentityDocument.BIRTH_CERTIFICATE


def test_GEN_06_E_16_from_the_sixteenth_birthday_an_identity_document_is_shown() -> None:
    assert document_needed(BORN, DAY_BEFORE_16 + timedelta(days=1)) is IdentityDocument.IDENTITY_DOCUMENT


def test_G_09_a_parent_acts_for_a_child_until_the_day_before_its_sixteenth_birthday() -> None:
    assert is_child(BORN, DAY_BEFORE_16)
    assert may_act_for(MOTHER, CHILD, LINK, DAY_BEFORE_16).allowed
    refused = may_act_for(MOTHER, CHILD, LINK, DAY_BEFORE_16 + timedelta(days=1))
    assert isinstance(refused, Refused)
    assert refused.ground.code is GroundCode.NO_AUTHORITY


def test_G_09_everybody_acts_for_themself() -> None:
    assert may_act_for(MOTHER, MOTHER, None, DAY_BEFORE_16).allowed
    assert may_act_for(CHILD, CHILD, None, DAY_BEFORE_16).allowed


@pytest.mark.parametrize(
    "link",
    [
        None,
        Guardianship("c", "somebody", "parent", BORN),
        Guardianship("another", "m", "parent", BORN),
        Guardianship("c", "m", "guardian", BORN, DAY_BEFORE_16 - timedelta(days=1)),
        Guardianship("c", "m", "guardian", DAY_BEFORE_16 + timedelta(days=1)),
    ],
)
def test_G_09_without_a_link_that_holds_today_nobody_acts_for_a_child(link: Guardianship | None) -> None:
    assert not may_act_for(MOTHER, CHILD, link, DAY_BEFORE_16).allowed


def test_GEN_05_a_guardianship_counts_on_its_last_day() -> None:
    last_day = Guardianship("c", "m", "guardian", BORN, DAY_BEFORE_16)
    assert may_act_for(MOTHER, CHILD, last_day, DAY_BEFORE_16).allowed


def test_G_10_a_newborn_may_be_without_an_iin_for_sixty_days() -> None:
    assert may_be_newborn(date(2026, 9, 21), DAY_BEFORE_16)
    assert not may_be_newborn(date(2026, 9, 20), DAY_BEFORE_16)
    assert not may_be_newborn(date(2026, 11, 21), DAY_BEFORE_16)


@pytest.mark.parametrize(
    ("birth", "band"),
    [
        (date(2026, 11, 20), "0-1"),
        (date(2025, 11, 21), "0-1"),
        (date(2025, 11, 20), "1-5"),
        (date(2020, 11, 20), "6-15"),
        (date(2010, 11, 21), "6-15"),
        (date(2010, 11, 20), "16-17"),
        (date(2008, 11, 20), "18-62"),
        (date(1963, 11, 21), "18-62"),
        (date(1963, 11, 20), "63+"),
        (date(1935, 5, 9), "63+"),
    ],
)
def test_staff_see_an_age_band_and_not_an_age(birth: date, band: str) -> None:
    assert age_band(birth, DAY_BEFORE_16) == band


def test_who_was_born_on_29_february_turns_older_on_1_march() -> None:
    assert age_on(date(2004, 2, 29), date(2026, 2, 28)) == 21
    assert age_on(date(2004, 2, 29), date(2026, 3, 1)) == 22
    assert age_on(date(2004, 2, 29), date(2028, 2, 29)) == 24


def test_an_age_before_birth_is_refused() -> None:
    with pytest.raises(NotBornYet):
        age_on(date(2026, 11, 21), DAY_BEFORE_16)


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 40000))
def test_nobody_grows_younger(birth: date, days: int) -> None:
    day = birth + timedelta(days=days)
    assert age_on(birth, day) <= age_on(birth, day + timedelta(days=1)) <= age_on(birth, day) + 1


def test_names_are_written_with_and_without_a_patronymic() -> None:
    assert (MOTHER.full_name, MOTHER.short_name) == ("Сейітова Айгүл Қанатқызы", "Сейітова А. Қ.")
    assert (CHILD.full_name, CHILD.short_name) == ("Ким Марк", "Ким М.")


def test_S18_a_person_does_not_reach_a_log_by_their_repr() -> None:
    assert repr(MOTHER) == "Person(m)"
    assert "m" in repr(Attachment("m", 5, BORN))
