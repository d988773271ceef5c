"""A journal as XLSX: text cells only, marked as text, so that nothing in them is ever reckoned (S42)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO, Final

from xlsxwriter import Workbook

from bot.journals.sheet import Top

MOST_ROWS: Final = 1_000_000
"""Lines on one sheet; the format itself ends at 1,048,576 rows."""

_NUMBERS: Final = frozenset({"no"})
_WIDTHS: Final = {
    "no": 8, "at": 16, "number": 12, "event": 26, "actor": 20, "patient": 34, "born": 11, "iin": 14,
    "phone": 16, "address": 40, "reason": 30, "visit": 22, "doctor": 34, "ground": 40, "service": 26,
    "way": 16, "cause": 30, "from_clinic": 10, "in_force": 12,
}  # fmt: skip


class XlsxSheet:
    """A workbook that is being written, a row at a time; its rows wait in files of ``folder``.

    Without a folder everything stays in memory: for a few thousand lines only.
    """

    def __init__(self, out: BinaryIO, top: Top, folder: Path | None = None) -> None:
        kept: dict[str, Any] = (
            {"in_memory": True} if folder is None else {"constant_memory": True, "tmpdir": str(folder)}
        )
        self._book: Final = Workbook(out, {**kept, "strings_to_formulas": False, "strings_to_urls": False})
        self._top: Final = top
        self._cell: Final = self._format(text_wrap=True, valign="top", font_size=9)
        self._note: Final = self._format(font_size=9)
        self._title: Final = self._format(bold=True, font_size=12)
        self._heading: Final = self._format(bold=True, text_wrap=True, valign="top", bottom=1, font_size=9)
        self._sheets: Final = count(1)
        self._begin()

    def add(self, lines: Iterable[Sequence[str]]) -> None:
        """Write these lines below the others, on a further sheet where one is full."""
        for line in lines:
            if self._row - self._first >= MOST_ROWS:
                self._begin()
            self._line(line, self._cell)

    def close(self) -> None:
        """Put the workbook together."""
        self._book.close()

    def _begin(self) -> None:
        self._sheet = self._book.add_worksheet(str(next(self._sheets)))
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        for at, column in enumerate(self._top.columns):
            self._sheet.set_column(at, at, _WIDTHS[column])
        self._row = 0
        for line in self._top.title:
            self._text_row([line], self._title)
        for line in self._top.notes:
            self._text_row([line], self._note)
        self._text_row(["\n".join(heading) for heading in self._top.headings], self._heading)
        self._sheet.repeat_rows(self._row - 1)
        self._sheet.freeze_panes(self._row, 0)
        self._sheet.set_footer(f"&L&8{self._top.foot.replace('&', '&&')}&R&8&P / &N")
        self._first = self._row

    def _line(self, line: Sequence[str], style: Any) -> None:
        for at, (column, text) in enumerate(zip(self._top.columns, line, strict=True)):
            if column in _NUMBERS and text.isascii() and text.isdigit():
                self._sheet.write_number(self._row, at, int(text), style)
            else:
                self._sheet.write_string(self._row, at, text, style)
        self._row += 1

    def _text_row(self, texts: Sequence[str], style: Any) -> None:
        for at, text in enumerate(texts):
            self._sheet.write_string(self._row, at, text, style)
        self._row += 1

    def _format(self, **wanted: Any) -> Any:
        return self._book.add_format({"quote_prefix": True, **wanted})
