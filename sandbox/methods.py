"""The methods of the Bot API that speak in chats: send, edit, delete, answer."""

from collections.abc import Callable
from typing import Any, Final

from sandbox.chats import BOT, QUERY_LIFE_SECONDS, BotIs, Chat
from sandbox.forums import placed_in
from sandbox.html_entities import parse_html, utf16_length
from sandbox.markup import Markup, read_inline_markup, read_markup
from sandbox.parameters import Call
from sandbox.refusals import NOT_MODIFIED, QUERY_TOO_OLD, bad_request, refusal, upgraded_to_supergroup
from sandbox.telegram import Telegram
from sandbox.wire import Json

Method = Callable[[Telegram, Call], Any]

_TEXT_LENGTH: Final = 4096
_CAPTION_LENGTH: Final = 1024
_ANSWER_LENGTH: Final = 200
_ACTIONS: Final = frozenset(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document "
    "choose_sticker find_location record_video_note upload_video_note".split()
)


def send_message(telegram: Telegram, call: Call) -> Json:
    chat = reachable(telegram, call)
    text, entities = _formatted(call, "text", _TEXT_LENGTH, "message is too long")
    if not text:
        raise bad_request("message text is empty")
    return _post(telegram, chat, call, {"text": text, **entities})


def send_document(telegram: Telegram, call: Call) -> Json:
    return _send_file(telegram, call, "document")


def send_photo(telegram: Telegram, call: Call) -> Json:
    return _send_file(telegram, call, "photo")


def send_location(telegram: Telegram, call: Call) -> Json:
    chat = reachable(telegram, call)
    try:
        place = {name: float(call.text(name)) for name in ("latitude", "longitude")}
    except ValueError as wrong:
        raise bad_request("invalid location specified") from wrong
    return _post(telegram, chat, call, {"location": place})


def send_contact(telegram: Telegram, call: Call) -> Json:
    chat = reachable(telegram, call)
    contact = {name: call.text(name) for name in ("phone_number", "first_name")}
    if not all(contact.values()):
        raise bad_request("phone number and first name must be non-empty")
    return _post(telegram, chat, call, {"contact": contact})


def forward_message(telegram: Telegram, call: Call) -> Json:
    message = _copied(telegram, call)
    origin = {"type": "user", "sender_user": message["from"], "date": message["date"]}
    return _post(telegram, reachable(telegram, call), call, {**_content(message), "forward_origin": origin})


def copy_message(telegram: Telegram, call: Call) -> Json:
    content = _content(_copied(telegram, call))
    posted = _post(telegram, reachable(telegram, call), call, content)
    return {"message_id": posted["message_id"]}


def edit_message_text(telegram: Telegram, call: Call) -> Json:
    chat = reachable(telegram, call)
    message = _own_message(chat, call)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    text, entities = _formatted(call, "text", _TEXT_LENGTH, "MESSAGE_TOO_LONG")
    if not text:
        raise bad_request("message text is empty")
    return _edit(telegram, chat, message, {"text": text, **entities}, read_inline_markup(call))


def edit_message_caption(telegram: Telegram, call: Call) -> Json:
    chat = reachable(telegram, call)
    message = _own_message(chat, call)
    if not message.keys() & {"document", "photo"}:
        raise bad_request("there is no caption in the message to edit")
    return _edit(telegram, chat, message, _caption(call), read_inline_markup(call))


def edit_message_reply_markup(telegram: Telegram, call: Call) -> Json:
    chat = reachable(telegram, call)
    message = _own_message(chat, call)
    words: Json = {key: message[key] for key in _WORDS if key in message}
    return _edit(telegram, chat, message, words, read_inline_markup(call))


def delete_message(telegram: Telegram, call: Call) -> bool:
    chat = reachable(telegram, call)
    message = chat.messages.get(call.integer("message_id") or 0)
    if message is None:
        raise bad_request("message to delete not found")
    if not chat.is_private and message["from"]["id"] != BOT["id"]:
        raise bad_request("message can't be deleted")
    telegram.chats.remove(chat, message["message_id"])
    return True


