"""Events: what an inbox row turned out to be, once read.

Only a ``CitizenEvent`` is a patient's input (S32): it comes from a private chat, was
typed or pressed by that person, and is neither forwarded content nor an edit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from dialogs.engine import Input
from storage.addresses import Address


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command as typed: ``/start link_4F2K`` is ``Command("start", "link_4F2K")``."""

    name: str
    arg: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A pressed lead, e.g. ``menu`` or ``start:cabinet:17``; what follows ``a:`` on the wire."""

    id: str


@dataclass(frozen=True, slots=True)
class CitizenEvent:
    """Something a person sent in a private chat.

    ``conversation_id`` is the conversation whose button was pressed (only with
    ``Pressed``); ``callback_id`` names a press whose spinner must be stopped;
    ``message_id`` is the person's message, or the message whose button was pressed.
    """

    inbox_id: int
    address: Address
    chat_id: int
    user_id: int
    sent: Input | Command | Action
    callback_id: str | None = None
    message_id: int | None = None
    conversation_id: int | None = None
    language_code: str = ""


@dataclass(frozen=True, slots=True)
class StaffPress:
    """A pressed button whose data begin with ``s:``; who may press is for the staff room to say."""

    inbox_id: int
    chat_id: int
    user_id: int
    data: str
    callback_id: str
    message_id: int | None
    private: bool = False


@dataclass(frozen=True, slots=True)
class GroupMessage:
    """Words in a group. Never a patient's input."""

    inbox_id: int
    chat_id: int
    user_id: int
    text: str
    message_id: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class GroupChange:
    """The bot was added to or removed from a group, or the group's id changed."""

    inbox_id: int
    kind: Literal["added", "removed", "migrated"]
    chat_id: int
    new_chat_id: int | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Blocked:
    """A person blocked the bot: nothing more can reach that chat."""

    inbox_id: int
    address: Address


@dataclass(frozen=True, slots=True)
class SmsReceived:
    """An SMS from ``phone`` (E.164). The sender can be forged: it proves nothing by itself (S2)."""

    inbox_id: int
    phone: str
    text: str
    sid: str
    received_at: datetime
    is_media: bool = False
    """A picture or a sound came with it, or nothing else at all."""
    opt_out: str = ""
    """"STOP", "START" or "HELP" where the provider itself has taken the word, and answered it."""
    is_cut: bool = False
    """It was longer than anybody can mean: only its beginning is ``text``."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing for anybody; ``why`` is a short code for the log. A press still has its spinner."""

    inbox_id: int
    why: str
    callback_id: str | None = None


Event: TypeAlias = "CitizenEvent | StaffPress | GroupMessage | GroupChange | Blocked | SmsReceived | Ignored"


class Poisoned(Exception):
    """An update that cannot be read: it is set aside with an alert and stops nobody else (S45)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
