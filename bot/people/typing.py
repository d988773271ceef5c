"""What whoever invites is asked to type: the phone and the name of the person they mean.

It is kept where a doctor's name is waited for (bot.staff.typing): a person is asked for one thing at a time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from bot.staff import expecting
from bot.staff.typing import read_name
from rules.people import Language
from rules.phone import Phone
from rules.staff_roles import Role
from storage import conversations
from storage.conversations import Conversation
from storage.database import Reader, Tx

DIALOG: Final = "staff_people"
_PHONE_THEN_NAME: Final = re.compile(r"\s*([+0-9][0-9\s()-]{8,22}[0-9])[\s,;.:-]+(\D+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Expected:
    """For which clinic and role a phone and a name are waited for."""

    conversation: Conversation
    clinic_no: int
    role: Role


@dataclass(frozen=True, slots=True, repr=False)
class Meant:
    """Whom somebody invites."""

    phone: Phone
    name: str


def read_person(text: str) -> Meant | None:
    """The phone and the name behind it, None where either is missing. Raises BadPhone."""
    found = _PHONE_THEN_NAME.fullmatch(text)
    name = None if found is None else read_name(found[2])
    if found is None or name is None:
        return None
    return Meant(Phone.parse(found[1]), name)


async def expect(tx: Tx, user_id: int, clinic_no: int, role: Role, locale: Language, now: datetime) -> None:
    """Expect a phone and a name from this person. Twice: the later counts; so it does after any question."""
    await expecting.expect(tx, user_id, DIALOG, {"clinic": clinic_no, "role": role}, locale, now)


async def expected_of(reader: Reader, user_id: int) -> Expected | None:
    """What this person is asked for, None if nothing."""
    found = await expecting.expected(reader, user_id, DIALOG)
    if found is None:
        return None
    conversation, kept = found
    return Expected(conversation, kept["clinic"], cast("Role", kept["role"]))


async def stop_own(tx: Tx, user_id: int, now: datetime) -> None:
    """Expect no phone and name any more; what else was asked still is. Twice: nothing more."""
    expected = await expected_of(tx, user_id)
    if expected is not None:
        await conversations.close(tx, expected.conversation.id, expected.conversation.revision, now)
