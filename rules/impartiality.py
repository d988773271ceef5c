"""Who may see and handle a complaint: never whoever it is about, and never nobody (G-61).

The office's own people come first, then the heads, then the administrators; where none is left, the city
learns the number and nothing more.
"""

import itertools
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from rules.law import Limit, rule
from rules.sources import house_default
from rules.staff_roles import Role

LEVELS: Final[tuple[Role, ...]] = ("officer", "head", "administrator")
"""Who answers for a complaint, from the first to the last; an escalation adds the next."""

CITY: Final = len(LEVELS)
"""The level at which nobody of the clinic is left."""

SHORTEST_SURNAME: Final = Limit(4, "count", house_default("G-61", "shorter ones are parts of other words"))
LONGEST_ENDING: Final = Limit(5, "count", house_default("G-61", "letters of a case ending of a surname"))

_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ALIKE: Final = str.maketrans(
    {
        **dict(zip("әғқңөұүһіё", "агкноуухие", strict=True)),
        # Latin letters that look the same, as a keyboard left in the wrong alphabet writes them.
        **dict(zip("aeopcxykmthb", "аеорсхукмтнв", strict=True)),
        "ь": "",
        "ъ": "",
    }
)
_TWO_CHANGE: Final = ("ий", "ый", "ой", "ая", "яя", "ец", "ек", "ок")
_CASES: Final = frozenset(
    "а у е ом ем ю я ға ге қа ке да де та те ды ді ты ті ны ні на не дың дің тың тің ның нің "
    "дан ден тан тен нан нен мен бен пен".split()
)
_OF_FATHER: Final = ("кызы", "улы", "овна", "евна", "ович", "евич", "ична", "ич")
_SHORTEST_ROOT: Final = 3


@rule("G-61")
def circle(
    people: Mapping[Role, Sequence[int]], about: Collection[int], level: int
) -> tuple[tuple[int, ...], int]:
    """Whom a complaint is open to, and the highest level among them (CITY where nobody is left).

    ``people`` are who works there by role, ``about`` whom the complaint is about, ``level`` how far it was
    escalated.
    """
    reached: list[int] = []
    highest = CITY
    for place, role in enumerate(LEVELS):
        if place > level and reached:
            break
        left = [one for one in people.get(role, ()) if one not in about]
        if left:
            reached += [one for one in left if one not in reached]
            highest = place
    return tuple(reached), highest


@rule("G-61")
def is_named(words: str, full_name: str) -> bool:
    """True if somebody of that name may be meant by these words: by surname, or by name and patronymic.

    Rather one too many than one too few: whoever is taken for somebody else only loses a piece of work.
    A name counts with any ending, and whether it is written in the Kazakh or in the Russian way. A short
    surname is part of too many words: it counts only with its capital, as it is or with the ending of a case.
    """
    surname, *others = full_name.split() or [""]
    said = _WORD.findall(unicodedata.normalize("NFC", words))
    if len(surname) < SHORTEST_SURNAME.value:
        return any(_is_short(word, surname) for word in said) or _is_addressed(said, others)
    folded = _folded(surname)
    stem, longest = _stem(folded), len(folded) + LONGEST_ENDING.value
    return any(
        word.startswith(stem) and len(word) <= longest for word in map(_folded, said)
    ) or _is_addressed(said, others)


def _folded(word: str) -> str:
    """The word as it is compared: Kazakh letters as Russian writes them, no soft sign, no look-alikes."""
    return word.casefold().translate(_ALIKE)


def _stem(surname: str) -> str:
    """What of a surname stays the same in every case: "чайковск", "крав", "бейсенов"."""
    cut = 2 if surname.endswith(_TWO_CHANGE) else 1
    return surname[: max(SHORTEST_SURNAME.value, len(surname) - cut)]


def _is_short(word: str, surname: str) -> bool:
    """True for "Ким", "КИМ", "Кима": a surname of few letters with its capital."""
    rest = word[len(surname) :].casefold()
    same = bool(surname) and word[:1].isupper() and word.casefold().startswith(surname.casefold())
    return same and (not rest or rest in _CASES)


def _is_addressed(said: Sequence[str], others: Sequence[str]) -> bool:
    """True where name and patronymic stand together, as people are addressed: "Гульнара Сабитовна"."""
    if len(others) < 2:
        return False
    name, patronymic = _folded(others[0]), _folded(others[1])
    root = next((patronymic.removesuffix(one) for one in _OF_FATHER if patronymic.endswith(one)), patronymic)
    if min(len(name), len(root)) < _SHORTEST_ROOT:
        return False
    stem = name if len(name) <= SHORTEST_SURNAME.value else name[:-1]
    pairs = itertools.pairwise(map(_folded, said))
    return any(
        one.startswith(stem) and len(one) <= len(name) + LONGEST_ENDING.value and other.startswith(root)
        for one, other in pairs
    )


def surname_and_initials(full_name: str) -> str:
    """ "Бейсенова Гүлнар Сәбитқызы" as an official is named on a paper: "Бейсенова Г. С."."""
    surname, *others = full_name.split() or [""]
    initials = " ".join(f"{name[0].upper()}." for name in others[:2] if name[0].isalpha())
    return f"{surname} {initials}".strip()
