"""Requests for information of the centres: each step, and the result while it is kept.

A result is sealed, and so are the IIN asked about and the check code. Nothing here decides whether a consent
stands: whoever releases something asks for that in the same transaction.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from dialogs.facts import CentreCard
from rules.centre_info import (
    SERIES,
    AboutWhom,
    Centre,
    Form,
    InfoPurpose,
    InfoStatus,
    Standing,
    Told,
    shown_status,
)
from rules.iin import Iin
from rules.law import GroundCode
from rules.people import Language
from rules.request_number import RequestNumber
from storage import journal
from storage.addresses import Address
from storage.database import Reader, Row, Tx
from storage.instants import instant, micros
from storage.keys import KeyRing
from storage.people import iin_index

_SUBJECT: Final = "centre_requests.subject"
_SIGNED: Final = "centre_requests.signed_text"
_RESULT: Final = "centre_requests.result"
_CODE: Final = "centre_requests.check_code"
_GIVEN: Final = "given"

MOST_LISTED: Final = 300


@dataclass(frozen=True, slots=True, repr=False)
class NewInfo:
    """A request to be registered; `chat` is where its asker is told, `subject_id` None for an unknown IIN."""

    centre: Centre
    about: AboutWhom
    purpose: InfoPurpose | None
    asker_id: str
    subject: Iin
    subject_id: str | None
    chat: Address
    locale: Language
    consent_id: int
    signed_digest: str
    signed_text: str
    signed_message: str | None
    status: InfoStatus
    consent_due: datetime | None = None
    release_consent: int | None = None
    answer_due: datetime | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Info:
    """A request as it is kept. `consented` is false once the consent behind its release was taken back.

    `subject` and `chat` are None once they were kept long enough.
    """

    id: int
    number: str
    centre: Centre
    about: AboutWhom
    purpose: InfoPurpose | None
    asker_id: str
    subject_id: str | None
    subject: Iin | None
    chat: Address | None
    locale: Language
    status: InfoStatus
    version: int
    asked_at: datetime
    consent_due: datetime | None
    release_consent: int | None
    answer_due: datetime | None
    tries: int
    issued_at: datetime | None
    valid_until: datetime | None
    consented: bool

    def __repr__(self) -> str:
        # A repr ends up in logs and tracebacks: the id, and nothing of anybody.
        return f"Info({self.id}, {self.status}, version {self.version})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a step sets besides the status."""

    release_consent: int | None = None
    answer_due: datetime | None = None
    breached_at: datetime | None = None
    ground: GroundCode | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Result:
    """What a centre told, in the order's form, with the code by which it can be checked."""

    form: Form
    check_code: str


class AlreadyOpen(Exception):
    """The same is being asked already; carries that request."""

    def __init__(self, request: Info) -> None:
        super().__init__(f"centre request {request.id} is open")
        self.request = request


async def register(tx: Tx, new: NewInfo, now: datetime, actor: str) -> Info:
    """Register the request under the next number of the year, with its first mark.

    What if it runs twice: while the first is open the second raises AlreadyOpen and changes nothing.
    """
    slot = _open_slot(tx.keys, new)
    held = await tx.row("centre_by_slot", open_slot=slot)
    if held is not None:
        raise AlreadyOpen(_info(tx.keys, held))
    year = journal.year_of(now)
    tx.later("series_begin", clinic_no=SERIES, year=year)
    [(serial,)] = await tx.rows("series_next", clinic_no=SERIES, year=year, open_slot=None)
    request_id, number = tx.ids.new(), str(RequestNumber(SERIES, serial))
    if not await tx.rows("centre_add", **_row_of(tx.keys, request_id, new, now, number, year, slot)):
        # Only on PostgreSQL: another transaction asked the same between the two statements.
        [held] = await tx.rows("centre_by_slot", open_slot=slot)
        raise AlreadyOpen(_info(tx.keys, held))
    _mark(tx, request_id, 1, new.status, now, actor)
    made = await by_id(tx, request_id)
    if made is None:
        raise LookupError("a request that has just been written")
    return made


async def by_id(reader: Reader, request_id: int) -> Info | None:
    """The request under that id."""
    row = await reader.row("centre_by_id", id=request_id)
    return None if row is None else _info(reader.keys, row)


