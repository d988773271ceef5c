"""The page behind the QR code: is a paper with this number and check code genuine, withdrawn or expired?

Anybody may ask, so it shows little: the kind, the clinic, the day, initials and the last four digits of the
IIN. A wrong code and an unknown number are answered alike, in words, status and work done. No script, no
cookies, no pictures: a page for the oldest phone, and one that tells nobody else who looked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from html import escape
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from pathlib import Path
from string import Template
from typing import Final, TypeAlias
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.centres.checking import Checked, checked
from bot.channels.pages import both, in_each, marked, page_headers, say
from bot.papers.printed import ZONE, inert
from bot.papers.throttle import Throttle
from dialogs.engine import Unavailable
from locales.rendering import LOCALES
from rules.centre_info import InfoStatus, last_valid_day
from rules.clock import Clock
from rules.law import rule
from rules.papers import BadCheckCode, read_check_code
from rules.request_number import BadNumber, RequestNumber
from storage import papers
from storage.database import Database
from storage.papers import Paper

Address: TypeAlias = IPv4Address | IPv6Address

PATH: Final = "/check"
HERE: Final = Path(__file__).parent
LONGEST: Final = 40
LARGEST_FORM: Final = 2048
SHOWN_DIGITS: Final = 4
BETWEEN: Final = " · "
DIGITS_READ_AS: Final = str.maketrans("OoIlОоОо", "00110000")
"""The letter O of either alphabet, typed for a nought, and letters typed for a one."""


class Found(StrEnum):
    """What the page says."""

    GENUINE = "genuine"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    NOT_KNOWN = "not_known"
    LATER = "later"
    DOWN = "down"


STATUSES: Final[Mapping[Found, int]] = {Found.NOT_KNOWN: 404, Found.LATER: 429, Found.DOWN: 503}


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer of the page."""

    found: Found
    paper: Paper | None = None
    centre: Checked | None = None


@rule("RF-04", "G-24")
@dataclass(slots=True)
class CheckDesk:
    """Answers whoever asks about a paper."""

    db: Database
    clock: Clock
    throttle: Throttle = field(default_factory=Throttle)

    async def look(self, number: str, code: str, address: str) -> Shown:
        """What is known of a paper, by its number and code as somebody typed them from ``address``."""
        now = self.clock.now()
        read = _number(number)
        if self.throttle.is_shut(address, now):
            return Shown(Found.LATER)
        try:
            paper = await papers.check(self.db.reader, read or _NOBODYS, _code(code))
            centre = await checked(self.db.reader, read or _NOBODYS, _code(code), now)
        except Unavailable:
            return Shown(Found.DOWN)
        if centre is not None:
            return Shown(_STANDINGS.get(centre.standing, Found.NOT_KNOWN), centre=centre)
        if paper is None or paper.issued_at is None:
            self.throttle.wrong(address, now)
            return Shown(Found.NOT_KNOWN)
        return Shown(_standing(paper, now), paper)


_NOBODYS: Final = "00-000000"
"""A number that no request has: what cannot be read is looked up all the same, and takes as long."""


_STANDINGS: Final[Mapping[str, Found]] = {
    InfoStatus.READY: Found.GENUINE,
    "withdrawn": Found.WITHDRAWN,
    "expired": Found.EXPIRED,
}


def _standing(paper: Paper, now: datetime) -> Found:
    if paper.withdrawn_at is not None:
        return Found.WITHDRAWN
    if paper.valid_until is not None and now >= paper.valid_until:
        return Found.EXPIRED
    return Found.GENUINE


def _number(text: str) -> str | None:
    """The number as it is printed, from what people type; None if it is none."""
    try:
        return str(RequestNumber.parse(text[:LONGEST].translate(DIGITS_READ_AS)))
    except BadNumber:
        return None


def _code(text: str) -> str:
    """The code as it is kept; what is none is looked up as nothing."""
    try:
        return read_check_code(text[:LONGEST])
    except BadCheckCode:
        return ""


# The page


class CheckPage:
    """The HTTP side of the desk."""

    def __init__(self, desk: CheckDesk) -> None:
        self._desk: Final = desk
        self._page: Final = Template((HERE / "check_page.html").read_text(encoding="utf-8"))
        self._style: Final = (HERE / "check_page.css").read_text(encoding="utf-8")
        self._headers: Final = page_headers(self._style)

    def add_to(self, app: web.Application) -> None:
        """Serve the page there."""
        app.router.add_get(PATH, self.form)
        app.router.add_post(PATH, self.typed)
        app.router.add_get(f"{PATH}/{{number}}/{{code}}", self.scanned)

    async def form(self, request: web.Request) -> web.Response:
        """The empty form."""
        del request
        return self._answer(None, "")

    async def typed(self, request: web.Request) -> web.Response:
        """What was typed into the form."""
        if (request.content_length or 0) > LARGEST_FORM:
            return self._answer(Shown(Found.NOT_KNOWN), "")
        typed = dict(parse_qsl((await request.read())[:LARGEST_FORM].decode("utf-8", "replace")))
        return await self._looked(request, typed.get("number", ""), typed.get("code", ""))

    async def scanned(self, request: web.Request) -> web.Response:
        """What the QR code led to."""
        return await self._looked(request, request.match_info["number"], request.match_info["code"])

    async def _looked(self, request: web.Request, number: str, code: str) -> web.Response:
        shown = await self._desk.look(number, code, asker(request))
        return self._answer(shown, number[:LONGEST])

    def _answer(self, shown: Shown | None, number: str) -> web.Response:
        text = self._page.substitute(
            style=self._style,
            title=escape(" / ".join(say("paper_check.title", language) for language in LOCALES)),
            head=both("paper_check.head"),
            found="" if shown is None else _found(shown),
            number=escape(inert(number)),
            number_label=both("paper_check.number"),
            code_label=both("paper_check.code"),
            button=both("paper_check.button"),
            foot="<br>".join(in_each("paper_check.foot")),
        )
        status = 200 if shown is None else STATUSES.get(shown.found, 200)
        more = {"Retry-After": "3600"} if status == STATUSES[Found.LATER] else {}
        return web.Response(
            text=text,
            status=status,
            content_type="text/html",
            charset="utf-8",
            headers={**self._headers, **more},
        )


