"""What a line of each journal says: its columns, and an entry's words in them.

Nothing here does I/O. A cell is one line of plain text without marks that could act (S42); what may not be
shown to whoever asks is replaced by a word that says so, never left out silently.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.staff.rights import CLOCK, STAFF_ACTOR
from dialogs.addresses import Address
from dialogs.engine import Plain, T
from locales import MissingWords, render
from rules.clinics import Clinic
from rules.iin import Iin
from rules.law import rule
from rules.people import Language
from rules.phone import shown
from storage.journal import Entry, Register

EVERYTHING: Final = frozenset({"name", "iin", "phone", "address", "reason"})
"""Every field of a person that a column can show: on the clinic's own machine nothing is withheld."""

LONGEST_CELL: Final = 1_000

COLUMNS: Final[Mapping[Register, tuple[str, ...]]] = {
    Register.HOME_CALLS: (
        "no", "at", "number", "event", "actor", "patient", "born", "iin", "phone", "address", "reason",
        "visit", "doctor", "ground",
    ),
    Register.APPOINTMENTS: (
        "no", "at", "number", "event", "actor", "patient", "born", "iin", "phone", "visit", "doctor",
        "ground",
    ),
    Register.ATTACHMENTS: (
        "no", "at", "number", "event", "actor", "patient", "born", "iin", "phone", "cause", "from_clinic",
        "in_force", "ground",
    ),
    Register.CONTACTS: (
        "no", "at", "number", "service", "way", "actor", "event", "patient", "born", "iin", "phone", "ground",
    ),
}  # fmt: skip

# Which field of a person a column shows; the others show none.
_FIELDS: Final[Mapping[str, str]] = {
    "patient": "name",
    "born": "name",
    "iin": "iin",
    "phone": "phone",
    "address": "address",
    "reason": "reason",
}


_IN_PERSON: Final = frozenset({"phone", "desk"})
_OPERATORS: Final = frozenset({"command_line", "operator"})


