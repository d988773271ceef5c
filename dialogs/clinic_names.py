"""How people name a clinic: its number in figures or words, its kind, its street under any of its names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from dialogs.engine import fold
from dialogs.facts import Street
from rules.clinics import Clinic, Takes

_PIECES: Final = re.compile(r"[0-9]+|[^\W\d_]+")
_SHORTEST_WORD: Final = 3
_STEM: Final = 5
"""Letters by which two forms of one word are taken for the same: "Гоголя" and "Гоголь"."""


def _folded(words: str) -> frozenset[str]:
    return frozenset(fold(word) for word in words.split())


# Words that stand in nearly every name or address, by their beginnings.
_EVERYWHERE: Final = tuple(
    _folded(
        "поликлин емхан қалалық городск номер нөмір алмат улиц көше даңғыл проспект просп мкр микрорайон "
        "ықшамаудан шағынаудан дом үйі около возле рядом жанында район мне моя менің нужна нужен керек"
    )
)
# What is left of "5-інші", "5-ого" once the figure is cut off.
_ENDINGS: Final = _folded("інші ыншы ншы нші сінші шісі шысы ого ому ший")
_ADULTS: Final = tuple(_folded("взросл ересек үлкендер"))
_POLYCLINIC: Final = tuple(_folded("поликлин емхан"))

# Short for a children's city polyclinic, as it stands on its door.
_SHORT_FOR: Final = {fold("гдп"): fold("детская"), fold("дгп"): fold("детская")}

_RUSSIAN: Final = (
    "перв втор трет четверт пят шест седьм восьм девят десят одиннадцат двенадцат тринадцат четырнадцат "
    "пятнадцат шестнадцат семнадцат восемнадцат девятнадцат двадцат"
).split()
_RUSSIAN_ENDINGS: Final = ["", *"ая ой ую ый ий ое ом ого ому я ья ью ьей ьего ь".split()]
# "Пятёрка": from two on; "единица" is no clinic's name.
_NICKNAMES: Final = [
    fold(stem) for stem in "двойк тройк четверк пятерк шестерк семерк восьмерк девятк десятк".split()
]
_COUNTS: Final = (
    "бірінші екінші үшінші төртінші бесінші алтыншы жетінші сегізінші тоғызыншы оныншы",
    "бір екі үш төрт бес алты жеті сегіз тоғыз он",
    "один два три четыре пять шесть семь восемь девять десять",
)
_FIGURES: Final = {
    **{
        fold(stem + ending): str(number)
        for number, stem in enumerate(_RUSSIAN, start=1)
        for ending in _RUSSIAN_ENDINGS
    },
    **{fold(word): str(number) for count in _COUNTS for number, word in enumerate(count.split(), start=1)},
}
_TWENTY: Final = _folded("жиырма жиырмасыншы двадцать")
_TEN: Final = fold("он")


def named(text: str, clinics: tuple[Clinic, ...], streets: tuple[Street, ...] = ()) -> tuple[Clinic, ...]:
    """The clinics that these words may mean: "5", "пятая", "бесінші", "детская 4", "Фурманова"."""
    pieces = _numbered(_pieces(text))
    adults = any(piece.startswith(_ADULTS) for piece in pieces)
    told = [piece for piece in pieces if not piece.startswith(_ADULTS)]
    told = [piece for piece in told if piece.isdigit() or _is_telling(piece)]
    if not told:
        return ()
    found = _among(clinics, _readings(told, streets))
    if adults:
        found = tuple(one for one in found if one.takes is not Takes.CHILDREN)
    if adults or any(piece.startswith(_POLYCLINIC) for piece in pieces):
        # Whoever says so means no hospital, where there is a polyclinic that fits.
        return tuple(one for one in found if _is_polyclinic(one)) or found
    return found


def _is_polyclinic(clinic: Clinic) -> bool:
    return any(piece.startswith(_POLYCLINIC) for piece in _Names.of(clinic).name)


def _pieces(text: str) -> list[str]:
    return _PIECES.findall(fold(text))


def _is_telling(piece: str) -> bool:
    return len(piece) >= _SHORTEST_WORD and piece not in _ENDINGS and not piece.startswith(_EVERYWHERE)


def _among(clinics: tuple[Clinic, ...], readings: list[list[str]]) -> tuple[Clinic, ...]:
    """By the number of the name; else by the number of the house; else by the street alone."""
    known = [(clinic, _Names.of(clinic)) for clinic in clinics]
    for fits in (_Names.by_name, _Names.by_house, _Names.by_street):
        found = tuple(clinic for clinic, names in known if any(fits(names, reading) for reading in readings))
        if found:
            return found
    return ()


@dataclass(frozen=True, slots=True)
class _Names:
    """The words and figures of one clinic, folded."""

    name: tuple[str, ...]
    address: tuple[str, ...]

    @classmethod
    def of(cls, clinic: Clinic) -> "_Names":
        names = f"{clinic.name_ru} {clinic.name_kk} {clinic.short_ru} {clinic.short_kk}"
        return cls(tuple(_pieces(names)), tuple(_pieces(clinic.address)))

    def by_name(self, reading: list[str]) -> bool:
        """True if every figure is of the name, and every word of the name or the address."""
        return all(piece in self.name if piece.isdigit() else self._says(piece) for piece in reading)

    def by_house(self, reading: list[str]) -> bool:
        """True if the figures are those of the address; without a word, a figure is a number of a name."""
        if not any(piece.isalpha() for piece in reading):
            return False
        return all(piece in self.address if piece.isdigit() else self._says(piece) for piece in reading)

    def by_street(self, reading: list[str]) -> bool:
        """True if the words are of the address, whatever the house."""
        words = [piece for piece in reading if piece.isalpha()]
        return bool(words) and all(_is_among(word, self.address) for word in words)

    def _says(self, word: str) -> bool:
        return _is_among(word, (*self.name, *self.address))


def _is_among(word: str, words: tuple[str, ...]) -> bool:
    return any(one.startswith(word[:_STEM]) for one in words)


def _readings(told: list[str], streets: tuple[Street, ...]) -> list[list[str]]:
    """What was said, and the same with each street under its other names."""
    readings = [told]
    for street in streets:
        names = [_street_words(name) for name in (street.name_ru, street.name_kk, *street.old_names)]
        for said in names:
            rest = _without(told, said)
            if rest is not None:
                readings.extend([*rest, *other] for other in names if other and other != said)
    return readings


@cache
def _street_words(name: str) -> tuple[str, ...]:
    return tuple(piece for piece in _pieces(name) if piece.isdigit() or _is_telling(piece))


def _without(told: list[str], said: tuple[str, ...]) -> list[str] | None:
    """What is left when the name is taken out; None if it is not all there."""
    if not said or not all(any(_same(word, piece) for piece in told) for word in said):
        return None
    return [piece for piece in told if not any(_same(word, piece) for word in said)]


def _same(word: str, piece: str) -> bool:
    return word == piece or (len(piece) >= _STEM and word.startswith(piece[:_STEM]))


def _numbered(pieces: list[str]) -> list[str]:
    """The same with numbers in figures: "двадцать четвёртая" and "жиырма төртінші" are 24."""
    return list(_joined([_number(piece) or _SHORT_FOR.get(piece, piece) for piece in pieces], pieces))


def _joined(pieces: list[str], said: list[str]) -> Iterator[str]:
    at = 0
    while at < len(pieces):
        tens = said[at] in _TWENTY or said[at] == _TEN
        following = pieces[at + 1] if at + 1 < len(pieces) else ""
        if tens and following.isdigit() and not said[at + 1].isdigit() and int(following) < 10:
            yield str(int(pieces[at]) + int(following))
            at += 2
            continue
        yield pieces[at]
        at += 1


def _number(piece: str) -> str | None:
    """The figure that one word says, in any of its forms."""
    if piece in _TWENTY:
        return "20"
    if piece in _FIGURES:
        return _FIGURES[piece]
    return next((str(no) for no, stem in enumerate(_NICKNAMES, start=2) if piece.startswith(stem)), None)
