"""Keeps the town over a restart: chats, phones, pending updates and the clock, in one JSON file."""

import asyncio
import json
from collections import deque
from dataclasses import asdict
from pathlib import Path
from typing import Final

from sandbox.chats import BotIs, Chat
from sandbox.sms_network import Sms
from sandbox.town import Town
from sandbox.wire import Json, json_text

_EVERY_SECONDS: Final = 2.0


def save(town: Town, file: Path) -> None:
    """Writes beside the file and renames, so that a crash leaves the old one whole."""
    fresh = file.with_suffix(".new")
    fresh.write_text(json_text(_state(town)), encoding="utf-8")
    fresh.replace(file)


def restore(town: Town, file: Path) -> None:
    """Takes up a saved town; a missing file means a new one."""
    if not file.exists():
        return
    state = json.loads(file.read_text(encoding="utf-8"))
    chats, updates = town.telegram.chats, town.telegram.updates
    town.clock.restore(state["offset_seconds"])
    updates.next_id = max(updates.next_id, state["next_update_id"])
    updates.pending.extend(state["pending"])
    for account, phone in state["users"]:
        chats.add_user(account, phone)
    for kept in state["chats"]:
        chat = _chat(kept)
        chats.all[chat.id] = chat
    for kept in state["sms"]:
        _take_up(town, Sms(**kept))
    town.network.unsubscribed |= set(state["unsubscribed"])


async def keep_saving(town: Town, file: Path) -> None:
    """Saves whenever something has changed, every two seconds at most, until cancelled."""
    saved = -1
    while True:
        await asyncio.sleep(_EVERY_SECONDS)
        if town.events.number != saved:
            saved = town.events.number
            save(town, file)


def _state(town: Town) -> Json:
    chats, updates = town.telegram.chats, town.telegram.updates
    return {
        "offset_seconds": town.clock.offset_seconds,
        "next_update_id": updates.next_id,
        "pending": list(updates.pending),
        "users": [(account, chats.phones.get(user_id, "")) for user_id, account in chats.users.items()],
        "chats": [_kept(chat) for chat in chats.all.values()],
        "sms": [asdict(sms) for sms in town.network.messages.values()],
        "unsubscribed": sorted(town.network.unsubscribed),
    }


def _kept(chat: Chat) -> Json:
    return asdict(chat) | {"members": sorted(chat.members), "notices": list(chat.notices)}


def _chat(kept: Json) -> Chat:
    numbered = {
        name: {int(key): value for key, value in kept.get(name, {}).items()}
        for name in ("messages", "keyboards", "topics")
    }
    chat = Chat(**{**kept, **numbered, "bot_is": BotIs(kept["bot_is"]), "members": set(kept["members"])})
    chat.notices = deque(kept["notices"], maxlen=100)
    return chat


def _take_up(town: Town, sms: Sms) -> None:
    network = town.network
    network.messages[sms.resource["sid"]] = sms
    phone = sms.resource["from"] if sms.resource["direction"] == "inbound" else sms.resource["to"]
    network.handsets.setdefault(phone, deque(maxlen=200)).append(sms)
