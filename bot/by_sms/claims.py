"""A hand-over code that has come: which conversation it brings here, and how often one may guess."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.by_sms.handing import Claim, claim_in
from bot.by_sms.limits import GUESSES_PER_DAY
from bot.by_sms.plans import speaking
from bot.talk.thinking import Thinking
from bot.talk.thoughts import Scene, TakeOver
from rules.clock import Clock
from rules.days import country_day
from storage import button_phones, conversations
from storage.addresses import Address
from storage.button_phones import Elsewhere
from storage.conversations import Conversation
from storage.database import Database, Tx


class Claims:
    """Looks whether six digits bring a conversation here; writes only how many were wrong."""

    def __init__(self, db: Database, thinking: Thinking, clock: Clock) -> None:
        self._db: Final = db
        self._thinking: Final = thinking
        self._clock: Final = clock

    async def taken(self, scene: Scene, text: str) -> TakeOver | Claim | None:
        """Return what comes here by the code in ``text``; the claim if it brings nothing, None for no code.

        Wrong, old, used, or too many wrong ones today: one answer for all. Raises ``Unavailable``.
        """
        claim = claim_in(text)
        if claim is None or scene.case is not None:
            return None
        to: Elsewhere = "sms" if scene.address.channel == "sms" else "telegram"
        now = self._clock.now()
        seen = await button_phones.day_of(self._db.reader, scene.address, country_day(now))
        if seen.guesses >= GUESSES_PER_DAY.value:
            return claim
        found = await button_phones.handed_over(self._db.reader, to, claim.code, now)
        came = None if found is None else await conversations.by_id(self._db.reader, found.conversation_id)
        if found is None or came is None:
            await self._guessed(scene.address, to)
            return claim
        return await self._coming(scene, came, found.id)

    async def _coming(self, scene: Scene, came: Conversation, handover_id: int) -> TakeOver:
        closes = scene.conversation or scene.of_staff
        here = replace(scene, conversation=came)
        if here.locale is None:
            here = speaking(here, came.locale, self._clock.now())
        then = await self._thinking.taken_over(here)
        return TakeOver(came, None if closes == came else closes, then, handover_id)

    async def _guessed(self, address: Address, to: Elsewhere) -> None:
        """Count a wrong one, where there is anything to be guessed. Twice: stricter."""
        now = self._clock.now()
        if not await button_phones.any_handed_over(self._db.reader, to, now):
            return

        async def work(tx: Tx) -> None:
            seen = await button_phones.day_of(tx, address, country_day(now))
            button_phones.keep_day(tx, address, country_day(now), replace(seen, guesses=seen.guesses + 1))

        await self._db.decide(work)
