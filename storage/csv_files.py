"""The CSV files that are loaded: their columns, and how one row of each is read or found at fault.

Nothing here touches the database. Rows are streamed, so a file of any length takes the same memory.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rules.calendar import BadHours, HolidayKind, Hours
from rules.iin import BadIin, Iin
from rules.phone import BadPhone, Phone, PhoneFault
from rules.slots import SLOT

Fields: TypeAlias = Mapping[str, str]

LONGEST: Final = 300
"""No field of any file is longer; what is longer is a broken quote."""

_FORMULA: Final = ("=", "+", "-", "@")
_MAY_BEGIN_SO: Final = frozenset({"phone", "phones", "hours", "lat", "lon"})
# A phone that no SMS can reach is a fact about a person, not a fault of the row.
_NOT_FOR_SMS: Final = frozenset(
    {PhoneFault.LANDLINE, PhoneFault.NOT_KAZAKHSTAN, PhoneFault.NOT_MOBILE, PhoneFault.SERVICE_NUMBER}
)


class BadField(ValueError):
    """One field of a row cannot be read: its column and a code."""

    def __init__(self, column: str, code: str) -> None:
        super().__init__(f"{column}: {code}")
        self.column = column
        self.code = code


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


def _text(fields: Fields, column: str) -> str:
    if not fields[column]:
        raise BadField(column, "empty")
    return fields[column]


def _number(fields: Fields, column: str, least: int, most: int) -> int:
    text = _text(fields, column)
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise BadField(column, "bad_number")
    return int(text)


def _degrees(fields: Fields, column: str, most: float) -> float | None:
    if not fields[column]:
        return None
    try:
        degrees = float(fields[column])
    except ValueError:
        raise BadField(column, "bad_number") from None
    if not -most <= degrees <= most:
        raise BadField(column, "bad_number")
    return degrees


def _date(fields: Fields, column: str) -> str:
    try:
        return date.fromisoformat(_text(fields, column)).isoformat()
    except ValueError as fault:
        if isinstance(fault, BadField):
            raise
        raise BadField(column, "bad_date") from None


def _date_or_none(fields: Fields, column: str) -> str | None:
    return _date(fields, column) if fields[column] else None


def _time(fields: Fields, column: str) -> str:
    try:
        return time.fromisoformat(_text(fields, column)).strftime("%H:%M")
    except ValueError as fault:
        if isinstance(fault, BadField):
            raise
        raise BadField(column, "bad_time") from None


def _one_of(fields: Fields, column: str, allowed: tuple[str, ...]) -> str:
    if fields[column] not in allowed:
        raise BadField(column, "not_one_of")
    return fields[column]


def _iin(fields: Fields, column: str) -> Iin:
    try:
        return Iin.parse(fields[column])
    except BadIin as fault:
        raise BadField(column, f"iin_{fault.code}") from None


# The checking and the writing both read the file, and telling a mobile from a landline is the dearest part
# of a row.
@lru_cache(maxsize=1 << 17)
def _mobile(text: str) -> str:
    """E.164 of a number a code may go to, "" of any other that is a number. Raises BadField."""
    if not text:
        return ""
    try:
        return Phone.parse(text).e164
    except BadPhone as fault:
        if fault.fault in _NOT_FOR_SMS:
            return ""
        raise BadField("phone", f"phone_{fault.code}") from None


def _clinic(fields: Fields) -> dict[str, object]:
    zone, hours = fields["timezone"] or "Asia/Almaty", fields["hours"]
    try:
        ZoneInfo(zone)
        opening = Hours.parse(hours) if hours else Hours()
    except (ZoneInfoNotFoundError, ValueError) as fault:
        column = "hours" if isinstance(fault, BadHours) else "timezone"
        raise BadField(column, f"bad_{column}") from None
    name_ru, name_kk = _text(fields, "name_ru"), _text(fields, "name_kk")
    return {
        "no": _number(fields, "clinic_no", 1, 999),
        "name_ru": name_ru,
        "name_kk": name_kk,
        "short_ru": fields["short_name_ru"] or name_ru,
        "short_kk": fields["short_name_kk"] or name_kk,
        "address": _text(fields, "address"),
        "phones": ";".join(part.strip() for part in fields["phones"].split(";") if part.strip()),
        "norm": _number(fields, "norm", 0, 10_000_000) if fields["norm"] else None,
        "zone": zone,
        "hours": str(opening),
        "lat": _degrees(fields, "lat", 90),
        "lon": _degrees(fields, "lon", 180),
        "features": ";".join(part.strip() for part in fields["features"].split(";") if part.strip()),
        "verified_on": _date_or_none(fields, "verified_on"),
        "rooms_exclusive": int(_one_of(fields, "rooms_exclusive", ("", "0", "1")) or 0),
    }


def _person(fields: Fields) -> dict[str, object]:
    clinic = _number(fields, "clinic_no", 1, 999) if fields["clinic_no"] else None
    return {
        "iin": _iin(fields, "iin"),
        "surname": _text(fields, "surname"),
        "name": _text(fields, "name"),
        "patronymic": fields["patronymic"],
        "birth_date": _date(fields, "birth_date"),
        "phone": fields["phone"],
        "mobile": _mobile(fields["phone"]),
        "language": _one_of(fields, "language", ("kk", "ru")),
        "clinic_no": clinic,
        "address": fields["address"],
        "attached_on": None if clinic is None else _date(fields, "attached_on"),
        "doctor_no": fields["doctor_no"] or None,
    }


def _doctor(fields: Fields) -> dict[str, object]:
    return {
        "doctor_no": _text(fields, "doctor_no"),
        "clinic_no": _number(fields, "clinic_no", 1, 999),
        "full_name": _text(fields, "full_name"),
        "role": _text(fields, "role"),
        "room": fields["room"],
    }


def _slot(fields: Fields) -> dict[str, object]:
    starts, ends = _time(fields, "from"), _time(fields, "to")
    if starts >= ends:
        raise BadField("to", "ends_before_it_starts")
    return {
        "doctor_no": _text(fields, "doctor_no"),
        "weekday": _number(fields, "weekday", 1, 7),
        "starts": starts,
        "ends": ends,
        # G-50: what the clinic leaves empty is a quarter of an hour.
        "slot_minutes": _number(fields, "slot_minutes", 1, 240) if fields["slot_minutes"] else SLOT.value,
    }


def _guardian(fields: Fields) -> dict[str, object]:
    child, guardian = _iin(fields, "child_iin"), _iin(fields, "guardian_iin")
    if child == guardian:
        raise BadField("guardian_iin", "own_guardian")
    return {
        "child_iin": child,
        "guardian_iin": guardian,
        "kind": _one_of(fields, "kind", ("parent", "guardian")),
        "valid_from": _date(fields, "valid_from"),
        "valid_to": _date_or_none(fields, "valid_to"),
    }


def _holiday(fields: Fields) -> dict[str, object]:
    return {
        "day": _date(fields, "date"),
        "kind": _one_of(fields, "kind", tuple(HolidayKind)),
        "name_ru": _text(fields, "name_ru"),
        "name_kk": _text(fields, "name_kk"),
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
KINDS: Final = (CLINICS, HOLIDAYS, DOCTORS, SCHEDULE, PEOPLE, GUARDIANS)
"""In the order in which they refer to each other."""
