"""Consent: what it is asked for, by which ways, how long it lives, and every figure of the codes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from rules.law import Limit, Source, rule
from rules.sources import CHECKED_ON, centre_rules, house_default, nist_authentication


class Purpose(StrEnum):
    """What an identity is confirmed for; a code of one purpose is worth nothing for another."""

    HOME_CALL = "home_call"
    APPOINTMENT = "appointment"
    ATTACHMENT = "attachment"
    CENTRE_INFO = "centre_info"
    TRAINING = "training"
    CABINET = "cabinet"
    OWN_COPY = "own_copy"
    ERASURE = "erasure"
    COMPLAINT = "complaint"


@rule("X-36", "CH-07")
class ConsentWay(StrEnum):
    """How consent is given: any one of the three is enough (X-36)."""

    CABINET = "cabinet"
    CODE = "code"
    SMS_REPLY = "sms_reply"


WAYS_SOURCE: Final = centre_rules("rules cl. 4")


@dataclass(frozen=True, slots=True)
class ConsentText:
    """The text a person consents to; a changed text is a new version and asks anew (G-78)."""

    id: str
    version: int

    @property
    def words_key(self) -> str:
        """Catalogue key of the text."""
        return f"consent.{self.id}.v{self.version}"


CONSENT_TEXTS: Final = {
    Purpose.HOME_CALL: ConsentText("home_call", 1),
    Purpose.APPOINTMENT: ConsentText("appointment", 1),
    Purpose.ATTACHMENT: ConsentText("attachment", 1),
    Purpose.CENTRE_INFO: ConsentText("centre_info", 1),
    Purpose.TRAINING: ConsentText("training", 1),
    Purpose.CABINET: ConsentText("cabinet", 1),
    Purpose.OWN_COPY: ConsentText("own_copy", 1),
    Purpose.ERASURE: ConsentText("erasure", 1),
    Purpose.COMPLAINT: ConsentText("complaint", 1),
}


ALOUD_TEXTS: Final = {
    Purpose.HOME_CALL: ConsentText("home_call_aloud", 1),
    Purpose.APPOINTMENT: ConsentText("appointment_aloud", 1),
    Purpose.ATTACHMENT: ConsentText("attachment_aloud", 1),
}
"""What a registrar reads aloud to whoever came or called."""


SMS_TEXTS: Final = {
    Purpose.HOME_CALL: ConsentText("home_call_sms", 1),
    Purpose.APPOINTMENT: ConsentText("appointment_sms", 1),
    Purpose.CABINET: ConsentText("cabinet_sms", 1),
}
"""What stands in the SMS that holds the code, for the services that a button phone can be served with."""


@rule("G-78")
def consent_text_by_sms(purpose: Purpose) -> ConsentText:
    """The text in force on a button phone. Raises KeyError for a service that is not for it."""
    return SMS_TEXTS[purpose]


@rule("G-78")
def consent_text(purpose: Purpose) -> ConsentText:
    """The text in force for that purpose."""
    return CONSENT_TEXTS[purpose]


@rule("G-78")
def consent_text_aloud(purpose: Purpose) -> ConsentText:
    """The text in force at the desk and on the phone. Raises KeyError for what is not for them (CH-05)."""
    return ALOUD_TEXTS[purpose]


_PSD2: Final = Source(
    "Commission Delegated Regulation (EU) 2018/389", "art. 4", CHECKED_ON.replace(2019, 9, 14), CHECKED_ON
)

CODE_DIGITS: Final = Limit(6, "digits", nist_authentication("3.1.3.2"))
CODE_LIFETIME: Final = Limit(300, "seconds", house_default("S7", "the standard's ceiling is 600 s"))
CODE_LIFETIME_CEILING: Final = Limit(600, "seconds", nist_authentication("3.1.3.2"))
COMPARISONS_PER_CODE: Final = Limit(5, "count", _PSD2)
LIVE_CODES: Final = Limit(1, "count", house_default("one code lives per person and purpose"))

_RESEND: Final = house_default("S23")
RESEND_SPACING: Final = tuple(Limit(seconds, "seconds", _RESEND) for seconds in (60, 120, 300))
"""The wait before the first, the second, and every further resend."""

_CAPS: Final = house_default("S24", "sends per phone")
SENDS_PER_PHONE: Final = (
    (Limit(3, "count", _CAPS), Limit(10, "minutes", _CAPS)),
    (Limit(5, "count", _CAPS), Limit(1, "hours", _CAPS)),
    (Limit(10, "count", _CAPS), Limit(1, "days", _CAPS)),
)
"""(at most so many codes, within so long) per phone."""

KNOWN_CHAT_SHARE: Final = Limit(5, "count", house_default("half the daily cap is kept for known chats"))
FAILURES_TO_LOCK: Final = Limit(10, "count", house_default("S6", "failed comparisons per identity"))
LOCK: Final = Limit(1, "hours", house_default("S6"))
FAILURES_TO_DESK: Final = Limit(100, "count", nist_authentication("3.2.2"))
IINS_PER_CHAT: Final = Limit(5, "count", house_default("S24", "different IINs per chat and day"))
NO_SMS_OFFERED_AFTER: Final = Limit(60, "seconds", house_default("S19", "the same for every number"))
NO_RETRY_UNDER: Final = Limit(120, "seconds", house_default("life a code must have left to be sent again"))

IDENTITY_IDLE: Final = Limit(
    15, "minutes", house_default("identity in an open request, since the last answer")
)
IDENTITY_AT_MOST: Final = Limit(60, "minutes", house_default("identity in an open request, since the code"))
CABINET_IDLE: Final = Limit(5, "minutes", _PSD2)


@rule("G-35")
def code_expires(issued_at: datetime) -> datetime:
    """The instant from which a code is dead."""
    return issued_at + CODE_LIFETIME.delta


@rule("G-35")
def resend_at(issued_at: datetime, resends_before: int) -> datetime:
    """The earliest instant of the next code, given how many were sent anew before (0 for none)."""
    spacing = RESEND_SPACING[min(resends_before, len(RESEND_SPACING) - 1)]
    return issued_at + spacing.delta


@rule("PC-01")
def identity_lives(purpose: Purpose, confirmed_at: datetime, last_used_at: datetime, now: datetime) -> bool:
    """True while a confirmed identity still counts: 15 min idle and 60 at most, the cabinet 5 min idle."""
    return now < identity_ends(purpose, confirmed_at, last_used_at)


def identity_ends(purpose: Purpose, confirmed_at: datetime, last_used_at: datetime) -> datetime:
    """The instant from which the code has to be asked for again."""
    if purpose is Purpose.CABINET:
        return last_used_at + CABINET_IDLE.delta
    return min(last_used_at + IDENTITY_IDLE.delta, confirmed_at + IDENTITY_AT_MOST.delta)


@rule("G-35")
def is_locked_after(failures: int) -> bool:
    """True at each tenth failure in a row: the identity rests for an hour."""
    return failures > 0 and failures % FAILURES_TO_LOCK.value == 0


@rule("G-35")
def goes_to_desk(failures: int) -> bool:
    """True once so many failures in a row happened that only the clinic's desk can help."""
    return failures >= FAILURES_TO_DESK.value