@dataclass(frozen=True, slots=True)
class Lines:
    """Makes lines of entries for one reader: of which clinic, in which language, and what may be shown."""

    register: Register
    clinic: Clinic
    language: Language
    fields: frozenset[str] = EVERYTHING

    @property
    def columns(self) -> tuple[str, ...]:
        """The journal's columns, by name."""
        return COLUMNS[self.register]

    @property
    def withholds(self) -> bool:
        """True if a column of this journal is not shown to this reader."""
        return any(_FIELDS.get(column, "name") not in self.fields for column in self.columns)

    @rule("GEN-09", "AP-08", "HC-17", "AP-18")
    def cells(self, entry: Entry) -> tuple[str, ...]:
        """The entry's cells, in the order of the columns."""
        return tuple(self.cell(column, entry) for column in self.columns)

    def cell(self, column: str, entry: Entry) -> str:
        """What stands in that column."""
        field = _FIELDS.get(column)
        if field is not None and field not in self.fields:
            return self._say(T("journal.withheld"))
        # One line without control or direction marks, however it came in.
        return render(Plain(self._text(column, entry)), self.language)[:LONGEST_CELL]

    def _text(self, column: str, entry: Entry) -> str:
        match column:
            case "no":
                return str(entry.no)
            case "at":
                return self._moment(entry.at)
            case "number":
                return entry.number
            case "event":
                return self.event(entry)
            case "actor":
                words = actor_words(entry.actor)
                return words if isinstance(words, str) else self._say(words)
            case "service" | "way":
                return self._contact(column, entry)
            case "visit" | "in_force":
                return self._visit(entry)
            case "doctor":
                role = self._word(T(f"role.{entry.doctor_role}"), entry.doctor_role)
                return _joined(entry.doctor or entry.doctor_no, role, ", ")
            case "ground":
                return self._word(T(f"ground.{entry.ground}"), entry.ground)
            case _:
                return self._of_person(column, entry)

    def event(self, entry: Entry) -> str:
        """What was entered: the status that the step led to, and what the step was, where that says more."""
        status = self._word(T(f"journal.status.{entry.status}"), entry.status)
        note = self._word(T(f"journal.note.{entry.note_code}"), entry.note_code)
        return _joined(status, note, "; ")

    def _of_person(self, column: str, entry: Entry) -> str:
        given, card = entry.details, entry.card
        match column:
            case "patient":
                known = " ".join(filter(None, (card.surname, card.name, card.patronymic))) if card else ""
                return _text_of(given, "patient_name") or known
            case "born":
                return _day(_text_of(given, "born") or (card.birth_date if card else ""))
            case "iin":
                return card.iin if card and not Iin(card.iin).stands_in else ""
            case "phone":
                return _phone(_text_of(given, "phone") or (card.mobile or card.phone if card else ""))
            case "address":
                return self._address(given)
            case "reason":
                code = _text_of(given, "reason")
                words = self._word(T(f"reason.{code}"), code)
                return _joined(words, _text_of(given, "own_words"), "; ")
            case "cause":
                code = _text_of(given, "cause")
                return self._word(T(f"journal.cause.{code}"), code)
            case "from_clinic":
                return _text_of(given, "from_clinic")
            case _:
                raise KeyError(column)

    def _address(self, given: Mapping[str, object]) -> str:
        parts = given.get("address")
        if not isinstance(parts, Mapping):
            return "" if parts is None else str(parts)
        known = {name: value for name, value in parts.items() if name in Address.__slots__}
        return ", ".join(self._say(line) for line in Address(**known).lines)

    def _contact(self, column: str, entry: Entry) -> str:
        if column == "service":
            return self._word(T(f"journal.service.{entry.service}"), entry.service)
        by_chat = entry.channel not in _IN_PERSON
        way = "staff" if by_chat and entry.actor.startswith(STAFF_ACTOR) else entry.channel
        return self._word(T(f"journal.way.{way}"), way)

    @rule("X-27")
    def _visit(self, entry: Entry) -> str:
        if entry.window_start is None:
            return "" if entry.visit_day is None else f"{entry.visit_day:%d.%m.%Y}"
        start = self._moment(entry.window_start)
        if entry.window_end is None or self.register is Register.APPOINTMENTS:
            return start
        return f"{start}–{self.clinic.local(entry.window_end):%H:%M}"

    def _moment(self, instant: datetime) -> str:
        return f"{self.clinic.local(instant):%d.%m.%Y %H:%M}"

    def _word(self, words: T, code: str | None) -> str:
        """The word for a code; a code that is newer than the words stands as it is: nothing is left out."""
        if not code:
            return ""
        try:
            return self._say(words)
        except MissingWords:
            return code

    def _say(self, words: T) -> str:
        return render(words, self.language)


def actor_words(actor: str) -> T | str:
    """Whoever acts in marks and audit, as people read it; one that is not known stands as it is."""
    if actor.startswith(STAFF_ACTOR):
        return T("journal.by.staff", id=actor.removeprefix(STAFF_ACTOR))
    if actor == CLOCK:
        return T("journal.by.clock")
    if actor in _OPERATORS:
        return T("journal.by.operator")
    return T("journal.by.citizen") if actor.startswith(("citizen", "person:")) else actor


def _joined(first: str | None, second: str, by: str) -> str:
    return by.join(filter(None, (first, second)))


def _text_of(given: Mapping[str, object], name: str) -> str:
    value = given.get(name)
    return "" if value is None else str(value)


def _day(text: str) -> str:
    try:
        return f"{date.fromisoformat(text):%d.%m.%Y}"
    except ValueError:
        return text


def _phone(e164: str) -> str:
    """As people of the country write it, which no program takes for a formula: 8 701 123-45-67."""
    if not re.fullmatch(r"\+7[0-9]{10}", e164):
        return e164
    return f"8 {shown(e164).removeprefix('+7 ')}"
