"""Digital documents: which a clinic may ask for, for what, and how long a silent service is tried."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from rules.law import Limit, rule
from rules.representation import IdentityDocument, document_needed
from rules.sources import appointment_standard, centre_rules, house_default

CONSENT_SOURCE: Final = (appointment_standard("item 8"), centre_rules("rules cl. 4"))
"""DD-01, DD-02: only with the holder's consent, by the number registered for them."""
APP_SOURCE: Final = appointment_standard("item 10")
"""DD-03, DD-04: only for whoever has signed in to the state's application."""

SERIES: Final = 94
"""Stands in the place of a clinic in the numbers of these requests: "94-000012"."""

TRY_FOR: Final = Limit(30, "minutes", house_default("G-41", "as for a silent centre"))
FIRST_PAUSE: Final = Limit(15, "seconds", house_default("G-41"))
LONGEST_PAUSE: Final = Limit(5, "minutes", house_default("G-41"))
SHOWN_FOR: Final = Limit(15, "minutes", house_default("how long a document stays open in a chat"))


class DocumentKind(StrEnum):
    """What can be asked for."""

    IDENTITY_CARD = "identity_card"
    BIRTH_CERTIFICATE = "birth_certificate"


class DocumentPurpose(StrEnum):
    """What it is asked for; the holder reads it before consenting."""

    IDENTIFICATION = "identification"
    ATTACHMENT = "attachment"
    CHILD = "child"


class DocumentStatus(StrEnum):
    """Where a request for a document stands."""

    ASKED = "asked"
    CONSENTED = "consented"
    FETCHING = "fetching"
    SHOWN = "shown"
    NO_CONSENT = "no_consent"
    NOT_THERE = "not_there"
    WITHDRAWN = "withdrawn"
    UNUSED = "unused"
    ON_PAPER = "on_paper"

    @property
    def is_open(self) -> bool:
        """True while anything may still come of it."""
        return self in _OPEN


_OPEN: Final = frozenset({DocumentStatus.ASKED, DocumentStatus.CONSENTED, DocumentStatus.FETCHING})

PURPOSES: Final = {
    DocumentKind.IDENTITY_CARD: (DocumentPurpose.IDENTIFICATION, DocumentPurpose.ATTACHMENT),
    DocumentKind.BIRTH_CERTIFICATE: (DocumentPurpose.CHILD, DocumentPurpose.ATTACHMENT),
}
"""For what each may be asked: who it is, whose child it is, or a change of clinic."""

_KIND_OF: Final = {
    IdentityDocument.IDENTITY_DOCUMENT: DocumentKind.IDENTITY_CARD,
    IdentityDocument.BIRTH_CERTIFICATE: DocumentKind.BIRTH_CERTIFICATE,
}


@dataclass(frozen=True, slots=True, repr=False)
class DigitalDocument:
    """A document as the service gave it: its own dates, and the full names of parents where it has them."""

    kind: DocumentKind
    number: str
    surname: str
    name: str
    patronymic: str
    birth_date: date
    iin: str
    issued_on: date
    issued_by: str
    valid_until: date | None = None
    parents: tuple[str, ...] = ()

    def is_valid_on(self, day: date) -> bool:
        """True unless it has run out before that day."""
        return self.valid_until is None or day <= self.valid_until

    def __repr__(self) -> str:
        return f"DigitalDocument({self.kind})"


@rule("GEN-06", "DD-05")
def document_of(birth: date, day: date) -> DocumentKind:
    """Which document proves who somebody is on that day: a birth certificate under 16, then a card."""
    return _KIND_OF[document_needed(birth, day)]


@rule("DD-06")
def may_be_asked(kind: DocumentKind, purpose: DocumentPurpose) -> bool:
    """True if that document may be asked for, for that purpose: a consent covers one of each."""
    return purpose in PURPOSES[kind]


def pause_after(began_at: datetime, now: datetime) -> timedelta:
    """How long until a silent service is asked again: as long as it has been silent, within both bounds."""
    return min(max(now - began_at, FIRST_PAUSE.delta), LONGEST_PAUSE.delta)


def is_given_up(began_at: datetime, now: datetime) -> bool:
    """True once a silent service has been asked for so long that staff go on with paper."""
    return now >= began_at + TRY_FOR.delta
