"""Reads what somebody sends back about a consent: a code, a word, the number of a request, in any order."""

from __future__ import annotations

import re
from typing import Final

import locales
from otp.third_party_answers import Said

_NUMBER: Final = re.compile(r"(?<![0-9])([0-9]{2})-([0-9]{6})(?![0-9])")
_LOOSE: Final = re.compile(r"(?<![0-9])([0-9]{2})[\s\u2010-\u2015\u2212./]*([0-9]{6})(?![0-9])")
"""Without its hyphen, which is hard to find on a button phone: only beside words that ask for a number."""
_CODE: Final = re.compile(r"(?<![0-9])([0-9]{3})[ \u00a0-]?([0-9]{3})(?![0-9])")
_MARKS: Final = re.compile(r"[\s.,:;!?№#()\"«»\u2013\u2014-]+")


def read(text: str) -> Said | None:
    """The reply, None where it can be none: no code, no number, and neither yes nor no.

    "Withdraw" beside a number is a no to that request: what was given is taken back (S30).
    Words beside a code that are not understood leave it unclear, and so does a question: "123456 не моё" and
    "123456?" are no consent.
    """
    number, rest = _number(text)
    codes = {first + second for first, second in _CODE.findall(rest)}
    words = _MARKS.sub(" ", _CODE.sub(" ", rest)).strip()
    yes = _meant(words, beside=bool(codes) or number is not None)
    if not codes and number is None and yes is None:
        return None
    asks = locales.is_doubtful(text) and yes is not False
    neutral = not words or (bool(codes) and locales.names_a_code(words))
    unclear = len(codes) > 1 or asks or (not neutral and yes is None)
    if unclear and not codes:
        return None
    code = codes.pop() if len(codes) == 1 else None
    return Said(text, yes, code, number, unclear)


def _number(text: str) -> tuple[str | None, str]:
    """The number of a request, and what is left without it."""
    number = _NUMBER.search(text)
    if number is not None:
        return f"{number[1]}-{number[2]}", _NUMBER.sub(" ", text)
    loose, rest = _LOOSE.search(text), _LOOSE.sub(" ", text)
    if loose is None or _meant(_MARKS.sub(" ", rest).strip(), beside=True) is not False:
        return None, text
    return f"{loose[1]}-{loose[2]}", rest


def _meant(words: str, *, beside: bool) -> bool | None:
    """Yes, no, or neither; `beside` a code or a number, to refuse or to take back is a no as well."""
    yes = locales.yes_or_no(words) if words else None
    if yes is None and beside and (locales.takes_back(words) or locales.refuses(words)):
        return False
    return yes
