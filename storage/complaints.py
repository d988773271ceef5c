"""Complaints as their citizens file them: the words, the files, and the marks that follow one another.

Everything personal is sealed. What the office adds is kept in tables of its own.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Final, Literal, TypeAlias

from rules.complaints import (
    SERIES,
    Addressee,
    AnswerWay,
    ComplaintStatus,
    FilingWay,
    MatterKind,
    may_follow,
)
from rules.law import rule
from rules.people import Language
from rules.public_services import PublicService
from rules.request_number import RequestNumber
from storage import journal
from storage.addresses import Address
from storage.database import Reader, Row, Tx
from storage.instants import day, instant, micros
from storage.keys import KeyRing

FileKind: TypeAlias = Literal["photo", "document"]

_SEALED: Final = ("full_name", "iin", "postal_address", "phone", "words", "official", "signed_text")
_FILE: Final = "complaint_files.file"

MOST_LISTED: Final = 300


@dataclass(frozen=True, slots=True, repr=False)
class ComplaintFile:
    """A photo or a document; ``file_id`` opens it at Telegram, ``note`` is what was written under it."""

    kind: FileKind
    file_id: str
    name: str = ""
    note: str = ""

    def __repr__(self) -> str:
        return f"ComplaintFile({self.kind})"


@dataclass(frozen=True, slots=True)
class Matter:
    """The request that a complaint is about, and by which of its services."""

    kind: MatterKind
    id: int
    service: PublicService


@dataclass(frozen=True, slots=True, repr=False)
class Consented:
    """The identity consent and the signed summary; a complaint on paper has neither."""

    consent_id: int
    digest: str
    text: str
    message: str | None


@dataclass(frozen=True, slots=True, repr=False)
class NewComplaint:
    """A complaint to be registered. ``received_on`` is the day the office had it, in the clinic's zone.

    ``person_id`` and ``chat`` are None for a paper from somebody whom the registry does not know.
    """

    clinic_no: int
    way: FilingWay
    received_on: date
    addressee: Addressee
    answer_way: AnswerWay
    full_name: str
    iin: str
    postal_address: str
    phone: str
    words: str
    locale: Language
    matter: Matter | None = None
    person_id: str | None = None
    chat: Address | None = None
    signed: Consented | None = None
    files: Sequence[ComplaintFile] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Complaint:
    """A complaint as it is kept. What was kept long enough, or erased, is empty text.

    ``official`` is surname and initials of who accepted it, empty while the clinic has nobody who may.
    """

    id: int
    number: str
    year: int
    clinic_no: int
    matter: Matter | None
    person_id: str | None
    way: FilingWay
    received_on: date
    addressee: Addressee
    answer_way: AnswerWay
    full_name: str
    iin: str
    postal_address: str
    phone: str
    words: str
    chat: Address | None
    locale: Language
    status: ComplaintStatus
    version: int
    filed_at: datetime
    closed_at: datetime | None
    official: str

    def __repr__(self) -> str:
        # A repr ends up in logs and tracebacks: the id, and nothing of anybody.
        return f"Complaint({self.id}, {self.status}, version {self.version})"


@dataclass(frozen=True, slots=True)
class ComplaintMark:
    """One mark: what, when, whose doing (an id)."""

    status: ComplaintStatus
    at: datetime
    actor: str


class AlreadyComplained(Exception):
    """This person's complaint about this matter is open; carries that one."""

    def __init__(self, complaint: Complaint) -> None:
        super().__init__(f"complaint {complaint.id} is open")
        self.complaint = complaint


