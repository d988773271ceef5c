"""What the doctor looks at of the centres: whether their systems are linked, answer, and know the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp

from bot.centres.service import OK, CentreSilent, HttpCentres
from bot.findings import Finding, fault, fine, warning
from bot.settings import Settings

REFUSED = frozenset({401, 403})


async def about_centres(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    """Ask for the health of the systems; nobody is asked about."""
    if not settings.centres_url:
        yield warning("CENTRES_URL", "is empty; information of the centres is not given here")
        return
    if not settings.centres_token:
        yield warning(
            "CENTRES_TOKEN", "is empty; anybody on that network could ask the centres as the bot does"
        )
    try:
        status = await HttpCentres(session, settings.centres_url, settings.centres_token).health()
    except CentreSilent as silent:
        yield fault("CENTRES_URL", f"does not answer ({silent.code}); requests would wait, and be late")
        return
    if status in REFUSED:
        yield fault("CENTRES_TOKEN", f"is refused ({status}); take it anew from whoever runs the systems")
    elif status != OK:
        yield fault("CENTRES_URL", f"answers {status} at /health; see whether it is the right address")
    else:
        yield fine("CENTRES_URL", "the centres' systems answer and know the bot")
