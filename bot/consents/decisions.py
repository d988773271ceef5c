"""Decides what a person pressed about a request for their consent: agree, refuse, block whoever asked.

To agree needs an identity confirmed just now; to refuse or block, that this chat was confirmed to be theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.consents.outcomes import Outcomes
from bot.consents.replies import follow
from bot.talk.standing import Decided, Pressed, Stale
from dialogs.drafts import ConsentAnswerDraft, ConsentBlockDraft, ConsentLookDraft
from dialogs.engine import Json
from otp import evidence, third_party_answers
from otp.third_party_answers import Answer, Said
from rules.consent import Purpose, identity_lives
from rules.law import rule
from storage import consent_requests, conversations, people
from storage.consent_requests import ConsentRequest
from storage.database import Tx


@dataclass(frozen=True, slots=True)
class ConsentDecisions:
    """One method for each kind of draft."""

    outcomes: Outcomes

    async def decide(
        self, tx: Tx, draft: ConsentLookDraft | ConsentAnswerDraft | ConsentBlockDraft, pressed: Pressed
    ) -> Decided:
        """Do what ``draft`` says. Raises ``Stale`` where the identity it rests on has passed."""
        request = await consent_requests.by_id(tx, draft.request_id)
        person = await _confirmed_here(tx, pressed)
        if request is None or person is None or request.answers_id != person or not request.reached:
            return Decided({"outcome": "not_yours"})
        match draft:
            case ConsentLookDraft():
                return Decided(_seen(request, person, pressed.now) | {"child": await _child(tx, request)})
            case ConsentAnswerDraft():
                return await self._answer(tx, draft, request, person, pressed)
            case ConsentBlockDraft():
                said = Said(draft.label)
                channel = pressed.address.channel
                await third_party_answers.block(tx, request.id, person, channel, said, pressed.now)
                return Decided({"outcome": "blocked", "number": request.number})

    @rule("IC-07", "CH-07")
    async def _answer(
        self, tx: Tx, draft: ConsentAnswerDraft, request: ConsentRequest, person: str, pressed: Pressed
    ) -> Decided:
        now = pressed.now
        if draft.agrees and not await _identity_lives(tx, draft, person, pressed):
            raise Stale
        said = Said(draft.label, yes=draft.agrees)
        answered = await third_party_answers.press(tx, request.id, person, pressed.address, said, now)
        if answered is None and request.may_be_answered_by(person, now):
            # In this very chat it was asked: an answer never counts here.
            return Decided({"outcome": "not_here", "number": request.number})
        if answered is None or answered.answer is Answer.ALREADY:
            return Decided({"outcome": "over", "number": request.number})
        parcels = await follow(tx, self.outcomes, answered, now)
        return Decided({"outcome": answered.answer.value, "number": request.number}, parcels)


async def _confirmed_here(tx: Tx, pressed: Pressed) -> str | None:
    """Whom this chat was last confirmed to be; the identity of this very conversation counts first."""
    chat, _ = await conversations.of_address(tx, pressed.address)
    return None if chat is None or chat.confirmed_person is None else str(chat.confirmed_person)


async def _identity_lives(tx: Tx, draft: ConsentAnswerDraft, person: str, pressed: Pressed) -> bool:
    """An identity of this conversation, or of the cabinet within its five minutes, and the same person."""
    if draft.asker_id != person:
        return False
    known = await people.by_id(tx, int(person))
    if known is None:
        return False
    if draft.consent_id is not None:
        alive = await evidence.alive(
            tx, pressed.conversation_id, pressed.address, Purpose.CABINET, known.iin, pressed.now
        )
        return alive is not None and alive.id == draft.consent_id
    chat, _ = await conversations.of_address(tx, pressed.address)
    if chat is None or chat.confirmed_at is None:
        return False
    return identity_lives(Purpose.CABINET, chat.confirmed_at, chat.confirmed_at, pressed.now)


async def _child(tx: Tx, request: ConsentRequest) -> str | None:
    """The first name of the child for whom a parent answers, None where people answer for themselves."""
    if request.subject_id is None or request.subject_id == request.answers_id:
        return None
    subject = await people.by_id(tx, int(request.subject_id))
    return "" if subject is None else subject.name


def _seen(request: ConsentRequest, person: str, now: datetime) -> dict[str, Json]:
    return {
        "outcome": "open" if request.may_be_answered_by(person, now) else "over",
        "number": request.number,
        "matter": request.matter.value,
        "requester": request.asker_name or "",
        "what": request.what,
        "purpose": request.purpose,
    }
