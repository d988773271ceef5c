"""The desk and the phone: how a registrar sees who it is, and the three limits of serving them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from rules.calendar import WorkingCalendar
from rules.channels import Channel
from rules.clinics import Clinic
from rules.law import Limit, rule
from rules.sources import appointment_standard, house_default

WAIT: Final = Limit(10, "minutes", appointment_standard("item 3, in person, 2)"))
HAND_IN: Final = Limit(10, "minutes", appointment_standard("item 3, in person or by phone, 1)"))
SERVICE: Final = Limit(10, "minutes", appointment_standard("item 3, in person or by phone, 3)"))
ALARM: Final = Limit(8, "minutes", house_default("HC-06 alarm"))
CASE_AT_MOST: Final = Limit(60, "minutes", house_default("X-29", "an identity that was seen counts so long"))
WAITED: Final = (0, 5, 10, 15, 20, 30)
"""What a registrar can say of how long somebody has waited, in minutes."""


class Way(StrEnum):
    """How a registrar has seen who it is."""

    DOCUMENT = "document"
    DIGITAL = "digital"
    CALL_BACK = "call_back"
    BY_HAND = "by_hand"


@rule("X-29", "DD-05")
def ways_of(channel: Channel, *, has_phone: bool) -> tuple[Way, ...]:
    """How somebody of the state register is identified; `has_phone`: it knows a number of theirs.

    A document cannot be shown by phone: then it is the IIN, the name and a call back to the known number.
    """
    if channel is Channel.DESK:
        return (Way.DOCUMENT, Way.DIGITAL)
    return (Way.CALL_BACK,) if channel is Channel.PHONE and has_phone else ()


@dataclass(frozen=True, slots=True)
class Measured:
    """The three times of a case: the wait, from hand-in to the answer, and the whole service."""

    waited: timedelta
    from_hand_in: timedelta
    served: timedelta

    @property
    def in_time(self) -> bool:
        """True if each of the three kept within its limit; exactly at the limit is in time."""
        return (
            self.waited <= WAIT.delta and self.from_hand_in <= HAND_IN.delta and self.served <= SERVICE.delta
        )


@rule("AP-04", "AP-05", "AP-06", "X-30", "HC-16")
def measured(
    came_at: datetime, opened_at: datetime, handed_in_at: datetime | None, answered_at: datetime
) -> Measured:
    """The times of a case that was answered aloud; a caller waits and hands in nothing."""
    return Measured(opened_at - came_at, answered_at - (handed_in_at or opened_at), answered_at - opened_at)


@rule("HC-06", "AP-06")
def answer_aloud_by(opened_at: datetime) -> datetime:
    """When the answer is to have been read aloud."""
    return opened_at + SERVICE.delta


@rule("G-01")
def judged_at(
    channel: Channel, opened_at: datetime, handed_in_at: datetime | None, now: datetime
) -> datetime:
    """The instant that a cut-off looks at: the opening of the case by phone, the hand-in at the desk."""
    match channel:
        case Channel.PHONE:
            return opened_at
        case Channel.DESK:
            return handed_in_at or now
        case Channel.ELECTRONIC:
            return now


@rule("G-12", "AU-25")
def check_due(now: datetime, clinic: Clinic, calendar: WorkingCalendar) -> datetime:
    """When a second person is to check an identity that was seen by hand: the next working day's opening."""
    schedule = clinic.schedule(calendar)
    _, opens = schedule.next_working_opening(schedule.local_day(now))
    return opens
