"""What staff noted on a request and asked its citizen, as its details show it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeAlias

from bot.work.colleagues import Colleagues, colleagues_of
from dialogs.engine import T
from rules.clinics import Clinic
from storage import work
from storage.database import Reader
from storage.work import Asked, Note

_ROOM: Final = 2000
"""Characters, as Telegram counts them: beside the longest details one message holds no more."""

_OF_HEADS: Final = 100
"""Characters of when and who, above the words."""

_Entry: TypeAlias = tuple[datetime, tuple[T, ...], int]
"""When, what the details show, and how much room that takes."""


async def noted_lines(reader: Reader, request_id: int, clinic: Clinic) -> tuple[T, ...]:
    """What staff noted and asked, in order, with the answers; of what is too much, the latest."""
    notes, questions = await work.notes(reader, request_id), await work.questions(reader, request_id)
    if not notes and not questions:
        return ()
    colleagues = await colleagues_of(reader, clinic.no)
    entries = [_note(one, clinic, colleagues) for one in notes]
    entries += [_question(one, clinic) for one in questions if one.text]
    return _fitting(sorted(entries, key=lambda entry: entry[0]))


def _fitting(entries: Sequence[_Entry]) -> tuple[T, ...]:
    """The latest that there is room for, and how many there are besides."""
    left, shown = _ROOM, list[tuple[T, ...]]()
    for _, lines, takes in reversed(entries):
        if shown and takes > left:
            break
        left -= takes
        shown.append(lines)
    missing = len(entries) - len(shown)
    more = [T("queue.earlier_noted", count=missing)] if missing else []
    return (*more, *(line for lines in reversed(shown) for line in lines))


def _note(one: Note, clinic: Clinic, colleagues: Colleagues) -> _Entry:
    who = colleagues.named(one.noted_by)
    line = T("queue.note_line", at=clinic.local(one.noted_at), who=who, words=one.text)
    return one.noted_at, (line,), _room_of(one.text)


def _question(one: Asked, clinic: Clinic) -> _Entry:
    lines = [T("queue.question_line", at=clinic.local(one.asked_at), words=one.text)]
    if one.answered_at is not None:
        lines.append(T("queue.answer_line", at=clinic.local(one.answered_at), words=one.answer))
    # An answer is news of its own hour, however old the question is.
    return one.answered_at or one.asked_at, tuple(lines), _room_of(one.text, one.answer)


def _room_of(*texts: str) -> int:
    return sum(len(text.encode("utf-16-le")) // 2 + _OF_HEADS for text in texts)
