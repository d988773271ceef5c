"""What the house's own web pages have in common: their headers, and words in both languages at once.

No script, no cookies, no pictures: pages for the oldest phone, that tell nobody else who looked.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import Any, Final

from dialogs.engine import T
from locales.rendering import LOCALES, render
from rules.people import Language

PAGE_LANGUAGE: Final[Language] = "kk"
"""What the pages say they are written in; words in another language bear theirs."""


def page_headers(style: str) -> dict[str, str]:
    """Nothing may run, be kept, be framed or be told to others; ``style`` is the page's only one."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        ),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
    }


def both(key: str) -> str:
    """The words of both languages, side by side, in HTML."""
    return " / ".join(in_each(key))


def in_each(key: str, **values: Any) -> list[str]:
    """The words in HTML, once in each language."""
    return [marked(language, say(key, language, **values)) for language in LOCALES]


def marked(language: Language, text: str) -> str:
    """The text in HTML, with its language where it is not the page's: so a reading voice says it right."""
    return escape(text) if language == PAGE_LANGUAGE else f'<span lang="{language}">{escape(text)}</span>'


def say(key: str, language: Language, **values: Any) -> str:
    """The words as plain text."""
    return render(T(key, **values), language)
