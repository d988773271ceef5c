"""A tiny bot over plain HTTP, enough to drive the page: it asks, sends a code, serves a group."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiohttp import ClientSession, encode_basic_auth, web

from sandbox import TELEGRAM_TOKEN, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_NUMBER
from tests.sandbox_server import SandboxClient

Json = dict[str, Any]
GREETING = (
    "<b>Дәрігерді үйге шақыру</b>\nТөмендегі белгілердің бірі бар ма?\n"
    "• кеуде қысып ауырады\n• тыныс алу қиын\n• есінен танған\n\n"
    "<i>Болса, бірден 103 нөміріне қоңырау шалыңыз.</i>"
)
CARD = "<b>№ 05-000127</b> · шақыру\nЖасы: 40–49\nАбай даңғылы, 10\nЖауап беру мерзімі: 10:34"
CODE = "482916"


class EchoBot:
    """Answers /start with a question, "no" with an SMS code, the code with a request for the staff."""

    def __init__(self, sandbox: SandboxClient, session: ClientSession, person: Json, group: int) -> None:
        self._sandbox = sandbox
        self._session = session
        self._person = person
        self._group = group

    async def run(self) -> None:
        offset = 0
        while True:
            for update in await self.call("getUpdates", offset=offset, timeout=20):
                offset = update["update_id"] + 1
                await self._take(update)

    async def call(self, method: str, **parameters: Any) -> Any:
        url = f"{self._sandbox.url}/bot{TELEGRAM_TOKEN}/{method}"
        async with self._session.post(url, json=parameters) as answer:
            return (await answer.json()).get("result")

    async def sms_came(self, request: web.Request) -> web.Response:
        form = await request.post()
        await self._confirmed(str(form["Body"]))
        return web.Response(text="<Response/>", content_type="text/xml")

    async def _take(self, update: Json) -> None:
        if "callback_query" in update:
            await self._pressed(update["callback_query"])
        elif "text" in update.get("message", {}):
            await self._said(update["message"])

    async def _said(self, message: Json) -> None:
        chat, text = message["chat"]["id"], message["text"]
        if text == "/start":
            await self._ask(chat, GREETING, ("Жоқ, мұндай белгі жоқ", "no"), ("Иә, бар · 103", "103"))
        elif text == CODE:
            await self._confirmed(text)
        else:
            await self.call("sendMessage", chat_id=chat, text=text)

    async def _pressed(self, query: Json) -> None:
        message = query["message"]
        chat = message["chat"]["id"]
        await self.call("answerCallbackQuery", callback_query_id=query["id"], text="Қабылданды")
        if query["data"] == "accept":
            name = query["from"]["first_name"]
            text = f"{CARD}\n\n✓ Қабылдады: {name}"
            edit = {"chat_id": chat, "message_id": message["message_id"], "text": text, "parse_mode": "HTML"}
            await self.call("editMessageText", **edit)
            return
        await self.call("sendMessage", chat_id=chat, text="ЖСН бойынша телефон тіркелген болса, код жолда.")
        await self._send_sms(f"Код {CODE}. Дәрігерді үйге шақыру. Кодты ешкімге айтпаңыз")

    async def _confirmed(self, body: str) -> None:
        if CODE not in body:
            return
        chat = self._person["telegram_id"]
        text = "Өтінім тіркелді: <b>№ 05-000127</b>\nЕмхана жауабы: 10:34-ке дейін"
        await self.call("sendMessage", chat_id=chat, text=text, parse_mode="HTML")
        await self._ask(self._group, CARD, ("Қабылдау", "accept"), ("Бас тарту", "refuse"))

    async def _ask(self, chat: int, text: str, *buttons: tuple[str, str]) -> None:
        rows = [[{"text": label, "callback_data": data}] for label, data in buttons]
        markup = {"inline_keyboard": rows}
        await self.call("sendMessage", chat_id=chat, text=text, parse_mode="HTML", reply_markup=markup)

    async def _send_sms(self, body: str) -> None:
        url = f"{self._sandbox.url}/2010-04-01/Accounts/{TWILIO_ACCOUNT_SID}/Messages.json"
        form = {"To": self._person["phone"], "From": TWILIO_NUMBER, "Body": body}
        headers = {"Authorization": encode_basic_auth(TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN)}
        async with self._session.post(url, data=form, headers=headers) as answer:
            assert answer.status == 201


@asynccontextmanager
async def running_echo_bot(sandbox: SandboxClient, person: Json, group: int) -> AsyncIterator[EchoBot]:
    """The bot polls Telegram and listens for SMS while open."""
    async with ClientSession() as session:
        bot = EchoBot(sandbox, session, person, group)
        app = web.Application()
        app.router.add_post("/sms", bot.sms_came)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        await sandbox.sms_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/sms")
        polling = asyncio.create_task(bot.run())
        try:
            yield bot
        finally:
            polling.cancel()
            with suppress(asyncio.CancelledError):
                await polling
            await runner.cleanup()
