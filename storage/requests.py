"""Requests: what citizens asked of a clinic, under a number, with every step of their life marked."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, Literal, TypeAlias

from rules.law import rule
from rules.people import Language
from rules.request_number import RequestNumber
from storage import journal
from storage.addresses import Address, stored_key
from storage.database import Reader, Row, Tx
from storage.errors import Clash
from storage.instants import day, day_text, instant, micros
from storage.keys import KeyRing

ForWhom: TypeAlias = Literal["self", "child", "other"]
CameBy: TypeAlias = Literal["electronic", "phone", "desk"]
"""How a request came: typed by its citizen, or entered by a registrar, whose case is `desk_case`."""

_DETAILS: Final = "requests.details"
_SIGNED: Final = "requests.signed_text"
_ADDRESS: Final = "requests.address"
_DOCTOR: Final = "requests.doctor_name"


@dataclass(frozen=True, slots=True, repr=False)
class NewRequest:
    """A request to be registered. `address` is where its citizen is told; `details` is JSON of the
    service's own.

    `open_slot`, made by `open_slot()`, is held while the request is open, so that a second one is merged.
    """

    clinic_no: int
    service: str
    address: Address
    locale: Language
    for_whom: ForWhom
    status: str
    details: Mapping[str, Any]
    patient_id: int | None = None
    caller_id: int | None = None
    answer_due: datetime | None = None
    visit_day: date | None = None
    open_slot: str | None = None
    linked_to: int | None = None
    consent_id: int | None = None
    signed_digest: str | None = None
    signed_text: str | None = None
    signed_at: datetime | None = None
    signed_message: str | None = None
    came_by: CameBy = "electronic"
    desk_case: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class RegisteredRequest:
    """A request as the registry keeps it; `version` rises with every step."""

    id: int
    number: str
    clinic_no: int
    service: str
    address: Address
    locale: Language
    patient_id: int | None
    caller_id: int | None
    for_whom: ForWhom
    status: str
    version: int
    registered_at: datetime
    answer_due: datetime | None
    visit_day: date | None
    open_slot: str | None
    linked_to: int | None
    details: Mapping[str, Any]
    consent_id: int | None
    signed_digest: str | None
    signed_text: str | None
    signed_at: datetime | None
    signed_message: str | None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    ground: str | None = None
    doctor_no: str | None = None
    doctor_name: str | None = None
    doctor_role: str | None = None
    window_start: datetime | None = None
    window_end: datetime | None = None
    undo_until: datetime | None = None
    came_by: CameBy = "electronic"
    desk_case: int | None = None

    def __repr__(self) -> str:
        return f"RegisteredRequest({self.id}, {self.status}, version {self.version})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a step sets besides the status; None keeps what stands, `undo_until` apart, which is set as given.

    `closed_at` frees the open slot. `undo` takes back answer, closing, ground, doctor and window, and
    `open_slot` then claims the slot again.
    """

    answer_due: datetime | None = None
    visit_day: date | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    ground: str | None = None
    doctor_no: str | None = None
    doctor_name: str | None = None
    doctor_role: str | None = None
    window_start: datetime | None = None
    window_end: datetime | None = None
    undo_until: datetime | None = None
    open_slot: str | None = None
    undo: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """One step: the status it led to, when, who (an id), and a code that says more."""

    status: str
    at: datetime
    actor: str
    note_code: str | None


class AlreadyOpen(Exception):
    """The slot is held by another open request, which this carries."""

    def __init__(self, request: RegisteredRequest) -> None:
        super().__init__(f"request {request.id} is open")
        self.request = request


NO_CHANGES: Final = Changes()

REOPENED: Final = "reopened"
"""The mark of a mistaken refusal that the head reopened (G-69); terms begin anew with it."""

OVERDUE: Final = "overdue"
"""The mark of a term that passed without an answer."""

VISIT_DENIED: Final = "visit_denied"
"""The mark of a citizen's word that nobody came, after a visit was noted as made."""


def open_slot(service: str, patient_id: int | str) -> str:
    """The slot that one open request of that service holds for that patient."""
    return f"{service}:{patient_id}"


