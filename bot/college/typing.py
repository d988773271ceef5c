"""What the college's staff are asked to type, field after field, about a request or somebody who came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.college.forms import Form, fields_of
from bot.staff import expecting
from rules.people import Language
from storage import conversations
from storage.conversations import Conversation
from storage.database import Reader, Tx

DIALOG: Final = "staff_college"


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


async def expect(
    tx: Tx, user_id: int, clinic_no: int, subject: int, form: Form, locale: Language, now: datetime
) -> None:
    """Expect the first field from this person. Twice: the later counts; so it does after any question."""
    await expecting.expect(tx, user_id, DIALOG, _kept(clinic_no, subject, form, {}), locale, now)


async def keep(tx: Tx, expected: Expected, values: Mapping[str, str], now: datetime) -> bool:
    """Keep what was read up to now. False if the conversation moved on meanwhile."""
    journal = expecting.packed(_kept(expected.clinic_no, expected.subject, expected.form, values))
    conversation = expected.conversation
    return await conversations.advance(tx, conversation.id, conversation.revision, journal, now)


async def expected_of(reader: Reader, user_id: int) -> Expected | None:
    """What this person is asked for, None if nothing."""
    found = await expecting.expected(reader, user_id, DIALOG)
    if found is None:
        return None
    conversation, kept = found
    return Expected(conversation, kept["clinic"], kept["subject"], Form(kept["form"]), kept["values"])


def _kept(clinic_no: int, subject: int, form: Form, values: Mapping[str, str]) -> expecting.Kept:
    return {"clinic": clinic_no, "subject": subject, "form": form, "values": dict(values)}
