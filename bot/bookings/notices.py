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
from bot.calls.notices import APPEAL, COMPLAINT_OFFERED, FIRST_LOOK, PREFIX
from bot.channels import telegram
from bot.channels.painting import notice
from bot.channels.sms import sms_parcel
from bot.talk.reply_codes import OFFERED, REMINDED, Question, reply_code
from dialogs.actions import (
    MENU,
    alternative,
    cancel_visit,
    coming,
    complain_about,
    keep_offer,
    move_visit,
    status_of,
    take_offer,
    wait_for_earlier,
)
from dialogs.engine import Option, Sentence, T
from dialogs.engine.words import Value
from rules.appointment import ReminderKind, may_cancel
from rules.complaints import MatterKind
from rules.law import GroundCode, rule
from rules.slots import Slot
from storage import due
from storage.database import Tx
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
OFFER_FIRST_PASSED: Final = "visit_offer_first_passed"
TO_MOVE: Final = "visit_to_move"
NOTHING_TO_MOVE_TO: Final = "visit_to_move_nothing"
REOPENED: Final = "visit_reopened"
REOPENED_CHOOSE: Final = "visit_reopened_choose"
REOPENED_NOTHING: Final = "visit_reopened_nothing"
REFUSED: Final = "visit_refused"
UNMOVED: Final = "visit_unmoved"
CAME: Final = "visit_came"
MISSED: Final = "visit_did_not_come"
OTHER_DOCTOR: Final = "visit_substituted"
FILE: Final = "visit_file"

OFFERS: Final = frozenset({OFFER, OFFER_FIRST})

NO_MORE: Final[Mapping[str, Value]] = {}


@dataclass(frozen=True, slots=True)
class _Words:
    """A notice about to be told: its values, where it leads, and what time it offers.

    After ``expires_at`` it would mislead, and is not delivered any more.
    """

    what: str
    values: dict[str, Value]
    leads: Sequence[Option] = ()
    slot: Slot | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BookingNotices:
    """Words to the citizen; ``render`` is told the language that their chat was in."""

    render: Callable[[Sentence, str], str]

    def tell(self, tx: Tx, booking: Booking, what: str, now: datetime) -> tuple[Parcel, ...]:
        """What is owed to the citizen about the booking as it stands; ``what`` is one of the names above."""
        return self._told(tx, booking, _words(booking, what, now), now)

    @rule("G-54")
    def remind(self, tx: Tx, booking: Booking, kind: ReminderKind, now: datetime) -> tuple[Parcel, ...]:
        """A reminder, with "I will come" while the citizen has not said so."""
        return self.tell(tx, booking, REMINDERS[kind], now)

    def offer(
        self, tx: Tx, booking: Booking, slot: Slot, doctor: str, until: datetime, now: datetime
    ) -> tuple[Parcel, ...]:
        """An earlier time, or a first one, which is theirs for a quarter of an hour if they take it."""
        return self._told(tx, booking, _offer(booking, slot, doctor, until), now)

    @rule("G-55")
    def to_move(
        self, tx: Tx, booking: Booking, alternatives: Sequence[Slot], now: datetime
    ) -> tuple[Parcel, ...]:
        """The clinic cannot keep the time: what is free instead, one tap each; the request stays open."""
        what = TO_MOVE if alternatives else NOTHING_TO_MOVE_TO
        return self._told(tx, booking, _choosing(booking, what, alternatives), now)

    @rule("G-69")
    def reopened(
        self, tx: Tx, booking: Booking, alternatives: Sequence[Slot], now: datetime
    ) -> tuple[Parcel, ...]:
        """A mistaken withdrawal was taken back, but the time is gone: what is free instead, one tap each."""
        what = REOPENED_CHOOSE if alternatives else REOPENED_NOTHING
        return self._told(tx, booking, _choosing(booking, what, alternatives), now)

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

    def tell_by_sms(
        self, tx: Tx, booking: Booking, what: str, phone: str, which: int, now: datetime
    ) -> tuple[Parcel, ...]:
        """The same by SMS to that phone, in place of the outbox's row ``which``. Twice: one SMS."""
        return self._by_sms(tx, booking, _words(booking, what, now), phone, f"sms:{which}")

    def offer_by_sms(
        self, tx: Tx, booking: Booking, slot: Slot, phone: str, until: datetime, which: int
    ) -> tuple[Parcel, ...]:
        """An offer by SMS to that phone, in place of the outbox's row ``which``. Twice: one SMS."""
        return self._by_sms(tx, booking, _offer(booking, slot, "", until), phone, f"sms:{which}")

    def answer(
        self, booking: Booking, phone: str, key: str, dedupe: str, more: Mapping[str, Value] = NO_MORE
    ) -> Parcel:
        """What an SMS reply about the booking came to; ``more`` are values beside the booking's own."""
        text = self.render(T(key, **{**_values(booking), **more}), booking.told_in)
        return sms_parcel(phone, text, kind=key, request_id=booking.id, dedupe=dedupe)

    def _told(self, tx: Tx, booking: Booking, words: _Words, now: datetime) -> tuple[Parcel, ...]:
        match booking.told_at.channel:
            case "telegram":
                due.set_due(tx, CHECK, booking.id, now + FIRST_LOOK)
                return (self._in_chat(booking, words),)
            case "sms":
                once = f"sms:{words.what}:{booking.id}:{booking.version}"
                return self._by_sms(tx, booking, words, booking.told_at.key, once)
            case "nowhere":
                return ()

    def _in_chat(self, booking: Booking, words: _Words) -> Parcel:
        text = [T(f"notice.{words.what}", **words.values), *_AFTER.get(words.what, ())]
        screen = notice(text, words.leads, lambda sentence: self.render(sentence, booking.told_in))
        kind, expires_at = PREFIX + words.what, words.expires_at
        return telegram.parcel_for(
            booking.told_at, screen, kind=kind, request_id=booking.id, expires_at=expires_at
        )

    def _by_sms(self, tx: Tx, booking: Booking, words: _Words, phone: str, once: str) -> tuple[Parcel, ...]:
        """``once`` is the key of an SMS, or the end of the key of one that asks: it goes once."""
        key = BY_SMS.get(words.what)
        if key is None:
            return ()
        values, question = words.values, _question(booking, words)
        dedupe = once
        if question is not None:
            values = values | {"reply": reply_code(tx.keys, question)}
            dedupe = f"{question.key}:{once}"
        if words.slot is not None:
            values = values | {"start": booking.local(words.slot.start)}
        text = self.render(T(key, **values), booking.told_in)
        return (
            sms_parcel(
                phone,
                text,
                kind=PREFIX + words.what,
                request_id=booking.id,
                dedupe=dedupe,
                expires_at=words.expires_at,
            ),
        )

    def _say(self, booking: Booking, words: T) -> str:
        return self.render(words, booking.told_in)


