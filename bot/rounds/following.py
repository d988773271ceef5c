"""What follows a step of a home call for its doctor, and which clocks of the rounds it starts or stops."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.rounds.looking import look_again, look_again_of
from bot.rounds.pages import RoundsPages
from bot.staff.cards import Call
from bot.staff.feed import said
from bot.staff.rights import ROUNDS_ROLES
from rules.call_status import CallStatus
from rules.rounds import ASKED_AFTER
from storage import due, staff
from storage.database import Tx
from storage.outbox import Parcel
from storage.staff import Member

SETTLED: Final = "rounds_settled"
"""Due kind, subject a call: its last press cannot be taken back any more, so the line behind it is told."""

ASK: Final = "visit_happened"
"""Due kind, subject a call: its citizen is to be asked whether the visit took place."""

_PROMISED: Final = "staff.rounds.new"
_TAKEN_AWAY: Final = "staff.rounds.gone"


@dataclass(frozen=True, slots=True)
class Following:
    """Keeps doctors told, within the transaction of the step."""

    pages: RoundsPages

    async def stepped(
        self, tx: Tx, before: Call, after: Call, what: str, now: datetime
    ) -> tuple[Parcel, ...]:
        """What a step of staff means for the rounds; ``what`` is the step (a status, undone).

        What if it runs twice: each line has one place in the outbox, each clock one row.
        """
        for doctor_no in sorted({before.doctor_no, after.doctor_no} - {None, ""}, key=str):
            await look_again_of(tx, str(doctor_no), now)
        if after.undo_until is not None:
            due.set_due(tx, SETTLED, after.id, after.undo_until)
        if what == CallStatus.DONE:
            due.set_due(tx, ASK, after.id, now + ASKED_AFTER.delta)
        elif before.status is CallStatus.DONE:
            due.clear(tx, ASK, after.id)
        if what == CallStatus.CONFIRMED:
            return await self._told(tx, after, _PROMISED, now)
        if before.doctor_no and after.doctor_no != before.doctor_no:
            return await self._told(tx, before, _TAKEN_AWAY, now)
        return ()

    async def withdrawn(self, tx: Tx, call: Call, now: datetime) -> tuple[Parcel, ...]:
        """The citizen took the call back: whoever was to come is told so."""
        if not call.doctor_no:
            return ()
        await look_again_of(tx, call.doctor_no, now)
        return await self._told(tx, call, _TAKEN_AWAY, now)

    async def settled(self, tx: Tx, call: Call, now: datetime) -> None:
        """The two minutes are over: the button that takes the press back goes from the page."""
        if call.doctor_no:
            look_again(tx, await staff.of_doctor(tx, call.doctor_no), now)

    async def _told(self, tx: Tx, call: Call, key: str, now: datetime) -> tuple[Parcel, ...]:
        """A line with a sound; not where the page itself is about to come for the first time."""
        parcels = []
        for member in await self._members(tx, call):
            if key == _PROMISED and not await self._needs_line(tx, member, call, now):
                continue
            text = self.pages.cards.told_of(call, key, member.locale)
            once = f"{key}:{call.id}:{call.version}:{member.telegram_id}"
            parcels.append(said(member.telegram_id, text, call.id, once))
        return tuple(parcels)

    async def _needs_line(self, tx: Tx, member: Member, call: Call, now: datetime) -> bool:
        if call.visit_day != call.local(now).date():
            return True
        return await self.pages.is_posted(tx, member, str(call.doctor_no), call.visit_day)

    async def _members(self, tx: Tx, call: Call) -> Iterable[Member]:
        return [
            one
            for one in await staff.of_clinic(tx, call.clinic.no)
            if one.role in ROUNDS_ROLES and one.doctor_no == call.doctor_no and one.doctor_no
        ]
