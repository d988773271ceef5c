"""What whoever invites is asked to type: the phone and the name of the person they mean.

It is kept where a doctor's name is waited for (bot.staff.typing): a person is asked for one thing at a time.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from bot.staff.typing import WAITS, read_name, stop, typing_address
from rules.people import Language
from rules.phone import Phone
from rules.staff_roles import Role
from storage import conversations
from storage.conversations import Conversation
from storage.database import Reader, Tx

DIALOG: Final = "staff_people"
_FORM: Final = "1"
_PHONE_THEN_NAME: Final = re.compile(r"\s*([+0-9][0-9\s()-]{8,22}[0-9])[\s,;.:-]+(\D+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Expected:
    """For which clinic and role a phone and a name are waited for."""

    conversation: Conversation
    clinic_no: int
    role: Role

    def is_fresh(self, now: datetime) -> bool:
        """True while words are still taken for it."""
        return now < self.conversation.touched_at + WAITS


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
    await stop(tx, user_id, now)
    journal = json.dumps({"clinic": clinic_no, "role": role})
    conversations.open_new(tx, typing_address(user_id), DIALOG, _FORM, locale, journal, now)


async def expected_of(reader: Reader, user_id: int) -> Expected | None:
    """What this person is asked for, None if nothing."""
    _, conversation = await conversations.of_address(reader, typing_address(user_id))
    if conversation is None or conversation.dialog != DIALOG or conversation.journal is None:
        return None
    kept = json.loads(conversation.journal)
    return Expected(conversation, kept["clinic"], cast("Role", kept["role"]))


async def stop_own(tx: Tx, user_id: int, now: datetime) -> None:
    """Expect no phone and name any more; what else was asked still is. Twice: nothing more."""
    expected = await expected_of(tx, user_id)
    if expected is not None:
        await conversations.close(tx, expected.conversation.id, expected.conversation.revision, now)
