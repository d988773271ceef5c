"""What a legal statement is made of: sources, limits, grounds, verdicts and the ids of the rules.

Nothing in this room does I/O, reads a clock or knows a language: time is passed in as aware UTC datetimes,
and every sentence a person reads is looked up elsewhere by `words_key`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Literal, TypeAlias, TypeVar

Unit: TypeAlias = Literal[
    "seconds", "minutes", "hours", "days", "working_days", "months", "years", "digits", "parts", "count"
]

_LENGTHS: Final[dict[Unit, timedelta]] = {
    "seconds": timedelta(seconds=1),
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure comes from: the act, its clause, since when it holds, and when we last looked."""

    act: str
    clause: str
    in_force_from: date
    checked_on: date
    note: str = ""
    repealed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """A legal figure beside its source."""

    value: int
    unit: Unit
    source: Source

    @property
    def delta(self) -> timedelta:
        """The limit as elapsed time; a KeyError for units that no clock measures (working days, counts)."""
        return _LENGTHS[self.unit] * self.value


class Service(StrEnum):
    """The services the house knows how to judge."""

    HOME_CALL = "home_call"
    APPOINTMENT = "appointment"
    ATTACHMENT = "attachment"


class GroundCode(StrEnum):
    """Every legal ground on which something may be refused."""

    NOT_ATTACHED = "not_attached"
    FALSE_DATA = "false_data"
    # Of the repealed Almaty texts: for home calls and appointments read from old register entries, and not
    # offered; attachment has no newer list, so NO_ID is offered there (X-11, G-89).
    NO_ID = "no_id"
    EDOC = "edoc"
    # Of attachment alone.
    TOO_OFTEN = "too_often"
    NORM_EXCEEDED = "norm_exceeded"
    TWO_CLINICS = "two_clinics"
    # Of information about another person alone: they have not consented (IC-08).
    NO_CONSENT = "no_consent"
    # Not a refusal of a service: the person asking has no standing for the person asked about (G-09).
    NO_AUTHORITY = "no_authority"


@dataclass(frozen=True, slots=True)
class Ground:
    """A legal ground of refusal with the clause that gives it, and the days on which it may be used."""

    code: GroundCode
    source: Source
    since: date
    until: date | None = None

    @property
    def words_key(self) -> str:
        """Catalogue key of the ground as a citizen reads it."""
        return f"ground.{self.code}"

    @property
    def law_words_key(self) -> str:
        """Catalogue key of the act and clause as a citizen reads them."""
        return f"ground.{self.code}.law"

    def holds_on(self, day: date) -> bool:
        """True if the ground may be used on that day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Nothing in the law stands against it."""

    allowed: Literal[True] = field(default=True, init=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """Refused, and why: there is no refusal without a ground (GEN-14).

    `attached_to` is the clinic whose phone helps further, where the registry knows one (G-73).
    """

    ground: Ground
    attached_to: int | None = None
    allowed: Literal[False] = field(default=False, init=False)


Verdict: TypeAlias = Allowed | Refused

ALLOWED: Final = Allowed()

RULES: Final[dict[str, list[str]]] = {}

_Ruled = TypeVar("_Ruled", bound=Callable[..., object])


def rule(*ids: str) -> Callable[[_Ruled], _Ruled]:
    """Record that the decorated function or class carries out these rules (ids of rules/catalogue.tsv)."""

    def record(subject: _Ruled) -> _Ruled:
        for rule_id in ids:
            RULES.setdefault(rule_id, []).append(f"{subject.__module__}.{subject.__qualname__}")
        return subject

    return record