def delete_messages(telegram: Telegram, call: Call) -> bool:
    chat = reachable(telegram, call)
    for message_id in call.structure("message_ids", "can't parse message identifiers JSON object") or []:
        if message_id in chat.messages:
            telegram.chats.remove(chat, message_id)
    return True


def answer_callback_query(telegram: Telegram, call: Call) -> bool:
    query = telegram.chats.queries.get(call.text("callback_query_id"))
    now = telegram.clock.now().timestamp()
    if query is None or now - query.asked_at > QUERY_LIFE_SECONDS:
        raise bad_request(QUERY_TOO_OLD)
    text = call.text("text")
    if utf16_length(text) > _ANSWER_LENGTH:
        raise bad_request("MESSAGE_TOO_LONG")
    if query.answered:
        return True
    query.answered, query.text, query.show_alert = True, text, call.flag("show_alert")
    if text:
        notice = {"user_id": query.user_id, "text": text, "show_alert": query.show_alert}
        telegram.chats.all[query.chat_id].notices.append(notice)
    telegram.events.note("answer", chat_id=query.chat_id)
    return True


def send_chat_action(telegram: Telegram, call: Call) -> bool:
    chat = reachable(telegram, call)
    if call.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.action = call.text("action")
    telegram.events.note("chat", chat_id=chat.id)
    return True


def known_chat(telegram: Telegram, call: Call) -> Chat:
    """The chat named by chat_id if the bot has ever met it; refuses otherwise."""
    written = call.text("chat_id")
    if not written:
        raise bad_request("chat_id is empty")
    chat = telegram.chats.all.get(int(written)) if written.removeprefix("-").isdigit() else None
    if chat is None or chat.bot_is is BotIs.UNKNOWN:
        raise _stranger(telegram, chat) if chat is not None else bad_request("chat not found")
    return chat


def reachable(telegram: Telegram, call: Call) -> Chat:
    """As `known_chat`, and the bot may write there."""
    chat = known_chat(telegram, call)
    if chat.migrated_to is not None:
        raise upgraded_to_supergroup(chat.migrated_to)
    if chat.bot_is is BotIs.BLOCKED:
        raise refusal(403, "bot was blocked by the user")
    if chat.bot_is is BotIs.KICKED:
        raise refusal(403, f"bot was kicked from the {chat.head['type']} chat")
    return chat


def _stranger(telegram: Telegram, chat: Chat) -> Exception:
    """Somebody met in a group only can be named but not written to."""
    groups = (other for other in telegram.chats.all.values() if not other.is_private)
    if chat.is_private and any(chat.id in group.members for group in groups):
        return refusal(403, "bot can't initiate conversation with a user")
    return bad_request("chat not found")


