"""Decides what the dialogs of the college submit: a request, and its taking back.

What was shown is checked again inside the transaction; where it has moved, the dialog is replayed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.college import announcing
from bot.talk.registers import Registers
from bot.talk.standing import Decided, Pressed, Stale, Standing
from dialogs.drafts import TrainingCancelDraft, TrainingDraft
from dialogs.engine import Json
from rules.consent import Purpose
from rules.law import Allowed, rule
from rules.people import Person
from rules.training import Asked, Stage, Term, may_ask, may_be_cancelled, term_of
from storage import audit, training
from storage.database import Tx
from storage.training import AlreadyOpen, NewTraining, Signature, Training


@dataclass(frozen=True, slots=True)
class TrainingDecisions:
    """One method for each kind of draft."""

    registers: Registers

    async def decide(self, tx: Tx, draft: TrainingDraft | TrainingCancelDraft, pressed: Pressed) -> Decided:
        """Do what ``draft`` says. Raises ``Stale`` when it rests on what is no longer so."""
        match draft:
            case TrainingDraft():
                return await self._register(tx, draft, pressed)
            case TrainingCancelDraft():
                return await self._cancel(tx, draft, pressed)

    @rule("TR-02", "TR-12", "TR-17", "X-14")
    async def _register(self, tx: Tx, draft: TrainingDraft, pressed: Pressed) -> Decided:
        standing = Standing(tx, self.registers.of(tx, pressed.conversation_id), pressed)
        caller = await standing.unchanged(draft.caller_id, draft.caller_version)
        await standing.check_consent(Purpose.TRAINING, caller, draft.consent_id)
        if not await training.is_linked(tx):
            raise Stale
        term, today = await self._term(standing, draft, caller)
        actor = pressed.actor(draft.caller_id)
        try:
            made = await training.register(tx, _new(draft, term, pressed), pressed.now, actor)
        except AlreadyOpen as held:
            return Decided(
                _receipt(held.request, "already", await self._day(standing, held.request.filed_at))
            )
        facts: dict[str, str | int] = {"consent": draft.consent_id, "signed": draft.signed.digest}
        await audit.append(
            tx, "training.registered", actor, f"training_request:{made.id}", facts, pressed.now
        )
        parcels = await announcing.announce(tx, made, pressed.now)
        return Decided(_receipt(made, "registered", today), parcels)

    async def _term(self, standing: Standing, draft: TrainingDraft, caller: Person) -> tuple[Term, date]:
        """The term as it was shown, and the college's day. Raises Stale."""
        today = await self._day(standing, standing.pressed.now)
        record = await training.graduation(standing.tx, draft.graduate_id)
        # The line of somebody else is nobody's to ask for.
        if record is None or await training.iin_of(standing.tx, record.id) != caller.iin:
            raise Stale
        if not isinstance(may_ask(draft.asked, record, today), Allowed):
            raise Stale
        if draft.asked is Asked.DUPLICATE and not draft.story:
            raise Stale
        term = term_of(draft.asked, today, record.decided_on, await standing.registry.calendar())
        if term.due_on != draft.due_on:
            raise Stale
        return term, today

    async def _day(self, standing: Standing, at: datetime) -> date:
        college = await standing.registry.college()
        if college is None:
            raise Stale
        return college.local(at).date()

    @rule("G-74")
    async def _cancel(self, tx: Tx, draft: TrainingCancelDraft, pressed: Pressed) -> Decided:
        request = await self._own(tx, draft, pressed)
        receipt: dict[str, Json] = {"request_id": request.id, "number": request.number}
        if not may_be_cancelled(request.stage):
            return Decided(receipt | {"cancelled": False})
        now, actor = pressed.now, f"person:{draft.asker_id}"
        if request.version != draft.version:
            raise Stale
        moved = await training.move(tx, request, Stage.CANCELLED, actor, now)
        if moved is None:
            raise Stale
        await audit.append(tx, "training.cancelled", actor, f"training_request:{request.id}", {}, now)
        return Decided(receipt | {"cancelled": True}, await announcing.cancelled(tx, moved, now))

    async def _own(self, tx: Tx, draft: TrainingCancelDraft, pressed: Pressed) -> Training:
        """The request, if it is that person's or a child's for whom they act. Raises Stale."""
        request = await training.by_id(tx, draft.request_id)
        if request is None or request.person_id is None:
            raise Stale
        if request.person_id != draft.asker_id:
            registry = self.registers.of(tx, pressed.conversation_id)
            college = await registry.college()
            if college is None:
                raise Stale
            standing, today = Standing(tx, registry, pressed), college.local(pressed.now).date()
            if not await standing.acts_today(draft.asker_id, request.person_id, today):
                raise Stale
        return request


def _new(draft: TrainingDraft, term: Term, pressed: Pressed) -> NewTraining:
    message = None if pressed.message_id is None else str(pressed.message_id)
    return NewTraining(
        asked=draft.asked,
        graduate_id=draft.graduate_id,
        person_id=draft.caller_id,
        came_by="electronic",
        chat=pressed.address,
        locale=pressed.locale,
        term=term,
        story=draft.story,
        signature=Signature(draft.consent_id, draft.signed.digest, draft.signed.text, message),
    )


def _receipt(request: Training, outcome: str, filed_on: date) -> dict[str, Json]:
    return {
        "outcome": outcome,
        "request_id": request.id,
        "number": request.number,
        "asked": request.asked.value,
        "filed_on": filed_on.isoformat(),
        "due_on": request.due_on.isoformat(),
    }
