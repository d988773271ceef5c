"""What is printed on a paper: its facts, in the form of each language, as inert text.

A fact is kept with the paper in one of five forms: text that is the same in both languages, ``{"kk", "ru"}``,
``{"day": ISO}``, ``{"at": ISO}`` for an instant, ``{"code": ...}`` for which the template has the words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from bot.papers.template import MUST_STAND, ON_ANY, ONLY_ON, Row, Template, fields_in, filled
from dialogs.engine import clean
from locales.dates import long_day, long_moment
from rules.law import rule
from rules.papers import PaperKind, Signer, shown_check_code
from rules.people import Language

Fact: TypeAlias = str | Mapping[str, str]
ZONE: Final = "zone"
LONGEST_VALUE: Final = 300
NONE: Final = "–"
"""What stands for a value that no paper may be without, and that is not known."""


@dataclass(frozen=True, slots=True, repr=False)
class Issue:
    """A paper to be issued. ``facts`` are what was true at the decision, ``page`` where it is checked."""

    kind: PaperKind
    number: str
    check_code: str
    facts: Mapping[str, Any]
    signer: Signer
    issued_at: datetime
    page: str

    @property
    def address(self) -> str:
        """Where the QR code leads."""
        return f"{self.page}/{self.number}/{self.check_code}"

    def __repr__(self) -> str:
        return f"Issue({self.kind})"


def values(issue: Issue, template: Template, language: Language) -> dict[str, str]:
    """The value of every field that may stand on this paper; empty where there is none."""
    zone = ZoneInfo(str(issue.facts[ZONE]))
    known: dict[str, str] = {
        "number": issue.number,
        "issued": long_moment(issue.issued_at.astimezone(zone), language),
        "signer": issue.signer.full_name,
        "signer_position": issue.signer.position_kk if language == "kk" else issue.signer.position_ru,
        "check_code": shown_check_code(issue.check_code),
        "check_page": issue.page,
    }
    for field in (ON_ANY | ONLY_ON[issue.kind]) - known.keys():
        known[field] = _shown(field, issue.facts.get(field, ""), template, language, zone)
    return {field: inert(value) for field, value in known.items()}


@rule("G-24")
def rows(
    template: Template, known: Mapping[Language, Mapping[str, str]]
) -> tuple[Mapping[Language, Row], ...]:
    """The rows with their values, by language.

    A row of which a value is empty in either is left out, unless it says what no paper may be without.
    """
    return tuple(
        {language: _row(cell, known[language]) for language, cell in row.items()}
        for row in template.rows
        if _must_stand(row) or all(_is_whole(cell, known[language]) for language, cell in row.items())
    )


def inert(text: str) -> str:
    """One line without control, direction and invisible marks, of a length that a paper can hold (S42)."""
    line = " ".join(clean(text).split())
    return line if len(line) <= LONGEST_VALUE else f"{line[: LONGEST_VALUE - 1]}…"


def _must_stand(row: Mapping[Language, Row]) -> bool:
    return any(MUST_STAND & fields_in(f"{cell.label} {cell.value}") for cell in row.values())


def _is_whole(cell: Row, known: Mapping[str, str]) -> bool:
    return all(known[field] for field in fields_in(cell.value))


def _row(cell: Row, known: Mapping[str, str]) -> Row:
    return Row(filled(cell.label, known), filled(cell.value, known).strip() or NONE)


def _shown(field: str, fact: Fact, template: Template, language: Language, zone: ZoneInfo) -> str:
    match fact:
        case str():
            return fact
        case {"day": day}:
            return long_day(date.fromisoformat(day), language)
        case {"at": at}:
            return long_moment(datetime.fromisoformat(at).astimezone(zone), language)
        case {"code": code}:
            return template.word(field, code, language)
        case _:
            return fact[language]
