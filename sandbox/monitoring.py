"""A local monitoring system of public services: it takes events, each once by its id, and keeps them by day.

It serves what the bot sends to, and a control API that tells what came and how it behaves. It believes
nothing: an event with one field more or less, or with a word that it does not know, is refused.
"""

import asyncio
import hashlib
import json
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from aiohttp import web

from sandbox import MONITORING_TOKEN
from sandbox.clock import SandboxClock
from sandbox.control_answers import answering, wanted
from sandbox.events import EventLog
from sandbox.moments import ALMATY
from sandbox.wire import Json, json_answer

SERVICES: Final = frozenset(
    {
        "home_call",
        "appointment",
        "attachment",
        "phthisiatry",
        "psychiatry",
        "narcology",
        "training",
        "duplicate",
    }
)
STAGES: Final = frozenset({"registered", "in_review", "refused", "done"})
_FIELDS: Final[dict[str, Callable[[Any], bool]]] = {
    "id": lambda it: _is(r"[a-z]+\.[0-9]+\.[0-9]+", it),
    "number": lambda it: _is(r"[0-9]{2,3}-[0-9]{6}", it),
    "year": lambda it: type(it) is int and 2000 <= it <= 2999,
    "service": lambda it: it in SERVICES,
    "stage": lambda it: it is None or it in STAGES,
    "status": lambda it: _is(r"[a-z_]{2,30}", it),
    "step": lambda it: type(it) is int and it > 0,
    "at": lambda it: _instant(it) is not None,
    "clinic": lambda it: it is None or type(it) is int,
}
_REMEMBERED: Final = 200
_SILENCE: Final = 60.0
_MOST: Final = 500
_HURRY: Final = "2"


class MonitoringMood(StrEnum):
    """How the system behaves. The silent one keeps what it is sent, and does not say so."""

    ANSWERS = "answers"
    SLOW = "slow"
    SILENT = "silent"
    DOWN = "down"
    BUSY = "busy"
    LOCKED = "locked"
    REFUSES = "refuses"
    NONSENSE = "nonsense"