async def register(tx: Tx, new: NewComplaint, now: datetime, actor: str) -> Complaint:
    """Keep the complaint under the next number of the year, with its first mark and its files.

    What if it runs twice: about one matter the second raises AlreadyComplained and spends no number; about
    none it is a second complaint, so it stands in the transaction that ends the inbox row.
    """
    slot = open_slot(new.person_id, new.matter)
    held = None if slot is None else await tx.row("complaint_by_slot", open_slot=slot)
    if held is not None:
        raise AlreadyComplained(_complaint(tx.keys, held))
    year = journal.year_of(now)
    tx.later("series_begin", clinic_no=SERIES, year=year)
    [(serial,)] = await tx.rows("series_next", clinic_no=SERIES, year=year, open_slot=None)
    complaint_id, number = tx.ids.new(), str(RequestNumber(SERIES, serial))
    row = _row_of(tx.keys, complaint_id, new)
    added = await tx.rows(
        "complaint_add", **row, number=number, year=year, open_slot=slot, filed_at=micros(now)
    )
    if not added:
        # Only on PostgreSQL: another transaction complained of the same between the two statements.
        [held] = await tx.rows("complaint_by_slot", open_slot=slot)
        raise AlreadyComplained(_complaint(tx.keys, held))
    _mark(tx, complaint_id, 1, ComplaintStatus.DELIVERED, now, actor)
    for no, file in enumerate(new.files, start=1):
        _keep(tx, complaint_id, no, file)
    made = await by_id(tx, complaint_id)
    if made is None:
        raise LookupError("a complaint that has just been written")
    return made


async def by_id(reader: Reader, complaint_id: int) -> Complaint | None:
    """The complaint under that id."""
    row = await reader.row("complaint_by_id", id=complaint_id)
    return None if row is None else _complaint(reader.keys, row)


async def by_number(reader: Reader, number: str) -> Complaint | None:
    """The newest complaint under that number: numbers begin anew each year."""
    row = await reader.row("complaint_by_number", number=number)
    return None if row is None else _complaint(reader.keys, row)


async def of_person(reader: Reader, person_id: str) -> tuple[Complaint, ...]:
    """What that person complained of, newest first, at most `MOST_LISTED`."""
    rows = await reader.rows("complaints_of_person", person_id=int(person_id), most=MOST_LISTED)
    return tuple(_complaint(reader.keys, row) for row in rows)


async def open_of_clinic(reader: Reader, clinic_no: int) -> tuple[Complaint, ...]:
    """The complaints that are open at that clinic's office, oldest first."""
    rows = await reader.rows("complaints_open_of_clinic", clinic_no=clinic_no)
    return tuple(_complaint(reader.keys, row) for row in rows)


async def open_about(reader: Reader, person_id: str, matter: Matter) -> Complaint | None:
    """That person's open complaint about that matter."""
    row = await reader.row("complaint_by_slot", open_slot=open_slot(person_id, matter))
    return None if row is None else _complaint(reader.keys, row)


@rule("CO-08")
async def move(
    tx: Tx, complaint: Complaint, status: ComplaintStatus, actor: str, now: datetime
) -> Complaint | None:
    """Take the complaint to its next mark; None if it has moved meanwhile. Twice: None.

    Raises ValueError for a mark that does not come next. A person erased meanwhile is emptied at the end.
    """
    if not may_follow(complaint.status, status):
        raise ValueError(f"{status} does not follow {complaint.status}")
    moved = await tx.rows(
        "complaint_move",
        id=complaint.id,
        version=complaint.version,
        status=status.value,
        closed_at=micros(now) if status.is_final else None,
    )
    if not moved:
        return None
    _mark(tx, complaint.id, moved[0][0], status, now, actor)
    if status.is_final:
        tx.later("complaint_empty_erased", id=complaint.id)
        tx.later("complaint_files_empty_erased", id=complaint.id)
    return await by_id(tx, complaint.id)


async def accepted_by(tx: Tx, complaint: Complaint, official: str) -> bool:
    """Keep surname and initials of who accepted it, once. Twice: False, and the first stays."""
    sealed = tx.keys.seal("complaints.official", complaint.id, official)
    return bool(await tx.rows("complaint_accepted", id=complaint.id, official=sealed))


async def marks(reader: Reader, complaint_id: int) -> tuple[ComplaintMark, ...]:
    """Every mark of the complaint, the first first."""
    rows = await reader.rows("complaint_marks", complaint_id=complaint_id)
    return tuple(ComplaintMark(ComplaintStatus(row[0]), instant(row[1]), row[2]) for row in rows)


