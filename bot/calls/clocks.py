"""What happens to a home call when one of its moments comes: alarm, term, opening, evening."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from bot.calls import notices
from bot.calls.notices import Notices
from bot.channels.telegram import parcel_for
from bot.staff.cards import Call, Cards
from bot.staff.certificates import Certificates
from bot.staff.feed import (
    ALARM,
    BEFORE_CLOSING,
    EVENING,
    LINE,
    OPENING,
    OVERDUE,
    OVERDUE_MARK,
    REDRAW,
    UNDO_ENDS,
    Feed,
    said,
)
from bot.staff.rights import CLOCK
from bot.staff.room import Alerting
from dialogs.engine import T
from rules.call_status import CallStatus, is_open
from rules.escalation import ESCALATES_AFTER
from rules.law import rule
from storage import audit, due, escalations, requests, staff
from storage.database import Tx
from storage.outbox import Parcel

_UNANSWERED: Final = frozenset({CallStatus.REGISTERED, CallStatus.NEXT_DAY})


@dataclass(frozen=True, slots=True)
class CallClocks:
    """One handler for each kind of moment; each runs within the transaction that takes its row."""

    feed: Feed
    notices: Notices
    cards: Cards
    alerts: Alerting
    papers: Certificates

    def handlers(self) -> Mapping[str, Callable[[Tx, int, datetime], Awaitable[Sequence[Parcel]]]]:
        """The kinds of due rows, and who does them."""
        return {
            ALARM: self.alarm,
            OVERDUE: self.overdue,
            OPENING: self.opening,
            EVENING: self.evening,
            UNDO_ENDS: self.settled,
            REDRAW: self.redraw,
            notices.CHECK: self.notice,
        }

    @rule("HC-07")
    async def alarm(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """Two thirds of the term are over: an unanswered call is brought up anew, with a sound."""
        del now
        call = await self.feed.call(tx, request_id)
        if call is None or call.status not in _UNANSWERED or call.answer_due is None:
            return ()
        words = T("staff.reminder", number=call.number, due=call.local(call.answer_due))
        return await self.feed.told(tx, call, words)

    @rule("HC-07")
    async def overdue(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """The term is over: marked, brought to the head, and the citizen is told so with phone and 103."""
        call = await self.feed.call(tx, request_id)
        if call is None or call.status not in _UNANSWERED or call.overdue or call.answer_due is None:
            return ()
        requests.note(tx, call.id, CLOCK, now, OVERDUE_MARK)
        due.set_due(tx, escalations.DUE, call.id, now + ESCALATES_AFTER.delta)
        after = await self.feed.call(tx, request_id) or call
        words = T("staff.overdue", number=call.number, due=call.local(call.answer_due))
        parcels = [
            *self.notices.tell(tx, after, notices.OVERDUE, now),
            *await self.feed.told(tx, after, words),
            *await self.feed.refresh(tx, after, now),
            *await self._to_heads(tx, after, words, now),
        ]
        await audit.append(
            tx, "home_call.overdue", CLOCK, f"request:{call.id}", {"clinic": call.clinic.no}, now
        )
        return parcels

    async def opening(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """The clinic opens: a call that was carried over is one of this day (X-05)."""
        call = await self.feed.call(tx, request_id)
        if call is None or call.status is not CallStatus.NEXT_DAY:
            return ()
        if not await requests.move(tx, call.id, call.version, CallStatus.REGISTERED, CLOCK, now):
            return ()
        after = await self.feed.call(tx, request_id) or call
        return (*await self.feed.refresh(tx, after, now), *await self._brought_up(tx, after))

    @rule("G-72")
    async def evening(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """An hour before closing: the clinic's visits not made yet, in one message to its heads.

        What is left over from earlier days is among them, and is brought up on the next day again.
        """
        call = await self.feed.call(tx, request_id)
        if call is None:
            return ()
        today = call.local(now).date()
        schedule = call.clinic.schedule(self.feed.directory.calendar)
        closes = schedule.closing(today)
        if closes is None or now < closes - BEFORE_CLOSING:
            # The service stood still in that hour, and this is the next day: its own evening is to come.
            day = schedule.next_working_day(today) if closes is None else today
            self.feed.set_evening_clock(tx, replace(call, visit_day=day), now)
            return ()
        missing = [one for one in await self._until(tx, call.clinic.no, today) if is_open(one.status)]
        if not missing:
            return ()
        tomorrow = schedule.next_working_day(today)
        for one in missing:
            self.feed.set_evening_clock(tx, replace(one, visit_day=tomorrow), now)
        words = T(
            "staff.open_visits",
            count=len(missing),
            closes=call.local(closes),
            numbers=", ".join(one.number for one in missing),
        )
        heads = await staff.of_clinic(tx, call.clinic.no, "head")
        return [said(head.telegram_id, self.cards.say(words, head.locale)) for head in heads]

    @rule("HC-12", "RF-01")
    async def settled(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """The two minutes of undoing are over: what was promised can be certified."""
        call = await self.feed.call(tx, request_id)
        if call is None:
            return ()
        await self.papers.of_call(tx, call, now)
        return await self.feed.refresh(tx, call, now)

    async def redraw(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """The card as it is now: it can be edited at last."""
        call = await self.feed.call(tx, request_id)
        return () if call is None else await self.feed.refresh(tx, call, now)

    async def notice(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """Whether the citizen was reached; if not, an SMS goes instead."""
        call = await self.feed.call(tx, request_id)
        return () if call is None else await self.notices.check(tx, call, now)

    async def _brought_up(self, tx: Tx, call: Call) -> Sequence[Parcel]:
        if call.answer_due is None:
            return ()
        words = T("staff.opening", number=call.number, due=call.local(call.answer_due))
        return await self.feed.told(tx, call, words)

    async def _to_heads(self, tx: Tx, call: Call, words: T, now: datetime) -> Sequence[Parcel]:
        """The card itself goes with the words: a head answers from there, without looking for the group."""
        parcels: list[Parcel] = []
        for head in await staff.of_clinic(tx, call.clinic.no, "head"):
            parcels.append(said(head.telegram_id, self.cards.say(words, head.locale), call.id))
            card = self.cards.card(call, head.locale, now)
            parcels.append(parcel_for(head.telegram_id, card, kind=LINE, request_id=call.id))
        if not parcels:
            self.alerts.alert("staff.no_head", clinic=call.clinic.no, request=call.id)
        return parcels

    async def _until(self, tx: Tx, clinic_no: int, day: date) -> list[Call]:
        """The clinic's open calls that were to be visited by that day."""
        return [one for one in await self.feed.calls_of_clinic(tx, clinic_no) if one.visit_day <= day]
