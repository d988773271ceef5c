"""The state's digital signature (ЭЦП, ЭЦҚ) over HTTP: NCANode 3, which holds the GOST algorithms.

The port stands beside the clinic's own signature and never in its place: a paper is called signed by the
state's signature only after NCANode has made one and has found it valid. Protocol: NCANode 3, `/cms/sign` and
`/cms/verify`, JSON with Base64 inside.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import aiohttp

from bot.sending.gateways import NoAnswer, asking
from rules.iin import BadIin, Iin
from rules.law import rule

WAIT: Final = aiohttp.ClientTimeout(total=30)
"""It asks the state's centre in its turn: whether the certificate was revoked, and for the time."""
OK: Final = 200
CLIENT_ERROR: Final = 400
_BIN: Final = re.compile(r"[0-9]{12}")


class StateRefusal(StrEnum):
    """Why the state's signature was not made, or is not accepted."""

    NO_ANSWER = "no_answer"
    KEY_REFUSED = "key_refused"
    NOT_VALID = "not_valid"
    REVOKED = "revoked"
    OTHER_PERSON = "other_person"


class SignRefused(Exception):
    """The signature is not there, or not accepted; ``why`` says which. Carries nothing of the person."""

    def __init__(self, why: StateRefusal) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True, repr=False)
class StateSigner:
    """Whom a certificate of the state's centre is of."""

    name: str
    iin: str
    bin: str

    def __repr__(self) -> str:
        return "StateSigner()"


@dataclass(frozen=True, slots=True)
class NcaNode:
    """A server of NCANode at ``url``."""

    session: aiohttp.ClientSession
    url: str

    async def sign(self, content: bytes, key: bytes, password: str, clinic_bin: str = "") -> bytes:
        """A CMS with ``content`` inside, signed by the PKCS#12 ``key`` and time-stamped, found valid at once.

        The certificate must be an organisation's, with ``clinic_bin`` where that is known. The key and its
        password travel in the question: never over plain HTTP to another machine. Raises ``SignRefused``.
        """
        signer = {"key": _text(key), "password": password, "keyAlias": None}
        asked = {"data": _text(content), "signers": [signer], "withTsp": True, "detached": False}
        answer = await self._asked("/cms/sign", asked, StateRefusal.KEY_REFUSED)
        cms = _bytes(answer.get("cms"))
        if content_of(cms) != content:
            raise SignRefused(StateRefusal.NOT_VALID)
        demand_clinic(await self.signer_of(cms), clinic_bin)
        return cms

    @rule("SG-04")
    async def signer_of(self, cms: bytes, content: bytes | None = None) -> StateSigner:
        """Who signed; ``content`` where it does not lie inside. Revoked certificates are asked for.

        Raises ``SignRefused``.
        """
        asked: dict[str, Any] = {"cms": _text(cms), "revocationCheck": ["OCSP"]}
        if content is not None:
            asked["data"] = _text(content)
        answer = await self._asked("/cms/verify", asked, StateRefusal.NOT_VALID)
        certificates = [one for signer in _maps(answer.get("signers")) for one in _certificates(signer)]
        if any(one.get("revoked") for cert in certificates for one in _maps(cert.get("revocations"))):
            raise SignRefused(StateRefusal.REVOKED)
        if answer.get("valid") is not True or len(certificates) != 1 or not certificates[0].get("valid"):
            raise SignRefused(StateRefusal.NOT_VALID)
        return _signer(certificates[0])

    async def _asked(self, path: str, asked: Mapping[str, Any], refusal: StateRefusal) -> Mapping[str, Any]:
        # Never followed to another address: a key may be in the question.
        question = self.session.post(f"{self.url}{path}", json=asked, timeout=WAIT, allow_redirects=False)
        try:
            async with asking(question) as raw:
                status, answer = raw.status, await raw.json(content_type=None)
        except (NoAnswer, ValueError) as fault:
            raise SignRefused(StateRefusal.NO_ANSWER) from fault
        if status >= 500 or not isinstance(answer, Mapping):
            raise SignRefused(StateRefusal.NO_ANSWER)
        if status >= CLIENT_ERROR or answer.get("status") != OK:
            raise SignRefused(refusal)
        return answer


@rule("SG-01", "SG-05")
def demand_signer(signer: StateSigner, iin: Iin) -> None:
    """The certificate must be of the person in the request: the IINs are compared (SG-05).

    Raises ``SignRefused``.
    """
    try:
        same = Iin.parse(signer.iin) == iin
    except BadIin:
        same = False
    if not same:
        raise SignRefused(StateRefusal.OTHER_PERSON)


@rule("SG-03", "SG-05")
def demand_clinic(signer: StateSigner, clinic_bin: str) -> None:
    """The certificate must be of an organisation, and of this clinic where its business number is known.

    Raises ``SignRefused``.
    """
    if not _BIN.fullmatch(signer.bin) or clinic_bin not in {"", signer.bin}:
        raise SignRefused(StateRefusal.OTHER_PERSON)


def content_of(cms: bytes) -> bytes | None:
    """What lies inside a CMS (RFC 5652), None if nothing does or it is no CMS."""
    # First of all: it adds names to a table that is turned round once, at the first look into a CMS. Without
    # them no paper could be signed afterwards.
    import asn1crypto.tsp  # noqa: F401 - see above
    from asn1crypto.cms import ContentInfo, SignedData

    try:
        info = ContentInfo.load(cms)
        signed = info["content"]
        inside = signed["encap_content_info"]["content"].native if isinstance(signed, SignedData) else None
    except (ValueError, TypeError, KeyError):
        return None
    return inside if isinstance(inside, bytes) else None


def _signer(certificate: Mapping[str, Any]) -> StateSigner:
    subject = certificate.get("subject")
    known = subject if isinstance(subject, Mapping) else {}
    return StateSigner(*(str(known.get(name) or "") for name in ("commonName", "iin", "bin")))


def _certificates(signer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return _maps(signer.get("certificates"))


def _maps(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _bytes(text: Any) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError):
        raise SignRefused(StateRefusal.NOT_VALID) from None
