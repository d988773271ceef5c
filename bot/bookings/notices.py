"""What a citizen is told of an appointment outside their own talk: where they talk to us, else by SMS.

An SMS names neither doctor nor patient (S27). One that asks something carries the code for its reply.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.bookings.book import Booking
from bot.bookings.calendar_file import FILE_NAME, MEDIA_TYPE, Event, calendar_file
from bot.calls.notices import APPEAL, FIRST_LOOK, PREFIX, first_mobile, undelivered
from bot.channels import telegram
from bot.channels.painting import notice
from bot.channels.sms import sms_parcel
from bot.talk.reply_codes import OFFERED, REMINDED, Question, reply_code
from dialogs.actions import (
    MENU,
    alternative,
    cancel_visit,
    coming,
    keep_offer,
    move_visit,
    status_of,
    take_offer,
    wait_for_earlier,
)
from dialogs.engine import Option, Sentence, T
from dialogs.engine.words import Value
from rules.appointment import ReminderKind, may_cancel
from rules.booking_status import BookingStatus, is_open
from rules.law import GroundCode, rule
from rules.slots import Slot
from storage import due
from storage.database import Tx
from storage.feed import PostedNotice
from storage.outbox import Parcel

CHECK: Final = "visit_notice_check"
"""Due kind, subject a request: whether its notices arrived."""

REMINDERS: Final = {
    ReminderKind.DAY_BEFORE: "visit_reminder_day",
    ReminderKind.HOURS_BEFORE: "visit_reminder_hours",
}
BOOKED: Final = "visit_booked"
MOVED: Final = "visit_moved"
OFFER: Final = "visit_offer"
OFFER_FIRST: Final = "visit_offer_first"
OFFER_PASSED: Final = "visit_offer_passed"
TO_MOVE: Final = "visit_to_move"
NOTHING_TO_MOVE_TO: Final = "visit_to_move_nothing"
REFUSED: Final = "visit_refused"
CAME: Final = "visit_came"
MISSED: Final = "visit_did_not_come"
OTHER_DOCTOR: Final = "visit_substituted"
FILE: Final = "visit_file"

NO_MORE: Final[Mapping[str, Value]] = {}
_OFFERS: Final = frozenset({OFFER, OFFER_FIRST})


@dataclass(frozen=True, slots=True)
class BookingNotices:
    """Words to the citizen; ``render`` is told the language that their chat was in."""

    render: Callable[[Sentence, str], str]

    def tell(self, tx: Tx, booking: Booking, what: str, now: datetime) -> tuple[Parcel, ...]:
        """What is owed to the citizen about the booking as it stands; ``what`` is one of the names above."""
        leads = _leads(booking, what, now)
        return self._told(tx, booking, what, _values(booking), leads, now)

    @rule("G-54")
    def remind(self, tx: Tx, booking: Booking, kind: ReminderKind, now: datetime) -> tuple[Parcel, ...]:
        """A reminder, with "I will come" while the citizen has not said so."""
        return self.tell(tx, booking, REMINDERS[kind], now)

    def offer(
        self, tx: Tx, booking: Booking, slot: Slot, doctor: str, until: datetime, now: datetime
    ) -> tuple[Parcel, ...]:
        """An earlier time, or a first one, which is theirs for a quarter of an hour if they take it."""
        values = _values(booking) | {
            "offered": booking.local(slot.start),
            "until": booking.local(until),
            "doctor": doctor,
            "room": slot.room,
        }
        leads = (take_offer(booking.id, slot.id), keep_offer(booking.id, slot.id))
        what = OFFER if booking.slot is not None else OFFER_FIRST
        return self._told(tx, booking, what, values, leads, now, slot)

    @rule("G-55")
    def to_move(
        self, tx: Tx, booking: Booking, alternatives: Sequence[Slot], now: datetime
    ) -> tuple[Parcel, ...]:
        """The clinic cannot keep the time: what is free instead, one tap each; the request stays open."""
        leads = (
            *(alternative(booking.id, slot.id, booking.local(slot.start)) for slot in alternatives),
            move_visit(booking.id),
            cancel_visit(booking.id),
        )
        what = TO_MOVE if alternatives else NOTHING_TO_MOVE_TO
        return self._told(tx, booking, what, _values(booking), leads, now)

    def file(self, booking: Booking, now: datetime) -> tuple[Parcel, ...]:
        """The visit as a calendar file, for a chat; a moved one replaces the earlier in the phone."""
        slot = booking.slot
        if slot is None or booking.told_at.channel != "telegram":
            return ()
        where = f"{booking.clinic.short(booking.told_in)}, {booking.clinic.address}"
        event = Event(
            uid=f"{booking.id}@dariger",
            sequence=booking.version,
            starts=slot.start,
            ends=slot.end,
            made_at=now,
            summary=self._say(booking, T("calendar.summary", number=booking.number)),
            location=where,
            description=self._say(booking, T("calendar.description", **_values(booking))),
        )
        caption = self._say(booking, T("calendar.caption"))
        body = telegram.file_body(caption, FILE_NAME, MEDIA_TYPE, calendar_file(event))
        dedupe = f"{FILE}:{booking.id}:{booking.version}"
        return (Parcel(booking.told_at, FILE, body, dedupe=dedupe, request_id=booking.id),)

    async def check(self, tx: Tx, booking: Booking, now: datetime) -> tuple[Parcel, ...]:
        """An SMS in place of each notice that did not arrive. Twice: one SMS for each."""
        parcels: list[Parcel] = []
        for posted in await undelivered(tx, booking.id, CHECK, now):
            parcels += self._instead(tx, booking, posted)
        return tuple(parcels)

    def answer(
        self, booking: Booking, phone: str, key: str, dedupe: str, more: Mapping[str, Value] = NO_MORE
    ) -> Parcel:
        """What an SMS reply about the booking came to; ``more`` are values beside the booking's own."""
        text = self.render(T(key, **{**_values(booking), **more}), booking.told_in)
        return sms_parcel(phone, text, kind=key, request_id=booking.id, dedupe=dedupe)

    def _told(
        self,
        tx: Tx,
        booking: Booking,
        what: str,
        values: dict[str, Value],
        leads: Sequence[Option],
        now: datetime,
        slot: Slot | None = None,
    ) -> tuple[Parcel, ...]:
        match booking.told_at.channel:
            case "telegram":
                due.set_due(tx, CHECK, booking.id, now + FIRST_LOOK)
                words = [T(f"notice.{what}", **values), *((APPEAL,) if what == REFUSED else ())]
                screen = notice(words, leads, lambda sentence: self.render(sentence, booking.told_in))
                kind, chat = PREFIX + what, booking.told_at
                return (telegram.parcel_for(chat, screen, kind=kind, request_id=booking.id),)
            case "sms":
                return self._by_sms(tx, booking, what, booking.told_at.key, values, slot)
            case "nowhere":
                return ()

    def _instead(self, tx: Tx, booking: Booking, posted: PostedNotice) -> tuple[Parcel, ...]:
        what, phone = posted.kind.removeprefix(PREFIX), first_mobile(booking.details.phone)
        # An offer is another's by the time that it is known not to have arrived.
        if phone is None or what in _OFFERS or not _still_so(booking, what):
            return ()
        return self._by_sms(tx, booking, what, phone, _values(booking), None)

    def _by_sms(
        self,
        tx: Tx,
        booking: Booking,
        what: str,
        phone: str,
        values: dict[str, Value],
        slot: Slot | None,
    ) -> tuple[Parcel, ...]:
        key = BY_SMS.get(what)
        if key is None:
            return ()
        dedupe = f"sms:{what}:{booking.id}:{booking.version}"
        question = _question(booking, what, slot)
        if question is not None:
            values = values | {"reply": reply_code(tx.keys, question)}
            dedupe = f"{question.key}:{what}"
        if slot is not None:
            values = values | {"start": booking.local(slot.start)}
        text = self.render(T(key, **values), booking.told_in)
        return (sms_parcel(phone, text, kind=PREFIX + what, request_id=booking.id, dedupe=dedupe),)

    def _say(self, booking: Booking, words: T) -> str:
        return self.render(words, booking.told_in)


