"""Loading the registry from CSV files: everything is checked first, and all of it is loaded or nothing.

Rows are inserted and updated, never deleted; a doctor's lines in schedule.csv are that doctor's whole week,
so a line that is no longer there ends. An attachment made here is replaced only by a newer one, and a change
of phone ends the codes sent to the old one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeAlias

from rules.iin import Iin
from rules.phone import Phone
from rules.training import COLLEGE
from storage import consent_requests, papers, schedules, training
from storage import csv_files as files
from storage.csv_files import FileKind, RowFault
from storage.database import Database, Reader, Row, Tx
from storage.instants import micros
from storage.people import Card, card_text, iin_index, phone_index, sealed_card
from storage.registry import Directory
from storage.slot_making import RoomTaken

Progress: TypeAlias = Callable[[str, int], None]
"""Told the file and how many of its rows are done."""

_BATCH: Final = 500
_DOCTOR: Final = "doctors.full_name"
_CARD_FIELDS: Final = ("surname", "name", "patronymic", "birth_date", "phone", "mobile", "address")


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything is in: rows read per file, and how many people were new, changed, or as before.

    `hours_ended` counts the lines of weeks that stood before and are no longer there; `rooms_taken` are hours
    of which no times could be made, because the clinic lets one doctor into a room at a time.
    """

    rows: Mapping[str, int]
    added: int
    changed: int
    unchanged: int
    hours_ended: int = 0
    rooms_taken: tuple[RoomTaken, ...] = ()


@dataclass(frozen=True, slots=True)
class BadFiles:
    """Nothing was loaded: every row that is wrong. An empty directory is one fault without a line."""

    faults: tuple[RowFault, ...]


async def load(
    db: Database, directory: Path, now: datetime, progress: Progress | None = None
) -> Loaded | BadFiles:
    """Check every file of the directory, then load all in one transaction. What is missing is left as it is.

    What if it runs twice: the second time finds every row as before. Raises Unavailable.
    """
    if not any((directory / kind.name).is_file() for kind in files.KINDS):
        return BadFiles((RowFault(str(directory.name), 0, "", "no_files"),))
    faults = await _check(db, directory)
    if faults:
        return BadFiles(tuple(faults))
    tell = progress or _silent
    tally = {"added": 0, "changed": 0, "unchanged": 0}
    try:
        async with db.transaction() as tx:
            rows = {kind.name: await _write(tx, directory, kind, now, tally, tell) for kind in files.KINDS}
            await _count_attached(tx, rows)
            ended = await _end_hours(tx, directory)
            tx.later("data_changed")
            await _refuse_rooms_twice(tx, directory)
    except _RoomsTwice as twice:
        return BadFiles(twice.faults)
    taken = await make_slots(db, now)
    counts = {name: count for name, count in rows.items() if count}
    return Loaded(counts, **tally, hours_ended=ended, rooms_taken=taken)


async def _count_attached(tx: Tx, rows: Mapping[str, int]) -> None:
    """Count anew who is attached where, last of all: switches wait for these rows from here to the commit."""
    if not rows[files.PEOPLE.name]:
        return
    for (clinic_no,) in await tx.rows("load_known_clinics"):
        tx.later("attached_begin", clinic_no=clinic_no)
    tx.later("attached_zero")
    tx.later("attached_recount")


async def make_slots(db: Database, now: datetime) -> tuple[RoomTaken, ...]:
    """Make the times of every clinic, each in a transaction of its own; which rooms were not to be had.

    Twice: nothing new.
    """
    directory = Directory()
    await directory.refresh(db.reader)
    taken: list[RoomTaken] = []
    for clinic in directory.clinics.values():
        made = await db.decide(partial(schedules.extend, clinic=clinic, calendar=directory.calendar, now=now))
        taken += made.rooms_taken
    return tuple(taken)


async def _end_hours(tx: Tx, directory: Path) -> int:
    """Take out of the week of every doctor in schedule.csv what the file no longer says."""
    said: dict[str, set[tuple[int, str]]] = {}
    for _, row in _good_rows(directory, files.SCHEDULE):
        said.setdefault(row["doctor_no"], set()).add((row["weekday"], row["starts"]))
    standing = await tx.each("schedule_week_of", [{"doctor_no": doctor_no} for doctor_no in said])
    over = [
        {"doctor_no": doctor_no, "weekday": weekday, "starts": starts}
        for (doctor_no, lines), rows in zip(said.items(), standing, strict=True)
        for weekday, starts in rows
        if (weekday, starts) not in lines
    ]
    await tx.each("schedule_week_drop", over)
    return len(over)


class _RoomsTwice(Exception):
    """Two doctors have one room at the same time, in a clinic that forbids it; carries the rows at fault."""

    def __init__(self, faults: tuple[RowFault, ...]) -> None:
        super().__init__("rooms twice")
        self.faults = faults


