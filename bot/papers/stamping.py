"""Asking a time-stamp authority over HTTP (RFC 3161). Imported late: it brings the whole signing library."""

from __future__ import annotations

from typing import Final

import aiohttp
from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError

HEADERS: Final = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
WAIT: Final = aiohttp.ClientTimeout(total=10)
OK: Final = 200


class HttpTimeStamper(TimeStamper):
    """An authority at ``url``."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library gives it no types
        self._session = session
        self._url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """The authority's answer, as it is. Raises ``TimestampRequestError``."""
        try:
            async with self._session.post(
                self._url, data=req.dump(), headers=HEADERS, timeout=WAIT
            ) as answer:
                if answer.status != OK or answer.content_type != HEADERS["Accept"]:
                    raise TimestampRequestError(f"http_{answer.status}")
                return tsp.TimeStampResp.load(await answer.read())
        except (aiohttp.ClientError, TimeoutError, OSError) as fault:
            raise TimestampRequestError(type(fault).__name__) from fault
