"""The cabinet's own figures: how often a request is looked at anew."""

from datetime import datetime
from typing import Final

from rules.law import Limit, rule
from rules.sources import house_default

REFRESH_EVERY: Final = Limit(10, "seconds", house_default("G-67"))
"""One press of "refresh" in that time; what changes meanwhile is told without being asked for."""


@rule("G-67", "PC-08")
def may_refresh(last: datetime | None, now: datetime) -> bool:
    """True if the state may be read anew; ``last`` is when that was done in this chat before."""
    return last is None or now >= last + REFRESH_EVERY.delta
