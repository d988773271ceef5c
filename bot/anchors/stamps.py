"""Time stamps over a head of the audit chain (RFC 3161): asked of an authority, and checked again later.

Imported late: it brings the whole signing library.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import aiohttp
from asn1crypto import cms
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import TimestampRequestError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from bot.papers.stamping import HttpTimeStamper
from storage.anchors import Anchor
from storage.audit import Head

HASH: Final = "sha256"
CLOCKS_DIFFER: Final = timedelta(minutes=5)
"""How far the authority's clock may be behind ours."""


class NotStamped(Exception):
    """The authority gave no stamp; ``code`` says why. To be asked again later."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def ask(session: aiohttp.ClientSession, url: str, head: Head) -> bytes:
    """The authority's token over that head. Raises ``NotStamped``."""
    try:
        token = await HttpTimeStamper(session, url).async_timestamp(head.hash, HASH)
        return bytes(token.dump())
    except (TimestampRequestError, SigningError, OSError) as fault:
        raise NotStamped("no_time_stamp") from fault
    except (ValueError, TypeError, KeyError) as fault:
        # Also what an authority answers that is no time stamp at all.
        raise NotStamped("not_a_time_stamp") from fault


async def fault_of(anchor: Anchor) -> str:
    """What is wrong with the stamp of an anchor, as a code; empty if it holds.

    That the authority is one to be trusted is for people to say: its certificate lies in the token.
    """
    try:
        signed = cms.ContentInfo.load(anchor.token)["content"]
        certificate = signed["certificates"][0].chosen
        # Trusting the token's own certificate asks one thing only: did its key make this stamp?
        own = ValidationContext(
            trust_roots=[certificate],
            allow_fetching=False,
            moment=anchor.taken_at,
            revocation_mode="soft-fail",
        )
        found = await validate_tst_signed_data(signed, own, lambda _: anchor.head.hash)
    except (SignatureValidationError, ValueError, TypeError, KeyError, IndexError):
        return "no_time_stamp"
    if not (found["intact"] and found["valid"]):
        return "stamp_of_something_else"
    return "stamped_before_taken" if found["timestamp"] < anchor.taken_at - CLOCKS_DIFFER else ""
