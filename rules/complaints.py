"""Complaints: who hears one, what it must hold, what may be sent with it, and the marks it goes through.

The terms of its examination stand in `complaint_terms`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rules.law import Limit, rule
from rules.sources import centre_rules, house_default

SERIES: Final = 95
"""What complaints are numbered under, above every number of a clinic: 95-000012."""


class MatterKind(StrEnum):
    """In which register the request stands that a complaint is about."""

    REQUEST = "request"
    CENTRE = "centre"
    TRAINING = "training"


@dataclass(frozen=True, slots=True)
class AboutMatter:
    """The request that is complained of, in whichever register it stands."""

    kind: MatterKind
    id: int


class Body(StrEnum):
    """Who hears complaints: the health body, or the one that controls the quality of public services."""

    HEALTH = "health"
    QUALITY = "quality"


@rule("CO-02")
class Addressee(StrEnum):
    """To whom a complaint is addressed; it may be both."""

    HEALTH = "health"
    QUALITY = "quality"
    BOTH = "both"

    @property
    def bodies(self) -> tuple[Body, ...]:
        """The bodies that it goes to."""
        return tuple(Body) if self is Addressee.BOTH else (Body(self.value),)


@rule("CO-03", "CH-06", "X-33")
class FilingWay(StrEnum):
    """The three ways of filing one: here, by hand at the office of the clinic, by post."""

    ELECTRONIC = "electronic"
    BY_HAND = "by_hand"
    POST = "post"


class AnswerWay(StrEnum):
    """How the answer is wanted; a copy stands in the cabinet in any case (G-62)."""

    POST = "post"
    HAND = "hand"


@rule("CO-08", "PC-11")
class ComplaintStatus(StrEnum):
    """The marks of the act in their order; the last is one of two: answered, or examination refused."""

    DELIVERED = "delivered"
    REGISTERED = "registered"
    IN_WORK = "in_work"
    ANSWERED = "answered"
    REFUSED = "refused"

    @property
    def is_final(self) -> bool:
        """True once it is over."""
        return self in (ComplaintStatus.ANSWERED, ComplaintStatus.REFUSED)


_NEXT: Final = {
    ComplaintStatus.DELIVERED: (ComplaintStatus.REGISTERED,),
    ComplaintStatus.REGISTERED: (ComplaintStatus.IN_WORK,),
    ComplaintStatus.IN_WORK: (ComplaintStatus.ANSWERED, ComplaintStatus.REFUSED),
    ComplaintStatus.ANSWERED: (),
    ComplaintStatus.REFUSED: (),
}


@rule("CO-08")
def may_follow(before: ComplaintStatus, after: ComplaintStatus) -> bool:
    """True if that mark comes next: none is left out, and none comes twice."""
    return after in _NEXT[before]


class Field(StrEnum):
    """What a complaint must hold; the patronymic may be empty (CO-04), a contact phone may be a landline."""

    ADDRESSEE = "addressee"
    NAME = "name"
    IIN = "iin"
    POSTAL_ADDRESS = "postal_address"
    PHONE = "phone"
    WORDS = "words"


FIELDS_SOURCE: Final = centre_rules("rules cl. 8, 10")

SHORTEST_WORDS: Final = Limit(10, "count", house_default("X-34", "letters and figures that say something"))
LONGEST_WORDS: Final = Limit(4000, "count", house_default("X-34", "one message of Telegram holds as much"))
LONGEST_ADDRESS: Final = Limit(300, "count", house_default("X-34"))
SHORTEST_ADDRESS: Final = Limit(5, "count", house_default("X-34"))

MOST_FILES: Final = Limit(10, "count", house_default("X-34"))
LARGEST_FILE: Final = Limit(20, "count", house_default("X-34", "megabytes: what Telegram lets a bot fetch"))
_MEGABYTE: Final = 1_048_576


@rule("CO-04", "X-34", "G-60")
def missing_fields(filled: dict[Field, str]) -> tuple[Field, ...]:
    """The mandatory fields that are empty, in the order of the act; without any of them nothing is kept.

    Who gives no name and no IIN has not complained: their words are kept as feedback (G-60).
    """
    return tuple(one for one in Field if not filled.get(one, "").strip())


class FileFault(StrEnum):
    """Why a photo or a document cannot go with a complaint."""

    WRONG_KIND = "wrong_kind"
    TOO_LARGE = "too_large"


_KINDS: Final = {
    "image/jpeg": frozenset({"jpg", "jpeg"}),
    "image/png": frozenset({"png"}),
    "application/pdf": frozenset({"pdf"}),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": frozenset({"docx"}),
}
_EXTENSIONS: Final = frozenset[str]().union(*_KINDS.values())
# Phones that do not know a document's kind call it so, and only its name tells.
_UNTOLD: Final = frozenset({"", "application/octet-stream"})


@rule("X-34")
def file_fault(name: str, mime: str, size: int) -> FileFault | None:
    """What speaks against a document of that name, kind and size in bytes: JPEG, PNG, PDF, DOCX up to 20 MB.

    Name and kind are what the sender's phone says: where both are said, both must be right.
    """
    if not _is_right_kind(name.rpartition(".")[2].lower() if "." in name else "", mime.lower()):
        return FileFault.WRONG_KIND
    return FileFault.TOO_LARGE if size > LARGEST_FILE.value * _MEGABYTE else None


def _is_right_kind(extension: str, mime: str) -> bool:
    if mime in _UNTOLD:
        return extension in _EXTENSIONS
    return mime in _KINDS and (not extension or extension in _EXTENSIONS)
