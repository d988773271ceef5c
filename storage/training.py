"""Requests to the medical college and the people who finished there: each step, and the term that counts.

The IIN, the name and the number of an original are sealed, and so is what its owner wrote of the loss.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, Literal, TypeAlias

from rules.iin import Iin
from rules.people import Language
from rules.request_number import RequestNumber
from rules.training import COLLEGE, ENDED, Asked, Graduation, Pause, Programme, Stage, Step, Term
from storage import due, journal
from storage.addresses import Address
from storage.database import Reader, Row, Tx
from storage.instants import day, day_text, instant, micros
from storage.keys import KeyRing
from storage.people import iin_index

IIN: Final = "graduates.iin"
NAME: Final = "graduates.full_name"
ORIGINAL: Final = "graduates.original_no"
_STORY: Final = "training_requests.story"
_OFFICE: Final = "training_requests.office"
_SIGNED: Final = "training_requests.signed_text"

MOST_LISTED: Final = 300

CameBy: TypeAlias = Literal["electronic", "desk"]
"""By the bot, or at the college's own desk."""


@dataclass(frozen=True, slots=True, repr=False)
class Signature:
    """What "Send" signed: the summary as it was read, its digest, the consent it rests on, the message."""

    consent_id: int
    digest: str
    text: str
    message: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class NewTraining:
    """A request to be registered at the college.

    `person_id` is None for somebody whom the registry does not know; `chat` is where its citizen is told,
    None for whoever came to the desk; `signature` is None there too. `story` is of duplicates alone.
    """

    asked: Asked
    graduate_id: int
    person_id: str | None
    came_by: CameBy
    chat: Address | None
    locale: Language
    term: Term
    story: str = ""
    signature: Signature | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Training:
    """A request as it is kept. Days are the college's own; `suspended_on` is None while its clock goes."""

    id: int
    number: str
    year: int
    clinic_no: int
    asked: Asked
    graduate_id: int
    person_id: str | None
    came_by: CameBy
    chat: Address | None
    locale: Language
    stage: Stage
    version: int
    filed_at: datetime
    starts_on: date
    due_on: date
    suspended_on: date | None
    breached_at: datetime | None
    closed_at: datetime | None
    ground: str | None
    story: str

    def __repr__(self) -> str:
        # A repr ends up in logs and tracebacks: the id, and nothing of anybody.
        return f"Training({self.id}, {self.stage}, version {self.version})"


@dataclass(frozen=True, slots=True)
class TrainingMark:
    """One step: the stage that it came to, or that the clock was stopped or started; when, whose doing."""

    step: Step
    at: datetime
    actor: str


class AlreadyOpen(Exception):
    """The same is being asked for already; carries that request."""

    def __init__(self, request: Training) -> None:
        super().__init__(f"training request {request.id} is open")
        self.request = request


# Requests


async def register(tx: Tx, new: NewTraining, now: datetime, actor: str) -> Training:
    """Register the request under the next number of the year, with its first mark (TR-17).

    What if it runs twice: while the first is open the second raises AlreadyOpen and changes nothing.
    """
    slot = f"{new.asked}:{new.graduate_id}"
    held = await tx.row("training_by_slot", open_slot=slot)
    if held is not None:
        raise AlreadyOpen(_training(tx.keys, held))
    year = journal.year_of(now)
    tx.later("series_begin", clinic_no=COLLEGE, year=year)
    [(serial,)] = await tx.rows("series_next", clinic_no=COLLEGE, year=year, open_slot=None)
    request_id, number = tx.ids.new(), str(RequestNumber(COLLEGE, serial))
    values = _row_of(tx.keys, request_id, new) | {"number": number, "year": year, "open_slot": slot}
    if not await tx.rows("training_add", **values, filed_at=micros(now)):
        # Only on PostgreSQL: another transaction asked the same between the two statements.
        [held] = await tx.rows("training_by_slot", open_slot=slot)
        raise AlreadyOpen(_training(tx.keys, held))
    _mark(tx, request_id, 1, Stage.REGISTERED, now, actor)
    made = await by_id(tx, request_id)
    if made is None:
        raise LookupError("a request that has just been written")
    return made


async def by_id(reader: Reader, request_id: int) -> Training | None:
    """The request under that id."""
    row = await reader.row("training_by_id", id=request_id)
    return None if row is None else _training(reader.keys, row)


async def by_number(reader: Reader, number: str) -> Training | None:
    """The newest request under that number: numbers begin anew each year."""
    row = await reader.row("training_by_number", number=number)
    return None if row is None else _training(reader.keys, row)


