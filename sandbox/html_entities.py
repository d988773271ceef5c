"""Telegram's HTML: strict, few tags, offsets in UTF-16 units.

Follows the Bot API's section "HTML style": an unknown tag, a tag left open or closed in the wrong order is
refused; only &lt; &gt; &amp; &quot; and numbered entities are decoded.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from sandbox.refusals import TelegramRefusal, bad_request
from sandbox.wire import Json

_KINDS: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_PIECE: Final = re.compile(r"<(/?)([^\s<>/]*)([^<>]*)>|&(#?[0-9a-zA-Z]+);|[^<&]+|.", re.DOTALL)
_ATTRIBUTE: Final = re.compile(r"""([a-zA-Z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_LAST_CODE_POINT: Final = 0x10FFFF


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(slots=True)
class _Reading:
    """The text read so far and the tags still open."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    open_tags: list[tuple[str, int, Json]] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.length += utf16_length(text)


def parse_html(source: str) -> tuple[str, list[Json]]:
    """The plain text and its entities; refuses what Telegram refuses ("can't parse entities")."""
    if "<" not in source and "&" not in source:
        return source, []
    reading = _Reading()
    for piece in _PIECE.finditer(source):
        _take(reading, piece, source)
    if reading.open_tags:
        raise _cannot_parse(f'Can\'t find end tag corresponding to start tag "{reading.open_tags[-1][0]}"')
    reading.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return "".join(reading.parts), reading.entities


def _take(reading: _Reading, piece: re.Match[str], source: str) -> None:
    if piece[0] == "<":
        raise _cannot_parse(f"Unclosed start tag at byte offset {_byte_offset(piece, source)}")
    if piece[4] is not None:
        reading.add(_decoded(piece[4], piece[0]))
    elif piece[2] is None:
        reading.add(piece[0])
    elif piece[1]:
        _close(reading, piece[2].lower(), piece, source)
    else:
        _open(reading, piece[2].lower(), piece, source)


def _open(reading: _Reading, tag: str, piece: re.Match[str], source: str) -> None:
    given = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(piece[3] or "")}
    if tag not in _KINDS:
        raise _cannot_parse(f'Unsupported start tag "{tag}" at byte offset {_byte_offset(piece, source)}')
    if tag == "span" and given.get("class") != "tg-spoiler":
        raise _cannot_parse(
            f'Tag "span" must have class "tg-spoiler" at byte offset {_byte_offset(piece, source)}'
        )
    reading.open_tags.append((tag, reading.length, _details(tag, given)))


def _details(tag: str, given: dict[str, str]) -> Json:
    if tag == "a":
        return {"url": given.get("href", "")}
    if tag == "code" and given.get("class", "").startswith("language-"):
        return {"language": given["class"].removeprefix("language-")}
    if tag == "blockquote" and "expandable" in given:
        return {"type": "expandable_blockquote"}
    if tag == "tg-emoji":
        return {"custom_emoji_id": given.get("emoji-id", "")}
    return {}


def _close(reading: _Reading, tag: str, piece: re.Match[str], source: str) -> None:
    if not reading.open_tags:
        raise _cannot_parse(f"Unexpected end tag at byte offset {_byte_offset(piece, source)}")
    opened, begun, details = reading.open_tags.pop()
    if tag and tag != opened:
        place = _byte_offset(piece, source)
        reason = f'Unmatched end tag at byte offset {place}, expected "</{opened}>", found "</{tag}>"'
        raise _cannot_parse(reason)
    if reading.length > begun and details.get("url") != "":
        shape = {"type": _KINDS[opened], "offset": begun, "length": reading.length - begun}
        reading.entities.append(shape | details)


def _decoded(name: str, written: str) -> str:
    if not name.startswith("#"):
        return _NAMED.get(name, written)
    digits = name[1:]
    try:
        point = int(digits[1:], 16) if digits[:1] in {"x", "X"} else int(digits)
    except ValueError:
        return written
    return chr(point) if 0 < point <= _LAST_CODE_POINT else written


def _byte_offset(piece: re.Match[str], source: str) -> int:
    return len(source[: piece.start()].encode())


def _cannot_parse(reason: str) -> TelegramRefusal:
    return bad_request(f"can't parse entities: {reason}")
