"""The open page of what the survey came to: by service, month and clinic, with a bar for each question.

Anybody may look: no script, no cookies, nothing of anybody. What stands on it changes once a month, so a page
that was made is kept for a while, and so many people who look at once cost the registry nothing.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from html import escape
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from bot.channels.pages import page_headers, say
from dialogs.engine import T, Unavailable
from dialogs.engine.words import Value
from locales.rendering import LOCALES, render
from rules.clinics import Clinic
from rules.clock import Clock
from rules.law import rule
from rules.people import Language
from rules.public_services import PublicService
from rules.survey import (
    Grade,
    Shares,
    SurveyMonth,
    SurveyQuestion,
    month_of,
    questions,
    services_of,
    shown_from,
)
from storage import surveys
from storage.database import Database
from storage.registry import Directory

PATH: Final = "/quality"
HERE: Final = Path(__file__).parent
KEPT_FOR: Final = timedelta(minutes=10)
MOST_KEPT: Final = 500
"""Pages kept at once: more than there are clinics, in two languages; the oldest are forgotten."""

EVERYWHERE: Final = 0
_BEST_FIRST: Final = tuple(sorted(Grade, reverse=True))
_CLINIC_NO: Final = re.compile("[0-9]{1,6}", re.ASCII)
_BAR_HEIGHT: Final = 8
_NOTHING: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page: the month ("" for the newest), the clinic's number or `EVERYWHERE`, the language."""

    month: str
    clinic_no: int
    language: Language


@dataclass(frozen=True, slots=True)
class Known:
    """What a page is made of: the months that may be shown, the chosen one, the clinics, when it was made."""

    months: Sequence[str]
    chosen: SurveyMonth | None
    clinics: Mapping[int, Clinic]
    now: datetime


@dataclass(slots=True)
class QualityPage:
    """The HTTP side."""

    db: Database
    clock: Clock
    _directory: Directory = field(default_factory=Directory)
    _kept: OrderedDict[Asked, tuple[datetime, str]] = field(default_factory=OrderedDict)

    def add_to(self, app: web.Application) -> None:
        """Serve the page there."""
        app.router.add_get(PATH, self.page)

    @rule("SV-04", "G-65")
    async def page(self, request: web.Request) -> web.Response:
        """The figures that were asked for; of what is not there, the newest of everywhere."""
        asked = _asked(request.query)
        try:
            text = await self._made(asked)
        except Unavailable:
            text = _page(asked.language, found=_line(say("quality.down", asked.language)))
            return _answer(text, 503, {"Retry-After": "60"})
        return _answer(text, 200, {"Cache-Control": f"public, max-age={KEPT_FOR.seconds}"})

    async def _made(self, asked: Asked) -> str:
        """The page as it was made a while ago, or is made now."""
        now = self.clock.now()
        kept = self._kept.get(asked)
        if kept is not None and now - kept[0] < KEPT_FOR:
            return kept[1]
        known = await self._known(asked, now)
        # Under what was asked for only if there is such a thing: nonsense must not fill the memory.
        if asked.clinic_no in (EVERYWHERE, *known.clinics) and asked.month in ("", *known.months):
            self._kept[asked] = now, _drawn(asked, known)
            self._kept.move_to_end(asked)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return _drawn(asked, known)

    async def _known(self, asked: Asked, now: datetime) -> Known:
        await self._directory.refresh(self.db.reader)
        months = [one for one in await surveys.months(self.db.reader) if shown_from(one) <= now]
        month = asked.month if asked.month in months else next(iter(months), None)
        chosen = None if month is None else await surveys.month(self.db.reader, month)
        return Known(months, chosen, self._directory.clinics, now)


_HTML: Final = Template((HERE / "quality_page.html").read_text(encoding="utf-8"))
_STYLE: Final = (HERE / "quality_page.css").read_text(encoding="utf-8")
_HEADERS: Final = {name: value for name, value in page_headers(_STYLE).items() if name != "X-Robots-Tag"}
"""Like every page of ours, but for one thing: these figures are there to be found."""


def _asked(query: Mapping[str, str]) -> Asked:
    clinic = query.get("clinic", "")
    language = next((one for one in LOCALES if one == query.get("lang")), LOCALES[0])
    clinic_no = int(clinic) if _CLINIC_NO.fullmatch(clinic) else EVERYWHERE
    return Asked(query.get("month", "")[:7], clinic_no, language)


def _answer(text: str, status: int, more: Mapping[str, str]) -> web.Response:
    headers = {**_HEADERS, **more}
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=headers)


# What stands on it.


def _drawn(asked: Asked, known: Known) -> str:
    words = asked.language
    if known.chosen is None:
        found = _line(say("quality.none", words, day=shown_from(month_of(known.now)).date()))
        return _page(words, found=found)
    clinic = known.clinics.get(asked.clinic_no)
    return _page(
        words, _choice(asked, known, known.chosen), _found(known.chosen, clinic, words), _others(asked)
    )


