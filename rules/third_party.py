"""Consent of another person: what it is asked for, how long it is waited for, who answers, and how often."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from rules.consent import COMPARISONS_PER_CODE, ConsentText
from rules.days import COUNTRY_ZONE
from rules.law import Limit, rule
from rules.people import age_on
from rules.quiet_hours import MessageKind, may_be_sent_at
from rules.sources import centre_rules, house_default

COMPARISONS: Final = COMPARISONS_PER_CODE
"""S5, for the code of a consent too."""


class Matter(StrEnum):
    """What a third person's consent is asked for: information of a centre, or one digital document."""

    CENTRE = "centre"
    DOCUMENT = "document"


class ConsentState(StrEnum):
    """Where a request for consent stands."""

    WAITING = "waiting"
    GIVEN = "given"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    CALLED_OFF = "called_off"


@rule("G-32")
class ConsentOutcome(StrEnum):
    """All that the asker's side ever learns: refusal and silence have one name."""

    GIVEN = "given"
    NO_CONSENT = "no_consent"


CONSENT_SOURCE: Final = centre_rules("rules cl. 4")
"""IC-06, IC-07: only with the person's consent; from the cabinet, by code, or by an SMS in reply."""

_G30: Final = house_default("G-30")
WAITED_FOR: Final = {
    Matter.CENTRE: Limit(24, "hours", _G30),
    Matter.DOCUMENT: Limit(1, "hours", house_default("G-30", "whoever asks waits at the desk or by a card")),
}
"""How long an answer is waited for, from when the SMS may go."""

REMINDED_AFTER: Final = {Matter.CENTRE: Limit(12, "hours", _G30)}
"""Half the time, where a reminder makes sense at all."""

ASKED_PER_DAY: Final = Limit(5, "count", house_default("G-38", "requests about others, by one person"))
REACHED_PER_DAY: Final = Limit(3, "count", house_default("S41", "requests for consent that reach one person"))
DAY: Final = Limit(24, "hours", house_default("S41", "a day of these counts is any 24 hours"))
ANSWERS_FROM: Final = Limit(16, "years", house_default("G-37", "a lawyer is to confirm the age"))

HOLDS_DAYS: Final = Limit(
    31,
    "days",
    house_default("IC-12", "ten days of the result, and as long as a centre is silent"),
)
"""Each look is bounded by the ten days of the result itself; a consent must not end before they do."""
TAKEN_WITHIN: Final = Limit(24, "hours", house_default("DD-06"))

TEXTS: Final = {
    Matter.CENTRE: ConsentText("of_another_centre", 1),
    Matter.DOCUMENT: ConsentText("of_another_document", 1),
}
"""G-78: the text in force; a changed one is a new version."""

TEXTS_OF_A_CHILD: Final = {
    Matter.CENTRE: ConsentText("of_another_centre_child", 1),
    Matter.DOCUMENT: ConsentText("of_another_document_child", 1),
}
"""What a parent agrees to for a child, and which child that is (G-37)."""


@dataclass(frozen=True, slots=True)
class Times:
    """When the SMS may go, when it is reminded of (None: not at all), and when waiting ends."""

    sent_at: datetime
    reminded_at: datetime | None
    ends_at: datetime


@rule("G-30", "G-47", "E-12")
def times(matter: Matter, asked_at: datetime) -> Times:
    """The three instants; nobody is woken, and the time to answer is not shortened by the night."""
    sent = may_be_sent_at(MessageKind.CONSENT_REQUEST, asked_at, COUNTRY_ZONE)
    ends = sent + WAITED_FOR[matter].delta
    half = REMINDED_AFTER.get(matter)
    if half is None:
        return Times(sent, None, ends)
    return Times(sent, may_be_sent_at(MessageKind.REMINDER, sent + half.delta, COUNTRY_ZONE), ends)


@rule("G-37")
def answers_themself(birth: date, day: date) -> bool:
    """True from the sixteenth birthday on; before it a parent or guardian answers."""
    return age_on(birth, day) >= ANSWERS_FROM.value


@rule("G-37", "G-78")
def text_of(matter: Matter, *, of_a_child: bool) -> ConsentText:
    """The text that is agreed to: for oneself, or by a parent for a child."""
    return (TEXTS_OF_A_CHILD if of_a_child else TEXTS)[matter]


def holds_until(matter: Matter, given_at: datetime) -> datetime:
    """The instant from which a consent that was given no longer holds, if nobody withdraws it before."""
    if matter is Matter.DOCUMENT:
        return given_at + TAKEN_WITHIN.delta
    last = given_at.astimezone(COUNTRY_ZONE).date() + timedelta(days=HOLDS_DAYS.value)
    return datetime.combine(last + timedelta(days=1), time(), COUNTRY_ZONE)


@rule("G-38")
def may_ask(asked_lately: int) -> bool:
    """True if a person who asked so often within a day may ask about another once more."""
    return asked_lately < ASKED_PER_DAY.value


def may_be_reached(reached_lately: int) -> bool:
    """True if another request may reach a person whom so many reached within a day."""
    return reached_lately < REACHED_PER_DAY.value
