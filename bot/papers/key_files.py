"""The clinics' signing keys: PKCS#12 files in one folder, found by the clinic's number.

`5.p12` is clinic 5's, `default.p12` serves those that have none of their own. Beside them may lie the keys
of the state's centre for the digital signature, each clinic's own: `5.state.p12`; and the certificates of the
time-stamp authorities that are known here: `tsa.cer`, `tsa.root.cer`. A key that cannot sign is a fault with
a code; nothing about it is secret, and no password is ever in one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

DEFAULT: Final = "default"
SUFFIX: Final = ".p12"
STATE_SUFFIX: Final = ".state.p12"
CERTIFICATES: Final = frozenset({".cer", ".crt", ".pem"})
"""Certificates kept after their keys are gone, so that older papers can still be told as the clinic's own."""
AUTHORITY: Final = "tsa"
"""How the names of the time-stamp authorities' certificates begin, up to the first full stop."""
SOON: Final = timedelta(days=30)
"""How long before its end a key is spoken of."""
LEAST_RSA_BITS: Final = 2048
_BIN: Final = re.compile(r"BIN([0-9]{12})")


class KeyFault(StrEnum):
    """Why a key cannot sign."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - the name of a fault
    NO_KEY = "no_key"
    NOT_ITS_OWN = "not_its_own"
    TOO_WEAK = "too_weak"
    NOT_YET = "not_yet"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class BadKey:
    """A key that cannot sign: the file's name in the folder, and why."""

    name: str
    fault: KeyFault


@dataclass(frozen=True, slots=True, repr=False)
class GoodKey:
    """A key that can sign now. ``content`` is the whole PKCS#12 file, ``password`` opens it."""

    name: str
    content: bytes
    password: bytes
    certificate: x509.Certificate

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hexadecimal."""
        return fingerprint(self.certificate)

    @property
    def ends(self) -> datetime:
        """Until when the certificate stands (UTC)."""
        return self.certificate.not_valid_after_utc

    def __repr__(self) -> str:
        return f"GoodKey({self.name})"


Key: TypeAlias = GoodKey | BadKey


@dataclass(frozen=True, slots=True, repr=False)
class StateKey:
    """A clinic's key of the state's centre, unopened. ``bin`` is the clinic's business number, if known."""

    name: str
    content: bytes
    bin: str

    def __repr__(self) -> str:
        return f"StateKey({self.name})"


@dataclass(frozen=True, slots=True, repr=False)
class KeyFolder:
    """The folder of ``SIGNING_KEYS``. Files are read anew each time, so a corrected key works at once."""

    folder: Path
    password: bytes

    def key_for(self, clinic_no: int, now: datetime) -> Key:
        """The clinic's own key, else the default one."""
        return self._opened(self._file_for(clinic_no), now)

    def keys_for(self, clinics: Iterable[int], now: datetime) -> tuple[Key, ...]:
        """The keys of those clinics, each file opened once: to open one takes as long as to sign."""
        files = dict.fromkeys(self._file_for(clinic_no) for clinic_no in clinics)
        return tuple(self._opened(file, now) for file in files)

    def state_key_for(self, clinic_no: int) -> StateKey | BadKey:
        """That clinic's own key of the state's centre, unopened: only NCANode can open it.

        There is no default one: no paper may bear the state's signature of another. The business number is
        that of the certificate in the clinic's own `5.p12`, where one stands in it.
        """
        path = self.folder / f"{clinic_no}{STATE_SUFFIX}"
        own = _certificate_in(self.folder / f"{clinic_no}{SUFFIX}", self.password)
        try:
            return StateKey(path.name, path.read_bytes(), bin_in(own) if own else "")
        except FileNotFoundError:
            return BadKey(path.name, KeyFault.MISSING)
        except OSError:
            return BadKey(path.name, KeyFault.UNREADABLE)

    def all_keys(self, now: datetime) -> Iterator[Key]:
        """Every key of the clinics in the folder, good or bad; nothing where there is none."""
        for path in sorted(self.folder.glob(f"*{SUFFIX}")):
            if not path.name.endswith(STATE_SUFFIX):
                yield self._opened(path, now)

    def certificates(self) -> Iterator[tuple[str, x509.Certificate]]:
        """Every certificate that papers are signed by, ended ones too, with its file's name."""
        return ((name, one) for name, one in self._all_certificates() if not _is_authority(name))

    def authorities(self) -> frozenset[str]:
        """The fingerprints of the certificates that time stamps are of."""
        return frozenset(fingerprint(one) for name, one in self._all_certificates() if _is_authority(name))

    def shut(self) -> tuple[str, ...]:
        """The names of files that would hold a certificate, could they be opened: a wrong password, say."""
        return tuple(
            path.name
            for path in sorted(self.folder.glob("*"))
            if _holds_certificate(path) and _certificate_in(path, self.password) is None
        )

    def _all_certificates(self) -> Iterator[tuple[str, x509.Certificate]]:
        for path in sorted(self.folder.glob("*")):
            certificate = _certificate_in(path, self.password)
            if certificate is not None:
                yield path.name, certificate

    def _file_for(self, clinic_no: int) -> Path:
        own = self.folder / f"{clinic_no}{SUFFIX}"
        return own if own.exists() else self.folder / f"{DEFAULT}{SUFFIX}"

    def _opened(self, path: Path, now: datetime) -> Key:
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return BadKey(path.name, KeyFault.MISSING)
        except OSError:
            return BadKey(path.name, KeyFault.UNREADABLE)
        return open_key(path.name, content, self.password, now)


