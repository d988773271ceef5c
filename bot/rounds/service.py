"""The parts of the rounds, joined once over one feed of calls and one of appointments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.bookings.feed import BookingFeed
from bot.rounds.asking import VisitQuestions
from bot.rounds.book import RoundsBook
from bot.rounds.cards import RoundsCards
from bot.rounds.following import Following
from bot.rounds.line import Line
from bot.rounds.pages import RoundsPages
from bot.staff.feed import Feed
from dialogs.engine import Sentence


@dataclass(frozen=True, slots=True)
class Rounds:
    """What other parts of the house need of the rounds."""

    calls: Feed
    pages: RoundsPages
    following: Following
    line: Line
    questions: VisitQuestions


def rounds_of(calls: Feed, bookings: BookingFeed, render: Callable[[Sentence, str], str]) -> Rounds:
    """The rounds over these feeds, with these words."""
    book = RoundsBook(calls, bookings)
    pages = RoundsPages(book, RoundsCards(calls.cards, bookings.cards))
    return Rounds(
        calls, pages, Following(pages), Line(book, render), VisitQuestions(calls, calls.cards, render)
    )