async def marks_of_person(reader: Reader, person_id: str) -> dict[int, tuple[ComplaintMark, ...]]:
    """Every mark of every complaint of that person, by the ids of the complaints."""
    rows = await reader.rows("complaint_marks_of_person", person_id=int(person_id))
    return {
        complaint_id: tuple(ComplaintMark(ComplaintStatus(row[1]), instant(row[2]), row[3]) for row in same)
        for complaint_id, same in groupby(rows, key=itemgetter(0))
    }


async def files(reader: Reader, complaint_id: int) -> tuple[ComplaintFile, ...]:
    """What was sent with the complaint, in order."""
    rows = await reader.rows("complaint_files", complaint_id=complaint_id)
    return tuple(_file(reader.keys, *row) for row in rows)


def open_slot(person_id: str | None, matter: Matter | None) -> str | None:
    """What one open complaint of a person about one matter holds; None where there is no telling."""
    return None if person_id is None or matter is None else f"{person_id}:{matter.kind}:{matter.id}"


# Rows


def _row_of(keys: KeyRing, complaint_id: int, new: NewComplaint) -> dict[str, object]:
    signed = new.signed
    texts = {
        "full_name": new.full_name,
        "iin": new.iin,
        "postal_address": new.postal_address,
        "phone": new.phone,
        "words": new.words,
        "signed_text": None if signed is None else signed.text,
    }
    return {
        "id": complaint_id,
        "clinic_no": new.clinic_no,
        "matter": None if new.matter is None else new.matter.kind.value,
        "matter_id": None if new.matter is None else new.matter.id,
        "service": None if new.matter is None else new.matter.service.value,
        "person_id": None if new.person_id is None else int(new.person_id),
        "way": new.way.value,
        "received_on": new.received_on.isoformat(),
        "addressee": new.addressee.value,
        "answer_way": new.answer_way.value,
        "chat": None if new.chat is None else new.chat.key,
        "locale": new.locale,
        "consent_id": None if signed is None else signed.consent_id,
        "signed_digest": None if signed is None else signed.digest,
        "signed_message": None if signed is None else signed.message,
        **{
            name: None if text is None else keys.seal(f"complaints.{name}", complaint_id, text)
            for name, text in texts.items()
        },
    }


def _mark(tx: Tx, complaint_id: int, no: int, status: ComplaintStatus, now: datetime, actor: str) -> None:
    tx.later(
        "complaint_mark", complaint_id=complaint_id, no=no, status=status.value, at=micros(now), actor=actor
    )


def _keep(tx: Tx, complaint_id: int, no: int, file: ComplaintFile) -> None:
    file_id = tx.ids.new()
    content = json.dumps([file.file_id, file.name, file.note], ensure_ascii=False)
    sealed = tx.keys.seal(_FILE, file_id, content)
    tx.later("complaint_file_add", id=file_id, complaint_id=complaint_id, no=no, kind=file.kind, file=sealed)


def _file(keys: KeyRing, file_id: int, kind: FileKind, sealed: bytes) -> ComplaintFile:
    telegram_id, name, note = json.loads(keys.open(_FILE, file_id, sealed))
    return ComplaintFile(kind, telegram_id, name, note)


def _complaint(keys: KeyRing, row: Row) -> Complaint:
    (
        complaint_id, number, year, clinic_no, matter, matter_id, service, person_id, way, received_on,
        addressee, answer_way, chat, locale, status, version, filed_at, closed_at, *sealed,
    ) = row  # fmt: skip
    names = ("full_name", "iin", "postal_address", "phone", "words", "official")
    opened = {
        name: "" if blob is None else keys.open(f"complaints.{name}", complaint_id, blob)
        for name, blob in zip(names, sealed, strict=True)
    }
    return Complaint(
        id=complaint_id,
        number=number,
        year=year,
        clinic_no=clinic_no,
        matter=None if matter is None else Matter(MatterKind(matter), matter_id, PublicService(service)),
        person_id=None if person_id is None else str(person_id),
        way=FilingWay(way),
        received_on=day(received_on),
        addressee=Addressee(addressee),
        answer_way=AnswerWay(answer_way),
        chat=None if chat is None else Address("telegram", chat),
        locale="ru" if locale == "ru" else "kk",
        status=ComplaintStatus(status),
        version=version,
        filed_at=instant(filed_at),
        closed_at=instant(closed_at),
        **opened,
    )
