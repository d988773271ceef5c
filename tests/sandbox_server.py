"""The sandbox for tests: started in this process on a free port, driven through its control API.

async with running_sandbox(people=FOLDER) as sandbox:
    anna = await sandbox.person(iin="...")
    await sandbox.say(anna, "/start")
    await sandbox.wait_for_message(anna, "103")
    await sandbox.press(anna, label="...")
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import ClientSession
from yarl import URL

from sandbox import (
    CENTRES_TOKEN,
    DOCUMENTS_TOKEN,
    MONITORING_TOKEN,
    TELEGRAM_TOKEN,
    TWILIO_ACCOUNT_SID,
    TWILIO_AUTH_TOKEN,
    TWILIO_NUMBER,
)
from sandbox.chats import BOT
from sandbox.clock import SandboxClock
from sandbox.server import serving
from sandbox.town import Town, new_town

Json = dict[str, Any]
Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class Button:
    text: str
    data: str = ""
    request_contact: bool = False
    request_location: bool = False


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A message as the chat shows it now; `buttons` are inline, `keys` the reply keyboard it brought."""

    message_id: int
    sender_id: int
    text: str
    buttons: tuple[tuple[Button, ...], ...]
    keys: tuple[tuple[Button, ...], ...]
    raw: Json = field(compare=False)

    @property
    def from_bot(self) -> bool:
        return bool(self.sender_id == BOT["id"])

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(button.text for row in (*self.buttons, *self.keys) for button in row)


@dataclass(frozen=True, slots=True)
class SmsSeen:
    """An SMS on a handset; `direction` is "inbound" for what the person sent."""

    sid: str
    body: str
    sender: str
    recipient: str
    direction: str
    segments: int
    status: str


