"""A journal written as a file: read by pages, written as it is read, so that its length costs no memory."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias, assert_never
from zoneinfo import ZoneInfo

from bot.journals.columns import Lines
from bot.journals.sheet import Asked, Form, Sheet, Top, top_of
from rules.law import rule
from storage import audit, journal
from storage.audit import Head
from storage.database import Database, Reader, Tx
from storage.journal import Period, Span

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many entries are written, of how many."""

ONLY_OWNER: Final = 0o600


@dataclass(frozen=True, slots=True)
class Opened:
    """A journal whose looking-at is on record: what it has, and the audit chain's head after that record."""

    asked: Asked
    spans: tuple[Span, ...]
    head: Head

    @property
    def total(self) -> int:
        """How many entries there are."""
        return sum(span.count for span in self.spans)


def period_of(asked: Asked) -> Period:
    """The days that were asked for, of the clinic's zone."""
    zone = ZoneInfo(asked.clinic.zone)
    return Period.of_days(asked.clinic.no, asked.register, asked.first, asked.last, zone)


@rule("SEC-01")
async def opened(tx: Tx, asked: Asked, action: str) -> Opened:
    """Put on record who looks at which journal and why, and tell what it has. Twice: two records.

    ``action`` is "looked" or "exported".
    """
    spans = await journal.spans(tx, period_of(asked))
    facts: dict[str, str | int] = {
        "register": asked.register,
        "from": asked.first.isoformat(),
        "to": asked.last.isoformat(),
        "form": asked.form,
        "why": asked.why,
    }
    subject = f"journal:{asked.clinic.no}:{asked.register}"
    await audit.append(tx, f"journal.{action}.{asked.why}", asked.by, subject, facts, asked.at)
    return Opened(asked, spans, await audit.head(tx))


async def to_path(db: Database, found: Opened, lines: Lines, path: Path, told: Progress) -> None:
    """Write the journal to ``path``: beside it first, and renamed when it is whole.

    Raises OSError, Unavailable, CannotOpen; then nothing is left behind, and what was there before stays.
    """
    with _beside(path) as (out, folder):
        await _write(db.reader, found, lines, out, folder, told)


async def to_bytes(reader: Reader, found: Opened, lines: Lines) -> bytes:
    """The journal as the bytes of a file, in memory: for a few thousand entries. Raises as ``to_path``."""
    out = BytesIO()
    await _write(reader, found, lines, out, None, _silently)
    return out.getvalue()


def _silently(done: int, total: int) -> None:
    del done, total


async def _write(
    reader: Reader, found: Opened, lines: Lines, out: BinaryIO, folder: Path | None, told: Progress
) -> None:
    top = top_of(found.asked, found.spans, found.head, lines)
    # In a thread: the service's own loop goes on answering while a file is made.
    sheet = await asyncio.to_thread(_sheet, found.asked.form, out, top, folder)
    done = 0
    async for page in journal.entries(reader, period_of(found.asked), found.spans):
        await asyncio.to_thread(_add, sheet, lines, page)
        done += len(page)
        told(done, found.total)
    await asyncio.to_thread(sheet.close)


def _add(sheet: Sheet, lines: Lines, page: Sequence[journal.Entry]) -> None:
    sheet.add(lines.cells(entry) for entry in page)


def _sheet(form: Form, out: BinaryIO, top: Top, folder: Path | None) -> Sheet:
    # Imported here: the service starts without what only a file needs.
    match form:
        case Form.CSV:
            from bot.journals.csv_file import CsvSheet

            return CsvSheet(out, top)
        case Form.XLSX:
            from bot.journals.xlsx_file import XlsxSheet

            return XlsxSheet(out, top, folder)
        case Form.PDF:
            from bot.journals.pdf_file import PdfSheet

            return PdfSheet(out, top)
        case _:
            assert_never(form)


@contextmanager
def _beside(path: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A file in a folder of its own beside ``path``, which only its owner can read; renamed at the end."""
    with tempfile.TemporaryDirectory(dir=path.absolute().parent, prefix=".journal-") as name:
        folder = Path(name)
        part = folder / "part"
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, ONLY_OWNER), "w+b") as out:
            yield out, folder
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
