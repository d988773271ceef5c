"""One citizen's message thought through and decided.

Thinking replays the dialog and opens no transaction; deciding is one short write
transaction that holds all or nothing: the answer, the request, the use of the
consent, what is owed, and the inbox row done. When what was thought upon has
changed meanwhile, the message is thought through anew.
"""

from __future__ import annotations

from bot.by_sms.claims import Claims
from bot.channels.events import CitizenEvent
from bot.consents.typed import TypedCodes
from bot.talk.deciding import Deciding
from bot.talk.standing import Stale
from bot.talk.thinking import Thinking
from bot.talk.thoughts import Scene, TakeOver, Thought
from dialogs.engine import Said
from rules.clock import Clock
from storage import inbox, outbox
from storage.database import Database, Tx
from storage.outbox import Owed

TRIES = 3


class Conversations:
    """Answers citizens, one message at a time."""

    def __init__(
        self,
        db: Database,
        thinking: Thinking,
        deciding: Deciding,
        consents: TypedCodes,
        clock: Clock,
        worker: int,
    ) -> None:
        self._db = db
        self._thinking = thinking
        self._claims = Claims(db, thinking, clock)
        self._deciding = deciding
        self._consents = consents
        self._clock = clock
        self._worker = worker

    async def answer(self, event: CitizenEvent) -> tuple[Owed, ...]:
        """Think ``event`` through, decide it, and return what is owed because of it.

        What if it runs twice: the inbox row is done by the first, the second returns
        nothing. Raises ``Unavailable`` when the database does not answer.
        """
        for _ in range(TRIES):
            scene = await self._thinking.scene(event.address)
            consented = await self._consents.answer(event, scene)
            if consented is not None:
                return consented
            thought = await self._taken(scene, event) or await self._thinking.think(scene, event)
            try:
                return await self._decide(scene, thought, event)
            except Stale:
                continue
        scene = await self._thinking.scene(event.address)
        return await self._decide(scene, self._thinking.give_up(scene), event)

    async def _taken(self, scene: Scene, event: CitizenEvent) -> Thought | None:
        """A conversation that was begun by SMS and is to go on in this chat."""
        if not isinstance(event.sent, Said):
            return None
        taken = await self._claims.taken(scene, event.sent.text)
        return taken if isinstance(taken, TakeOver) else None

    async def _decide(self, scene: Scene, thought: Thought, event: CitizenEvent) -> tuple[Owed, ...]:
        async def work(tx: Tx) -> tuple[Owed, ...]:
            now = self._clock.now()
            if not await inbox.done(tx, event.inbox_id, type(thought).__name__.lower(), now):
                return ()
            parcels = await self._deciding.carry_out(tx, scene, thought, now, event.message_id)
            return await outbox.put(tx, parcels, self._worker, now + outbox.LEASE, now)

        return await self._db.decide(work)
