"""A local time-stamp authority (RFC 3161 over HTTP), for tests: it vouches for no time to anybody."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from aiohttp import web
from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_ASKED: Final = "application/timestamp-query"
_ANSWERED: Final = "application/timestamp-reply"
_LIVES: Final = timedelta(days=365 * 30)


@dataclass
class TimeStampAuthority:
    """The authority; while ``down`` is set it only fails. ``now`` tells it the time."""

    now: Callable[[], datetime]
    down: bool = False
    stamped: int = 0

    def __post_init__(self) -> None:
        self._key = rsa.generate_private_key(65537, 2048)
        self.certificate = _certificate(self._key, self.now())

    def application(self) -> web.Application:
        """Its one route."""
        app = web.Application()
        app.router.add_post("/", self._stamp)
        return app

    async def _stamp(self, request: web.Request) -> web.Response:
        if self.down or request.content_type != _ASKED:
            return web.Response(status=503 if self.down else 415)
        # Imported here: only the test that stamps pays for it.
        from pyhanko.sign.timestamps import DummyTimeStamper

        stamper = DummyTimeStamper(
            asn1_x509.Certificate.load(self.certificate.public_bytes(serialization.Encoding.DER)),
            keys.PrivateKeyInfo.load(_der(self._key)),
            fixed_dt=self.now(),
        )
        answer = await stamper.async_request_tsa_response(tsp.TimeStampReq.load(await request.read()))
        self.stamped += 1
        return web.Response(body=answer.dump(), content_type=_ANSWERED)


def _certificate(key: rsa.RSAPrivateKey, now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Dariger sandbox TSA")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now.astimezone(UTC) - _LIVES)
        .not_valid_after(now.astimezone(UTC) + _LIVES)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )


def _der(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
