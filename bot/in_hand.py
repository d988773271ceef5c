"""What due rows hand to an office: each subject is worked on once at a time, and only a few at once.

A row stays due until its subject is over, so what was in hand when a life ended is taken up again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import structlog

from dialogs.engine import Unavailable

Work: TypeAlias = Callable[[int], Awaitable[object]]
Failed: TypeAlias = Callable[[int], None]

log = structlog.get_logger()


@dataclass(slots=True)
class InHand:
    """The subjects of one kind of due row. ``work`` does one of them outside of transactions.

    ``failed`` is called where it raises anything but ``Unavailable``: one that fails must not hold up the
    others. ``office`` is the word of the log.
    """

    office: str
    work: Work
    failed: Failed
    most_at_once: int
    _queue: asyncio.Queue[int] = field(default_factory=asyncio.Queue)
    _subjects: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self._subjects)

    def take(self, subject_id: int) -> None:
        """Take one in hand; nothing where it is in hand already."""
        if subject_id not in self._subjects:
            self._subjects.add(subject_id)
            self._queue.put_nowait(subject_id)

    async def run(self) -> None:
        """Do what comes, until cancelled."""
        async with asyncio.TaskGroup() as workers:
            for _ in range(self.most_at_once):
                workers.create_task(self._work())

    async def do_waiting(self) -> None:
        """Do everything in hand now, one after another."""
        while not self._queue.empty():
            await self.do_next()

    async def do_next(self) -> None:
        """Do the one that waits longest, as soon as there is one."""
        subject_id = await self._queue.get()
        try:
            await self.work(subject_id)
        except Unavailable:
            log.warning("office.database_unavailable", office=self.office)
        except Exception:
            # It stays due, and in the log.
            log.exception("office.failed", office=self.office, subject=subject_id)
            self.failed(subject_id)
        finally:
            self._subjects.discard(subject_id)

    def forget(self) -> None:
        """Lose everything in hand, as the end of a life does."""
        self._subjects.clear()
        while not self._queue.empty():
            self._queue.get_nowait()

    async def _work(self) -> None:
        while True:
            await self.do_next()
