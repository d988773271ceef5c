"""What a person can send, the same for every channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias


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


@dataclass(frozen=True, slots=True, repr=False)
class SentFile:
    """A photo or a document; ``file_id`` opens it where it lies, ``note`` is what was written under it.

    ``name`` and ``mime`` are as the sender's phone says, "" where it says nothing; ``size`` is in bytes,
    0 where it is not told.
    """

    kind: Literal["photo", "document"]
    file_id: str
    name: str = ""
    mime: str = ""
    size: int = 0
    note: str = ""

    def __repr__(self) -> str:
        # A name may be a person's, and so may be what is written under it.
        return f"SentFile({self.kind})"


@dataclass(frozen=True, slots=True)
class SentOther:
    """Something that cannot be an answer: ``voice``, ``sticker``, ``forwarded`` ..."""

    kind: str


Input: TypeAlias = "Said | Pressed | SharedContact | SharedLocation | SentFile | SentOther"
