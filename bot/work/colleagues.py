"""The people of a clinic who take work, and how they are called: by name, else by role and place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bot.staff.rights import WORK_ROLES
from dialogs.engine import T
from dialogs.staff_roles import role_named
from storage import staff
from storage.database import Reader
from storage.staff import Member


@dataclass(frozen=True, slots=True, repr=False)
class Colleague:
    """Somebody who takes work; ``id`` is their Telegram id."""

    id: int
    named: T

    def __repr__(self) -> str:
        return f"Colleague({self.id})"


@dataclass(frozen=True, slots=True)
class Colleagues:
    """Everybody of one clinic who takes work, the longest linked first."""

    everyone: tuple[Colleague, ...]

    def named(self, telegram_id: int | None) -> T:
        """How that person is called; whoever has left is said to have left."""
        found = next((one.named for one in self.everyone if one.id == telegram_id), None)
        return found or T("queue.has_left")

    def others(self, than: int | None) -> tuple[Colleague, ...]:
        """Everybody but that person."""
        return tuple(one for one in self.everyone if one.id != than)

    def has(self, telegram_id: int) -> bool:
        """True if that person takes work at the clinic."""
        return any(one.id == telegram_id for one in self.everyone)


async def colleagues_of(reader: Reader, clinic_no: int, roles: Collection[str] = WORK_ROLES) -> Colleagues:
    """The clinic's people who take work, each once, in whichever of those roles they joined first."""
    return Colleagues(tuple(_called(await staff.of_clinic(reader, clinic_no), roles)))


def _called(members: Iterable[Member], roles: Collection[str]) -> Iterable[Colleague]:
    seen, places = set[int](), Counter[str]()
    for one in members:
        if one.role not in roles or one.telegram_id in seen:
            continue
        seen.add(one.telegram_id)
        places[one.role] += 1
        role = role_named(one.role, one.clinic_no)
        numbered = T("queue.colleague", role=role, place=places[one.role])
        yield Colleague(one.telegram_id, T("queue.named", who=one.name) if one.name else numbered)
