"""Information of the three centres: what each tells, within what time, how long a result holds.

Phthisiatry, Psychiatry and Narcology are three services under one order. The only legal ground of refusal is
that the person asked about has not consented; a centre that does not answer is an error, never a refusal.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from rules.days import COUNTRY_ZONE, country_day
from rules.law import Ground, GroundCode, Limit, rule
from rules.sources import centre_rules, house_default


@rule("IC-01")
class Centre(StrEnum):
    """Whose information is asked for."""

    PHTHISIATRY = "phthisiatry"
    PSYCHIATRY = "psychiatry"
    NARCOLOGY = "narcology"

    @property
    def tells(self) -> "Told":
        """What a result of this centre says of a person."""
        return Told.REGISTER if self is Centre.PHTHISIATRY else Told.OBSERVATION


SERIES: Final = 93
"""What the requests of all three are numbered under, above every number of a clinic: 93-000012.

The number stands in SMS, and which centre is asked is nobody's affair there (S27, G-48).
"""


@rule("IC-09", "IC-10")
class Told(StrEnum):
    """The field of the form: the dispensary register (Phthisiatry), or dynamic observation (the others)."""

    REGISTER = "register"
    OBSERVATION = "observation"


@rule("IC-09", "IC-10", "G-77")
class Standing(StrEnum):
    """The two values that the form has; there is no third."""

    ON = "on"
    OFF = "off"


class AboutWhom(StrEnum):
    """Oneself, or another person, after that person's consent (IC-06)."""

    SELF = "self"
    OTHER = "other"


class InfoPurpose(StrEnum):
    """What information about another person is asked for (G-39), as that person reads it in their chat."""

    WORK = "work"
    STUDY = "study"
    CARE = "care"
    MARRIAGE = "marriage"
    COURT = "court"
    OTHER = "other"


class InfoStatus(StrEnum):
    """Where a request stands, as it is kept."""

    CONSENT = "consent"
    ASKING = "asking"
    DELAYED = "delayed"
    READY = "ready"
    REFUSED = "refused"
    CANCELLED = "cancelled"


Shown: TypeAlias = InfoStatus | Literal["expired", "withdrawn"]
"""Where it stands for whoever asked: a result may have expired, or its consent been taken back."""

ConsentClock: TypeAlias = Literal["from_consent", "from_filing"]
"""From when the term runs of a request about another person (G-31)."""

ANSWER: Final = Limit(30, "minutes", centre_rules("standards item 4"))
VALID: Final = Limit(10, "days", centre_rules("standards item 11"))
LINK_LIVES: Final = Limit(5, "minutes", house_default("how long the one link to a result opens"))
RETRIES: Final = tuple(
    Limit(seconds, "seconds", house_default("G-41")) for seconds in (0, 15, 30, 60, 120, 300)
)
"""The waits between one attempt at a silent centre and the next; the last one repeats itself."""
RETRY_LATER: Final = Limit(15, "minutes", house_default("G-41", "once the term is over"))

NO_CONSENT: Final = Ground(GroundCode.NO_CONSENT, centre_rules("standards item 10"), date(2021, 6, 17))

_OPEN: Final = frozenset({InfoStatus.CONSENT, InfoStatus.ASKING, InfoStatus.DELAYED})


@rule("IC-08", "GEN-14")
def grounds_of_refusal() -> tuple[Ground, ...]:
    """Every legal ground there is: one."""
    return (NO_CONSENT,)


@rule("IC-02", "IC-13", "E-10")
def answer_due(counted_from: datetime) -> datetime:
    """By when the result is there: 30 minutes, at every hour of every day."""
    return counted_from + ANSWER.delta


@rule("G-31", "E-11")
def counted_from(asked_at: datetime, consented_at: datetime, clock: ConsentClock) -> datetime:
    """The instant from which the 30 minutes run of a request about another person."""
    return consented_at if clock == "from_consent" else asked_at


@rule("IC-12", "G-33")
def valid_until(issued_at: datetime) -> datetime:
    """The instant from which a result is expired: the day of issue is not counted, ten whole days are."""
    day = country_day(issued_at) + VALID.delta + timedelta(days=1)
    return datetime.combine(day, time(), COUNTRY_ZONE)


@rule("IC-12")
def last_valid_day(valid_until_: datetime) -> date:
    """The last whole day of a result's validity."""
    return valid_until_.astimezone(COUNTRY_ZONE).date() - timedelta(days=1)


@rule("G-41")
def next_try(tries: int, now: datetime, due: datetime) -> datetime:
    """When a silent centre is asked again, after so many attempts (1 and more)."""
    pause = RETRY_LATER if now >= due else RETRIES[min(tries, len(RETRIES) - 1)]
    later = now + pause.delta
    # The term's own moment is not slept through.
    return due if now < due < later else later


def is_open(status: InfoStatus) -> bool:
    """True while it may still come to a result."""
    return status in _OPEN


@rule("G-74")
def may_be_cancelled(status: InfoStatus) -> bool:
    """True while whoever asked may take the request back."""
    return is_open(status)


@rule("IC-12", "IC-14", "G-34")
def shown_status(status: InfoStatus, expires: datetime | None, now: datetime, *, consented: bool) -> Shown:
    """Where a request stands for whoever asked; ``consented``: the consent behind it still holds."""
    if status is not InfoStatus.READY:
        return status
    if not consented:
        return "withdrawn"
    return "expired" if expires is None or now >= expires else status


class NoSystemName(ValueError):
    """The name of the system that gave the data is empty: nothing may be issued (G-42)."""


@rule("IC-11", "IC-04", "G-42", "G-43")
@dataclass(frozen=True, slots=True, repr=False)
class Form:
    """The six fields of the order's form; ``address`` is the registered one at the moment of issue.

    ``patronymic`` may be "". Raises NoSystemName.
    """

    issued_on: date
    surname: str
    name: str
    patronymic: str
    birth_date: date
    address: str
    told: Told
    standing: Standing
    system_kk: str
    system_ru: str

    def __post_init__(self) -> None:
        if not (self.system_kk.strip() and self.system_ru.strip()):
            raise NoSystemName

    @property
    def full_name(self) -> str:
        """Surname, name and, if there is one, patronymic."""
        return " ".join(part for part in (self.surname, self.name, self.patronymic) if part)

    def __repr__(self) -> str:
        # A repr ends up in logs and tracebacks: nothing of the person.
        return f"Form({self.issued_on})"
