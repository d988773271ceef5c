"""What one of the college's staff is asked to type, field after field, about a request or somebody who came.

It is kept where a doctor's name is waited for (bot.staff.typing): a person is asked for one thing at a time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.college.forms import Form, fields_of
from bot.staff.typing import WAITS, stop, typing_address
from rules.people import Language
from storage import conversations
from storage.conversations import Conversation
from storage.database import Reader, Tx

DIALOG: Final = "staff_college"
_FORM: Final = "1"


@dataclass(frozen=True, slots=True, repr=False)
class Expected:
    """Which form is being filled in; ``subject`` is a request, or of intake a line of the graduates or 0."""

    conversation: Conversation
    clinic_no: int
    subject: int
    form: Form
    values: Mapping[str, str]

    @property
    def field(self) -> str | None:
        """The field whose turn it is, None where all are there."""
        return next((one for one in fields_of(self.form) if one not in self.values), None)

    def is_fresh(self, now: datetime) -> bool:
        """True while words are still taken for it."""
        return now < self.conversation.touched_at + WAITS


async def expect(
    tx: Tx, user_id: int, clinic_no: int, subject: int, form: Form, locale: Language, now: datetime
) -> None:
    """Expect the first field from this person. Twice: the later counts; so it does after any question."""
    await stop(tx, user_id, now)
    journal = _packed(clinic_no, subject, form, {})
    conversations.open_new(tx, typing_address(user_id), DIALOG, _FORM, locale, journal, now)


async def keep(tx: Tx, expected: Expected, values: Mapping[str, str], now: datetime) -> bool:
    """Keep what was read up to now. False if the conversation moved on meanwhile."""
    journal = _packed(expected.clinic_no, expected.subject, expected.form, values)
    conversation = expected.conversation
    return await conversations.advance(tx, conversation.id, conversation.revision, journal, now)


async def expected_of(reader: Reader, user_id: int) -> Expected | None:
    """What this person is asked for, None if nothing."""
    _, conversation = await conversations.of_address(reader, typing_address(user_id))
    if conversation is None or conversation.dialog != DIALOG or conversation.journal is None:
        return None
    kept = json.loads(conversation.journal)
    return Expected(conversation, kept["clinic"], kept["subject"], Form(kept["form"]), kept["values"])


def _packed(clinic_no: int, subject: int, form: Form, values: Mapping[str, str]) -> str:
    kept = {"clinic": clinic_no, "subject": subject, "form": form, "values": dict(values)}
    return json.dumps(kept, ensure_ascii=False)
