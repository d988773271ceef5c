"""The one form in which a signature may lie in a paper, so that a changed byte is found wherever it is.

A signature protects the page and its own signed attributes, but not what is wrapped around them: lengths,
names of algorithms, certificates that go along. So the wrapping (RFC 5652) is built anew, as the house writes
it, and compared. Imported late: it brings the whole signing library.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from asn1crypto import algos, cms, tsp, x509
from pyhanko.sign.attributes import CMSAttributeProvider, SignedAttributeProviderSpec
from pyhanko.sign.general import as_signing_certificate_v2, find_unique_cms_attribute

_OCTETS: Final = 0x04
_SEQUENCE: Final = 0x30
_SET: Final = 0x31
_FIELD_0: Final = 0xA0
_FIELD_1: Final = 0xA1
_SHORTEST_LONG: Final = 0x80
_ONE: Final = b"\x02\x01\x01"
_THREE: Final = b"\x02\x01\x03"
_LISTED: Final = "signing_certificate_v2"
_STAMPED: Final = "signature_time_stamp_token"
_BY_KEY: Final = {"rsa": "sha256_rsa", "ec": "sha256_ecdsa"}


class NamesEveryCertificate(SignedAttributeProviderSpec):
    """Signed attributes of PAdES that name every certificate in the signature, not the signer's alone.

    Source: RFC 5035, section 3; ETSI EN 319 142-1, clause 6.3 (no signing time among them).
    """

    def __init__(self, signer: x509.Certificate, others: Iterable[x509.Certificate]) -> None:
        self._certificates = (signer, *(one for one in others if one.dump() != signer.dump()))

    def signed_attr_providers(
        self,
        data_digest: bytes,  # noqa: ARG002 - the library's signature
        digest_algorithm: str,  # noqa: ARG002 - the library's signature
    ) -> Iterable[CMSAttributeProvider]:
        """The one attribute that the library does not add by itself."""
        return (_Names(self._certificates),)


class _Names(CMSAttributeProvider):
    attribute_type = _LISTED

    def __init__(self, certificates: tuple[x509.Certificate, ...]) -> None:
        self._certificates = certificates

    async def build_attr_value(
        self,
        dry_run: bool = False,  # noqa: ARG002 - the library's signature
    ) -> tsp.SigningCertificateV2:
        named = [as_signing_certificate_v2(one)["certs"][0] for one in self._certificates]
        return tsp.SigningCertificateV2({"certs": named})


def is_exact(padded: bytes) -> bool:
    """True if ``padded`` is a signature in the form the house gives it, and noughts after it.

    Raises what the library raises at what is no signature at all.
    """
    signed = _signed_in(padded)
    certificates = _certificates(signed)
    if _named(_signer(signed)) != {sha256(one.dump()).digest() for one in certificates}:
        return False
    algorithm = _algorithm_of(_own(signed))
    content = _tlv(_SEQUENCE, cms.ContentType("data").dump())
    exact = _wrapped(_ONE, content, signed, algorithm, _stamped(stamps(padded)))
    return padded.startswith(exact) and not any(padded[len(exact) :])


def is_exact_stamp(token: cms.ContentInfo) -> bool:
    """True if the wrapping of a time stamp is whole; its algorithms are the authority's choice (RFC 3161)."""
    signed = token["content"]
    inside = _tlv(_FIELD_0, _tlv(_OCTETS, bytes(signed["encap_content_info"]["content"])))
    content = _tlv(_SEQUENCE, cms.ContentType("tst_info").dump(), inside)
    algorithm = _signer(signed)["signature_algorithm"].dump()
    return _wrapped(_THREE, content, signed, algorithm) == bytes(token.dump())


def stamps(padded: bytes) -> tuple[cms.ContentInfo, ...]:
    """The time stamps that lie in a signature."""
    attributes = _signer(_signed_in(padded))["unsigned_attrs"]
    return tuple(token for one in attributes if one["type"].native == _STAMPED for token in one["values"])


