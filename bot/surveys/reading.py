"""Reads a reply by SMS to the survey: the code of its message, and a digit for each question.

Nothing here does I/O.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from rules.law import rule
from rules.survey import BadGrade, Grade, read_grade

_CODE_LENGTH: Final = 3
_DIGITS: Final = re.compile("[0-9]+")
_MOST_DIGITS: Final = 5
"""More are the number of something else: a code that confirms an identity, a phone, an IIN."""


@dataclass(frozen=True, slots=True)
class Written:
    """The code, and both grades; None where a grade is missing, or none of the three."""

    code: str
    grades: tuple[Grade, Grade] | None


@rule("SV-02")
def read_reply(text: str) -> Written | None:
    """The reply, its digits apart or together ("482 3 2", "482 32", "48232"); None for what is none.

    The code stands first and has three digits; words around the digits do not matter.
    """
    digits = _DIGITS.findall(text)
    together = "".join(digits)
    if not digits or len(together) > _MOST_DIGITS or len(together) < _CODE_LENGTH:
        return None
    if len(digits[0]) != _CODE_LENGTH and len(digits) > 1:
        return None
    return Written(together[:_CODE_LENGTH], _grades(together[_CODE_LENGTH:]))


def bare_digits(text: str) -> bool:
    """True for one or two digits and nothing else: an answer that forgot its code."""
    digits = "".join(_DIGITS.findall(text))
    return len(digits) in (1, 2) and not any(map(str.isalpha, text))


def _grades(digits: str) -> tuple[Grade, Grade] | None:
    try:
        first, second = map(read_grade, digits)
    except (BadGrade, ValueError):
        return None
    return first, second
