"""An address at which a doctor is to find a door, read from one line as people write it."""

import re
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Final

from dialogs.engine import Json, T

LONGEST_ADDRESS: Final = 200

_NUMBER: Final = (
    r"([0-9]{1,5}(?:\s?[/-]\s?[0-9]{1,4})?(?:\s?[«\"]?[а-яёәғқңөұүһіa-z][»\"]?(?![а-яёәғқңөұүһіa-z]))?)"
)
_SHORT: Final = r"([0-9]{1,4})"
# Each part by its word, before or after the number: "25-пәтер", "кв. 25", "кв25".
_PARTS: Final = (
    ("flat", r"(?:квартира|кв|пәтер|патер|пат)", _NUMBER),
    ("entrance", r"(?:подъезд|под|п-д|кіреберіс|киреберис)", _SHORT),
    ("floor", r"(?:этаж|эт|қабат|кабат)", _SHORT),
    ("intercom", r"(?:домофон|код|дмф)", r"([0-9*#кkвв]{1,10})"),
    ("house", r"(?:дом|д|үй|уй)", _NUMBER),
)
_ENDS_IN_NUMBER: Final = re.compile(r"[0-9][^\s0-9]{0,3}\s*$")
_TAIL_HOUSE: Final = re.compile(rf"[\s,]{_NUMBER}\s*$", re.IGNORECASE)
_TAIL_FLAT: Final = re.compile(rf"(.*[0-9][а-яёa-z]?)\s*(?:-|,\s*|\s)\s*{_NUMBER}\s*$", re.IGNORECASE)

WORDS_ALONE: Final = re.compile(
    r"(?<!\w)(?:улица|ул|көше(?:сі)?|коше(?:си)?|проспект|пр|пр-т|даңғыл(?:ы)?|микрорайон|мкр|мкрн|"
    r"ықшамаудан(?:ы)?|адрес|мекенжай(?:ы)?|дом|үй)(?!\w)",
    re.IGNORECASE,
)
"""Words that go before or after a name, and name nothing by themselves."""


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """Where the patient lies; any part may be missing but street and house, or a point instead of them.

    ``whole`` is the registry's own line, kept as it stands. Degrees are decimal.
    """

    street: str = ""
    house: str = ""
    flat: str = ""
    entrance: str = ""
    floor: str = ""
    intercom: str = ""
    whole: str = ""
    latitude: float | None = None
    longitude: float | None = None

    def __repr__(self) -> str:
        # A repr ends up in logs and tracebacks.
        return "Address(****)"

    @property
    def as_json(self) -> dict[str, Json]:
        """The parts that are there, as the journal keeps them."""
        parts = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in parts.items() if value not in ("", None)}

    def cut(self, most: int) -> "Address":
        """The same with no part longer than ``most`` characters, for where there is little room."""
        return replace(self, whole=cut(self.whole, most), street=cut(self.street, most))

    @property
    def lines(self) -> tuple[T, ...]:
        """The address as its reader sees it, one labelled part a line."""
        parts = [
            T(f"address.{name}", value=str(getattr(self, name)))
            for name in ("whole", "street", "house", "flat", "entrance", "floor", "intercom")
            if getattr(self, name)
        ]
        if self.latitude is not None and self.longitude is not None:
            parts.insert(0, T("address.point", place=f"{self.latitude:.5f}, {self.longitude:.5f}"))
        return tuple(parts)


def cut(text: str, most: int) -> str:
    """At most so many characters of the text; that there are more is marked."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip(' ,')}…"


def read_address(line: str) -> Address:
    """The parts found in one typed line; what has no name of its own is the street."""
    found: dict[str, str] = {}
    rest = ", ".join(_named(part, found) for part in " ".join(line.split()).split(","))
    rest = rest.strip(" ,.;")
    if "house" not in found:
        found, rest = _house_at_the_end(found, rest)
    return Address(
        street=rest.strip(" ,.;-"),
        house=found.get("house", ""),
        flat=found.get("flat", ""),
        entrance=found.get("entrance", ""),
        floor=found.get("floor", ""),
        intercom=found.get("intercom", ""),
    )


def _named(part: str, found: dict[str, str]) -> str:
    """Move the named parts between two commas into ``found``; return the rest."""
    for name, word, number in _PARTS:
        taken, part = _take(part, word, number)
        if taken:
            found.setdefault(name, taken)
    return part.strip()


def _take(text: str, word: str, number: str) -> tuple[str, str]:
    """Take "<word>. <number>" or "<number>-<word>" out of the text."""
    word_first, number_first = _ways(word, number)
    # "53 кв 4 подъезд 2" can be read both ways: how the line ends tells which.
    ways = (word_first, number_first) if _ENDS_IN_NUMBER.search(text) else (number_first, word_first)
    for pattern in ways:
        found = pattern.search(text)
        if found:
            return found[1].strip(), f"{text[: found.start()].strip()} {text[found.end() :].strip()}".strip()
    return "", text


@cache
def _ways(word: str, number: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    word_first = rf"(?<!\w){word}\.?\s*№?\s*{number}(?!\w)"
    number_first = rf"(?<!\w){number}\s?-?\s?{word}(?!\w)\.?"
    return re.compile(word_first, re.IGNORECASE), re.compile(number_first, re.IGNORECASE)


def _house_at_the_end(found: dict[str, str], rest: str) -> tuple[dict[str, str], str]:
    """Read "Абая 10-25" or "Абая 10, 25" by its last numbers: house, then flat."""
    with_flat = _TAIL_FLAT.fullmatch(rest) if "flat" not in found else None
    if with_flat and _TAIL_HOUSE.search(with_flat[1]):
        found, rest = found | {"flat": with_flat[2]}, with_flat[1]
    house = _TAIL_HOUSE.search(rest)
    if house is None:
        return found, rest
    return found | {"house": house[1].strip()}, rest[: house.start()]
