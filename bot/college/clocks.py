"""The moments of the college's requests: two thirds of a term, its end, reminders, and the city.

Each runs within the transaction that takes its row. A term that was moved meanwhile is looked at anew.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.college import notices
from bot.college.dossier import Dossier, keep
from bot.college.office import Entry
from bot.college.steps import ALARM, ESCALATION, REMINDER, TERM, CollegeSteps
from bot.college.telling import Telling
from bot.staff.rights import CLOCK
from bot.staff.room import Alerting
from bot.terms.escalation import City, city_told
from dialogs.engine import T
from rules.escalation import ESCALATES_AFTER, MOST_ROUNDS
from rules.law import rule
from rules.people import Language
from rules.training import Stage, may_follow
from rules.training_stages import owed_by_the_citizen
from storage import audit, due, training
from storage.database import Tx
from storage.outbox import Parcel

_LANGUAGES: Final[tuple[Language, ...]] = ("kk", "ru")


@dataclass(frozen=True, slots=True)
class CollegeClocks:
    """One handler for each kind of moment; ``city`` learns by number alone of what is not done."""

    steps: CollegeSteps
    telling: Telling
    alerts: Alerting
    city: City

    def handlers(self) -> Mapping[str, Callable[[Tx, int, datetime], Awaitable[Sequence[Parcel]]]]:
        """The kinds of due rows, and who does them."""
        return {
            ALARM: self.alarm,
            TERM: self.term,
            REMINDER: self.reminder,
            ESCALATION: self.escalate,
            notices.CHECK: self.check,
        }

    @rule("TR-05", "TR-14")
    async def alarm(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """Two thirds of the term are over: whoever has it is told, and the head. Twice: told twice."""
        dossier = await self._working(tx, request_id)
        if dossier is None or dossier.is_late(now):
            return ()
        words = T("college.alarm", number=dossier.number, due=dossier.target_on)
        return await self.telling.to_holder(tx, dossier, words, now)

    @rule("TR-05", "TR-14", "G-29")
    async def term(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """The last day is over: refused where the citizen brought nothing, else late, and said to be so.

        What if it runs twice: the second finds it over, or late already.
        """
        dossier = await self._working(tx, request_id)
        if dossier is None:
            return ()
        if not dossier.is_late(now):
            schedule = dossier.clinic.schedule(dossier.calendar)
            due.set_due(tx, TERM, request_id, schedule.bounds(dossier.request.due_on)[1])
            return ()
        if _was_never_brought(dossier):
            after, parcels = await self.steps.refuse(tx, dossier, CLOCK, now)
            words = T("college.refused_by_clock", number=after.number)
            return (*parcels, *await self.telling.to_holder(tx, after, words, now))
        return await self._late(tx, dossier, now)

    async def _late(self, tx: Tx, dossier: Dossier, now: datetime) -> Sequence[Parcel]:
        if not await training.breached(tx, dossier.id, now):
            # Late before a debt stopped the clock: what the city is told goes on where it stopped.
            if _rounds(dossier) < MOST_ROUNDS.value:
                due.set_due(tx, ESCALATION, dossier.id, _next_morning(dossier, now))
            return ()
        due.set_due(tx, ESCALATION, dossier.id, _next_morning(dossier, now))
        facts: dict[str, str | int] = {"clinic": dossier.clinic.no}
        await audit.append(tx, "training.overdue", CLOCK, f"training_request:{dossier.id}", facts, now)
        words = T("college.overdue", number=dossier.number, due=dossier.request.due_on)
        return (
            *await notices.told(tx, dossier, notices.LATE, now),
            *await self.telling.to_holder(tx, dossier, words, now),
        )

    @rule("G-29")
    async def reminder(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """On the tenth and the twentieth day the citizen is told what is missing. Twice: told once a day."""
        dossier = await self._working(tx, request_id)
        if dossier is None or not owed_by_the_citizen(dossier.office.entered):
            return ()
        self.steps.set_reminder(tx, dossier, now)
        return await notices.told(tx, dossier, notices.REMINDER, now, str(dossier.today(now)))

    @rule("TR-05", "TR-14")
    async def escalate(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """Still not done on a working day after the term: the city learns its number, the citizen that.

        It is done a few working days running, and the citizen is told of the first.
        """
        dossier = await self._working(tx, request_id)
        if dossier is None or not dossier.is_late(now):
            return ()
        facts: dict[str, str | int] = {"clinic": dossier.clinic.no}
        await audit.append(tx, "training.escalated", CLOCK, f"training_request:{request_id}", facts, now)
        which = await self._counted(tx, request_id, now)
        if which < MOST_ROUNDS.value:
            due.set_due(tx, ESCALATION, request_id, _next_morning(dossier, now))
        words = T("college.escalated", number=dossier.number)
        told = await notices.told(tx, dossier, notices.ESCALATED, now) if which == 1 else ()
        return (*told, *self._to_city(dossier, which), *await self.telling.to_heads(tx, dossier, words, now))

    async def _counted(self, tx: Tx, request_id: int, now: datetime) -> int:
        """Which time it is, from 1; the entries are read after the audit chain was appended to."""
        stands = await self.steps.dossiers.of(tx, request_id)
        if stands is None:
            raise LookupError(request_id)
        which = _rounds(stands) + 1
        keep(tx, stands.with_office(stands.office.with_entry(Entry.ESCALATED, {"round": which}, CLOCK, now)))
        return which

    async def check(self, tx: Tx, request_id: int, now: datetime) -> Sequence[Parcel]:
        """An SMS where a notice did not arrive. Twice: one SMS."""
        dossier = await self.steps.dossiers.of(tx, request_id)
        return () if dossier is None else await notices.check(tx, dossier, now)

    def _to_city(self, dossier: Dossier, which: int) -> Sequence[Parcel]:
        """Number, college and its phone, nothing of any person. Without an address our duty phone rings."""
        service, once = T(f"service.{dossier.request.asked.service}"), f"college:{dossier.id}:{which}"
        parcels = city_told(self.city, dossier.number, dossier.clinic, service, dossier.id, once)
        if not parcels:
            self.alerts.alert("request.unanswered", clinic=dossier.clinic.no, request=dossier.id)
        return parcels

    async def _working(self, tx: Tx, request_id: int) -> Dossier | None:
        """The request, if the college still works on it and its clock goes."""
        dossier = await self.steps.dossiers.of(tx, request_id)
        if dossier is None or not dossier.is_open or dossier.is_suspended:
            return None
        return None if dossier.stage is Stage.READY else dossier


@rule("G-29")
def _was_never_brought(dossier: Dossier) -> bool:
    """True for a duplicate whose notice of loss or payment is still missing, so that it cannot be issued."""
    if not dossier.is_duplicate or not may_follow(dossier.stage, Stage.REFUSED):
        return False
    return bool(owed_by_the_citizen(dossier.office.entered))


def _rounds(dossier: Dossier) -> int:
    """How often the city was told of it."""
    return int(dossier.office.facts(Entry.ESCALATED).get("round", 0))


def _next_morning(dossier: Dossier, now: datetime) -> datetime:
    """A little after the college opens next: what the morning brings has had its chance."""
    return dossier.clinic.schedule(dossier.calendar).next_opening(now) + ESCALATES_AFTER.delta
