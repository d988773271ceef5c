"""How the bot introduces itself in Telegram: its name, what it is for, and the commands of its menu.

Done once, when a bot goes live or its words change, through aiogram's own client: here nothing is
owed to anybody and speed does not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import locales
from bot.settings import Settings
from dialogs.engine import T

if TYPE_CHECKING:
    from aiogram import Bot

COMMANDS: Final = ("menu", "my", "help", "kk", "ru", "forget")
"""What Telegram's menu button offers, in this order; each is a word of ``bot.talk.universal``."""


async def introduce(settings: Settings) -> str:
    """Tell Telegram the words of both languages; return the bot's user name.

    What if it runs twice: the same words again. Raises ``aiogram.exceptions.AiogramError``.
    """
    # Imported here: it takes two seconds, which only this command need pay.
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    session = AiohttpSession(api=TelegramAPIServer.from_base(settings.telegram_api_url))
    async with Bot(settings.telegram_bot_token, session=session) as bot:
        me = await bot.get_me()
        for locale in locales.LOCALES:
            await _in(bot, locale, locale)
        # Whoever reads Telegram in any other language is met in the first one.
        await _in(bot, locales.DEFAULT, None)
        return me.username or str(me.id)


async def _in(bot: Bot, locale: str, code: str | None) -> None:
    from aiogram.types import BotCommand

    commands = [
        BotCommand(command=name, description=locales.render(T(f"introduction.{name}"), locale))
        for name in COMMANDS
    ]
    await bot.set_my_commands(commands, language_code=code)
    await bot.set_my_name(locales.render(T("introduction.name"), locale), language_code=code)
    await bot.set_my_description(locales.render(T("introduction.description"), locale), language_code=code)
    short = locales.render(T("introduction.short"), locale)
    await bot.set_my_short_description(short, language_code=code)
