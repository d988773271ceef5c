"""Decides what the dialog of one's own data submits: take back, end, block, let again, copy, erase.

All that rests on whose data it is is checked again inside the transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.consents.outcomes import Outcomes
from bot.own_data.copy_file import owed_copy
from bot.own_data.telling import tell_clinics
from bot.talk.registers import Registers
from bot.talk.standing import Decided, Pressed, Stale, Standing
from dialogs.drafts import (
    BlockDraft,
    ConsentBackDraft,
    ConsentEndDraft,
    ErasureDraft,
    OwnCopyDraft,
    UnblockDraft,
)
from otp import third_party_answers
from otp.third_party_answers import Said
from rules.consent import Purpose
from rules.law import rule
from rules.third_party import ConsentState
from storage import audit, consent_requests, own_data, requests, retention
from storage.database import Tx
from storage.outbox import Parcel

OwnDraft: TypeAlias = (
    ConsentBackDraft | ConsentEndDraft | BlockDraft | UnblockDraft | OwnCopyDraft | ErasureDraft
)


@dataclass(frozen=True, slots=True)
class OwnDataDecisions:
    """One method for each kind of draft."""

    registers: Registers
    outcomes: Outcomes

    async def decide(self, tx: Tx, draft: OwnDraft, pressed: Pressed) -> Decided:
        """Do what ``draft`` says. Raises ``Stale`` when it rests on what is no longer so."""
        match draft:
            case ConsentBackDraft():
                return await self._take_back(tx, draft, pressed)
            case ConsentEndDraft():
                done = await own_data.end_consent(tx, draft.consent_id, draft.person_id, pressed.now)
                return Decided({"done": done})
            case BlockDraft():
                return await self._block(tx, draft, pressed)
            case UnblockDraft():
                return await self._unblock(tx, draft, pressed)
            case OwnCopyDraft():
                return await self._copy(tx, draft, pressed)
            case ErasureDraft():
                return await self._erase(tx, draft, pressed)

    @rule("G-34")
    async def _take_back(self, tx: Tx, draft: ConsentBackDraft, pressed: Pressed) -> Decided:
        """Twice: nothing to be done."""
        request, parcels = await self.outcomes.withdraw(tx, draft.request_id, draft.person_id, pressed.now)
        return Decided({"done": request is not None, "number": request.number if request else ""}, parcels)

    @rule("G-38", "G-37")
    async def _block(self, tx: Tx, draft: BlockDraft, pressed: Pressed) -> Decided:
        """Nobody blocks in the name of a child that has grown up, or is another's by now."""
        asked = await consent_requests.by_id(tx, draft.request_id)
        theirs = await own_data.answers_for(tx, draft.person_id, pressed.now)
        if asked is None or asked.subject_id not in theirs:
            return Decided({"done": False, "number": ""})
        request = await third_party_answers.block(
            tx,
            draft.request_id,
            draft.person_id,
            pressed.address.channel,
            Said("block", yes=False),
            pressed.now,
        )
        return Decided({"done": request is not None, "number": request.number if request else ""})

    @rule("G-38")
    async def _unblock(self, tx: Tx, draft: UnblockDraft, pressed: Pressed) -> Decided:
        every = await own_data.blocked(tx, draft.person_id, pressed.now)
        blocks = [one for one in every if one.asker == draft.asker]
        for block in blocks:
            await consent_requests.remove_block(tx, block.subject_id, draft.asker)
            actor, subject = f"person:{draft.person_id}", f"person:{block.subject_id}"
            await audit.append(tx, "asker.unblocked", actor, subject, {"asker": draft.asker}, pressed.now)
        return Decided({"done": bool(blocks)})

    async def _copy(self, tx: Tx, draft: OwnCopyDraft, pressed: Pressed) -> Decided:
        """The file itself is written when it is sent; the record of the copy stands before it."""
        standing = Standing(tx, self.registers.of(tx, pressed.conversation_id), pressed)
        person = await standing.registry.person_by_id(draft.person_id)
        if person is None:
            raise Stale
        await standing.check_consent(Purpose.OWN_COPY, person, draft.consent_id)
        actor = f"person:{draft.person_id}"
        await audit.append(tx, "person.copied", actor, actor, {"consent": draft.consent_id}, pressed.now)
        return Decided({"done": True}, (owed_copy(draft, pressed),))

    @rule("G-70")
    async def _erase(self, tx: Tx, draft: ErasureDraft, pressed: Pressed) -> Decided:
        """What others still hold by this person's consent is hidden first, then everything is erased."""
        standing = Standing(tx, self.registers.of(tx, pressed.conversation_id), pressed)
        person = await standing.unchanged(draft.person_id, draft.person_version)
        await standing.check_consent(Purpose.ERASURE, person, draft.consent_id)
        parcels = await self._withdraw_all(tx, draft.person_id, pressed)
        every = await requests.of_people(tx, [int(draft.person_id)])
        actor = f"person:{draft.person_id}"
        done = await retention.erase(
            tx, int(draft.person_id), actor, pressed.now, conversation_id=pressed.conversation_id
        )
        told = await tell_clinics(tx, [one for one in every if one.closed_at is None], pressed.now)
        return Decided({"done": done}, (*parcels, *told))

    async def _withdraw_all(self, tx: Tx, person_id: str, pressed: Pressed) -> Sequence[Parcel]:
        parcels: list[Parcel] = []
        before: int | None = None
        while page := await consent_requests.about(tx, person_id, before):
            for request in page:
                if request.state is ConsentState.GIVEN and request.subject_id == person_id:
                    _, owed = await self.outcomes.withdraw(tx, request.id, person_id, pressed.now)
                    parcels.extend(owed)
            before = page[-1].id
        return parcels