# What is said after the notice itself.
_AFTER: Final[Mapping[str, tuple[T, ...]]] = {REFUSED: (APPEAL,), UNMOVED: (COMPLAINT_OFFERED,)}

# "Came" is not worth an SMS: they have just been there.
BY_SMS: Final = {
    BOOKED: "sms.visit_booked",
    MOVED: "sms.visit_moved",
    OTHER_DOCTOR: "sms.visit_substituted",
    REMINDERS[ReminderKind.DAY_BEFORE]: "sms.visit_reminder",
    REMINDERS[ReminderKind.HOURS_BEFORE]: "sms.visit_reminder",
    OFFER: "sms.visit_offer",
    OFFER_FIRST: "sms.visit_offer_first",
    TO_MOVE: "sms.visit_to_move",
    NOTHING_TO_MOVE_TO: "sms.visit_to_move",
    UNMOVED: "sms.visit_unmoved",
    REFUSED: "sms.visit_refused",
    REOPENED: "sms.visit_booked",
    REOPENED_CHOOSE: "sms.reopened",
    REOPENED_NOTHING: "sms.reopened",
}


def _words(booking: Booking, what: str, now: datetime) -> _Words:
    """That notice as the booking stands; a reminder is worth nothing once the visit has begun."""
    expires_at = booking.starts if what in REMINDERS.values() else None
    return _Words(what, _values(booking), _leads(booking, what, now), expires_at=expires_at)


def _choosing(booking: Booking, what: str, alternatives: Sequence[Slot]) -> _Words:
    leads = (
        *(alternative(booking.id, slot.id, booking.local(slot.start)) for slot in alternatives),
        move_visit(booking.id),
        cancel_visit(booking.id),
    )
    return _Words(what, _values(booking), leads)


def _offer(booking: Booking, slot: Slot, doctor: str, until: datetime) -> _Words:
    values = _values(booking) | {
        "offered": booking.local(slot.start),
        "until": booking.local(until),
        "doctor": doctor,
        "room": slot.room,
    }
    leads = (take_offer(booking.id, slot.id), keep_offer(booking.id, slot.id))
    what = OFFER if booking.slot is not None else OFFER_FIRST
    return _Words(what, values, leads, slot, until)


def _question(booking: Booking, words: _Words) -> Question | None:
    """What an SMS of these words asks, if it asks anything."""
    if words.what in REMINDERS.values():
        return Question(REMINDED, booking.id, booking.version)
    return None if words.slot is None else Question(OFFERED, booking.id, words.slot.id)


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
    if what in (REFUSED, UNMOVED):
        return (complain_about(MatterKind.REQUEST, booking.id), status_of(booking.id), MENU)
    changes = (move_visit(booking.id), cancel_visit(booking.id))
    free_to_change = booking.slot is not None and may_cancel(booking.status, booking.starts, now)
    if what in REMINDERS.values():
        said = () if booking.coming else (coming(booking.id),)
        return (*said, *(changes if free_to_change else (status_of(booking.id),)))
    if free_to_change:
        return (*changes, wait_for_earlier(booking.id), MENU)
    return (status_of(booking.id), MENU)
