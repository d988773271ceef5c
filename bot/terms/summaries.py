"""The quiet summaries of a clinic's day in its group: at opening, at noon, and an hour before closing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from bot.staff.feed import said
from bot.staff.parts import Parts
from dialogs.engine import T
from rules.booking_status import BookingStatus
from rules.call_status import CallStatus
from rules.law import Service, rule
from rules.summaries import next_summary, summary_of
from storage import due, staff, summaries
from storage.database import Tx
from storage.outbox import Parcel
from storage.summaries import Counted

SUMMARY: Final = summaries.DUE

_PATIENCE: Final = timedelta(minutes=45)
"""How late a summary may still come: later, it would be taken for the state of another hour."""

_UNANSWERED: Final = frozenset({"registered", "next_day"})
_WITHOUT_TIME: Final = frozenset({BookingStatus.WAITING.value, BookingStatus.TO_MOVE.value})
_TO_VISIT: Final = frozenset({CallStatus.CONFIRMED.value, CallStatus.ON_WAY.value, CallStatus.NOT_HOME.value})


@dataclass(frozen=True, slots=True)
class Summaries:
    """The handler of one kind of moment; it runs within the transaction that takes its row."""

    parts: Parts

    def handlers(self) -> Mapping[str, Callable[[Tx, int, datetime], Awaitable[Sequence[Parcel]]]]:
        """The kinds of due rows, and who does them."""
        return {SUMMARY: self.tell}

    async def begin(self, tx: Tx, now: datetime) -> None:
        """Set the first summary of every clinic that never had one. Twice: nothing more.

        Of a clinic that is loaded later it is set when its group is linked: before, nobody would read it.
        """
        await self.parts.directory.refresh(tx)
        for clinic in self.parts.directory.clinics.values():
            if clinic.is_college:
                continue
            first = next_summary(now, clinic.schedule(self.parts.directory.calendar))
            due.begin(tx, SUMMARY, clinic.no, first)

    @rule("G-72")
    async def tell(self, tx: Tx, clinic_no: int, now: datetime) -> Sequence[Parcel]:
        """How the day stands, without a sound. What if it runs twice: one message for each moment."""
        await self.parts.directory.refresh(tx)
        clinic = self.parts.directory.clinics.get(clinic_no)
        if clinic is None or clinic.is_college:
            return ()
        schedule = clinic.schedule(self.parts.directory.calendar)
        due.set_due(tx, SUMMARY, clinic_no, next_summary(now, schedule))
        moment, group = summary_of(now, schedule, _PATIENCE), await staff.group_of(tx, clinic_no)
        if moment is None or group is None:
            return ()
        counted = await summaries.counted(tx, clinic_no, now)
        words = _words(counted, clinic.local(now), clinic.local(now).date())
        text = self.parts.cards.say(words, group.locale)
        dedupe = f"{SUMMARY}:{clinic_no}:{group.chat_id}:{moment:%Y%m%d%H%M}"
        return (_quiet(said(group.chat_id, text, dedupe=dedupe)),)


def _quiet(parcel: Parcel) -> Parcel:
    return replace(parcel, body={**parcel.body, "disable_notification": True})


def _words(counted: Sequence[Counted], at: datetime, today: date) -> T:
    unanswered = [one for one in counted if one.status in _UNANSWERED]
    visits = [
        one
        for one in counted
        if one.service == Service.HOME_CALL
        and one.status in _TO_VISIT
        and (one.visit_day is None or one.visit_day <= today)
    ]
    without_time = [
        one for one in counted if one.service == Service.APPOINTMENT and one.status in _WITHOUT_TIME
    ]
    if not (unanswered or visits or without_time):
        return T("staff.summary_nothing", at=at)
    return T(
        "staff.summary",
        at=at,
        open=_sum(unanswered),
        overdue=sum(one.late for one in unanswered),
        visits=_sum(visits),
        times=_sum(without_time),
    )


def _sum(counted: Iterable[Counted]) -> int:
    return sum(one.count for one in counted)
