"""Distances between places, as the nearest clinic is found by them."""

import pytest

from rules.distance import is_another_city, kilometres

ALMATY, ASTANA, KONAYEV = (43.25, 76.93), (51.17, 71.43), (43.87, 77.06)


def test_a_place_is_no_way_from_itself() -> None:
    assert kilometres(*ALMATY, *ALMATY) == 0


def test_a_degree_to_the_north_is_111_kilometres() -> None:
    assert kilometres(43, 76, 44, 76) == pytest.approx(111.19, abs=0.01)


def test_AT_02_a_place_in_another_city_is_told_from_one_at_the_edge_of_this_one() -> None:
    assert kilometres(*ALMATY, *ASTANA) == pytest.approx(970, abs=15)
    assert is_another_city(kilometres(*ALMATY, *ASTANA))
    assert is_another_city(kilometres(*ALMATY, *KONAYEV))
    assert not is_another_city(kilometres(*ALMATY, 43.40, 77.20))


def test_half_way_around_the_world_is_half_its_circumference() -> None:
    assert kilometres(0, 0, 0, 180) == pytest.approx(20015, abs=1)
