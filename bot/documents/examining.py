"""The doctor's look at the service of digital documents: whether it is there, and knows us."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp

from bot.documents.service import HttpDocuments
from bot.findings import Finding, fault, fine, warning
from bot.sending.gateways import NoAnswer
from bot.settings import Settings


async def about_documents(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    """Ask the service whether it would answer us."""
    if not settings.documents_url:
        yield warning("DOCUMENTS_URL", "is empty; staff ask everybody for the paper document")
        return
    service = HttpDocuments(session, settings.documents_url, settings.documents_token)
    try:
        knows_us = await service.reached()
    except NoAnswer as no:
        yield fault("DOCUMENTS_URL", f"does not answer ({no.code}); documents are asked for on paper")
        return
    yield fine("DOCUMENTS_URL", "answers") if knows_us else fault("DOCUMENTS_TOKEN", "is not accepted there")
