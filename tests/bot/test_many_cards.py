"""Hundreds of cards at once leave within Telegram's limits, in their order, and none is lost."""

import asyncio
import selectors
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.sending.carriers import TelegramCarrier
from bot.sending.courier import SEND_WITHIN
from bot.sending.gate import GateClosed
from bot.sending.gateways import Delivered, Fate, TelegramGateway
from bot.sending.pace import Rates
from bot.watch import Watch
from storage.addresses import Address
from storage.outbox import Owed

GROUPS = ("-1001", "-1002", "-1003")
CARDS = 600


class NobodyThere(selectors.DefaultSelector):
    """Nothing ever comes from outside: waiting only lets the time pass, at once."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        self.passed += timeout or 0.0
        return []


class QuickLoop(asyncio.SelectorEventLoop):
    """An event loop on which an hour of waiting takes no time."""

    def __init__(self) -> None:
        self.clock = NobodyThere()
        super().__init__(self.clock)

    def time(self) -> float:
        return 1000.0 + self.clock.passed


class Recorder(TelegramGateway):
    """Telegram as seen from outside: what arrives, where and when."""

    def __init__(self) -> None:
        self.arrived: list[tuple[float, str, int]] = []

    async def send(self, chat: str, body: Mapping[str, Any]) -> Fate:
        self.arrived.append((asyncio.get_running_loop().time(), chat, body["number"]))
        return Delivered("1")


def card(chat: str, number: int) -> Owed:
    now, address = datetime(2026, 11, 20, 5, 0, tzinfo=UTC), Address("telegram", chat)
    return Owed(number, address, chat, "card", {"number": number}, None, None, None, 0, now, leased=True)


async def lane(carrier: TelegramCarrier, chat: str) -> None:
    """One group's cards, as the courier carries them: what cannot leave in its lease comes again."""
    for number in range(CARDS):
        while True:
            try:
                await carrier.carry(card(chat, number), asyncio.get_running_loop().time() + SEND_WITHIN / 4)
                break
            except GateClosed as closed:
                await asyncio.sleep(closed.seconds)


def test_S36_600_cards_in_each_of_three_groups_leave_in_order_and_never_too_fast() -> None:
    telegram = Recorder()

    async def shift() -> float:
        carrier = TelegramCarrier(telegram, Rates(), Watch())
        await asyncio.gather(*(lane(carrier, chat) for chat in GROUPS))
        return asyncio.get_running_loop().time() - 1000.0

    with asyncio.Runner(loop_factory=QuickLoop) as runner:
        took = runner.run(shift())
    assert len(telegram.arrived) == CARDS * len(GROUPS)
    for chat in GROUPS:
        times = [at for at, where, _ in telegram.arrived if where == chat]
        assert [number for _, where, number in telegram.arrived if where == chat] == list(range(CARDS))
        # Telegram's own limits: 20 a minute in a group, 30 a second in all.
        assert all(later - at > 60 for at, later in zip(times, times[20:], strict=False))
    at = sorted(moment for moment, _, _ in telegram.arrived)
    assert all(later - first > 1 for first, later in zip(at, at[30:], strict=False))
    # Eighteen a minute is the pace; no turn is lost on the way.
    assert took <= CARDS / 18 * 60 + 10
