"""The clocks of a case: eight minutes, ten, and the hour after which what nobody finished is closed.

The second person's look at an identity that was seen by hand falls due here too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import locales
from bot.channels.painting import in_base36
from bot.channels.screens import Button, Screen
from bot.channels.telegram import parcel_for
from bot.desk.aloud import due_at, works_here
from bot.desk.by_hand import CHECK
from bot.staff.feed import said
from bot.staff.parts import Parts
from bot.staff.press import NO_REQUEST, Press, Verb
from bot.staff.rights import CLOCK, DESK_ROLES
from dialogs.engine import T
from otp import evidence
from rules.desk import ALARM, CASE_AT_MOST, SERVICE, check_due
from rules.law import rule
from storage import audit, conversations, desk, due, journal, people, staff
from storage.database import Tx
from storage.desk import Case, HandIdentity
from storage.instants import micros
from storage.outbox import Parcel
from storage.staff import Member

CASE_ALARM: Final = "desk_alarm"
CASE_OVER: Final = "desk_over"
CASE_CLOSES: Final = "desk_closes"

ENTERED: Final = "entered"
REFUSED: Final = "refused"
NOTHING: Final = "nothing"
CLOSED: Final = "stopped"
LEFT: Final = "left"
"""What a case came to: a request, a refusal, neither, its registrar gone, or left lying."""

Handler = Callable[[Tx, int, datetime], Awaitable[Sequence[Parcel]]]


def begin(tx: Tx, case: Case) -> None:
    """Set the case's clocks. Twice: the same rows."""
    due.set_due(tx, CASE_ALARM, case.id, case.opened_at + ALARM.delta)
    due.set_due(tx, CASE_OVER, case.id, case.opened_at + SERVICE.delta)
    due.set_due(tx, CASE_CLOSES, case.id, case.opened_at + CASE_AT_MOST.delta)


@rule("GEN-09")
async def end(tx: Tx, case: Case, outcome: str, now: datetime, ground: str | None = None) -> None:
    """The dialog is over. Only what was entered is still to be answered aloud.

    What came to no request is entered among the contacts all the same, with the ground of a refusal.
    """
    if not await desk.end(tx, case.id, outcome, now):
        return
    if outcome != ENTERED:
        journal.enter_case(tx, case.id, case.clinic_no, ground, now)
    due.clear(tx, CASE_CLOSES if outcome == ENTERED else None, case.id)
    facts: dict[str, str | int] = {"outcome": outcome, "clinic": case.clinic_no, "by": case.channel.value}
    await audit.append(tx, "desk.case_ended", f"staff:{case.staff_id}", f"case:{case.id}", facts, now)


@dataclass(frozen=True, slots=True)
class DeskClocks:
    """What happens when a moment of a case comes."""

    parts: Parts

    def handlers(self) -> Mapping[str, Handler]:
        """What is done of each kind."""
        return {
            CASE_ALARM: self.alarm,
            CASE_OVER: self.over,
            CASE_CLOSES: self.closes,
            CHECK: self.check,
        }

    @rule("HC-06")
    async def alarm(self, tx: Tx, case_id: int, now: datetime) -> Sequence[Parcel]:
        """Eight minutes: the registrar is reminded of the answer."""
        del now  # the moment of the answer counts from the opening
        return await self._remind(tx, case_id, "aloud.alarm")

    @rule("HC-06", "AP-06")
    async def over(self, tx: Tx, case_id: int, now: datetime) -> Sequence[Parcel]:
        """Ten minutes have passed: it is said, and kept."""
        parcels = await self._remind(tx, case_id, "aloud.over")
        if parcels:
            await audit.append(tx, "desk.late", CLOCK, f"case:{case_id}", {}, now)
        return parcels

    async def closes(self, tx: Tx, case_id: int, now: datetime) -> Sequence[Parcel]:
        """Nobody finished it: its answers are erased, and the registrar is told."""
        case = await desk.by_id(tx, case_id)
        if case is None or case.ended_at is not None:
            return ()
        _, kept = await conversations.of_address(tx, case.address)
        if kept is not None:
            await evidence.refuse(tx, kept.id, now)
            await conversations.close(tx, kept.id, kept.revision, now)
        await end(tx, case, LEFT, now)
        if not await works_here(tx, case):
            return ()
        return (said(case.staff_id, locales.render(T("aloud.left"), case.locale)),)

    async def _remind(self, tx: Tx, case_id: int, key: str) -> Sequence[Parcel]:
        case = await desk.by_id(tx, case_id)
        if case is None or case.answered_at is not None or not await works_here(tx, case):
            return ()
        await self.parts.directory.refresh(tx)
        by = due_at(case, self.parts.directory.clinics[case.clinic_no])
        return (said(case.staff_id, locales.render(T(key, due=by), case.locale)),)

    @rule("G-12")
    async def check(self, tx: Tx, identity_id: int, now: datetime) -> Sequence[Parcel]:
        """Ask all of the desk but who entered it; while nobody has looked, again the next working day."""
        identity = await desk.identity(tx, identity_id)
        if identity is None or identity.outcome is not None:
            return ()
        if await people.by_id(tx, identity.person_id) is None:
            return ()  # erased: there is nothing left to compare
        await self.parts.directory.refresh(tx)
        clinic = self.parts.directory.clinics[identity.clinic_no]
        due.set_due(tx, CHECK, identity_id, check_due(now, clinic, self.parts.directory.calendar))
        asked = {
            one.telegram_id: one
            for one in await staff.of_clinic(tx, clinic.no)
            if one.role in DESK_ROLES and one.telegram_id != identity.entered_by
        }
        return [parcel for one in asked.values() for parcel in await _asked(tx, identity, one, now)]


async def _asked(tx: Tx, identity: HandIdentity, member: Member, now: datetime) -> tuple[Parcel, ...]:
    person = await people.by_id(tx, identity.person_id)
    if person is None:
        return ()
    facts: dict[str, str | int] = {"reason": "second_check", "to": member.telegram_id}
    await audit.append(tx, "identity.details_opened", CLOCK, f"person:{identity.person_id}", facts, now)
    words = T("hand.check", name=person.full_name, birth=person.birth_date, document=identity.document)
    text = locales.render(words, member.locale)
    rows = tuple(
        (Button(locales.render(T(label), member.locale), _press(identity, verb)),)
        for verb, label in ((Verb.HAND_RIGHT, "button.hand_right"), (Verb.HAND_WRONG, "button.hand_wrong"))
    )
    once = f"hand:{identity.id}:{member.telegram_id}:{now.date()}"
    return (parcel_for(member.telegram_id, Screen(text, rows), kind="hand_check", dedupe=once),)


def _press(identity: HandIdentity, verb: Verb) -> str:
    which = (in_base36(identity.id), in_base36(micros(identity.entered_at)))
    return str(Press(NO_REQUEST, identity.clinic_no, verb, which))
