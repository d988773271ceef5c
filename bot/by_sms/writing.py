"""A screen as one SMS: words, then what can be answered by a number; what does not fit is behind "9".

Nothing here does I/O. An SMS has at most two parts, so a longer text goes on where "9" asks for it, and no
word is lost. A number once shown keeps its meaning as long as the same screen goes on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from locales.segments import MOST_PARTS, parts
from locales.typed import choice_letters
from storage.instants import instant, micros

ZERO: Final = "0"
MORE: Final = "9"


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be answered: the words read beside its number, and what it stands for."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Rest:
    """What of a screen has not been shown yet. ``shown`` is how many choices have been."""

    text: str
    choices: tuple[Choice, ...]
    zero: Choice | None
    shown: int = 0
    lettered: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """The menu as it was shown last: what each number stands for, since when, and what "9" would bring.

    ``asks``: it was a question's own, so that what is no number of it may still be its answer.
    """

    keys: Mapping[str, str]
    at: datetime
    rest: Rest | None = None
    asks: bool = False

    def packed(self) -> str:
        """Return it as text to be kept."""
        rest = None if self.rest is None else _packed_rest(self.rest)
        kept = {"keys": dict(self.keys), "at": micros(self.at), "rest": rest, "asks": self.asks}
        return json.dumps(kept, ensure_ascii=False)

    @classmethod
    def unpack(cls, text: str | None) -> Shown | None:
        """Read what ``packed`` gave; None for nothing kept, or for what today's code cannot read."""
        try:
            kept = json.loads(text or "")
            rest = None if kept["rest"] is None else _rest(kept["rest"])
            return cls(kept["keys"], instant(kept["at"]), rest, kept["asks"])
        except (ValueError, KeyError, TypeError):
            return None


@dataclass(frozen=True, slots=True)
class Page:
    """One SMS, what its numbers stand for, and what is left for the next one."""

    text: str
    keys: Mapping[str, str] = field(default_factory=dict)
    rest: Rest | None = None


def page(screen: Rest, more: str) -> Page:
    """Return the next SMS of ``screen``; ``more`` are the words beside "9" in the reader's language."""
    for count in range(len(screen.choices), -1, -1):
        whole = count == len(screen.choices)
        text = _laid_out(screen, screen.text, count, more, whole=whole)
        # Where there is nothing to choose, nothing stands behind "9" either.
        if fits(text) and (whole or count or screen.text):
            return _page(screen, text, count, "")
    head, tail = _broken(screen, more)
    text = _laid_out(screen, head, 0, more, whole=False)
    return _page(screen, text, 0, tail)


def fits(text: str) -> bool:
    """Tell whether it is one SMS of ours."""
    return parts(text) <= MOST_PARTS


def cut(text: str) -> str:
    """Return as much of ``text`` as one SMS holds, whole words of it."""
    while not fits(text):
        text = text.rpartition(" ")[0] or text[:-1]
    return text


def every_key(screen: Rest) -> dict[str, str]:
    """Return what each number stands for once all of ``screen`` has been shown."""
    return {_key(screen, number): choice.data for number, choice in enumerate(screen.choices)}


def _page(screen: Rest, text: str, count: int, tail: str) -> Page:
    keys = every_key(replace(screen, choices=screen.choices[:count]))
    if screen.zero is not None:
        keys[ZERO] = screen.zero.data
    left = screen.choices[count:]
    if not left and not tail:
        return Page(text, keys)
    return Page(text, keys, replace(screen, text=tail, choices=left, shown=screen.shown + count))


def _laid_out(screen: Rest, body: str, count: int, more: str, *, whole: bool) -> str:
    lines = [body] if body else []
    lines += [f"{_key(screen, number)} {one.label}" for number, one in enumerate(screen.choices[:count])]
    if not whole:
        lines.append(f"{MORE} {more}")
    if screen.zero is not None:
        lines.append(f"{ZERO} {screen.zero.label}")
    return "\n".join(lines)


def _key(screen: Rest, number: int) -> str:
    place = screen.shown + number
    if screen.lettered:
        letters = choice_letters()
        return letters[place] if place < len(letters) else f"{letters[0]}{place}"
    # "9" always leads on, so the ninth choice is number ten.
    return str(place + 1 if place + 1 < int(MORE) else place + 2)


def _broken(screen: Rest, more: str) -> tuple[str, str]:
    """Break the text where the first SMS ends: at a line or a sentence if one is near, else at a word."""
    head, room = screen.text, screen.text
    while room and not fits(_laid_out(screen, room, 0, more, whole=False)):
        room = room[:-1]
    if len(room) == len(head):
        return head, ""
    for mark in ("\n", ". ", "! ", "? ", "; ", ", ", " "):
        at = room.rfind(mark)
        if at > len(room) // 2:
            at += len(mark)
            return head[:at].strip(), head[at:].strip()
    return room.strip(), head[len(room) :].strip()


def _packed_rest(rest: Rest) -> dict[str, Any]:
    return {
        "text": rest.text,
        "choices": [[one.label, one.data] for one in rest.choices],
        "zero": None if rest.zero is None else [rest.zero.label, rest.zero.data],
        "shown": rest.shown,
        "lettered": rest.lettered,
    }


def _rest(kept: Mapping[str, Any]) -> Rest:
    zero: Sequence[str] | None = kept["zero"]
    return Rest(
        kept["text"],
        tuple(Choice(label, data) for label, data in kept["choices"]),
        None if zero is None else Choice(*zero),
        kept["shown"],
        kept["lettered"],
    )
