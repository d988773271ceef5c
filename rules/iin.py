"""The individual identification number (IIN, ЖСН): reading it, and refusing what cannot be one.

The digits are no longer tied to personal data (Government resolution № 853 of 26 August 2013): a birth date
that disagrees is a hint for staff, never a refusal, and age or sex are never derived from an IIN.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from rules.law import rule

_LENGTH: Final = 12
# No IIN begins so: digits three and four are a month; and the fifth is a business's, so it is never read.
STANDS_IN: Final = "00004"
"""How the number begins that the house gives to somebody without an IIN, until they have one (G-10)."""

_PASSES: Final = (
    (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
    (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2),
)
# What people and their keyboards put between digits: spaces of every width, hyphens and dashes, dots.
_SEPARATORS: Final = frozenset(
    " \t\r\n\u00a0\u2007\u2009\u202f\u200b\u2060\ufeff-\u2010\u2011\u2012\u2013\u2014\u2212._"
)
_LETTERS_O: Final = frozenset("OoОо")
_BUSINESS_FIFTH_DIGIT: Final = frozenset("456")
_CENTURIES: Final = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}


class IinFault(StrEnum):
    """Why a text is not an IIN; the words for each live in the catalogues."""

    EMPTY = "empty"
    LETTER_O = "letter_o"
    LETTERS = "letters"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    BUSINESS = "business"
    CHECK_DIGIT = "check_digit"


class BadIin(ValueError):
    """The text is not an IIN; says only why and how many digits were seen, never the digits."""

    def __init__(self, fault: IinFault, digits_seen: int = 0) -> None:
        super().__init__(f"not an IIN: {fault} ({digits_seen} digits)")
        self.fault = fault
        self.digits_seen = digits_seen

    @property
    def code(self) -> IinFault:
        """The fault, under the name that every typed error of the house has."""
        return self.fault


@rule("GEN-08", "X-26", "G-13")
@dataclass(frozen=True, slots=True, repr=False)
class Iin:
    """Twelve ASCII digits whose check digit is right."""

    digits: str

    @classmethod
    def parse(cls, text: str) -> "Iin":
        """Read an IIN as people type it. Raises BadIin. Source: Government resolution № 565 of 2003."""
        digits = "".join(character for character in text if character not in _SEPARATORS)
        _refuse_other_than_digits(digits)
        _refuse_wrong_length(digits)
        _refuse_business(digits)
        if check_digit(digits[:11]) != int(digits[11]):
            raise BadIin(IinFault.CHECK_DIGIT, len(digits))
        return cls(digits)

    @classmethod
    @rule("G-10")
    def stand_in(cls, serial: int) -> "Iin":
        """The number under which somebody without an IIN is kept; it is never shown as one."""
        return cls(f"{STANDS_IN}{serial % 10 ** (_LENGTH - len(STANDS_IN)):0{_LENGTH - len(STANDS_IN)}d}")

    @property
    def stands_in(self) -> bool:
        """True if its holder has no IIN, or none that is known."""
        return self.digits.startswith(STANDS_IN)

    @property
    @rule("G-14")
    def last_four(self) -> str:
        """The only part that may be shown outside the registry (G-14)."""
        return self.digits[-4:]

    @property
    def birth_date_hint(self) -> date | None:
        """The birth date the digits spell, or None; the registry's date is the truth."""
        century = _CENTURIES.get(self.digits[6])
        if century is None:
            return None
        year, month, day = (int(self.digits[at : at + 2]) for at in (0, 2, 4))
        try:
            return date(century + year, month, day)
        except ValueError:
            return None

    def disagrees_with(self, birth_date: date) -> bool:
        """True if the digits spell another date: a mark for staff, not a fault."""
        return self.birth_date_hint != birth_date

    def __repr__(self) -> str:
        # A repr ends up in logs and tracebacks, so it must not carry the number.
        return "Iin(****)"


def check_digit(first_eleven: str) -> int | None:
    """The twelfth digit, or None if both passes give 10 and so no such number is issued."""
    figures = [int(digit) for digit in first_eleven]
    for weights in _PASSES:
        remainder = sum(weight * figure for weight, figure in zip(weights, figures, strict=True)) % 11
        if remainder < 10:
            return remainder
    return None


def _refuse_other_than_digits(text: str) -> None:
    if not text:
        raise BadIin(IinFault.EMPTY)
    # str.isdigit alone would let Arabic and superscript digits in.
    seen = sum(_is_digit(character) for character in text)
    strangers = {character for character in text if not _is_digit(character)}
    if not strangers:
        return
    raise BadIin(IinFault.LETTER_O if strangers <= _LETTERS_O else IinFault.LETTERS, seen)


def _is_digit(character: str) -> bool:
    return character.isascii() and character.isdigit()


def _refuse_wrong_length(digits: str) -> None:
    if len(digits) < _LENGTH:
        raise BadIin(IinFault.TOO_SHORT, len(digits))
    if len(digits) > _LENGTH:
        raise BadIin(IinFault.TOO_LONG, len(digits))


@rule("GEN-05", "X-39")
def _refuse_business(digits: str) -> None:
    # A БИН is YYMM and then 4 (resident), 5 (non-resident) or 6 (sole trader); in an IIN digits 5-6 are
    # a day of the month, so the fifth digit is at most 3. The check digit is computed alike for both.
    if digits[4] in _BUSINESS_FIFTH_DIGIT:
        raise BadIin(IinFault.BUSINESS, len(digits))
