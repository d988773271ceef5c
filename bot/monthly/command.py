"""The figures on the command line: their options, every bad one of them told at once, and the files."""

from __future__ import annotations

import argparse
import os
import re
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from bot.command_answers import OK, WRONG, say, say_all, with_registry
from bot.settings import Settings

if TYPE_CHECKING:
    from rules.people import Language
    from storage.database import Database

ACTOR: Final = "command_line"
"""Who counts on the command line, as the audit names them."""

FORMS: Final = ("png", "xlsx")
LANGUAGES: Final = ("kk", "ru")

_MONTH: Final = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)
_OPTIONS: Final = (
    ("--clinic", "clinic", "N", "the clinic's number"),
    ("--month", "month", "YYYY-MM", "which month, by the clinic's clock"),
    ("--png", "png", "FILE", "where the picture goes"),
    ("--xlsx", "xlsx", "FILE", "where the table goes"),
    ("--language", "language", "|".join(LANGUAGES), "of every word on them"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The form of `figures`. Everything is taken as text: `read` names all that is wrong together."""
    for flag, name, metavar, what in _OPTIONS:
        parser.add_argument(flag, dest=name, metavar=metavar, help=what)


def figures(settings: Settings, options: argparse.Namespace) -> int | str:
    """Write a clinic's figures of a month as files; every bad option is told at once."""
    wanted = read(options, settings.default_language)
    if isinstance(wanted, list):
        return say_all("Nothing was written:", (f"  {fault}" for fault in wanted), WRONG)
    return with_registry(settings, lambda db: work(db, wanted, say))


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for on the command line, read; ``files`` are where each form goes."""

    clinic: int
    month: str
    files: tuple[tuple[str, Path], ...]
    language: Language


def read(options: argparse.Namespace, default_language: str) -> Asked | list[str]:
    """The options as values, or everything that is wrong with them, a line each."""
    options.language = options.language or (default_language if default_language in LANGUAGES else "kk")
    faults = list(_faults(options))
    if faults:
        return faults
    files = tuple((form, Path(getattr(options, form))) for form in FORMS if getattr(options, form))
    return Asked(int(options.clinic), options.month, files, cast("Language", options.language))


def _faults(options: argparse.Namespace) -> Iterable[str]:
    if options.clinic is None or not (options.clinic.isascii() and options.clinic.isdigit()):
        yield f"--clinic: {_given(options.clinic)}; a clinic's number is wanted"
    if options.month is None or _MONTH.fullmatch(options.month) is None:
        yield f"--month: {_given(options.month)}; a month is wanted, as 2026-11"
    if options.language not in LANGUAGES:
        yield f"--language: {_given(options.language)}; one of {', '.join(LANGUAGES)} is wanted"
    if not (options.png or options.xlsx):
        yield "--png, --xlsx: both are missing; at least one says where to write"
    for form in FORMS:
        name = getattr(options, form)
        if name and Path(name).is_dir():
            yield f"--{form}: {name} is a folder"
        elif name and not Path(name).absolute().parent.is_dir():
            yield f"--{form}: there is no folder {Path(name).parent}"


def _given(value: str | None) -> str:
    return "is missing" if value is None else f"{value!r} cannot be used"


async def work(db: Database, asked: Asked, say: Callable[[str], None]) -> int | str:
    """Count, and write the files; ``say`` what came of it. The exit code, or why nothing was written."""
    from datetime import date

    from bot.monthly.files import Form, Wanted, made
    from bot.monthly.month import Month
    from storage import audit
    from storage.registry import Directory

    directory = Directory()
    await directory.refresh(db.reader)
    clinic = directory.clinics.get(asked.clinic)
    if clinic is None:
        return f"--clinic: there is no clinic {asked.clinic} in the registry; load clinics.csv first."
    now, month = db.clock.now(), Month(date.fromisoformat(f"{asked.month}-01"))
    for form, path in asked.files:
        content = await made(db.reader, Wanted(clinic, month, Form(form), asked.language, now))
        try:
            _write_whole(path, content)
        except OSError as fault:
            return f"{path} was not written ({fault.strerror})."
        say(f"{path}: {len(content)} bytes.")
    facts: dict[str, str | int] = {"month": asked.month, "form": "+".join(form for form, _ in asked.files)}
    async with db.transaction() as tx:
        await audit.append(tx, "figures.looked", ACTOR, f"clinic:{clinic.no}", facts, now)
    return OK


def _write_whole(path: Path, content: bytes) -> None:
    """Written beside it, then renamed: there is never half a file. Only its owner can read it."""
    handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=".figures-")
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
