"""A journal as CSV: UTF-8 with its mark, semicolons as office programs of this country expect.

A cell that a program could take for a formula begins with an apostrophe (S42).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import BinaryIO, Final

from bot.journals.sheet import Top

# The last four look like the first four to programs that fold widths.
_ACTS: Final = tuple("=+-@\t\r\n|%＝＋－＠")


class CsvSheet:
    """A CSV file that is being written; nothing of it is held but one page of lines."""

    def __init__(self, out: BinaryIO, top: Top) -> None:
        self._text: Final = io.TextIOWrapper(out, "utf-8-sig", newline="", write_through=False)
        self._rows: Final = csv.writer(self._text, delimiter=";", lineterminator="\r\n")
        self.add([[line] for line in (*top.title, *top.notes)])
        self._rows.writerow([])
        self.add([[" / ".join(heading) for heading in top.headings]])

    def add(self, lines: Iterable[Sequence[str]]) -> None:
        """Write these lines below the others."""
        self._rows.writerows([harmless(cell) for cell in line] for line in lines)

    def close(self) -> None:
        """Hand over what is still in the buffer; the file beneath stays open."""
        self._text.flush()
        self._text.detach()


def harmless(cell: str) -> str:
    """The cell as no program reads it as a formula or a command."""
    return f"'{cell}" if cell.lstrip().startswith(_ACTS) or cell[:1] in _ACTS else cell
