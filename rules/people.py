"""People as the registry knows them: who they are, where they are attached, whose children they are."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

from rules.iin import Iin
from rules.phone import Phone

Language: TypeAlias = Literal["kk", "ru"]

# (first age that is no longer in the band, name of the band); the first band is "not yet one".
_AGE_BANDS: Final = ((1, "0-1"), (6, "1-5"), (16, "6-15"), (18, "16-17"), (63, "18-62"))
_OLDEST_BAND: Final = "63+"


class NotBornYet(ValueError):
    """A birth date later than the day asked about."""


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """One person of the registry; `version` rises with every change of the record.

    `by_hand`: known from a paper alone, the state register has no data (G-12); `said_phone` is the number
    that was said then, in E.164: none that a code may go to.
    """

    id: str
    iin: Iin
    surname: str
    name: str
    patronymic: str | None
    birth_date: date
    phone: Phone | None
    language: Language
    address: str | None
    version: int = 1
    by_hand: bool = False
    said_phone: str = ""

    @property
    def full_name(self) -> str:
        """Surname, name and, if there is one, patronymic."""
        return " ".join(part for part in (self.surname, self.name, self.patronymic) if part)

    @property
    def mobile(self) -> str:
        """The number that an SMS can go to, in E.164; "" where none is known."""
        return "" if self.phone is None else self.phone.e164

    @property
    def initials(self) -> str:
        """First letters of name and patronymic: "А. Қ."."""
        return " ".join(f"{part[0]}." for part in (self.name, self.patronymic) if part)

    @property
    def short_name(self) -> str:
        """Surname and initials: "Сейітова А. Қ."."""
        return f"{self.surname} {self.initials}"

    def __repr__(self) -> str:
        # A repr ends up in logs and tracebacks: the id, and nothing of the person.
        return f"Person({self.id})"


@dataclass(frozen=True, slots=True)
class Attachment:
    """Whose primary care is where, since when; `doctor_no` is the doctor of their district, if known."""

    person_id: str
    clinic_no: int
    attached_on: date
    doctor_no: str | None = None


GuardianKind: TypeAlias = Literal["parent", "guardian"]


@dataclass(frozen=True, slots=True)
class Guardianship:
    """A registered right to act for a child, both ends inclusive; open-ended if `valid_to` is None."""

    child_id: str
    guardian_id: str
    kind: GuardianKind
    valid_from: date
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """True if the right stands on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def age_on(birth: date, day: date) -> int:
    """Full years on that day; who is born on 29 February turns a year older on 1 March. Raises NotBornYet."""
    if day < birth:
        raise NotBornYet
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def age_band(birth: date, day: date) -> str:
    """How old, as roughly as a group of staff needs it: "0-1", "1-5", "6-15", "16-17", "18-62", "63+"."""
    age = age_on(birth, day)
    return next((band for below, band in _AGE_BANDS if age < below), _OLDEST_BAND)
