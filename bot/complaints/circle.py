"""To whom of a clinic a complaint is open, found anew each time: people come, go, and are complained about.

Whoever acted on the request, is its doctor, is named in the words, said that it is about them, or filed it
themselves, neither sees nor handles it (G-61).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rules.impartiality import LEVELS, circle, is_named, surname_and_initials
from rules.law import rule
from storage import complaint_office, registry, staff
from storage.complaints import Complaint
from storage.database import Reader
from storage.staff import Member


@dataclass(frozen=True, slots=True)
class Circle:
    """The people a complaint is open to, in order; ``highest`` is the highest level among them.

    ``about`` are the Telegram ids of those it is about.
    """

    members: tuple[Member, ...]
    highest: int
    about: frozenset[int]

    def has(self, telegram_id: int) -> bool:
        """True if it is open to that person."""
        return any(one.telegram_id == telegram_id for one in self.members)

    @property
    def official(self) -> str:
        """Surname and initials of the first who has a name; "" where nobody has one yet."""
        return next((official_name(one) for one in self.members if one.name), "")


def official_name(member: Member) -> str:
    """Surname and initials as a paper names them; "" for somebody who never gave a name."""
    return surname_and_initials(member.name) if member.name else ""


@rule("G-61")
async def circle_of(reader: Reader, complaint: Complaint) -> Circle:
    """The circle of a complaint as it stands now. Raises Unavailable."""
    members = await staff.of_clinic(reader, complaint.clinic_no)
    office = await complaint_office.of(reader, complaint.id)
    about = await _about(reader, complaint, members)
    by_role = {role: [one.telegram_id for one in members if one.role == role] for role in LEVELS}
    reached, highest = circle(by_role, about, 0 if office is None else office.level)
    return Circle(tuple(_first(members, one) for one in reached), highest, about)


async def _about(reader: Reader, complaint: Complaint, members: Iterable[Member]) -> frozenset[int]:
    found = set(await complaint_office.actors(reader, complaint))
    found |= await complaint_office.named(reader, complaint.id)
    if complaint.chat is not None and complaint.chat.key.isdecimal():
        # Nor does anybody handle what they filed themselves.
        found.add(int(complaint.chat.key))
    doctors = await complaint_office.doctors(reader, complaint)
    names = {one.doctor_no: one.full_name for one in await registry.doctors(reader, complaint.clinic_no)}
    for one in members:
        known_as = [one.name or "", names.get(one.doctor_no or "", "")]
        if one.doctor_no in doctors or any(is_named(complaint.words, name) for name in known_as):
            found.add(one.telegram_id)
    return frozenset(found)


def _first(members: Iterable[Member], telegram_id: int) -> Member:
    """The person in the first of their roles that a complaint is for."""
    own = [one for one in members if one.telegram_id == telegram_id and one.role in LEVELS]
    return min(own, key=lambda one: LEVELS.index(one.role))
