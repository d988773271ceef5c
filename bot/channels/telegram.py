"""Telegram's words: raw updates become events, screens become the bodies of outbox rows.

Nothing here does I/O. Every update is validated by itself, so that one which cannot be
read stops nobody else (S45). Only what a person types or presses in a private chat can
become a patient's input (S32).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from bot.channels.events import (
    Action,
    Blocked,
    CitizenEvent,
    Command,
    Event,
    GroupChange,
    GroupMessage,
    Ignored,
    Poisoned,
    StaffPress,
)
from bot.channels.screens import Button, Screen
from bot.channels.updates import KINDS as UPDATE_KINDS
from bot.channels.updates import CallbackQuery, ChatMemberUpdated, Document, Message, Photo, Update
from dialogs.engine import (
    Input,
    Pressed,
    Said,
    SentFile,
    SentOther,
    SharedContact,
    SharedLocation,
    clean,
)
from storage.addresses import Address
from storage.outbox import Parcel

ALLOWED_UPDATES: Final = ("message", "callback_query", "my_chat_member")
"""What Telegram is asked for. Edits, channel posts and the like are not even delivered (S32)."""
LONGEST_TEXT: Final = 4096
GROUPS: Final = ("group", "supergroup")
SLASH: Final = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@[A-Za-z0-9_]+)?(?:\s+(.*))?", re.DOTALL)
ANSWER: Final = re.compile(r"q:([0-9a-z]{1,13}):([A-Za-z0-9_.]{1,40}):([A-Za-z0-9_.-]{1,40})")
KINDS: Final = (
    "voice",
    "photo",
    "sticker",
    # One that moves is sent as a document too.
    "animation",
    "document",
    "video",
    "video_note",
    "audio",
    "poll",
    "dice",
    "story",
)


def read_update(inbox_id: int, raw: Mapping[str, Any]) -> Event:
    """Return what a raw update means. Raises ``Poisoned`` when it cannot be read."""
    try:
        update = Update.model_validate(raw)
    except (ValidationError, RecursionError) as fault:
        raise Poisoned(type(fault).__name__) from fault
    if update.message is not None:
        return _message(inbox_id, update.message)
    if update.callback_query is not None:
        return _press(inbox_id, update.callback_query)
    if update.my_chat_member is not None:
        return _membership(inbox_id, update.my_chat_member)
    return _other(inbox_id, raw)


def _other(inbox_id: int, raw: Mapping[str, Any]) -> Event:
    kinds = [name for name in raw if name != "update_id"]
    if kinds and UPDATE_KINDS.issuperset(kinds):
        return Ignored(inbox_id, "not_asked_for")
    raise Poisoned("unknown_type")


def _message(inbox_id: int, message: Message) -> Event:
    if message.chat.type in GROUPS:
        return _group_message(inbox_id, message)
    if message.chat.type != "private" or message.from_user is None or message.from_user.is_bot:
        return Ignored(inbox_id, "not_a_person")
    return CitizenEvent(
        inbox_id,
        address_of(message.chat.id),
        message.chat.id,
        message.from_user.id,
        _sent(message),
        message_id=message.message_id,
        language_code=(message.from_user.language_code or "")[:8],
    )


def _sent(message: Message) -> Input | Command:
    # What somebody else wrote is nobody's answer, whatever it looks like.
    if message.forward_origin is not None or message.via_bot is not None:
        return SentOther("forwarded")
    if message.text is not None:
        return _typed(message.text)
    if message.contact is not None:
        own = message.from_user is not None and message.contact.user_id == message.from_user.id
        return SharedContact(clean(message.contact.phone_number), own)
    if message.location is not None:
        return SharedLocation(message.location.latitude, message.location.longitude)
    if message.photo:
        return _photo(message.photo, message.caption)
    if message.document is not None and message.animation is None:
        return _document(message.document, message.caption)
    return SentOther(next((kind for kind in KINDS if getattr(message, kind) is not None), "other"))


def _photo(sizes: tuple[Photo, ...], caption: str | None) -> SentFile:
    """The largest of its sizes; Telegram makes a JPEG of every photo."""
    largest = max(sizes, key=lambda size: size.file_size or 0)
    note = clean(caption or "")
    return SentFile("photo", largest.file_id, mime="image/jpeg", size=largest.file_size or 0, note=note)


def _document(sent: Document, caption: str | None) -> SentFile:
    return SentFile(
        "document",
        sent.file_id,
        name=clean(sent.file_name or ""),
        mime=sent.mime_type or "",
        size=sent.file_size or 0,
        note=clean(caption or ""),
    )


def _typed(text: str) -> Input | Command:
    said = clean(text)
    slash = SLASH.fullmatch(said)
    return Command(slash[1].lower(), (slash[2] or "").strip()) if slash else Said(said)


def _group_message(inbox_id: int, message: Message) -> Event:
    if message.migrate_to_chat_id is not None:
        return GroupChange(inbox_id, "migrated", message.chat.id, message.migrate_to_chat_id)
    if message.text is None or message.from_user is None or message.from_user.is_bot:
        return Ignored(inbox_id, "group_service")
    # Words passed on from elsewhere are not said by whoever passed them on.
    if message.forward_origin is not None or message.sender_chat is not None:
        return Ignored(inbox_id, "group_forwarded")
    return GroupMessage(
        inbox_id,
        message.chat.id,
        message.from_user.id,
        clean(message.text),
        message.message_id,
        clean(message.chat.title or ""),
    )


def _press(inbox_id: int, press: CallbackQuery) -> Event:
    data, message = press.data or "", press.message
    if message is None:
        return Ignored(inbox_id, "press_without_message", press.id)
    private = message.chat.type == "private"
    if data.startswith("s:"):
        return StaffPress(
            inbox_id, message.chat.id, press.from_user.id, data, press.id, message.message_id, private
        )
    sent, conversation_id = read_data(data)
    if sent is None or not private:
        return Ignored(inbox_id, "press_unknown" if private else "press_in_group", press.id)
    return CitizenEvent(
        inbox_id,
        address_of(message.chat.id),
        message.chat.id,
        press.from_user.id,
        sent,
        callback_id=press.id,
        message_id=message.message_id,
        conversation_id=conversation_id,
        language_code=(press.from_user.language_code or "")[:8],
    )


def read_data(data: str) -> tuple[Input | Action | None, int | None]:
    """Return what a button's data mean, and of which conversation; None for what is none of ours."""
    if data.startswith("a:"):
        return Action(data[2:]), None
    answer = ANSWER.fullmatch(data)
    if answer is None:
        return None, None
    return Pressed(answer[2], answer[3]), int(answer[1], 36)


