"""Templates of papers: what stands on each, in both languages, in files that a clinic can replace.

A template is looked for in the clinic's own folder of ``PAPERS_DIR``, then in that folder, then in the
house's words. All of its faults are found at once, before anything is issued on it. How a paper is signed
is no part of it: that is for the house to say, which knows.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from locales.rendering import LOCALES
from rules.papers import PaperKind
from rules.people import Language

OF_THE_HOUSE: Final = Path(__file__).parents[2] / "locales" / "papers"
FIELD: Final = re.compile(r"\{([^{}]*)\}")
MOST_ROWS: Final = 20
LONGEST_TEXT: Final = 600

ON_ANY: Final = frozenset(
    "number issued clinic clinic_address clinic_phone person iin birth_day signer signer_position "
    "check_code check_page".split()
)
ONLY_ON: Final[Mapping[PaperKind, frozenset[str]]] = MappingProxyType(
    {
        PaperKind.ATTACHMENT: frozenset({"since", "cause", "from_clinic"}),
        PaperKind.HOME_CALL: frozenset({"visit_day", "window", "doctor", "role", "visit_address"}),
        PaperKind.APPOINTMENT: frozenset({"visit", "doctor", "role", "room"}),
    }
)
MUST_STAND: Final = frozenset(
    "number issued clinic clinic_address clinic_phone person iin signer check_code".split()
)
"""What no paper may be without, in either language (G-24)."""

_TEXTS: Final = ("title", "note", "check")
_PARTS: Final = frozenset({*_TEXTS, "row", "words"})
_FILES: Final = frozenset(f"{kind}.toml" for kind in PaperKind)


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """One thing that cannot stand: the file, the place in it, and what to do."""

    file: str
    place: str
    why: str

    def __str__(self) -> str:
        return f"{self.file}: {self.place}: {self.why}"


class BadTemplate(Exception):
    """A template cannot be used; ``faults`` names everything that is wrong with it."""

    def __init__(self, faults: tuple[TemplateFault, ...]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a paper in one language: what it is about, and its value with fields in braces."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Template:
    """What stands on a paper. Texts are by language; ``words`` gives a code's words by field and code."""

    title: Mapping[Language, str]
    rows: tuple[Mapping[Language, Row], ...]
    note: Mapping[Language, str]
    check: Mapping[Language, str]
    words: Mapping[str, Mapping[str, Mapping[Language, str]]]

    def word(self, field: str, code: str, language: Language) -> str:
        """The words for a code; the code itself where the template has none."""
        return self.words.get(field, {}).get(code, {}).get(language, code)


def template_for(kind: PaperKind, clinic_no: int, own: Path | None) -> Template:
    """The template of that kind for that clinic. Raises ``BadTemplate``."""
    return read_template(_path(kind, clinic_no, own), kind)


def template_faults(own: Path | None) -> Iterator[TemplateFault]:
    """Every fault of every template, the house's and the clinics' own; and every file that nobody reads."""
    yield from _faults_in(OF_THE_HOUSE)
    if own is None:
        return
    try:
        places = sorted(own.iterdir())
        folders = [path for path in places if path.is_dir() and _is_number(path.name)]
        files = [path for path in places if path not in folders]
        for folder in (own, *folders):
            yield from _faults_in(folder)
            yield from _unread(files if folder == own else sorted(folder.iterdir()))
    except OSError:
        yield TemplateFault(_name(own), "the folder", "cannot be read")


def read_template(path: Path, kind: PaperKind) -> Template:
    """Read one file. Raises ``BadTemplate`` with every fault at once."""
    name = _name(path)
    try:
        parsed = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as fault:
        raise BadTemplate((TemplateFault(name, "the file", "cannot be read; save it as UTF-8"),)) from fault
    except tomllib.TOMLDecodeError as fault:
        raise BadTemplate((TemplateFault(name, "the file", f"is no TOML: {fault}"),)) from fault
    reading = _Reading(kind, parsed)
    template = reading.template()
    if reading.faults:
        raise BadTemplate(tuple(TemplateFault(name, place, why) for place, why in reading.faults))
    return template


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields; a value is never read for braces again."""
    return FIELD.sub(lambda found: values[found[1]], text)


def fields_in(text: str) -> frozenset[str]:
    """The names in braces."""
    return frozenset(FIELD.findall(text))


def _faults_in(folder: Path) -> Iterator[TemplateFault]:
    for kind in PaperKind:
        path = folder / f"{kind}.toml"
        if path.exists():
            try:
                read_template(path, kind)
            except BadTemplate as bad:
                yield from bad.faults


def _unread(paths: Iterable[Path]) -> Iterator[TemplateFault]:
    """What lies there and is never looked for: its writer believes that papers say it."""
    for path in paths:
        if path.name in _FILES or path.name.startswith("."):
            continue
        number = path.name.lstrip("0")
        meant = {number} if path.is_dir() and _is_number(number) else _FILES
        yield TemplateFault(_name(path), "the name", f"is not looked for{_near(path.name, meant)}")


def _is_number(name: str) -> bool:
    """True for a clinic's number as its folder bears it: 5, and neither 05 nor five."""
    return name.isascii() and name.isdecimal() and not name.startswith("0")


