"""What happens to a request at the college: its stages in their only order, its clock, its end.

Each step runs within somebody's transaction, is compared with the version that was read, and is told to the
citizen. No document is issued by any of this: paper is, and it is entered here (TR-07).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from bot.college import notices
from bot.college.dossier import Dossier, Dossiers, keep
from bot.college.office import Entry, Facts, may_enter
from rules.law import rule
from rules.training import Asked, Pause, Stage, resumed_due
from rules.training_stages import (
    Missing,
    alarm_on,
    demand_next,
    missing_for,
    owed_by_the_citizen,
    reminders_of,
)
from storage import audit, due, training
from storage.database import Tx
from storage.outbox import Parcel

ALARM: Final = "training_alarm"
"""Due kind, subject a request: two thirds of its term are over."""
TERM: Final = "training_term"
"""Due kind: the last day of its term is over."""
REMINDER: Final = "training_reminder"
"""Due kind: its citizen is reminded of what a duplicate still lacks."""
ESCALATION: Final = "training_escalation"
"""Due kind: it is still not done, and the city learns of it."""

CLOCKS: Final = (ALARM, TERM, REMINDER, ESCALATION)

NOT_BROUGHT: Final = "not_brought"
"""The one ground of refusal that the house knows here: papers that only the citizen can bring (G-29)."""

_MORNING: Final = time(9)


class Suspended(Exception):
    """Nothing goes on while a debt stands (TR-11)."""


class Lacking(Exception):
    """The stage wants something that was not entered; carries what."""

    def __init__(self, missing: tuple[Missing, ...]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


class Moved(Exception):
    """The request stands otherwise than it was read."""


class Settled(Exception):
    """A stage rests on that entry already, or it is not made about this request."""


@dataclass(frozen=True, slots=True)
class CollegeSteps:
    """Takes requests from step to step."""

    dossiers: Dossiers

    def begin(self, tx: Tx, dossier: Dossier, now: datetime) -> None:
        """Set the clocks of a request just registered. Twice: one row for each."""
        self._set_clocks(tx, dossier, now)

    # Stages

    @rule("TR-18", "TR-07")
    async def advance(
        self, tx: Tx, dossier: Dossier, wanted: Stage, actor: str, now: datetime
    ) -> tuple[Dossier, tuple[Parcel, ...]]:
        """Take the request to its next stage; who and when are marked.

        Raises OutOfOrder, Suspended, Lacking, Moved. What if it runs twice: OutOfOrder.
        """
        demand_next(dossier.stage, wanted)
        if dossier.is_suspended:
            raise Suspended
        missing = missing_for(wanted, dossier.office.entered, dossier.request.asked)
        if missing:
            raise Lacking(missing)
        if not await training.move(tx, dossier.request, wanted, actor, now):
            raise Moved
        if wanted is Stage.ISSUED:
            await self._issued(tx, dossier)
        if wanted in (Stage.READY, Stage.ISSUED):
            stop_clocks(tx, dossier.id)
        return await self._after(tx, dossier, wanted.value, actor, now)

    async def _issued(self, tx: Tx, dossier: Dossier) -> None:
        """The document of a graduate has a number now: a duplicate can be asked for under it."""
        number = dossier.office.entered.document_number
        if dossier.request.asked is Asked.MAIN and number:
            await training.issued_as(tx, dossier.request.graduate_id, number)

    # The clock

    @rule("TR-11")
    async def suspend(
        self, tx: Tx, dossier: Dossier, actor: str, now: datetime
    ) -> tuple[Dossier, tuple[Parcel, ...]]:
        """A debt stops the clock (cl. 13). Raises Moved. Twice: Moved."""
        if not await training.suspend(tx, dossier.request, dossier.today(now), actor, now):
            raise Moved
        stop_clocks(tx, dossier.id)
        return await self._after(tx, dossier, Pause.SUSPENDED.value, actor, now)

    @rule("TR-11")
    async def resume(
        self, tx: Tx, dossier: Dossier, actor: str, now: datetime
    ) -> tuple[Dossier, tuple[Parcel, ...]]:
        """The debt is cleared: what was left of the term is left of it now. Raises Moved. Twice: Moved."""
        due_on = new_term(dossier, dossier.today(now))
        if not await training.resume(tx, dossier.request, due_on, actor, now):
            raise Moved
        after, parcels = await self._after(tx, dossier, Pause.RESUMED.value, actor, now)
        self._set_clocks(tx, after, now)
        return after, parcels

    @rule("G-29")
    async def refuse(
        self, tx: Tx, dossier: Dossier, actor: str, now: datetime
    ) -> tuple[Dossier, tuple[Parcel, ...]]:
        """The term is over and the papers were never brought: refused, and a new application is free.

        Raises OutOfOrder, Moved. Twice: OutOfOrder.
        """
        demand_next(dossier.stage, Stage.REFUSED)
        if not await training.move(tx, dossier.request, Stage.REFUSED, actor, now, NOT_BROUGHT):
            raise Moved
        stop_clocks(tx, dossier.id)
        return await self._after(tx, dossier, Stage.REFUSED.value, actor, now)

    @rule("G-74")
    async def withdraw(
        self, tx: Tx, dossier: Dossier, actor: str, now: datetime
    ) -> tuple[Dossier, tuple[Parcel, ...]]:
        """Take back what was handed in at the desk: entered by mistake, or wanted no more.

        Raises OutOfOrder, Settled where it was sent from a chat, Moved. Twice: OutOfOrder.
        """
        demand_next(dossier.stage, Stage.CANCELLED)
        if not dossier.is_of_the_desk:
            raise Settled
        if not await training.move(tx, dossier.request, Stage.CANCELLED, actor, now):
            raise Moved
        stop_clocks(tx, dossier.id)
        return await self._after(tx, dossier, Stage.CANCELLED.value, actor, now)

    async def _after(
        self, tx: Tx, dossier: Dossier, what: str, actor: str, now: datetime
    ) -> tuple[Dossier, tuple[Parcel, ...]]:
        facts: dict[str, str | int] = {"clinic": dossier.clinic.no}
        await audit.append(tx, f"training.{what}", actor, f"training_request:{dossier.id}", facts, now)
        after = await self.dossiers.of(tx, dossier.id)
        if after is None:
            raise Moved
        return after, await notices.told(tx, after, what, now)

    # Entries

    async def enter(
        self, tx: Tx, dossier: Dossier, entry: Entry, facts: Facts, actor: str, now: datetime
    ) -> Dossier:
        """Keep what one of the staff entered; the last one counts. Raises Settled, Moved.

        The audit chain first: of two who enter at once, the second reads what the first has written.
        """
        if not may_enter(entry, dossier.request.asked, dossier.stage):
            raise Settled
        kept: dict[str, str | int] = {"clinic": dossier.clinic.no, "entry": entry.value}
        await audit.append(tx, "training.entered", actor, f"training_request:{dossier.id}", kept, now)
        stands = await self.dossiers.of(tx, dossier.id)
        if stands is None or not may_enter(entry, stands.request.asked, stands.stage):
            raise Moved
        after = stands.with_office(stands.office.anew(entry).with_entry(entry, facts, actor, now))
        keep(tx, after)
        return after

    # Clocks

    def _set_clocks(self, tx: Tx, dossier: Dossier, now: datetime) -> None:
        request, schedule = dossier.request, dossier.clinic.schedule(dossier.calendar)
        if dossier.stage is Stage.READY:
            return  # it waits for its owner, and no longer for the college
        due.set_due(tx, TERM, request.id, max(now, schedule.bounds(request.due_on)[1]))
        alarm = at_nine(dossier, alarm_on(request.starts_on, request.due_on, dossier.calendar))
        if alarm > now:
            due.set_due(tx, ALARM, request.id, alarm)
        self.set_reminder(tx, dossier, now)

    @rule("G-29")
    def set_reminder(self, tx: Tx, dossier: Dossier, now: datetime) -> None:
        """Set the next reminder of what a duplicate lacks; none where all is there, or both have passed."""
        if not dossier.is_duplicate or not owed_by_the_citizen(dossier.office.entered):
            return
        filed_on = dossier.clinic.local(dossier.request.filed_at).date()
        coming = [at for day in reminders_of(filed_on) if (at := at_nine(dossier, day)) > now]
        if coming:
            due.set_due(tx, REMINDER, dossier.id, coming[0])


def at_nine(dossier: Dossier, day: date) -> datetime:
    """That day's morning at the college."""
    return datetime.combine(day, _MORNING, ZoneInfo(dossier.clinic.zone))


@rule("TR-11")
def new_term(dossier: Dossier, today: date) -> date:
    """When the term ends after the debt was cleared; one that was over before stays over."""
    request = dossier.request
    if request.suspended_on is None or request.due_on < request.suspended_on:
        return request.due_on
    return resumed_due(request.asked, request.due_on, request.suspended_on, today, dossier.calendar)


def stop_clocks(tx: Tx, request_id: int) -> None:
    """Stop the clocks of a request: it is over, waits to be collected, or a debt stands. Twice: nothing."""
    for kind in CLOCKS:
        due.clear(tx, kind, request_id)
