"""Pace: how fast messages may leave, counted on monotonic time (S36).

Nothing here sleeps: each pace tells how long to wait for the turn that it has just
given away.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

FORGET_AFTER: Final = 4096


class Even:
    """At most ``rate`` a second on average, ``burst`` at once after a rest."""

    __slots__ = ("_ahead", "_interval", "_next")

    def __init__(self, rate: float, burst: int = 1) -> None:
        self._interval = 1 / rate
        self._ahead = (burst - 1) * self._interval
        self._next = 0.0

    def wait(self, now: float) -> float:
        """The seconds until the next turn comes, which is not given away."""
        return max(0.0, max(now, self._next) - self._ahead - now)

    def turn(self, now: float) -> float:
        """Give away the next turn; return the seconds until it comes."""
        wait = self.wait(now)
        self._next = max(now, self._next) + self._interval
        return wait

    def rested(self, now: float) -> bool:
        """True if forgetting this pace would change nothing."""
        return self._next <= now


class Window:
    """At most ``count`` in any ``seconds``."""

    __slots__ = ("_seconds", "_turns")

    def __init__(self, count: int, seconds: float) -> None:
        self._seconds = seconds
        self._turns: deque[float] = deque(maxlen=count)

    def wait(self, now: float) -> float:
        """The seconds until the next turn comes, which is not given away."""
        full = len(self._turns) == self._turns.maxlen
        return max(0.0, self._turns[0] + self._seconds - now) if full else 0.0

    def turn(self, now: float) -> float:
        """Give away the next turn; return the seconds until it comes."""
        wait = self.wait(now)
        self._turns.append(now + wait)
        return wait

    def rested(self, now: float) -> bool:
        """True if forgetting this pace would change nothing."""
        return not self._turns or self._turns[-1] + self._seconds <= now


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast each gateway may be used; Telegram's figures are S36's, a little under its own."""

    telegram_per_second: float = 25
    chat_per_second: float = 1
    chat_burst: int = 3
    group_per_minute: float = 18
    sms_per_second: float = 10


class TelegramPace:
    """Telegram's three limits together: in all, per private chat, per group."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._all = Even(rates.telegram_per_second)
        self._chats: dict[str, Even | Window] = {}

    def wait_in_chat(self, chat: str, now: float) -> float:
        """The seconds until the chat's next turn comes, which is not given away."""
        return self._of_chat(chat, now).wait(now)

    def turn_in_chat(self, chat: str, now: float) -> float:
        """Give away the chat's next turn; return the seconds until it comes."""
        return self._of_chat(chat, now).turn(now)

    def turn(self, now: float) -> float:
        """Give away the next turn of all; return the seconds until it comes."""
        return self._all.turn(now)

    def _of_chat(self, chat: str, now: float) -> Even | Window:
        pace = self._chats.get(chat)
        if pace is None:
            self._forget_rested(now)
            pace = self._chats[chat] = self._new_pace(chat)
        return pace

    def _new_pace(self, chat: str) -> Even | Window:
        # Groups have negative ids.
        if chat.startswith("-"):
            return Window(max(1, int(self._rates.group_per_minute)), 60)
        return Even(self._rates.chat_per_second, self._rates.chat_burst)

    def _forget_rested(self, now: float) -> None:
        if len(self._chats) >= FORGET_AFTER and len(self._chats) % FORGET_AFTER == 0:
            self._chats = {chat: pace for chat, pace in self._chats.items() if not pace.rested(now)}
