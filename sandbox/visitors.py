"""What people do in Telegram; each deed becomes an update for the bot."""

import re
import secrets
from typing import Any, Final

from sandbox.attachments import attachment
from sandbox.chats import BOT, BotIs, Chat, Query
from sandbox.html_entities import utf16_length
from sandbox.telegram import Telegram
from sandbox.wire import Json

_COMMAND: Final = re.compile(r"(?:^|(?<=\s))/[a-zA-Z0-9_]{1,32}(?:@\w+)?")


class NotPossible(Exception):
    """A person cannot do this in Telegram either: no such chat, message or button."""


class Visitors:
    """Users as they act: they write, press, attach, edit, block and invite."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._chats = telegram.chats

    def send(self, user_id: int, chat_id: int, wanted: Json) -> tuple[Json, int | None]:
        """A message of the kind named in `wanted`; returns it and the id of its update."""
        chat = self._chat(user_id, chat_id)
        account = self._account(user_id)
        content = self._content(chat, account, wanted)
        if chat.is_private:
            chat.bot_is = BotIs.MEMBER
        chat.members.add(user_id)
        message = self._chats.post(chat, account, content)
        self._put_away_keyboard(chat)
        return message, self._tell(chat, "message", message)

    def edit(self, user_id: int, chat_id: int, message_id: int, text: str) -> int | None:
        """Changes the words of one's own message."""
        chat = self._chat(user_id, chat_id)
        message = chat.messages.get(message_id)
        if message is None or message["from"]["id"] != user_id or "text" not in message:
            raise NotPossible("only one's own text message can be edited")
        edited = {**message, "edit_date": self._chats.timestamp(), "text": text}
        edited.pop("entities", None)
        edited |= _commands_in(text)
        self._chats.replace(chat, edited)
        return self._tell(chat, "edited_message", edited)

    def press(self, user_id: int, chat_id: int, wanted: Json) -> tuple[str, int | None]:
        """Presses an inline button, or says what a key of the reply keyboard says; returns the query's id.

        `wanted` names the button by `label`, by `index` (counted through the rows) or by `data`. Data are
        sent as they are, whether or not such a button is there: a forged press.
        """
        chat = self._chat(user_id, chat_id)
        if "data" in wanted:
            message = chat.messages.get(int(wanted.get("message_id", chat.last_id)))
            return self._ask(user_id, chat, message, str(wanted["data"]), wanted)
        found = _inline_button(chat, wanted)
        if found is not None:
            message, button = found
            return self._ask(user_id, chat, message, str(button.get("callback_data", "")), wanted)
        key = _key(chat, wanted)
        return "", self.send(user_id, chat_id, self._meaning(key))[1]

    def block(self, user_id: int, blocked: bool) -> int | None:
        """Blocks the bot or lets it in again."""
        chat = self._chat(user_id, user_id)
        before = chat.bot_is
        chat.bot_is = BotIs.BLOCKED if blocked else BotIs.MEMBER
        return self._membership(chat, self._account(user_id), before)

    def invite(self, user_id: int, chat_id: int, member: bool) -> int | None:
        """Adds the bot to a group or removes it."""
        chat = self._chat(user_id, chat_id)
        before = chat.bot_is
        chat.bot_is = BotIs.MEMBER if member else BotIs.KICKED
        chat.members.add(user_id)
        return self._membership(chat, self._account(user_id), before)

    def upgrade(self, chat_id: int) -> int:
        """Turns a group into a supergroup, which gives it a new id; returns that."""
        old = self._chats.all.get(chat_id)
        if old is None or old.head["type"] != "group":
            raise NotPossible("only a plain group can be upgraded")
        new = self._chats.group(-1_000_000_000_000 + chat_id, old.head["title"])
        new.bot_is, new.members, old.migrated_to = old.bot_is, set(old.members), new.id
        notice = self._chats.post(old, BOT, {"migrate_to_chat_id": new.id})
        self._tell(old, "message", notice)
        notice = self._chats.post(new, BOT, {"migrate_from_chat_id": old.id})
        self._tell(new, "message", notice)
        return new.id

    def _content(self, chat: Chat, account: Json, wanted: Json) -> Json:
        kind = wanted.get("kind", "text")
        content: Json = {}
        if kind in {"text", "forwarded"}:
            text = str(wanted.get("text", ""))
            content = {"text": text, **_commands_in(text)}
        else:
            phone = self._chats.phones.get(account["id"], "")
            content = attachment(str(kind), wanted, account, phone, self._telegram.files)
        if kind == "forwarded":
            content["forward_origin"] = self._origin(wanted)
        if wanted.get("reply_to"):
            content["reply_to_message"] = self._message(chat, int(wanted["reply_to"]))
        return content

    def _origin(self, wanted: Json) -> Json:
        name = str(wanted.get("from_name", "Somebody"))
        return {"type": "hidden_user", "date": self._chats.timestamp(), "sender_user_name": name}

    def _meaning(self, key: Json) -> Json:
        if key.get("request_contact"):
            return {"kind": "contact"}
        if key.get("request_location"):
            return {"kind": "location", "latitude": 43.238949, "longitude": 76.889709}
        return {"kind": "text", "text": key["text"]}

    def _put_away_keyboard(self, chat: Chat) -> None:
        if chat.keyboard is not None and chat.keyboard.get("one_time_keyboard"):
            chat.keyboard = None

    def _ask(
        self, user_id: int, chat: Chat, message: Json | None, data: str, wanted: Json
    ) -> tuple[str, int | None]:
        account = self._account(user_id)
        query_id = str(secrets.randbits(62))
        gone = {"chat": chat.head, "message_id": wanted.get("message_id", 0), "date": 0}
        asked_at = self._telegram.clock.now().timestamp()
        self._chats.ask(query_id, Query(user_id, chat.id, asked_at))
        query = {
            "id": query_id,
            "from": account,
            "message": gone if message is None else message,
            "chat_instance": chat.instance,
            "data": data,
        }
        return query_id, self._tell(chat, "callback_query", query)

    def _membership(self, chat: Chat, account: Json, before: BotIs) -> int | None:
        self._chats.events.note("chat", chat_id=chat.id)
        change = {
            "chat": chat.head,
            "from": account,
            "date": self._chats.timestamp(),
            "old_chat_member": _member(before),
            "new_chat_member": _member(chat.bot_is),
        }
        return self._telegram.updates.push("my_chat_member", change)

    def _tell(self, chat: Chat, kind: str, payload: Json) -> int | None:
        """The bot hears only what happens where it is."""
        if chat.bot_is is not BotIs.MEMBER:
            return None
        return self._telegram.updates.push(kind, payload)

    def _account(self, user_id: int) -> Json:
        account = self._chats.users.get(user_id)
        if account is None:
            raise NotPossible(f"there is no user {user_id}")
        return account

    def _chat(self, user_id: int, chat_id: int) -> Chat:
        self._account(user_id)
        if chat_id == user_id:
            return self._chats.private(user_id)
        chat = self._chats.all.get(chat_id)
        if chat is None or chat.is_private:
            raise NotPossible(f"user {user_id} has no chat {chat_id}")
        return chat

    def _message(self, chat: Chat, message_id: int) -> Json:
        message = chat.messages.get(message_id)
        if message is None:
            raise NotPossible(f"there is no message {message_id}")
        return {key: value for key, value in message.items() if key != "reply_to_message"}


