"""The page that shows a result in view mode: the form of the order, in both languages, behind its link.

A look at the address spends nothing: only the button does, so that no program that follows links can. The
page is kept nowhere, cannot be printed, and leaves the screen by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from aiohttp import web

from bot.centres.showing import Seen, Showing, View
from bot.channels.pages import both, in_each, marked, page_headers, say
from bot.papers.printed import inert
from locales.rendering import LOCALES
from rules.centre_info import LINK_LIVES, Form, last_valid_day
from rules.law import rule
from rules.papers import shown_check_code
from storage.centres import Info, Result

PATH: Final = "/centre"
LEFT: Final = f"{PATH}/left"
HERE: Final = Path(__file__).parent
STATUSES: Final[Mapping[Seen, int]] = {
    Seen.CLOSED: 410,
    Seen.WITHDRAWN: 410,
    Seen.EXPIRED: 410,
    Seen.DOWN: 503,
}


class CentrePage:
    """The HTTP side."""

    def __init__(self, showing: Showing) -> None:
        self._showing: Final = showing
        self._page: Final = Template((HERE / "centre_page.html").read_text(encoding="utf-8"))
        self._style: Final = (HERE / "centre_page.css").read_text(encoding="utf-8")
        self._headers: Final = page_headers(self._style)

    def add_to(self, app: web.Application) -> None:
        """Serve the page there."""
        app.router.add_get(LEFT, self.left)
        app.router.add_get(f"{PATH}/{{token}}", self.knocked)
        app.router.add_post(f"{PATH}/{{token}}", self.opened)

    async def left(self, request: web.Request) -> web.Response:
        """Where the page goes when its time is over."""
        del request
        return self._answer(200, _over("left"))

    async def knocked(self, request: web.Request) -> web.Response:
        """The link was followed: what comes next is said, and nothing of anybody."""
        view = await self._showing.knock(request.match_info["token"])
        return self._told(view, _before())

    async def opened(self, request: web.Request) -> web.Response:
        """The button was pressed: the result, once."""
        view = await self._showing.open(request.match_info["token"])
        if view.request is None or view.result is None:
            return self._told(view, "")
        # Beside the page itself: PUBLIC_URL may have a path of its own.
        leaves = {"Refresh": f"{LINK_LIVES.delta.total_seconds():.0f}; url={LEFT.removeprefix(PATH + '/')}"}
        return self._answer(200, _result(view.request, view.result), leaves)

    def _told(self, view: View, before: str) -> web.Response:
        if view.seen is Seen.BEFORE:
            return self._answer(200, before)
        return self._answer(STATUSES.get(view.seen, 200), _over(view.seen))

    def _answer(self, status: int, content: str, more: Mapping[str, str] | None = None) -> web.Response:
        title = " / ".join(say("centre_page.title", language) for language in LOCALES)
        return web.Response(
            text=self._page.substitute(style=self._style, title=escape(title), content=content),
            status=status,
            content_type="text/html",
            charset="utf-8",
            headers={**self._headers, **(more or {})},
        )


def _over(what: str) -> str:
    lines = "<br>".join(in_each(f"centre_page.{what}"))
    return f'<h1>{_title()}</h1>\n<section class="over"><p>{lines}</p></section>'


def _title() -> str:
    return "".join(in_each("centre_page.title"))


def _before() -> str:
    """Posts to the address that it stands at."""
    return "\n".join(
        (
            f"<h1>{_title()}</h1>",
            f"<section><p>{'<br>'.join(in_each('centre_page.before'))}</p></section>",
            f'<form method="post" autocomplete="off"><button>{both("centre_page.button")}</button></form>',
        )
    )


@rule("IC-09", "IC-10", "IC-11", "G-40", "G-42", "G-43", "G-77")
def _result(request: Info, result: Result) -> str:
    form = result.form
    rows = "\n".join(f"<dt>{label}</dt>\n{value}" for label, value in _rows(request, result))
    return "\n".join(
        (
            f"<h1>{''.join(in_each(f'centre_page.form.{request.centre}'))}</h1>",
            f"<section>\n<dl>\n{_six(form)}\n</dl>\n</section>",
            f"<section>\n<dl>\n{rows}\n</dl>\n</section>",
            f'<p class="small">{"<br>".join(in_each("centre_page.view_only"))}</p>',
            f'<p class="small">{"<br>".join(in_each("centre_page.check"))}</p>',
        )
    )


def _six(form: Form) -> str:
    """The six fields of the form, in its order."""
    systems = {"kk": form.system_kk, "ru": form.system_ru}
    system = "<br>".join(marked(language, inert(systems[language])) for language in LOCALES)
    told = " / ".join(in_each(f"centre_page.standing.{form.standing}"))
    rows = (
        ("centre_page.issued", _day(form.issued_on)),
        ("centre_page.person", f"<dd>{escape(inert(form.full_name))}</dd>"),
        ("centre_page.birth", _day(form.birth_date)),
        ("centre_page.address", f"<dd>{escape(inert(form.address))}</dd>"),
        (f"centre_page.told.{form.told}", f'<dd class="told">{told}</dd>'),
        ("centre_page.system", f"<dd>{system}</dd>"),
    )
    return "\n".join(f"<dt>{both(key)}</dt>\n{value}" for key, value in rows)


def _rows(request: Info, result: Result) -> tuple[tuple[str, str], ...]:
    """What stands beside the form: number, check code, until when."""
    until = () if request.valid_until is None else ((both("centre_page.valid"), _until(request)),)
    code = f'<dd class="code">{escape(shown_check_code(result.check_code))}</dd>'
    return (
        *until,
        (both("centre_page.number"), f"<dd>{escape(request.number)}</dd>"),
        (both("centre_page.code"), code),
    )


def _until(request: Info) -> str:
    return "" if request.valid_until is None else _day(last_valid_day(request.valid_until))


def _day(day: object) -> str:
    return f"<dd>{' / '.join(in_each('centre_page.day', day=day))}</dd>"
