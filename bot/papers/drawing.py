"""A paper as a PDF: one page A4, Kazakh on the left and Russian on the right, a QR code below.

The same paper drawn twice is the same bytes. Text stays text: it can be selected, searched and read aloud.
What would not fit is drawn smaller; nothing is ever drawn over something else, or over the edge.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.papers.printed import Issue, rows, values
from bot.papers.template import OF_THE_HOUSE, Template, filled
from dialogs.engine import T
from locales.rendering import LOCALES, render
from rules.people import Language

if TYPE_CHECKING:
    from fpdf import FPDF

FONTS: Final = OF_THE_HOUSE / "fonts"
FACE: Final = "DejaVuSans"
INSTEAD: Final = "\N{WHITE SQUARE}"
"""What stands for a letter that the font does not have."""

PAGE_WIDTH: Final = 210.0
PAGE_HEIGHT: Final = 297.0
MARGIN: Final = 15.0
GUTTER: Final = 8.0
COLUMN: Final = (PAGE_WIDTH - 2 * MARGIN - GUTTER) / 2
QR_SIDE: Final = 34.0
BOTTOM: Final = PAGE_HEIGHT - MARGIN - QR_SIDE - 6
"""Where the rows end; below stand the QR code and the words beside it."""

MM_PER_POINT: Final = 25.4 / 72
LEADING: Final = 1.25
SMALLER: Final = 0.93
SMALLEST: Final = 0.4
INK: Final = 20
GREY: Final = 95
PALE: Final = 190


@dataclass(frozen=True, slots=True)
class _Block:
    """A piece of text: its size in points, bold or not, how dark, and the gap below it in points."""

    text: str
    size: float
    bold: bool = False
    ink: int = INK
    gap: float = 0.0


_Cells = Mapping[Language, tuple[_Block, ...]]


def draw(issue: Issue, template: Template, *, with_state_signature: bool) -> bytes:
    """The paper as an unsigned PDF."""
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(auto=False)
    pdf.set_margins(MARGIN, MARGIN)
    pdf.c_margin = 0
    pdf.set_creation_date(issue.issued_at)
    pdf.set_title(issue.number)
    pdf.set_lang("kk")
    for style, name in (("", f"{FACE}.ttf"), ("B", f"{FACE}-Bold.ttf")):
        pdf.add_font(FACE, style, FONTS / name)
    pdf.add_page()
    known = {language: values(issue, template, language) for language in LOCALES}
    sheet = _Sheet(pdf, template, known)
    sheet.head(_rows(sheet, with_state_signature=with_state_signature))
    sheet.foot(issue)
    return bytes(pdf.output())


def _rows(sheet: _Sheet, *, with_state_signature: bool) -> tuple[_Cells, ...]:
    template = sheet.template
    signature = T("paper.state_signature" if with_state_signature else "paper.signature")
    lines: list[_Cells] = [sheet.text(template.title, 13, bold=True, gap=9)]
    lines += [
        {
            language: (_Block(cell.label, 7.5, ink=GREY, gap=0.5), _Block(cell.value, 10.5, gap=6))
            for language, cell in row.items()
        }
        for row in rows(template, sheet.known)
    ]
    below: _Cells = {language: (_Block(render(signature, language), 8, ink=GREY),) for language in LOCALES}
    return (*lines, sheet.text(template.note, 9.5, gap=6), below)


class _Sheet:
    """One page being drawn."""

    def __init__(self, pdf: FPDF, template: Template, known: Mapping[Language, Mapping[str, str]]) -> None:
        self._pdf = pdf
        self.template = template
        self.known = known
        self._heights: dict[tuple[_Block, float, float], float] = {}
        self._letters = {style: _letters_of(pdf, style) for style in ("", "B")}

    def text(
        self,
        words: Mapping[Language, str],
        size: float,
        *,
        bold: bool = False,
        ink: int = INK,
        gap: float = 0,
    ) -> _Cells:
        """The same text in both languages, with its values."""
        return {
            language: (_Block(filled(words[language], self.known[language]), size, bold, ink, gap),)
            for language in LOCALES
        }

    def head(self, lines: tuple[_Cells, ...]) -> None:
        """Draw the lines from the top, as large as they fit."""
        scale = 1.0
        while MARGIN + sum(self._line_height(line, scale) for line in lines) > BOTTOM and scale > SMALLEST:
            scale *= SMALLER
        top = MARGIN
        for number, line in enumerate(lines):
            self._draw_line(line, top, scale)
            top += self._line_height(line, scale)
            if number == 0:
                self._rule(top - 2.0)

    def foot(self, issue: Issue) -> None:
        """Draw the QR code, and beside it how the paper is checked."""
        top = PAGE_HEIGHT - MARGIN - QR_SIDE
        self._rule(top - 3.0)
        _draw_qr(self._pdf, issue.address, MARGIN, top)
        left = MARGIN + QR_SIDE + 5
        width = PAGE_WIDTH - MARGIN - left
        blocks = [self.text(self.template.check, 9, gap=5)[language][0] for language in LOCALES]
        scale = 1.0
        while sum(self._height(block, width, scale) for block in blocks) > QR_SIDE and scale > SMALLEST:
            scale *= SMALLER
        for block in blocks:
            self._draw(block, left, top, width, scale)
            top += self._height(block, width, scale)

    def _line_height(self, line: _Cells, scale: float) -> float:
        return max(sum(self._height(block, COLUMN, scale) for block in blocks) for blocks in line.values())

    def _draw_line(self, line: _Cells, top: float, scale: float) -> None:
        for place, language in enumerate(LOCALES):
            left, down = MARGIN + place * (COLUMN + GUTTER), top
            for block in line[language]:
                self._draw(block, left, down, COLUMN, scale)
                down += self._height(block, COLUMN, scale)

    def _height(self, block: _Block, width: float, scale: float) -> float:
        asked = (block, width, scale)
        if asked not in self._heights:
            # Breaking lines is most of what drawing costs, and each height is asked for several times.
            self._heights[asked] = self._measured(block, width, scale)
        return self._heights[asked]

    def _measured(self, block: _Block, width: float, scale: float) -> float:
        from fpdf.enums import MethodReturnValue

        self._choose(block, scale)
        lines = self._pdf.multi_cell(
            width, text=self._drawable(block), align="L", dry_run=True, output=MethodReturnValue.LINES
        )
        if not isinstance(lines, list):
            raise TypeError(type(lines).__name__)
        return (len(lines) * block.size * LEADING + block.gap) * scale * MM_PER_POINT

    def _draw(self, block: _Block, left: float, top: float, width: float, scale: float) -> None:
        self._choose(block, scale)
        self._pdf.set_xy(left, top)
        leading = block.size * LEADING * scale * MM_PER_POINT
        self._pdf.multi_cell(width, leading, text=self._drawable(block), align="L")

    def _choose(self, block: _Block, scale: float) -> None:
        self._pdf.set_font(FACE, "B" if block.bold else "", block.size * scale)
        self._pdf.set_text_color(block.ink)

    def _drawable(self, block: _Block) -> str:
        letters = self._letters["B" if block.bold else ""]
        return "".join(letter if ord(letter) in letters else INSTEAD for letter in block.text)

    def _rule(self, top: float) -> None:
        self._pdf.set_draw_color(PALE)
        self._pdf.set_line_width(0.2)
        self._pdf.line(MARGIN, top, PAGE_WIDTH - MARGIN, top)


def _letters_of(pdf: FPDF, style: str) -> Container[int]:
    """The letters that the face has in that style."""
    from fpdf.fonts import TTFFont

    font = pdf.fonts[f"{FACE.lower()}{style}"]
    return font.cmap if isinstance(font, TTFFont) else ()


def _draw_qr(pdf: FPDF, address: str, left: float, top: float) -> None:
    """The code as squares of the page itself: sharp at any size, and no picture to be carried."""
    import segno

    matrix = tuple(segno.make(address, error="m", micro=False).matrix_iter(border=2))
    side = QR_SIDE / len(matrix)
    pdf.set_fill_color(0)
    for down, line in enumerate(matrix):
        for across, length in _runs(bytes(line)):
            pdf.rect(left + across * side, top + down * side, length * side, side, style="F")


def _runs(line: bytes) -> list[tuple[int, int]]:
    """Where dark squares begin, and how many follow each other: drawn as one, no hair shows between them."""
    runs: list[tuple[int, int]] = []
    for place, dark in enumerate(line):
        if not dark:
            continue
        if runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((place, 1))
    return runs
