"""A complaint as a PDF from the command line, for where no word of it may pass through servers abroad."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bot.command_answers import OK, with_registry
from bot.settings import Settings
from storage.database import Database

ACTOR: Final = "operator"
PAPERS: Final = ("complaint", "answer", "slip")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The form of `complaint`."""
    parser.add_argument("number", metavar="NUMBER", help="the complaint's number, as 95-000012")
    parser.add_argument("file", metavar="FILE", help="the PDF to write")
    parser.add_argument("--what", choices=PAPERS, default=PAPERS[0], help="which of its papers")


def complaint(settings: Settings, options: argparse.Namespace) -> int | str:
    """Write a complaint, its answer or its slip as a PDF; the look is on record."""
    path = Path(options.file)
    if path.is_dir() or not path.absolute().parent.is_dir():
        return f"{path} is a folder, or stands in none: say where the PDF is to be written."
    return with_registry(settings, lambda db: work(db, options.number, options.what, path, print))


async def work(db: Database, number: str, what: str, path: Path, say: Callable[[str], None]) -> int | str:
    """Draw the paper and write it; the exit code, or why nothing was written."""
    from bot.complaints.printed import ComplaintPapers, What
    from bot.setting_forms import CARD_FIELDS
    from rules.request_number import BadNumber, RequestNumber
    from storage import audit, complaints

    try:
        found = await complaints.by_number(db.reader, str(RequestNumber.parse(number)))
    except BadNumber:
        found = None
    if found is None:
        return f"{number!r}: there is no complaint under that number; they look like 95-000012."
    try:
        _, content = await ComplaintPapers(db.reader).drawn(found.id, What(what), frozenset(CARD_FIELDS))
    except ValueError:
        return f"{found.number} has no answer yet."
    facts: dict[str, str | int] = {"clinic": found.clinic_no, "what": what}
    subject, now = f"complaint:{found.id}", db.clock.now()
    async with db.transaction() as tx:
        await audit.append(tx, "complaint.details_opened", ACTOR, subject, facts, now)
    try:
        await asyncio.to_thread(_write, path, content)
    except OSError as fault:
        return f"{path} was not written ({fault.strerror})."
    say(f"{path}: {len(content)} bytes.")
    return OK


def _write(path: Path, content: bytes) -> None:
    """For its owner's eyes only."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_bytes(content)
