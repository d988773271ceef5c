"""Papers: which results get one, who may sign it, how long it holds, and the code that it is checked by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from rules.calendar import add_months
from rules.law import Limit, Service, rule
from rules.region import RegionLaw, ResultForm
from rules.sources import house_default


class PaperKind(StrEnum):
    """What a paper certifies."""

    ATTACHMENT = "attachment"
    HOME_CALL = "home_call"
    APPOINTMENT = "appointment"


KINDS: Final[Mapping[Service, PaperKind]] = {
    Service.ATTACHMENT: PaperKind.ATTACHMENT,
    Service.HOME_CALL: PaperKind.HOME_CALL,
    Service.APPOINTMENT: PaperKind.APPOINTMENT,
}
"""The paper that the result of a service ends in."""

_HOLDS: Final = house_default("how long a paper is taken for what stands today")
HOLDS_FOR: Final[Mapping[PaperKind, Limit]] = {
    PaperKind.ATTACHMENT: Limit(12, "months", _HOLDS),
    PaperKind.HOME_CALL: Limit(1, "months", _HOLDS),
    PaperKind.APPOINTMENT: Limit(1, "months", _HOLDS),
}


@rule("AT-12", "AT-13", "RF-01", "RF-02", "RF-03", "X-02")
def gets_paper(service: Service, region: RegionLaw) -> bool:
    """True if a result of that service gets a paper in that region."""
    return ResultForm.CERTIFICATE in region.forms_of_result(service)


def valid_until(kind: PaperKind, issued_at: datetime) -> datetime:
    """The instant from which the page behind the paper calls it expired."""
    day = issued_at.date()
    return issued_at + (add_months(day, HOLDS_FOR[kind].value) - day)


@rule("SG-03")
@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """Who signs a clinic's papers, and on which days (inclusive; `valid_to` None: for good)."""

    clinic_no: int
    full_name: str
    position_ru: str
    position_kk: str
    valid_from: date
    valid_to: date | None = None

    def __repr__(self) -> str:
        # A repr ends up in logs: the clinic, and not the name.
        return f"Signer(clinic {self.clinic_no})"


@rule("SG-03")
def may_sign(signer: Signer, day: date) -> bool:
    """True if that person may sign on that day."""
    return signer.valid_from <= day and (signer.valid_to is None or day <= signer.valid_to)


@rule("SG-03")
def signer_on(signers: Iterable[Signer], clinic_no: int, day: date) -> Signer | None:
    """Who signs that clinic's papers on that day: of several the one appointed last, None if nobody may."""
    able = (signer for signer in signers if signer.clinic_no == clinic_no and may_sign(signer, day))
    return max(able, key=lambda signer: signer.valid_from, default=None)


CHECK_CODE_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32 letters: none of them is read as another."""

CHECK_CODE_LENGTH: Final = Limit(10, "digits", house_default("50 bits, and guessing is throttled"))

# What people type for the letters of the code: letters it leaves out, and Cyrillic ones of the same shape.
_READ_AS: Final = str.maketrans("OIL", "011") | dict(
    zip((0x410, 0x412, 0x421, 0x415, 0x41D, 0x41A, 0x41C, 0x420, 0x422, 0x425), "ABCEHKMPTX", strict=True)
)
_GROUP: Final = 5


class BadCheckCode(ValueError):
    """The text is not a check code; carries nothing of it."""


@rule("G-24")
def new_check_code(random: bytes) -> str:
    """A code made of that many random bytes, at least `CHECK_CODE_LENGTH`. Raises ValueError for fewer."""
    if len(random) < CHECK_CODE_LENGTH.value:
        raise ValueError("too few random bytes")
    # 256 is a multiple of 32, so every letter is equally likely.
    return "".join(CHECK_CODE_ALPHABET[byte % 32] for byte in random[: CHECK_CODE_LENGTH.value])


def shown_check_code(code: str) -> str:
    """The code as people read it: "7K3QD-WV0XM"."""
    return f"{code[:_GROUP]}-{code[_GROUP:]}"


def read_check_code(text: str) -> str:
    """Read a code as people type it, with spaces, hyphens, small or Cyrillic letters. Raises BadCheckCode."""
    code = "".join(character for character in text.upper() if character.isalnum()).translate(_READ_AS)
    if len(code) != CHECK_CODE_LENGTH.value or not set(code) <= set(CHECK_CODE_ALPHABET):
        raise BadCheckCode
    return code
