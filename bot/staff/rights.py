"""Who may press what: every press is authorised anew, by person, by chat and by clinic (S33)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.channels.reactions import Reaction
from bot.staff.cards import Cards, Tongue
from bot.staff.feed import said
from bot.staff.press import BadPress
from dialogs.engine import T
from storage import staff
from storage.database import Tx
from storage.staff import Member

CLOCK: Final = "clock"
"""Who acts when a moment comes, as marks and audit name it."""

STAFF_ACTOR: Final = "staff:"
REGISTRY_ROLES: Final = frozenset({"registrar", "head"})
VISIT_ROLES: Final = frozenset({"doctor", "head"})
JOURNAL_ROLES: Final = frozenset({"registrar", "head", "administrator"})
"""Who may look at the journals of their clinic, in private and with a reason."""
ALL_ROLES: Final = REGISTRY_ROLES | VISIT_ROLES


@dataclass(frozen=True, slots=True)
class Presser:
    """Somebody of a clinic, with their roles there, who pressed or typed in a chat where they may."""

    member: Member
    roles: frozenset[str]
    tongue: Tongue

    @property
    def actor(self) -> str:
        """The presser as marks and audit name them."""
        return actor_of(self.member.telegram_id)


def actor_of(telegram_id: int) -> str:
    """One of the staff, as marks and audit name them."""
    return f"{STAFF_ACTOR}{telegram_id}"


async def presser(
    tx: Tx, chat_id: int, user_id: int, private: bool, clinic_no: int, members: Sequence[Member]
) -> Presser:
    """The sender as one of that clinic's. Raises BadPress for another clinic's people or another chat."""
    own = [one for one in members if one.clinic_no == clinic_no]
    if not own:
        raise BadPress
    tongue: Tongue = own[0].locale
    if not private:
        group = await staff.group_of(tx, clinic_no)
        if group is None or group.chat_id != chat_id:
            raise BadPress
        tongue = group.locale
    elif chat_id != user_id:
        raise BadPress
    return Presser(own[0], frozenset(one.role for one in own), tongue)


def to_stranger(cards: Cards, chat_id: int, user_id: int, now: datetime) -> Reaction:
    """Said where it was pressed, for strangers cannot be written to; once a day, not at every press."""
    once = f"stranger:{chat_id}:{user_id}:{now.date()}"
    line = said(chat_id, cards.say(T("staff.not_linked"), "both"), dedupe=once)
    return Reaction("not_linked", (line,))


def line_to(cards: Cards, member: Member, words: T, outcome: str) -> Reaction:
    """Words about a press, in the presser's own chat."""
    return Reaction(outcome, (said(member.telegram_id, cards.say(words, member.locale)),))