async def of_people(reader: Reader, person_ids: Iterable[str]) -> tuple[Training, ...]:
    """What was asked for these people, newest first, at most `MOST_LISTED` of each."""
    found = [
        _training(reader.keys, row)
        for person_id in person_ids
        for row in await reader.rows("training_of_person", person_id=int(person_id), most=MOST_LISTED)
    ]
    return tuple(sorted(found, key=lambda one: one.id, reverse=True))


async def of_graduate(reader: Reader, graduate_id: int) -> tuple[Training, ...]:
    """What was asked for by that line of the graduates, newest first."""
    rows = await reader.rows("training_of_graduate", graduate_id=graduate_id, most=MOST_LISTED)
    return tuple(_training(reader.keys, row) for row in rows)


async def open_requests(reader: Reader, clinic_no: int = COLLEGE) -> tuple[Training, ...]:
    """Every open request of the college, the one that is due first first."""
    return tuple(
        _training(reader.keys, row) for row in await reader.rows("training_open", clinic_no=clinic_no)
    )


async def move(
    tx: Tx, request: Training, stage: Stage, actor: str, now: datetime, ground: str | None = None
) -> Training | None:
    """Take the request to that stage if it stands as it was read, and mark the step. Twice: None.

    Whether the stage may follow is the caller's to ask (`rules.training.may_follow`); while the clock
    stands a request can only end. `ground` is of refusals alone.
    """
    ends = stage in ENDED
    moved = await tx.rows(
        "training_move",
        id=request.id,
        version=request.version,
        stage=stage.value,
        closed_at=micros(now) if ends else None,
        ground=ground,
        ends=int(stage in (Stage.REFUSED, Stage.CANCELLED)),
    )
    if not _marked(tx, request.id, moved, stage, now, actor):
        return None
    closed_at = now if ends else None
    return replace(request, stage=stage, version=moved[0][0], closed_at=closed_at, ground=ground)


async def suspend(tx: Tx, request: Training, on: date, actor: str, now: datetime) -> Training | None:
    """Stop the clock from that day of the college on (TR-11). Twice: None."""
    moved = await tx.rows(
        "training_suspend", id=request.id, version=request.version, suspended_on=day_text(on)
    )
    if not _marked(tx, request.id, moved, Pause.SUSPENDED, now, actor):
        return None
    return replace(request, suspended_on=on, version=moved[0][0])


async def resume(tx: Tx, request: Training, due_on: date, actor: str, now: datetime) -> Training | None:
    """Let the clock go again, with the new term (TR-11). Twice: None."""
    moved = await tx.rows("training_resume", id=request.id, version=request.version, due_on=day_text(due_on))
    if not _marked(tx, request.id, moved, Pause.RESUMED, now, actor):
        return None
    return replace(request, suspended_on=None, due_on=due_on, version=moved[0][0])


async def breached(tx: Tx, request_id: int, now: datetime) -> bool:
    """Note that the term is over and it is still open. Twice: False."""
    return bool(await tx.rows("training_breached", id=request_id, now=micros(now)))


async def marks(reader: Reader, request_id: int) -> tuple[TrainingMark, ...]:
    """Every step of a request in order (TR-18)."""
    rows = await reader.rows("training_marks", request_id=request_id)
    return tuple(TrainingMark(_step(row[0]), instant(row[1]), row[2]) for row in rows)


async def marks_of_person(reader: Reader, person_id: str) -> dict[int, tuple[TrainingMark, ...]]:
    """Every step of every request of that person, by the ids of the requests."""
    rows = await reader.rows("training_marks_of_person", person_id=int(person_id))
    return {
        request_id: tuple(TrainingMark(_step(row[1]), instant(row[2]), row[3]) for row in same)
        for request_id, same in groupby(rows, key=itemgetter(0))
    }


async def cancel_of_person(tx: Tx, person_id: int, actor: str, now: datetime) -> None:
    """Cancel what that person has open. Twice: nothing is open any more."""
    for request_id, version in await tx.rows("training_open_of_person", person_id=person_id):
        due.clear(tx, None, request_id)
        moved = await tx.rows("training_cancel", id=request_id, version=version, now=micros(now))
        _marked(tx, request_id, moved, Stage.CANCELLED, now, actor)


async def office_of(reader: Reader, request_id: int) -> dict[str, Any]:
    """What the college's staff have written beside a request, empty at first."""
    row = await reader.row("training_office", id=request_id)
    if row is None or row[0] is None:
        return {}
    written: dict[str, Any] = json.loads(reader.keys.open(_OFFICE, request_id, row[0]))
    return written


def keep_office(tx: Tx, request_id: int, written: Mapping[str, Any]) -> None:
    """Keep what the college's staff write beside a request, sealed; read it in the same transaction first."""
    text = json.dumps(written, ensure_ascii=False, sort_keys=True)
    tx.later("training_office_write", id=request_id, office=tx.keys.seal(_OFFICE, request_id, text))


