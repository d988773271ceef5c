"""Opens a one-time link: the consent is asked for once more, the link is spent, and the look is recorded.

All of it in one transaction: what was not recorded was not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.centres.release import consent_of
from dialogs.engine import Unavailable
from rules.centre_info import InfoStatus, shown_status
from rules.clock import Clock
from rules.law import rule
from storage import audit, centre_looks, centres
from storage.centre_looks import Opened
from storage.centres import Info, Result
from storage.database import Database, Tx


class Seen(StrEnum):
    """What the page says."""

    BEFORE = "before"
    SHOWN = "shown"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    DOWN = "down"


@dataclass(frozen=True, slots=True, repr=False)
class View:
    """One answer of the page; the two values stand with ``SHOWN`` alone."""

    seen: Seen
    request: Info | None = None
    result: Result | None = None


@dataclass(frozen=True, slots=True)
class Showing:
    """Shows results, each link once."""

    db: Database
    clock: Clock

    async def knock(self, token: str) -> View:
        """Whether the link would open; it is not spent. A link that is looked at by a program stays whole."""
        try:
            alive = await centre_looks.link_is_alive(self.db.reader, token, self.clock.now())
        except Unavailable:
            return View(Seen.DOWN)
        return View(Seen.BEFORE if alive else Seen.CLOSED)

    async def open(self, token: str) -> View:
        """Spend the link, and show what is behind it. Twice: it is closed."""
        try:
            # Whoever only guesses takes no turn of those who write.
            if not await centre_looks.link_is_alive(self.db.reader, token, self.clock.now()):
                return View(Seen.CLOSED)
            return await self.db.decide(lambda tx: self._opened(tx, token, self.clock.now()))
        except Unavailable:
            return View(Seen.DOWN)

    @rule("IC-12", "G-34", "G-40")
    async def _opened(self, tx: Tx, token: str, now: datetime) -> View:
        opened = await centre_looks.open_link(tx, token, now)
        request = None if opened is None else await centres.by_id(tx, opened.request_id)
        if opened is None or request is None or request.asker_id != str(opened.person_id):
            return View(Seen.CLOSED)
        consent = await consent_of(tx, request, now)
        match shown_status(request.status, request.valid_until, now, consented=consent is not None):
            case InfoStatus.READY if consent is not None:
                return await self._recorded(tx, opened, request, consent, now)
            case "expired":
                return View(Seen.EXPIRED)
            case "withdrawn":
                return View(Seen.WITHDRAWN)
            case _:
                return View(Seen.CLOSED)

    async def _recorded(self, tx: Tx, opened: Opened, request: Info, consent: int, now: datetime) -> View:
        result = await centres.result_of(tx, request.id)
        if result is None or request.subject_id is None:
            return View(Seen.CLOSED)
        centre_looks.looked(tx, opened, request.subject_id, now)
        facts: dict[str, str | int] = {"consent": consent, "link": opened.link_id}
        actor, subject = f"person:{opened.person_id}", f"centre_request:{request.id}"
        await audit.append(tx, "centre.looked", actor, subject, facts, now)
        return View(Seen.SHOWN, request, result)
