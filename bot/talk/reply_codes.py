"""The short code of a question asked by SMS, and which question a reply means.

A code is derived from what was asked, under a key of its own, so nothing has to be kept for it: the messages
that were put down for this phone say what is still open. The sender of an SMS can be forged (S2), so a reply
without the code of its message does nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import locales
from rules.phone import Phone
from storage.addresses import Address, stored_key
from storage.database import Reader
from storage.instants import micros
from storage.keys import KeyRing
from storage.people import phone_index

REMINDED: Final = "reminded"
OFFERED: Final = "offered"
HAPPENED: Final = "happened"

ASKED: Final = "asked:"
"""How the key of every SMS begins that asks for a reply."""

_LIVES: Final = timedelta(days=3)
_CODES: Final = 1000
_CODE: Final = re.compile("(?<![0-9])[0-9]{3}(?![0-9])")


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked: "reminded" of the booking at that version, "offered" a time, if a visit "happened"."""

    what: str
    request_id: int
    about: int

    @property
    def key(self) -> str:
        """The one place in the outbox of the SMS that asks it."""
        return f"{ASKED}{self.what}:{self.request_id}:{self.about}"

    @classmethod
    def of_key(cls, key: str) -> Question:
        """Read what ``key`` gave; what follows it (which of two reminders) is not part of the question."""
        what, request_id, about = key.removeprefix(ASKED).split(":")[:3]
        return cls(what, int(request_id), int(about))


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that means one of our questions."""

    question: Question
    yes: bool


@dataclass(frozen=True, slots=True)
class NoCode:
    """A reply without the code of any open question; ``newest`` is the one asked last.

    ``guessed`` is true where there was a code, and a wrong one.
    """

    newest: Question
    guessed: bool


def reply_code(keys: KeyRing, question: Question) -> str:
    """Three digits, the same each time for the same question."""
    digest = keys.mac("sms reply", question.key.encode())
    return f"{int.from_bytes(digest[:8]) % _CODES:03d}"


def read_reply(text: str) -> tuple[bool, str] | None:
    """Whether it says yes, and the code ("" for none); None if it is no reply to a question of ours.

    Words and code stand in any order, with or without a space between them.
    """
    found = _CODE.findall(text)
    meaning = locales.yes_or_no(_CODE.sub(" ", text), of_visit=True)
    return None if meaning is None or len(found) > 1 else (meaning, "".join(found))


async def replied(reader: Reader, phone: Phone, text: str, now: datetime) -> Reply | NoCode | None:
    """Which open question of this phone the text answers: the newest with that code. None if none is open."""
    read = read_reply(text)
    if read is None:
        return None
    rows = await reader.rows(
        "sms_questions",
        phone_index=phone_index(reader.keys, phone),
        address_key=stored_key(reader.keys, Address("sms", phone.e164)),
        since=micros(now - _LIVES),
    )
    questions = [Question.of_key(row[0]) for row in rows]
    meant = (one for one in questions if reply_code(reader.keys, one) == read[1])
    question = next(meant, None)
    if question is not None:
        return Reply(question, read[0])
    return NoCode(questions[0], bool(read[1])) if questions else None
