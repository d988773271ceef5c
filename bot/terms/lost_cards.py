"""Cards whose message Telegram no longer edits: each is put down once more, by the service it belongs to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.staff.parts import Parts
from storage import feed
from storage.database import Tx
from storage.outbox import Parcel


@dataclass(frozen=True, slots=True)
class LostCards:
    """The handler of one kind of moment; it runs within the transaction that takes its row."""

    parts: Parts

    def handlers(self) -> Mapping[str, Callable[[Tx, int, datetime], Awaitable[Sequence[Parcel]]]]:
        """The kinds of due rows, and who does them."""
        return {feed.LOST: self.again}

    async def again(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """The card as it stands now. What if it runs twice: for each lost message there is one new card."""
        parts = self.parts
        call = await parts.feed.call(tx, request_id)
        if call is not None:
            return await parts.feed.refresh(tx, call, now)
        booking = await parts.bookings.booking(tx, request_id)
        if booking is not None:
            return await parts.visits.feed.refresh(tx, booking, now)
        asked = await parts.attachment_book.asked(tx, request_id)
        return () if asked is None else await parts.attachments.feed.refresh(tx, asked, now)
