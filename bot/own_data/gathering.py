"""Gathers everything that is held about a person, and opens it, for the copy that is theirs to keep."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import locales
from bot.own_data.sections import SECTIONS, Field, Form, Section
from dialogs.engine import T
from dialogs.staff_roles import role_named
from locales.catalogue import all_words
from rules.clinics import Clinic
from rules.days import COUNTRY_ZONE
from rules.own_data import LookAtOne
from rules.people import Language
from storage import own_data, people
from storage.database import Reader, Row
from storage.instants import instant
from storage.people import opened_card
from storage.registry import Directory

DETAILS: Final = (
    "patient_name", "born", "phone", "address", "reason", "own_words", "role",
    "cause", "doctor", "clinic", "name", "day", "start", "end", "number", "iin",
)  # fmt: skip
"""What of a request's details is the applicant's to read: where another adult is attached is not (G-73)."""


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """One section as it will be read: its title, and of each record the labels with their values."""

    title: str
    records: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """Whose copy, in which language, in which chat it was asked for ("channel:key"), and when (UTC)."""

    person_id: int
    language: Language
    chat: str
    at: datetime


class Gone(Exception):
    """Whoever asked for it was erased meanwhile."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """One copy in the making."""

    reader: Reader
    directory: Directory
    asked: Asked

    async def parts(self) -> tuple[Part, ...]:
        """Everything, section by section; what there is none of says so. Raises ``Gone``, CannotOpen."""
        own = await self._card()
        phone_index = await self._phone_index()
        phone = "" if phone_index is None else phone_index.hex()
        bound = {
            "person_id": self.asked.person_id,
            "person": f"person:{self.asked.person_id}",
            "chat": self.asked.chat,
            "phone": f"sms:{phone}",
            "phone_key": phone,
            "phone_index": phone_index,
            "today": self.asked.at.astimezone(COUNTRY_ZONE).date().isoformat(),
        }
        sections = [await self._section(section, bound) for section in SECTIONS]
        return (own, *sections, await self._looks())

    async def _card(self) -> Part:
        person_id = self.asked.person_id
        person = await people.by_id(self.reader, person_id)
        row = await self.reader.row("held_person", person_id=person_id)
        if person is None or row is None:
            raise Gone(person_id)
        card = opened_card(self.reader.keys, person_id, row[0])
        record = (
            ("iin", card.iin),
            ("surname", card.surname),
            ("given_name", card.name),
            ("patronymic", card.patronymic),
            ("born", self._day(card.birth_date)),
            ("phone", card.phone),
            ("address", card.address),
            ("language", self._words("held.language", row[1])),
            ("by_hand", self._yes(row[2])),
        )
        return self._part("person", (record,))

    async def _phone_index(self) -> bytes | None:
        row = await self.reader.row("held_person", person_id=self.asked.person_id)
        return None if row is None or row[3] is None else bytes(row[3])

    async def _section(self, section: Section, bound: Mapping[str, object]) -> Part:
        rows = await self.reader.rows(section.statement, **bound)
        return self._part(section.name, (self._record(section, row) for row in rows))

    def _record(self, section: Section, row: Row) -> tuple[tuple[str, str], ...]:
        shown = zip(section.fields, row[1:], strict=False)
        return tuple((field.name, self._shown(field, row[0], value)) for field, value in shown)

    async def _looks(self) -> Part:
        found = await own_data.looks(self.reader, str(self.asked.person_id))
        return self._part("looks", (self._look(one) for one in found))

    def _look(self, one: LookAtOne) -> tuple[tuple[str, str], ...]:
        who = self._say(T("consents.yourself")) if one.own else one.name or self._clinic(one.clinic_no)
        role = self._say(role_named(one.role, one.clinic_no)) if one.role else ""
        return (
            ("at", self._at(one.at)),
            ("who", who),
            ("role", role),
            ("what", self._say(T(f"consents.look.{one.what}"))),
            ("number", one.number),
        )

    def _part(self, name: str, records: Iterable[tuple[tuple[str, str], ...]]) -> Part:
        written = tuple(
            tuple((self._say(T(f"held.field.{label}")), value) for label, value in record if value)
            for record in records
        )
        return Part(self._say(T(f"held.{name}")), written)

    # How a value is shown.

    def _shown(self, field: Field, row_id: int | str, value: Any) -> str:
        if value is None:
            return ""
        match field.form:
            case Form.AT:
                return self._at(instant(int(value)))
            case Form.DAY:
                return self._day(str(value))
            case Form.CLINIC:
                return self._clinic(int(value))
            case Form.YES:
                return self._yes(value)
            case Form.WORDS:
                return self._words(field.place, str(value))
            case Form.TEXT:
                return str(value)
            case _:
                return self._opened(field, row_id, bytes(value))

    def _opened(self, field: Field, row_id: int | str, blob: bytes) -> str:
        text = self.reader.keys.open(field.place, row_id, blob)
        match field.form:
            case Form.DETAILS:
                return self._details(json.loads(text))
            case Form.CARD:
                _, surname, name, patronymic, *_ = json.loads(text)
                return " ".join(filter(None, (surname, name, patronymic)))
            case Form.MESSAGE:
                return said(text)
            case _:
                return text

    def _details(self, details: Mapping[str, Any]) -> str:
        lines = (
            f"{self._say(T(f'held.field.{name}'))}: {_flat(details[name])}"
            for name in DETAILS
            if details.get(name)
        )
        return "\n".join(lines)

    def _at(self, moment: datetime) -> str:
        return self._say(T("held.at", at=moment.astimezone(COUNTRY_ZONE)))

    def _day(self, text: str) -> str:
        return self._say(T("held.day", day=date.fromisoformat(text)))

    def _clinic(self, no: int | None) -> str:
        clinic: Clinic | None = self.directory.clinics.get(no) if no is not None else None
        return "" if clinic is None else clinic.name(self.asked.language)

    def _yes(self, value: object) -> str:
        return self._say(T("held.yes" if value else "held.no"))

    def _words(self, prefix: str, code: str) -> str:
        """The words of a code, or the code itself where people have none for it."""
        key = f"{prefix}.{code}"
        return self._say(T(key)) if key in all_words(self.asked.language) else code

    def _say(self, words: T) -> str:
        return locales.render(words, self.asked.language)


def said(body: str) -> str:
    """What stood in a message: its text, or what was typed or pressed."""
    # An arrived message has its address before it.
    _, _, rest = body.rpartition("\n") if not body.startswith("{") else ("", "", body)
    try:
        read = json.loads(body if body.startswith("{") else rest)
    except ValueError:
        return rest
    return _flat(_texts(read))


def _texts(value: Any) -> list[str]:
    """Every text of a message, at whatever depth: what one reads of it, and nothing of its form."""
    if isinstance(value, Mapping):
        told = [str(value[name]) for name in ("text", "caption", "data", "phone_number") if value.get(name)]
        return told + [
            text for one in value.values() if isinstance(one, Mapping | list) for text in _texts(one)
        ]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return []


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(str(part) for part in value.values() if part)
    if isinstance(value, list):
        return "\n".join(str(part) for part in value if part)
    return str(value)
