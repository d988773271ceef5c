"""What a dialog sees of the house while it is replayed: facts read once, and consents that live."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from dialogs.engine import Gate, Passed, Unavailable
from otp import evidence
from rules.consent import Purpose
from rules.iin import Iin
from rules.law import rule
from rules.step_times import LOOKUP
from storage.addresses import Address
from storage.database import Reader


@rule("ST-05")
class Remembering:
    """The registry, each question of which is asked once per message.

    The same facts serve every replay of one message, so that what is decided is what
    was thought upon; the deciding transaction checks the ones that matter itself. A registry that is
    silent for longer than ``within`` does not answer: Unavailable, and never "no such person".
    """

    def __init__(self, registry: object, within: timedelta = LOOKUP.delta) -> None:
        self._registry = registry
        self._within = within
        self._known: dict[tuple[str, tuple[Any, ...]], Any] = {}

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        read = getattr(self._registry, name)

        async def remembered(*asked: Any) -> Any:
            if (name, asked) not in self._known:
                self._known[name, asked] = await self._answered(read(*asked))
            return self._known[name, asked]

        return remembered

    async def _answered(self, asking: Awaitable[Any]) -> Any:
        try:
            async with asyncio.timeout(self._within.total_seconds()):
                return await asking
        except TimeoutError as late:
            raise Unavailable("the registry is silent") from late


class Facing:
    """The gates of one conversation: which consents stand, and which of them were leaned on."""

    def __init__(self, reader: Reader, conversation_id: int, address: Address, now: datetime) -> None:
        self._reader = reader
        self._conversation_id = conversation_id
        self._address = address
        self._now = now
        self._known: dict[tuple[str, str], Passed | None] = {}

    async def passed(self, gate: Gate) -> Passed | None:
        """Return the live consent for ``gate``; read once, until ``look_again``."""
        place = (gate.purpose, gate.subject)
        if place not in self._known:
            self._known[place] = await self._consent(gate)
        return self._known[place]

    def look_again(self) -> None:
        """Forget what was read: a code has just been compared."""
        self._known.clear()

    @property
    def leaned_on(self) -> tuple[Passed, ...]:
        """The consents that let this message through; each lives on from now."""
        return tuple(passed for passed in self._known.values() if passed)

    async def _consent(self, gate: Gate) -> Passed | None:
        consent = await evidence.alive(
            self._reader,
            conversation_id=self._conversation_id,
            address=self._address,
            purpose=Purpose(gate.purpose),
            subject=Iin(gate.subject),
            now=self._now,
        )
        return Passed(consent.id, str(consent.person_id)) if consent else None
