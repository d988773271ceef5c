"""The methods of the Bot API about the bot itself, its chats, its files and its webhook."""

import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from sandbox.chats import BOT, BotIs, Chat
from sandbox.methods import known_chat, reachable
from sandbox.parameters import Call
from sandbox.refusals import bad_request
from sandbox.telegram import Telegram, Webhook
from sandbox.wire import Json

_COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
_COMMANDS: Final = 100
_DESCRIPTION_LENGTH: Final = 256


def get_me(_telegram: Telegram, _call: Call) -> Json:
    """Group messages all reach this bot, as they do one whose privacy mode is off."""
    return BOT | {
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_my_commands(telegram: Telegram, call: Call) -> bool:
    commands = call.structure("commands", "can't parse commands JSON object")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands: expected an Array")
    if len(commands) > _COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        _check_command(command)
    telegram.commands[_scope(call)] = commands
    return True


def get_my_commands(telegram: Telegram, call: Call) -> list[Json]:
    return telegram.commands.get(_scope(call), [])


def delete_my_commands(telegram: Telegram, call: Call) -> bool:
    telegram.commands.pop(_scope(call), None)
    return True


def setter(field: str) -> Callable[[Telegram, Call], bool]:
    """A method that sets one text of the bot's profile, per language."""

    def set_text(telegram: Telegram, call: Call) -> bool:
        telegram.profile[f"{field}/{call.text('language_code')}"] = call.text(field)
        return True

    return set_text


def getter(field: str) -> Callable[[Telegram, Call], Json]:
    def get_text(telegram: Telegram, call: Call) -> Json:
        return {field: telegram.profile.get(f"{field}/{call.text('language_code')}", "")}

    return get_text


def get_chat(telegram: Telegram, call: Call) -> Json:
    chat = known_chat(telegram, call)
    return chat.head | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _NO_GIFTS}


def get_chat_member(telegram: Telegram, call: Call) -> Json:
    chat = known_chat(telegram, call)
    user_id = call.integer("user_id")
    if user_id == BOT["id"]:
        return _own_membership(chat)
    if user_id not in telegram.chats.users:
        raise bad_request("user not found")
    inside = user_id in chat.members or chat.id == user_id
    return {"status": "member" if inside else "left", "user": telegram.chats.users[user_id]}


def get_chat_member_count(telegram: Telegram, call: Call) -> int:
    return len(known_chat(telegram, call).members) + 1


def get_chat_administrators(telegram: Telegram, call: Call) -> list[Json]:
    known_chat(telegram, call)
    return []


def leave_chat(telegram: Telegram, call: Call) -> bool:
    chat = reachable(telegram, call)
    if chat.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    chat.bot_is = BotIs.KICKED
    telegram.events.note("chat", chat_id=chat.id)
    return True


def get_file(telegram: Telegram, call: Call) -> Json:
    stored = telegram.files.by_id(call.text("file_id"))
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    return stored.described() | {"file_path": stored.path}


def set_webhook(telegram: Telegram, call: Call) -> bool:
    """Unlike Telegram, plain http is taken too: the sandbox and the bot are one machine."""
    url = call.text("url")
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise bad_request("bad webhook: Invalid HTTPS URL specified")
    secret = call.text("secret_token")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    telegram.webhook = Webhook(url, secret, call.integer("max_connections") or 40)
    _note_allowed(telegram, call)
    _drop_if_asked(telegram, call)
    return True


def delete_webhook(telegram: Telegram, call: Call) -> bool:
    telegram.webhook = Webhook()
    _drop_if_asked(telegram, call)
    return True


def get_webhook_info(telegram: Telegram, _call: Call) -> Json:
    webhook = telegram.webhook
    info: Json = {
        "url": webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(telegram.updates.pending),
    }
    if webhook.url:
        info |= {"max_connections": webhook.max_connections, "ip_address": "127.0.0.1"}
    if webhook.last_error_date is not None:
        info |= {"last_error_date": webhook.last_error_date, "last_error_message": webhook.last_error}
    if telegram.updates.allowed is not None:
        info["allowed_updates"] = sorted(telegram.updates.allowed)
    return info


def accept(_telegram: Telegram, _call: Call) -> bool:
    """For methods whose effect nobody sees here."""
    return True


def accept_in_chat(telegram: Telegram, call: Call) -> bool:
    reachable(telegram, call)
    return True


_NO_GIFTS: Final[Json] = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}


def _note_allowed(telegram: Telegram, call: Call) -> None:
    telegram.updates.allow(call.structure("allowed_updates", "can't parse allowed updates JSON object"))
    telegram.updates.wake()


def _drop_if_asked(telegram: Telegram, call: Call) -> None:
    if call.flag("drop_pending_updates"):
        telegram.updates.clear()
    telegram.updates.wake()


def _own_membership(chat: Chat) -> Json:
    inside = chat.bot_is is BotIs.MEMBER
    return {"status": "member", "user": BOT} if inside else {"status": "left", "user": BOT}


def _scope(call: Call) -> str:
    scope = call.structure("scope", "can't parse bot command scope JSON object") or {"type": "default"}
    place = [str(scope.get(name, "")) for name in ("type", "chat_id", "user_id")]
    return "/".join([*place, call.text("language_code")])


def _check_command(command: Any) -> None:
    if not isinstance(command, dict):
        raise bad_request("can't parse bot command: expected an Object")
    if not _COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(str(command.get("description", ""))) <= _DESCRIPTION_LENGTH:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