async def of_asker(reader: Reader, person_id: str) -> tuple[Info, ...]:
    """What that person has asked for, newest first, at most `MOST_LISTED`."""
    rows = await reader.rows("centres_of_asker", asker_id=int(person_id), most=MOST_LISTED)
    return tuple(_info(reader.keys, row) for row in rows)


async def move(tx: Tx, request: Info, status: InfoStatus, actor: str, now: datetime, step: Step) -> bool:
    """Take the request one step further if it stands as it was read, and mark the step. Twice: False."""
    moved = await tx.rows(
        "centre_move",
        id=request.id,
        version=request.version,
        status=status.value,
        release_consent=step.release_consent,
        answer_due=micros(step.answer_due),
        breached_at=micros(step.breached_at),
        ground=None if step.ground is None else step.ground.value,
        closed_at=micros(step.closed_at),
    )
    if moved:
        _mark(tx, request.id, moved[0][0], status, now, actor)
    return bool(moved)


async def tried(tx: Tx, request_id: int) -> int | None:
    """Count an attempt that came to nothing; how many there were, None if the request is open no more."""
    rows = await tx.rows("centre_tried", id=request_id)
    return int(rows[0][0]) if rows else None


async def issue(tx: Tx, request: Info, result: Result, until: datetime, now: datetime) -> bool:
    """Keep the result, sealed. What if it runs twice: False, and the first one stays."""
    keys = tx.keys
    issued = await tx.rows(
        "centre_issue",
        id=request.id,
        version=request.version,
        now=micros(now),
        valid_until=micros(until),
        result=keys.seal(_RESULT, request.id, json.dumps(_written(result.form), ensure_ascii=False)),
        check_code=keys.seal(_CODE, request.id, result.check_code),
        check_index=check_index(keys, request.number, result.check_code),
    )
    if issued:
        _mark(tx, request.id, issued[0][0], InfoStatus.READY, now, "centre")
    return bool(issued)


async def result_of(reader: Reader, request_id: int) -> Result | None:
    """The result; None where there is none, or it was kept long enough."""
    row = await reader.row("centre_result", id=request_id)
    if row is None or row[0] is None or row[1] is None:
        return None
    return _result(reader.keys, request_id, row[0], row[1])


async def check(reader: Reader, number: str, check_code: str) -> tuple[Info, Result | None] | None:
    """The request with that number whose result bears that check code; None if either is another's."""
    row = await reader.row("centre_by_check", check_index=check_index(reader.keys, number, check_code))
    if row is None:
        return None
    *known, code, result = row
    request = _info(reader.keys, tuple(known))
    if code is None or result is None:
        return request, None
    found = _result(reader.keys, request.id, result, code)
    asked, kept = f"{number} {check_code}", f"{request.number} {found.check_code}"
    return (request, found) if hmac.compare_digest(asked.encode(), kept.encode()) else None


async def marks(reader: Reader, request_id: int) -> tuple[tuple[InfoStatus, datetime, str], ...]:
    """Every step of a request: the status, when, and whose doing."""
    rows = await reader.rows("centre_marks", request_id=request_id)
    return tuple((InfoStatus(row[0]), instant(row[1]), row[2]) for row in rows)


async def own_consent_stands(reader: Reader, consent_id: int, person_id: str) -> bool:
    """True while somebody's consent to information about themself was not taken back, and they are known."""
    row = await reader.row("centre_consent_stands", consent_id=consent_id, subject_id=int(person_id))
    return row is not None


def card_of(request: Info, now: datetime) -> CentreCard:
    """The request as whoever asked may see it: where it stands now, and nothing of what the centre said."""
    return CentreCard(
        id=request.id,
        number=request.number,
        centre=request.centre,
        about=request.about,
        status=shown_status(request.status, request.valid_until, now, consented=request.consented),
        version=request.version,
        asked_at=request.asked_at,
        last="" if request.subject is None else request.subject.last_four,
        consent_due=request.consent_due,
        answer_due=request.answer_due,
        valid_until=request.valid_until,
    )


async def breached_between(reader: Reader, since: datetime, until: datetime) -> int:
    """How many terms were broken by a silent centre in that time (G-41)."""
    return int((await reader.rows("centres_breached", since=micros(since), until=micros(until)))[0][0])


async def delayed(reader: Reader) -> int:
    """How many requests wait for a silent centre beyond their term now."""
    return int((await reader.rows("centres_delayed"))[0][0])


