"""The clock of the sandbox: real time plus an offset that only grows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class MovesForwardOnly(Exception):
    """Somebody asked the clock to go back; deadlines and codes would come alive again."""


def real_now() -> datetime:
    return datetime.now(UTC)


class SandboxClock:
    """Runs on with real time; `advance` and `move_to` add to the offset.

    `start` is the first instant shown, aware; by default the real one.
    """

    def __init__(self, start: datetime | None = None, real: Callable[[], datetime] = real_now) -> None:
        self._real = real
        self._offset = timedelta(0) if start is None else start.astimezone(UTC) - real()

    def now(self) -> datetime:
        return self._real() + self._offset

    @property
    def offset_seconds(self) -> float:
        return self._offset.total_seconds()

    def restore(self, offset_seconds: float) -> None:
        self._offset = timedelta(seconds=offset_seconds)

    def advance(self, seconds: float) -> datetime:
        """Moves on by `seconds`; raises MovesForwardOnly if they are negative."""
        if seconds < 0:
            raise MovesForwardOnly
        self._offset += timedelta(seconds=seconds)
        return self.now()

    def move_to(self, moment: datetime) -> datetime:
        """Moves on to an aware instant; raises MovesForwardOnly if it has passed."""
        return self.advance((moment - self.now()).total_seconds())
