"""The first words to one of the staff, with the way to the queue for those whose work it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.channels.telegram import parcel_for
from bot.staff.cards import Cards, Labelled, Tongue
from bot.staff.feed import LINE
from bot.staff.press import NO_REQUEST, Press, Verb
from bot.staff.rights import (
    ALL_ROLES,
    DESK_ROLES,
    FIGURES_ROLES,
    JOURNAL_ROLES,
    PEOPLE_ROLES,
    REGISTRY_ROLES,
    ROUNDS_ROLES,
    WORK_ROLES,
)
from dialogs.engine import T
from rules.staff_roles import Role
from storage.outbox import Parcel

COMMANDS: Final[Mapping[str, frozenset[Role]]] = {
    "phone": DESK_ROLES,
    "desk": DESK_ROLES,
    "queue": WORK_ROLES,
    "visits": ROUNDS_ROLES,
    "day": ALL_ROLES,
    "schedule": REGISTRY_ROLES,
    "journal": JOURNAL_ROLES,
    "figures": FIGURES_ROLES,
    "staff": PEOPLE_ROLES,
}
"""What staff type in private, each with whose work it is; a test holds it against the rooms."""


def welcomed(cards: Cards, chat_id: int, words: T, clinic_no: int, role: str, tongue: Tongue) -> Parcel:
    """These words, in the private chat of somebody who has just been linked in that role.

    What can be typed there follows: whoever works with us finds it without a manual.
    """
    rows = [[queue_lead(clinic_no)]] if role in WORK_ROLES else []
    typed = [T(f"staff.command.{name}") for name, roles in COMMANDS.items() if role in roles]
    lines = [words, *([T("staff.commands"), *typed] if typed else [])]
    return parcel_for(chat_id, cards.page(lines, tongue, rows), kind=LINE)


def queue_lead(clinic_no: int) -> Labelled:
    """A button that leads to a clinic's queue."""
    return T("staff.button.queue"), str(Press(NO_REQUEST, clinic_no, Verb.QUEUE))
