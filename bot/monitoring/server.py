"""The server of the monitoring system over HTTP: whether it takes events, and what a day came to there.

The protocol is this project's own until the state's is known (docs/going-live.md); another one is another
class here. What a server refuses is told apart by whose fault it is: an event's own, which will be refused
whenever it is sent, or the server's, which will pass.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal, Protocol, TypeAlias

import aiohttp

from rules.law import rule
from rules.monitoring import DaySum, Event

TIMEOUT: Final = aiohttp.ClientTimeout(total=10)
LARGEST: Final = 512 * 1024
LONGEST_CODE: Final = 40
OK: Final = 200
TOO_SLOW: Final = "timeout"
FOR_EVER: Final = frozenset({400, 409, 410, 413, 422})
"""What is answered to a message that will be refused as often as it is sent; every other status passes."""

Outcome: TypeAlias = Literal["taken", "refused", "later"]
_OUTCOMES: Final[Mapping[object, Outcome]] = {
    "taken": "taken",
    # Sent before by a life that ended, or by a replay: as good as taken.
    "known": "taken",
    "refused": "refused",
    "later": "later",
}


@dataclass(frozen=True, slots=True)
class Answered:
    """What the server says of one event; `code` is its own short word for why it was not taken."""

    outcome: Outcome
    code: str = ""


class ServerDown(Exception):
    """The server takes nothing now, from anybody or from us; `code` says how, `pause` what it asked for."""

    def __init__(self, code: str, pause: timedelta | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.pause = pause


class MessageRefused(Exception):
    """The whole message is refused, and always will be: something in it is not to the server's mind."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class MonitoringServer(Protocol):
    """Whoever keeps the state's monitoring."""

    async def send(self, events: Sequence[Event]) -> Mapping[str, Answered]:
        """Send events; the answer for each id. Raises ServerDown, MessageRefused."""
        ...

    async def sum_of(self, day: date) -> DaySum:
        """What the events of a day come to there. Raises ServerDown."""
        ...

    async def differing(self, day: date, digests: Mapping[str, str]) -> frozenset[str]:
        """Which of these ids it has not, or not with that digest. Raises ServerDown."""
        ...


@rule("MO-01", "G-80")
@dataclass(frozen=True, slots=True)
class HttpMonitoring:
    """The server at `url`; `token` is what it knows us by."""

    session: aiohttp.ClientSession
    url: str
    token: str
    timeout: aiohttp.ClientTimeout = TIMEOUT

    async def send(self, events: Sequence[Event]) -> Mapping[str, Answered]:
        """Send events. What if it runs twice: the server knows each by its id, and takes it once."""
        told = await self._asked("POST", "/events", {"events": [event.written() for event in events]})
        answers = told.get("answers")
        if not isinstance(answers, list):
            raise ServerDown("not_understood")
        return dict(_read(answer) for answer in answers)

    async def sum_of(self, day: date) -> DaySum:
        """Ask what a day came to."""
        told = await self._asked("GET", f"/days/{day.isoformat()}")
        count, digest = told.get("events"), told.get("digest")
        if told.get("day") != day.isoformat() or type(count) is not int or not isinstance(digest, str):
            raise ServerDown("not_understood")
        return DaySum(count, digest)

    async def differing(self, day: date, digests: Mapping[str, str]) -> frozenset[str]:
        """Ask which are missing there, or are kept otherwise."""
        told = await self._asked("POST", f"/days/{day.isoformat()}", {"digests": dict(digests)})
        differing = told.get("differing")
        if not isinstance(differing, list) or not all(isinstance(one, str) for one in differing):
            raise ServerDown("not_understood")
        # Only what was asked about is believed.
        return frozenset(differing) & frozenset(digests)

    async def health(self) -> int:
        """The status that it answers a look at its health with. Raises ServerDown."""
        status, _, _ = await self._answer("GET", "/health", None)
        return status

    async def _asked(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> Mapping[str, Any]:
        status, headers, content = await self._answer(method, path, body)
        if status in FOR_EVER:
            raise MessageRefused(f"status_{status}")
        if status != OK:
            raise ServerDown(f"status_{status}", _pause(headers.get("Retry-After", "")))
        try:
            told = json.loads(content)
        except (ValueError, RecursionError) as fault:
            raise ServerDown("not_understood") from fault
        if not isinstance(told, dict):
            raise ServerDown("not_understood")
        return told

    async def _answer(
        self, method: str, path: str, body: Mapping[str, Any] | None
    ) -> tuple[int, Mapping[str, str], bytes]:
        try:
            # Never followed to another address: the token is shown in the question.
            async with self.session.request(
                method,
                f"{self.url}{path}",
                json=body,
                headers={"Authorization": f"Bearer {self.token}"},
                timeout=self.timeout,
                allow_redirects=False,
            ) as answer:
                return answer.status, answer.headers, await _within_bounds(answer)
        except TimeoutError as fault:
            raise ServerDown(TOO_SLOW) from fault
        except (aiohttp.ClientError, OSError, ValueError) as fault:
            raise ServerDown("no_answer") from fault


async def _within_bounds(answer: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for piece in answer.content.iter_any():
        content += piece
        if len(content) > LARGEST:
            raise ServerDown("too_long")
    return bytes(content)


def _read(answer: Any) -> tuple[str, Answered]:
    """One answer; a word that is not known counts as "later": nothing is given up for a slip of theirs."""
    if not isinstance(answer, dict) or not isinstance(answer.get("id"), str):
        raise ServerDown("not_understood")
    said = answer.get("outcome")
    outcome = _OUTCOMES.get(said, "later") if isinstance(said, str) else "later"
    return answer["id"], Answered(outcome, _code(answer.get("code")))


def _code(said: Any) -> str:
    """A server's own word for why: kept and shown, so nothing but the signs of a code."""
    text = said if isinstance(said, str) else ""
    kept = "".join(sign for sign in text if sign.isascii() and (sign.isalnum() or sign in "_-."))
    return kept[:LONGEST_CODE]


def _pause(text: str) -> timedelta | None:
    return timedelta(seconds=int(text)) if text.isascii() and text.isdigit() and len(text) <= 6 else None
