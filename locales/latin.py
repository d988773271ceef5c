"""Kazakh and Russian in Latin letters, so that an SMS of two parts becomes one (a setting).

Kazakh goes by the alphabet of 2021, Russian by the letters of passports; both keep to the letters of GSM
03.38, which every phone shows. What those do not have is written by others: ş sh, ğ gh, ŋ ñ, ū uu, ı i, i (и)
ii, i (й) ì. Each word can be read back: where two letters would read as one, "_" stands between them.
"""

import re
from collections.abc import Mapping
from functools import partial
from typing import Final

from locales.segments import GSM_ALPHABET, GSM_EXTENSION


def _paired(text: str) -> dict[str, str]:
    signs = text.split()
    return dict(zip(signs[::2], signs[1::2], strict=True))


KAZAKH: Final = _paired(
    "а a ә ä б b в v г g ғ gh д d е e ё io ж j з z и ii й ì к k қ q л l м m н n ң ñ о o ө ö п p р r с s т t "
    "у u ұ uu ү ü ф f х h һ hh ц c ч ch ш sh щ shch ъ \" ы y і i ь ' э é ю iu я ia"
)
RUSSIAN: Final = _paired(
    "а a б b в v г g д d е e ё yo ж zh з z и i й j к k л l м m н n о o п p р r с s т t у u ф f х kh ц c ч ch "
    "ш sh щ shch ъ \" ы y ь ' э é ю yu я ya"
)
BETWEEN: Final = "_"
"""Stands where two letters would be read as one; it is in no word."""

_KAZAKH_ONLY: Final = frozenset("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
_SURELY_RUSSIAN: Final = 20
"""Letters of a line; hardly a line of Kazakh so long is without a single letter that only Kazakh has."""
_SIGNS: Final = str.maketrans(
    _paired('« " » " “ " ” " „ " ’ \' – - — - − - … ... № N ₸ tg • - · - → ->')
    | {"\u00a0": " ", "\u202f": " "}
)
_WORD: Final = re.compile(r"[а-яёәғқңөұүһі]+", re.IGNORECASE)


def in_latin(text: str) -> str:
    """Return the text in Latin letters; as it was if it has a sign that cannot be written in them."""
    lines, kazakh = text.split("\n"), bool(_KAZAKH_ONLY & set(text))
    written: list[str] = []
    for line in lines:
        kazakh = _is_kazakh(line, before=kazakh)
        table = KAZAKH if kazakh else RUSSIAN
        written.append(_WORD.sub(partial(_of_match, table), line))
    whole = "\n".join(written).translate(_SIGNS)
    return whole if all(sign in GSM_ALPHABET or sign in GSM_EXTENSION for sign in whole) else text


def latin_word(word: str, table: Mapping[str, str]) -> str:
    """Return one word of Cyrillic letters by a table; two different words are never written alike."""
    shouted = len(word) > 1 and word.isupper()
    spelling = _spellings(table)
    written = ""
    for letter in reversed(word):
        own = _cased(letter, table[letter.lower()], shouted=shouted)
        # Written from the end, so that what follows is known: is the first sign read from here this letter?
        read = next(one for one in spelling if (own + written).lower().startswith(one))
        written = own + ("" if read == own.lower() else BETWEEN) + written
    return written


def _cased(letter: str, latin: str, *, shouted: bool) -> str:
    if not letter.isupper():
        return latin
    # GSM has no capital of this one: a capital I before it says so.
    if latin == "ì":
        return "Iì"
    return latin.upper() if shouted else latin[:1].upper() + latin[1:]


def _spellings(table: Mapping[str, str]) -> list[str]:
    return sorted({*table.values(), "iì"}, key=len, reverse=True)


def _is_kazakh(line: str, *, before: bool) -> bool:
    if _KAZAKH_ONLY & set(line):
        return True
    letters = sum(len(word) for word in _WORD.findall(line))
    return before and letters < _SURELY_RUSSIAN


def _of_match(table: Mapping[str, str], found: re.Match[str]) -> str:
    return latin_word(found[0], table)
