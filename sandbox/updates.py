"""Updates owed to the bot: kept until it confirms them, by long polling or by a webhook."""

import asyncio
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Final

from sandbox.refusals import OTHER_POLLER, refusal
from sandbox.wire import Json

_KEPT: Final = 500_000
_NOT_BY_DEFAULT: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class UpdateQueue:
    """Unconfirmed updates in order. `next_id` only grows, also over a restart of the sandbox."""

    def __init__(self, first_id: int) -> None:
        self.next_id = first_id
        self.pending: deque[Json] = deque(maxlen=_KEPT)
        self.allowed: frozenset[str] | None = None
        self._poller = 0
        self._waiters: list[asyncio.Future[None]] = []

    def push(self, kind: str, payload: Json) -> int | None:
        """Owes the bot one update; None when the bot did not ask for this kind."""
        if not self._wanted(kind):
            return None
        return self.push_raw({kind: payload})

    def push_raw(self, update: Json) -> int:
        """Owes the bot an update as it is, with an id of its own unless it brings one."""
        update_id = int(update.get("update_id", self.next_id))
        self.next_id = max(self.next_id, update_id + 1)
        self.pending.append({"update_id": update_id, **update})
        self.wake()
        return update_id

    def allow(self, kinds: list[str] | None) -> None:
        """Remembers allowed_updates; None keeps what was asked before, an empty list means the usual."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def confirm_below(self, offset: int) -> None:
        while self.pending and self.pending[0]["update_id"] < offset:
            self.pending.popleft()

    async def poll(
        self, offset: int, limit: int, seconds: float, interrupted: Callable[[], object]
    ) -> list[Json]:
        """getUpdates: confirms what lies below `offset` and waits for more, `seconds` at most.

        A second poller ends the first with Telegram's 409. Ends early, empty, once `interrupted()` is true.
        """
        self._poller += 1
        me = self._poller
        self._confirm(offset)
        self.wake()
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        while not self.pending and (left := ends - loop.time()) > 0 and not interrupted():
            await self.change(left)
            if self._poller != me:
                raise refusal(409, OTHER_POLLER)
        return list(islice(self.pending, limit))

    def wake(self) -> None:
        """Lets all who wait for a change look again."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()

    async def change(self, seconds: float) -> None:
        """Waits for a new update or a wake, `seconds` at most."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            await asyncio.wait_for(waiter, seconds)
        except TimeoutError:
            return

    def clear(self) -> None:
        self.pending.clear()

    def _confirm(self, offset: int) -> None:
        if offset >= 0:
            self.confirm_below(offset)
            return
        while len(self.pending) > -offset:
            self.pending.popleft()

    def _wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed is not None else kind not in _NOT_BY_DEFAULT
