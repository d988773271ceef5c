"""Finding a clinic as people name it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dialogs.clinic_names import named
from dialogs.clinics import clinics
from dialogs.engine import SharedLocation
from dialogs.menu import menu
from rules.clinics import Clinic, Takes
from rules.people import Language
from tests.dialogs.registry import CLINICS, STREETS, Registry
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


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("5-я", [5, 19]),
        ("пятая", [5, 19]),
        ("в пятую поликлинику", [5, 19]),
        ("бесінші", [5, 19]),
        ("бесинши", [5, 19]),
        ("5-ші", [5, 19]),
        ("№5", [5, 19]),
        ("взрослая 5", [5]),
        ("ересектер 5", [5]),
        ("детская 5", [19]),
        ("пятая детская", [19]),
        ("5 балалар емханасы", [19]),
        ("балалар поликлиника 5", [19]),
        ("гдп 5", [19]),
        ("семнадцатая", [17]),
        ("он жетінші", [17]),
        ("он жеті", [17]),
        ("18-інші емхана", [18]),
        ("восемь", [8]),
        ("бронхит", []),
        ("Первомайская", []),
        ("двадцать первая", []),
    ],
)
def test_AT_02_a_clinic_is_found_as_people_say_it(words: str, found: list[int]) -> None:
    assert [clinic.no for clinic in named(words, CLINICS)] == found


HOSPITAL = replace(
    CLINICS[0],
    no=23,
    name_ru="Городская клиническая больница № 5",
    name_kk="№ 5 қалалық клиникалық аурухана",
    short_ru="Клин. больница № 5",
    short_kk="№ 5 клин. аурухана",
    takes=Takes.EVERYONE,
)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("5", [5, 19, 23]),
        ("поликлиника 5", [5, 19]),
        ("5 емхана", [5, 19]),
        ("пятая взрослая", [5]),
        ("больница 5", [23]),
        ("поликлиника клиническая 5", [23]),
    ],
)
def test_AT_02_who_says_polyclinic_is_not_asked_about_a_hospital(words: str, found: list[int]) -> None:
    assert [clinic.no for clinic in named(words, (*CLINICS, HOSPITAL))] == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("пятёрка", [5, 19]),
        ("в семёрку", [7]),
        ("девятка", [9]),
        ("5 poliklinika", [5, 19]),
        ("nomer 5", [5, 19]),
        ("besinshi", [5, 19]),
        ("pyataya", [5, 19]),
        ("detskaya 5", [19]),
        ("Balalar emhanasy", [19]),
        ("bronchitis", []),
    ],
)
def test_AT_02_a_clinic_is_found_by_its_nickname_and_in_latin_letters(words: str, found: list[int]) -> None:
    assert [clinic.no for clinic in named(words, CLINICS)] == found


def on_street(address: str) -> tuple[Clinic, ...]:
    """Clinic 3, at that address, among the others."""
    return tuple(replace(one, address=address) if one.no == 3 else one for one in CLINICS)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("улица Фурманова, 12", "Назарбаева"),
        ("улица Фурманова, 12", "на Назарбаева 12"),
        ("улица Фурманова, 12", "Назарбаев даңғылы"),
        ("проспект Назарбаева, 12", "фурманова"),
        ("проспект Назарбаева, 12", "поликлиника на Фурманова, 14"),
        ("улица Толе би, 159", "Төле би"),
        ("улица Толе би, 159", "Толе би 159"),
    ],
)
def test_AT_02_a_street_is_found_under_its_old_and_its_new_name(address: str, words: str) -> None:
    assert [clinic.no for clinic in named(words, on_street(address), STREETS)] == [3]


def placed() -> Registry:
    """Clinics 5 and 7 have places in Almaty; that of 7 has been checked."""
    places: dict[int, dict[str, Any]] = {
        5: {"lat": 43.26, "lon": 76.93},
        7: {"lat": 43.25, "lon": 76.90, "verified_on": date(2026, 11, 1)},
    }
    return Registry(clinics_listed=tuple(replace(one, **places.get(one.no, {})) for one in CLINICS))


def test_AT_02_by_a_shared_place_the_nearest_comes_first_with_its_distance() -> None:
    talk = Talk(clinics, registry=placed()).press("near")
    near = talk.send(SharedLocation(43.2605, 76.9301))
    assert [option.id for option in near.options] == ["5", "7", "list"]
    assert "ГП № 5: примерно 1 км, не проверено" in near.reads
    assert "ГП № 7: 2,7 км" in near.reads
    assert "Городская поликлиника № 5" in near.press("5").reads


def test_a_place_can_be_sent_without_pressing_anything_first() -> None:
    assert Talk(clinics, registry=placed()).send(SharedLocation(43.25, 76.9)).key == "clinics.clinic.near"


def test_a_place_in_another_city_leads_to_the_list() -> None:
    talk = Talk(clinics, registry=placed()).press("near").send(SharedLocation(51.13, 71.43))
    assert "другом городе" in talk.hint
    assert talk.press("list").key == "clinics.clinic"
    assert "№ 7" in talk.say("7").reads


def test_instead_of_a_place_the_street_may_be_typed() -> None:
    assert "№ 7" in Talk(clinics, registry=placed()).press("near").say("7").reads


def test_from_the_nearest_one_can_go_back_to_the_whole_list() -> None:
    talk = Talk(clinics, registry=placed()).press("near").send(SharedLocation(43.25, 76.9))
    assert talk.press("list").key == "clinics.clinic"


def test_AT_02_among_several_found_another_clinic_can_be_typed() -> None:
    several = Talk(clinics).say("5")
    assert several.key == "clinics.clinic.which"
    assert "№ 7" in several.say("7").reads
    again = Talk(clinics).say("5", "пятая")
    assert again.key == "clinics.clinic.which.2"
    assert "Детская поликлиника № 5" in again.say("детская").reads


def test_AT_02_beside_the_nearest_another_clinic_can_be_typed() -> None:
    near = Talk(clinics, registry=placed()).send(SharedLocation(43.25, 76.9))
    assert "№ 7" in near.say("7").reads


def test_whoever_types_again_and_again_is_led_to_the_buttons_at_last() -> None:
    last = Talk(clinics).say("5", "5", "5", "5", "5", "5")
    assert last.key == "clinics.clinic.which.5"
    assert "список" in last.hint or "списке" in last.hint
    assert "Городская поликлиника № 5" in last.press("5").reads


def test_where_no_place_is_known_none_is_asked_for() -> None:
    assert "near" not in [option.id for option in Talk(clinics).options]
    assert "неизвестно" in Talk(clinics).send(SharedLocation(43.25, 76.9)).hint


def test_by_sms_no_place_is_asked_for() -> None:
    talk = Talk(clinics, registry=placed())
    talk.channel = "sms"
    assert "near" not in [option.id for option in talk.options]


def test_no_place_is_kept_nearer_than_ten_metres() -> None:
    talk = Talk(clinics, registry=placed()).send(SharedLocation(43.2500789, 76.9000123))
    entry = talk.journal.find("clinics.clinic")
    assert entry is not None
    assert entry.value == {"place": [43.2501, 76.9]}


@pytest.mark.parametrize(
    ("locale", "parts"), [("ru", ["пандус", "кнопка вызова"]), ("kk", ["пандус", "шақыру түймесі"])]
)
def test_GEN_12_the_card_says_what_the_premises_have(locale: Language, parts: list[str]) -> None:
    ramp = tuple(
        replace(one, features=frozenset({"ramp", "call_button"})) if one.no == 7 else one for one in CLINICS
    )
    card = Talk(clinics, locale, registry=Registry(clinics_listed=ramp)).say("7").reads
    assert all(part in card for part in parts)
    assert "тактил" not in card


def test_GEN_12_what_is_not_known_of_the_premises_is_said_to_be_so() -> None:
    assert "данных нет" in Talk(clinics).say("7").reads


@pytest.mark.parametrize(("norm", "words"), [(10, "Места"), (9, "Мест для прикрепления сейчас нет")])
def test_G_21_the_card_says_whether_there_is_room(norm: int, words: str) -> None:
    listed = tuple(replace(one, norm=norm) if one.no == 7 else one for one in CLINICS)
    assert words in Talk(clinics, registry=Registry(clinics_listed=listed, counts={7: 9})).say("7").reads


def test_a_childrens_clinic_says_so() -> None:
    assert "детей до 18 лет" in Talk(clinics).say("детская").reads


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
        "start:attachment",
        "start:centre_info",
        "start:training",
        "start:complaint",
        "start:cabinet",
        "start:clinics",
        "language",
        "help",
    ]
