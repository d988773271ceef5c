"""Clients that we did not write work against the sandbox unchanged."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardRemove
from telegram import InlineKeyboardButton as PtbButton
from telegram import InlineKeyboardMarkup as PtbMarkup
from telegram import Update
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, RetryAfter
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes
from telegram.request import HTTPXRequest

from sandbox import BOT_USERNAME, TELEGRAM_TOKEN
from tests.sandbox_server import SandboxClient

PtbApplication = Application[Any, Any, Any, Any, Any, Any]


@pytest.fixture
async def ptb(sandbox: SandboxClient, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PtbApplication]:
    """python-telegram-bot, told nothing but the address."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # else it warns of its next major version
    application = (
        Application.builder()
        .token(TELEGRAM_TOKEN)
        .base_url(f"{sandbox.url}/bot")
        .base_file_url(f"{sandbox.url}/file/bot")
        .request(HTTPXRequest(httpx_kwargs={"trust_env": False}))
        .get_updates_request(HTTPXRequest(httpx_kwargs={"trust_env": False}))
        .build()
    )
    async with application:
        yield application


@pytest.fixture
async def aiogram_bot(sandbox: SandboxClient) -> AsyncIterator[Bot]:
    server = TelegramAPIServer.from_base(sandbox.url)
    bot = Bot(TELEGRAM_TOKEN, session=AiohttpSession(api=server, timeout=20))
    yield bot
    await bot.session.close()


async def _greet(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    button = PtbButton("Иә", callback_data="yes")
    await update.message.reply_html("<b>Сәлем</b>", reply_markup=PtbMarkup([[button]]))


async def _thank(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.callback_query is not None
    await update.callback_query.answer("рақмет")
    await update.callback_query.edit_message_text(f"chosen: {update.callback_query.data}")


async def test_python_telegram_bot_holds_a_whole_conversation_by_long_polling(
    sandbox: SandboxClient, ptb: PtbApplication
) -> None:
    ptb.add_handler(CommandHandler("start", _greet))
    ptb.add_handler(CallbackQueryHandler(_thank))
    assert ptb.updater is not None
    await ptb.start()
    await ptb.updater.start_polling(timeout=5)
    viktor = int((await sandbox.person("Ким"))["telegram_id"])
    await sandbox.say(viktor, "/start")
    greeting = await sandbox.wait_for_message(viktor, "Сәлем")
    assert greeting.labels == ("Иә",)
    await sandbox.press(viktor, label="Иә")
    chosen = await sandbox.wait_for_message(viktor, "chosen: yes")
    assert chosen.message_id == greeting.message_id
    assert chosen.buttons == ()
    assert await sandbox.notices(viktor) == ["рақмет"]
    await ptb.updater.stop()
    await ptb.stop()
    assert await sandbox.pending_updates() == 0


async def test_python_telegram_bot_knows_itself(ptb: PtbApplication) -> None:
    me = await ptb.bot.get_me()
    assert (me.username, me.is_bot) == (BOT_USERNAME, True)


async def test_python_telegram_bot_understands_every_kind_of_refusal(
    sandbox: SandboxClient, ptb: PtbApplication, aigul: int
) -> None:
    with pytest.raises(BadRequest, match=r"[Cc]hat not found"):
        await ptb.bot.send_message(404, "hello")
    await sandbox.fault("telegram_429", calls=1, retry_after=7)
    with pytest.raises(RetryAfter, match="0:00:07"):
        await ptb.bot.send_message(aigul, "hello")
    await sandbox.fault("telegram_down", calls=1)
    with pytest.raises(NetworkError):
        await ptb.bot.send_message(aigul, "hello")
    await sandbox.block(aigul)
    with pytest.raises(Forbidden, match="blocked by the user"):
        await ptb.bot.send_message(aigul, "hello")


async def test_python_telegram_bot_learns_of_a_second_poller(ptb: PtbApplication) -> None:
    first = asyncio.create_task(ptb.bot.get_updates(timeout=5))
    await asyncio.sleep(0.2)
    await ptb.bot.get_updates(timeout=0)
    with pytest.raises(Conflict):
        await first


async def test_python_telegram_bot_downloads_what_a_person_attached(
    sandbox: SandboxClient, ptb: PtbApplication, aigul: int
) -> None:
    await sandbox.attach(aigul, "voice")
    updates = await ptb.bot.get_updates(timeout=1)
    message = updates[-1].message
    assert message is not None
    assert message.voice is not None
    file = await message.voice.get_file()
    assert bytes(await file.download_as_bytearray()).startswith(b"OggS")


async def test_aiogram_sends_edits_and_deletes(sandbox: SandboxClient, aiogram_bot: Bot, aigul: int) -> None:
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="A", callback_data="a")]])
    sent = await aiogram_bot.send_message(aigul, "1 &lt; <i>2</i>", parse_mode="HTML", reply_markup=keyboard)
    assert (sent.text, sent.html_text) == ("1 < 2", "1 &lt; <i>2</i>")
    edited = await aiogram_bot.edit_message_text("three", chat_id=aigul, message_id=sent.message_id)
    assert not isinstance(edited, bool)
    assert edited.reply_markup is None
    assert await aiogram_bot.delete_message(aigul, sent.message_id)
    assert await sandbox.messages(aigul, bot_only=True) == []


