"""What the menu of a private chat has for those who take work."""

from __future__ import annotations

from typing import Final

from bot.staff.rights import WORK_ROLES
from dialogs.engine import Option, T
from storage import staff
from storage.addresses import Address
from storage.database import Reader

COMMAND: Final = "queue"
"""What staff type in private, and the action under their menu."""


async def queue_options(reader: Reader, chat: Address) -> tuple[Option, ...]:
    """The queue, for whoever takes work at a clinic. Raises Unavailable."""
    if chat.channel != "telegram" or not chat.key.isdecimal():
        return ()
    members = await staff.members_of(reader, int(chat.key))
    works = any(one.role in WORK_ROLES and not one.at_college for one in members)
    return (Option(COMMAND, T("staff.button.queue")),) if works else ()