@rule("AU-27")
async def register(tx: Tx, new: NewRequest, now: datetime, actor: str = "citizen") -> RegisteredRequest:
    """Register the request under the next number of its clinic and year, with its first mark.

    What if it runs twice: with an `open_slot` the second raises AlreadyOpen and spends no number; without
    one it is a second request, so it stands in the transaction that ends the inbox row.
    """
    year = journal.year_of(now)
    tx.later("series_begin", clinic_no=new.clinic_no, year=year)
    serial = await tx.row("series_next", clinic_no=new.clinic_no, year=year, open_slot=new.open_slot)
    if serial is None:
        raise AlreadyOpen(await _holder(tx, new))
    number = str(RequestNumber(new.clinic_no, serial[0]))
    request = _registered(new, tx.ids.new(), number, now)
    if not await tx.rows("request_add", **_row_of(tx.keys, request), year=year):
        # Only on PostgreSQL: another transaction took the slot between the two statements.
        raise AlreadyOpen(await _holder(tx, new))
    _mark(tx, request.id, 1, new.status, now, actor, None)
    journal.enter_first(tx, request.id, new.clinic_no, now)
    return request


async def move(
    tx: Tx,
    request_id: int,
    expected_version: int,
    to_status: str,
    actor: str,
    now: datetime,
    changes: Changes = NO_CHANGES,
    note_code: str | None = None,
) -> bool:
    """Take the request one step further if it still stands at that version, and mark the step.

    What if it runs twice: False and nothing changes, as when two press at once. Raises Clash where the
    database forbids the step (a refusal without a ground).
    """
    sealed = None if changes.doctor_name is None else tx.keys.seal(_DOCTOR, request_id, changes.doctor_name)
    moved = await tx.rows(
        "request_move",
        id=request_id,
        version=expected_version,
        status=to_status,
        undo=int(changes.undo),
        open_slot=changes.open_slot,
        doctor_no=changes.doctor_no,
        doctor_name=sealed,
        doctor_role=changes.doctor_role,
        ground=changes.ground,
        visit_day=day_text(changes.visit_day),
        **{name: micros(getattr(changes, name)) for name in _INSTANTS},
    )
    if moved:
        _mark_next(tx, request_id, actor, now, note_code)
    return bool(moved)


def note(tx: Tx, request_id: int, actor: str, now: datetime, note_code: str) -> None:
    """Mark something that leaves the status as it is (overdue, details opened). Twice: two marks."""
    _mark_next(tx, request_id, actor, now, note_code)


async def by_id(reader: Reader, request_id: int) -> RegisteredRequest | None:
    """The request under that id."""
    row = await reader.row("request_by_id", id=request_id)
    return None if row is None else _request(reader.keys, row)


async def open_of_patient(reader: Reader, person_id: int, clinic_no: int) -> tuple[RegisteredRequest, ...]:
    """What is open at that clinic for that patient, of every service, the first first."""
    found = await reader.rows("requests_open_of_patient", person_id=person_id, clinic_no=clinic_no)
    opened = [await by_id(reader, row[0]) for row in found]
    return tuple(one for one in opened if one is not None)


async def by_number(reader: Reader, number: str) -> RegisteredRequest | None:
    """The newest request under that number: numbers begin anew each year."""
    row = await reader.row("request_by_number", number=number)
    return None if row is None else _request(reader.keys, row)


async def open_in(reader: Reader, slot: str) -> RegisteredRequest | None:
    """The open request that holds the slot."""
    row = await reader.row("request_by_slot", open_slot=slot)
    return None if row is None else _request(reader.keys, row)


async def open_of_clinic(reader: Reader, clinic_no: int) -> tuple[RegisteredRequest, ...]:
    """The clinic's open requests, oldest first."""
    rows = await reader.rows("requests_open_of_clinic", clinic_no=clinic_no)
    return tuple(_request(reader.keys, row) for row in rows)


async def of_case(reader: Reader, case_id: int) -> tuple[RegisteredRequest, ...]:
    """What a registrar entered in one case, in order."""
    rows = await reader.rows("requests_of_case", case_id=case_id)
    return tuple(_request(reader.keys, row) for row in rows)


async def overdue(reader: Reader, now: datetime) -> int:
    """How many requests still wait for an answer after their term, at all clinics."""
    return int((await reader.rows("requests_overdue", now=micros(now)))[0][0])


async def of_people(reader: Reader, person_ids: Iterable[int]) -> tuple[RegisteredRequest, ...]:
    """Requests whose patient or caller is among these people, newest first, each once."""
    found: dict[int, Row] = {}
    for person_id in dict.fromkeys(person_ids):
        found |= {row[0]: row for row in await reader.rows("requests_of_person", person_id=person_id)}
    return tuple(_request(reader.keys, found[request_id]) for request_id in sorted(found, reverse=True))


