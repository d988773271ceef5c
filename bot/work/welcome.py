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
    COLLEGE_ROLES,
    COMPLAINT_ROLES,
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
from rules.training import COLLEGE
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
    "complaints": COMPLAINT_ROLES,
    "staff": PEOPLE_ROLES,
    "college": COLLEGE_ROLES,
}
"""What staff type in private, each with whose work it is; a test holds it against the rooms."""

OF_THE_COLLEGE: Final = frozenset({"figures", "college", "complaints", "staff"})
"""What of it is typed at the medical college."""


def welcomed(cards: Cards, chat_id: int, words: T, clinic_no: int, role: str, tongue: Tongue) -> Parcel:
    """These words, in the private chat of somebody who has just been linked in that role.

    What can be typed there follows: whoever works with us finds it without a manual.
    """
    rows = [[queue_lead(clinic_no)]] if role in WORK_ROLES and clinic_no != COLLEGE else []
    typed = [T(f"staff.command.{name}") for name in commands_of(role, clinic_no)]
    lines = [words, *([T("staff.commands"), *typed] if typed else [])]
    return parcel_for(chat_id, cards.page(lines, tongue, rows), kind=LINE)


def commands_of(role: str, clinic_no: int) -> list[str]:
    """What somebody in that role types at that institution: at the college there are no patients."""
    heard = OF_THE_COLLEGE if clinic_no == COLLEGE else COMMANDS.keys() - {"college"}
    return [name for name, roles in COMMANDS.items() if role in roles and name in heard]


def queue_lead(clinic_no: int) -> Labelled:
    """A button that leads to a clinic's queue."""
    return T("staff.button.queue"), str(Press(NO_REQUEST, clinic_no, Verb.QUEUE))
