"""The part of Telegram's updates that this house reads, and checks.

Names and types are Telegram's own. aiogram's models know everything, and importing them takes two seconds and
eighty megabytes, and validating with them twenty times as long; the tests hold these against those.
"""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

KINDS: Final = frozenset(
    {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "guest_message",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
        "managed_bot",
        "subscription",
        "stopped_message_generation",
    }
)
"""Every kind of update that Telegram has, as aiogram 3.31 lists them."""


class Part(BaseModel):
    """A part of an update; what is not named here is not looked at."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Chat(Part):
    """Where something was said."""

    id: int
    type: str
    title: str | None = None


class User(Part):
    """Who said it."""

    id: int
    is_bot: bool
    language_code: str | None = None


class Contact(Part):
    """A phone that was shared."""

    phone_number: str
    user_id: int | None = None


class Location(Part):
    """A place that was shared."""

    latitude: float
    longitude: float


class Photo(Part):
    """One size of a photo."""

    file_id: str
    file_size: int | None = None


class Document(Part):
    """A file; its name and kind are what the sender's program says."""

    file_id: str
    file_name: str | None = None
    mime_type: str | None = None
    file_size: int | None = None


class Message(Part):
    """A message; of what may be attached to it, photo and document apart, only whether it is there."""

    message_id: int
    chat: Chat
    from_user: User | None = Field(default=None, alias="from")
    sender_chat: Any = None
    forward_origin: Any = None
    via_bot: Any = None
    migrate_to_chat_id: int | None = None
    text: str | None = None
    contact: Contact | None = None
    location: Location | None = None
    caption: str | None = None
    voice: Any = None
    photo: tuple[Photo, ...] | None = None
    sticker: Any = None
    document: Document | None = None
    video: Any = None
    video_note: Any = None
    audio: Any = None
    animation: Any = None
    poll: Any = None
    dice: Any = None
    story: Any = None


class CallbackQuery(Part):
    """A press; ``message`` is missing when it is too old for Telegram itself."""

    id: str
    from_user: User = Field(alias="from")
    data: str | None = None
    message: Message | None = None


class Membership(Part):
    """What somebody is in a chat."""

    status: str


class ChatMemberUpdated(Part):
    """The bot was blocked, let in or put out."""

    chat: Chat
    old_chat_member: Membership
    new_chat_member: Membership


class Update(Part):
    """One update, of the kinds that are asked for."""

    update_id: int
    message: Message | None = None
    callback_query: CallbackQuery | None = None
    my_chat_member: ChatMemberUpdated | None = None