def _commands_in(text: str) -> Json:
    found = [
        {
            "type": "bot_command",
            "offset": utf16_length(text[: match.start()]),
            "length": utf16_length(match[0]),
        }
        for match in _COMMAND.finditer(text)
    ]
    return {"entities": found} if found else {}


def _member(bot_is: BotIs) -> Json:
    match bot_is:
        case BotIs.MEMBER:
            return {"status": "member", "user": BOT}
        case BotIs.BLOCKED | BotIs.KICKED:
            return {"status": "kicked", "user": BOT, "until_date": 0}
        case BotIs.UNKNOWN:
            return {"status": "left", "user": BOT}


def _inline_button(chat: Chat, wanted: Json) -> tuple[Json, Json] | None:
    """The newest message that has the button, and the button."""
    for message in _with_keyboard(chat, wanted.get("message_id")):
        rows: list[list[Json]] = message["reply_markup"]["inline_keyboard"]
        buttons = [button for row in rows for button in row]
        button = _choose(buttons, wanted)
        if button is not None:
            return message, button
    return None


def _with_keyboard(chat: Chat, message_id: Any) -> list[Json]:
    found = [message for message in reversed(chat.messages.values()) if "reply_markup" in message]
    if message_id is None:
        return found
    return [message for message in found if message["message_id"] == int(message_id)]


def _key(chat: Chat, wanted: Json) -> Json:
    rows: list[list[Json]] = (chat.keyboard or {}).get("keyboard", [])
    key = _choose([key for row in rows for key in row], wanted)
    if key is None:
        raise NotPossible(f"there is no such button: {wanted.get('label', wanted.get('index'))}")
    return key


def _choose(buttons: list[Json], wanted: Json) -> Json | None:
    if "index" in wanted:
        index = int(wanted["index"])
        return buttons[index] if 0 <= index < len(buttons) else None
    return next((button for button in buttons if button["text"] == wanted.get("label")), None)
