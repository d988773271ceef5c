"""Topics of groups that are forums, as Telegram keeps them."""

from typing import Final

from sandbox.chats import BOT, Chat, Chats
from sandbox.parameters import Call
from sandbox.refusals import bad_request
from sandbox.wire import Json

_NAME_LENGTH: Final = 128
_COLOUR: Final = 7322096


def placed_in(chat: Chat, call: Call) -> Json:
    """What a new message says of its topic; refuses one that is not there, or is closed to the bot."""
    thread = call.integer("message_thread_id")
    if thread is None:
        return {}
    topic = topic_of(chat, thread)
    if topic["closed"] and not chat.bot_manages_topics:
        raise bad_request("TOPIC_CLOSED")
    return {"message_thread_id": thread, "is_topic_message": True}


def topic_of(chat: Chat, thread: int) -> Json:
    """The topic under that number; refuses one that never was, or was deleted."""
    topic = chat.topics.get(thread)
    if topic is None:
        raise bad_request("message thread not found")
    if topic["deleted"]:
        raise bad_request("TOPIC_DELETED")
    return topic


def name_of(call: Call) -> str:
    """The name that the call gives a topic; refuses one that Telegram refuses."""
    name = call.text("name").strip()
    if not 1 <= len(name) <= _NAME_LENGTH:
        raise bad_request("TOPIC_TITLE_INVALID" if name else "topic name must be non-empty")
    return name


def open_topic(chats: Chats, chat: Chat, name: str) -> Json:
    """A new topic; its number is that of the message that says it was made."""
    made = {"name": name, "icon_color": _COLOUR}
    notice = chats.post(chat, BOT, {"forum_topic_created": made, "is_topic_message": True})
    notice["message_thread_id"] = notice["message_id"]
    topic = {"message_thread_id": notice["message_id"], **made, "closed": False, "deleted": False}
    chat.topics[topic["message_thread_id"]] = topic
    return topic
