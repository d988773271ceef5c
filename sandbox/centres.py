"""The local information systems of the three centres, with made-up data about the made-up people.

They serve `POST /centres/{centre}` as the bot asks, and a control API that tells what was asked and how they
behave. Nothing here is about anybody real.
"""

import asyncio
import hashlib
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from aiohttp import web

from sandbox import CENTRES_TOKEN
from sandbox.clock import SandboxClock
from sandbox.control_answers import answering, wanted
from sandbox.events import EventLog
from sandbox.people import Person
from sandbox.wire import Json, json_answer

CENTRES: Final = ("phthisiatry", "psychiatry", "narcology")
STANDINGS: Final = ("on", "off")
_SYSTEMS: Final = {
    "phthisiatry": {
        "kk": "«Туберкулез» тіркелімі (ойдан шығарылған)",
        "ru": "Регистр «Туберкулёз» (выдуманный)",
    },
    "psychiatry": {
        "kk": "Психикалық денсаулық тіркелімі (ойдан шығарылған)",
        "ru": "Регистр психического здоровья (выдуманный)",
    },
    "narcology": {
        "kk": "Наркология тіркелімі (ойдан шығарылған)",
        "ru": "Регистр «Наркология» (выдуманный)",
    },
}
_REMEMBERED: Final = 200
_SILENCE: Final = 60.0
_ONE_IN: Final = 5


class CentreMood(StrEnum):
    """How the systems behave: silent ones never answer, wrong ones tell of another person."""

    ANSWERS = "answers"
    SLOW = "slow"
    SILENT = "silent"
    CUTS = "cuts"
    DOWN = "down"
    WRONG = "wrong"
    NONSENSE = "nonsense"
    NAMELESS = "nameless"


@dataclass(slots=True)
class Centres:
    """The systems and what they remember. `set_by_hand` is by (centre, IIN)."""

    clock: SandboxClock
    events: EventLog
    people: Callable[[], tuple[Person, ...]]
    mood: CentreMood = CentreMood.ANSWERS
    slow_seconds: float = 2.0
    set_by_hand: dict[tuple[str, str], str] = field(default_factory=dict)
    asked: deque[Json] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))

    def routes(self) -> list[web.RouteDef]:
        """What the bot asks, and what the page and the tests ask."""
        return [
            web.get("/centres/health", self._health),
            web.post("/centres/{centre}", self._ask),
            web.get("/control/centres", answering(self._shown)),
            web.post("/control/centres", answering(self._changed)),
        ]

    def clear(self) -> None:
        """Forgets everything, and answers again."""
        self.mood = CentreMood.ANSWERS
        self.set_by_hand.clear()
        self.asked.clear()

    def standing(self, centre: str, iin: str) -> str:
        """Made up: one person in five stands on a register."""
        by_hand = self.set_by_hand.get((centre, iin))
        if by_hand is not None:
            return by_hand
        return "off" if hashlib.sha256(f"{centre} {iin}".encode()).digest()[0] % _ONE_IN else "on"

    # What the bot asks.

    async def _health(self, request: web.Request) -> web.Response:
        if self.mood in (CentreMood.DOWN, CentreMood.CUTS, CentreMood.SILENT):
            return web.Response(status=502)
        return json_answer({"ok": True}) if _knows(request) else _refusal(401, "token")

    async def _ask(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        answer = self._answer(request, body) if _knows(request) else _refusal(401, "token")
        noted = self._remember(request.match_info["centre"], body)
        match self.mood:
            case CentreMood.SILENT | CentreMood.SLOW:
                await asyncio.sleep(_SILENCE if self.mood is CentreMood.SILENT else self.slow_seconds)
            case CentreMood.CUTS if request.transport is not None:
                request.transport.abort()
                return answer
            case CentreMood.DOWN:
                answer = web.Response(status=502, text="<html>Bad Gateway</html>", content_type="text/html")
            case CentreMood.NONSENSE:
                answer = json_answer({"standing": "perhaps"})
            case _:
                pass
        self._answered(noted, answer)
        return answer

    def _answer(self, request: web.Request, body: Json) -> web.Response:
        centre, iin = request.match_info["centre"], str(body.get("iin") or "")
        if centre not in CENTRES:
            return _refusal(404, "centre")
        if not body.get("consent_id"):
            return _refusal(403, "no_consent")
        if not any(person.iin == iin for person in self.people()):
            return _refusal(404, "person")
        if self.mood is CentreMood.WRONG:
            iin = next((person.iin for person in self.people() if person.iin != iin), iin)
        system = {"kk": "", "ru": ""} if self.mood is CentreMood.NAMELESS else _SYSTEMS[centre]
        told = {"number": body.get("number"), "iin": iin, "standing": self.standing(centre, iin)}
        return json_answer({**told, "system": system})

    def _remember(self, centre: str, body: Json) -> Json:
        told = {name: body.get(name) for name in ("number", "consent_id", "iin")}
        noted = {"centre": centre, "at": self.clock.now().isoformat(), "mood": self.mood, **told}
        self.asked.append(noted)
        self.events.note("centres")
        return noted

    def _answered(self, noted: Json, answer: web.Response) -> None:
        """What came of a question stays unknown while nothing is answered."""
        noted["status"] = answer.status
        noted["answer"] = json.loads(answer.text or "{}") if answer.content_type == "application/json" else {}
        self.events.note("centres")

    # What the page and the tests ask.

    async def _shown(self, _request: web.Request) -> Json:
        by_hand = [{"centre": c, "iin": i, "standing": s} for (c, i), s in self.set_by_hand.items()]
        return {
            "mood": self.mood,
            "moods": list(CentreMood),
            "slow_seconds": self.slow_seconds,
            "asked": list(self.asked),
            "set_by_hand": by_hand,
        }

    async def _changed(self, request: web.Request) -> Json:
        """`mood`, `slow_seconds`, or what one centre tells of one person: `centre`, `iin`, `standing`."""
        body = await wanted(request)
        if "mood" in body:
            self.mood = _mood(str(body["mood"]))
        if "slow_seconds" in body:
            self.slow_seconds = float(body["slow_seconds"])
        if "standing" in body:
            centre, standing = str(body.get("centre")), str(body["standing"])
            if centre not in CENTRES or standing not in STANDINGS:
                raise ValueError(f"centre is one of {', '.join(CENTRES)}, standing on or off")
            self.set_by_hand[centre, str(body.get("iin"))] = standing
        self.events.note("centres")
        return await self._shown(request)


def _mood(text: str) -> CentreMood:
    if text not in list(CentreMood):
        raise ValueError(f"mood must be one of: {', '.join(CentreMood)}")
    return CentreMood(text)


def _knows(request: web.Request) -> bool:
    return request.headers.get("Authorization") == f"Bearer {CENTRES_TOKEN}"


def _refusal(status: int, why: str) -> web.Response:
    return json_answer({"error": why}, status)
