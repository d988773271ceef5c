"""A visit as a calendar file (RFC 5545), so that a phone reminds by itself.

Nothing here does I/O. Instants are UTC, so no zone has to be described; the words are given rendered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

MEDIA_TYPE: Final = "text/calendar"
FILE_NAME: Final = "visit.ics"

_LONGEST_LINE: Final = 75
"""Octets of a line, its end not counted (RFC 5545, 3.1)."""


@dataclass(frozen=True, slots=True)
class Event:
    """One visit. ``uid`` stays the same when it is moved, ``sequence`` grows; instants are aware."""

    uid: str
    sequence: int
    starts: datetime
    ends: datetime
    made_at: datetime
    summary: str
    location: str
    description: str


def calendar_file(event: Event) -> str:
    """The file's text, with lines ended and folded as the standard wants."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Dariger//Appointments//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTAMP:{_instant(event.made_at)}",
        f"DTSTART:{_instant(event.starts)}",
        f"DTEND:{_instant(event.ends)}",
        f"SUMMARY:{_escaped(event.summary)}",
        f"LOCATION:{_escaped(event.location)}",
        f"DESCRIPTION:{_escaped(event.description)}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{line}\r\n" for line in _folded(lines))


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", "\\n")


def _folded(lines: Iterable[str]) -> Iterator[str]:
    """Long lines go on after a space; counted in octets, and no letter is cut in two."""
    for line in lines:
        piece = ""
        for letter in line:
            if len(f"{piece}{letter}".encode()) > _LONGEST_LINE:
                yield piece
                piece = " "
            piece += letter
        yield piece
