"""A doctor who is not on the clinic's list: the name is typed in private, then role and window are chosen.

What was typed is kept as a conversation of its own beside the person's talk as a citizen: sealed, surviving a
restart, and erased when the call is answered.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rules.people import Language
from storage import conversations, desk
from storage.addresses import Address
from storage.conversations import Conversation
from storage.database import Reader, Tx

DIALOG: Final = "staff_doctor"
_OF_STAFF: Final = (DIALOG, "staff_complaint", "staff_college")
"""What may hold words about a citizen: a doctor's visit, the draft of an answer, papers at the college."""
_FORM: Final = "1"
_PREFIX: Final = "staff:"

WAITS: Final = timedelta(minutes=15)
"""How long after the question typed words are taken for a doctor's name."""
LIVES: Final = timedelta(hours=24)
"""How long what was typed waits for the rest of the answer; then it is erased: our judgement."""

# Letters of any alphabet, at least two words; initials may end in a full stop.
_NAME: Final = re.compile(r"[^\W\d_][^\W\d_'’-]*\.?(?:[ -][^\W\d_][^\W\d_'’-]*\.?){1,5}")
_LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True, repr=False)
class Typed:
    """Which call, at which version, and the doctor's name once it was typed."""

    conversation: Conversation
    request_id: int
    version: int
    name: str

    def awaits_name(self, now: datetime) -> bool:
        """True while the next words are the name: none was read yet, and the question is still fresh."""
        return not self.name and now < self.conversation.touched_at + WAITS


def read_name(text: str) -> str | None:
    """The name as it will be shown to the citizen, None if it is no name."""
    name = " ".join(text.replace(".", ". ").split())
    if len(name) > _LONGEST_NAME or _NAME.fullmatch(name) is None:
        return None
    return name


async def ask(tx: Tx, user_id: int, request_id: int, version: int, locale: Language, now: datetime) -> None:
    """Expect a name from this person for that call. Twice: the later call counts."""
    journal = _packed(request_id, version, "")
    _, open_one = await conversations.of_address(tx, typing_address(user_id))
    if open_one is not None and open_one.dialog != DIALOG:
        await conversations.close(tx, open_one.id, open_one.revision, now)
        open_one = None
    if open_one is None:
        conversations.open_new(tx, typing_address(user_id), DIALOG, _FORM, locale, journal, now)
    else:
        await conversations.advance(tx, open_one.id, open_one.revision, journal, now)


async def keep(tx: Tx, typed: Typed, name: str, now: datetime) -> bool:
    """Keep the typed name. False if the conversation moved on meanwhile."""
    journal = _packed(typed.request_id, typed.version, name)
    return await conversations.advance(tx, typed.conversation.id, typed.conversation.revision, journal, now)


async def typed_by(reader: Reader, user_id: int) -> Typed | None:
    """What this person is asked for, None if nothing."""
    _, conversation = await conversations.of_address(reader, typing_address(user_id))
    if conversation is None or conversation.dialog != DIALOG or conversation.journal is None:
        return None
    kept = json.loads(conversation.journal)
    return Typed(conversation, kept["request"], kept["version"], kept["name"])


async def finish(tx: Tx, typed: Typed, now: datetime) -> None:
    """Erase what was typed: the call is answered, or no longer waits for it. Twice: nothing more."""
    await conversations.close(tx, typed.conversation.id, typed.conversation.revision, now)


async def asked_last(reader: Reader, chat: Address, user_id: int, asked_at: datetime) -> bool:
    """True if nothing asked this person for words after that instant; ``chat`` is their private one.

    What a caller dictates at the desk, or what somebody writes as a citizen, is no answer to a question that
    is older than that talk: it would go to a stranger.
    """
    for address in (chat, desk.conversation_of(user_id)):
        _, talk = await conversations.of_address(reader, address)
        if talk is not None and talk.touched_at > asked_at:
            return False
    return True


async def stop(tx: Tx, user_id: int, now: datetime) -> None:
    """Expect nothing more from this person, whatever they were asked. Twice: nothing more."""
    _, before = await conversations.of_address(tx, typing_address(user_id))
    if before is not None:
        await conversations.close(tx, before.id, before.revision, now)


def expire(tx: Tx, now: datetime) -> None:
    """Erase what was typed for answers that nobody finished. Twice: nothing more."""
    for dialog in _OF_STAFF:
        conversations.close_untouched(tx, dialog, now - LIVES, now)


def typing_address(user_id: int) -> Address:
    """Where what this person types as one of the staff is kept."""
    # Not the private chat itself: there the same person may be talking as a citizen.
    return Address("telegram", f"{_PREFIX}{user_id}")


def _packed(request_id: int, version: int, name: str) -> str:
    return json.dumps({"request": request_id, "version": version, "name": name}, ensure_ascii=False)