def check_index(keys: KeyRing, number: str, check_code: str) -> bytes:
    """The blind index that a result is found by."""
    return keys.blind("centre result", f"{number} {check_code}")


def opened_code(keys: KeyRing, request_id: int, blob: bytes) -> str:
    """The check code that lies in the database. Raises CannotOpen."""
    return keys.open(_CODE, request_id, blob)


# Rows


def _row_of(
    keys: KeyRing, request_id: int, new: NewInfo, now: datetime, number: str, year: int, slot: str
) -> dict[str, object]:
    return {
        "id": request_id,
        "number": number,
        "year": year,
        "centre": new.centre.value,
        "about": new.about.value,
        "purpose": None if new.purpose is None else new.purpose.value,
        "asker_id": int(new.asker_id),
        "subject_id": None if new.subject_id is None else int(new.subject_id),
        "subject": keys.seal(_SUBJECT, request_id, new.subject.digits),
        "chat": new.chat.key,
        "locale": new.locale,
        "status": new.status.value,
        "open_slot": slot,
        "asked_at": micros(now),
        "consent_id": new.consent_id,
        "signed_digest": new.signed_digest,
        "signed_text": keys.seal(_SIGNED, request_id, new.signed_text),
        "signed_message": new.signed_message,
        "consent_due": micros(new.consent_due),
        "release_consent": new.release_consent,
        "answer_due": micros(new.answer_due),
    }


def _open_slot(keys: KeyRing, new: NewInfo) -> str:
    """One open request of an asker to a centre about one person, known or not."""
    return f"{new.centre}:{new.asker_id}:{iin_index(keys, new.subject).hex()}"


def _mark(tx: Tx, request_id: int, no: int, status: InfoStatus, now: datetime, actor: str) -> None:
    tx.later("centre_mark", request_id=request_id, no=no, status=status.value, at=micros(now), actor=actor)


def _info(keys: KeyRing, row: Row) -> Info:
    (
        request_id, number, centre, about, purpose, asker_id, subject_id, subject, chat, locale, status,
        version, asked_at, consent_due, release_consent, answer_due, tries, issued_at, valid_until, outcome,
    ) = row  # fmt: skip
    return Info(
        id=request_id,
        number=number,
        centre=Centre(centre),
        about=AboutWhom(about),
        purpose=purpose_of(purpose),
        asker_id=str(asker_id),
        subject_id=None if subject_id is None else str(subject_id),
        subject=None if subject is None else Iin(keys.open(_SUBJECT, request_id, subject)),
        chat=None if chat is None else Address("telegram", chat),
        locale="ru" if locale == "ru" else "kk",
        status=InfoStatus(status),
        version=version,
        asked_at=instant(asked_at),
        consent_due=instant(consent_due),
        release_consent=release_consent,
        answer_due=instant(answer_due),
        tries=tries,
        issued_at=instant(issued_at),
        valid_until=instant(valid_until),
        consented=outcome == _GIVEN,
    )


def purpose_of(text: str | None) -> InfoPurpose | None:
    """What information about another person was asked for, as it is kept."""
    return None if text is None else InfoPurpose(text)


def _result(keys: KeyRing, request_id: int, result: bytes, code: bytes) -> Result:
    written = json.loads(keys.open(_RESULT, request_id, result))
    return Result(_read(written), opened_code(keys, request_id, code))


def _written(form: Form) -> dict[str, str]:
    return {
        "issued_on": form.issued_on.isoformat(),
        "surname": form.surname,
        "name": form.name,
        "patronymic": form.patronymic,
        "birth_date": form.birth_date.isoformat(),
        "address": form.address,
        "told": form.told.value,
        "standing": form.standing.value,
        "system_kk": form.system_kk,
        "system_ru": form.system_ru,
    }


def _read(written: Mapping[str, Any]) -> Form:
    return Form(
        issued_on=date.fromisoformat(written["issued_on"]),
        surname=written["surname"],
        name=written["name"],
        patronymic=written["patronymic"],
        birth_date=date.fromisoformat(written["birth_date"]),
        address=written["address"],
        told=Told(written["told"]),
        standing=Standing(written["standing"]),
        system_kk=written["system_kk"],
        system_ru=written["system_ru"],
    )
