"""How far two places are from each other, and when a person looks for a clinic from another city."""

from math import asin, cos, radians, sin, sqrt
from typing import Final

from rules.law import Limit, rule
from rules.sources import house_default

_EARTH_RADIUS_KM: Final = 6371.0088

ANOTHER_CITY_FROM: Final = Limit(60, "count", house_default("kilometres to the nearest clinic of the list"))


def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The way as the crow flies between two places, given in degrees (haversine)."""
    north, east = radians(other_lat - lat), radians(other_lon - lon)
    chord = sin(north / 2) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(east / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord)))


@rule("AT-02")
def is_another_city(kilometres_to_nearest: float) -> bool:
    """True if the nearest clinic is so far that the place shared lies in another city."""
    return kilometres_to_nearest > ANOTHER_CITY_FROM.value
