"""A local service of digital documents: made-up papers of the made-up people, one for each consent.

It serves `POST /documents` as the bot asks, and a control API that tells what was asked and how it behaves.
"""

import asyncio
import hashlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from aiohttp import web

from sandbox import DOCUMENTS_TOKEN
from sandbox.clock import SandboxClock
from sandbox.control_answers import answering, wanted
from sandbox.events import EventLog
from sandbox.moments import ALMATY
from sandbox.people import Person
from sandbox.wire import Json, json_answer

_ADULT: Final = 16
_LASTS: Final = timedelta(days=3652)
_REMEMBERED: Final = 200
_SILENCE: Final = 60.0
_KINDS: Final = ("identity_card", "birth_certificate")


class Mood(StrEnum):
    """How the service behaves: silent ones never answer, wrong ones answer with another's document."""

    ANSWERS = "answers"
    SLOW = "slow"
    SILENT = "silent"
    DOWN = "down"
    WRONG = "wrong"


@dataclass(slots=True)
class Documents:
    """The service and what it remembers. ``strangers`` are the IINs of people who are not in the app."""

    clock: SandboxClock
    events: EventLog
    people: Callable[[], tuple[Person, ...]]
    parents_of: Callable[[str], list[str]] = lambda _: []
    mood: Mood = Mood.ANSWERS
    slow_seconds: float = 2.0
    strangers: set[str] = field(default_factory=set)
    taken: dict[str, str] = field(default_factory=dict)
    asked: deque[Json] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))

    def routes(self) -> list[web.RouteDef]:
        """What the bot asks, and what the page and the tests ask."""
        return [
            web.get("/documents/health", self._health),
            web.post("/documents", self._take),
            web.get("/control/documents", answering(self._shown)),
            web.post("/control/documents", answering(self._changed)),
        ]

    def clear(self) -> None:
        """Forgets everything, and answers again."""
        self.mood = Mood.ANSWERS
        self.strangers.clear()
        self.taken.clear()
        self.asked.clear()

    # What the bot asks.

    async def _health(self, request: web.Request) -> web.Response:
        return json_answer({"ok": True}) if _knows(request) else _refusal(401, "token")

    async def _take(self, request: web.Request) -> web.Response:
        if self.mood is Mood.DOWN:
            return web.Response(status=502, text="<html>Bad Gateway</html>", content_type="text/html")
        if self.mood is not Mood.ANSWERS and self.mood is not Mood.WRONG:
            await asyncio.sleep(_SILENCE if self.mood is Mood.SILENT else self.slow_seconds)
        if not _knows(request):
            return _refusal(401, "token")
        asked = await wanted(request)
        answer = self._answer(asked)
        told = {
            name: asked.get(name) for name in ("consent_id", "take_id", "iin", "kind", "purpose", "clinic_no")
        }
        at = self.clock.now().isoformat()
        self.asked.append({**told, "at": at, "status": answer.status})
        self.events.note("documents")
        return answer

    def _answer(self, asked: Json) -> web.Response:
        consent, take, kind = (str(asked.get(name) or "") for name in ("consent_id", "take_id", "kind"))
        if not consent or not take:
            return _refusal(403, "no_consent")
        if kind not in _KINDS:
            return _refusal(400, "kind")
        if self.taken.get(consent, take) != take:
            return _refusal(409, "consent_used")
        person = next((one for one in self.people() if one.iin == asked.get("iin")), None)
        if person is None or not self._is_in_app(person):
            return _refusal(404, "not_in_app")
        if (kind == "identity_card") != (person.age(self._today()) >= _ADULT):
            return _refusal(404, "no_document")
        self.taken[consent] = take
        if self.mood is Mood.WRONG:
            person = next((one for one in self.people() if one.iin != person.iin), person)
        return json_answer({"consent_id": consent, "document": self._document(person, kind)})

    def _document(self, person: Person, kind: str) -> Json:
        parents = self.parents_of(person.iin) if kind == "birth_certificate" else []
        return {**_document(person, kind), "parents": parents}

    def _is_in_app(self, person: Person) -> bool:
        """A child's certificate is in a parent's application; a button phone has none."""
        if person.iin in self.strangers:
            return False
        shown = person.shown(self._today())
        return bool(person.age(self._today()) < _ADULT or shown["device"] == "smartphone")

    def _today(self) -> date:
        return self.clock.now().astimezone(ALMATY).date()

    # What the page and the tests ask.

    async def _shown(self, _request: web.Request) -> Json:
        return {
            "mood": self.mood.value,
            "moods": [mood.value for mood in Mood],
            "strangers": sorted(self.strangers),
            "asked": list(self.asked),
        }

    async def _changed(self, request: web.Request) -> Json:
        """`mood`, `slow_seconds`, `not_in_app` and `in_app` (an IIN each) change what they name."""
        body = await wanted(request)
        self.mood = Mood(body.get("mood", self.mood))
        self.slow_seconds = float(body.get("slow_seconds", self.slow_seconds))
        if "not_in_app" in body:
            self.strangers.add(str(body["not_in_app"]))
        self.strangers.discard(str(body.get("in_app", "")))
        self.events.note("documents")
        return await self._shown(request)


def _knows(request: web.Request) -> bool:
    return request.headers.get("Authorization") == f"Bearer {DOCUMENTS_TOKEN}"


def _refusal(status: int, code: str) -> web.Response:
    return json_answer({"code": code}, status=status)


def _document(person: Person, kind: str) -> Json:
    """The same made-up document each time: its number comes from the IIN."""
    drawn = int.from_bytes(hashlib.sha256(f"{kind}{person.iin}".encode()).digest()[:6], "big")
    issued = person.birth_date + timedelta(days=20) if kind == "birth_certificate" else date(2023, 4, 3)
    return {
        "kind": kind,
        "number": f"{drawn % 10**9:09d}",
        "surname": person.surname,
        "name": person.name,
        "patronymic": person.patronymic,
        "birth_date": person.birth_date.isoformat(),
        "iin": person.iin,
        "issued_on": issued.isoformat(),
        "issued_by": "ҚР ІІМ" if kind == "identity_card" else "АХАТ",
        "valid_until": None if kind == "birth_certificate" else (issued + _LASTS).isoformat(),
    }
