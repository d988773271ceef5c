"""The CSV files that are loaded: their columns, and how one row of each is read or found at fault.

Nothing here touches the database. Rows are streamed, so a file of any length takes the same memory.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rules.attachment import Effect, Period
from rules.calendar import BadHours, HolidayKind, Hours
from rules.clinics import Institution, Takes
from rules.slots import SLOT
from rules.training import COLLEGE, Document, Programme, document_of
from storage.csv_fields import (
    BadField,
    Fields,
    day_of,
    day_or_none,
    degrees_of,
    iin_of,
    mobile_of,
    month_day_or_none,
    number_of,
    one_of,
    text_of,
    time_of,
)

LONGEST: Final = 300
"""No field of any file is longer; what is longer is a broken quote."""

_FORMULA: Final = ("=", "+", "-", "@")
_MAY_BEGIN_SO: Final = frozenset({"phone", "phones", "hours", "lat", "lon"})


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing wrong with a file: where (line 1 is the header), in which column ("" is the row), and a
    code.
    """

    file: str
    line: int
    column: str
    code: str


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file: its columns, and what reads a row into what the database is given."""

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    key: tuple[str, ...]
    read: Callable[[Fields], dict[str, object]]


def numbered_rows(folder: Path, kind: FileKind) -> Iterator[tuple[int, dict[str, object]] | RowFault]:
    """Every row with its line, or what is wrong with it. A file that is not there has no rows."""
    path = folder / kind.name
    if not path.is_file():
        return
    line = 1
    try:
        # A BOM and CRLF are what spreadsheets write.
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [column.strip() for column in next(reader, [])]
            faults = _header_faults(kind, header)
            yield from faults
            if faults:
                return
            line = reader.line_num + 1
            for values in reader:
                if values:
                    yield _numbered(kind, line, header, values)
                line = reader.line_num + 1
    except UnicodeDecodeError:
        yield RowFault(kind.name, line, "", "not_utf8")
    except csv.Error:
        yield RowFault(kind.name, line, "", "not_csv")


def _header_faults(kind: FileKind, header: list[str]) -> list[RowFault]:
    known = (*kind.required, *kind.optional)
    missing = [RowFault(kind.name, 1, column, "missing_column") for column in kind.required]
    return (
        [fault for fault in missing if fault.column not in header]
        + [RowFault(kind.name, 1, column, "unknown_column") for column in header if column not in known]
        + [
            RowFault(kind.name, 1, column, "column_twice")
            for at, column in enumerate(header)
            if column in header[:at]
        ]
    )


def _numbered(
    kind: FileKind, line: int, header: list[str], values: list[str]
) -> tuple[int, dict[str, object]] | RowFault:
    if len(values) != len(header):
        return RowFault(kind.name, line, "", "wrong_number_of_fields")
    fields = dict.fromkeys(kind.optional, "") | {
        column: value.strip() for column, value in zip(header, values, strict=True)
    }
    try:
        for column, value in fields.items():
            _refuse_strange(column, value)
        return line, kind.read(fields)
    except BadField as fault:
        return RowFault(kind.name, line, fault.column, fault.code)


def _refuse_strange(column: str, value: str) -> None:
    if len(value) > LONGEST:
        raise BadField(column, "too_long")
    if any(not character.isprintable() and character != "\n" for character in value):
        raise BadField(column, "control_character")
    # What a spreadsheet would run as a formula is no name and no street; a lone hyphen is an empty
    # patronymic.
    if value.startswith(_FORMULA) and column not in _MAY_BEGIN_SO:
        raise BadField(column, "formula")


def _clinic(fields: Fields) -> dict[str, object]:
    zone, hours = fields["timezone"] or "Asia/Almaty", fields["hours"]
    try:
        ZoneInfo(zone)
        opening = Hours.parse(hours) if hours else Hours()
    except (ZoneInfoNotFoundError, ValueError) as fault:
        column = "hours" if isinstance(fault, BadHours) else "timezone"
        raise BadField(column, f"bad_{column}") from None
    name_ru, name_kk = text_of(fields, "name_ru"), text_of(fields, "name_kk")
    no, kind = number_of(fields, "clinic_no", 1, 999), one_of(fields, "kind", ("", *Institution))
    if (no == COLLEGE) is not (kind == Institution.COLLEGE):
        raise BadField("kind", "not_the_college")
    return {
        "no": no,
        "name_ru": name_ru,
        "name_kk": name_kk,
        "short_ru": fields["short_name_ru"] or name_ru,
        "short_kk": fields["short_name_kk"] or name_kk,
        "address": text_of(fields, "address"),
        "phones": ";".join(part.strip() for part in fields["phones"].split(";") if part.strip()),
        "norm": number_of(fields, "norm", 0, 10_000_000) if fields["norm"] else None,
        "zone": zone,
        "hours": str(opening),
        "lat": degrees_of(fields, "lat", 90),
        "lon": degrees_of(fields, "lon", 180),
        "features": ";".join(part.strip() for part in fields["features"].split(";") if part.strip()),
        "verified_on": day_or_none(fields, "verified_on"),
        "rooms_exclusive": int(one_of(fields, "rooms_exclusive", ("", "0", "1")) or 0),
        "takes": one_of(fields, "takes", ("", *Takes)) or Takes.EVERYONE.value,
        "kind": kind or Institution.CLINIC.value,
    }


def _person(fields: Fields) -> dict[str, object]:
    clinic = number_of(fields, "clinic_no", 1, 999) if fields["clinic_no"] else None
    return {
        "iin": iin_of(fields, "iin"),
        "surname": text_of(fields, "surname"),
        "name": text_of(fields, "name"),
        "patronymic": fields["patronymic"],
        "birth_date": day_of(fields, "birth_date"),
        "phone": fields["phone"],
        "mobile": mobile_of(fields["phone"]),
        "language": one_of(fields, "language", ("kk", "ru")),
        "clinic_no": clinic,
        "address": fields["address"],
        "attached_on": None if clinic is None else day_of(fields, "attached_on"),
        "doctor_no": fields["doctor_no"] or None,
    }


def _doctor(fields: Fields) -> dict[str, object]:
    return {
        "doctor_no": text_of(fields, "doctor_no"),
        "clinic_no": number_of(fields, "clinic_no", 1, 999),
        "full_name": text_of(fields, "full_name"),
        "role": text_of(fields, "role"),
        "room": fields["room"],
    }


def _slot(fields: Fields) -> dict[str, object]:
    starts, ends = time_of(fields, "from"), time_of(fields, "to")
    if starts >= ends:
        raise BadField("to", "ends_before_it_starts")
    return {
        "doctor_no": text_of(fields, "doctor_no"),
        "weekday": number_of(fields, "weekday", 1, 7),
        "starts": starts,
        "ends": ends,
        # G-50: what the clinic leaves empty is a quarter of an hour.
        "slot_minutes": number_of(fields, "slot_minutes", 1, 240) if fields["slot_minutes"] else SLOT.value,
    }


def _guardian(fields: Fields) -> dict[str, object]:
    child, guardian = iin_of(fields, "child_iin"), iin_of(fields, "guardian_iin")
    if child == guardian:
        raise BadField("guardian_iin", "own_guardian")
    return {
        "child_iin": child,
        "guardian_iin": guardian,
        "kind": one_of(fields, "kind", ("parent", "guardian")),
        "valid_from": day_of(fields, "valid_from"),
        "valid_to": day_or_none(fields, "valid_to"),
    }


def _holiday(fields: Fields) -> dict[str, object]:
    return {
        "day": day_of(fields, "date"),
        "kind": one_of(fields, "kind", tuple(HolidayKind)),
        "name_ru": text_of(fields, "name_ru"),
        "name_kk": text_of(fields, "name_kk"),
    }


def _terms(fields: Fields) -> dict[str, object]:
    first, last = (month_day_or_none(fields, column) for column in ("campaign_from", "campaign_to"))
    if (first is None) != (last is None):
        raise BadField("campaign_to" if last is None else "campaign_from", "empty")
    effect = fields["effect"]
    return {
        "since": day_of(fields, "from"),
        "choices": number_of(fields, "choices", 1, 366),
        "period": one_of(fields, "period", tuple(Period)),
        "campaign_from": first,
        "campaign_to": last,
        "effect": effect
        if effect in tuple(Effect)
        else month_day_or_none(fields, "effect") or Effect.AT_ONCE,
    }


def _street(fields: Fields) -> dict[str, object]:
    old_names = (name.strip() for name in fields["old_names"].split(";"))
    return {
        "name_ru": text_of(fields, "name_ru"),
        "name_kk": text_of(fields, "name_kk"),
        "old_names": ";".join(name for name in old_names if name),
    }


def _signer(fields: Fields) -> dict[str, object]:
    since, until = day_of(fields, "valid_from"), day_or_none(fields, "valid_to")
    if until is not None and until < since:
        raise BadField("valid_to", "ends_before_it_starts")
    return {
        "clinic_no": number_of(fields, "clinic_no", 1, 999),
        "full_name": text_of(fields, "full_name"),
        "position_ru": text_of(fields, "position_ru"),
        "position_kk": text_of(fields, "position_kk"),
        "valid_from": since,
        "valid_to": until,
    }


def _graduate(fields: Fields) -> dict[str, object]:
    programme = Programme(one_of(fields, "programme", tuple(Programme)))
    if one_of(fields, "document", ("", *Document)) not in ("", document_of(programme)):
        raise BadField("document", "of_another_programme")
    return {
        "iin": iin_of(fields, "iin"),
        "programme": programme.value,
        "title": fields["title"],
        "original_no": fields["original_no"],
        "decided_on": day_of(fields, "decided_on"),
        "full_name": text_of(fields, "full_name"),
        # Whoever finished there finished at the one college that the directory may have.
        "clinic_no": COLLEGE,
    }


CLINICS: Final = FileKind(
    "clinics.csv",
    ("clinic_no", "name_ru", "name_kk", "address", "phones", "norm"),
    (
        "short_name_ru",
        "short_name_kk",
        "timezone",
        "hours",
        "lat",
        "lon",
        "features",
        "verified_on",
        "rooms_exclusive",
        "takes",
        "kind",
    ),
    ("no",),
    _clinic,
)
HOLIDAYS: Final = FileKind("holidays.csv", ("date", "kind", "name_ru", "name_kk"), (), ("day",), _holiday)
PEOPLE: Final = FileKind(
    "people.csv",
    ("iin", "surname", "name", "patronymic", "birth_date", "phone", "language", "clinic_no", "address",
     "attached_on"),
    ("doctor_no",),
    ("iin",),
    _person,
)  # fmt: skip
GUARDIANS: Final = FileKind(
    "guardians.csv",
    ("child_iin", "guardian_iin", "kind", "valid_from", "valid_to"),
    (),
    ("child_iin", "guardian_iin", "kind"),
    _guardian,
)
DOCTORS: Final = FileKind(
    "doctors.csv", ("doctor_no", "clinic_no", "full_name", "role", "room"), (), ("doctor_no",), _doctor
)
SCHEDULE: Final = FileKind(
    "schedule.csv",
    ("doctor_no", "weekday", "from", "to", "slot_minutes"),
    (),
    ("doctor_no", "weekday", "starts"),
    _slot,
)
FREE_CHOICE: Final = FileKind(
    "free_choice.csv",
    ("from", "choices", "period", "campaign_from", "campaign_to", "effect"),
    (),
    ("since",),
    _terms,
)
STREETS: Final = FileKind("streets.csv", ("name_ru", "name_kk", "old_names"), (), ("name_ru",), _street)
SIGNERS: Final = FileKind(
    "signers.csv",
    ("clinic_no", "full_name", "position_ru", "position_kk", "valid_from", "valid_to"),
    (),
    ("clinic_no", "full_name", "valid_from"),
    _signer,
)
GRADUATES: Final = FileKind(
    "graduates.csv",
    ("iin", "programme", "document", "original_no", "decided_on", "full_name"),
    ("title",),
    ("iin", "programme", "title", "decided_on"),
    _graduate,
)
KINDS: Final = (
    CLINICS,
    HOLIDAYS,
    STREETS,
    FREE_CHOICE,
    SIGNERS,
    DOCTORS,
    SCHEDULE,
    PEOPLE,
    GUARDIANS,
    GRADUATES,
)
"""In the order in which they refer to each other."""
