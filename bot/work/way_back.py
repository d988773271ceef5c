"""The way from a card in a private chat back to the queue: one row more under whatever the card turned to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.channels import telegram
from bot.channels.events import StaffPress
from bot.channels.reactions import Reaction
from bot.channels.screens import Button
from bot.staff.press import Press, Verb
from bot.staff.rights import WORK_ROLES
from bot.work.pages import QueuePages, work_lead
from storage.outbox import Parcel
from storage.staff import Member

_OF_A_DAY: Final = frozenset({Verb.CAME, Verb.MISSED})
"""Pressed under a doctor's list of the day, which is no card of one request."""


def with_way_back(
    pages: QueuePages, event: StaffPress, press: Press, members: Sequence[Member], reaction: Reaction
) -> Reaction:
    """The same reaction; where it edits the private card that was pressed, the queue is reached from it."""
    worker = next((one for one in members if one.role in WORK_ROLES and not one.at_college), None)
    if not event.private or event.message_id is None or press.verb in _OF_A_DAY or worker is None:
        return reaction
    row = pages.cards.page([], worker.locale, [[work_lead(press)]]).rows
    parcels = [_added(one, row) if _is_the_card(one, event) else one for one in reaction.parcels]
    return replace(reaction, parcels=tuple(parcels))


def _is_the_card(parcel: Parcel, event: StaffPress) -> bool:
    same_chat = parcel.address == telegram.address_of(event.chat_id)
    return same_chat and parcel.body.get("message_id") == event.message_id and "text" in parcel.body


def _added(parcel: Parcel, row: tuple[tuple[Button, ...], ...]) -> Parcel:
    more = telegram.inline_keyboard(row)["inline_keyboard"]
    before = parcel.body.get("reply_markup", {}).get("inline_keyboard", [])
    return replace(parcel, body={**parcel.body, "reply_markup": {"inline_keyboard": [*before, *more]}})
