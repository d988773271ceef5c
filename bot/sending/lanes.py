"""Lanes: the rows of one address that this process holds, in the order in which they must leave."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TypeAlias

from storage.outbox import CODE, Owed

LaneKey: TypeAlias = tuple[str, str, int]
"""Channel, address, and the id of a code: it stands behind nothing, for somebody waits for it."""


def lane_of(owed: Owed) -> LaneKey:
    """In which lane a row stands."""
    return (owed.channel, owed.address_key, owed.id if owed.kind == CODE else 0)


class Held:
    """One row in hand: until when (monotonic) it may be sent, and how often it was tried by this process."""

    __slots__ = ("owed", "send_until", "tries")

    def __init__(self, owed: Owed, send_until: float) -> None:
        self.owed = owed
        self.send_until = send_until
        self.tries = 0


class Lane:
    """The rows of one address, first to leave first."""

    __slots__ = ("_woken", "address", "rows")

    def __init__(self, address: LaneKey, first: Held) -> None:
        self.address = address
        self.rows = deque((first,))
        self._woken = asyncio.Event()

    async def pause(self, seconds: float) -> None:
        """Wait so long, or until the lane is let go."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return

    def let_go(self) -> None:
        """End every pause: the house is closing."""
        self._woken.set()
