"""Looking at a paper offline: is its signature whole, does it cover the file, whose is it, when was it made?

Whom a certificate comes from is not judged here: that it is the clinic's own, or of a time-stamp authority
that is known here, is told by comparing fingerprints. Without such a stamp the time of signing is the
signer's own word. Whatever a file holds, looking at it ends in an outcome and never in an error.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING, Final

from bot.papers.signing import STATE_FILE
from bot.papers.state_signature import content_of

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
    from pyhanko.sign.validation.status import PdfSignatureStatus

LARGEST: Final = 20 * 1024 * 1024
CLOCKS_DIFFER: Final = timedelta(hours=1)
"""How much earlier than the time of signing a time stamp may be; it is asked for in the same minute."""
_LOUD: Final = ("pyhanko", "pyhanko_certvalidator")
_HEXADECIMAL: Final = re.compile(rb"<([0-9a-f]*|[0-9A-F]*)>")


class Verdict(StrEnum):
    """What can be said of a file."""

    INTACT = "intact"
    BROKEN = "broken"
    ADDED_TO = "added_to"
    UNSIGNED = "unsigned"
    NOT_A_PDF = "not_a_pdf"


class Stamp(StrEnum):
    """What a time stamp is worth. One that anybody can have made is not known, and proves nothing."""

    NONE = "none"
    HOLDS = "holds"
    NOT_KNOWN = "not_known"
    FAILS = "fails"


class StateSignature(StrEnum):
    """Whether the state's signature lies in the file, over the very page that is shown."""

    NONE = "none"
    OVER_THIS_PAGE = "over_this_page"
    OVER_SOMETHING_ELSE = "over_something_else"


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen. Without a signature all but the verdict is empty.

    ``within_term``: the certificate stood when it signed, and when that was stamped by a known authority.
    """

    verdict: Verdict
    signed_by: str = ""
    fingerprint: str = ""
    signed_at: datetime | None = None
    within_term: bool = False
    stamp: Stamp = Stamp.NONE
    stamped: datetime | None = None
    stamped_by: str = ""
    state: StateSignature = StateSignature.NONE

    @property
    def is_sound(self) -> bool:
        """True if the certificate stood, and nothing was changed or added: page, stamp, state's signature."""
        return (
            self.verdict is Verdict.INTACT
            and self.within_term
            and self.stamp is not Stamp.FAILS
            and self.state is not StateSignature.OVER_SOMETHING_ELSE
        )


def look_at(content: bytes, authorities: Collection[str] = frozenset()) -> Looked:
    """Look at a file; ``authorities`` are fingerprints of the certificates that time stamps may be of.

    Not to be called in a running event loop: the library brings its own.
    """
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.general import SigningError, ValueErrorWithMessage
    from pyhanko.sign.validation.errors import SignatureValidationError

    if not content.startswith(b"%PDF-") or len(content) > LARGEST:
        return Looked(Verdict.NOT_A_PDF)
    odd = (PdfError, SignatureValidationError, SigningError, ValueErrorWithMessage)
    plain = (ValueError, TypeError, LookupError, AttributeError, AssertionError, EOFError)
    try:
        with _quiet():
            return asyncio.run(_looked(content, frozenset(authorities)))
    except (*odd, *plain, RecursionError, OverflowError):
        # The library means well-formed files: a changed byte may trip it anywhere.
        return Looked(Verdict.BROKEN if b"/ByteRange" in content else Verdict.NOT_A_PDF)


@contextmanager
def _quiet() -> Iterator[None]:
    """The library logs what it meets, names of people in it; here the outcome says what was met."""
    loggers = [logging.getLogger(name) for name in _LOUD]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


async def _looked(content: bytes, authorities: frozenset[str]) -> Looked:
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(BytesIO(content))
    signatures = reader.embedded_signatures
    if not signatures:
        # A signature that the file no longer leads to has been cut off.
        return Looked(Verdict.BROKEN if b"/ByteRange" in content else Verdict.UNSIGNED)
    statuses = [await _status(signature) for signature in signatures]
    whole = all(one.intact and one.valid for one in statuses)
    whole = whole and all(_is_plain(content, signature) for signature in signatures)
    if not whole:
        return _seen(Verdict.BROKEN, content, reader, signatures[-1])
    looked = _seen(_covered(statuses[-1]), content, reader, signatures[-1])
    return _timed(looked, signatures[-1], statuses[-1], authorities)


