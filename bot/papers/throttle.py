"""How many wrong guesses are borne from one address in an hour.

Not by number: whoever knows a number could shut the page for the one who holds the paper. A check code has
50 bits, so that even a million addresses that guess all day need longer than any paper holds; kept in memory,
for the same reason. What is counted are digests, never the address itself.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

PERIOD: Final = timedelta(hours=1)
PER_ADDRESS: Final = 30
MOST_KEPT: Final = 50_000
"""Counters kept at once; beyond it the oldest are forgotten, so that guessing cannot fill the memory."""


@dataclass(slots=True)
class _Count:
    began: datetime
    wrong: int = 0


@dataclass(slots=True)
class Throttle:
    """Counts wrong guesses."""

    _counts: OrderedDict[bytes, _Count] = field(default_factory=OrderedDict)
    _salt: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def is_shut(self, address: str, now: datetime) -> bool:
        """True if nothing more is looked up for this address, for now."""
        count = self._counts.get(self._key(address))
        return count is not None and now - count.began < PERIOD and count.wrong >= PER_ADDRESS

    def wrong(self, address: str, now: datetime) -> None:
        """Note one wrong guess."""
        key = self._key(address)
        count = self._counts.get(key)
        if count is None or now - count.began >= PERIOD:
            count = self._counts[key] = _Count(now)
        count.wrong += 1
        self._counts.move_to_end(key)
        while len(self._counts) > MOST_KEPT:
            self._counts.popitem(last=False)

    def _key(self, address: str) -> bytes:
        return hashlib.blake2b(address.encode(), key=self._salt, digest_size=12).digest()
