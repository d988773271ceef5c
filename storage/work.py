"""Work on requests: who of a clinic has taken one, what its citizen was asked, and what staff noted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from storage.database import Reader, Row, Tx
from storage.instants import instant, micros

_ASKED: Final = "work_questions.text"
_ANSWERED: Final = "work_questions.answer"
_NOTED: Final = "work_notes.text"


class Question(StrEnum):
    """Where the questions to a request's citizen stand."""

    NONE = "none"
    OPEN = "open"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Work:
    """How a request is worked on: who has it (a Telegram id), and whether its citizen was asked."""

    holder: int | None = None
    question: Question = Question.NONE


NO_WORK: Final = Work()


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """One question to the citizen of a request; `text` and `answer` are empty once they were erased."""

    id: int
    request_id: int
    asked_by: int
    asked_at: datetime
    text: str
    answer: str = ""
    answered_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Asked({self.id})"


@dataclass(frozen=True, slots=True, repr=False)
class Note:
    """What one of the staff noted on a request."""

    noted_by: int
    noted_at: datetime
    text: str

    def __repr__(self) -> str:
        return f"Note(by {self.noted_by})"


class Pile(StrEnum):
    """Which requests of a clinic somebody looks through."""

    MINE = "mine"
    UNASSIGNED = "free"
    OVERDUE = "late"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many requests lie on each pile."""

    mine: int
    unassigned: int
    overdue: int
    refused: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """One request on a pile, as far as a list shows it."""

    id: int
    number: str
    service: str
    status: str
    answer_due: datetime | None
    holder: int | None


@dataclass(frozen=True, slots=True)
class Posted:
    """The row of the outbox by which a question went out."""

    status: str
    put_at: datetime


async def take(tx: Tx, request_id: int, telegram_id: int, now: datetime) -> bool:
    """Take a request that nobody has. False if somebody has it, so also the second time."""
    return bool(await tx.rows("work_take", request_id=request_id, telegram_id=telegram_id, now=micros(now)))


async def give(tx: Tx, request_id: int, holder: int, to: int, now: datetime) -> bool:
    """Hand a request on. False if `holder` does not have it any more, so also the second time."""
    rows = await tx.rows("work_give", request_id=request_id, holder=holder, to=to, now=micros(now))
    return bool(rows)


async def give_back(tx: Tx, request_id: int, holder: int) -> bool:
    """Nobody has the request any more. False if `holder` did not have it, so also the second time."""
    return bool(await tx.rows("work_give_back", request_id=request_id, holder=holder))


async def release(tx: Tx, telegram_id: int, clinic_no: int, now: datetime) -> tuple[int, ...]:
    """Give back every open request of the clinic that this person has, who leaves; their ids. Twice: none."""
    del now  # what is given back has no moment: the audit chain tells when somebody left
    rows = await tx.rows("work_release", telegram_id=telegram_id, clinic_no=clinic_no)
    return tuple(sorted(row[0] for row in rows))


async def of(reader: Reader, request_id: int) -> Work:
    """How that request is worked on."""
    row = await reader.row("work_of", request_id=request_id)
    if row is None:
        return NO_WORK
    holder, asked, answered = row
    if not asked:
        return Work(holder)
    return Work(holder, Question.ANSWERED if asked == answered else Question.OPEN)


def ask(tx: Tx, request_id: int, asked_by: int, text: str, now: datetime) -> int:
    """Keep a question to the citizen, sealed; its id. Twice: two questions, so it ends an inbox row."""
    question_id = tx.ids.new()
    tx.later(
        "work_ask",
        id=question_id,
        request_id=request_id,
        asked_by=asked_by,
        now=micros(now),
        text=tx.keys.seal(_ASKED, question_id, text),
    )
    return question_id


async def answer(tx: Tx, question_id: int, text: str, now: datetime) -> bool:
    """Keep what the citizen answered, sealed. False if it was answered before, so also the second time."""
    sealed = tx.keys.seal(_ANSWERED, question_id, text)
    return bool(await tx.rows("work_answer", id=question_id, answer=sealed, now=micros(now)))


async def question(reader: Reader, question_id: int) -> Asked | None:
    """The question under that id."""
    row = await reader.row("work_question", id=question_id)
    return None if row is None else _asked(reader, row)


async def questions(reader: Reader, request_id: int) -> tuple[Asked, ...]:
    """Every question to the citizen of that request, the first first."""
    rows = await reader.rows("work_questions_of", request_id=request_id)
    return tuple(_asked(reader, row) for row in rows)


async def open_question(reader: Reader, request_id: int) -> int | None:
    """The newest question of an open request that waits for its answer."""
    row = await reader.row("work_question_open", request_id=request_id)
    return None if row is None else row[0]


def question_key(question_id: int) -> str:
    """What keeps the message of a question single in the outbox."""
    return f"question:{question_id}"


async def posted(reader: Reader, question_id: int, before: str = "") -> Posted | None:
    """What became of the message of that question to a Telegram chat, or with that ``before`` its key."""
    row = await reader.row("work_question_posted", dedupe=before + question_key(question_id))
    return None if row is None else Posted(row[0], instant(row[1]))


def note(tx: Tx, request_id: int, noted_by: int, text: str, now: datetime) -> None:
    """Keep a note on the request, sealed. Twice: two notes, so it ends an inbox row."""
    note_id = tx.ids.new()
    tx.later(
        "work_note",
        id=note_id,
        request_id=request_id,
        noted_by=noted_by,
        now=micros(now),
        text=tx.keys.seal(_NOTED, note_id, text),
    )


async def notes(reader: Reader, request_id: int) -> tuple[Note, ...]:
    """Every note on that request that was not erased, the first first."""
    rows = await reader.rows("work_notes_of", request_id=request_id)
    return tuple(Note(row[1], instant(row[2]), reader.keys.open(_NOTED, row[0], row[3])) for row in rows)


async def counts(reader: Reader, clinic_no: int, mine: int, since: datetime, now: datetime) -> Counts:
    """How many requests of the clinic lie on each pile; refused are those since `since`."""
    bounds = {"clinic_no": clinic_no, "telegram_id": mine, "since": micros(since), "now": micros(now)}
    row = (await reader.rows("work_counts", **bounds))[0]
    return Counts(*(int(count or 0) for count in row))


async def listed(
    reader: Reader, clinic_no: int, pile: Pile, mine: int, since: datetime, now: datetime
) -> tuple[Waiting, ...]:
    """The requests on that pile, the nearest term first; of the refused the latest first."""
    return _waiting(await _pile(reader, clinic_no, pile, mine, micros(since), micros(now)))


async def _pile(
    reader: Reader, clinic_no: int, pile: Pile, mine: int, since: int | None, now: int | None
) -> Sequence[Row]:
    match pile:
        case Pile.MINE:
            return await reader.rows("work_pile_mine", clinic_no=clinic_no, telegram_id=mine)
        case Pile.UNASSIGNED:
            return await reader.rows("work_pile_free", clinic_no=clinic_no)
        case Pile.OVERDUE:
            return await reader.rows("work_pile_late", clinic_no=clinic_no, now=now)
        case Pile.REFUSED:
            return await reader.rows("work_pile_refused", clinic_no=clinic_no, since=since)


def _waiting(rows: Sequence[Row]) -> tuple[Waiting, ...]:
    return tuple(
        Waiting(row[0], row[1], row[2], row[3], None if row[4] is None else instant(row[4]), row[5])
        for row in rows
    )


def _asked(reader: Reader, row: Row) -> Asked:
    question_id, request_id, asked_by, asked_at, text, answer_text, answered_at = row
    return Asked(
        question_id,
        request_id,
        asked_by,
        instant(asked_at),
        "" if text is None else reader.keys.open(_ASKED, question_id, text),
        "" if answer_text is None else reader.keys.open(_ANSWERED, question_id, answer_text),
        None if answered_at is None else instant(answered_at),
    )
