"""One "refresh" in ten seconds, on whichever card it is pressed; what changes is told without being asked."""

from __future__ import annotations

from datetime import datetime

from bot.channels.painting import RESUME
from bot.talk.thoughts import Scene, Tell
from dialogs.engine import Entry, Kind, T
from dialogs.rows import REFRESH
from rules.cabinet import REFRESH_EVERY, may_refresh
from rules.law import rule
from rules.people import Language


def is_refresh(entry: Entry) -> bool:
    """True if the answer is the button that has a card shown anew."""
    return entry.kind is Kind.OPTION and entry.value == REFRESH.id


@rule("G-67")
def held_back(scene: Scene, entry: Entry, locale: Language, now: datetime) -> Tell | None:
    """What is said to a second press too soon; None if it is no such press.

    By SMS nothing is said: the answer would cost as much as the status.
    """
    if scene.terse or scene.chat is None or not is_refresh(entry):
        return None
    if may_refresh(scene.chat.refreshed_at, now):
        return None
    return Tell((T("cabinet.too_soon", seconds=REFRESH_EVERY.value),), (RESUME,), locale)
