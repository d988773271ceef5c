"""After a technical break: the terms of what is open end later, and its citizens are told the new time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.attachments import feed as attachment_feed
from bot.attachments import notices as attachment_notices
from bot.bookings.steps import UNMOVED
from bot.calls import notices as call_notices
from bot.sending.by_day import by_day
from bot.staff import feed as call_feed
from bot.staff.feed import OVERDUE_MARK
from bot.staff.parts import Parts
from bot.staff.rights import CLOCK
from rules.law import Service, rule
from rules.outages import Break, extended, term_of
from storage import due, escalations, outages, requests
from storage.database import Tx
from storage.outbox import Parcel
from storage.requests import Changes, RegisteredRequest

TOLD: Final = "term_extended"
"""Due kind, subject a request: its card is drawn anew, and its citizen is told the new time."""

EXTENDED: Final = "extended"
"""The mark of a term that a technical break has extended."""

HELD: Final = frozenset({call_feed.OVERDUE, attachment_feed.OVERDUE, UNMOVED, escalations.DUE})
"""What is not judged while staff cannot be reached: it waits for the end of the outage."""

_UNANSWERED: Final = frozenset({"registered", "next_day"})
_LOOK_AGAIN: Final = timedelta(minutes=1)

Handler = Callable[[Tx, int, datetime], Awaitable[Sequence[Parcel]]]


@dataclass(frozen=True, slots=True)
class Extension:
    """Extends terms, where the operator has not switched that off (EXTEND_ON_OUTAGE)."""

    parts: Parts
    switched_on: bool = True

    def handlers(self) -> Mapping[str, Handler]:
        """The kinds of due rows, and who does them."""
        return {TOLD: self.told}

    @rule("G-07")
    async def after(self, tx: Tx, outage: Break, now: datetime) -> int:
        """Extend every unanswered request's term by what it lost; how many. Within the log's transaction.

        What if it runs twice: it stands beside the row that ends the outage, which is ended once.
        """
        if not self.switched_on or not outage.counts:
            return 0
        await self.parts.directory.refresh(tx)
        changed = 0
        for request_id in await outages.unanswered(tx, outage.began_at):
            request = await requests.by_id(tx, request_id)
            if request is not None and await self._extend(tx, request, outage, now):
                due.set_due(tx, TOLD, request_id, now)
                changed += 1
        return changed

    async def told(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """The card with the new time, and the words to its citizen; nothing if it was answered meanwhile.

        Whoever waits for a doctor is told at once, whoever waits for an attachment by day.
        """
        request = await requests.by_id(tx, request_id)
        if request is None or request.status not in _UNANSWERED:
            return ()
        call = await self.parts.feed.call(tx, request_id)
        if call is not None:
            card = await self.parts.feed.refresh(tx, call, now)
            return (*self.parts.notices.tell(tx, call, call_notices.EXTENDED, now), *card)
        asked = await self.parts.attachment_book.asked(tx, request_id)
        if asked is None:
            return ()
        steps = self.parts.attachments
        words = steps.notices.tell(tx, asked, attachment_notices.EXTENDED, now)
        return (*by_day(words, now, asked.zone), *await steps.feed.refresh(tx, asked, now))

    def holding(self, handlers: Mapping[str, Handler]) -> dict[str, Handler]:
        """The same handlers; those that judge a term wait while an outage lasts."""
        return {
            kind: self._held(kind, handler) if kind in HELD and self.switched_on else handler
            for kind, handler in handlers.items()
        }

    def _held(self, kind: str, handler: Handler) -> Handler:
        async def wait_or_do(tx: Tx, subject: int, now: datetime) -> Sequence[Parcel]:
            if await outages.lasts_since(tx, outages.TELEGRAM) is None:
                return await handler(tx, subject, now)
            due.set_due(tx, kind, subject, now + _LOOK_AGAIN)
            return ()

        return wait_or_do

    async def _extend(self, tx: Tx, request: RegisteredRequest, outage: Break, now: datetime) -> bool:
        if request.answer_due is None or requests.is_noted(
            await requests.marks(tx, request.id), OVERDUE_MARK
        ):
            return False
        schedule = self.parts.directory.clinics[request.clinic_no].schedule(self.parts.directory.calendar)
        term = term_of(request.registered_at, request.answer_due, schedule)
        by = extended(term, outage, schedule)
        if by == request.answer_due:
            return False
        changes = Changes(answer_due=by)
        if not await requests.move(
            tx, request.id, request.version, request.status, CLOCK, now, changes, EXTENDED
        ):
            return False
        await self._set_clocks(tx, request, now)
        return True

    async def _set_clocks(self, tx: Tx, request: RegisteredRequest, now: datetime) -> None:
        if request.service == Service.HOME_CALL:
            call = await self.parts.feed.call(tx, request.id)
            if call is not None:
                self.parts.feed.set_answer_clocks(tx, call, now)
        elif request.service == Service.ATTACHMENT:
            asked = await self.parts.attachment_book.asked(tx, request.id)
            if asked is not None:
                self.parts.attachments.feed.set_answer_clocks(tx, asked, now)
