"""A journal on paper or on screen: what stands above its lines, and the promise of whatever writes them.

Nothing here does I/O. Titles, headings and notes stand in both languages on the same sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import BinaryIO, Final, Protocol

from bot.journals.columns import Lines, actor_words
from dialogs.engine import T
from locales import LOCALES, render
from rules.clinics import Clinic
from rules.law import rule
from storage.audit import Head
from storage.journal import Register, Span


class Form(StrEnum):
    """What kind of file a journal is given as."""

    XLSX = "xlsx"
    CSV = "csv"
    PDF = "pdf"


class Why(StrEnum):
    """Why a journal is looked at; one of these is said each time (SEC-01)."""

    INSPECTION = "inspection"
    ANSWER = "answer"
    WORK = "own_work"


MEDIA_TYPES: Final = {
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.CSV: "text/csv",
    Form.PDF: "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which journal was asked for, as what, by whom and why; both days are within.

    ``by`` is how marks and audit name who asked, ``at`` when (aware).
    """

    clinic: Clinic
    register: Register
    first: date
    last: date
    form: Form
    why: Why
    by: str
    at: datetime

    @property
    def file_name(self) -> str:
        """A name for the file that says what is in it, and nothing of anybody."""
        return f"journal-{self.clinic.no}-{self.register}-{self.first}-{self.last}.{self.form}"


@dataclass(frozen=True, slots=True)
class Top:
    """What stands above the lines: title, notes, headings of the columns; and ``foot`` below every page."""

    title: tuple[str, ...]
    notes: tuple[str, ...]
    columns: tuple[str, ...]
    headings: tuple[tuple[str, ...], ...]
    foot: str


class Sheet(Protocol):
    """A file of a journal that is being written, line by line."""

    def add(self, lines: Iterable[Sequence[str]]) -> None:
        """Write these lines below the others."""
        ...

    def close(self) -> None:
        """Write what ends the file. To be called once, and only when every line is there."""
        ...


@rule("SEC-02")
def top_of(asked: Asked, spans: Sequence[Span], head: Head, lines: Lines) -> Top:
    """What stands above the lines, the audit chain's head among it."""
    local = asked.clinic.local(asked.at)
    notes = [
        T("journal.head.period", first=asked.first, last=asked.last),
        *_numbers(spans),
        T("journal.head.made", made=local, by=actor_words(asked.by), why=T(f"journal.why.{asked.why}")),
        T("journal.head.chain", seq=str(head.seq), hash=head.hash.hex()),
    ]
    if lines.withholds:
        notes.append(T("journal.head.withheld"))
    return Top(
        title=both(T(f"journal.title.{asked.register}")),
        notes=(*_clinic(asked.clinic), *(line for note in notes for line in both(note))),
        columns=lines.columns,
        headings=tuple(both(T(f"journal.column.{column}")) for column in lines.columns),
        foot=f"{both(T(f'journal.title.{asked.register}'))[0]} · № {asked.clinic.no} · "
        f"{asked.first:%d.%m.%Y} – {asked.last:%d.%m.%Y} · "
        f"{head.seq} {head.hash.hex()[:32]}",
    )


def both(words: T) -> tuple[str, ...]:
    """The words in every language, each once."""
    return tuple(dict.fromkeys(render(words, locale) for locale in LOCALES))


def _clinic(clinic: Clinic) -> Iterable[str]:
    return (render(T("journal.head.clinic", clinic=clinic.name(one)), one) for one in LOCALES)


def _numbers(spans: Sequence[Span]) -> Iterable[T]:
    if not spans:
        yield T("journal.head.empty")
    for span in spans:
        yield T("journal.head.numbers", year=span.year, first=span.first, last=span.last, count=span.count)


class Opening(Protocol):
    """Begins a file of one form."""

    def __call__(self, out: BinaryIO, top: Top) -> Sheet:
        """Write what stands above the lines, and hand back what takes them."""
        ...
