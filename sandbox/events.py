"""What changed, numbered, so that a page or a test can wait for the next change."""

import asyncio
from collections import deque

from sandbox.wire import Json

_KEPT = 2000


class EventLog:
    """The last changes; `number` is the number of the latest."""

    def __init__(self) -> None:
        self.number = 0
        self._events: deque[Json] = deque(maxlen=_KEPT)
        self._changed: asyncio.Event | None = None

    def note(self, kind: str, **about: int | str | None) -> None:
        self.number += 1
        self._events.append({"n": self.number, "kind": kind, **about})
        if self._changed is not None:
            self._changed.set()
            self._changed = None

    def since(self, number: int) -> list[Json]:
        return [event for event in self._events if event["n"] > number]

    async def wait_since(self, number: int, seconds: float) -> list[Json]:
        """The events after `number`, at once if there are any, else after at most `seconds`."""
        if self.number <= number and seconds > 0:
            await self._wait(seconds)
        return self.since(number)

    async def _wait(self, seconds: float) -> None:
        if self._changed is None:
            self._changed = asyncio.Event()
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return
