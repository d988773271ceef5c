"""What happens to a request for attachment when one of its moments comes: alarm, term, opening, switch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.attachments import feed as moments
from bot.attachments import notices
from bot.attachments.book import OVERDUE_MARK, Asked
from bot.attachments.cards import TO_BE_ANSWERED
from bot.attachments.steps import AttachmentSteps
from bot.channels.telegram import parcel_for
from bot.staff.feed import LINE, said
from bot.staff.rights import CLOCK
from bot.staff.room import Alerting
from dialogs.engine import T
from rules.attachment_status import AttachmentStatus
from rules.escalation import ESCALATES_AFTER
from rules.law import rule
from storage import audit, due, escalations, requests, staff
from storage.database import Tx
from storage.outbox import Parcel

HEAD: Final = "head"


@dataclass(frozen=True, slots=True)
class AttachmentClocks:
    """One handler for each kind of moment; each runs within the transaction that takes its row."""

    steps: AttachmentSteps
    alerts: Alerting

    def handlers(self) -> Mapping[str, Callable[[Tx, int, datetime], Awaitable[Sequence[Parcel]]]]:
        """The kinds of due rows, and who does them."""
        return {
            moments.ALARM: self.alarm,
            moments.OVERDUE: self.overdue,
            moments.OPENING: self.opening,
            moments.EVENING: self.evening,
            moments.SWITCH: self.switch,
            moments.UNDO_ENDS: self.redraw,
            moments.REDRAW: self.redraw,
            notices.CHECK: self.notice,
        }

    @rule("AT-05", "X-12")
    async def alarm(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """Two thirds of the term are over: an unanswered request is brought up anew, with a sound."""
        del now
        asked = await self._unanswered(tx, request_id)
        return () if asked is None else await self._brought_up(tx, asked, "staff.attachment.reminder")

    @rule("AT-05", "X-12")
    async def overdue(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """The term is over: marked, brought to the head, and the citizen is told so with the phone."""
        asked = await self._unanswered(tx, request_id)
        if asked is None or asked.overdue:
            return ()
        requests.note(tx, asked.id, CLOCK, now, OVERDUE_MARK)
        due.set_due(tx, escalations.DUE, asked.id, now + ESCALATES_AFTER.delta)
        after = await self.steps.feed.book.asked(tx, request_id) or asked
        words = T("staff.attachment.overdue", number=asked.number, due=asked.local(asked.answer_due))
        facts: dict[str, str | int] = {"clinic": asked.clinic.no}
        parcels = [
            *self.steps.notices.tell(tx, after, notices.OVERDUE, now),
            *await self.steps.feed.told(tx, asked.clinic.no, words, asked.id),
            *await self.steps.feed.refresh(tx, after, now),
            *await self._to_heads(tx, after, words, now),
        ]
        await audit.append(tx, "attachment.overdue", CLOCK, f"request:{asked.id}", facts, now)
        return parcels

    @rule("AT-06", "E-08")
    async def opening(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """The clinic opens: a request that was carried over is one of this day."""
        asked = await self.steps.feed.book.asked(tx, request_id)
        if asked is None or asked.status is not AttachmentStatus.NEXT_DAY:
            return ()
        if not await requests.move(tx, asked.id, asked.version, AttachmentStatus.REGISTERED, CLOCK, now):
            return ()
        after = await self.steps.feed.book.asked(tx, request_id) or asked
        card = await self.steps.feed.refresh(tx, after, now)
        return (*card, *await self._brought_up(tx, after, "staff.attachment.opening"))

    @rule("X-12")
    async def evening(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """An hour before closing: what the clinic has not answered yet, in one message to its heads."""
        asked = await self._unanswered(tx, request_id)
        if asked is None:
            return ()
        missing = [
            one
            for one in await self.steps.feed.book.of_clinic(tx, asked.clinic.no)
            if one.status in TO_BE_ANSWERED and now < one.answer_due <= asked.answer_due
        ]
        for one in missing:
            due.clear(tx, moments.EVENING, one.id)
        words = T(
            "staff.attachment.evening",
            count=len(missing),
            closes=asked.local(asked.answer_due),
            numbers=", ".join(one.number for one in missing),
        )
        heads = await staff.of_clinic(tx, asked.clinic.no, HEAD)
        say = self.steps.feed.cards.say
        return [said(head.telegram_id, say(words, head.locale)) for head in heads]

    @rule("G-22", "AT-15")
    async def switch(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """The press can no longer be taken back, or the day of effect has begun."""
        asked = await self.steps.feed.book.asked(tx, request_id)
        return () if asked is None else await self.steps.settle(tx, asked, now)

    async def redraw(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """The card as it is now: the two minutes of undoing are over, or it can be edited at last."""
        asked = await self.steps.feed.book.asked(tx, request_id)
        return () if asked is None else await self.steps.feed.refresh(tx, asked, now)

    async def notice(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """Whether the citizen was reached; if not, an SMS goes instead."""
        asked = await self.steps.feed.book.asked(tx, request_id)
        return () if asked is None else await self.steps.notices.check(tx, asked, now)

    async def _unanswered(self, tx: Tx, request_id: int) -> Asked | None:
        asked = await self.steps.feed.book.asked(tx, request_id)
        return asked if asked is not None and asked.status in TO_BE_ANSWERED else None

    async def _brought_up(self, tx: Tx, asked: Asked, key: str) -> Sequence[Parcel]:
        words = T(key, number=asked.number, due=asked.local(asked.answer_due))
        return await self.steps.feed.told(tx, asked.clinic.no, words, asked.id)

    async def _to_heads(self, tx: Tx, asked: Asked, words: T, now: datetime) -> Sequence[Parcel]:
        """The card itself goes with the words: a head answers from there, without looking for the group."""
        heads, feed = await staff.of_clinic(tx, asked.clinic.no, HEAD), self.steps.feed
        if not heads:
            self.alerts.alert("staff.no_head", clinic=asked.clinic.no, request=asked.id)
            return ()
        weighed, parcels = await feed.book.weighed(tx, asked, now), list[Parcel]()
        for head in heads:
            parcels.append(said(head.telegram_id, feed.cards.say(words, head.locale), asked.id))
            card = feed.cards.card(asked, weighed, head.locale, now)
            parcels.append(parcel_for(head.telegram_id, card, kind=LINE, request_id=asked.id))
        return parcels