async def test_aiogram_reads_updates_of_every_kind_a_person_sends(
    sandbox: SandboxClient, aiogram_bot: Bot, aigul: int
) -> None:
    first = await sandbox.say(aigul, "😀 сәлем")
    await sandbox.edit(aigul, first, "сәлем!")
    await sandbox.contact(aigul)
    await sandbox.contact(aigul, phone="+77059998877")
    await sandbox.location(aigul)
    for kind in ("photo", "voice", "sticker", "document"):
        await sandbox.attach(aigul, kind)
    await sandbox.forward(aigul, "бөтен сөз")
    await sandbox.block(aigul)
    updates = await aiogram_bot.get_updates(timeout=1)
    kinds = [(update.event_type, getattr(update.event, "content_type", "")) for update in updates]
    expected = ["text", "text", "text", "contact", "contact", "location", "photo", "voice", "sticker"]
    assert [kind for _, kind in kinds] == [*expected, "document", "text", ""]
    assert [event for event, _ in kinds[:3]] == ["message", "message", "edited_message"]
    assert kinds[-1][0] == "my_chat_member"
    own, other = updates[3].message, updates[4].message
    assert own is not None
    assert own.contact is not None
    assert (own.contact.user_id, own.contact.phone_number) == (aigul, "77011112233")
    assert other is not None
    assert other.contact is not None
    assert other.contact.user_id is None
    forwarded = updates[-2].message
    assert forwarded is not None
    assert forwarded.forward_origin is not None


async def test_aiogram_uploads_a_document(sandbox: SandboxClient, aiogram_bot: Bot, aigul: int) -> None:
    sent = await aiogram_bot.send_document(
        aigul, BufferedInputFile(b"%PDF-1.4", "талон.pdf"), caption="талон"
    )
    assert sent.document is not None
    assert sent.document.file_name == "талон.pdf"
    again = await aiogram_bot.send_document(aigul, sent.document.file_id)
    assert again.document is not None
    fetched = await aiogram_bot.download(sent.document.file_id)
    assert fetched is not None
    assert fetched.read() == b"%PDF-1.4"


async def test_aiogram_maps_refusals_to_its_errors(
    sandbox: SandboxClient, aiogram_bot: Bot, aigul: int
) -> None:
    with pytest.raises(TelegramBadRequest, match="message text is empty"):
        await aiogram_bot.send_message(aigul, " ")
    await sandbox.fault("telegram_429", calls=1, retry_after=3, chat_id=aigul)
    with pytest.raises(TelegramRetryAfter) as slow_down:
        await aiogram_bot.send_message(aigul, "hello")
    assert slow_down.value.retry_after == 3
    await sandbox.block(aigul)
    with pytest.raises(TelegramForbiddenError):
        await aiogram_bot.send_message(aigul, "hello", reply_markup=ReplyKeyboardRemove())
