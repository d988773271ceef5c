"""The port to the information systems of the centres, and its one way over HTTP.

The laws of this file:

1. Nobody is asked about without the id of a consent: without one the port refuses, and sends nothing.
2. What comes back is believed only if it names the same request and the same person; anything else is a
fault of the system's, and no result.
3. An IIN goes to the address of the settings and nowhere else: redirections are not followed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import aiohttp

from rules.centre_info import Centre, Standing
from rules.iin import Iin
from rules.law import rule

TIMEOUT: Final = aiohttp.ClientTimeout(total=10)
LARGEST: Final = 64 * 1024
OK: Final = 200


@dataclass(frozen=True, slots=True, repr=False)
class Query:
    """One question to a centre: under which number it is asked, and about whom."""

    number: str
    centre: Centre
    subject: Iin

    def __repr__(self) -> str:
        return f"Query({self.number})"


@dataclass(frozen=True, slots=True, repr=False)
class CentreAnswer:
    """What the centre's system told, and how it is called in both languages ("" where it did not say)."""

    standing: Standing
    system_kk: str
    system_ru: str


class NotConsented(Exception):
    """Somebody was to be asked about without a consent: a fault of ours, and nothing was sent."""


class CentreSilent(Exception):
    """The centre's system did not answer, or not as it has to; ``code`` says how, and names nobody.

    ``wrong``: it answered, and what it said must not be shown to anybody.
    """

    def __init__(self, code: str, *, wrong: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.wrong = wrong


class CentreSystem(Protocol):
    """Whoever can be asked for information of a centre."""

    async def ask(self, query: Query, consent_id: int | None) -> CentreAnswer:
        """What the centre tells. Raises NotConsented, CentreSilent."""
        ...


@rule("IC-04", "IC-06", "G-41")
@dataclass(frozen=True, slots=True)
class HttpCentres:
    """The systems behind one address: POST {url}/{centre}."""

    session: aiohttp.ClientSession
    url: str
    token: str
    timeout: aiohttp.ClientTimeout = TIMEOUT

    async def ask(self, query: Query, consent_id: int | None) -> CentreAnswer:
        """Ask once. Raises NotConsented, CentreSilent."""
        if not consent_id:
            raise NotConsented(query.number)
        asked = {
            "number": query.number,
            "centre": query.centre.value,
            "consent_id": str(consent_id),
            "iin": query.subject.digits,
        }
        return _understood(query, await self._post(query.centre, asked))

    async def health(self) -> int:
        """The status that the systems answer a look at their health with. Raises CentreSilent."""
        try:
            async with self.session.get(
                f"{self.url}/health", headers=self._headers, timeout=self.timeout, allow_redirects=False
            ) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as fault:
            raise CentreSilent("no_answer") from fault

    async def _post(self, centre: Centre, asked: Mapping[str, str]) -> Any:
        try:
            async with self.session.post(
                f"{self.url}/{centre}",
                json=asked,
                headers=self._headers,
                timeout=self.timeout,
                allow_redirects=False,
            ) as answer:
                if answer.status != OK:
                    raise CentreSilent(f"status_{answer.status}")
                content = await _read(answer)
        except TimeoutError as fault:
            raise CentreSilent("timeout") from fault
        except (aiohttp.ClientError, OSError) as fault:
            raise CentreSilent("no_answer") from fault
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as fault:
            raise CentreSilent("not_understood", wrong=True) from fault

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    """The whole answer, unless it is longer than any answer has to be."""
    content = bytearray()
    async for piece in answer.content.iter_chunked(LARGEST):
        content += piece
        if len(content) > LARGEST:
            raise CentreSilent("too_long", wrong=True)
    return bytes(content)


@rule("IC-09", "IC-10", "G-42")
def _understood(query: Query, told: Any) -> CentreAnswer:
    """The answer, if it is one to this question; of two values there is no third."""
    if not isinstance(told, dict) or told.get("standing") not in tuple(Standing):
        raise CentreSilent("not_understood", wrong=True)
    if (told.get("number"), told.get("iin")) != (query.number, query.subject.digits):
        raise CentreSilent("another", wrong=True)
    named = told.get("system")
    names = named if isinstance(named, dict) else {}
    kk, ru = (str(names.get(language) or "").strip() for language in ("kk", "ru"))
    return CentreAnswer(Standing(told["standing"]), kk, ru)
