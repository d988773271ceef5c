"""What the doctor looks at of the feed: whether the server answers and knows us, and what is owed to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import aiohttp

from bot.findings import Finding, fault, fine, warning
from bot.monitoring.server import OK, HttpMonitoring, ServerDown
from bot.settings import Settings
from rules.monitoring import TOLD_AFTER
from storage import monitoring
from storage.database import Reader

REFUSED = frozenset({401, 403})


async def about_monitoring(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    """Ask for the server's health; nothing is told."""
    if not settings.monitoring_url:
        yield warning(
            "MONITORING_URL", "is empty; what is owed to the state's monitoring system waits in the registry"
        )
        return
    try:
        status = await HttpMonitoring(session, settings.monitoring_url, settings.monitoring_token).health()
    except ServerDown as down:
        yield fault("MONITORING_URL", f"does not answer ({down.code}); events wait until it does")
        return
    if status in REFUSED:
        yield fault(
            "MONITORING_TOKEN", f"is refused ({status}); take it anew from whoever runs the monitoring system"
        )
    elif status != OK:
        yield fault("MONITORING_URL", f"answers {status} at /health; see whether it is the right address")
    else:
        yield fine("MONITORING_URL", "the monitoring system answers and knows the bot")


async def about_feed(settings: Settings, reader: Reader, now: datetime) -> Finding:
    """Look at what waits in the registry, and at what was laid aside. Raises Unavailable."""
    owed = await monitoring.outstanding(reader)
    late = owed.oldest is not None and now - owed.oldest > TOLD_AFTER.delta
    if settings.monitoring_url and late:
        return fault("monitoring", f"{owed.waiting} events wait; is the bot running, does the server answer?")
    if owed.dead:
        return warning(
            "monitoring", f"{owed.dead} events were refused; `python -m bot monitoring` shows which and why"
        )
    return fine("monitoring", f"{owed.waiting} events wait, none was refused")
