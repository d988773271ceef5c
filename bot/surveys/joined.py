"""Joins the parts of the survey: who is asked, what dialogs submit, what is heard by SMS."""

from __future__ import annotations

from dataclasses import dataclass

from bot.settings import Settings
from bot.staff.cards import Cards
from bot.surveys.asking import SurveyAsking
from bot.surveys.decisions import SurveyDecisions
from bot.surveys.page import PATH
from bot.surveys.replies import SurveyReplies
from rules.clock import Clock
from storage.database import Database
from storage.registry import Directory


@dataclass(frozen=True, slots=True)
class Surveys:
    """Made once for the service."""

    asking: SurveyAsking
    decisions: SurveyDecisions
    replies: SurveyReplies


def surveys_of(
    settings: Settings, db: Database, directory: Directory, cards: Cards, clock: Clock, worker: int
) -> Surveys:
    """The parts over one directory; ``worker`` leases rows of the outbox."""
    asking = SurveyAsking(directory)
    # A page that only this machine reaches is told of to nobody but its visitors in a demonstration.
    reached = bool(settings.public_url) or settings.loopback
    decisions = SurveyDecisions(asking, cards, f"{settings.page_root}{PATH}" if reached else "")
    return Surveys(asking, decisions, SurveyReplies(db, asking, clock, worker))
