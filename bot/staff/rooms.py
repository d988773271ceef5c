"""The rooms of the staff's side: who hears which words, and whose button was pressed.

A room is added here, by one line; what it needs it takes from the shared parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeAlias

from bot.channels.events import CitizenEvent, GroupMessage, StaffPress
from bot.channels.reactions import Reaction
from bot.college.room import college_room
from bot.complaints.room import complaint_room
from bot.desk.room import DeskRoom
from bot.documents.room import document_room
from bot.journals.pages import JournalPages
from bot.journals.room import JournalRoom
from bot.monthly.room import FiguresRoom
from bot.people.room import people_room
from bot.rounds.room import RoundsRoom
from bot.schedules.pages import SchedulePages
from bot.schedules.room import ScheduleRoom
from bot.staff.own_doctor import OwnDoctor
from bot.staff.parts import Parts
from bot.staff.press import Press, Verb
from bot.work.room import work_room
from storage.database import Reader, Tx
from storage.staff import Member

Typed: TypeAlias = CitizenEvent | GroupMessage


class Room(Protocol):
    """One part of what staff do with us."""

    @property
    def verbs(self) -> frozenset[Verb]:
        """The buttons that are this room's and nobody else's."""
        ...

    async def hears(self, reader: Reader, event: Typed, now: datetime) -> bool:
        """True for words that are this room's. Raises Unavailable."""
        ...

    async def typed(self, tx: Tx, event: Typed, now: datetime) -> Reaction:
        """What such words come to."""
        ...

    async def pressed(
        self, tx: Tx, event: StaffPress, press: Press, members: Sequence[Member], now: datetime
    ) -> Reaction:
        """What a button of this room comes to. Raises BadPress for whoever has no business with it (S33)."""
        ...


def rooms_of(parts: Parts) -> tuple[Room, ...]:
    """Every room; of two that hear the same words the first answers."""
    return (
        people_room(parts),
        schedule_room(parts),
        JournalRoom(parts.directory, JournalPages(parts.cards)),
        FiguresRoom(parts.directory, parts.cards),
        OwnDoctor(parts.cards),
        DeskRoom(parts),
        work_room(parts),
        document_room(parts),
        complaint_room(parts),
        college_room(parts),
        RoundsRoom(parts.rounds.pages, parts.feed, parts.calls, OwnDoctor(parts.cards)),
    )


def schedule_room(parts: Parts) -> ScheduleRoom:
    """The room of the clinics' schedules, which also says why a change of one was rolled back."""
    return ScheduleRoom(parts.visits.feed, SchedulePages(parts.cards))
