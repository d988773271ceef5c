"""Joins the college's clocks to the service."""

from __future__ import annotations

from bot.college.clocks import CollegeClocks
from bot.college.dossier import Dossiers
from bot.college.pages import CollegePages
from bot.college.steps import CollegeSteps
from bot.college.telling import Telling
from bot.staff.parts import Parts
from bot.staff.room import Alerting
from bot.terms.escalation import City


def college_clocks(parts: Parts, alerts: Alerting, city: City) -> CollegeClocks:
    """The moments of the college's requests."""
    steps = CollegeSteps(Dossiers(parts.directory))
    return CollegeClocks(steps, Telling(CollegePages(parts.cards)), alerts, city)