def _name(path: Path) -> str:
    return "/".join(path.parts[-2:])


def _near(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _path(kind: PaperKind, clinic_no: int, own: Path | None) -> Path:
    folders = () if own is None else (own / str(clinic_no), own)
    paths = (folder / f"{kind}.toml" for folder in folders)
    return next((path for path in paths if path.exists()), OF_THE_HOUSE / f"{kind}.toml")


class _Reading:
    """One pass over a parsed file: a template comes out, faults pile up."""

    def __init__(self, kind: PaperKind, parsed: Mapping[str, Any]) -> None:
        self._parsed = parsed
        self._allowed = ON_ANY | ONLY_ON[kind]
        self._used: dict[Language, set[str]] = {language: set() for language in LOCALES}
        self.faults: list[tuple[str, str]] = []

    def template(self) -> Template:
        """What the file holds; with faults, whatever could be made of it."""
        for unknown in sorted(set(self._parsed) - _PARTS):
            self.fault(unknown, f"is no part of a paper{_near(unknown, _PARTS)}")
        texts = {name: self._text(name) for name in _TEXTS}
        template = Template(rows=self._rows(), words=self._words(), **texts)
        for language, used in self._used.items():
            for field in sorted(MUST_STAND - used):
                self.fault(language, f"{{{field}}} stands nowhere, and no paper may be without it")
        return template

    def fault(self, place: str, why: str) -> None:
        """Note a fault."""
        self.faults.append((place, why))

    def _text(self, name: str) -> Mapping[Language, str]:
        part = self._parsed.get(name)
        if not isinstance(part, Mapping):
            self.fault(name, "is missing; write kk and ru under it")
            part = dict.fromkeys(LOCALES, "")
        return {language: self._checked(part.get(language), name, language) for language in LOCALES}

    def _rows(self) -> tuple[Mapping[Language, Row], ...]:
        rows = self._parsed.get("row")
        if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ROWS:
            self.fault("row", f"there must be 1 to {MOST_ROWS} of them, each under [[row]]")
            return ()
        return tuple(self._row(row, f"row {number}") for number, row in enumerate(rows, 1))

    def _row(self, row: Any, place: str) -> Mapping[Language, Row]:
        return {language: self._cell(row, place, language) for language in LOCALES}

    def _cell(self, row: Any, place: str, language: Language) -> Row:
        cell = row.get(language) if isinstance(row, Mapping) else None
        if not isinstance(cell, list) or len(cell) != 2:
            self.fault(f"{place}, {language}", 'must be ["what it is about", "{field}"]')
            return Row("", "")
        label, value = (self._checked(text, place, language) for text in cell)
        return Row(label, value)

    def _checked(self, text: Any, place: str, language: Language) -> str:
        where = f"{place}, {language}"
        if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT:
            self.fault(where, f"must be words, at most {LONGEST_TEXT} letters")
            return ""
        found = fields_in(text)
        for unknown in sorted(found - self._allowed):
            self.fault(where, f"{{{unknown}}} is no field here{_near(unknown, self._allowed)}")
        if set("{}") & set(FIELD.sub("", text)):
            self.fault(where, "has a brace without its other")
        self._used[language] |= found
        return text

    def _words(self) -> Mapping[str, Mapping[str, Mapping[Language, str]]]:
        words = self._parsed.get("words", {})
        if not isinstance(words, Mapping) or not all(isinstance(codes, Mapping) for codes in words.values()):
            self.fault("words", "must be [words.field], with a line for each code")
            return {}
        return {
            field: {code: self._both(pair, f"words.{field}.{code}") for code, pair in codes.items()}
            for field, codes in words.items()
        }

    def _both(self, pair: Any, place: str) -> Mapping[Language, str]:
        texts = {language: pair.get(language) if isinstance(pair, Mapping) else None for language in LOCALES}
        if not all(isinstance(text, str) and text for text in texts.values()):
            self.fault(place, 'must be { kk = "...", ru = "..." }')
        return {language: str(text or "") for language, text in texts.items()}
