"""The made-up population and the staff, read from files; each person has a Telegram account of their own."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from sandbox.wire import Json

_SMALL_IDS: Final = 1_000_000_000
_LARGE_IDS: Final = 5_000_000_000
_EVERY_FOURTH: Final = 4
_BUTTON_PHONE_AGE: Final = 70
_LANDLINES: Final = ("+771", "+772")


@dataclass(frozen=True, slots=True)
class Person:
    """One row of people.csv. `phone` is empty for somebody who has none."""

    row: int
    iin: str
    surname: str
    name: str
    patronymic: str
    birth_date: date
    phone: str
    language: str
    clinic_no: str
    address: str

    @property
    def telegram_id(self) -> int:
        """Every fourth id needs more than 32 bits, as real ones do."""
        return (_LARGE_IDS if self.row % _EVERY_FOURTH == 0 else _SMALL_IDS) + self.row

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.surname, self.name, self.patronymic) if part)

    def age(self, today: date) -> int:
        had_birthday = (today.month, today.day) >= (self.birth_date.month, self.birth_date.day)
        return today.year - self.birth_date.year - (not had_birthday)

    def shown(self, today: date) -> Json:
        """The person as the control API tells them."""
        age = self.age(today)
        return {
            "row": self.row,
            "iin": self.iin,
            "full_name": self.full_name,
            "name": self.name,
            "birth_date": self.birth_date.isoformat(),
            "age": age,
            "phone": self.phone,
            "device": _device(self.phone, age),
            "language": self.language,
            "clinic_no": self.clinic_no,
            "address": self.address,
            "telegram_id": self.telegram_id,
        }

    def account(self) -> Json:
        """The person as Telegram knows them."""
        return _account(self.telegram_id, self.name, self.surname, self.language)


@dataclass(frozen=True, slots=True)
class StaffMember:
    telegram_id: int
    name: str
    clinic_no: str
    role: str
    locale: str

    def account(self) -> Json:
        first, _, last = self.name.partition(" ")
        return _account(self.telegram_id, first, last, self.locale)


@dataclass(frozen=True, slots=True)
class StaffGroup:
    """A clinic's group; `linked` if the bot was let in before the story begins."""

    chat_id: int
    title: str
    clinic_no: str
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Population:
    people: tuple[Person, ...] = ()
    staff: tuple[StaffMember, ...] = ()
    groups: tuple[StaffGroup, ...] = ()
    clinics: tuple[tuple[str, str, str], ...] = ()
    guardians: tuple[tuple[str, str], ...] = ()

    def parents_of(self, iin: str) -> list[str]:
        """The names of whoever is registered to act for a child."""
        acting = {guardian for child, guardian in self.guardians if child == iin}
        return [person.full_name for person in self.people if person.iin in acting]


def read_population(folder: Path | None) -> Population:
    """Reads people.csv, staff.json and clinics.csv of a folder; a missing file means nobody."""
    if folder is None:
        return Population()
    staff, groups = _read_staff(folder / "staff.json")
    return Population(
        _read_people(folder / "people.csv"),
        staff,
        groups,
        _read_clinics(folder / "clinics.csv"),
        tuple((row["child_iin"], row["guardian_iin"]) for row in _rows(folder / "guardians.csv")),
    )


def _read_people(path: Path) -> tuple[Person, ...]:
    return tuple(_person(number, row) for number, row in enumerate(_rows(path), start=1))


def _person(number: int, row: Mapping[str, str]) -> Person:
    return Person(
        row=number,
        iin=row["iin"],
        surname=row["surname"],
        name=row["name"],
        patronymic=row.get("patronymic") or "",
        birth_date=date.fromisoformat(row["birth_date"]),
        phone=row.get("phone") or "",
        language=row.get("language") or "ru",
        clinic_no=row.get("clinic_no") or "",
        address=row.get("address") or "",
    )


def _read_clinics(path: Path) -> tuple[tuple[str, str, str], ...]:
    return tuple((row["clinic_no"], *_clinic_names(row)) for row in _rows(path))


def _clinic_names(row: Mapping[str, str]) -> tuple[str, str]:
    return row.get("short_name_kk") or row["name_kk"], row.get("short_name_ru") or row["name_ru"]


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def _read_staff(path: Path) -> tuple[tuple[StaffMember, ...], tuple[StaffGroup, ...]]:
    if not path.exists():
        return (), ()
    written = json.loads(path.read_text(encoding="utf-8"))
    staff = tuple(_member(entry) for entry in written.get("staff", []))
    groups = tuple(
        StaffGroup(
            int(entry["chat_id"]), str(entry["title"]), str(entry["clinic_no"]), bool(entry.get("linked"))
        )
        for entry in written.get("groups", [])
    )
    return staff, groups


def _member(entry: Json) -> StaffMember:
    return StaffMember(
        telegram_id=int(entry["telegram_id"]),
        name=str(entry["name"]),
        clinic_no=str(entry["clinic_no"]),
        role=str(entry["role"]),
        locale=str(entry.get("locale") or "ru"),
    )


def _account(telegram_id: int, first: str, last: str, language: str) -> Json:
    account: Json = {"id": telegram_id, "is_bot": False, "first_name": first}
    if last:
        account["last_name"] = last
    account["language_code"] = language
    return account


def _device(phone: str, age: int) -> str:
    if not phone:
        return "none"
    if phone.startswith(_LANDLINES):
        return "landline"
    return "button" if age >= _BUTTON_PHONE_AGE else "smartphone"
