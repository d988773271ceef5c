"""The service of digital documents over HTTP: one document for one consent, and nothing without a consent.

The protocol is this project's own until the state's is known: `POST {url}/documents` with JSON and a bearer
token. Everything that names a person travels in the body, never in an address that a log could keep.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, Protocol, TypeAlias

import aiohttp

from bot.sending.gateways import NoAnswer, asking
from dialogs.engine import clean
from rules.documents import DigitalDocument, DocumentKind, DocumentPurpose
from rules.iin import Iin
from rules.law import rule

WAIT: Final = aiohttp.ClientTimeout(total=10)
LONGEST_ANSWER: Final = 64 * 1024
_OK: Final = 200
_REFUSED: Final = frozenset({401, 403, 409})
_NOT_FOUND: Final = 404
_LONGEST_FIELD: Final = 200
_MOST_PARENTS: Final = 4


class NoConsent(ValueError):
    """A document was to be taken without a consent: ours is the fault, and nothing is asked."""


class ConsentNotAccepted(Exception):
    """The service does not accept us, or this consent; ``code`` says how. Carries nothing of the person."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotThere(StrEnum):
    """Why there is nothing to be shown; in either case the paper document is asked for."""

    NOT_IN_APP = "not_in_app"
    NO_DOCUMENT = "no_document"


@dataclass(frozen=True, slots=True, repr=False)
class Take:
    """What is taken, and by which consent. ``id`` stays the same when the same take is tried again."""

    id: int
    consent_id: int | None
    iin: Iin
    kind: DocumentKind
    purpose: DocumentPurpose
    clinic_no: int

    def __repr__(self) -> str:
        return f"Take({self.id})"


Fetched: TypeAlias = DigitalDocument | NotThere


class DocumentService(Protocol):
    """Whoever keeps digital documents."""

    async def fetch(self, take: Take) -> Fetched:
        """The document. Raises ``NoConsent``, ``ConsentNotAccepted`` and ``NoAnswer``."""
        ...


@dataclass(frozen=True, slots=True)
class HttpDocuments:
    """The service at ``url``; ``token`` is what it knows us by."""

    session: aiohttp.ClientSession
    url: str
    token: str
    wait: aiohttp.ClientTimeout = WAIT

    @rule("DD-01", "DD-03", "DD-06")
    async def fetch(self, take: Take) -> Fetched:
        """The document of that person, or that there is none. Another's, or another one, is no answer.

        What if it runs twice: the service knows the take by its id, and answers the same take again.
        """
        if not take.consent_id:
            raise NoConsent
        status, answer = await self._asked(take)
        if status == _OK:
            return _document(answer, take)
        code = str(answer.get("code") or "")
        if status == _NOT_FOUND and code in set(NotThere):
            return NotThere(code)
        if status in _REFUSED:
            raise ConsentNotAccepted(f"documents_{status}")
        raise NoAnswer(f"documents_{status}")

    async def reached(self) -> bool:
        """True if the service answers and knows us. Raises ``NoAnswer``."""
        question = self.session.get(
            f"{self.url}/documents/health", headers=self._headers, timeout=self.wait, allow_redirects=False
        )
        async with asking(question) as raw:
            return bool(raw.status == _OK)

    async def _asked(self, take: Take) -> tuple[int, Mapping[str, Any]]:
        asked = {
            "consent_id": str(take.consent_id),
            "take_id": str(take.id),
            "iin": take.iin.digits,
            "kind": take.kind.value,
            "purpose": take.purpose.value,
            "clinic_no": take.clinic_no,
        }
        # Never followed to another address: a person is in the question.
        question = self.session.post(
            f"{self.url}/documents",
            json=asked,
            headers=self._headers,
            timeout=self.wait,
            allow_redirects=False,
        )
        try:
            async with asking(question) as raw:
                answer = json.loads(await _within_bounds(raw))
        except (ValueError, RecursionError) as fault:
            raise NoAnswer("documents_no_json") from fault
        if not isinstance(answer, Mapping):
            raise NoAnswer("documents_no_json")
        return raw.status, answer

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


async def _within_bounds(raw: aiohttp.ClientResponse) -> bytes:
    """The answer's body, as far as one can be meant. Raises ``NoAnswer``."""
    body = bytearray()
    async for chunk in raw.content.iter_any():
        body += chunk
        if len(body) > LONGEST_ANSWER:
            raise NoAnswer("documents_too_long")
    return bytes(body)


def _document(answer: Mapping[str, Any], take: Take) -> DigitalDocument:
    """Read the answer, and see that it is what was asked for. Raises ``NoAnswer``."""
    raw = answer.get("document")
    try:
        if not isinstance(raw, Mapping) or answer.get("consent_id") != str(take.consent_id):
            raise NoAnswer("documents_other")
        document = DigitalDocument(
            kind=DocumentKind(raw["kind"]),
            number=_field(raw, "number"),
            surname=_field(raw, "surname"),
            name=_field(raw, "name"),
            patronymic=_field(raw, "patronymic", may_be_empty=True),
            birth_date=date.fromisoformat(raw["birth_date"]),
            iin=_field(raw, "iin"),
            issued_on=date.fromisoformat(raw["issued_on"]),
            issued_by=_field(raw, "issued_by"),
            valid_until=None if raw.get("valid_until") is None else date.fromisoformat(raw["valid_until"]),
            parents=_names(raw.get("parents")),
        )
    except (KeyError, ValueError, TypeError) as fault:
        raise NoAnswer("documents_unreadable") from fault
    if document.iin != take.iin.digits or document.kind is not take.kind:
        raise NoAnswer("documents_other")
    return document


def _names(raw: Any) -> tuple[str, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, list) or len(raw) > _MOST_PARENTS:
        raise ValueError("parents")
    return tuple(_field({"name": one}, "name") for one in raw)


def _field(raw: Mapping[str, Any], name: str, *, may_be_empty: bool = False) -> str:
    text = raw.get(name)
    if text is None and may_be_empty:
        return ""
    # Cleaned before it is compared with the registry, which holds its names so too.
    read = clean(text) if isinstance(text, str) and len(text) <= _LONGEST_FIELD else None
    if read is None or not (read or may_be_empty):
        raise ValueError(name)
    return read
