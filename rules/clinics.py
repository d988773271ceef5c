"""A clinic: the primary-care organisation that a person is attached to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from rules.calendar import Hours, Schedule, WorkingCalendar
from rules.law import Limit, rule
from rules.people import Language
from rules.phone import shown
from rules.sources import almaty_home_call

AfterCutoff: TypeAlias = Literal["carry_over", "refuse"]

INTAKE_ENDS_BEFORE_CLOSING: Final = Limit(120, "minutes", almaty_home_call("cl. 9"))
"""Home calls are taken until two hours before closing (HC-08)."""

PREMISES_FEATURES: Final = ("ramp", "call_button", "tactile_path", "waiting_hall", "sample_stand")
"""What the appointment standard, item 10, wants of premises (GEN-12)."""

CALL_CENTRE: Final = "1414"
"""The state's call centre: Almaty decree № 3/561 of 2013, home call cl. 10 (GEN-10)."""

CENTRES_LINE: Final = "8-800-080-7777"
"""The second number of the three centres: order № ҚР ДСМ-51 of 2021, standards item 11 (GEN-11)."""

AMBULANCE: Final = "103"
"""The ambulance; common knowledge, named in none of the acts (G-16)."""


class Takes(StrEnum):
    """Whose primary care a clinic gives: a children's clinic has no therapist, and the reverse."""

    EVERYONE = "everyone"
    ADULTS = "adults"
    CHILDREN = "children"


class Institution(StrEnum):
    """What an entry of the directory is: nobody is attached to the college, and nobody is treated there."""

    CLINIC = "clinic"
    COLLEGE = "college"


USUAL_HOURS: Final = Hours()


@rule("HC-18", "GEN-10", "GEN-12", "G-06", "G-83", "G-86", "X-08", "X-38")
@dataclass(frozen=True, slots=True)
class Clinic:
    """One entry of the clinic directory; `no` is its number in the list, not in its name (G-86)."""

    no: int
    name_ru: str
    name_kk: str
    short_ru: str
    short_kk: str
    address: str
    phones: tuple[str, ...]
    zone: str = "Asia/Almaty"
    hours: Hours = USUAL_HOURS
    lat: float | None = None
    lon: float | None = None
    features: frozenset[str] = frozenset()
    norm: int | None = None
    verified_on: date | None = None
    cutoff_minutes: int = INTAKE_ENDS_BEFORE_CLOSING.value
    after_cutoff: AfterCutoff = "carry_over"
    rooms_exclusive: bool = False
    takes: Takes = Takes.EVERYONE
    kind: Institution = Institution.CLINIC

    @property
    def is_college(self) -> bool:
        """True for the medical college, which is chosen for nothing that a clinic does."""
        return self.kind is Institution.COLLEGE

    @property
    def phone(self) -> str:
        """The first phone as people read it, or the call centre where the directory has none."""
        return shown(self.phones[0]) if self.phones else CALL_CENTRE

    def name(self, language: Language) -> str:
        """The full name in that language."""
        return self.name_kk if language == "kk" else self.name_ru

    def short(self, language: Language) -> str:
        """The name that fits a button or an SMS, at most 22 characters."""
        return self.short_kk if language == "kk" else self.short_ru

    def local(self, instant: datetime) -> datetime:
        """The instant (aware) on the clinic's wall clock, as people there are told it."""
        return instant.astimezone(ZoneInfo(self.zone))

    def schedule(self, calendar: WorkingCalendar) -> Schedule:
        """When this clinic works, given the country's calendar."""
        return Schedule(self.hours, calendar, ZoneInfo(self.zone))


@rule("X-42", "G-84")
def sharing_phones(clinics: Iterable[Clinic]) -> tuple[tuple[int, ...], ...]:
    """Groups of clinics that the directory gives one and the same phone: most likely a slip of the act.

    They are named to whoever runs the service, to be asked; nothing is dialled by itself, and no two clinics
    are taken for one because of it.
    """
    owners: dict[str, set[int]] = {}
    for clinic in clinics:
        for phone in clinic.phones:
            owners.setdefault(phone, set()).add(clinic.no)
    shared = {tuple(sorted(numbers)) for phone, numbers in owners.items() if phone and len(numbers) > 1}
    return tuple(sorted(shared))
