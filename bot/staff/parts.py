"""What the rooms of the staff's side share: the words they draw, and the steps of each service."""

from __future__ import annotations

from dataclasses import dataclass, field

import locales
from bot.attachments.book import AttachmentBook
from bot.attachments.cards import AttachmentCards
from bot.attachments.feed import AttachmentFeed
from bot.attachments.leaving import Leaving
from bot.attachments.notices import AttachmentNotices
from bot.attachments.steps import AttachmentSteps
from bot.bookings.book import Bookings
from bot.bookings.cards import BookingCards
from bot.bookings.feed import BookingFeed
from bot.bookings.notices import BookingNotices
from bot.bookings.steps import BookingSteps
from bot.calls.notices import Notices
from bot.calls.steps import Steps
from bot.complaints.office import ComplaintOffice
from bot.rounds.service import Rounds, rounds_of
from bot.staff.bot_name import BotName
from bot.staff.cards import Cards
from bot.staff.certificates import Certificates
from bot.staff.feed import Feed
from rules.complaint_terms import FORWARDED_WITHIN
from storage.registry import Directory


@dataclass(frozen=True, slots=True)
class Parts:
    """Joined once; each service with its book, its cards, its feed and its steps."""

    directory: Directory
    cards: Cards
    papers: Certificates
    feed: Feed
    notices: Notices
    calls: Steps
    bookings: Bookings
    booking_cards: BookingCards
    visits: BookingSteps
    attachment_book: AttachmentBook
    attachment_cards: AttachmentCards
    attachments: AttachmentSteps
    rounds: Rounds
    complaints: ComplaintOffice
    digital: bool = False
    bot: BotName = field(default_factory=BotName)


def parts_of(
    directory: Directory,
    fields: frozenset[str],
    papers: Certificates,
    *,
    digital: bool = False,
    forward_days: int = FORWARDED_WITHIN.value,
) -> Parts:
    """The parts over one directory. ``fields`` may go abroad (CARD_FIELDS_ABROAD), ``papers`` certifies.

    ``digital``: a service of digital documents can be asked. ``forward_days`` is COMPLAINT_FORWARD_DAYS.
    """
    cards = Cards(locales.render, fields)
    feed, notices = Feed(directory, cards), Notices(locales.render)
    bookings, booking_cards = Bookings(directory), BookingCards(cards)
    visits = BookingSteps(
        bookings, BookingFeed(bookings, booking_cards), BookingNotices(locales.render), papers
    )
    rounds = rounds_of(feed, visits.feed, locales.render)
    book, attachment_cards = AttachmentBook(directory), AttachmentCards(cards)
    return Parts(
        directory=directory,
        cards=cards,
        papers=papers,
        feed=feed,
        notices=notices,
        calls=Steps(feed, notices, papers, rounds.following),
        bookings=bookings,
        booking_cards=booking_cards,
        visits=visits,
        attachment_book=book,
        attachment_cards=attachment_cards,
        attachments=AttachmentSteps(
            AttachmentFeed(book, attachment_cards), AttachmentNotices(locales.render), Leaving(visits)
        ),
        rounds=rounds,
        complaints=ComplaintOffice(directory, cards, forward_days),
        digital=digital,
    )
