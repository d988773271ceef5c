"""Quiet hours: reminders and consent requests wait for the morning, codes do not (G-47)."""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from rules.law import Limit, rule
from rules.sources import house_default

DAY_BEGINS: Final = Limit(8, "hours", house_default("G-47"))
DAY_ENDS: Final = Limit(21, "hours", house_default("G-47"))


class MessageKind(StrEnum):
    """What a message is for, as far as the night is concerned."""

    CODE = "code"
    ANSWER = "answer"
    NEWS = "news"
    """What comes to pass by itself, on its day: nobody waits for it at night."""
    REMINDER = "reminder"
    CONSENT_REQUEST = "consent_request"
    OFFER = "offer"


_WAITS: Final = frozenset(
    {MessageKind.NEWS, MessageKind.REMINDER, MessageKind.CONSENT_REQUEST, MessageKind.OFFER}
)


@rule("G-47")
def may_be_sent_at(kind: MessageKind, now: datetime, zone: ZoneInfo) -> datetime:
    """The earliest instant (UTC) at which that message may go: `now`, or eight in the morning."""
    if kind not in _WAITS:
        return now
    local = now.astimezone(zone)
    if DAY_BEGINS.value <= local.hour < DAY_ENDS.value:
        return now
    day = local.date() + timedelta(days=local.hour >= DAY_ENDS.value)
    return datetime.combine(day, time(DAY_BEGINS.value), zone).astimezone(UTC)
