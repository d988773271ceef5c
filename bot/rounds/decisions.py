"""Decides what the dialog about a visit submits: whether it took place.

An answer counts only in the chat that the question went to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.rounds.asking import VisitQuestions
from bot.staff.cards import Call
from bot.talk.standing import Decided, Pressed
from dialogs.drafts import HappenedDraft
from dialogs.engine import Json
from storage.database import Tx

CHAT: Final = "chat"
"""Who answered, as marks and audit name them: whoever holds the chat, no identity is asked."""


@dataclass(frozen=True, slots=True)
class RoundsDecisions:
    """Carries the answer to whoever asked."""

    questions: VisitQuestions

    async def decide(self, tx: Tx, draft: HappenedDraft, pressed: Pressed) -> Decided:
        """Do what ``draft`` says."""
        call = await self.questions.feed.call(tx, draft.request_id)
        if call is None or call.told_at != pressed.address:
            return Decided({"outcome": "not_yours", "request_id": draft.request_id, "number": None})
        heard, parcels = await self.questions.answered(tx, call, draft.took_place, CHAT, pressed.now)
        return Decided(_receipt(call, heard.value), parcels)


def _receipt(call: Call, outcome: str) -> Json:
    return {
        "outcome": outcome,
        "request_id": call.id,
        "number": call.number,
        "clinic_no": call.clinic.no,
    }
