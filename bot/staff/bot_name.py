"""What the bot is called in Telegram, so that links can lead to it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final, Protocol

from bot.sending.gateways import NoAnswer

LONGEST_PAUSE: Final = 300.0
_FIRST_PAUSE: Final = 1.0


class Telegram(Protocol):
    """Whoever can be asked."""

    async def call(self, method: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The Bot API's answer. Raises NoAnswer."""
        ...


class BotName:
    """Learnt once from Telegram itself; until then there are codes, and no links."""

    def __init__(self, name: str = "") -> None:
        self._name = name
        self._telegram: Telegram | None = None

    @property
    def at(self) -> str:
        """The name as it is written in Telegram; empty while the bot does not know it."""
        return f"@{self._name}" if self._name else ""

    def link(self, code: str) -> str:
        """The link that brings the code to the bot; empty while the bot does not know its name."""
        return f"https://t.me/{self._name}?start=link_{code}" if self._name else ""

    def asks(self, telegram: Telegram) -> BotName:
        """The same, with whom ``run`` asks."""
        self._telegram = telegram
        return self

    async def run(self) -> None:
        """Ask until it is known, less and less often."""
        pause = _FIRST_PAUSE
        while not await self.learn():
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    async def learn(self) -> bool:
        """Ask once; False if nobody says. What if it runs twice: the same name."""
        if self._telegram is None:
            return False
        try:
            told = await self._telegram.call("getMe", {})
        except NoAnswer:
            return False
        self._name = str((told.get("result") or {}).get("username") or "")
        return bool(self._name)
