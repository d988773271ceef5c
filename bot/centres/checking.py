"""What the page that checks papers says of a result of a centre: that it is genuine, and never what it tells.

What is told of somebody's health is shown on its own page alone, by a consent that is asked for each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.centres.release import consent_of
from rules.centre_info import Form, InfoStatus, Shown, shown_status
from rules.law import rule
from storage import centres
from storage.centres import Info
from storage.database import Reader


@dataclass(frozen=True, slots=True, repr=False)
class Checked:
    """A result that bears that number and code, and where it stands; ``form`` is None once it is not kept."""

    request: Info
    standing: Shown
    form: Form | None


@rule("G-40", "IC-12")
async def checked(reader: Reader, number: str, check_code: str, now: datetime) -> Checked | None:
    """The result with that number and code, None if there is none: the same work for both."""
    found = await centres.check(reader, number, check_code)
    if found is None:
        return None
    request, result = found
    consented = await consent_of(reader, request, now) is not None
    standing = shown_status(request.status, request.valid_until, now, consented=consented)
    kept = result.form if result is not None and standing is InfoStatus.READY else None
    return Checked(request, standing, kept)
