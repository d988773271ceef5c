"""Who may act for whom, and which document proves it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from rules.grounds import NO_AUTHORITY
from rules.law import ALLOWED, Limit, Refused, Verdict, rule
from rules.people import Guardianship, Person, age_on
from rules.sources import almaty_home_call, house_default

BIRTH_CERTIFICATE_UNDER: Final = Limit(16, "years", almaty_home_call("cl. 12"))
GUARDIAN_ACTS_UNDER: Final = Limit(16, "years", house_default("G-09", "a lawyer is to confirm the age"))
NEWBORN_DAYS: Final = Limit(60, "days", house_default("G-10", "time to register a birth"))


class IdentityDocument(StrEnum):
    """What proves who the patient is at the visit."""

    BIRTH_CERTIFICATE = "birth_certificate"
    IDENTITY_DOCUMENT = "identity_document"


@rule("GEN-06", "AT-03", "E-16")
def document_needed(birth: date, day: date) -> IdentityDocument:
    """A birth certificate up to the day before the sixteenth birthday, an identity document from then on."""
    if age_on(birth, day) < BIRTH_CERTIFICATE_UNDER.value:
        return IdentityDocument.BIRTH_CERTIFICATE
    return IdentityDocument.IDENTITY_DOCUMENT


def is_child(birth: date, day: date) -> bool:
    """True while a parent or guardian acts for the person by right of the registry alone."""
    return age_on(birth, day) < GUARDIAN_ACTS_UNDER.value


@rule("G-09", "GEN-05", "AP-16")
def may_act_for(guardian: Person, child: Person, link: Guardianship | None, today: date) -> Verdict:
    """Whether the registry lets this person act for that one, today (the clinic's date).

    For oneself always; for a child under 16 by a registered link that holds today; from the sixteenth
    birthday on never by this way. A home call for any other person needs no right at all: the caller
    chooses the clinic, and identity is looked at during the visit.
    """
    if guardian.id == child.id:
        return ALLOWED
    if link is None or (link.guardian_id, link.child_id) != (guardian.id, child.id):
        return Refused(NO_AUTHORITY)
    if link.holds_on(today) and is_child(child.birth_date, today):
        return ALLOWED
    return Refused(NO_AUTHORITY)


@dataclass(frozen=True, slots=True)
class Newborn:
    """A child without an IIN, called for under its mother's confirmed identity (G-10)."""

    mother_id: str
    name: str
    birth_date: date


@rule("G-10")
def may_be_newborn(birth: date, today: date) -> bool:
    """True if a child born on that day may still be without an IIN."""
    return birth <= today and (today - birth).days <= NEWBORN_DAYS.value
