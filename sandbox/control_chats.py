"""The control API, second half: what people do in chats and on phones, and what they see there."""

from collections.abc import Container, Iterator
from itertools import count
from typing import Final

from aiohttp import ClientSession, web

from sandbox.chats import BotIs, Chat
from sandbox.control_answers import answering, path_number, wanted
from sandbox.town import Town
from sandbox.visitors import NotPossible
from sandbox.wire import Json

_FIRST_NEW_USER: Final = 7_000_000_001
_FIRST_NEW_GROUP: Final = -1_002_000_000_001
_FIRST_NEW_PLAIN_GROUP: Final = -5_000_001
_SHOWN: Final = 500


class ChatControl:
    """Handlers for /control/users, /control/groups, /control/chats, /control/phones."""

    def __init__(self, town: Town, session: ClientSession) -> None:
        self._town = town
        self._chats = town.telegram.chats
        self._session = session
        self._new_users = count(_FIRST_NEW_USER)
        self._new_groups = count(_FIRST_NEW_GROUP, -1)
        self._new_plain_groups = count(_FIRST_NEW_PLAIN_GROUP, -1)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/control/users", answering(self.add_user)),
            web.post("/control/users/{user}/block", answering(self.block)),
            web.post("/control/groups", answering(self.add_group)),
            web.post("/control/groups/{chat}/bot", answering(self.invite)),
            web.post("/control/groups/{chat}/upgrade", answering(self.upgrade)),
            web.post("/control/groups/{chat}/forum", answering(self.forum)),
            web.post("/control/groups/{chat}/topics/{topic}", answering(self.topic)),
            web.post("/control/chats/{chat}/send", answering(self.send)),
            web.post("/control/chats/{chat}/edit", answering(self.edit)),
            web.post("/control/chats/{chat}/press", answering(self.press)),
            web.get("/control/chats/{chat}/messages", answering(self.messages)),
            web.post("/control/updates", answering(self.inject)),
            web.get("/control/updates", answering(self.pending)),
            web.post("/control/queries/expire", answering(self.expire_queries)),
            web.get("/control/phones/{phone}/sms", answering(self.sms)),
            web.post("/control/phones/{phone}/sms", answering(self.reply_sms)),
            web.post("/control/sms/{sid}/replay", answering(self.replay_sms)),
            web.post("/control/sms-webhook", answering(self.set_sms_webhook)),
        ]

    async def add_user(self, request: web.Request) -> Json:
        """A new Telegram user: first_name, last_name, language_code, phone, id; all may be left out."""
        body = await wanted(request)
        user_id = int(body.get("id") or _unused(self._new_users, self._chats.users))
        account = {"id": user_id, "is_bot": False, "first_name": str(body.get("first_name", "Guest"))}
        account |= {key: str(body[key]) for key in ("last_name", "username") if body.get(key)}
        account["language_code"] = str(body.get("language_code", "ru"))
        self._chats.add_user(account, str(body.get("phone", "")))
        return account

    async def block(self, request: web.Request) -> Json:
        body = await wanted(request)
        blocked = bool(body.get("blocked", True))
        return {"update_id": self._town.visitors.block(path_number(request, "user"), blocked)}

    async def add_group(self, request: web.Request) -> Json:
        """A new group: title, type (group or supergroup), chat_id, members. The bot is not in it yet."""
        body = await wanted(request)
        kind = str(body.get("type", "supergroup"))
        if kind not in {"group", "supergroup"}:
            raise ValueError("type must be group or supergroup")
        numbers = self._new_groups if kind == "supergroup" else self._new_plain_groups
        chat_id = int(body.get("chat_id") or _unused(numbers, self._chats.all))
        chat = self._chats.group(chat_id, str(body.get("title", "Group")), kind)
        chat.members |= {int(member) for member in body.get("members", [])}
        return chat.head

    async def invite(self, request: web.Request) -> Json:
        """Adds (`member` true) or removes the bot; `by` is who does it."""
        body = await wanted(request)
        chat_id = path_number(request, "chat")
        member = bool(body.get("member", True))
        return {"update_id": self._town.visitors.invite(int(body["by"]), chat_id, member)}

    async def upgrade(self, request: web.Request) -> Json:
        return {"chat_id": self._town.visitors.upgrade(path_number(request, "chat"))}

    async def forum(self, request: web.Request) -> Json:
        """Turns topics on or off (`is_forum`); without `bot_manages_topics` the bot may not make any."""
        body, chat = await wanted(request), self._group(request)
        chat.bot_manages_topics = bool(body.get("bot_manages_topics", True))
        chat.head["is_forum"] = bool(body.get("is_forum", True))
        return chat.head

    async def topic(self, request: web.Request) -> Json:
        """Closes, opens (`closed`) or deletes (`deleted`) a topic, as the group's people do."""
        body, topic = await wanted(request), self._group(request).topics[path_number(request, "topic")]
        topic |= {name: bool(body[name]) for name in ("closed", "deleted") if name in body}
        return topic

    def _group(self, request: web.Request) -> Chat:
        chat = self._chats.all.get(path_number(request, "chat"))
        if chat is None or chat.head["type"] != "supergroup":
            raise NotPossible("only a supergroup can be a forum")
        return chat

    async def send(self, request: web.Request) -> Json:
        """Sends as `user_id`: `kind` text, contact, location, photo, voice, sticker, document, forwarded."""
        body = await wanted(request)
        chat_id = path_number(request, "chat")
        user_id = int(body.get("user_id", chat_id))
        message, update_id = self._town.visitors.send(user_id, chat_id, body)
        return {"message_id": message["message_id"], "update_id": update_id}

    async def edit(self, request: web.Request) -> Json:
        body = await wanted(request)
        chat_id = path_number(request, "chat")
        user_id = int(body.get("user_id", chat_id))
        changed = self._town.visitors.edit(user_id, chat_id, int(body["message_id"]), str(body["text"]))
        return {"update_id": changed}

    async def press(self, request: web.Request) -> Json:
        """Presses a button by `label`, `index` or `data`, in `message_id` or the newest that has it."""
        body = await wanted(request)
        chat_id = path_number(request, "chat")
        query_id, update_id = self._town.visitors.press(int(body.get("user_id", chat_id)), chat_id, body)
        return {"callback_query_id": query_id, "update_id": update_id}

    async def messages(self, request: web.Request) -> Json:
        """The chat as its members see it: messages with edits applied, keyboard, pop-up notices, action."""
        chat_id = path_number(request, "chat")
        chat = self._chats.all.get(chat_id)
        if chat is None:
            return _unopened(chat_id)
        limit = int(request.query.get("limit", str(_SHOWN)))
        return {
            "chat": chat.head,
            "bot_is": chat.bot_is,
            "messages": [_seen(chat, message) for message in list(chat.messages.values())[-limit:]],
            "keyboard": chat.keyboard,
            "notices": list(chat.notices),
            "action": chat.action,
            "members": sorted(chat.members),
            "topics": list(chat.topics.values()),
        }

    async def inject(self, request: web.Request) -> Json:
        """Owes the bot an update exactly as it is written here, however odd."""
        return {"update_id": self._town.telegram.updates.push_raw(await wanted(request))}

    async def pending(self, _request: web.Request) -> Json:
        updates = self._town.telegram.updates
        return {"pending": len(updates.pending), "next_id": updates.next_id}

    async def expire_queries(self, _request: web.Request) -> Json:
        """Makes every button press too old to be answered."""
        self._chats.queries.clear()
        return {"ok": True}

    async def sms(self, request: web.Request) -> Json:
        phone = request.match_info["phone"]
        return {"phone": phone, "messages": self._town.network.on_handset(phone)}

    async def reply_sms(self, request: web.Request) -> Json:
        body = await wanted(request)
        return await self._town.network.reply(self._session, request.match_info["phone"], str(body["body"]))

    async def replay_sms(self, request: web.Request) -> Json:
        return await self._town.network.replay(self._session, request.match_info["sid"])

    async def set_sms_webhook(self, request: web.Request) -> Json:
        """Where inbound SMS are posted; `signed_url` is the public address that is signed, if it differs."""
        body, network = await wanted(request), self._town.network
        network.webhook_url = str(body["url"])
        network.signed_url = str(body.get("signed_url") or "")
        if network.webhook_url and not network.webhook_url.startswith(("http://", "https://")):
            raise NotPossible("the webhook must be an http address")
        return {"url": network.webhook_url, "signed_url": network.signed_url}


def _unused(numbers: Iterator[int], taken: Container[int]) -> int:
    """The next number that nobody has; after a restart some are taken."""
    return next(number for number in numbers if number not in taken)


def _seen(chat: Chat, message: Json) -> Json:
    topic = chat.topics.get(message.get("message_thread_id", 0))
    if topic is not None:
        message = {**message, "topic_name": topic["name"]}
    keyboard = chat.keyboards.get(message["message_id"])
    return message if keyboard is None else {**message, "reply_markup": keyboard}


def _unopened(chat_id: int) -> Json:
    return {
        "chat": {"id": chat_id},
        "bot_is": BotIs.UNKNOWN,
        "messages": [],
        "keyboard": None,
        "notices": [],
        "action": "",
        "members": [],
        "topics": [],
    }