async def is_linked(reader: Reader, clinic_no: int = COLLEGE) -> bool:
    """True if somebody of the college works with us, so that a request sent there is seen."""
    return bool((await reader.rows("training_linked", clinic_no=clinic_no))[0][0])


# Graduates


async def graduations(reader: Reader, iin: Iin) -> tuple[Graduation, ...]:
    """What the person with that IIN has finished at the college, newest first; empty for anybody else."""
    rows = await reader.rows("graduates_of_iin", iin_index=iin_index(reader.keys, iin))
    return tuple(_graduation(reader.keys, row) for row in rows)


async def graduations_asked_for(reader: Reader, person_id: str) -> dict[int, Graduation]:
    """The lines of the graduates that the requests of that person are about, by their ids."""
    rows = await reader.rows("graduates_asked_for", person_id=int(person_id))
    return {row[0]: _graduation(reader.keys, row) for row in rows}


async def graduation(reader: Reader, graduate_id: int) -> Graduation | None:
    """The line of the graduates under that id, None once it was erased."""
    row = await reader.row("graduate_by_id", id=graduate_id)
    return None if row is None else _graduation(reader.keys, row)


async def iin_of(reader: Reader, graduate_id: int) -> Iin | None:
    """Whose line it is, None once it was erased."""
    row = await reader.row("graduate_iin", id=graduate_id)
    return None if row is None else Iin(reader.keys.open(IIN, graduate_id, row[0]))


async def issued_as(tx: Tx, graduate_id: int, original_no: str) -> bool:
    """Note the number of the document that was issued. If one is known already: False, and it stays."""
    sealed = tx.keys.seal(ORIGINAL, graduate_id, original_no)
    return bool(await tx.rows("graduate_original", id=graduate_id, original_no=sealed))


# Rows


def _row_of(keys: KeyRing, request_id: int, new: NewTraining) -> dict[str, object]:
    signed = new.signature
    return {
        "id": request_id,
        "clinic_no": COLLEGE,
        "kind": new.asked.value,
        "graduate_id": new.graduate_id,
        "person_id": None if new.person_id is None else int(new.person_id),
        "came_by": new.came_by,
        "chat": None if new.chat is None else new.chat.key,
        "locale": new.locale,
        "starts_on": day_text(new.term.starts_on),
        "due_on": day_text(new.term.due_on),
        "story": keys.seal(_STORY, request_id, new.story) if new.story else None,
        "consent_id": None if signed is None else signed.consent_id,
        "signed_digest": None if signed is None else signed.digest,
        "signed_text": None if signed is None else keys.seal(_SIGNED, request_id, signed.text),
        "signed_message": None if signed is None else signed.message,
    }


def _marked(tx: Tx, request_id: int, moved: Sequence[Row], step: Step, now: datetime, actor: str) -> bool:
    if moved:
        _mark(tx, request_id, moved[0][0], step, now, actor)
    return bool(moved)


def _mark(tx: Tx, request_id: int, no: int, step: Step, now: datetime, actor: str) -> None:
    tx.later("training_mark", request_id=request_id, no=no, stage=step.value, at=micros(now), actor=actor)


def _step(text: str) -> Step:
    return Pause(text) if text in tuple(Pause) else Stage(text)


def _graduation(keys: KeyRing, row: Row) -> Graduation:
    graduate_id, programme, title, decided_on, name, original = row
    return Graduation(
        id=graduate_id,
        programme=Programme(programme),
        title=title,
        decided_on=day(decided_on),
        full_name=keys.open(NAME, graduate_id, name),
        original_no="" if original is None else keys.open(ORIGINAL, graduate_id, original),
    )


def _training(keys: KeyRing, row: Row) -> Training:
    (
        request_id, number, year, clinic_no, kind, graduate_id, person_id, came_by, chat, locale, stage,
        version, filed_at, starts_on, due_on, suspended_on, breached_at, closed_at, ground, story,
    ) = row  # fmt: skip
    return Training(
        id=request_id,
        number=number,
        year=year,
        clinic_no=clinic_no,
        asked=Asked(kind),
        graduate_id=graduate_id,
        person_id=None if person_id is None else str(person_id),
        came_by="desk" if came_by == "desk" else "electronic",
        chat=None if chat is None else Address("telegram", chat),
        locale="ru" if locale == "ru" else "kk",
        stage=Stage(stage),
        version=version,
        filed_at=instant(filed_at),
        starts_on=day(starts_on),
        due_on=day(due_on),
        suspended_on=day(suspended_on),
        breached_at=instant(breached_at),
        closed_at=instant(closed_at),
        ground=ground,
        story="" if story is None else keys.open(_STORY, request_id, story),
    )
