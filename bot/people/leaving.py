"""The end of somebody's work at a clinic: at once, with what they had taken given back, and they are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.desk import clocks as desk_clocks
from bot.staff.feed import said
from bot.staff.parts import Parts
from bot.staff.rights import COMPLAINT_ROLES, actor_of
from bot.staff.typing import stop
from bot.work.dossier import Dossiers
from dialogs.engine import T
from rules.law import rule
from storage import audit, conversations, desk, invitations, outbox, staff, work
from storage.database import Tx
from storage.outbox import Parcel
from storage.staff import Member


@dataclass(frozen=True, slots=True)
class Leaving:
    """Ends work, within somebody else's transaction."""

    parts: Parts

    @rule("G-71")
    async def end(
        self, tx: Tx, telegram_id: int, clinic_no: int, actor: str, now: datetime
    ) -> tuple[Parcel, ...] | None:
        """End every role of the person at the clinic; None if they had none, so also the second time.

        Every press is checked anew, so it takes effect at once. What they had taken is anybody's again.
        """
        members = await staff.member(tx, telegram_id, clinic_no)
        complaints = {}
        if any(one.role in COMPLAINT_ROLES for one in members):
            complaints = await self.parts.complaints.left(tx, clinic_no, now)
        if not members or not await staff.leave(tx, telegram_id, clinic_no, actor, now):
            return None
        await stop(tx, telegram_id, now)
        await _desk_closed(tx, telegram_id, clinic_no, now)
        await _invitations_ended(tx, members, actor, now)
        outbox.cancel_of_leaver(tx, telegram_id, clinic_no)
        dossiers, parcels = Dossiers(self.parts), list[Parcel]()
        for request_id in await work.release(tx, telegram_id, clinic_no, now):
            parcels += await dossiers.refresh(tx, request_id, now)
        parcels += await self.parts.complaints.handed_on(tx, complaints, now)
        await self.parts.directory.refresh(tx)
        clinic = self.parts.directory.clinics[clinic_no]
        language = members[0].locale
        words = T("people.left", clinic=clinic.short(language))
        return (said(telegram_id, self.parts.cards.say(words, language)), *parcels)


async def _invitations_ended(tx: Tx, members: Sequence[Member], actor: str, now: datetime) -> None:
    """Nobody comes back by a link that they gave or were given before they left."""
    telegram_id, clinic_no = members[0].telegram_id, members[0].clinic_no
    phones = {one.phone for one in members}
    for one in await invitations.of_clinic(tx, clinic_no, now):
        theirs = one.telegram_id == telegram_id or one.phone.e164 in phones
        if not theirs and one.made_by != actor_of(telegram_id):
            continue
        if await invitations.withdraw(tx, one.id, clinic_no, now):
            facts: dict[str, str | int] = {"clinic": clinic_no, "invitation": one.id}
            await audit.append(tx, "staff.uninvited", actor, f"clinic:{clinic_no}", facts, now)


async def _desk_closed(tx: Tx, telegram_id: int, clinic_no: int, now: datetime) -> None:
    """The case that they were talking through ends as it is; whoever came or called is served by another."""
    case = await desk.open_of(tx, telegram_id)
    if case is None or case.clinic_no != clinic_no:
        return
    await desk_clocks.end(tx, case, desk_clocks.LEFT, now)
    _, talk = await conversations.of_address(tx, case.address)
    if talk is not None:
        await conversations.close(tx, talk.id, talk.revision, now)