class Refused(Exception):
    """The control API said no; `status` and its sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(f"{status}: {sentence}")
        self.status = status


class SandboxClient:
    """The control API, typed. `url` is both TELEGRAM_API_URL and TWILIO_API_URL."""

    def __init__(self, url: str, session: ClientSession, town: Town | None = None) -> None:
        self.url = url
        self.town = town
        self._session = session

    @property
    def settings(self) -> dict[str, str]:
        """The settings that point the bot at this sandbox."""
        return {
            "TELEGRAM_BOT_TOKEN": TELEGRAM_TOKEN,
            "TELEGRAM_API_URL": self.url,
            "TWILIO_ACCOUNT_SID": TWILIO_ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": TWILIO_AUTH_TOKEN,
            "TWILIO_FROM": TWILIO_NUMBER,
            "TWILIO_API_URL": self.url,
            "SANDBOX_CLOCK_URL": f"{self.url}/clock",
            "CENTRES_URL": f"{self.url}/centres",
            "CENTRES_TOKEN": CENTRES_TOKEN,
            "DOCUMENTS_URL": self.url,
            "DOCUMENTS_TOKEN": DOCUMENTS_TOKEN,
        }

    @property
    def monitored(self) -> dict[str, str]:
        """The settings that link the bot to this sandbox's monitoring system: it then sends by itself."""
        return {"MONITORING_URL": f"{self.url}/monitoring", "MONITORING_TOKEN": MONITORING_TOKEN}

    # People and places

    async def people(self, query: str = "", limit: int = 50) -> list[Json]:
        answer = await self._get("/control/people", q=query, limit=limit)
        return list(answer["people"])

    async def person(self, query: str) -> Json:
        """The first person found by name, IIN or phone, with `telegram_id`, `phone`, `clinic_no`, ..."""
        return (await self.people(query, limit=1))[0]

    async def user(
        self,
        first_name: str = "Guest",
        *,
        language_code: str = "ru",
        phone: str = "",
        user_id: int | None = None,
    ) -> int:
        """A new Telegram user; returns the id, which is also that of their private chat."""
        body = {"first_name": first_name, "language_code": language_code, "phone": phone, "id": user_id}
        answer = await self._post("/control/users", body)
        return int(answer["id"])

    async def group(self, title: str = "Group", *members: int, kind: str = "supergroup") -> int:
        """A new group of users, without the bot; returns its chat id."""
        body = {"title": title, "members": members, "type": kind}
        return int((await self._post("/control/groups", body))["id"])

    async def add_bot(self, group: int, by: int) -> None:
        await self._post(f"/control/groups/{group}/bot", {"member": True, "by": by})

    async def remove_bot(self, group: int, by: int) -> None:
        await self._post(f"/control/groups/{group}/bot", {"member": False, "by": by})

    async def make_forum(self, group: int, *, is_forum: bool = True, bot_manages_topics: bool = True) -> None:
        body = {"is_forum": is_forum, "bot_manages_topics": bot_manages_topics}
        await self._post(f"/control/groups/{group}/forum", body)

    async def topics(self, group: int) -> list[dict[str, Any]]:
        """The group's topics, also those closed or deleted."""
        return list((await self._get(f"/control/chats/{group}/messages"))["topics"])

    async def change_topic(self, group: int, topic: int, **changed: bool) -> None:
        """Close (``closed``) or delete (``deleted``) a topic, as the group's people do."""
        await self._post(f"/control/groups/{group}/topics/{topic}", changed)

    async def upgrade_group(self, group: int) -> int:
        return int((await self._post(f"/control/groups/{group}/upgrade", {}))["chat_id"])

    async def staff(self) -> Json:
        return await self._get("/control/staff")

    # What people do in Telegram

    async def say(self, user: int, text: str, *, chat: int | None = None, reply_to: int | None = None) -> int:
        """Writes as a user, in the private chat or in `chat`; returns the message id."""
        return await self._send(user, chat, kind="text", text=text, reply_to=reply_to)

    async def press(
        self,
        user: int,
        *,
        label: str | None = None,
        index: int | None = None,
        data: str | None = None,
        message: int | None = None,
        chat: int | None = None,
    ) -> str:
        """Presses a button of the newest message that has it (or of `message`); returns the query's id.

        `data` is sent as it is, whether or not such a button is there. Raises Refused when there is none.
        """
        body = {"user_id": user, "label": label, "index": index, "data": data, "message_id": message}
        given = {name: value for name, value in body.items() if value is not None}
        answer = await self._post(f"/control/chats/{chat or user}/press", given)
        return str(answer["callback_query_id"])

    async def contact(self, user: int, *, phone: str = "", owner: int | None = None) -> int:
        """Shares one's own contact; with `phone`, somebody else's (`owner`: their id if known)."""
        return await self._send(user, None, kind="contact", phone=phone, contact_user_id=owner)

    async def location(self, user: int, latitude: float = 43.238949, longitude: float = 76.889709) -> int:
        return await self._send(user, None, kind="location", latitude=latitude, longitude=longitude)

    async def attach(self, user: int, kind: str, *, chat: int | None = None, **more: Any) -> int:
        """Sends a photo, voice, sticker or document."""
        return await self._send(user, chat, kind=kind, **more)

    async def forward(self, user: int, text: str, *, from_name: str = "Somebody") -> int:
        return await self._send(user, None, kind="forwarded", text=text, from_name=from_name)

    async def edit(self, user: int, message: int, text: str) -> None:
        await self._post(f"/control/chats/{user}/edit", {"message_id": message, "text": text})

    async def block(self, user: int, blocked: bool = True) -> None:
        await self._post(f"/control/users/{user}/block", {"blocked": blocked})

    async def inject(self, update: Json) -> int:
        """Owes the bot an update exactly as written; returns its id."""
        return int((await self._post("/control/updates", update))["update_id"])

    async def expire_queries(self) -> None:
        await self._post("/control/queries/expire", {})

    async def pending_updates(self) -> int:
        return int((await self._get("/control/updates"))["pending"])

    # What they see

    async def messages(self, chat: int, *, bot_only: bool = False) -> list[ChatMessage]:
        """The chat with edits applied, oldest first."""
        answer = await self._get(f"/control/chats/{chat}/messages")
        seen = [_message(raw) for raw in answer["messages"]]
        return [message for message in seen if message.from_bot or not bot_only]

    async def last(self, chat: int) -> ChatMessage:
        """The bot's newest message in a chat."""
        return (await self.messages(chat, bot_only=True))[-1]

    async def notices(self, chat: int) -> list[str]:
        """Texts of the answers to button presses (pop-ups)."""
        answer = await self._get(f"/control/chats/{chat}/messages", limit=1)
        return [notice["text"] for notice in answer["notices"]]

    async def keyboard(self, chat: int) -> tuple[tuple[Button, ...], ...]:
        """The reply keyboard under the typing line, empty when there is none."""
        answer = await self._get(f"/control/chats/{chat}/messages", limit=1)
        return _rows((answer["keyboard"] or {}).get("keyboard", []))

    async def wait_for_message(
        self, chat: int, containing: str = "", *, after: int = 0, seconds: float = 10.0
    ) -> ChatMessage:
        """The bot's first message with this text and an id above `after`; fails after `seconds`."""

        async def look() -> ChatMessage | None:
            seen = await self.messages(chat, bot_only=True)
            fitting = (it for it in seen if it.message_id > after and containing in it.text)
            return next(fitting, None)

        return await self.wait(look, f"no message with {containing!r} in chat {chat}", seconds)

    async def sms(self, phone: str) -> list[SmsSeen]:
        """The thread on a phone (E.164), oldest first."""
        answer = await self._get(f"/control/phones/{phone}/sms")
        return [_sms(raw) for raw in answer["messages"]]

    async def wait_for_sms(
        self, phone: str, containing: str = "", *, count: int = 1, seconds: float = 10.0
    ) -> SmsSeen:
        """The newest SMS to a phone with this text, once there are `count` of them."""

        async def look() -> SmsSeen | None:
            seen = [it for it in await self.sms(phone) if it.direction != "inbound" and containing in it.body]
            return seen[-1] if len(seen) >= count else None

        return await self.wait(look, f"no SMS with {containing!r} on {phone}", seconds)

    async def reply_sms(self, phone: str, body: str) -> Json:
        """Types an SMS on a handset; returns its `sid` and the webhook's HTTP status, None if unanswered."""
        return await self._post(f"/control/phones/{phone}/sms", {"body": body})

    async def replay_sms(self, sid: str) -> int | None:
        answer = await self._post(f"/control/sms/{sid}/replay", {})
        status = answer["webhook_status"]
        return None if status is None else int(status)

    async def sms_webhook(self, url: str, *, signed_url: str = "") -> None:
        await self._post("/control/sms-webhook", {"url": url, "signed_url": signed_url})

    # The clock, faults, the rest

    async def now(self) -> datetime:
        return datetime.fromisoformat((await self._get("/clock"))["now"]).astimezone(UTC)

    async def advance(self, seconds: float) -> datetime:
        return _now(await self._post("/clock", {"advance_seconds": seconds}))

    async def set_time(self, iso: str) -> datetime:
        """Moves the clock to an instant, Almaty time if it names no zone. Refused (409) for the past."""
        return _now(await self._post("/clock", {"now": iso}))

    async def centres(self, **change: Any) -> Json:
        """Changes how the centres behave (sandbox/centres.py); tells what they were asked."""
        return await self._post("/control/centres", change)

    async def monitoring(self, **change: Any) -> Json:
        """Changes how the monitoring system behaves (sandbox/monitoring.py); tells what it was sent."""
        return await self._post("/control/monitoring", change)

    async def fault(self, kind: str, **fields: Any) -> int:
        """Adds a fault (sandbox/faults.py); returns its number.

        telegram_429 (calls, retry_after, chat_id, method), telegram_down (how: "502" or "drop"),
        telegram_delay (seconds), sms_error (code, phone, calls), sms_undelivered (phone, code, status),
        sms_429 (phone, calls), sms_timeout (seconds, phone), twilio_down.
        """
        return int((await self._post("/control/faults", {"kind": kind, **fields}))["number"])

    async def clear_faults(self) -> None:
        await self._call("DELETE", "/control/faults")

    async def reset(self) -> None:
        """Empties chats, phones and faults; the clock and the numbering of updates go on."""
        await self._post("/control/reset", {})

    async def wait(self, look: Callable[[], Awaitable[Seen | None]], complaint: str, seconds: float) -> Seen:
        """Looks again at every change of the sandbox until there is something to see; else AssertionError."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        while True:
            number = (await self._get("/control/events", since=2**40))["number"]
            seen = await look()
            if seen is not None:
                return seen
            left = ends - loop.time()
            if left <= 0:
                raise AssertionError(complaint)
            await self._get("/control/events", since=number, timeout=min(left, 1.0))

    async def _send(self, user: int, chat: int | None, **wanted: Any) -> int:
        given = {name: value for name, value in wanted.items() if value is not None}
        answer = await self._post(f"/control/chats/{chat or user}/send", {"user_id": user, **given})
        return int(answer["message_id"])

    async def _get(self, path: str, **query: Any) -> Json:
        return await self._call("GET", path, params={name: str(value) for name, value in query.items()})

    async def _post(self, path: str, body: Json) -> Json:
        return await self._call("POST", path, json=body)

    async def _call(self, verb: str, path: str, **how: Any) -> Json:
        async with self._session.request(verb, URL(self.url + path, encoded=True), **how) as answer:
            told: Json = await answer.json()
            if not answer.ok:
                raise Refused(answer.status, told.get("error", ""))
            return told


@asynccontextmanager
async def running_sandbox(
    people: Path | None = None,
    *,
    start: datetime | None = None,
    holidays: Path | None = None,
    sms_webhook: str = "",
    state_file: Path | None = None,
    port: int = 0,
) -> AsyncIterator[SandboxClient]:
    """Starts a sandbox in this process; `people` is a folder with people.csv, clinics.csv, staff.json."""
    town = new_town(SandboxClock(start), 1_000, people, holidays)
    town.network.webhook_url = sms_webhook
    async with serving(town, "127.0.0.1", port, state_file) as address, ClientSession() as session:
        yield SandboxClient(address.url, session, town)


def _now(told: Json) -> datetime:
    return datetime.fromisoformat(told["now"]).astimezone(UTC)


def _message(raw: Json) -> ChatMessage:
    markup = raw.get("reply_markup", {})
    return ChatMessage(
        message_id=raw["message_id"],
        sender_id=raw["from"]["id"],
        text=str(raw.get("text") or raw.get("caption") or ""),
        buttons=_rows(markup.get("inline_keyboard", [])),
        keys=_rows(markup.get("keyboard", [])),
        raw=raw,
    )


def _rows(rows: list[list[Json]]) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(_button(button) for button in row) for row in rows)


def _button(raw: Json) -> Button:
    return Button(
        text=raw["text"],
        data=raw.get("callback_data", ""),
        request_contact=bool(raw.get("request_contact")),
        request_location=bool(raw.get("request_location")),
    )


def _sms(raw: Json) -> SmsSeen:
    return SmsSeen(
        sid=raw["sid"],
        body=raw["body"],
        sender=raw["from"],
        recipient=raw["to"],
        direction=raw["direction"],
        segments=int(raw["num_segments"]),
        status=raw["status"],
    )