# "Came" is not worth an SMS: they have just been there.
BY_SMS: Final = {
    BOOKED: "sms.visit_booked",
    MOVED: "sms.visit_moved",
    OTHER_DOCTOR: "sms.visit_moved",
    REMINDERS[ReminderKind.DAY_BEFORE]: "sms.visit_reminder",
    REMINDERS[ReminderKind.HOURS_BEFORE]: "sms.visit_reminder",
    OFFER: "sms.visit_offer",
    OFFER_FIRST: "sms.visit_offer",
    TO_MOVE: "sms.visit_to_move",
    NOTHING_TO_MOVE_TO: "sms.visit_to_move",
    REFUSED: "sms.visit_refused",
}


def _question(booking: Booking, what: str, slot: Slot | None) -> Question | None:
    """What an SMS of that kind asks, if it asks anything."""
    if what in REMINDERS.values():
        return Question(REMINDED, booking.id, booking.version)
    return Question(OFFERED, booking.id, slot.id) if what in _OFFERS and slot is not None else None


def _still_so(booking: Booking, what: str) -> bool:
    """False for a notice that events have overtaken: late, it would mislead."""
    match what:
        case "visit_to_move" | "visit_to_move_nothing":
            return booking.status is BookingStatus.TO_MOVE
        case "visit_refused":
            return booking.status is BookingStatus.REFUSED
        case _:
            return is_open(booking.status) and booking.slot is not None


def _values(booking: Booking) -> dict[str, Value]:
    values: dict[str, Value] = {
        "number": booking.number,
        "clinic": booking.clinic.name(booking.told_in),
        "address": booking.clinic.address,
        "phone": booking.clinic.phone,
        "clinic_phone": booking.clinic.phone,
        "doctor": booking.doctor,
        "role": T(f"role.{booking.details.role}"),
        "room": booking.slot.room if booking.slot else "",
    }
    if booking.starts is not None:
        values["start"] = booking.local(booking.starts)
    if booking.ground:
        ground = GroundCode(booking.ground)
        values |= {"ground": T(f"ground.{ground}"), "law": T(f"ground.{ground}.law")}
    return values


def _leads(booking: Booking, what: str, now: datetime) -> tuple[Option, ...]:
    """Where one can go from that notice: what is still allowed, and nothing else."""
    changes = (move_visit(booking.id), cancel_visit(booking.id))
    free_to_change = booking.slot is not None and may_cancel(booking.status, booking.starts, now)
    if what in REMINDERS.values():
        said = () if booking.coming else (coming(booking.id),)
        return (*said, *(changes if free_to_change else (status_of(booking.id),)))
    if free_to_change:
        return (*changes, wait_for_earlier(booking.id), MENU)
    return (status_of(booking.id), MENU)
