"""Finding a clinic as people name it."""

import pytest

from dialogs.clinics import clinics, named
from dialogs.menu import menu
from tests.dialogs.registry import CLINICS
from tests.dialogs.talk import Talk


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("7", [7]),
        ("№ 7", [7]),
        ("7-я поликлиника", [7]),
        ("городская поликлиника 7", [7]),
        ("7 емхана", [7]),
        ("5", [5, 19]),
        ("детская", [19]),
        ("балалар 5", [19]),
        ("БАЛАЛАР", [19]),
        ("75", []),
        ("поликлиника", []),
        ("😀", []),
    ],
)
def test_G_86_a_clinic_is_found_by_its_number_or_kind(words: str, found: list[int]) -> None:
    assert [clinic.no for clinic in named(words, CLINICS)] == found


def test_a_typed_number_is_the_clinics_and_not_the_place_in_the_list() -> None:
    talk = Talk(clinics).say("8")
    assert "№ 8" in talk.reads


def test_HC_18_all_clinics_can_be_reached_in_pages() -> None:
    talk = Talk(clinics)
    assert len(talk.options) == 9
    talk.press("more", "more")
    assert talk.buttons == ["ГП № 17", "ГП № 18", "ДГП № 5"]
    assert "Детская поликлиника № 5" in talk.press("19").reads
    assert Talk(clinics).press("more").back()


def test_GEN_10_a_clinics_card_shows_its_phone_its_hours_and_1414() -> None:
    card = Talk(clinics).say("7").reads
    for part in ("+7 727 397-47-90", "08:00–20:00", "09:00–14:00", "1414", "103"):
        assert part in card


def test_too_many_clinics_or_none_are_answered_with_what_to_type() -> None:
    assert "5" in Talk(clinics).say("Марс").hint
    assert "19" in Talk(clinics).say("Гоголя").hint


def test_PC_02_the_menu_offers_what_is_there_and_nothing_else() -> None:
    offered = [option.id for option in menu().leads]
    assert offered == [
        "start:home_call",
        "start:appointment",
        "start:cabinet",
        "start:clinics",
        "language",
        "help",
    ]
