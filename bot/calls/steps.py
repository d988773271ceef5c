"""The steps that staff take with a home call, each in the transaction of one press.

A step counts only at the version that the button was drawn for: of two who press at once one is first, and
the other changes nothing. With the step go the audit entry, the clocks that stop or start, the card's edit
and what the citizen is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Final

from bot.calls.notices import Notices
from bot.rounds.following import Following
from bot.staff.cards import Call, Doctor
from bot.staff.certificates import Certificates
from bot.staff.feed import ALARM, OPENING, OVERDUE, UNDO_ENDS, Feed
from rules.call_status import UNDO, CallStatus, may_close, may_move, may_undo
from rules.home_call import VisitWindow
from rules.law import GroundCode, rule
from rules.reopening import call_begun_anew
from rules.rounds import at_a_closed_door
from storage import audit, due, requests
from storage.database import Tx
from storage.outbox import Parcel
from storage.requests import Changes, Mark

UNDONE: Final = "undone"
RESTORED: Final = "restored"

TO_BE_ANSWERED: Final = frozenset({CallStatus.REGISTERED, CallStatus.NEXT_DAY})
_OPEN_AGAIN: Final = frozenset({CallStatus.REFUSED, CallStatus.DONE, CallStatus.NOBODY_HOME})
_ON_THE_ROAD: Final = frozenset({CallStatus.ON_WAY, CallStatus.NOT_HOME})
_ENDED: Final = frozenset({CallStatus.DONE, CallStatus.NOBODY_HOME})


@dataclass(frozen=True, slots=True)
class Taken:
    """The step counted: the call as it now stands, and what is owed because of it."""

    call: Call
    parcels: tuple[Parcel, ...]


@dataclass(frozen=True, slots=True)
class TooLate:
    """Somebody else was first, or the call no longer allows the step."""


@dataclass(frozen=True, slots=True)
class UndoOver:
    """The two minutes in which a press can be taken back have passed."""


_STOPPED: Final[Mapping[CallStatus, tuple[str | None, ...]]] = {
    CallStatus.CONFIRMED: (ALARM, OVERDUE, OPENING),
    CallStatus.REFUSED: (None,),
    CallStatus.DONE: (None,),
    CallStatus.NOBODY_HOME: (None,),
}
"""Which clocks a step stops; None is all of them."""

Outcome = Taken | TooLate | UndoOver
_TOO_LATE: Final = TooLate()


@dataclass(frozen=True, slots=True)
class Steps:
    """What staff may do with a call."""

    feed: Feed
    notices: Notices
    papers: Certificates
    rounds: Following

    @rule("HC-01", "HC-10")
    async def confirm(
        self, tx: Tx, call: Call, doctor: Doctor, window: VisitWindow, actor: str, now: datetime
    ) -> Outcome:
        """Accept the call: there is no acceptance without a doctor of a legal role and a window."""
        changes = Changes(
            answered_at=now,
            visit_day=call.local(window.start).date(),
            doctor_no=doctor.no or None,
            doctor_name=doctor.name,
            doctor_role=doctor.role,
            window_start=window.start,
            window_end=window.end,
            undo_until=now + UNDO.delta,
        )
        return await self._step(tx, call, CallStatus.CONFIRMED, changes, actor, now)

    @rule("GEN-14", "HC-14", "HC-15")
    async def refuse(self, tx: Tx, call: Call, ground: GroundCode, actor: str, now: datetime) -> Outcome:
        """Refuse the call on a ground that the law offers; the database keeps no refusal without one."""
        changes = Changes(answered_at=now, closed_at=now, ground=ground, undo_until=now + UNDO.delta)
        return await self._step(tx, call, CallStatus.REFUSED, changes, actor, now)

    async def on_way(self, tx: Tx, call: Call, actor: str, now: datetime) -> Outcome:
        """The doctor has set out: from here on the citizen can no longer withdraw (G-74)."""
        return await self._step(tx, call, CallStatus.ON_WAY, Changes(undo_until=now + UNDO.delta), actor, now)

    @rule("HC-10", "HC-17")
    async def done(self, tx: Tx, call: Call, actor: str, now: datetime) -> Outcome:
        """The visit was made. A call that was never promised a window cannot be closed."""
        if not may_close(call.status, call.window is not None):
            return _TOO_LATE
        changes = Changes(closed_at=now, undo_until=now + UNDO.delta)
        return await self._step(tx, call, CallStatus.DONE, changes, actor, now)

    @rule("G-19")
    async def not_home(self, tx: Tx, call: Call, actor: str, now: datetime) -> Outcome:
        """Nobody opened the door: there is one repeat on the same day, and then the call is closed.

        The same button again, while it can still be taken back, is no second visit.
        """
        if call.window is None or _is_still_at_the_door(call, now):
            return _TOO_LATE
        to = at_a_closed_door(_closed_doors(await requests.marks(tx, call.id)))
        closed_at = now if to is CallStatus.NOBODY_HOME else None
        changes = Changes(closed_at=closed_at, undo_until=now + UNDO.delta)
        return await self._step(tx, call, to, changes, actor, now)

    async def undo(self, tx: Tx, call: Call, actor: str, now: datetime) -> Outcome:
        """Take the last press back within its two minutes; the citizen is told that too."""
        if call.undo_until is None or not may_undo(call.status, call.undo_until - UNDO.delta, now):
            return UndoOver()
        before = _before(await requests.marks(tx, call.id), call.status)
        if not await self._take_back(tx, call, before, actor, now):
            return _TOO_LATE
        due.clear(tx, UNDO_ENDS, call.id)
        outcome = await self._taken(tx, call, UNDONE, actor, now)
        await self.papers.of_call(tx, outcome.call, now)
        self.feed.set_evening_clock(tx, outcome.call, now)
        if before in TO_BE_ANSWERED:
            self.feed.set_answer_clocks(tx, outcome.call, now)
        return outcome

    @rule("G-69", "HC-07")
    async def reopen(self, tx: Tx, call: Call, actor: str, now: datetime) -> Outcome:
        """The head takes a mistaken refusal back on its day; the clinic has the whole term to answer anew."""
        schedule = call.clinic.schedule(self.feed.directory.calendar)
        anew = call_begun_anew(now, call.visit_day, call.answer_due, schedule, call.came_by)
        to = CallStatus.NEXT_DAY if anew.carried_over else CallStatus.REGISTERED
        if not may_move(call.status, to):
            return _TOO_LATE
        changes = Changes(
            undo=True, open_slot=call.slot, answer_due=anew.answer_due, visit_day=anew.visit_day
        )
        if not await requests.move(tx, call.id, call.version, to, actor, now, changes, requests.REOPENED):
            return _TOO_LATE
        due.clear(tx, UNDO_ENDS, call.id)
        taken = await self._taken(tx, call, requests.REOPENED, actor, now)
        self.feed.set_answer_clocks(tx, taken.call, now)
        self.feed.set_evening_clock(tx, taken.call, now)
        return taken

    async def _step(
        self, tx: Tx, call: Call, to: CallStatus, changes: Changes, actor: str, now: datetime
    ) -> Outcome:
        if not may_move(call.status, to):
            return _TOO_LATE
        if not await requests.move(tx, call.id, call.version, to, actor, now, changes):
            return _TOO_LATE
        # Only who was first touches the clocks.
        for kind in _STOPPED.get(to, ()):
            due.clear(tx, kind, call.id)
        due.set_due(tx, UNDO_ENDS, call.id, now + UNDO.delta)
        taken = await self._taken(tx, call, to, actor, now)
        if to is CallStatus.CONFIRMED:
            # The window may lie on another day than the call was registered for.
            self.feed.set_evening_clock(tx, taken.call, now)
        return taken

    async def _taken(self, tx: Tx, call: Call, what: str, actor: str, now: datetime) -> Taken:
        after = await self.feed.call(tx, call.id)
        if after is None:
            raise LookupError("a call that was just moved")
        card = await self.feed.refresh(tx, after, now)
        notice = self.notices.tell(tx, after, what, now)
        doctors = await self.rounds.stepped(tx, call, after, what, now)
        facts = {"version": after.version, "clinic": after.clinic.no}
        await audit.append(tx, f"home_call.{what}", actor, f"request:{call.id}", facts, now)
        return Taken(after, (*notice, *card, *doctors))

    async def _take_back(self, tx: Tx, call: Call, before: CallStatus, actor: str, now: datetime) -> bool:
        if call.status in _ON_THE_ROAD:
            return await requests.move(tx, call.id, call.version, before, actor, now, note_code=UNDONE)
        slot = call.slot if call.status in _OPEN_AGAIN else None
        changes = Changes(undo=True, open_slot=slot, visit_day=_day_of_answer(call))
        if not await requests.move(tx, call.id, call.version, before, actor, now, changes, UNDONE):
            return False
        if call.status not in _ENDED:
            return True
        return await self._promise_again(tx, call, before, actor, now)

    async def _promise_again(self, tx: Tx, call: Call, before: CallStatus, actor: str, now: datetime) -> bool:
        """Taking a closing back frees everything, while doctor and window that were promised still stand."""
        request = await requests.by_id(tx, call.id)
        if request is None or call.window is None:
            return False
        kept = Changes(
            answered_at=now,
            visit_day=call.visit_day,
            doctor_no=call.doctor_no,
            doctor_name=call.doctor,
            doctor_role=call.doctor_role,
            window_start=call.window.start,
            window_end=call.window.end,
        )
        return await requests.move(tx, call.id, request.version, before, actor, now, kept, RESTORED)


def _before(marks: Sequence[Mark], status: CallStatus) -> CallStatus:
    """The status that the last press led away from."""
    return next(CallStatus(mark.status) for mark in reversed(marks) if mark.status != status)


def _is_still_at_the_door(call: Call, now: datetime) -> bool:
    return call.status is CallStatus.NOT_HOME and call.undo_until is not None and now < call.undo_until


def _closed_doors(marks: Sequence[Mark]) -> int:
    """How often nobody opened; what was taken back does not count."""
    shut = sum(mark.status == CallStatus.NOT_HOME and mark.note_code is None for mark in marks)
    steps = pairwise(marks)
    taken_back = sum(one.status == CallStatus.NOT_HOME and then.note_code == UNDONE for one, then in steps)
    return shut - taken_back


def _day_of_answer(call: Call) -> date:
    """The day that the call was registered for: the one on which its answer is due."""
    return call.visit_day if call.answer_due is None else call.local(call.answer_due).date()
