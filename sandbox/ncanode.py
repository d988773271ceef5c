"""A local NCANode: signs and verifies CMS over HTTP as NCANode 3 does, with ordinary keys, not GOST ones.

Protocol: NCANode 3, `POST /cms/sign` and `POST /cms/verify`. Each answer bears a status and a message of its
own; a refusal is HTTP 400, a fault 500. For tests: what it signs is no signature of the state.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

# The first adds names to a table that is turned round once, at the first look into a CMS.
import asn1crypto.tsp  # noqa: F401 - see above
from aiohttp import web
from asn1crypto import cms as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
from cryptography.x509.oid import NameOID

_IIN: Final = "IIN"
_BIN: Final = "BIN"


class _Refused(Exception):
    """What was sent cannot be served; the message says why."""


@dataclass
class NcaNode:
    """The server; ``revoked`` holds serial numbers, and while ``down`` is set it only fails."""

    revoked: set[int] = field(default_factory=set)
    down: bool = False
    signed: int = 0

    def application(self) -> web.Application:
        """Its routes."""
        app = web.Application(client_max_size=32 * 1024 * 1024)
        app.router.add_post("/cms/sign", self._serve(self._sign))
        app.router.add_post("/cms/verify", self._serve(self._verify))
        return app

    def _serve(self, answer: Any) -> Any:
        async def handler(request: web.Request) -> web.Response:
            if self.down:
                return _answer(500, "Internal Server Error")
            try:
                return _answer(200, "OK", **answer(await request.json()))
            except (_Refused, ValueError, KeyError, TypeError) as fault:
                return _answer(400, str(fault) or type(fault).__name__)

        return handler

    def _sign(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        content = _bytes(asked["data"])
        builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
        if not asked["signers"]:
            raise _Refused("signers must not be empty")
        for signer in asked["signers"]:
            private, certificate, _ = pkcs12.load_key_and_certificates(
                _bytes(signer["key"]), signer["password"].encode()
            )
            if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or certificate is None:
                raise _Refused("Key not found")
            builder = builder.add_signer(certificate, private, hashes.SHA256())
        options = [pkcs7.PKCS7Options.Binary]
        if asked.get("detached"):
            options.append(pkcs7.PKCS7Options.DetachedSignature)
        self.signed += 1
        return {"cms": _text(builder.sign(serialization.Encoding.DER, options))}

    def _verify(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        signed = asn1.ContentInfo.load(_bytes(asked["cms"]))["content"]
        inside = signed["encap_content_info"]["content"].native
        content = inside if inside is not None else _bytes(asked.get("data") or "")
        known = {
            loaded.serial_number: loaded
            for one in signed["certificates"]
            for loaded in (x509.load_der_x509_certificate(one.dump()),)
        }
        signers, valid = [], True
        for info in signed["signer_infos"]:
            certificate = known[info["sid"].chosen["serial_number"].native]
            holds = _holds(info, certificate, content)
            revoked = certificate.serial_number in self.revoked
            valid = valid and holds and not revoked
            signers.append({"certificates": [_told(certificate, revoked=revoked, asked=asked)]})
        return {"valid": valid, "signers": signers}


def _holds(info: asn1.SignerInfo, certificate: x509.Certificate, content: bytes) -> bool:
    attributes = {one["type"].native: one["values"][0].native for one in info["signed_attrs"]}
    digest = hashes.Hash(hashes.SHA256())
    digest.update(content)
    if attributes.get("message_digest") != digest.finalize():
        return False
    key, signature = certificate.public_key(), info["signature"].native
    signed = info["signed_attrs"].untag().dump()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _told(certificate: x509.Certificate, *, revoked: bool, asked: Mapping[str, Any]) -> dict[str, Any]:
    """A certificate as NCANode tells it; the IIN and БИН stand in the subject behind their letters."""
    subject = certificate.subject
    names = [str(one.value) for one in subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    numbers = [str(one.value) for one in subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)]
    units = [str(one.value) for one in subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)]
    return {
        "valid": not revoked,
        "revocations": [{"revoked": revoked, "by": by} for by in asked.get("revocationCheck", ())],
        "notBefore": certificate.not_valid_before_utc.isoformat(timespec="milliseconds"),
        "notAfter": certificate.not_valid_after_utc.isoformat(timespec="milliseconds"),
        "keyUsage": "SIGN",
        "serialNumber": f"{certificate.serial_number:x}",
        "subject": {
            "commonName": names[0] if names else None,
            "iin": next((one.removeprefix(_IIN) for one in numbers if one.startswith(_IIN)), None),
            "bin": next((one.removeprefix(_BIN) for one in units if one.startswith(_BIN)), None),
            "country": "KZ",
        },
    }


def _answer(status: int, message: str, **more: Any) -> web.Response:
    return web.json_response({"status": status, "message": message, **more}, status=status)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as fault:
        raise _Refused("Illegal base64") from fault