def _page(
    language: Language, choice: str = "", found: str = "", query: Mapping[str, str] | None = None
) -> str:
    other = next(one for one in LOCALES if one != language)
    address = f"{PATH}?{urlencode({**(query or {}), 'lang': other})}"
    link = (
        f'<a href="{escape(address)}" lang="{other}" hreflang="{other}">{_say("quality.language", other)}</a>'
    )
    return _HTML.substitute(
        language=language,
        style=_STYLE,
        title=_say("quality.title", language),
        other=link,
        about=_say("quality.about", language),
        choice=choice,
        found=found,
        foot=_say("quality.foot", language),
    )


def _others(asked: Asked) -> dict[str, str]:
    """What stays chosen when the language is changed."""
    chosen = {"month": asked.month, "clinic": str(asked.clinic_no or "")}
    return {name: value for name, value in chosen.items() if value}


def _choice(asked: Asked, known: Known, chosen: SurveyMonth) -> str:
    """The form with which month and clinic are chosen; it works without any script."""
    words = asked.language
    months = [(one, _month_words(one, words)) for one in known.months]
    clinics = sorted((clinic.name(words), str(clinic.no)) for clinic in known.clinics.values())
    places = [("", say("quality.everywhere", words)), *((no, name) for name, no in clinics)]
    clinic = str(asked.clinic_no) if asked.clinic_no in known.clinics else ""
    return "\n".join(
        (
            f'<form method="get" action="{PATH}"><input type="hidden" name="lang" value="{words}">',
            _select("month", say("quality.choose_month", words), months, chosen.month),
            _select("clinic", say("quality.choose_clinic", words), places, clinic),
            f"<button>{_say('quality.show', words)}</button></form>",
        )
    )


def _select(name: str, label: str, options: Iterable[tuple[str, str]], chosen: str) -> str:
    listed = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(shown)}</option>'
        for value, shown in options
    )
    return f'<label>{escape(label)}<select name="{name}">{listed}</select></label>'


def _found(month: SurveyMonth, clinic: Clinic | None, words: Language) -> str:
    place = say("quality.everywhere", words) if clinic is None else clinic.name(words)
    heading = f"<h2>{escape(_month_words(month.month, words))}. {escape(place)}</h2>"
    services = tuple(PublicService) if clinic is None else services_of(clinic)
    found = [(service, _shares(month, service, clinic)) for service in services]
    shown = [_section(service, shares, words) for service, shares in found if shares is not None]
    few = ", ".join(_service(service, words) for service, shares in found if shares is None)
    too_few = [_line(say("figures.survey_few", words, services=few))] if few else []
    return "\n".join([heading, *shown, *too_few])


def _shares(month: SurveyMonth, service: PublicService, clinic: Clinic | None) -> Shares | None:
    return month.of_service(service) if clinic is None else month.of_clinic(service, clinic.no)


def _section(service: PublicService, shares: Shares, words: Language) -> str:
    name = _service(service, words)
    lines = [
        f"<section><h3>{escape(name[:1].upper() + name[1:])}</h3>",
        f'<p class="count">{_say("quality.answers", words, answers=shares.answers)}</p>',
        *(_bar(question, shares, words) for question in questions()),
        "</section>",
    ]
    return "\n".join(lines)


def _bar(question: SurveyQuestion, shares: Shares, words: Language) -> str:
    percent = shares.percent(question)
    told = [(grade, say(f"survey.grade_{grade}", words), percent[grade]) for grade in _BEST_FIRST]
    label = ", ".join(f"{name}: {share} %" for _, name, share in told)
    parts, x = [], 0
    for grade, _, share in told:
        parts.append(f'<rect class="g{grade}" x="{x}" width="{share}" height="{_BAR_HEIGHT}"/>')
        x += share
    listed = "".join(
        f'<li><svg viewBox="0 0 1 1" aria-hidden="true"><rect class="g{grade}" width="1" height="1"/></svg>'
        f"{escape(name)}<b>{share} %</b></li>"
        for grade, name, share in told
    )
    return (
        f'<p class="question">{_say(f"quality.{question}", words)}</p>'
        f'<svg viewBox="0 0 100 {_BAR_HEIGHT}" preserveAspectRatio="none" role="img"'
        f' aria-label="{escape(label)}">{"".join(parts)}</svg><ul>{listed}</ul>'
    )


def _line(text: str) -> str:
    return f'<p class="few">{escape(text)}</p>'


def _service(service: PublicService, words: Language) -> str:
    return render(T(f"service.{service}"), words)


def _month_words(month: str, words: Language) -> str:
    text = say("figures.month", words, first=date.fromisoformat(f"{month}-01"))
    return text[:1].upper() + text[1:]


def _say(key: str, words: Language, **values: Value) -> str:
    return escape(say(key, words, **values))
