"""One citizen's message thought through and decided.

Thinking replays the dialog and opens no transaction; deciding is one short write
transaction that holds all or nothing: the answer, the request, the use of the
consent, what is owed, and the inbox row done. When what was thought upon has
changed meanwhile, the message is thought through anew.
"""

from __future__ import annotations

from bot.channels.events import CitizenEvent
from bot.talk.deciding import Deciding
from bot.talk.standing import Stale
from bot.talk.thinking import Thinking
from bot.talk.thoughts import Scene, Thought
from rules.clock import Clock
from storage import inbox, outbox
from storage.database import Database, Tx
from storage.outbox import Owed

TRIES = 3


class Conversations:
    """Answers citizens, one message at a time."""

    def __init__(
        self, db: Database, thinking: Thinking, deciding: Deciding, clock: Clock, worker: int
    ) -> None:
        self._db = db
        self._thinking = thinking
        self._deciding = deciding
        self._clock = clock
        self._worker = worker

    async def answer(self, event: CitizenEvent) -> tuple[Owed, ...]:
        """Think ``event`` through, decide it, and return what is owed because of it.

        What if it runs twice: the inbox row is done by the first, the second returns
        nothing. Raises ``Unavailable`` when the database does not answer.
        """
        for _ in range(TRIES):
            scene = await self._thinking.scene(event.address)
            thought = await self._thinking.think(scene, event)
            try:
                return await self._decide(scene, thought, event)
            except Stale:
                continue
        scene = await self._thinking.scene(event.address)
        return await self._decide(scene, self._thinking.give_up(scene), event)

    async def _decide(self, scene: Scene, thought: Thought, event: CitizenEvent) -> tuple[Owed, ...]:
        async def work(tx: Tx) -> tuple[Owed, ...]:
            now = self._clock.now()
            if not await inbox.done(tx, event.inbox_id, type(thought).__name__.lower(), now):
                return ()
            parcels = await self._deciding.carry_out(tx, scene, thought, now, event.message_id)
            return await outbox.put(tx, parcels, self._worker, now + outbox.LEASE, now)

        return await self._db.decide(work)
