"""The feeds over HTTP: an address for each clinic and form, behind a token; what is known is not sent again.

Whoever has no good token learns nothing, not even whether there is such a clinic. The token may stand in the
address, for readers that can send no header, or as "Authorization: Bearer ...", which no log keeps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from bot.feeds.entries import Page, page_of
from bot.feeds.written import ATOM_TYPE, JSON_TYPE, Addresses, atom, json_feed
from dialogs.engine import Unavailable
from rules.clock import Clock
from storage import feeds
from storage.database import Database
from storage.registry import Directory

PAGE: Final = 50
"""Entries of a page."""

_LONGEST_TOKEN: Final = 200
_LONGEST_NUMBER: Final = 19
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class FeedPages:
    """Serves ``/feed/<clinic>.atom`` and ``.json``; ``public_url`` is how the world reaches this side."""

    db: Database
    clock: Clock
    directory: Directory
    public_url: str = ""

    def add_to(self, app: web.Application) -> None:
        """Take the addresses."""
        app.router.add_get(r"/feed/{clinic:[0-9]{1,6}}.{form:atom|json}", self.page)

    async def page(self, request: web.Request) -> web.Response:
        """The newest entries, or those before ``?before=``: 401 without a token, 304 if nothing is new."""
        clinic_no = int(request.match_info["clinic"])
        try:
            if not await feeds.may_read(self.db.reader, clinic_no, _token(request)):
                return web.Response(status=401, headers={"WWW-Authenticate": 'Bearer realm="feed"'})
            found = await self._found(clinic_no, _before(request))
        except Unavailable:
            return web.Response(status=503, headers={"Retry-After": "60"})
        headers = self._headers(found, request.match_info["form"])
        if _has_it(request, headers):
            return web.Response(status=304, headers=headers)
        return self._answer(request, found, headers)

    async def _found(self, clinic_no: int, before: int) -> Page:
        await self.directory.refresh(self.db.reader)
        steps = await feeds.steps(self.db.reader, clinic_no, PAGE + 1, before)
        clinic = self.directory.clinics[clinic_no]
        return page_of(clinic, steps, PAGE, is_first=before == feeds.NEWEST)

    def _answer(self, request: web.Request, found: Page, headers: Mapping[str, str]) -> web.Response:
        form = request.match_info["form"]
        own = f"{self.public_url or f'{request.scheme}://{request.host}'}{request.path}"
        before = None if found.is_first else _before(request)
        following = None if found.before is None else _address(own, request, found.before)
        where = Addresses(_address(own, request, before), _address(own, request, None), following)
        written = atom(found, where) if form == "atom" else json_feed(found, where)
        media_type = ATOM_TYPE if form == "atom" else JSON_TYPE
        return web.Response(body=written, content_type=media_type, charset="utf-8", headers=dict(headers))

    def _headers(self, found: Page, form: str) -> dict[str, str]:
        shown = [form, found.clinic.name_kk, found.clinic.name_ru, str(found.before)]
        shown += [entry.id for entry in found.entries]
        tag = hashlib.sha256("\n".join(shown).encode()).hexdigest()[:32]
        headers = {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache", "Vary": "Authorization"}
        changed = None if found.updated is None else _whole_second(found.updated)
        # In the second of the last change another may still come, which this date would hide.
        if changed is not None and changed <= self.clock.now():
            headers["Last-Modified"] = format_datetime(changed, usegmt=True)
        return headers


def _token(request: web.Request) -> str:
    token = _shown_apart(request)
    return (request.query.get("token", "") if token is None else token)[:_LONGEST_TOKEN]


def _shown_apart(request: web.Request) -> str | None:
    """The token of the header, None where the address is to hold it."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return given.strip() if scheme.casefold() == "bearer" else None


def _address(own: str, request: web.Request, before: int | None) -> str:
    """Where a page is, for whoever asks: a token of the address stays in it, else the next would be shut."""
    query = {} if before is None else {"before": str(before)}
    if _shown_apart(request) is None:
        query["token"] = _token(request)
    return f"{own}?{urlencode(query)}" if query else own


def _before(request: web.Request) -> int:
    text = request.query.get("before", "")
    known = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return min(int(text), feeds.NEWEST) if known else feeds.NEWEST


def _has_it(request: web.Request, headers: Mapping[str, str]) -> bool:
    """True if the reader has what would be sent; a tag that it shows outweighs a date (RFC 9110)."""
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        given = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "*" in given or headers["ETag"] in given
    since, changed = request.headers.get("If-Modified-Since"), headers.get("Last-Modified")
    if since is None or changed is None:
        return False
    try:
        return parsedate_to_datetime(changed) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


def _whole_second(instant: datetime) -> datetime:
    """The first whole second at or after the instant: a date of HTTP has no parts of a second."""
    whole = instant.astimezone(UTC).replace(microsecond=0)
    return whole if whole == instant else whole + _SECOND
