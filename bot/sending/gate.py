"""The gate of a gateway: closed for a while once it does not answer, so that it is not hammered."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final, Protocol

from bot.sending.gateways import Down, Fate

FIRST_CLOSED: Final = 1.0
LONGEST_CLOSED: Final = 60.0
UNTRIED: Final = 2.0
"""Seconds after a gate could be passed again until it is tried by itself, where nothing wants to pass."""


class Bell(Protocol):
    """Whoever is told that a gateway breaks down and comes back."""

    def gateway_down(self, name: str, code: str) -> None:
        """A gateway does not answer."""
        ...

    def gateway_up(self, name: str) -> None:
        """It answers again."""
        ...


class GateClosed(Exception):
    """The gateway is down for longer than the row may be held; ``seconds`` until it is tried again."""

    def __init__(self, code: str, seconds: float) -> None:
        super().__init__(code)
        self.code = code
        self.seconds = seconds


class Gate:
    """Closed for a while after a gateway did not answer, longer each time, so that it is not hammered."""

    def __init__(self, name: str, watch: Bell) -> None:
        self._name = name
        self._watch = watch
        self._closed_until = 0.0
        self._pause = 0.0
        self._code = ""
        self._woken = asyncio.Event()

    async def pass_through(self, until: float) -> None:
        """Wait until the gate is open. Raises ``GateClosed`` if that is after ``until`` (monotonic)."""
        loop = asyncio.get_running_loop()
        while (wait := self._closed_until - loop.time()) > 0:
            if self._closed_until > until:
                raise GateClosed(self._code, wait)
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._woken.wait()

    @property
    def opens_in(self) -> float:
        """The seconds until it may be passed, 0 while it is open."""
        return max(0.0, self._closed_until - asyncio.get_running_loop().time())

    @property
    def in_doubt(self) -> bool:
        """True if it was closed, and nobody has tried it since it could be passed again."""
        return self._pause > 0 and asyncio.get_running_loop().time() > self._closed_until + UNTRIED

    def heard(self, fate: Fate) -> None:
        """Open or close by what became of a message."""
        if not isinstance(fate, Down):
            if self._pause:
                self._watch.gateway_up(self._name)
            self._pause = 0.0
            return
        now = asyncio.get_running_loop().time()
        # Many lanes find out at once: they count as one attempt.
        if now >= self._closed_until:
            self._close(now, fate.code)

    def close_for(self, seconds: float, code: str) -> None:
        """Close for as long as the gateway itself asked."""
        self._code = code
        self._closed_until = max(self._closed_until, asyncio.get_running_loop().time() + seconds)

    def reopen(self) -> None:
        """Open at once: the gateway itself says that it is there again."""
        if self._pause:
            self._watch.gateway_up(self._name)
        self._pause = self._closed_until = 0.0
        self._woken.set()
        self._woken = asyncio.Event()

    def _close(self, now: float, code: str) -> None:
        self._pause = min(LONGEST_CLOSED, self._pause * 2 or FIRST_CLOSED)
        self._closed_until = now + self._pause
        self._code = code
        self._watch.gateway_down(self._name, code)
