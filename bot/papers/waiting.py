"""Papers that wait: how long each waits until it is tried again, and which causes are known already.

Kept in memory: a new life of the process tries at once, and tells once more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

AGAIN: Final = timedelta(minutes=1)
"""How long until a paper that was not issued is tried again; twice as long after each try that cost much."""
LONGEST: Final = timedelta(minutes=30)
WELL_AGAIN: Final = timedelta(hours=2)
"""A cause that no paper met for so long is a new one when it comes back: while it lasts, papers meet it."""
FAILED: Final = "failed"
"""The code of a paper that failed in a way nobody foresaw."""
_COSTS_LITTLE: Final = ("no_signer", "template", "key_", "state_key_missing", "state_key_unreadable")
"""How codes begin of causes found before anything is drawn or asked for: they are looked for each minute."""


@dataclass(slots=True)
class WaitingRoom:
    """What is known of papers that wait, and of their causes."""

    _tries: dict[int, int] = field(default_factory=dict)
    _met: dict[tuple[int, str], datetime] = field(default_factory=dict)

    def pause(self, paper_id: int) -> timedelta:
        """How long until the paper is tried again, if it is not issued now: 1, 2, 4 minutes, at most 30."""
        return min(AGAIN * (1 << min(self._tries.get(paper_id, 0), 10)), LONGEST)

    def waits(self, paper_id: int, code: str) -> None:
        """Note that the paper was tried, and waits for the cause of that code."""
        self._tries[paper_id] = 0 if code.startswith(_COSTS_LITTLE) else self._tries.get(paper_id, 0) + 1

    def leaves(self, paper_id: int) -> None:
        """Note that the paper waits no more; others may still wait for the same cause."""
        self._tries.pop(paper_id, None)

    def is_news(self, of: int, code: str, now: datetime) -> bool:
        """Note that a clinic, or one paper, met a cause of that code; True if it is a new one, to be told."""
        self._met = {cause: at for cause, at in self._met.items() if now - at < WELL_AGAIN}
        is_new = (of, code) not in self._met
        self._met[of, code] = now
        return is_new