@dataclass(slots=True)
class Monitoring:
    """The system and what it keeps, by the id of each event. `refused` and `put_off` are numbers of requests.

    A refused one makes the whole message that it is in be refused, if `whole` is set.
    """

    clock: SandboxClock
    events: EventLog
    mood: MonitoringMood = MonitoringMood.ANSWERS
    slow_seconds: float = 2.0
    whole: bool = False
    refused: set[str] = field(default_factory=set)
    put_off: set[str] = field(default_factory=set)
    kept: dict[str, Json] = field(default_factory=dict)
    doubled: int = 0
    asked: deque[Json] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))

    def routes(self) -> list[web.RouteDef]:
        """What the bot sends and asks, and what the page and the tests ask."""
        return [
            web.get("/monitoring/health", self._health),
            web.post("/monitoring/events", self._behaving(self._take)),
            web.get("/monitoring/days/{day}", self._behaving(self._sum)),
            web.post("/monitoring/days/{day}", self._behaving(self._compare)),
            web.get("/control/monitoring", answering(self._shown)),
            web.post("/control/monitoring", answering(self._changed)),
        ]

    def clear(self) -> None:
        """Forgets everything, and answers again."""
        self.mood, self.whole, self.doubled = MonitoringMood.ANSWERS, False, 0
        for kept in (self.refused, self.put_off, self.kept, self.asked):
            kept.clear()

    # What the bot sends.

    async def _health(self, request: web.Request) -> web.Response:
        if self.mood in (MonitoringMood.DOWN, MonitoringMood.SILENT):
            return web.Response(status=502)
        return json_answer({"ok": True}) if self._knows(request) else _refusal(401, "token")

    def _behaving(self, answer: Callable[[web.Request, Json], web.Response]) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.Response:
            if not self._knows(request):
                return _refusal(401, "token")
            match self.mood:
                case MonitoringMood.DOWN:
                    return web.Response(status=502, text="<html>Bad Gateway</html>", content_type="text/html")
                case MonitoringMood.BUSY:
                    return web.Response(status=429, headers={"Retry-After": _HURRY})
                case MonitoringMood.REFUSES:
                    return _refusal(400, "schema")
                case MonitoringMood.SLOW:
                    await asyncio.sleep(self.slow_seconds)
                case _:
                    pass
            given = answer(request, await wanted(request))
            if self.mood is MonitoringMood.SILENT:
                await asyncio.sleep(_SILENCE)
            return json_answer(["?"]) if self.mood is MonitoringMood.NONSENSE else given

        return handle

    def _take(self, _request: web.Request, body: Json) -> web.Response:
        sent = body.get("events")
        if not isinstance(sent, list) or not 0 < len(sent) <= _MOST:
            return _refusal(413 if isinstance(sent, list) else 400, "events")
        if self.whole and any(isinstance(it, dict) and it.get("number") in self.refused for it in sent):
            return _refusal(422, "refused")
        answers = [self._answer(event) for event in sent]
        self.events.note("monitoring")
        return json_answer({"answers": answers})

    def _answer(self, event: Any) -> Json:
        event_id = str(event.get("id")) if isinstance(event, dict) else ""
        outcome, code = self._judged(event, event_id)
        if outcome == "taken":
            self.kept[event_id] = event
        told = event if isinstance(event, dict) else {}
        at = self.clock.now().isoformat()
        shown = {name: told.get(name) for name in ("id", "number", "stage", "status")}
        self.asked.append({**shown, "about": told.get("service"), "at": at, "outcome": outcome, "code": code})
        return {"id": event_id, "outcome": outcome, "code": code}

    def _judged(self, event: Any, event_id: str) -> tuple[str, str]:
        if not isinstance(event, dict) or set(event) != set(_FIELDS):
            return "refused", "schema"
        wrong = next((name for name, is_good in _FIELDS.items() if not is_good(event[name])), None)
        if wrong is not None:
            return "refused", f"schema_{wrong}"
        if event["number"] in self.refused:
            return "refused", "not_accepted"
        if event["number"] in self.put_off:
            return "later", "not_now"
        known = self.kept.get(event_id)
        if known is None:
            return "taken", ""
        self.doubled += 1
        return ("known", "") if known == event else ("refused", "conflict")

    # What the bot asks of a day.

    def _sum(self, request: web.Request, _body: Json) -> web.Response:
        day = request.match_info["day"]
        digests = self._digests(day)
        lines = "\n".join(f"{event_id} {digests[event_id]}" for event_id in sorted(digests))
        digest = hashlib.sha256(lines.encode()).hexdigest()
        return json_answer({"day": day, "events": len(digests), "digest": digest})

    def _compare(self, request: web.Request, body: Json) -> web.Response:
        asked = body.get("digests")
        if not isinstance(asked, dict) or len(asked) > _MOST:
            return _refusal(400, "digests")
        kept = self._digests(request.match_info["day"])
        differing = [event_id for event_id, digest in asked.items() if kept.get(event_id) != digest]
        return json_answer({"differing": differing})

    def _digests(self, day: str) -> dict[str, str]:
        return {event_id: _digest(it) for event_id, it in self.kept.items() if _day(it["at"]) == day}

    def _knows(self, request: web.Request) -> bool:
        shown = request.headers.get("Authorization")
        return self.mood is not MonitoringMood.LOCKED and shown == f"Bearer {MONITORING_TOKEN}"

    # What the page and the tests ask.

    async def _shown(self, _request: web.Request) -> Json:
        return {
            "mood": self.mood.value,
            "moods": [mood.value for mood in MonitoringMood],
            "asked": list(self.asked),
            "kept": len(self.kept),
            "doubled": self.doubled,
            "refused": sorted(self.refused),
            "put_off": sorted(self.put_off),
        }

    async def _changed(self, request: web.Request) -> Json:
        """`mood`, `slow_seconds`, `whole`; `refuse`, `put_off` and `accept`: a request's number; and
        `forget`: a day, or the id of an event.
        """
        body = await wanted(request)
        self.mood = MonitoringMood(body.get("mood", self.mood))
        self.slow_seconds = float(body.get("slow_seconds", self.slow_seconds))
        self.whole = bool(body.get("whole", self.whole))
        if "refuse" in body:
            self.refused.add(str(body["refuse"]))
        if "put_off" in body:
            self.put_off.add(str(body["put_off"]))
        if "accept" in body:
            self.refused.discard(str(body["accept"]))
            self.put_off.discard(str(body["accept"]))
        self.forget(str(body.get("forget", "")))
        self.events.note("monitoring")
        return await self._shown(request)

    def forget(self, what: str) -> None:
        """Loses a day, or one event."""
        lost = [event_id for event_id, it in self.kept.items() if what in (event_id, _day(it["at"]))]
        for event_id in lost:
            del self.kept[event_id]


def _digest(event: Json) -> str:
    line = json.dumps(event, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(line.encode()).hexdigest()


def _day(at: str) -> str:
    moment = _instant(at)
    return "" if moment is None else moment.astimezone(ALMATY).date().isoformat()


def _instant(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.utcoffset() == timedelta() else None


def _is(pattern: str, value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII) is not None


def _refusal(status: int, code: str) -> web.Response:
    return json_answer({"code": code}, status=status)
