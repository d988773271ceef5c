"""The journal on the command line: its options, every bad one of them told at once, and the export."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rules.people import Language
    from storage.database import Database

OK: Final = 0
ACTOR: Final = "command_line"
"""Who exports on the command line, as the audit names them."""

REGISTERS: Final = ("home_calls", "appointments", "attachments", "contacts")
FORMS: Final = ("xlsx", "csv", "pdf")
REASONS: Final = ("inspection", "answer", "own_work")
LANGUAGES: Final = ("kk", "ru")
PROGRESS_EVERY: Final = 5_000

_OPTIONS: Final = (
    ("--clinic", "clinic", "N", "the clinic's number"),
    ("--register", "register", "|".join(REGISTERS), "which journal"),
    ("--from", "first", "YYYY-MM-DD", "the first day, by the clinic's clock"),
    ("--to", "last", "YYYY-MM-DD", "the last day, which is within"),
    ("--as", "form", "|".join(FORMS), "what kind of file"),
    ("--why", "why", "|".join(REASONS), "why, for the audit chain (own_work if left out)"),
    ("--language", "language", "|".join(LANGUAGES), "of the cells; headings are in both"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The form of `journal`. Everything is taken as text: `read` names all that is wrong together."""
    for flag, name, metavar, what in _OPTIONS:
        parser.add_argument(flag, dest=name, metavar=metavar, help=what)
    parser.add_argument("file", nargs="?", metavar="FILE", help="where to; written beside it, then renamed")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for on the command line, read."""

    clinic: int
    register: str
    first: date
    last: date
    form: str
    why: str
    language: Language
    file: Path


def read(options: argparse.Namespace, default_language: str) -> Wanted | list[str]:
    """The options as values, or everything that is wrong with them, a line each."""
    options.why = options.why or "own_work"
    options.language = options.language or (default_language if default_language in LANGUAGES else "kk")
    faults = list(_faults(options))
    if faults:
        return faults
    return Wanted(
        clinic=int(options.clinic),
        register=options.register,
        first=date.fromisoformat(options.first),
        last=date.fromisoformat(options.last),
        form=options.form,
        why=options.why,
        language=options.language,
        file=Path(options.file),
    )


def _faults(options: argparse.Namespace) -> Iterable[str]:
    if options.clinic is None or not (options.clinic.isascii() and options.clinic.isdigit()):
        yield f"--clinic: {_given(options.clinic)}; a clinic's number is wanted"
    for flag, name, among in (
        ("--register", "register", REGISTERS),
        ("--as", "form", FORMS),
        ("--why", "why", REASONS),
        ("--language", "language", LANGUAGES),
    ):
        value = getattr(options, name)
        if value not in among:
            yield f"{flag}: {_given(value)}; one of {', '.join(among)} is wanted"
    yield from _day_faults(options)
    yield from _file_faults(options.file)


def _day_faults(options: argparse.Namespace) -> Iterable[str]:
    days = []
    for flag, value in (("--from", options.first), ("--to", options.last)):
        try:
            days.append(date.fromisoformat(value or ""))
        except ValueError:
            yield f"{flag}: {_given(value)}; a day is wanted, as 2026-11-20"
    if len(days) == 2 and days[0] > days[1]:
        yield f"--to: {days[1]} is before --from {days[0]}"
    if any(not 1970 < day.year < 9999 for day in days):
        yield "--from, --to: no journal is so old, or so new"


def _file_faults(name: str | None) -> Iterable[str]:
    if name is None:
        yield "FILE: is missing; the last word says where to write"
        return
    path = Path(name)
    if path.is_dir():
        yield f"FILE: {name} is a folder"
    elif not path.absolute().parent.is_dir():
        yield f"FILE: there is no folder {path.parent}"


def _given(value: str | None) -> str:
    return "is missing" if value is None else f"{value!r} cannot be used"


async def work(
    db: Database, wanted: Wanted, say: Callable[[str], None], note: Callable[[str], None]
) -> int | str:
    """Export the journal; ``say`` what came of it and ``note`` how far it is. The exit code, or why not."""
    from bot.journals.columns import Lines
    from bot.journals.export import opened, to_path
    from bot.journals.sheet import Asked, Form, Why
    from storage import journal_seals
    from storage.journal import Register
    from storage.keys import CannotOpen
    from storage.registry import Directory

    directory = Directory()
    await directory.refresh(db.reader)
    clinic = directory.clinics.get(wanted.clinic)
    if clinic is None:
        return f"--clinic: there is no clinic {wanted.clinic} in the registry; load clinics.csv first."
    asked = Asked(
        clinic, Register(wanted.register), wanted.first, wanted.last, Form(wanted.form), Why(wanted.why),
        ACTOR, db.clock.now(),
    )  # fmt: skip
    await journal_seals.seal_all(db, asked.at, ACTOR)
    found = await db.decide(lambda tx: opened(tx, asked, "exported"))
    lines = Lines(asked.register, clinic, wanted.language)
    try:
        await to_path(db, found, lines, wanted.file, _progress(note))
    except CannotOpen as fault:
        return f"Nothing was written: {fault}. Run `python -m bot verify`."
    except OSError as fault:
        return f"Nothing was written: {wanted.file} ({fault.strerror})."
    say(f"{wanted.file}: {found.total} entries, audit chain {found.head.seq} {found.head.hash.hex()}.")
    return OK


def _progress(note: Callable[[str], None]) -> Callable[[int, int], None]:
    said = 0

    def told(done: int, total: int) -> None:
        nonlocal said
        if done - said >= PROGRESS_EVERY or done == total:
            said = done
            note(f"{done} of {total} entries ...")

    return told
