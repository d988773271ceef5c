"""The SMS side joined: who is asked about an inbound SMS, in which order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.bookings.replies import BookingReplies
from bot.by_sms.handing import Elsewhere
from bot.by_sms.subscription import Subscription
from bot.by_sms.talk import SmsTalk
from bot.rounds.replies import VisitReplies
from bot.settings import Settings
from bot.staff.room import StaffRoom
from bot.talk.deciding import Deciding
from bot.talk.registers import Registers
from bot.talk.replies import IdentityCodes, Listener, QuestionReplies, Replies
from bot.talk.thinking import Thinking
from rules.clock import Clock
from storage.database import Database

_TAKES_SMS: Final = re.compile(r"\+?[0-9]{3,15}")


def elsewhere_of(settings: Settings, staff: StaffRoom) -> Elsewhere:
    """Return where a conversation can go on. A sender's name takes no SMS, so no way leads there."""
    numbers = {"twilio": settings.twilio_from, "smpp": settings.smpp_from}
    number = next((numbers[name] for name in settings.sms_gateways if numbers.get(name)), "")
    return Elsewhere(number if _TAKES_SMS.fullmatch(number) else "", staff.parts.bot)


def replies_of(
    db: Database,
    registers: Registers,
    thinking: Thinking,
    deciding: Deciding,
    staff: StaffRoom,
    clock: Clock,
    worker: int,
    first: Sequence[Listener] = (),
) -> Replies:
    """Return whoever answers inbound SMS; ``first`` are asked before all others."""
    talk = SmsTalk(db, registers, thinking, deciding, clock, worker)
    bookings, visits = BookingReplies(staff.visits), VisitReplies(staff.parts.rounds.questions)
    listeners: tuple[Listener, ...] = (
        *first,
        IdentityCodes(db, thinking, deciding, talk, clock, worker),
        Subscription(db, registers, clock, worker),
        QuestionReplies(db, bookings, visits, clock, worker),
        talk,
    )
    return Replies(db, clock, listeners)
