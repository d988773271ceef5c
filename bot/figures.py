"""How the house stands: what waits, what is late and what was spent, read from the registry when asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rules.days import COUNTRY_ZONE
from storage import centres, inbox, monitoring, outbox, requests
from storage.database import Reader

DAY: Final = timedelta(days=1)
RECENT: Final = timedelta(hours=1)
"""How far back messages are counted by status: counting them all would hold up those who wait."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Figures of one moment; ages in seconds, 0 where nothing waits; ``parcels`` by (channel, status)."""

    inbox_waiting: int
    inbox_oldest: float
    outbox_waiting: int
    outbox_oldest: float
    parcels: Mapping[tuple[str, str], int]
    overdue: int
    sms_today: int
    centres_delayed: int = 0
    """Requests that wait for a silent centre beyond their term."""
    centre_terms_broken: int = 0
    """How many such terms were broken within a day (G-41)."""
    monitoring_waiting: int = 0
    """Events that the monitoring system is owed."""
    monitoring_oldest: float = 0.0
    monitoring_laid_aside: int = 0


async def standing_at(reader: Reader, now: datetime) -> Standing:
    """Read the figures. Raises Unavailable."""
    today = now.astimezone(COUNTRY_ZONE).date()
    feed = await monitoring.outstanding(reader)
    return Standing(
        inbox_waiting=await inbox.waiting(reader),
        inbox_oldest=_age(await inbox.oldest_waiting(reader), now),
        outbox_waiting=await outbox.waiting(reader, now),
        outbox_oldest=_age(await outbox.oldest_waiting(reader, now), now),
        parcels=await outbox.counts(reader, now - RECENT),
        overdue=await requests.overdue(reader, now),
        sms_today=await outbox.sms_spent_today(reader, today),
        centres_delayed=await centres.delayed(reader),
        centre_terms_broken=await centres.breached_between(reader, now - DAY, now),
        monitoring_waiting=feed.waiting,
        monitoring_oldest=_age(feed.oldest, now),
        monitoring_laid_aside=feed.dead,
    )


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
