"""Joins what the dialog of a complaint submits with the office that carries it."""

from __future__ import annotations

from bot.complaints.decisions import ComplaintDecisions
from bot.staff.parts import Parts
from bot.talk.registers import Registers


def complaint_decisions_of(registers: Registers, parts: Parts) -> ComplaintDecisions:
    """The decisions, over the same cards that staff are drawn."""
    return ComplaintDecisions(registers, parts.complaints, parts.cards)
