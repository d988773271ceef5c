"""An address read from one line, as people write it in both languages."""

import pytest

from dialogs.addresses import Address, read_address


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("Абай даңғылы, 10-үй, 25-пәтер", Address("Абай даңғылы", "10", "25")),
        ("пр. Абая, дом 10, кв. 25", Address("пр. Абая", "10", "25")),
        ("Абая 10-25", Address("Абая", "10", "25")),
        ("Абая 10, 25", Address("Абая", "10", "25")),
        ("Абая", Address("Абая")),
        ("ул. Шухова, 37 «б»", Address("ул. Шухова", "37 «б»")),
        ("Достык 12/4", Address("Достык", "12/4")),
        ("мкр Аксай-4, 17-33", Address("мкр Аксай-4", "17", "33")),
        ("Гоголя 53 кв 4 подъезд 2 этаж 5 домофон 14", Address("Гоголя", "53", "4", "2", "5", "14")),
        ("Абай к-сі 10 үй 25 пәтер 2 кіреберіс 4 қабат", Address("Абай к-сі", "10", "25", "2", "4")),
        ("микрорайон 5, дом 12а, кв 7, 3 подъезд", Address("микрорайон 5", "12а", "7", "3")),
        ("дом 5 улица Абая", Address("улица Абая", "5")),
    ],
)
def test_the_parts_of_an_address_are_found_in_one_line(line: str, parts: Address) -> None:
    assert parts == read_address(line)


def test_an_address_never_shows_itself_in_a_log() -> None:
    assert repr(read_address("Абая 10")) == "Address(****)"
