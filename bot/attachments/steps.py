"""The steps of a request for attachment, each in one transaction: accepted, switched, refused, withdrawn.

"Attach" is a promise for two minutes, so that a wrong press can be taken back; the switch itself, which is
never taken back, comes when they are over, or when the day of effect begins (docs/decisions/0041).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.attachments import notices as told
from bot.attachments.book import Asked, Ended
from bot.attachments.cards import is_undoable, short_name
from bot.attachments.feed import ANSWER_CLOCKS, SWITCH, UNDO_ENDS, AttachmentFeed
from bot.attachments.leaving import Leaving
from bot.attachments.notices import AttachmentNotices
from bot.papers.owing import owe_attachment
from bot.sending.by_day import by_day
from bot.staff.rights import CLOCK
from dialogs.engine import T
from rules.attachment import MayAttach, registration
from rules.attachment_status import AttachmentStatus, may_move
from rules.call_status import UNDO
from rules.law import GroundCode, rule
from storage import attachments, audit, due, papers, people, requests
from storage.database import Tx
from storage.instants import micros
from storage.outbox import Parcel
from storage.requests import Changes, Mark

S = AttachmentStatus

UNDONE: Final = "undone"


@dataclass(frozen=True, slots=True)
class Taken:
    """The step counted: the request as it now stands, and what is owed because of it."""

    asked: Asked
    parcels: tuple[Parcel, ...]


@dataclass(frozen=True, slots=True)
class TooLate:
    """Somebody else was first, or the request no longer allows the step."""


@dataclass(frozen=True, slots=True)
class UndoOver:
    """The two minutes in which a press can be taken back have passed."""


@dataclass(frozen=True, slots=True)
class Barred:
    """The law stands against it by now; nothing was done."""

    verdict: MayAttach


Outcome = Taken | TooLate | UndoOver | Barred
_TOO_LATE: Final = TooLate()


@dataclass(frozen=True, slots=True)
class AttachmentSteps:
    """What can be done with a request for attachment."""

    feed: AttachmentFeed
    notices: AttachmentNotices
    leaving: Leaving

    @rule("AT-05", "AT-07", "AT-08", "AT-09", "G-21", "G-22")
    async def accept(self, tx: Tx, asked: Asked, actor: str, now: datetime) -> Outcome:
        """Say yes, if the law still does: the place is taken from now on, the switch follows by itself."""
        if not may_move(asked.status, S.ACCEPTED):
            return _TOO_LATE
        await attachments.hold_count(tx, asked.clinic.no)
        weighed = await self.feed.book.weighed(tx, asked, now)
        if not weighed.verdict.allowed:
            return Barred(weighed.verdict)
        until = now + UNDO.delta
        changes = Changes(answered_at=now, visit_day=weighed.effective_on, undo_until=until)
        if not await requests.move(tx, asked.id, asked.version, S.ACCEPTED, actor, now, changes):
            return _TOO_LATE
        self._stop_clocks(tx, asked)
        # Even where the day comes later the citizen is told only what can no longer be taken back.
        due.set_due(tx, SWITCH, asked.id, until)
        return await self._taken(tx, asked, S.ACCEPTED, actor, now, None)

    @rule("GEN-14", "AT-07", "AT-08", "AT-09", "AT-10")
    async def refuse(self, tx: Tx, asked: Asked, ground: GroundCode, actor: str, now: datetime) -> Outcome:
        """Refuse on a ground of the act; the citizen is told it with its clause."""
        changes = Changes(answered_at=now, closed_at=now, ground=ground, undo_until=now + UNDO.delta)
        if not may_move(asked.status, S.REFUSED):
            return _TOO_LATE
        if not await requests.move(tx, asked.id, asked.version, S.REFUSED, actor, now, changes):
            return _TOO_LATE
        due.clear(tx, None, asked.id)
        due.set_due(tx, UNDO_ENDS, asked.id, now + UNDO.delta)
        return await self._taken(tx, asked, S.REFUSED, actor, now, told.REFUSED)

    async def undo(self, tx: Tx, asked: Asked, actor: str, now: datetime) -> Outcome:
        """Take the last press back within its two minutes; a refusal was told, so that is told too."""
        if not is_undoable(asked, now):
            return UndoOver()
        before = _before(await requests.marks(tx, asked.id), asked.status)
        slot = asked.slot if asked.status is S.REFUSED else None
        changes = Changes(undo=True, open_slot=slot)
        if not may_move(asked.status, before) or not await requests.move(
            tx, asked.id, asked.version, before, actor, now, changes, UNDONE
        ):
            return _TOO_LATE
        for kind in (SWITCH, UNDO_ENDS):
            due.clear(tx, kind, asked.id)
        notice = told.UNDONE if asked.status is S.REFUSED else None
        taken = await self._taken(tx, asked, UNDONE, actor, now, notice)
        self.feed.set_answer_clocks(tx, taken.asked, now)
        return taken

    @rule("G-69", "AT-05")
    async def reopen(self, tx: Tx, asked: Asked, actor: str, now: datetime) -> Outcome:
        """The head takes a mistaken refusal back on its day; the clinic answers within a term begun anew."""
        if not may_move(asked.status, S.REGISTERED):
            return _TOO_LATE
        term = registration(now, asked.clinic, self.feed.calendar)
        changes = Changes(undo=True, open_slot=asked.slot, answer_due=term.answer_due)
        if not await requests.move(
            tx, asked.id, asked.version, S.REGISTERED, actor, now, changes, requests.REOPENED
        ):
            return _TOO_LATE
        due.clear(tx, UNDO_ENDS, asked.id)
        taken = await self._taken(tx, asked, requests.REOPENED, actor, now, told.REOPENED)
        self.feed.set_answer_clocks(tx, taken.asked, now)
        return taken

    @rule("AT-11", "GEN-14")
    async def close(self, tx: Tx, asked: Asked, why: Ended, actor: str, now: datetime) -> Outcome:
        """End a request that can be neither granted nor refused truly; the citizen is told why."""
        if not may_move(asked.status, S.CLOSED):
            return _TOO_LATE
        ending = Changes(closed_at=now)
        if not await requests.move(tx, asked.id, asked.version, S.CLOSED, actor, now, ending, why):
            return _TOO_LATE
        due.clear(tx, None, asked.id)
        return await self._taken(tx, asked, S.CLOSED, actor, now, told.CLOSED)

    @rule("G-22")
    async def settle(self, tx: Tx, asked: Asked, now: datetime) -> tuple[Parcel, ...]:
        """The two minutes are over, or the day has come: the switch, or word of the day it will be made."""
        if asked.status is not S.ACCEPTED:
            return ()
        if asked.effective_on <= asked.local(now).date():
            why = await self._cannot_be(tx, asked, now)
            if why is not None:
                return by_day(await self._closed(tx, asked, why, now), now, asked.zone)
            return by_day(await self.attach(tx, asked, now), now, asked.zone)
        self.feed.set_switch(tx, asked, now)
        notice = self.notices.tell(tx, asked, told.ACCEPTED, now)
        return (*notice, *await self.feed.refresh(tx, asked, now))

    @rule("AT-09", "AT-13", "AT-14", "AT-15")
    async def attach(self, tx: Tx, asked: Asked, now: datetime) -> tuple[Parcel, ...]:
        """The switch: the old attachment ends as the new one begins, and all that hangs on it follows.

        What if it runs twice: the request moves once, and nothing follows a step that did not count.
        """
        ending = Changes(closed_at=now, visit_day=asked.local(now).date())
        if not await requests.move(tx, asked.id, asked.version, S.ATTACHED, CLOCK, now, ending):
            return ()
        due.clear(tx, None, asked.id)
        old = await self._switched(tx, asked, now)
        left = await self.leaving.leave(tx, asked, old, now)
        after = await self._standing(tx, asked.id)
        await self._owe_paper(tx, after, old, now)
        await self._audit(tx, after, S.ATTACHED, CLOCK, now)
        notice = self.notices.tell(tx, after, told.ATTACHED, now, left.lines, left.leads)
        return (
            *notice,
            *left.parcels,
            *await self.feed.refresh(tx, after, now),
            *await self._told_old(tx, after, old),
        )

    @rule("G-74")
    async def withdraw(self, tx: Tx, asked: Asked, actor: str, now: datetime) -> Taken | None:
        """The citizen takes the request back; None once the attachment has taken effect."""
        if not may_move(asked.status, S.CANCELLED):
            return None
        if not await requests.move(
            tx, asked.id, asked.version, S.CANCELLED, actor, now, Changes(closed_at=now)
        ):
            return None
        due.clear(tx, None, asked.id)
        taken = await self._taken(tx, asked, S.CANCELLED, actor, now, None)
        words = T("staff.attachment.withdrawn", number=asked.number)
        line = await self.feed.told(tx, asked.clinic.no, words, asked.id)
        return Taken(taken.asked, (*taken.parcels, *line))

    async def _switched(self, tx: Tx, asked: Asked, now: datetime) -> int | None:
        """Do the switch in the register; return the clinic that was left, None if there was none.

        The choice is one of the day that the request is registered on. What certifies a place elsewhere is
        true no more.
        """
        today, chosen = asked.local(now).date(), asked.asked_on
        old = await attachments.switch(
            tx,
            asked.person_id,
            asked.clinic.no,
            asked.details.cause,
            asked.id,
            now,
            today,
            chosen_on=None if chosen == today else chosen,
        )
        await papers.withdraw_elsewhere(tx, asked.person_id, asked.clinic.no, now)
        return None if old == asked.clinic.no else old

    @rule("AT-07", "AT-09", "G-22")
    async def _cannot_be(self, tx: Tx, asked: Asked, now: datetime) -> Ended | None:
        """Why what was accepted does not come to be: the norm alone is not looked at again."""
        standing = [one for one in await attachments.history(tx, asked.person_id) if one.ended_at is None]
        since = standing[0].began_at if standing else None
        elsewhere = standing and standing[0].clinic_no not in (asked.clinic.no, asked.details.from_clinic)
        if elsewhere and since is not None and asked.answered_at is not None and since > asked.answered_at:
            return Ended.OVERTAKEN
        why = (await self.feed.book.weighed(tx, asked, now)).ends
        return why if why in (Ended.OTHER_PATIENTS, Ended.NO_RIGHT) else None

    async def _closed(self, tx: Tx, asked: Asked, why: Ended, now: datetime) -> tuple[Parcel, ...]:
        """Close it at the moment of the switch; the clinic, which said yes, reads why it was not made."""
        done = await self.close(tx, asked, why, CLOCK, now)
        if not isinstance(done, Taken):
            return ()
        words = T(f"staff.attachment.{why}", number=asked.number)
        return (*done.parcels, *await self.feed.told(tx, asked.clinic.no, words, asked.id))

    async def _told_old(self, tx: Tx, asked: Asked, old: int | None) -> tuple[Parcel, ...]:
        """The clinic that was left reads that one person went, and where; not who."""
        if old is None:
            return ()
        count = await attachments.attached_count(tx, old)
        words = T("staff.attachment.left", clinic=short_name(asked.clinic), count=count)
        return await self.feed.told(tx, old, words)

    async def _owe_paper(self, tx: Tx, asked: Asked, old: int | None, now: datetime) -> None:
        request, person = await requests.by_id(tx, asked.id), await people.by_id(tx, asked.person_id)
        if request is None or person is None:
            raise LookupError("a request that was just moved, or its person")
        facts: Mapping[str, Any] = {
            "since": asked.local(now).date().isoformat(),
            "attached_us": micros(now),
            "cause": asked.details.cause.value,
            "from_clinic": old,
        }
        await owe_attachment(tx, request, person, asked.clinic, facts, now)

    async def _taken(
        self, tx: Tx, asked: Asked, what: str, actor: str, now: datetime, notice: str | None
    ) -> Taken:
        after = await self._standing(tx, asked.id)
        card = await self.feed.refresh(tx, after, now)
        parcels = () if notice is None else self.notices.tell(tx, after, notice, now)
        await self._audit(tx, after, what, actor, now)
        return Taken(after, (*parcels, *card))

    def _stop_clocks(self, tx: Tx, asked: Asked) -> None:
        for kind in ANSWER_CLOCKS:
            due.clear(tx, kind, asked.id)

    async def _standing(self, tx: Tx, request_id: int) -> Asked:
        asked = await self.feed.book.asked(tx, request_id)
        if asked is None:
            raise LookupError("a request that was just moved")
        return asked

    async def _audit(self, tx: Tx, asked: Asked, what: str, actor: str, now: datetime) -> None:
        facts: dict[str, str | int] = {"version": asked.version, "clinic": asked.clinic.no}
        await audit.append(tx, f"attachment.{what}", actor, f"request:{asked.id}", facts, now)


def _before(marks: Sequence[Mark], status: AttachmentStatus) -> AttachmentStatus:
    """The status that the last press led away from."""
    return next(S(mark.status) for mark in reversed(marks) if mark.status != status)