def fingerprints(token: cms.ContentInfo) -> frozenset[str]:
    """SHA-256 of every certificate that lies in a time stamp, in hexadecimal."""
    return frozenset(sha256(one.dump()).hexdigest() for one in _certificates(token["content"]))


def _signed_in(padded: bytes) -> cms.SignedData:
    return cms.ContentInfo.load(padded)["content"]


def _signer(signed: cms.SignedData) -> cms.SignerInfo:
    [signer] = signed["signer_infos"]
    return signer


def _certificates(signed: cms.SignedData) -> tuple[x509.Certificate, ...]:
    return tuple(one.chosen for one in signed["certificates"] if one.name == "certificate")


def _own(signed: cms.SignedData) -> x509.Certificate:
    """The signer's certificate. Raises ``ValueError`` if it does not go along."""
    named = _signer(signed)["sid"].chosen.dump()
    [own] = [one for one in _certificates(signed) if _issued_as(one) == named]
    return own


def _issued_as(certificate: x509.Certificate) -> bytes:
    inside = certificate["tbs_certificate"]
    return _tlv(_SEQUENCE, inside["issuer"].dump(), inside["serial_number"].dump())


def _named(signer: cms.SignerInfo) -> set[bytes]:
    """The digests (SHA-256) of the certificates that the signed attributes name."""
    listed = find_unique_cms_attribute(signer["signed_attrs"], _LISTED)
    return {one["cert_hash"].native for one in listed["certs"]}


def _algorithm_of(certificate: x509.Certificate) -> bytes:
    """How the house signs with a key of that kind. Raises ``KeyError`` for kinds it does not sign with."""
    name = _BY_KEY[certificate.public_key.algorithm]
    return bytes(algos.SignedDigestAlgorithm({"algorithm": name}).dump())


def _stamped(tokens: tuple[cms.ContentInfo, ...]) -> bytes:
    kind = cms.CMSAttributeType(_STAMPED).dump()
    attributes = (_tlv(_SEQUENCE, kind, _tlv(_SET, token.dump())) for token in tokens[:1])
    return b"".join(_tlv(_FIELD_1, one) for one in attributes)


def _wrapped(
    version: bytes, content: bytes, signed: cms.SignedData, algorithm: bytes, unsigned: bytes = b""
) -> bytes:
    """A CMS of these parts. What a signature or a fingerprint protects is taken over as it is."""
    signer, digest = _signer(signed), _digest_algorithm(_signer(signed))
    attributes = _tlv(_FIELD_0, signer["signed_attrs"].contents)
    signature = _tlv(_OCTETS, signer["signature"].native)
    named = _issued_as(_own(signed))
    info = _tlv(_SEQUENCE, _ONE, named, digest, attributes, algorithm, signature, unsigned)
    certificates = _tlv(_FIELD_0, *(one.dump() for one in _certificates(signed)))
    whole = _tlv(_SEQUENCE, version, _tlv(_SET, digest), content, certificates, _tlv(_SET, info))
    return _tlv(_SEQUENCE, cms.ContentType("signed_data").dump(), _tlv(_FIELD_0, whole))


def _digest_algorithm(signer: cms.SignerInfo) -> bytes:
    """Its name with the parameters it may have: nothing (RFC 5754) or NULL."""
    algorithm = signer["digest_algorithm"]
    plain = _tlv(_SEQUENCE, algos.DigestAlgorithmId(algorithm["algorithm"].native).dump())
    usual: bytes = algos.DigestAlgorithm({"algorithm": algorithm["algorithm"].native}).dump()
    return plain if algorithm.dump() == plain else usual


def _tlv(tag: int, *parts: bytes) -> bytes:
    """A DER value: tag, length in its shortest form, content."""
    content = b"".join(parts)
    length = len(content)
    if length < _SHORTEST_LONG:
        return bytes((tag, length)) + content
    size = (length.bit_length() + 7) // 8
    return bytes((tag, _SHORTEST_LONG | size)) + length.to_bytes(size) + content
