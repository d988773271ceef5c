"""The methods of the Bot API about topics of a forum."""

from sandbox.chats import Chat
from sandbox.forums import name_of, open_topic, topic_of
from sandbox.methods import reachable
from sandbox.parameters import Call
from sandbox.refusals import bad_request
from sandbox.telegram import Telegram
from sandbox.wire import Json


def create_forum_topic(telegram: Telegram, call: Call) -> Json:
    chat = _forum(telegram, call)
    topic = open_topic(telegram.chats, chat, name_of(call))
    return {key: topic[key] for key in ("message_thread_id", "name", "icon_color")}


def edit_forum_topic(telegram: Telegram, call: Call) -> bool:
    _topic(telegram, call)["name"] = name_of(call)
    return True


def close_forum_topic(telegram: Telegram, call: Call) -> bool:
    return _shut(telegram, call, closed=True)


def reopen_forum_topic(telegram: Telegram, call: Call) -> bool:
    return _shut(telegram, call, closed=False)


def delete_forum_topic(telegram: Telegram, call: Call) -> bool:
    _topic(telegram, call)["deleted"] = True
    return True


def _shut(telegram: Telegram, call: Call, *, closed: bool) -> bool:
    topic = _topic(telegram, call)
    if topic["closed"] == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic["closed"] = closed
    return True


def _topic(telegram: Telegram, call: Call) -> Json:
    return topic_of(_forum(telegram, call), call.integer("message_thread_id") or 0)


def _forum(telegram: Telegram, call: Call) -> Chat:
    chat = reachable(telegram, call)
    if not chat.head.get("is_forum"):
        raise bad_request("the chat is not a forum")
    if not chat.bot_manages_topics:
        raise bad_request("not enough rights to create a topic")
    return chat
