"""A journal as PDF, A4 across, written page by page: nothing of it is held but the page in hand.

Libraries that draw PDF keep every page until the end, which for a million lines is more than a machine has;
so the few parts of the format that a table needs (ISO 32000-1) are written here. Text stays text: it can be
searched and copied. Lengths are points.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import BinaryIO, Final

from bot.journals.pdf_letters import Letters, packed
from bot.journals.sheet import Top

PLAIN: Final = "DejaVuSans"
BOLD: Final = "DejaVuSans-Bold"

_WIDE, _HIGH = 842.0, 595.0
_MARGIN: Final = 24.0
_SIZE: Final = 6.0
_LEADING: Final = 7.4
_PADDING: Final = 1.6
_MOST_LINES: Final = 24
"""In one cell; what a page cannot hold ends in an ellipsis, and stands whole in the other kinds of file."""

_SHARES: Final = {
    "no": 24, "at": 46, "number": 46, "event": 74, "actor": 56, "patient": 80, "born": 46, "iin": 58,
    "phone": 64, "address": 84, "reason": 76, "visit": 62, "doctor": 76, "ground": 84, "service": 90,
    "way": 60, "cause": 80, "from_clinic": 50, "in_force": 56,
}  # fmt: skip

_CATALOGUE, _PAGES, _INFO = 1, 2, 3
_FACES: Final = {"F1": 4, "F2": 9}
"""The first object of each face; the four after it describe it."""
_FIRST_FREE: Final = 14


class PdfSheet:
    """A PDF that is being written; its objects leave as soon as they are whole."""

    def __init__(self, out: BinaryIO, top: Top) -> None:
        self._out: Final = out
        self._top: Final = top
        self._plain: Final = Letters(PLAIN)
        self._bold: Final = Letters(BOLD)
        # Where each object stands in the file: eight bytes an object is all that grows.
        self._places: Final = array("Q", bytes(8 * _FIRST_FREE))
        self._pages: Final = array("L")
        self._widths: Final = _widths(top.columns)
        self._at = 0
        self._drawn: list[str] = []
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self._begin_page(with_title=True)

    def add(self, lines: Iterable[Sequence[str]]) -> None:
        """Write these lines below the others, on further pages where one is full."""
        for line in lines:
            self._row(line)

    def close(self) -> None:
        """Write the last page, the fonts, and where everything stands."""
        self._end_page()
        for name, letters in (("F1", self._plain), ("F2", self._bold)):
            self._face(_FACES[name], letters)
        kids = " ".join(f"{number} 0 R" for number in self._pages)
        self._object(_PAGES, f"<< /Type /Pages /Count {len(self._pages)} /Kids [{kids}] >>")
        self._object(_INFO, f"<< /Title {_text(self._top.title[0])} /Producer (Dariger) >>")
        self._object(_CATALOGUE, f"<< /Type /Catalog /Pages {_PAGES} 0 R /Lang (kk) >>")
        self._where_everything_stands()

    # Drawing

    def _row(self, line: Sequence[str]) -> None:
        cells = [
            self._fitting(self._plain.lines(text, _room(width)))
            for text, width in zip(line, self._widths, strict=True)
        ]
        high = max(1, *(len(cell) for cell in cells)) * _LEADING + 2 * _PADDING
        if self._y - high < _MARGIN + 2 * _LEADING:
            self._end_page()
            self._begin_page(with_title=False)
        self._cells("F1", self._plain, cells)
        self._y -= high
        self._rule(0.25)

    def _fitting(self, lines: tuple[str, ...]) -> tuple[str, ...]:
        return lines if len(lines) <= _MOST_LINES else (*lines[: _MOST_LINES - 1], "…")

    def _begin_page(self, *, with_title: bool) -> None:
        self._drawn = []
        self._y = _HIGH - _MARGIN
        if with_title:
            for text in self._top.title:
                self._line("F2", self._bold, text, 11.0)
            for note in self._top.notes:
                for text in self._plain.lines(note, round((_WIDE - 2 * _MARGIN) / 7.0 * 1000)):
                    self._line("F1", self._plain, text, 7.0)
            self._y -= _LEADING
        self._headings()

    def _headings(self) -> None:
        cells = [
            tuple(piece for part in heading for piece in self._bold.lines(part, _room(width)))
            for heading, width in zip(self._top.headings, self._widths, strict=True)
        ]
        self._rule(0.7)
        self._cells("F2", self._bold, cells)
        self._y -= max(len(cell) for cell in cells) * _LEADING + 2 * _PADDING
        self._rule(0.7)

    def _cells(self, face: str, letters: Letters, cells: Sequence[Sequence[str]]) -> None:
        x = _MARGIN
        for cell, width in zip(cells, self._widths, strict=True):
            for at, text in enumerate(cell):
                y = self._y - _PADDING - _SIZE - at * _LEADING
                self._show(face, letters, text, _SIZE, x + _PADDING, y)
            x += width

    def _line(self, face: str, letters: Letters, text: str, size: float) -> None:
        self._y -= size * 1.35
        self._show(face, letters, text, size, _MARGIN, self._y)

    def _show(self, face: str, letters: Letters, text: str, size: float, x: float, y: float) -> None:
        glyphs = letters.shown(text)
        self._drawn.append(f"BT /{face} {size:g} Tf {x:.1f} {y:.1f} Td <{glyphs}> Tj ET")

    def _rule(self, weight: float) -> None:
        self._drawn.append(
            f"{weight:g} w {_MARGIN:.1f} {self._y:.1f} m {_WIDE - _MARGIN:.1f} {self._y:.1f} l S"
        )

    def _end_page(self) -> None:
        number = len(self._pages) + 1
        foot = f"{self._top.foot} · {number}"
        self._show("F1", self._plain, foot, _SIZE, _MARGIN, _MARGIN)
        content, page = self._next_number(), self._next_number()
        data = packed("\n".join(self._drawn).encode())
        self._stream(content, data)
        fonts = " ".join(f"/{name} {first} 0 R" for name, first in _FACES.items())
        self._object(
            page,
            f"<< /Type /Page /Parent {_PAGES} 0 R /MediaBox [0 0 {_WIDE:g} {_HIGH:g}] "
            f"/Resources << /Font << {fonts} >> >> /Contents {content} 0 R >>",
        )
        self._pages.append(page)

    # Objects

    def _face(self, first: int, letters: Letters) -> None:
        descendant, descriptor, file, words = range(first + 1, first + 5)
        name = f"/JOURNL+{letters.face}"
        self._object(
            first,
            f"<< /Type /Font /Subtype /Type0 /BaseFont {name} /Encoding /Identity-H "
            f"/DescendantFonts [{descendant} 0 R] /ToUnicode {words} 0 R >>",
        )
        self._object(
            descendant,
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont {name} /CIDToGIDMap /Identity "
            f"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
            f"/FontDescriptor {descriptor} 0 R /DW 600 /W [{letters.widths_array()}] >>",
        )
        self._object(
            descriptor,
            f"<< /Type /FontDescriptor /FontName {name} /Flags 4 /FontBBox [-1021 -463 1793 1232] "
            f"/ItalicAngle 0 /Ascent 928 /Descent -236 /CapHeight 729 /StemV 80 /FontFile2 {file} 0 R >>",
        )
        data = letters.font_file()
        self._stream(file, packed(data), f"/Length1 {len(data)} ")
        self._stream(words, packed(letters.character_map()))

    def _where_everything_stands(self) -> None:
        start, count = self._at, len(self._places)
        self._write(f"xref\n0 {count}\n0000000000 65535 f \n".encode())
        for at in range(1, count):
            self._write(b"%010d 00000 n \n" % self._places[at])
        trailer = f"trailer\n<< /Size {count} /Root {_CATALOGUE} 0 R /Info {_INFO} 0 R >>\n"
        self._write(f"{trailer}startxref\n{start}\n%%EOF\n".encode())

    def _next_number(self) -> int:
        self._places.append(0)
        return len(self._places) - 1

    def _object(self, number: int, text: str) -> None:
        self._places[number] = self._at
        self._write(f"{number} 0 obj\n{text}\nendobj\n".encode())

    def _stream(self, number: int, data: bytes, more: str = "") -> None:
        self._places[number] = self._at
        head = f"{number} 0 obj\n<< {more}/Filter /FlateDecode /Length {len(data)} >>\nstream\n"
        self._write(head.encode() + data + b"\nendstream\nendobj\n")

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._at += len(data)


def _widths(columns: Sequence[str]) -> tuple[float, ...]:
    """The columns share the page by what they usually hold."""
    whole = sum(_SHARES[column] for column in columns)
    return tuple(_SHARES[column] * (_WIDE - 2 * _MARGIN) / whole for column in columns)


def _room(width: float) -> int:
    """How much text a column holds in a line, in thousandths of the size."""
    return int((width - 2 * _PADDING) / _SIZE * 1000)


def _text(text: str) -> str:
    """A string outside a page, in the format's own Unicode."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"
