"""The code of a consent, typed into the own chat of whoever is asked; never into the asker's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import locales
from bot.channels.events import CitizenEvent
from bot.channels.painting import notice
from bot.channels.telegram import parcel_for
from bot.consents.outcomes import Outcomes
from bot.consents.reading import read
from bot.consents.replies import DoneBefore, follow
from bot.talk.thoughts import Scene
from dialogs.actions import CABINET, MENU, block_asker
from dialogs.consenting import NAME
from dialogs.engine import Said, T
from otp import third_party_answers
from otp.third_party_answers import Answer, Answered
from otp.third_party_answers import Said as Reply
from rules.clock import Clock
from rules.consent import CODE_DIGITS
from rules.days import COUNTRY_ZONE
from rules.law import rule
from storage import button_phones, conversations, inbox, outbox
from storage.database import Database, Tx
from storage.instants import micros
from storage.outbox import Owed, Parcel

_LEADS: Final = {
    Answer.GIVEN: (CABINET, MENU),
    Answer.ALREADY: (CABINET, MENU),
    Answer.NO_MATCH: (CABINET, MENU),
}


@dataclass(frozen=True, slots=True)
class TypedCodes:
    """Looks at six digits before the open dialog does, where somebody's consent is waited for."""

    db: Database
    outcomes: Outcomes
    clock: Clock
    worker: int

    @rule("IC-07", "CH-07")
    async def answer(self, event: CitizenEvent, scene: Scene) -> tuple[Owed, ...] | None:
        """Do what the code means and end the inbox row; None where it is no code of a consent.

        A chat that was never confirmed has nobody's own code to type. What if it runs twice: nothing is
        compared twice, and the row is done once. Raises Unavailable.
        """
        person = scene.chat.confirmed_person if scene.chat else None
        if person is None or event.address.channel != "telegram" or not isinstance(event.sent, Said):
            return None
        # Nearly everything that is typed has too few figures to hold a code, and reading it costs.
        said = read(event.sent.text) if sum(map(str.isdigit, event.sent.text)) >= CODE_DIGITS.value else None
        if said is None or said.code is None:
            return None
        try:
            return await self.db.decide(lambda tx: self._decide(tx, event, scene, str(person), said))
        except DoneBefore:
            return ()

    async def _decide(
        self, tx: Tx, event: CitizenEvent, scene: Scene, person: str, said: Reply
    ) -> tuple[Owed, ...] | None:
        now = self.clock.now()
        if await _is_at_a_gate(tx, scene, now):
            return None
        answered = await third_party_answers.compare_typed(
            tx, event.inbox_id, event.address, person, said, now
        )
        if answered is None or (answered.answer is Answer.NO_MATCH and not _is_about_it(scene)):
            return None
        if answered.answer is Answer.NO_MATCH and await _brings_here(tx, said, now):
            return None
        if not await inbox.done(tx, event.inbox_id, f"consent_{answered.answer}", now):
            raise DoneBefore
        if answered.answer is not Answer.NO_MATCH:
            await _close(tx, scene, now)
        parcels = [_said(scene, answered), *await follow(tx, self.outcomes, answered, now)]
        return await outbox.put(tx, parcels, self.worker, now + outbox.LEASE, now)


async def _is_at_a_gate(tx: Tx, scene: Scene, now: datetime) -> bool:
    """True where the open dialog waits for the code of an identity: then the digits are for it."""
    if scene.conversation is None:
        return False
    rows = await tx.rows("identity_awaited_in", conversation_id=scene.conversation.id, now=micros(now))
    return bool(rows)


async def _brings_here(tx: Tx, said: Reply, now: datetime) -> bool:
    """Digits that bring a conversation by SMS into this chat."""
    return await button_phones.handed_over(tx, "telegram", said.code or "", now) is not None


def _is_about_it(scene: Scene) -> bool:
    """Digits that match nothing may be the answer to an open question of another dialog."""
    return scene.conversation is None or scene.conversation.dialog == NAME


async def _close(tx: Tx, scene: Scene, now: datetime) -> None:
    kept = scene.conversation
    if kept is not None and kept.dialog == NAME:
        await conversations.close(tx, kept.id, kept.revision, now)


def _said(scene: Scene, answered: Answered) -> Parcel:
    locale, request = scene.locale or locales.DEFAULT, answered.request
    at = (request.answered_at or request.asked_at).astimezone(COUNTRY_ZONE)
    words = T(f"third_party.{answered.answer}", number=request.number, at=at)
    leads = _LEADS.get(answered.answer, (block_asker(request.id), MENU))
    return parcel_for(scene.address, notice((words,), leads, lambda one: locales.render(one, locale)))
