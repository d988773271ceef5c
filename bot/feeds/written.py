"""A page of the feed as Atom (RFC 4287, paged by RFC 5005) and as JSON Feed 1.1.

Nothing here does I/O. The addresses in a page are those that its own reader can open.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from xml.etree import ElementTree as ET

from bot.feeds.entries import LANGUAGES, FeedEntry, Page, facts, in_both

ATOM: Final = "http://www.w3.org/2005/Atom"
ATOM_TYPE: Final = "application/atom+xml"
JSON_TYPE: Final = "application/feed+json"
JSON_VERSION: Final = "https://jsonfeed.org/version/1.1"
_AUTHOR: Final = "Dariger"
_SCHEME: Final = "tag:dariger,2026:"
_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""What a feed without entries says of its last change."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where this page, the first and the next one are; ``next_page`` is None on the last."""

    this: str
    first: str
    next_page: str | None


def atom(page: Page, where: Addresses) -> bytes:
    """The page as Atom."""
    ET.register_namespace("", ATOM)
    feed = ET.Element(_name("feed"), {"xml:lang": LANGUAGES[0]})
    _text(feed, "id", page.id)
    _text(feed, "title", in_both(page.titles))
    _text(feed, "updated", _moment(page.updated or _EPOCH))
    _text(ET.SubElement(feed, _name("author")), "name", _AUTHOR)
    links = [("self", where.this), ("first", where.first), ("next", where.next_page)]
    for rel, href in links:
        if href is not None:
            ET.SubElement(feed, _name("link"), {"rel": rel, "href": href, "type": ATOM_TYPE})
    for entry in page.entries:
        feed.append(_atom_entry(entry))
    written: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _atom_entry(entry: FeedEntry) -> ET.Element:
    element = ET.Element(_name("entry"))
    _text(element, "id", entry.id)
    _text(element, "title", in_both(entry.titles))
    _text(element, "published", _moment(entry.at))
    _text(element, "updated", _moment(entry.at))
    for name, value in facts(entry).items():
        label = {"label": in_both(entry.service_names)} if name == "service" else {}
        term = {"term": str(value), "scheme": f"{_SCHEME}{name}", **label}
        ET.SubElement(element, _name("category"), term)
    content = _text(element, "content", "\n".join(entry.texts))
    content.set("type", "text")
    return element


def json_feed(page: Page, where: Addresses) -> bytes:
    """The page as JSON Feed."""
    feed: dict[str, Any] = {
        "version": JSON_VERSION,
        "title": in_both(page.titles),
        "feed_url": where.this,
        "language": LANGUAGES[0],
        "authors": [{"name": _AUTHOR}],
        "items": [_json_item(entry) for entry in page.entries],
    }
    if where.next_page is not None:
        feed["next_url"] = where.next_page
    return json.dumps(feed, ensure_ascii=False).encode()


def _json_item(entry: FeedEntry) -> dict[str, Any]:
    found = facts(entry)
    return {
        "id": entry.id,
        "title": in_both(entry.titles),
        "content_text": "\n".join(entry.texts),
        "date_published": _moment(entry.at),
        "date_modified": _moment(entry.at),
        "tags": [str(found[name]) for name in ("service", "stage", "status") if name in found],
        "_dariger": {"about": "Stages of requests by their codes", **found},
    }


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, _name(name))
    child.text = text
    return child


def _name(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _moment(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