async def _refuse_rooms_twice(tx: Tx, directory: Path) -> None:
    """Judged in the transaction, because hours loaded before and hours loaded now may clash."""
    twice = {tuple(row) for row in await tx.rows("rooms_twice")}
    if not twice:
        return
    lines = {
        (row["doctor_no"], row["weekday"], row["starts"]): line
        for line, row in _good_rows(directory, files.SCHEDULE)
    }
    at_fault = sorted(lines[key] for key in twice if key in lines) or [0]
    raise _RoomsTwice(tuple(RowFault(files.SCHEDULE.name, line, "", "room_twice") for line in at_fault))


def _good_rows(directory: Path, kind: FileKind) -> Iterator[tuple[int, dict[str, Any]]]:
    return (read for read in files.numbered_rows(directory, kind) if not isinstance(read, RowFault))


async def _check(db: Database, directory: Path) -> list[RowFault]:
    """Read every file once, remembering only keys: which come twice, and what refers to nothing."""
    checking = _Checking(
        clinics={row[0] for row in await db.reader.rows("load_known_clinics")},
        doctors={row[0]: row[1] for row in await db.reader.rows("load_known_doctors")},
        people=set(),
        faults=[],
    )
    unknown: list[tuple[RowFault, bytes]] = []
    for kind in files.KINDS:
        seen: set[tuple[object, ...]] = set()
        for read in files.numbered_rows(directory, kind):
            if isinstance(read, RowFault):
                checking.faults.append(read)
                continue
            line, row = read
            key = tuple(_short(row[column]) for column in kind.key)
            if key in seen:
                checking.faults.append(RowFault(kind.name, line, kind.required[0], "row_twice"))
            seen.add(key)
            unknown.extend(checking.refer(db, kind, line, row))
    await _refuse_unknown_people(db.reader, unknown, checking.faults)
    return sorted(checking.faults, key=lambda fault: (fault.file, fault.line, fault.column))


@dataclass(frozen=True, slots=True)
class _Checking:
    """What the files have named so far."""

    clinics: set[int]
    doctors: dict[str, int]
    people: set[bytes]
    faults: list[RowFault]

    def refer(
        self, db: Database, kind: FileKind, line: int, row: Mapping[str, Any]
    ) -> Iterator[tuple[RowFault, bytes]]:
        """Note what the row makes known, and find what it refers to; people may also be in the database."""
        if kind is files.CLINICS:
            self.clinics.add(row["no"])
        elif kind is files.PEOPLE:
            self.people.add(iin_index(db.keys, row["iin"]))
        elif kind is files.DOCTORS:
            self.doctors[row["doctor_no"]] = row["clinic_no"]
        self._refer_place(kind, line, row.get("clinic_no"))
        doctor = row.get("doctor_no")
        if doctor is not None and doctor not in self.doctors:
            self.faults.append(RowFault(kind.name, line, "doctor_no", "unknown_doctor"))
        elif doctor is not None and kind is files.PEOPLE and self.doctors[doctor] != row["clinic_no"]:
            self.faults.append(RowFault(kind.name, line, "doctor_no", "doctor_of_another_clinic"))
        if kind is files.GUARDIANS:
            for column in ("child_iin", "guardian_iin"):
                index = iin_index(db.keys, row[column])
                if index not in self.people:
                    yield RowFault(kind.name, line, column, "unknown_person"), index

    def _refer_place(self, kind: FileKind, line: int, clinic: int | None) -> None:
        if clinic is not None and clinic not in self.clinics:
            code = "no_college" if kind is files.GRADUATES else "unknown_clinic"
            self.faults.append(RowFault(kind.name, line, "clinic_no", code))
        elif clinic == COLLEGE and kind in (files.PEOPLE, files.DOCTORS):
            # Nobody is attached to the college, and nobody is treated there.
            self.faults.append(RowFault(kind.name, line, "clinic_no", "not_a_clinic"))


async def _refuse_unknown_people(
    reader: Reader, unknown: Sequence[tuple[RowFault, bytes]], faults: list[RowFault]
) -> None:
    for fault, index in unknown:
        if await reader.row("person_by_iin", iin_index=index) is None:
            faults.append(fault)


async def _write(
    tx: Tx, directory: Path, kind: FileKind, now: datetime, tally: dict[str, int], tell: Progress
) -> int:
    rows = (row for _, row in _good_rows(directory, kind))
    done = 0
    while batch := list(islice(rows, _BATCH)):
        if kind is files.PEOPLE:
            await _write_people(tx, batch, now, tally)
        elif kind is files.SIGNERS:
            await _write_signers(tx, batch)
        elif kind is files.GRADUATES:
            await _write_graduates(tx, batch)
        else:
            await tx.each(*_statement(tx, kind, batch))
        done += len(batch)
        tell(kind.name, done)
    return done


