"""What a person can send, the same for every channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Said:
    """Words typed by the person, already free of control and direction marks."""

    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button, or a number chosen from a menu, of the question ``key``."""

    key: str
    option: str


@dataclass(frozen=True, slots=True)
class SharedContact:
    """A contact card; ``own`` is true only when it is the sender's own (S31)."""

    phone: str
    own: bool


@dataclass(frozen=True, slots=True)
class SharedLocation:
    """A point on the map, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class SentOther:
    """Something that cannot be an answer: ``voice``, ``photo``, ``sticker``, ``forwarded`` ..."""

    kind: str


Input: TypeAlias = "Said | Pressed | SharedContact | SharedLocation | SentOther"