async def marks(reader: Reader, request_id: int) -> tuple[Mark, ...]:
    """Every step of the request, the first first."""
    rows = await reader.rows("request_marks", request_id=request_id)
    return tuple(Mark(row[0], instant(row[1]), row[2], row[3]) for row in rows)


async def marks_of_people(reader: Reader, person_ids: Iterable[int]) -> dict[int, tuple[Mark, ...]]:
    """Every step of every request of `of_people`, by the ids of the requests."""
    found: dict[int, tuple[Mark, ...]] = {}
    for person_id in dict.fromkeys(person_ids):
        rows = await reader.rows("request_marks_of_person", person_id=person_id)
        for request_id, same in groupby(rows, key=itemgetter(0)):
            found[request_id] = tuple(Mark(row[1], instant(row[2]), row[3], row[4]) for row in same)
    return found


def is_noted(marks: Sequence[Mark], note_code: str) -> bool:
    """True if that was marked since the request was registered, or since its refusal was reopened."""
    for mark in reversed(marks):
        if mark.note_code in (note_code, REOPENED):
            return mark.note_code == note_code
    return False


_INSTANTS: Final = (
    "answer_due", "answered_at", "closed_at", "window_start", "window_end", "undo_until",
)  # fmt: skip


async def _holder(tx: Tx, new: NewRequest) -> RegisteredRequest:
    request = None if new.open_slot is None else await open_in(tx, new.open_slot)
    if request is None:
        raise Clash("the open slot was freed meanwhile: run the transaction again")
    return request


def _mark(
    tx: Tx, request_id: int, seq: int, status: str, at: datetime, actor: str, note_code: str | None
) -> None:
    tx.later(
        "request_mark", request_id=request_id, seq=seq, status=status, at=micros(at), actor=actor,
        note_code=note_code,
    )  # fmt: skip


def _mark_next(tx: Tx, request_id: int, actor: str, at: datetime, note_code: str | None) -> None:
    journal.take_number(tx, request_id, at)
    tx.later("request_mark_next", request_id=request_id, at=micros(at), actor=actor, note_code=note_code)
    journal.enter(tx, request_id, at)


def _registered(new: NewRequest, request_id: int, number: str, now: datetime) -> RegisteredRequest:
    given = {name: getattr(new, name) for name in NewRequest.__slots__}
    return RegisteredRequest(id=request_id, number=number, version=1, registered_at=now, **given)


def _row_of(keys: KeyRing, request: RegisteredRequest) -> dict[str, object]:
    row: dict[str, object] = {
        name: getattr(request, name) for name in RegisteredRequest.__slots__ if name not in _SET_LATER
    }
    address = request.address
    text = None if request.signed_text is None else keys.seal(_SIGNED, request.id, request.signed_text)
    return row | {
        "channel": address.channel,
        "address_key": stored_key(keys, address),
        "address": None if address.channel == "telegram" else keys.seal(_ADDRESS, request.id, address.key),
        "details": keys.seal(_DETAILS, request.id, json.dumps(request.details, ensure_ascii=False)),
        "signed_text": text,
        "registered_at": micros(request.registered_at),
        "answer_due": micros(request.answer_due),
        "signed_at": micros(request.signed_at),
        "visit_day": day_text(request.visit_day),
    }


_SET_LATER: Final = frozenset(
    {"answered_at", "closed_at", "ground", "doctor_no", "doctor_name", "doctor_role", "window_start",
     "window_end", "undo_until"}
)  # fmt: skip


def _request(keys: KeyRing, row: Row) -> RegisteredRequest:
    request_id = row[0]
    key = row[5] if row[6] is None else keys.open(_ADDRESS, request_id, row[6])
    details = {} if row[18] is None else json.loads(keys.open(_DETAILS, request_id, row[18]))
    signed = None if row[21] is None else keys.open(_SIGNED, request_id, row[21])
    doctor = None if row[28] is None else keys.open(_DOCTOR, request_id, row[28])
    fields: list[Any] = [request_id, *row[1:4], Address(row[4], key), *row[7:]]
    for at, convert in _CONVERTED.items():
        fields[at] = convert(fields[at])
    fields[_AT["details"]], fields[_AT["signed_text"]], fields[_AT["doctor_name"]] = details, signed, doctor
    return RegisteredRequest(*fields)


_AT: Final = {name: at for at, name in enumerate(RegisteredRequest.__slots__)}
_CONVERTED: Final[dict[int, Callable[[Any], Any]]] = {
    _AT["visit_day"]: day,
    **{_AT[name]: instant for name in (*_INSTANTS, "registered_at", "signed_at")},
}
