"""What the college learns of a request that a citizen made, or took back, in that very transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import locales
from bot.college.dossier import Dossiers
from bot.college.pages import CollegePages
from bot.college.steps import CollegeSteps, stop_clocks
from bot.college.telling import Telling
from bot.staff.cards import Cards
from dialogs.engine import T
from rules.law import rule
from storage.database import Tx
from storage.outbox import Parcel
from storage.training import Training


@rule("TR-17", "TR-18")
async def announce(tx: Tx, request: Training, now: datetime) -> Sequence[Parcel]:
    """Set the clocks, and tell the college's people. Twice: one row for each clock, told twice."""
    dossiers = Dossiers()
    dossier = await dossiers.opened(tx, request)
    CollegeSteps(dossiers).begin(tx, dossier, now)
    asked = T(f"training.asked.{request.asked}")
    words = T("college.arrived", number=request.number, asked=asked, due=dossier.target_on)
    return await _telling().to_everybody(tx, dossier, words, now)


async def cancelled(tx: Tx, request: Training, now: datetime) -> Sequence[Parcel]:
    """Stop the clocks, and tell the college's people that nothing is to be done. Twice: told twice."""
    stop_clocks(tx, request.id)
    dossier = await Dossiers().opened(tx, request)
    words = T("college.cancelled", number=request.number)
    return await _telling().to_holder(tx, dossier, words, now)


def _telling() -> Telling:
    return Telling(CollegePages(Cards(locales.render)))