def asker(request: web.Request) -> str:
    """Whose guesses are counted together: the caller's address, as the proxy on this machine tells it.

    The proxy adds the address at the end; whatever stands before it, the caller may have written.
    """
    caller = _address(request.remote or "")
    if caller is not None and caller.is_loopback:
        told = ",".join(request.headers.getall("X-Forwarded-For", []))
        caller = _address(told.rpartition(",")[2]) or caller
    return "unknown" if caller is None else _network(caller)


def _address(text: str) -> Address | None:
    """The address in any of its forms: with a port or without, an IPv4 within an IPv6 or plain."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    return address if isinstance(address, IPv4Address) else address.ipv4_mapped or address


def _network(address: Address) -> str:
    """An IPv6 caller commands 2^64 addresses: its network is counted."""
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((address, 64), strict=False))


def _found(shown: Shown) -> str:
    lines = [f'<section class="found {shown.found}">']
    lines += [f"<h2>{line}</h2>" for line in in_each(f"paper_check.{shown.found}")]
    if shown.paper is not None:
        lines += ["<dl>", *_details(shown.paper), "</dl>"]
    if shown.centre is not None:
        lines += ["<dl>", *_details_of_centre(shown.centre), "</dl>"]
    return "\n".join([*lines, "</section>"])


def _details(paper: Paper) -> list[str]:
    facts = paper.facts
    if not facts:
        # Kept long enough: that there was such a paper is all that is left.
        return [f"<dt>{both('paper_check.number')}</dt><dd>{escape(paper.number)}</dd>"]
    clinic = facts["clinic"]
    issued = paper.issued_at and paper.issued_at.astimezone(ZoneInfo(str(facts[ZONE])))
    told: tuple[tuple[str, str], ...] = (
        ("paper_check.kind", BETWEEN.join(in_each(f"paper.kind.{paper.kind}"))),
        ("paper_check.number", escape(paper.number)),
        (
            "paper_check.clinic",
            BETWEEN.join(marked(language, inert(clinic[language])) for language in LOCALES),
        ),
        (
            "paper_check.issued",
            BETWEEN.join(in_each("paper_check.issued_on", day=issued.date()) if issued else ()),
        ),
        ("paper_check.person", escape(initials(str(facts["person"])))),
        ("paper_check.iin", escape(last_digits(str(facts["iin"])))),
    )
    return [f"<dt>{both(key)}</dt><dd>{value}</dd>" for key, value in told]


def _details_of_centre(found: Checked) -> list[str]:
    """Which centre's, whose, until when; what it says of them stands on its own page alone."""
    request, form = found.request, found.form
    told: list[tuple[str, str]] = [("centre_page.number", escape(request.number))]
    if form is not None and request.valid_until is not None:
        last = last_valid_day(request.valid_until)
        told = [
            ("paper_check.kind", BETWEEN.join(in_each("paper.kind.centre_info"))),
            *told,
            ("paper_check.centre", BETWEEN.join(in_each(f"centre.{request.centre}"))),
            ("paper_check.issued", BETWEEN.join(in_each("paper_check.issued_on", day=form.issued_on))),
            ("centre_page.valid", BETWEEN.join(in_each("paper_check.issued_on", day=last))),
            ("paper_check.person", escape(initials(form.full_name))),
            ("paper_check.iin", escape(last_digits(request.subject.digits if request.subject else ""))),
        ]
    listed = [f"<dt>{both(key)}</dt><dd>{value}</dd>" for key, value in told]
    return [*listed, f"<dt>{'<br>'.join(in_each('paper_check.value_hidden'))}</dt>"]


def initials(full_name: str) -> str:
    """The first letter of each name: "С. А. Қ."."""
    return " ".join(f"{part[0].upper()}." for part in inert(full_name).split() if part[0].isalpha())


def last_digits(iin: str) -> str:
    """The last four digits, the others as dots."""
    return "•" * (len(iin) - SHOWN_DIGITS) + iin[-SHOWN_DIGITS:]
