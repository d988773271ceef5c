"""The copy as one HTML file: readable by itself, on a phone and on paper, without script or address."""

from __future__ import annotations

from html import escape
from typing import Final

import locales
from bot.own_data.gathering import Part
from dialogs.engine import T, clean
from rules.days import COUNTRY_ZONE, Instant
from rules.people import Language

_STYLE: Final = """
body { font: 1rem/1.5 sans-serif; margin: 0 auto; max-width: 48rem; padding: 1rem }
body { color: #111; background: #fff }
h1 { font-size: 1.5rem } h2 { font-size: 1.2rem; margin-top: 2rem; border-bottom: 2px solid #111 }
dl { margin: 0 0 1rem; padding: 0.5rem 0; border-bottom: 1px solid #999 }
dt { color: #444; font-size: 0.875rem }
dd { margin: 0 0 0.4rem; white-space: pre-wrap; overflow-wrap: anywhere }
"""


def page(parts: tuple[Part, ...], language: Language, now: Instant) -> bytes:
    """The file, UTF-8. What people wrote stands in it as text, whatever it looks like (S42)."""
    title = _said(T("held.title"), language)
    made = _said(T("held.made", at=now.astimezone(COUNTRY_ZONE)), language)
    none = _said(T("held.none"), language)
    head = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main><h1>{title}</h1><p>{made}</p>"
    )
    about = f"<p>{_said(T('held.about'), language)}</p>"
    body = "".join(_section(part, none) for part in parts)
    return f"{head}{about}{body}</main></body></html>".encode()


def _section(part: Part, none: str) -> str:
    records = "".join(_record(record) for record in part.records) or f"<p>{none}</p>"
    return f"<section><h2>{_inert(part.title)}</h2>{records}</section>"


def _record(record: tuple[tuple[str, str], ...]) -> str:
    lines = "".join(f"<dt>{_inert(label)}</dt><dd>{_inert(value)}</dd>" for label, value in record)
    return f"<dl>{lines}</dl>"


def _inert(text: str) -> str:
    return escape("\n".join(clean(line) for line in text.splitlines()))


def _said(words: T, language: Language) -> str:
    return escape(locales.render(words, language))