def _covered(status: PdfSignatureStatus) -> Verdict:
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    entire = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return Verdict.INTACT if entire else Verdict.ADDED_TO


def _seen(verdict: Verdict, content: bytes, reader: PdfFileReader, signature: EmbeddedPdfSignature) -> Looked:
    certificate = signature.signer_cert
    return Looked(
        verdict=verdict,
        signed_by=certificate.subject.human_friendly,
        fingerprint=certificate.sha256.hex(),
        signed_at=signature.self_reported_timestamp,
        state=_state_inside(content, reader),
    )


def _timed(
    looked: Looked, signature: EmbeddedPdfSignature, status: PdfSignatureStatus, authorities: frozenset[str]
) -> Looked:
    """What is seen, with the times at which it was signed and stamped weighed."""
    stamp = _stamp(signature, status, authorities)
    stamped = status.timestamp_validity
    proven = (stamped.timestamp,) if stamped and stamp is Stamp.HOLDS else ()
    times = (looked.signed_at, *proven)
    return replace(
        looked,
        within_term=all(at is not None and _stood(signature.signer_cert, at) for at in times),
        stamp=stamp,
        stamped=stamped.timestamp if stamped else None,
        stamped_by=stamped.signing_cert.subject.human_friendly if stamped else "",
    )


def _stamp(signature: EmbeddedPdfSignature, status: PdfSignatureStatus, authorities: frozenset[str]) -> Stamp:
    from bot.papers.exact_form import fingerprints, is_exact_stamp, stamps

    stamped, signed_at = status.timestamp_validity, signature.self_reported_timestamp
    if stamped is None:
        return Stamp.NONE
    [token] = stamps(signature.pkcs7_content)
    whole = stamped.valid and stamped.intact and is_exact_stamp(token)
    early = signed_at is None or stamped.timestamp < signed_at - CLOCKS_DIFFER
    if not whole or early or not _stood(stamped.signing_cert, stamped.timestamp):
        return Stamp.FAILS
    return Stamp.HOLDS if fingerprints(token) <= authorities else Stamp.NOT_KNOWN


def _stood(certificate: Certificate, at: datetime) -> bool:
    return bool(certificate.not_valid_before <= at <= certificate.not_valid_after)


async def _status(signature: EmbeddedPdfSignature) -> PdfSignatureStatus:
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    # Trusting each signer's own certificate asks one thing only: did its key make this signature?
    own = ValidationContext(
        trust_roots=[signature.signer_cert], allow_fetching=False, moment=signature.self_reported_timestamp
    )
    return await async_validate_pdf_signature(signature, own, skip_diff=True)


def _is_plain(content: bytes, signature: EmbeddedPdfSignature) -> bool:
    """True if the gap that a signature leaves for itself holds it in its one form, and noughts after it."""
    from bot.papers.exact_form import is_exact

    _, before, after, _ = (int(number) for number in signature.byte_range)
    found = _HEXADECIMAL.fullmatch(content[before:after])
    der = signature.pkcs7_content
    return found is not None and bytes.fromhex(found[1].decode()) == der and is_exact(der)


def _state_inside(content: bytes, reader: PdfFileReader) -> StateSignature:
    inside = _embedded(reader)
    if inside is None:
        return StateSignature.NONE
    page = content_of(inside)
    same = page is not None and len(page) < len(content) and content.startswith(page)
    return StateSignature.OVER_THIS_PAGE if same else StateSignature.OVER_SOMETHING_ELSE


def _embedded(reader: PdfFileReader) -> bytes | None:
    """The state's signature as it lies in the file, None if there is none."""
    try:
        listing = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    except KeyError:
        return None
    # Names and files take turns.
    names = [listing[place] for place in range(len(listing))]
    listed = dict(zip([str(name) for name in names[::2]], names[1::2], strict=False))
    if STATE_FILE not in listed:
        return None
    inside: bytes = listed[STATE_FILE].get_object()["/EF"]["/F"].data
    return inside
