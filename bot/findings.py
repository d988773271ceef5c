"""Findings of the doctor: what was looked at, how it is, and what to do if it is not well."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is."""

    FINE = "ok"
    WARNING = "warning"
    FAULT = "FAULT"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: how it is, and what to do if it is not well."""

    level: Level
    about: str
    what: str

    @property
    def is_fault(self) -> bool:
        """True if the service should not go live like this."""
        return self.level is Level.FAULT

    def __str__(self) -> str:
        return f"{self.level.value:8}{self.about}: {self.what}"


def fine(about: str, what: str) -> Finding:
    """A finding that all is well."""
    return Finding(Level.FINE, about, what)


def warning(about: str, what: str) -> Finding:
    """A finding that somebody should look at."""
    return Finding(Level.WARNING, about, what)


def fault(about: str, what: str) -> Finding:
    """A finding that stands in the way of going live."""
    return Finding(Level.FAULT, about, what)
