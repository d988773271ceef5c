"""The citizen's place in the line: after each visit the others of that day are told how many are before.

Nobody's whereabouts are followed: what is counted are the presses. One message per call, silently edited
until its turn comes, which makes a sound; by SMS only that it is next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.channels.painting import notice
from bot.channels.sms import sms_parcel
from bot.channels.telegram import parcel_for
from bot.rounds.book import RoundsBook, before_each
from bot.staff.cards import Call
from bot.staff.feed import edited
from dialogs.actions import status_of, withdraw
from dialogs.engine import Sentence, T
from rules.law import rule
from rules.quiet_hours import MessageKind, may_be_sent_at
from storage import feed
from storage.database import Tx
from storage.outbox import Parcel

PLACE: Final = "visit_place"


@dataclass(frozen=True, slots=True)
class Line:
    """Tells the places; ``render`` is told the language that the citizen's chat was in."""

    book: RoundsBook
    render: Callable[[Sentence, str], str]

    @rule("G-47")
    async def told(self, tx: Tx, ended: Call, now: datetime) -> Sequence[Parcel]:
        """What is owed to those who wait behind a visit that is over. Twice: each place is told once.

        Late in the evening nobody waits any more: what is pressed then moves nobody (G-47).
        """
        today = ended.local(now).date()
        night = may_be_sent_at(MessageKind.NEWS, now, ZoneInfo(ended.clinic.zone)) > now
        if not ended.doctor_no or ended.visit_day > today or night:
            return ()
        visits = await self.book.visits(tx, ended.clinic, ended.doctor_no, today)
        before = before_each(visits)
        parcels: list[Parcel] = []
        for call in visits:
            # The window of a visit left over is past: its citizen is phoned (G-72).
            if call.id in before and call.visit_day == today:
                parcels += await self._place(tx, call, before[call.id], now)
        return parcels

    async def _place(self, tx: Tx, call: Call, before: int, now: datetime) -> tuple[Parcel, ...]:
        once = f"place:{call.id}:{before}"
        match call.told_at.channel:
            case "telegram":
                return await self._in_chat(tx, call, before, once, now)
            case "sms" if before == 0:
                text = self.render(_words(call, "sms.place_next", before, now), call.told_in)
                return (sms_parcel(call.told_at.key, text, kind=PLACE, request_id=call.id, dedupe=once),)
            case _:
                return ()

    async def _in_chat(self, tx: Tx, call: Call, before: int, once: str, now: datetime) -> tuple[Parcel, ...]:
        words = _words(call, "rounds.place" if before else "rounds.place_next", before, now)
        leads = (status_of(call.id), withdraw(call.id))
        screen = notice((words,), leads, lambda sentence: self.render(sentence, call.told_in))
        chat = int(call.told_at.key)
        posted = (await feed.newest_in_chats(tx, f"place:{call.id}:")).get(chat)
        next_told = await feed.is_posted(tx, f"place:{call.id}:0")
        if (before or next_told) and posted is not None and posted.message_id is not None:
            return (edited(chat, posted.message_id, screen, call.id),)
        return (parcel_for(chat, screen, kind=PLACE, dedupe=once, request_id=call.id),)


def _words(call: Call, key: str, before: int, now: datetime) -> T:
    """Under ``key``; once the window is over its time is no promise any more, and a delay is called one."""
    if call.window is None:
        raise LookupError("a visit in line without a window")
    start, end = call.local(call.window.start), call.local(call.window.end)
    if call.window.end <= now:
        return T(f"{key}_late", number=call.number, before=before, phone=call.clinic.phone)
    return T(key, number=call.number, before=before, start=start, end=end, phone=call.clinic.phone)