def open_key(name: str, content: bytes, password: bytes, now: datetime) -> Key:
    """Open one PKCS#12 file and see whether it can sign now."""
    try:
        private, certificate, _ = pkcs12.load_key_and_certificates(content, password or None)
    except ValueError as fault:
        # The library has one error for both; only a wrong password speaks of it.
        about_password = "password" in str(fault).lower()
        return BadKey(name, KeyFault.WRONG_PASSWORD if about_password else KeyFault.UNREADABLE)
    if private is None or certificate is None:
        return BadKey(name, KeyFault.NO_KEY)
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        return BadKey(name, KeyFault.NO_KEY)
    fault_found = _fault_of(private, certificate, now)
    return GoodKey(name, content, password, certificate) if fault_found is None else BadKey(name, fault_found)


def _is_authority(name: str) -> bool:
    return name.partition(".")[0] == AUTHORITY


def _is_key(path: Path) -> bool:
    return path.suffix == SUFFIX and not path.name.endswith(STATE_SUFFIX)


def _holds_certificate(path: Path) -> bool:
    return _is_key(path) or path.suffix in CERTIFICATES


def _certificate_in(path: Path, password: bytes) -> x509.Certificate | None:
    try:
        if _is_key(path):
            return pkcs12.load_key_and_certificates(path.read_bytes(), password or None)[1]
        if path.suffix in CERTIFICATES:
            content = path.read_bytes()
            is_pem = content.startswith(b"-----BEGIN")
            return (x509.load_pem_x509_certificate if is_pem else x509.load_der_x509_certificate)(content)
    except (OSError, ValueError):
        # What does not open is named by those who must sign with it; here it only tells nothing.
        return None
    return None


def _fault_of(
    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, certificate: x509.Certificate, now: datetime
) -> KeyFault | None:
    if isinstance(private, rsa.RSAPrivateKey) and private.key_size < LEAST_RSA_BITS:
        return KeyFault.TOO_WEAK
    if private.public_key() != certificate.public_key():
        return KeyFault.NOT_ITS_OWN
    if now < certificate.not_valid_before_utc:
        return KeyFault.NOT_YET
    if now > certificate.not_valid_after_utc:
        return KeyFault.EXPIRED
    return None


def bin_in(certificate: x509.Certificate) -> str:
    """The organisation's business number in a certificate, where the state's centre puts it; or nothing."""
    places = (NameOID.ORGANIZATIONAL_UNIT_NAME, NameOID.ORGANIZATION_IDENTIFIER, NameOID.SERIAL_NUMBER)
    told = [str(one.value) for place in places for one in certificate.subject.get_attributes_for_oid(place)]
    return next((found[1] for text in told if (found := _BIN.fullmatch(text))), "")


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of a certificate, in hexadecimal: the same file of the same clinic has the same."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def digest(content: bytes) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def make_key(name: str, password: bytes, begins: datetime, ends: datetime) -> bytes:
    """A self-made PKCS#12 file: a P-256 key and a certificate that nobody else vouches for.

    For the sandbox, for tests, and for a clinic until it has a certificate of an authority.
    """
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins.astimezone(UTC))
        .not_valid_after(ends.astimezone(UTC))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_signs_documents(), critical=True)
        .sign(private, hashes.SHA256())
    )
    sealing = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return pkcs12.serialize_key_and_certificates(name.encode()[:64], private, certificate, None, sealing)


def _signs_documents() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def why(fault: KeyFault) -> str:
    """What to do about a key that cannot sign, for the operator."""
    return _ADVICE[fault]


_ADVICE: Final[Mapping[KeyFault, str]] = {
    KeyFault.MISSING: "is not there; put the clinic's PKCS#12 file into SIGNING_KEYS",
    KeyFault.UNREADABLE: "is no PKCS#12 file, or may not be read by the service",
    KeyFault.WRONG_PASSWORD: "does not open; see SIGNING_KEYS_PASSWORD",
    KeyFault.NO_KEY: "holds no RSA or elliptic-curve key with its certificate",
    KeyFault.NOT_ITS_OWN: "holds a certificate of another key",
    KeyFault.TOO_WEAK: "holds an RSA key of under 2048 bits",
    KeyFault.NOT_YET: "has a certificate that does not stand yet",
    KeyFault.EXPIRED: "has a certificate that has expired; get a new one",
}
