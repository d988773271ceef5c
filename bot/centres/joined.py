"""Joins the parts of the centres: the office that asks, what dialogs submit, the side of consent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.centres.decisions import CentreDecisions
from bot.centres.office import CentreOffice
from bot.centres.page import PATH
from bot.centres.service import HttpCentres
from bot.centres.side import CentreSide
from bot.clock import SystemSecrets
from bot.settings import Settings
from bot.talk.registers import Registers
from bot.ticks import HandOver
from bot.watch import Watch
from storage.database import Database

if TYPE_CHECKING:
    import aiohttp


@dataclass(frozen=True, slots=True)
class Centres:
    """Made once for the service."""

    office: CentreOffice
    decisions: CentreDecisions
    side: CentreSide


def centres_of(
    settings: Settings,
    session: aiohttp.ClientSession,
    db: Database,
    registers: Registers,
    watch: Watch,
    courier: HandOver,
    worker: int,
) -> Centres:
    """The parts; from now on the dialogs know whether the centres' systems are linked."""
    linked = bool(settings.centres_url)
    registers.directory.centres_linked = linked
    registers.directory.consent_clock = settings.consent_clock
    system = HttpCentres(session, settings.centres_url, settings.centres_token) if linked else None
    secrets = SystemSecrets()
    return Centres(
        office=CentreOffice(db, system, watch, courier, worker, secrets),
        decisions=CentreDecisions(registers, secrets, f"{settings.page_root}{PATH}", settings.consent_clock),
        side=CentreSide(settings.consent_clock),
    )
