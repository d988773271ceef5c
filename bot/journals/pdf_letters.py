"""The letters of a PDF: their glyphs, widths and lines, and at the end the font with those that were used.

A font is parsed once. What it has no glyph for is shown as a white square, never left out.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS: Final = Path(__file__).parents[2] / "locales" / "papers" / "fonts"
INSTEAD: Final = ord("\N{WHITE SQUARE}")

_EM: Final = 1000
_A_BLOCK: Final = 100
"""So many pairs one block of a character map may have (ISO 32000-1, 9.10.3)."""


class _Glyphs(dict[int, str]):
    """The glyph of each letter that was used, as four hexadecimal digits."""

    def __init__(self, cmap: dict[int, str], number: Any) -> None:
        super().__init__()
        self._cmap: Final = cmap
        self._number: Final = number

    def __missing__(self, letter: int) -> str:
        name = self._cmap.get(letter) or self._cmap[INSTEAD]
        self[letter] = f"{self._number(name):04X}"
        return self[letter]


class _Widths(dict[str, int]):
    """The width of each letter in thousandths of the size."""

    def __init__(self, font: TTFont) -> None:
        super().__init__()
        self._cmap: Final = font.getBestCmap()
        self._metrics: Final = font["hmtx"]
        self._units: Final = font["head"].unitsPerEm

    def __missing__(self, letter: str) -> int:
        name = self._cmap.get(ord(letter)) or self._cmap[INSTEAD]
        self[letter] = round(self._metrics[name][0] * _EM / self._units)
        return self[letter]


class Letters:
    """One face as one file uses it."""

    def __init__(self, face: str) -> None:
        self.face: Final = face
        self._font: Final = _font(face)
        self._glyphs: Final = _Glyphs(self._font.getBestCmap(), self._font.getGlyphID)
        self._widths: Final = _Widths(self._font)
        self._broken: Final[dict[tuple[str, int], tuple[str, ...]]] = {}

    def shown(self, text: str) -> str:
        """The text as a PDF shows it: the glyphs in hexadecimal."""
        return text.translate(self._glyphs)

    def width(self, text: str) -> int:
        """How wide the text is, in thousandths of the size."""
        widths = self._widths
        return sum([widths[letter] for letter in text])

    def lines(self, text: str, width: int) -> tuple[str, ...]:
        """The text in lines no wider than that, in thousandths of the size; broken between words if it can
        be.
        """
        kept = self._broken.get((text, width))
        if kept is None:
            # Statuses, doctors and grounds come again and again; names do not, so the memory is bounded.
            if len(self._broken) > 4096:
                self._broken.clear()
            kept = self._broken[(text, width)] = tuple(self._in_lines(text, width))
        return kept

    def _in_lines(self, text: str, width: int) -> Iterator[str]:
        line = ""
        for word in text.split(" "):
            wider = f"{line} {word}" if line else word
            if self.width(wider) <= width:
                line = wider
                continue
            if line:
                yield line
            *full, line = self._cut(word, width)
            yield from full
        if line:
            yield line

    def _cut(self, word: str, width: int) -> list[str]:
        pieces, piece = [], ""
        for letter in word:
            if piece and self.width(piece + letter) > width:
                pieces.append(piece)
                piece = ""
            piece += letter
        return [*pieces, piece]

    def font_file(self) -> bytes:
        """The font with the glyphs that were used, each under its own number."""
        options = subset.Options()
        options.retain_gids = True
        options.notdef_outline = True
        options.layout_features = []
        options.drop_tables += ["FFTM", "GDEF", "GPOS", "GSUB", "MATH", "kern", "name", "post"]
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=[*self._glyphs, INSTEAD])
        written = io.BytesIO()
        font = _read(self.face)
        subsetter.subset(font)
        font.save(written)
        return written.getvalue()

    def widths_array(self) -> str:
        """The widths of the used glyphs as a PDF's /W wants them."""
        known = {int(glyph, 16): self._widths[chr(letter)] for letter, glyph in self._glyphs.items()}
        return " ".join(f"{glyph} [{width}]" for glyph, width in sorted(known.items()))

    def character_map(self) -> bytes:
        """Which letter each used glyph is, so that the text can be searched and copied."""
        pairs = sorted((glyph, letter) for letter, glyph in self._glyphs.items())
        blocks = (
            f"{len(block)} beginbfchar\n"
            + "".join(f"<{glyph}> <{chr(letter).encode('utf-16-be').hex()}>\n" for glyph, letter in block)
            + "endbfchar\n"
            for block in _blocks(pairs)
        )
        return (_MAP_BEGINS + "".join(blocks) + _MAP_ENDS).encode()


def packed(data: bytes) -> bytes:
    """The data as /FlateDecode unpacks them."""
    return zlib.compress(data, 6)


def _blocks(pairs: Sequence[tuple[str, int]]) -> Iterable[Sequence[tuple[str, int]]]:
    return (pairs[at : at + _A_BLOCK] for at in range(0, len(pairs), _A_BLOCK))


@cache
def _font(face: str) -> TTFont:
    return _read(face)


def _read(face: str) -> TTFont:
    return TTFont(FONTS / f"{face}.ttf", recalcTimestamp=False)


_MAP_BEGINS: Final = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
"""
_MAP_ENDS: Final = """endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""
