"""Chats, their members and messages, as Telegram keeps them."""

import secrets
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from sandbox import BOT_USERNAME, TELEGRAM_TOKEN
from sandbox.clock import SandboxClock
from sandbox.events import EventLog
from sandbox.wire import Json

_MESSAGES_PER_CHAT: Final = 500
_NOTICES_PER_CHAT: Final = 100
_QUERIES: Final = 50_000
QUERY_LIFE_SECONDS: Final = 900

BOT: Final[Json] = {
    "id": int(TELEGRAM_TOKEN.split(":", maxsplit=1)[0]),
    "is_bot": True,
    "first_name": "Дәрігер · Dariger",
    "username": BOT_USERNAME,
}


class BotIs(StrEnum):
    """What the bot is to a chat."""

    UNKNOWN = "unknown"
    MEMBER = "member"
    BLOCKED = "blocked"
    KICKED = "kicked"


@dataclass(slots=True)
class Chat:
    """A chat with its last messages, by message id; `head` is Message.chat as the bot sees it."""

    head: Json
    bot_is: BotIs
    messages: dict[int, Json] = field(default_factory=dict)
    keyboards: dict[int, Json] = field(default_factory=dict)
    members: set[int] = field(default_factory=set)
    notices: deque[Json] = field(default_factory=lambda: deque(maxlen=_NOTICES_PER_CHAT))
    keyboard: Json | None = None
    action: str = ""
    last_id: int = 0
    migrated_to: int | None = None
    instance: str = ""
    topics: dict[int, Json] = field(default_factory=dict)
    bot_manages_topics: bool = True

    @property
    def id(self) -> int:
        return int(self.head["id"])

    @property
    def is_private(self) -> bool:
        return bool(self.head["type"] == "private")


@dataclass(slots=True)
class Query:
    """A button press that waits for the bot's answer."""

    user_id: int
    chat_id: int
    asked_at: float
    text: str | None = None
    show_alert: bool = False
    answered: bool = False


class Chats:
    """All users and chats. Message ids are counted per chat, so they are not unique across chats."""

    def __init__(self, clock: SandboxClock, events: EventLog) -> None:
        self.clock = clock
        self.events = events
        self.users: dict[int, Json] = {}
        self.phones: dict[int, str] = {}
        self.all: dict[int, Chat] = {}
        self.queries: OrderedDict[str, Query] = OrderedDict()

    def timestamp(self) -> int:
        return int(self.clock.now().timestamp())

    def add_user(self, account: Json, phone: str = "") -> None:
        self.users[account["id"]] = account
        self.phones[account["id"]] = phone

    def private(self, user_id: int) -> Chat:
        """The private chat of a user with the bot, opened if need be; raises KeyError for nobody."""
        chat = self.all.get(user_id)
        if chat is None:
            user = self.users[user_id]
            head = {key: user[key] for key in ("id", "first_name", "last_name", "username") if key in user}
            chat = self._open(head | {"type": "private"}, BotIs.UNKNOWN)
        return chat

    def group(self, chat_id: int, title: str, kind: str = "supergroup") -> Chat:
        return self._open({"id": chat_id, "title": title, "type": kind}, BotIs.UNKNOWN)

    def _open(self, head: Json, bot_is: BotIs) -> Chat:
        chat = Chat(head, bot_is, instance=str(secrets.randbits(62)))
        self.all[chat.id] = chat
        return chat

    def post(self, chat: Chat, sender: Json, content: Json) -> Json:
        """Keeps a new message and returns it as Telegram writes it."""
        chat.last_id += 1
        message = {
            "message_id": chat.last_id,
            "from": sender,
            "chat": chat.head,
            "date": self.timestamp(),
            **content,
        }
        chat.messages[chat.last_id] = message
        chat.action = ""
        self._forget_oldest(chat)
        self.events.note("chat", chat_id=chat.id)
        return message

    def replace(self, chat: Chat, message: Json) -> None:
        chat.messages[message["message_id"]] = message
        self.events.note("chat", chat_id=chat.id)

    def remove(self, chat: Chat, message_id: int) -> None:
        del chat.messages[message_id]
        chat.keyboards.pop(message_id, None)
        self.events.note("chat", chat_id=chat.id)

    def ask(self, query_id: str, query: Query) -> None:
        self.queries[query_id] = query
        if len(self.queries) > _QUERIES:
            self.queries.popitem(last=False)

    @staticmethod
    def _forget_oldest(chat: Chat) -> None:
        if len(chat.messages) > _MESSAGES_PER_CHAT:
            oldest = next(iter(chat.messages))
            del chat.messages[oldest]
            chat.keyboards.pop(oldest, None)
