"""Clocks and chance: the system's own, and the clock of the sandbox, which people can move forward."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

import aiohttp
import structlog

POLL_SECONDS: Final = 0.25
ANSWER_WITHIN: Final = aiohttp.ClientTimeout(total=2)
CODES: Final = 10**6

log = structlog.get_logger()


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


class SandboxClock:
    """The machine's clock plus what the sandbox's has been moved by. Never goes back."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._offset: timedelta | None = None
        self._latest = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """The present instant of the sandbox, aware, in UTC; never before one told earlier."""
        self._latest = max(self._latest, datetime.now(UTC) + (self._offset or timedelta()))
        return self._latest

    async def run(self, session: aiohttp.ClientSession) -> None:
        """Follow the sandbox's clock until cancelled; while it does not answer, go on as it stands."""
        while True:
            await self.follow(session)
            await asyncio.sleep(POLL_SECONDS)

    async def follow(self, session: aiohttp.ClientSession) -> bool:
        """Read the sandbox's clock once; False if it does not answer."""
        try:
            async with session.get(self._url, timeout=ANSWER_WITHIN) as answer:
                told = await answer.json()
            offset = timedelta(seconds=float(told["offset_seconds"]))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError) as fault:
            log.debug("clock.no_answer", fault=type(fault).__name__)
            return False
        # Forward only: moments that have been due would otherwise be due once more.
        self._offset = offset if self._offset is None else max(self._offset, offset)
        return True


class SystemSecrets:
    """Randomness that nobody can guess."""

    def code(self) -> str:
        """Six digits, each equally likely, leading zeros included (S8)."""
        return f"{secrets.randbelow(CODES):06d}"

    def token(self, length: int) -> bytes:
        """That many random bytes."""
        return secrets.token_bytes(length)
