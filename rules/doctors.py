"""Doctors of primary care: the three whom the acts name, and a doctor as the clinic's list has them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rules.law import rule


class DoctorRole(StrEnum):
    """Who visits at home and is booked: Almaty decree № 3/561 of 2013, home call cl. 1, appointment cl. 1."""

    THERAPIST = "therapist"
    PAEDIATRICIAN = "paediatrician"
    GENERAL_PRACTITIONER = "general_practitioner"


_THREE: Final = frozenset(role.value for role in DoctorRole)


class WrongRole(ValueError):
    """Only the three doctors of the acts visit at home and are booked; carries the role that was tried."""


@rule("HC-01", "AP-02")
def doctor_role(text: str) -> DoctorRole:
    """The role under that code. Raises WrongRole for any other than the three."""
    try:
        return DoctorRole(text)
    except ValueError:
        raise WrongRole(text) from None


def is_of_the_three(text: str) -> bool:
    """True if that role, as a clinic's list has it, is one of the three of the acts."""
    return text in _THREE


def short_name(full_name: str) -> str:
    """Surname and initials, to fit a button or an SMS."""
    surname, *others = full_name.split()
    return " ".join((surname, *(f"{name[0]}." for name in others)))


@dataclass(frozen=True, slots=True, repr=False)
class Doctor:
    """A doctor as the clinic's list has them; `role` is any text, for a list may hold specialists too."""

    doctor_no: str
    clinic_no: int
    full_name: str
    role: str
    room: str

    def __repr__(self) -> str:
        # A repr ends up in logs: the number, and not the name.
        return f"Doctor({self.doctor_no})"


@rule("G-18")
def least_busy_first(doctor_numbers: Iterable[str], visits: Mapping[str, int]) -> tuple[str, ...]:
    """The doctors in the order in which they are offered: who has fewest visits that day comes first.

    Whom many call is not refused to anybody: what is too much for one doctor goes to the next, or to whom
    the head names. No number of visits is a ground of refusal.
    """
    return tuple(sorted(doctor_numbers, key=lambda number: visits.get(number, 0)))