def _statement(
    tx: Tx, kind: FileKind, batch: Sequence[dict[str, Any]]
) -> tuple[str, list[dict[str, object]]]:
    if kind is files.CLINICS:
        return "load_clinic", list(batch)
    if kind is files.HOLIDAYS:
        return "load_holiday", list(batch)
    if kind is files.SCHEDULE:
        return "load_schedule", list(batch)
    if kind is files.STREETS:
        return "load_street", list(batch)
    if kind is files.FREE_CHOICE:
        return "load_terms", list(batch)
    if kind is files.DOCTORS:
        return "load_doctor", [
            row | {"full_name": tx.keys.seal(_DOCTOR, row["doctor_no"], row["full_name"])} for row in batch
        ]
    return "load_guardian", [
        {
            "child_index": iin_index(tx.keys, row["child_iin"]),
            "guardian_index": iin_index(tx.keys, row["guardian_iin"]),
            **{column: row[column] for column in ("kind", "valid_from", "valid_to")},
        }
        for row in batch
    ]


async def _write_signers(tx: Tx, batch: Sequence[dict[str, Any]]) -> None:
    known = {
        (row[1], tx.keys.open(papers.SIGNER, row[0], row[2]), row[3]): row[0]
        for row in await tx.rows("signers_all")
    }
    for row in batch:
        key = tuple(row[column] for column in files.SIGNERS.key)
        signer_id = known.get(key) or tx.ids.new()
        name = tx.keys.seal(papers.SIGNER, signer_id, row["full_name"])
        tx.later("load_signer", **row | {"id": signer_id, "full_name": name})


async def _write_graduates(tx: Tx, batch: Sequence[dict[str, Any]]) -> None:
    rows = [
        {"iin_index": iin_index(tx.keys, row["iin"])}
        | {column: row[column] for column in ("programme", "title", "decided_on")}
        for row in batch
    ]
    known = await tx.each("load_graduate_known", rows)
    for row, shown, found in zip(batch, rows, known, strict=True):
        row_id = found[0][0] if found else tx.ids.new()
        number = row["original_no"]
        tx.later(
            "load_graduate",
            **shown,
            id=row_id,
            iin=tx.keys.seal(training.IIN, row_id, row["iin"].digits),
            full_name=tx.keys.seal(training.NAME, row_id, row["full_name"]),
            original_no=tx.keys.seal(training.ORIGINAL, row_id, number) if number else None,
        )


async def _write_people(
    tx: Tx, batch: Sequence[dict[str, Any]], now: datetime, tally: dict[str, int]
) -> None:
    indexes = [iin_index(tx.keys, row["iin"]) for row in batch]
    known = await tx.each("load_person_known", [{"iin_index": index} for index in indexes])
    for row, index, found in zip(batch, indexes, known, strict=True):
        person_id = _write_person(tx, row, index, found[0] if found else None, tally)
        _write_attachment(tx, person_id, row, found[0] if found else None, now)


def _write_person(tx: Tx, row: dict[str, Any], index: bytes, known: Row | None, tally: dict[str, int]) -> int:
    card = Card(row["iin"].digits, *(row[column] for column in _CARD_FIELDS))
    digest = tx.keys.mac("card", f"{row['language']}{card_text(card)}".encode())
    if known is not None and bytes(known[1]) == digest:
        tally["unchanged"] += 1
        return int(known[0])
    person_id = tx.ids.new() if known is None else int(known[0])
    phone = phone_index(tx.keys, Phone(card.mobile)) if card.mobile else None
    values = {
        "id": person_id,
        "phone_index": phone,
        "card": sealed_card(tx.keys, person_id, card),
        "card_digest": digest,
        "language": row["language"],
    }
    if known is None:
        tally["added"] += 1
        tx.later("load_person_add", **values, iin_index=index)
        return person_id
    tally["changed"] += 1
    tx.later("load_person_change", **values)
    if (None if known[2] is None else bytes(known[2])) != phone:
        # Whoever holds the old number must not confirm this identity with a code sent before.
        tx.later("outbox_cancel_of_person", person_id=person_id)
        tx.later("challenges_end_of_person", person_id=person_id)
        consent_requests.end_codes_of_person(tx, person_id)
    return person_id


def _write_attachment(tx: Tx, person_id: int, row: dict[str, Any], known: Row | None, now: datetime) -> None:
    if row["clinic_no"] is None:
        return
    if known is not None and known[3] is not None:
        _, _, _, attachment_id, clinic_no, attached_on, origin, doctor_no = known
        if (clinic_no, attached_on) == (row["clinic_no"], row["attached_on"]):
            if doctor_no != row["doctor_no"]:
                tx.later("load_attachment_doctor", id=attachment_id, doctor_no=row["doctor_no"])
            return
        if origin == "bot" and row["attached_on"] <= attached_on:
            return
        tx.later("attachment_end", id=attachment_id, now=micros(now))
        if clinic_no != row["clinic_no"]:
            tx.later("papers_left", person_id=person_id, clinic_no=row["clinic_no"], now=micros(now))
    tx.later(
        "load_attachment_add",
        id=tx.ids.new(),
        person_id=person_id,
        clinic_no=row["clinic_no"],
        attached_on=row["attached_on"],
        doctor_no=row["doctor_no"],
        now=micros(now),
    )


def _short(value: object) -> object:
    """A key as it is remembered: half a million IINs must not fill the memory."""
    return hash(value.digits) if isinstance(value, Iin) else value


def _silent(file: str, rows: int) -> None:
    del file, rows
