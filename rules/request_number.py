"""The number of a request: short enough to be read aloud and typed (G-68)."""

import re
from dataclasses import dataclass
from typing import Final

from rules.law import rule

_PATTERN: Final = re.compile(r"([0-9]{2,3})[-\u2010-\u2015\u2212]?([0-9]{6})", re.ASCII)
_LARGEST_SERIAL: Final = 999_999
_LARGEST_CLINIC: Final = 999


class BadNumber(ValueError):
    """The text is not the number of a request."""


@rule("G-68")
@dataclass(frozen=True, slots=True, order=True)
class RequestNumber:
    """Clinic number and serial within the year: 05-004512."""

    clinic_no: int
    serial: int

    def __post_init__(self) -> None:
        if not (0 < self.clinic_no <= _LARGEST_CLINIC and 0 < self.serial <= _LARGEST_SERIAL):
            raise BadNumber

    @classmethod
    def parse(cls, text: str) -> "RequestNumber":
        """Read "05-004512" as people type it, with "№", spaces, or without the hyphen. Raises BadNumber."""
        match = _PATTERN.fullmatch("".join(text.split()).removeprefix("№").removeprefix("#"))
        if match is None:
            raise BadNumber
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.clinic_no:02d}-{self.serial:06d}"
