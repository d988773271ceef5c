"""A Kazakhstan mobile number: the only kind that a code may be sent to."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# +7 and ten digits: what a number looks like to a person here.
_NATIONAL_LENGTH: Final = 10
_SHORT_NUMBERS: Final = frozenset({"101", "102", "103", "104", "109", "112", "1414", "118"})
_FREE_CALL_PREFIXES: Final = ("800", "802", "803")


class PhoneFault(StrEnum):
    """Why a text is not a phone for codes; the words for each live in the catalogues."""

    EMPTY = "empty"
    LETTERS = "letters"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    SERVICE_NUMBER = "service_number"
    NOT_KAZAKHSTAN = "not_kazakhstan"
    LANDLINE = "landline"
    NOT_MOBILE = "not_mobile"


class BadPhone(ValueError):
    """The text is not a Kazakhstan mobile number; says only why, never the number."""

    def __init__(self, fault: PhoneFault) -> None:
        super().__init__(f"not a mobile number of Kazakhstan: {fault}")
        self.fault = fault

    @property
    def code(self) -> PhoneFault:
        """The fault, under the name that every typed error of the house has."""
        return self.fault


@dataclass(frozen=True, slots=True, repr=False)
class Phone:
    """A mobile number of Kazakhstan in E.164, e.g. +77011234567."""

    e164: str

    @classmethod
    def parse(cls, text: str) -> "Phone":
        """Read a number as people write it (8 701 ..., +7 (701) ..., 701 ...). Raises BadPhone."""
        digits = _digits_of(text)
        national = _national_part(digits, international=text.strip().startswith("+"))
        _refuse_other_countries_and_kinds(national)
        return cls(f"+7{national}")

    @property
    def shown(self) -> str:
        """The number as people read it aloud: +7 701 123-45-67."""
        national = self.e164[2:]
        return f"+7 {national[:3]} {national[3:6]}-{national[6:8]}-{national[8:]}"

    @property
    def last_two(self) -> str:
        """The two digits that staff may see in a group."""
        return self.e164[-2:]

    def __repr__(self) -> str:
        # A repr ends up in logs and tracebacks, so it must not carry the number.
        return "Phone(****)"


def shown(e164: str) -> str:
    """Any number of Kazakhstan, landline or mobile, as people read it: +7 727 233-39-60."""
    return Phone(e164).shown


def _digits_of(text: str) -> str:
    if not text.strip():
        raise BadPhone(PhoneFault.EMPTY)
    # int() and isdigit() accept Arabic digits, which no operator here would.
    if any(character.isalpha() or (character.isdigit() and not character.isascii()) for character in text):
        raise BadPhone(PhoneFault.LETTERS)
    digits = "".join(character for character in text if character.isdigit())
    if not digits:
        raise BadPhone(PhoneFault.LETTERS)
    return digits


def _national_part(digits: str, *, international: bool) -> str:
    """The ten digits after +7; 8 is the old trunk prefix and 007/8~10~7 are what old phones store."""
    if digits in _SHORT_NUMBERS:
        raise BadPhone(PhoneFault.SERVICE_NUMBER)
    # "+8 701 ..." is no country, but people here write it.
    if international and not digits.startswith(("7", "87")):
        raise BadPhone(PhoneFault.NOT_KAZAKHSTAN)
    for prefix in ("8107", "007"):
        if digits.startswith(prefix) and len(digits) == len(prefix) + _NATIONAL_LENGTH:
            return digits[len(prefix) :]
    if len(digits) == _NATIONAL_LENGTH + 1 and digits[0] in "78":
        return digits[1:]
    return _bare_national_part(digits)


def _bare_national_part(digits: str) -> str:
    if len(digits) < _NATIONAL_LENGTH or _lacks_one_digit(digits):
        raise BadPhone(PhoneFault.TOO_SHORT)
    if len(digits) == _NATIONAL_LENGTH:
        return digits
    if len(digits) > _NATIONAL_LENGTH + 1:
        raise BadPhone(PhoneFault.TOO_LONG)
    raise BadPhone(PhoneFault.NOT_KAZAKHSTAN)


def _lacks_one_digit(digits: str) -> bool:
    """True for ten digits that begin with a prefix: 7 701 123 456 is not the number 770 112 34 56."""
    if len(digits) != _NATIONAL_LENGTH or digits.startswith(_FREE_CALL_PREFIXES):
        return False
    return digits.startswith(("8", "770", "774"))


def _refuse_other_countries_and_kinds(national: str) -> None:
    # Imported here: the metadata takes some 30 ms, which the service's cold start need not pay.
    from phonenumbers import PhoneNumber, PhoneNumberType, number_type, region_code_for_number

    if national.startswith(_FREE_CALL_PREFIXES):
        raise BadPhone(PhoneFault.SERVICE_NUMBER)
    number = PhoneNumber(country_code=7, national_number=int(national))
    # Russia shares +7 with Kazakhstan, and only the range tells them apart.
    if region_code_for_number(number) == "RU" or national[0] not in "67":
        raise BadPhone(PhoneFault.NOT_KAZAKHSTAN)
    kind = number_type(number)
    if kind == PhoneNumberType.FIXED_LINE:
        raise BadPhone(PhoneFault.LANDLINE)
    if kind != PhoneNumberType.MOBILE:
        raise BadPhone(PhoneFault.NOT_MOBILE)
