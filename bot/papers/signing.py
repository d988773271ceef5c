"""The clinic's signature under a paper: PAdES B-B, or B-T where a time-stamp authority is set.

Source: ETSI EN 319 142-1.

Takes a while and may wait for the network: to be called in a thread of its own, outside of any transaction.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final

import aiohttp

from bot.papers.key_files import GoodKey

if TYPE_CHECKING:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
    from pyhanko.sign.timestamps import TimeStamper

FIELD: Final = "Clinic"
ROOM: Final = 16384
"""Bytes left in the file for signature and time stamp; so the authority is asked once only."""
STATE_FILE: Final = "state-signature.p7s"
"""The name of the file, inside the paper, that holds the state's signature."""


class CannotSign(Exception):
    """The paper could not be signed now; ``code`` says why. Trying again later may help."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Signing:
    """How papers are signed: without ``tsa_url`` there is no time stamp."""

    tsa_url: str = ""

    def sign(self, pdf: bytes, key: GoodKey, signer: str, now: datetime, state: bytes | None = None) -> bytes:
        """The signed file; ``signer`` is the person's name, ``state`` the state's signature to be put inside.

        ``pdf`` stays the beginning of the file, byte for byte. Raises ``CannotSign``.
        """
        return asyncio.run(self._signed(pdf, key, signer, now, state))

    async def _signed(self, pdf: bytes, key: GoodKey, name: str, now: datetime, state: bytes | None) -> bytes:
        # Imported here: it takes half a second, and a start without papers to sign does without it.
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign.timestamps import TimestampRequestError

        writer = IncrementalPdfFileWriter(BytesIO(_with_inside(pdf, state)))
        try:
            async with aiohttp.ClientSession() as session:
                return await _sign(_signer(key, name, self._stamper(session)), writer, now)
        except (TimestampRequestError, aiohttp.ClientError, TimeoutError, OSError) as fault:
            raise CannotSign("no_time_stamp") from fault
        except ValueError as fault:
            # Also what an authority answers that is no time stamp at all.
            raise CannotSign("not_signed") from fault

    def _stamper(self, session: aiohttp.ClientSession) -> TimeStamper | None:
        if not self.tsa_url:
            return None
        from bot.papers.stamping import HttpTimeStamper

        return HttpTimeStamper(session, self.tsa_url)


def _signer(key: GoodKey, name: str, stamper: TimeStamper | None) -> PdfSigner:
    from pyhanko.sign.signers import PdfSigner, SimpleSigner

    from bot.papers.exact_form import NamesEveryCertificate

    signer = SimpleSigner.load_pkcs12_data(key.content, other_certs=(), passphrase=key.password or None)
    signer.signed_attr_prov_spec = NamesEveryCertificate(signer.signing_cert, signer.cert_registry)
    return PdfSigner(_metadata(name), signer=signer, timestamper=stamper)


def _metadata(name: str) -> PdfSignatureMetadata:
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata

    return PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, name=name
    )


async def _sign(signer: PdfSigner, writer: IncrementalPdfFileWriter, now: datetime) -> bytes:
    """The library's own steps, taken one by one so that the time of signing is the house's clock's."""
    from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

    session = signer.init_signing_session(writer)
    session.system_time = now
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=ROOM)
    output = BytesIO()
    prepared, _ = document.digest_tbs_document(output=output)
    done = await document.perform_signature(
        document_digest=prepared.document_digest,
        pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=now),
    )
    await done.post_signature_processing(output)
    return output.getvalue()


def _with_inside(pdf: bytes, state: bytes | None) -> bytes:
    """The file with the state's signature inside it, added at its end."""
    if state is None:
        return pdf
    from pyhanko.pdf_utils import embed
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    inside = embed.EmbeddedFileObject.from_file_data(
        writer, data=state, mime_type="application/pkcs7-signature"
    )
    embed.embed_file(writer, embed.FileSpec(STATE_FILE, embedded_data=inside))
    output = BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]  # the library gives this method no types
    return output.getvalue()