def _membership(inbox_id: int, change: ChatMemberUpdated) -> Event:
    gone = change.new_chat_member.status in {"kicked", "left"}
    if change.chat.type == "private":
        return Blocked(inbox_id, address_of(change.chat.id)) if gone else Ignored(inbox_id, "unblocked")
    if change.chat.type not in GROUPS:
        return Ignored(inbox_id, "channel")
    was_gone = change.old_chat_member.status in {"kicked", "left"}
    if gone == was_gone:
        return Ignored(inbox_id, "same_membership")
    title = clean(change.chat.title or "")
    return GroupChange(inbox_id, "removed" if gone else "added", change.chat.id, title=title)


def bot_of(token: str) -> str:
    """Return the number of the bot whose token this is: what stands before the colon."""
    return token.partition(":")[0]


def address_of(chat_id: int) -> Address:
    """Return the address of a Telegram chat."""
    return Address("telegram", str(chat_id))


def sender_of(raw: Mapping[str, Any]) -> Address:
    """Return whose queue a raw update belongs to, before anything of it is validated.

    What names no chat goes to the queue of chat 0, where it can hold up nobody.
    """
    for holder in (raw.get("message"), raw.get("callback_query"), raw.get("my_chat_member")):
        chat_id = _chat_id(holder)
        if chat_id is not None:
            return address_of(chat_id)
    return address_of(0)


def _chat_id(holder: object) -> int | None:
    if not isinstance(holder, Mapping):
        return None
    place = holder.get("message") if "chat" not in holder else holder
    chat = place.get("chat") if isinstance(place, Mapping) else None
    number = chat.get("id") if isinstance(chat, Mapping) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def parcel_for(
    chat: int | Address,
    screen: Screen,
    *,
    kind: str = "screen",
    dedupe: str | None = None,
    request_id: int | None = None,
    challenge_id: int | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> Parcel:
    """Return the screen as a message owed to a Telegram chat."""
    return Parcel(
        chat if isinstance(chat, Address) else address_of(chat),
        kind,
        send_body(screen),
        dedupe=dedupe,
        request_id=request_id,
        challenge_id=challenge_id,
        not_before=not_before,
        expires_at=expires_at,
    )


def send_body(screen: Screen) -> dict[str, Any]:
    """Return the screen as the body of an outbox row; the chat is the row's address. Plain text only.

    Telegram allows a message one keyboard only. Where something can be shared, the buttons
    become keys beside it: their labels come back as words, which every question understands.
    """
    body: dict[str, Any] = {"method": "sendMessage", "text": fitting(screen.text)}
    if screen.share_contact or screen.share_location:
        body["reply_markup"] = _sharing_keyboard(screen)
    elif screen.rows:
        body["reply_markup"] = inline_keyboard(screen.rows)
    return body


def file_body(caption: str, name: str, media_type: str, content: str) -> dict[str, Any]:
    """Return a text file as the body of an outbox row; ``caption`` is plain text."""
    upload = {"field": "document", "name": name, "type": media_type, "content": content}
    return {"method": "sendDocument", "caption": caption, "upload": upload}


def edit_body(message_id: int, screen: Screen) -> dict[str, Any]:
    """Return the body that makes an earlier message show ``screen``; without rows its buttons go."""
    return {
        "method": "editMessageText",
        "message_id": message_id,
        "text": fitting(screen.text),
        "reply_markup": inline_keyboard(screen.rows),
    }


def inline_keyboard(rows: tuple[tuple[Button, ...], ...]) -> dict[str, Any]:
    """Return buttons as Telegram takes them."""
    return {"inline_keyboard": [[_inline_button(button) for button in row] for row in rows]}


def _inline_button(button: Button) -> dict[str, str]:
    if button.url:
        return {"text": button.label, "url": button.url}
    return {"text": button.label, "callback_data": button.data}


def _sharing_keyboard(screen: Screen) -> dict[str, Any]:
    keys: list[list[dict[str, Any]]] = []
    if screen.share_contact:
        keys.append([{"text": screen.share_contact, "request_contact": True}])
    if screen.share_location:
        keys.append([{"text": screen.share_location, "request_location": True}])
    keys += [[{"text": button.label} for button in row] for row in screen.rows]
    return {"keyboard": keys, "resize_keyboard": True, "one_time_keyboard": True}


def fitting(text: str) -> str:
    """Return ``text`` cut to what one message may hold, counted as Telegram counts: in UTF-16 units."""
    if len(text) * 2 <= LONGEST_TEXT or len(text.encode("utf-16-le")) // 2 <= LONGEST_TEXT:
        return text
    units = text.encode("utf-16-le")[: (LONGEST_TEXT - 1) * 2]
    return units.decode("utf-16-le", "ignore") + "…"