def _formatted(call: Call, name: str, longest: int, complaint: str) -> tuple[str, Json]:
    """The plain text of a parameter and its entities, parsed by parse_mode."""
    written = call.text(name)
    mode = call.text("parse_mode").lower()
    if mode not in {"", "html"}:
        raise bad_request("unsupported parse_mode")
    entities = call.structure("entities", "can't parse entities JSON object") or []
    text, entities = parse_html(written) if mode else (written, entities)
    text, entities = _trimmed(text, entities)
    if utf16_length(text) > longest:
        raise bad_request(complaint)
    return text, {"entities": entities} if entities else {}


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Telegram cuts white space at both ends."""
    bare = text.strip()
    if bare == text or not entities:
        return bare, entities
    cut = utf16_length(text) - utf16_length(text.lstrip())
    length = utf16_length(bare)
    moved = []
    for entity in entities:
        begins = max(0, entity["offset"] - cut)
        ends = min(length, entity["offset"] - cut + entity["length"])
        if ends > begins:
            moved.append({**entity, "offset": begins, "length": ends - begins})
    return bare, moved


def _post(telegram: Telegram, chat: Chat, call: Call, content: Json) -> Json:
    markup = read_markup(call)
    content |= _reply(chat, call) | placed_in(chat, call)
    if markup.inline is not None:
        content["reply_markup"] = markup.inline
    message = telegram.chats.post(chat, BOT, content)
    _show_keyboard(chat, message["message_id"], markup)
    return message


def _show_keyboard(chat: Chat, message_id: int, markup: Markup) -> None:
    if markup.keyboard is None:
        return
    chat.keyboard = markup.keyboard if "keyboard" in markup.keyboard else None
    chat.keyboards[message_id] = markup.keyboard


def _reply(chat: Chat, call: Call) -> Json:
    wanted = call.structure("reply_parameters", "can't parse reply parameters JSON object") or {}
    message_id = wanted.get("message_id") or call.integer("reply_to_message_id")
    if not message_id:
        return {}
    message = chat.messages.get(int(message_id))
    if message is not None:
        return {"reply_to_message": {k: v for k, v in message.items() if k != "reply_to_message"}}
    if wanted.get("allow_sending_without_reply") or call.flag("allow_sending_without_reply"):
        return {}
    raise bad_request("message to be replied not found")


def _own_message(chat: Chat, call: Call) -> Json:
    message_id = call.integer("message_id")
    if message_id is None:
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if message["from"]["id"] != BOT["id"]:
        raise bad_request("message can't be edited")
    return message


_WORDS: Final = ("text", "entities", "caption", "caption_entities")


def _edit(telegram: Telegram, chat: Chat, message: Json, words: Json, inline: Json | None) -> Json:
    kept = {key: value for key, value in message.items() if key not in {*_WORDS, "reply_markup"}}
    edited = kept | words
    if inline is not None:
        edited["reply_markup"] = inline
    if all(edited.get(key) == message.get(key) for key in (*_WORDS, "reply_markup")):
        raise bad_request(NOT_MODIFIED)
    edited["edit_date"] = telegram.chats.timestamp()
    telegram.chats.replace(chat, edited)
    return edited


def _send_file(telegram: Telegram, call: Call, kind: str) -> Json:
    chat = reachable(telegram, call)
    described = _stored(telegram, call, kind)
    content = {"document": described} if kind == "document" else {"photo": [described]}
    return _post(telegram, chat, call, content | _caption(call))


def _stored(telegram: Telegram, call: Call, kind: str) -> Json:
    written = call.text(kind)
    upload = call.uploads.get(written.removeprefix("attach://") if written else kind)
    if upload is not None:
        stored = telegram.files.keep(f"{kind}s", upload.name, upload.content, upload.media_type)
        more = {"width": 1, "height": 1} if kind == "photo" else _named(upload.name, upload.media_type)
        return stored.described() | more
    known = telegram.files.by_id(written)
    if known is None:
        raise bad_request(
            f"there is no {kind} in the request" if not written else "wrong file identifier specified"
        )
    return known.described() | ({"width": 1, "height": 1} if kind == "photo" else {})


def _named(name: str, media_type: str) -> Json:
    return {"file_name": name, "mime_type": media_type}


def _caption(call: Call) -> Json:
    text, entities = _formatted(call, "caption", _CAPTION_LENGTH, "message caption is too long")
    if not text:
        return {}
    return {"caption": text} | ({"caption_entities": entities["entities"]} if entities else {})


def _copied(telegram: Telegram, call: Call) -> Json:
    source = known_chat(telegram, Call({"chat_id": call.text("from_chat_id")}))
    message = source.messages.get(call.integer("message_id") or 0)
    if message is None:
        raise bad_request("message to copy not found")
    return message


def _content(message: Json) -> Json:
    kinds = (*_WORDS, "document", "photo", "voice", "sticker", "location", "contact")
    return {key: message[key] for key in kinds if key in message}
