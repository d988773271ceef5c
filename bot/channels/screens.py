"""Screens: what a channel is asked to show, before it becomes that channel's own message."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Button:
    """One button: what is read on it, and the ASCII data it sends back (at most 64 bytes).

    One with a ``url`` opens that page instead, and sends nothing back.
    """

    label: str
    data: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """One message: its text, its rows of buttons, and what may be shared with one tap.

    ``share_contact`` and ``share_location`` are labels. Telegram shows such buttons in
    the place of its keyboard, and the other buttons then stand there beside them.
    """

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    share_contact: str | None = None
    share_location: str | None = None
