"""Joins what digital documents need: the steps, and the office that asks the service."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp

from bot.documents.office import DocumentOffice
from bot.documents.room import document_steps
from bot.documents.service import HttpDocuments
from bot.documents.steps import DocumentSteps
from bot.settings import Settings
from bot.staff.parts import Parts
from bot.ticks import HandOver
from bot.watch import Watch
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Digital:
    """Made once, for the service and for the tests of its staff."""

    steps: DocumentSteps
    office: DocumentOffice


def digital_of(
    settings: Settings,
    session: aiohttp.ClientSession,
    parts: Parts,
    db: Database,
    watch: Watch,
    courier: HandOver,
    worker: int,
) -> Digital:
    """Digital documents over one registry; without DOCUMENTS_URL nothing is asked of anybody."""
    service = None
    if settings.documents_url:
        service = HttpDocuments(session, settings.documents_url, settings.documents_token)
    steps = document_steps(parts)
    return Digital(steps, DocumentOffice(db, service, steps, watch, courier, worker))
