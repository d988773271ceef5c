"""A white sheet that is drawn from the top down: words, bars, columns; its font has every Kazakh letter."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

from PIL import Image, ImageDraw, ImageFont

Colour: TypeAlias = str

FONTS: Final = Path(__file__).parents[2] / "locales" / "papers" / "fonts"
WIDTH: Final = 1080
"""In dots: what Telegram shows of a picture on a telephone without making it smaller."""
TALLEST: Final = 6000
MARGIN: Final = 48
INNER: Final = WIDTH - 2 * MARGIN

INK: Final = "#1d2733"
FAINT: Final = "#64707d"
LINE: Final = "#dfe4ea"


class Canvas:
    """The sheet, and how far down it is drawn."""

    def __init__(self) -> None:
        self._image: Final = Image.new("RGB", (WIDTH, TALLEST), "white")
        self._draw: Final = ImageDraw.Draw(self._image)
        self.y = MARGIN

    def down(self, dots: int) -> None:
        """Leave so much free."""
        self.y += dots

    def words(
        self, text: str, size: int, *, bold: bool = False, colour: Colour = INK, width: int = INNER
    ) -> None:
        """Words at the left margin, in as many lines as they need."""
        font = _font(size, bold)
        for line in _lines(text, font, width):
            self._draw.text((MARGIN, self.y), line, fill=colour, font=font)
            self.y += round(size * 1.35)

    def beside(self, text: str, size: int, *, bold: bool = False, colour: Colour = INK) -> int:
        """Words at the right margin, in the line that comes next; how wide they are."""
        font = _font(size, bold)
        self._draw.text((WIDTH - MARGIN, self.y), text, fill=colour, font=font, anchor="ra")
        return round(font.getlength(text))

    def rule(self) -> None:
        """A thin line from margin to margin."""
        self._draw.line((MARGIN, self.y, WIDTH - MARGIN, self.y), fill=LINE, width=2)

    def bar(self, parts: Sequence[tuple[int, Colour]], whole: int, height: int = 26) -> None:
        """Parts of a whole beside one another; what they leave of it is faint. A part is never invisible."""
        self._box(MARGIN, self.y, INNER, height, "#eef1f4")
        x: float = MARGIN
        for count, colour in parts:
            width = max(4.0, INNER * count / whole) if count else 0.0
            self._box(x, self.y, min(width, WIDTH - MARGIN - x), height, colour)
            x += width
        self.y += height

    def columns(self, stacks: Sequence[Sequence[tuple[int, Colour]]], labels: Sequence[str]) -> None:
        """Columns of stacked parts, a scale at their left, and a label under each that has one."""
        height, left = 230, MARGIN + 70
        most = _round_up(max(sum(count for count, _ in stack) for stack in stacks))
        step, foot = (WIDTH - MARGIN - left) / len(stacks), self.y + height
        for share in range(5):
            self._scale_line(left, foot - height * share // 4, most * share, share)
        for at, (stack, label) in enumerate(zip(stacks, labels, strict=True)):
            x, y = left + at * step, float(foot)
            for count, colour in stack:
                part = max(3.0, height * count / most) if count else 0.0
                self._box(x + step * 0.14, y - part, step * 0.72, part, colour)
                y -= part
            self._draw.text((x + step / 2, foot + 10), label, fill=FAINT, font=_font(20), anchor="ma")
        self.y = foot + 44

    def legend(self, items: Sequence[tuple[str, Colour]], size: int = 23) -> None:
        """Which colour is what, in as many lines as that needs."""
        font, x = _font(size), float(MARGIN)
        for text, colour in items:
            width = 34 + font.getlength(text)
            if x > MARGIN and x + width > WIDTH - MARGIN:
                x = MARGIN
                self.y += round(size * 1.6)
            self._box(x, self.y + 4, 22, 22, colour)
            self._draw.text((x + 32, self.y), text, fill=INK, font=font)
            x += width + 30
        self.y += round(size * 1.6)

    def png(self) -> bytes:
        """What was drawn, cut off where it ends."""
        written = io.BytesIO()
        whole = self._image.crop((0, 0, WIDTH, min(TALLEST, self.y + MARGIN)))
        # A few flat colours and the edges of letters: a palette halves the file and nobody sees it.
        whole.quantize(64, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
        return written.getvalue()

    def _scale_line(self, left: int, y: int, quarters: int, share: int) -> None:
        self._draw.line((left, y, WIDTH - MARGIN, y), fill=LINE if share else FAINT, width=2)
        if quarters % 4 == 0:
            self._draw.text((left - 12, y), str(quarters // 4), fill=FAINT, font=_font(20), anchor="rm")

    def _box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        if width >= 1 and height >= 1:
            self._draw.rectangle((round(x), round(y), round(x + width) - 1, round(y + height) - 1), colour)


@cache
def _font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    # Basic layout: no library for shaping is needed, and the same picture comes out on every machine.
    face = FONTS / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")
    return ImageFont.truetype(str(face), size, layout_engine=ImageFont.Layout.BASIC)


def _lines(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        wider = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(wider) <= width:
            lines[-1] = wider
        else:
            lines.append(word)
    return lines


def _round_up(most: int) -> int:
    """The end of the scale: the next number of the sort that people read off a scale."""
    size = 1
    while True:
        for step in (4, 8, 12, 20):
            if most <= step * size:
                return step * size
        size *= 10
