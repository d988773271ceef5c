"""What nobody waits for stays in the outbox until the morning; what makes no sound goes at once (G-47)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.consents.composing import NOTICE, REQUEST
from bot.staff.feed import EDIT
from rules.days import COUNTRY_ZONE
from rules.law import rule
from rules.quiet_hours import MessageKind, may_be_sent_at
from storage import surveys
from storage.outbox import Parcel

_ASKS: Final = frozenset({REQUEST, NOTICE, surveys.INVITATION})


@rule("G-47")
def morning_for(kind: str, now: datetime) -> datetime | None:
    """Until when a parcel waits that may not leave now, however late it got; None if it may.

    A request for consent, or an invitation to the survey, can be tried again, or found by a process that
    starts, in the middle of a night.
    """
    goes = may_be_sent_at(MessageKind.CONSENT_REQUEST, now, COUNTRY_ZONE)
    return goes if kind in _ASKS and goes > now else None


@rule("G-47")
def by_day(parcels: Sequence[Parcel], now: datetime, zone: ZoneInfo) -> tuple[Parcel, ...]:
    """The same parcels, held at night until it is eight in that zone; an edit of a card wakes nobody."""
    goes = may_be_sent_at(MessageKind.NEWS, now, zone)
    if goes <= now:
        return tuple(parcels)
    return tuple(one if one.kind == EDIT else replace(one, not_before=goes) for one in parcels)
