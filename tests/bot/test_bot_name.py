"""Links to the bot name it as Telegram does; until it is known there are none."""

from collections.abc import Mapping
from typing import Any

from bot.sending.gateways import NoAnswer
from bot.staff.bot_name import BotName


class Telegram:
    """Does not answer at first."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def call(self, method: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        del parameters
        self.asked.append(method)
        if len(self.asked) == 1:
            raise NoAnswer("timeout")
        return {"ok": True, "result": {"id": 1, "is_bot": True, "username": "dariger_bot"}}


async def test_the_name_is_asked_for_until_telegram_says_it() -> None:
    telegram = Telegram()
    name = BotName().asks(telegram)
    assert not await name.learn()
    assert name.link("ABC") == ""
    assert await name.learn()
    assert name.link("ABC") == "https://t.me/dariger_bot?start=link_ABC"


async def test_nobody_is_asked_where_there_is_no_bot() -> None:
    assert not await BotName().learn()
