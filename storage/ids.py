"""Ids of rows: made by the application, so that both database engines agree on them."""

import threading
from datetime import UTC, datetime
from typing import Final

from rules.clock import Clock

_SINCE: Final = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp() * 1000)
_NODE_SHIFT: Final = 8
_TIME_SHIFT: Final = 22
NODES: Final = 2**14


class Ids:
    """63-bit ids: milliseconds since 2024 << 22 | node (14 bits) << 8 | counter; rising within a process.

    Two processes in 16,384 draw the same node; an id is then made twice only in the same millisecond, and the
    database refuses the second.
    """

    __slots__ = ("_clock", "_last", "_lock", "_node")

    def __init__(self, node: int, clock: Clock) -> None:
        if not 0 <= node < NODES:
            raise ValueError(f"a node is 0 to {NODES - 1}")
        self._node: Final = node << _NODE_SHIFT
        self._clock: Final = clock
        self._last = (0, 0)
        self._lock: Final = threading.Lock()

    def new(self) -> int:
        """An id larger than every one before it, also when the clock stands still or steps back."""
        now = int(self._clock.now().timestamp() * 1000) - _SINCE
        with self._lock:
            moment, counter = self._last
            if now > moment:
                moment, counter = now, 0
            elif counter == (1 << _NODE_SHIFT) - 1:
                moment, counter = moment + 1, 0
            else:
                counter += 1
            self._last = (moment, counter)
        return moment << _TIME_SHIFT | self._node | counter
