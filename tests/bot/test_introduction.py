"""What a person sees of the bot before the first word: its name, its description, its menu."""

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

import locales
from bot.channels.introduction import COMMANDS, introduce
from bot.command_line import main
from bot.settings import read_settings
from bot.talk.universal import SLASH
from dialogs.engine import T
from tests.bot.test_settings import LOCAL
from tests.sandbox_server import running_sandbox


async def test_telegram_is_told_the_words_of_both_languages() -> None:
    """Twice, as an operator may: the second time changes nothing."""
    async with running_sandbox() as sandbox:
        settings = read_settings({**LOCAL, **sandbox.settings})
        assert [await introduce(settings), await introduce(settings)] == [sandbox_name(), sandbox_name()]
        session = AiohttpSession(api=TelegramAPIServer.from_base(sandbox.url))
        async with Bot(settings.telegram_bot_token, session=session) as bot:
            for locale in locales.LOCALES:
                commands = await bot.get_my_commands(language_code=locale)
                words = [locales.render(T(f"introduction.{name}"), locale) for name in COMMANDS]
                assert [command.description for command in commands] == words
                about = await bot.get_my_description(language_code=locale)
                assert "103" in about.description


def sandbox_name() -> str:
    from sandbox import BOT_USERNAME

    return BOT_USERNAME


def test_every_command_of_the_menu_is_understood() -> None:
    assert set(COMMANDS) <= set(SLASH)


def test_what_telegram_allows_is_kept_to() -> None:
    """64 letters of a name, 512 of a description, 120 of the short one, 256 of a command's."""
    for locale in locales.LOCALES:
        limits = {"name": 64, "description": 512, "short": 120, **dict.fromkeys(COMMANDS, 256)}
        for key, most in limits.items():
            assert len(locales.render(T(f"introduction.{key}"), locale)) <= most


def test_a_wrong_token_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    unreachable = {**LOCAL, "TELEGRAM_API_URL": "http://127.0.0.1:9"}
    assert main(["--env-file", "/dev/null", "introduce"], unreachable) == 1
    assert "check TELEGRAM_BOT_TOKEN" in capsys.readouterr().err
