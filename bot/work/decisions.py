"""Decides what a citizen's answer comes to, within its one transaction.

A question counts in the chat that it was sent to, or for whoever confirmed that the request is theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.talk.registers import Registers
from bot.talk.standing import Decided, Pressed, Standing
from bot.work.asking import Asking
from bot.work.dossier import Dossier
from dialogs.drafts import AnswerDraft, OpenQuestionDraft
from dialogs.engine import Json
from storage import audit, work
from storage.database import Tx
from storage.work import Asked

CHAT = "chat"
"""Who answered, as audit names them where no identity was asked: whoever holds the chat."""


@dataclass(frozen=True, slots=True)
class WorkDecisions:
    """One method for each kind of draft."""

    registers: Registers
    asking: Asking

    async def decide(self, tx: Tx, draft: OpenQuestionDraft | AnswerDraft, pressed: Pressed) -> Decided:
        """Do what ``draft`` says."""
        asked = await work.question(tx, draft.question_id)
        dossier = None if asked is None else await self.asking.dossiers.of(tx, asked.request_id)
        if asked is None or dossier is None or not await self._is_theirs(tx, dossier, draft, pressed):
            return Decided({"outcome": "not_yours"})
        match draft:
            case OpenQuestionDraft():
                return Decided(_receipt(dossier, _state(asked, dossier), words=asked.text))
            case AnswerDraft():
                return await self._answer(tx, asked, dossier, draft, pressed.now)

    async def _answer(
        self, tx: Tx, asked: Asked, dossier: Dossier, draft: AnswerDraft, now: datetime
    ) -> Decided:
        """Keep the answer, unless there is one, or the request was closed meanwhile."""
        state = _state(asked, dossier)
        if state != "open":
            return Decided(_receipt(dossier, state))
        if not await work.answer(tx, asked.id, draft.words, now):
            return Decided(_receipt(dossier, "answered"))
        actor = CHAT if draft.asker_id is None else f"person:{draft.asker_id}"
        await audit.append(
            tx, "work.answered", actor, f"request:{dossier.id}", {"question": str(asked.id)}, now
        )
        told = await self.asking.answered(tx, asked, dossier.number, dossier.clinic.no, draft.words, now)
        return Decided(_receipt(dossier, "taken"), told)

    async def _is_theirs(
        self, tx: Tx, dossier: Dossier, draft: OpenQuestionDraft | AnswerDraft, pressed: Pressed
    ) -> bool:
        if draft.asker_id is None:
            return dossier.request.address == pressed.address
        standing = Standing(tx, self.registers.of(tx, pressed.conversation_id), pressed)
        return await standing.acts_for(draft.asker_id, dossier.request)


def _state(asked: Asked, dossier: Dossier) -> str:
    if asked.answered_at is not None:
        return "answered"
    return "open" if dossier.is_open and asked.text else "closed"


def _receipt(dossier: Dossier, outcome: str, **more: Json) -> Json:
    return {
        "outcome": outcome,
        "request_id": dossier.id,
        "number": dossier.number,
        "phone": dossier.clinic.phone,
        **more,
    }
