"""What staff read of appointments: the line of a booking in the group, and a doctor's list of the day.

Nothing here does I/O. The group reads number, doctor, time and age band; names stand in the list of the day,
which is drawn for one linked person in private.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.bookings.book import Booking
from bot.channels.screens import Screen
from bot.channels.telegram import LONGEST_TEXT
from bot.staff.cards import Cards, Labelled, Tongue, age_words, ground_line, work_lines
from bot.staff.press import Verb
from dialogs.engine import T
from rules.appointment import ASKED_ABOUT, is_shown_to_staff, may_be_withdrawn, may_have_outcome
from rules.booking_status import BookingStatus
from rules.channels import Channel
from rules.clinics import Clinic
from rules.doctors import Doctor
from rules.grounds import grounds_of
from rules.law import GroundCode, Service, rule
from rules.people import Language
from rules.phone import shown
from rules.slots import Slot

_DAY_FITS: Final = LONGEST_TEXT - 600
"""Characters for the times of a day; the rest is for the lines around them."""

_STATES: Final = {BookingStatus.CAME: "came", BookingStatus.DID_NOT_COME: "missed"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One time of a doctor's day: whose it is, how often that patient did not come.

    ``held`` while somebody is choosing it at this moment.
    """

    slot: Slot
    booking: Booking | None
    no_shows: int = 0
    held: bool = False


@dataclass(frozen=True, slots=True)
class BookingCards:
    """Draws what staff see of bookings."""

    cards: Cards

    def card(self, booking: Booking, tongue: Tongue, now: datetime, no_shows: int) -> Screen:
        """The line of a booking in the group; while the law's term runs it can be withdrawn (G-57)."""
        rows = []
        if may_be_withdrawn(booking.status, booking.answer_due, now):
            rows.append([(T("staff.button.withdraw_visit"), booking.press(Verb.GROUNDS))])
        return self.cards.page(self._lines(booking, now, no_shows), tongue, rows)

    @rule("AP-14", "GEN-14")
    def grounds(self, booking: Booking, tongue: Tongue, now: datetime) -> Screen:
        """Asks for the ground on which the booking is withdrawn: the two of the act."""
        day = booking.local(now).date()
        offered = grounds_of(Service.APPOINTMENT, Channel.ELECTRONIC, day)
        rows = [[(T(f"staff.ground.{one.code}"), booking.press(Verb.REFUSAL, one.code))] for one in offered]
        lines = [*self._lines(booking, now, 0), T("staff.ask.ground")]
        return self.cards.page(lines, tongue, [*rows, [_back(booking, Verb.CARD)]])

    def refusal(self, booking: Booking, tongue: Tongue, now: datetime, code: GroundCode) -> Screen:
        """Shows the whole ground with its clause before the booking is withdrawn."""
        lines = [*self._lines(booking, now, 0), ground_line(code), T("staff.ask.visit_refusal")]
        rows = [
            [(T("staff.button.confirm_refusal"), booking.press(Verb.REFUSE, code))],
            [_back(booking, Verb.GROUNDS)],
        ]
        return self.cards.page(lines, tongue, rows)

    def details(self, booking: Booking, language: Language, more: Sequence[T]) -> Screen:
        """Whose appointment it is, for one linked person in private, but what may not go abroad.

        ``more`` is what staff noted and asked.
        """
        details, fields = booking.details, self.cards.fields
        named = [
            T("staff.details.patient", name=details.patient_name),
            T("staff.details.born", born=details.born),
            *([T("staff.attachment.applicant", name=details.caller_name)] if details.caller_name else []),
        ]
        phone = [T("staff.details.phone", phone=shown(details.phone))] if details.phone else []
        lines = [*(named if "name" in fields else []), *(phone if "phone" in fields else [])]
        withheld = [] if {"name", "phone"} <= fields else [T("staff.details.withheld")]
        head = T("staff.visit.details", number=booking.number)
        return self.cards.page([head, *lines, *withheld, *more, T("staff.details.logged")], language, [])

    @rule("AP-18")
    def day(
        self,
        clinic: Clinic,
        doctor: Doctor,
        on: date,
        listed: Sequence[Listed],
        language: Language,
        now: datetime,
    ) -> Screen:
        """The doctor's list of the day, for one linked person in private."""
        lines = [T("staff.day.head", day=on, doctor=doctor.full_name)]
        if not listed:
            lines.append(T("staff.day.none"))
        shown = self._that_fit(clinic, listed, language, now)
        if len(shown) < len(listed):
            lines.append(T("staff.day.left_out", count=len(listed) - len(shown)))
        for one in shown:
            lines += self._of_day(clinic, one)
        seen = [one for one in listed if _may_be_judged(one, now)]
        asked = _asked_about(seen)
        if len(asked) < len(seen):
            lines.append(T("staff.day.more", count=len(asked)))
        rows = [_outcomes(clinic, one) for one in asked]
        return self.cards.page([*lines, T("staff.details.logged")], language, rows)

    def patient_lines(self, clinic: Clinic, one: Listed) -> Iterable[T]:
        """One time of a day as the list shows it."""
        return self._of_day(clinic, one)

    def outcome_rows(self, clinic: Clinic, listed: Sequence[Listed], now: datetime) -> list[list[Labelled]]:
        """Came, or did not come, for those whose time has come."""
        return [
            _outcomes(clinic, one) for one in _asked_about([it for it in listed if _may_be_judged(it, now)])
        ]

    def say(self, words: T, tongue: Tongue) -> str:
        """One sentence for staff."""
        return self.cards.say(words, tongue)

    def _lines(self, booking: Booking, now: datetime, no_shows: int) -> Iterable[T]:
        yield T(f"staff.visit.head.{booking.status}", number=booking.number)
        if booking.starts is not None:
            yield T("staff.visit.time", start=booking.local(booking.starts))
        if booking.doctor:
            role = T(f"role.{booking.details.role}")
            yield T("staff.line.doctor", doctor=booking.doctor, role=role)
        if booking.slot is not None and booking.slot.room:
            yield T("staff.visit.room", room=booking.slot.room)
        if "age" in self.cards.fields:
            today = booking.local(now).date()
            yield T("staff.line.age", age=age_words(booking.details.born, today))
        if is_shown_to_staff(no_shows):
            yield T("staff.visit.no_shows", count=no_shows)
        if booking.status is BookingStatus.REFUSED:
            yield ground_line(GroundCode(booking.ground))
        if may_be_withdrawn(booking.status, booking.answer_due, now):
            yield T("staff.visit.withdraw_until", due=booking.local(booking.answer_due))
        yield from work_lines(booking.work)

    def _that_fit(
        self, clinic: Clinic, listed: Sequence[Listed], language: Language, now: datetime
    ) -> list[Listed]:
        """Of a day too long for one message, first the noted are left out, then the past, then the late."""
        over = sum(self._length(clinic, one, language) for one in listed) - _DAY_FITS
        left_out = set[int]()
        for one in sorted(listed, key=lambda one: _worth(one, now)):
            if over > 0:
                left_out.add(one.slot.id)
                over -= self._length(clinic, one, language)
        return [one for one in listed if one.slot.id not in left_out]

    def _length(self, clinic: Clinic, one: Listed, language: Language) -> int:
        return sum(len(self.say(line, language)) + 1 for line in self._of_day(clinic, one))

    def _of_day(self, clinic: Clinic, one: Listed) -> Iterable[T]:
        start = clinic.local(one.slot.start)
        if one.booking is None:
            yield T("staff.day.held" if one.held else "staff.day.free", start=start)
            return
        state = _STATES.get(one.booking.status, "coming" if one.booking.coming else "booked")
        yield T(f"staff.day.{state}", start=start, number=one.booking.number, who=self._who(one.booking))
        if is_shown_to_staff(one.no_shows):
            yield T("staff.visit.no_shows", count=one.no_shows)

    def _who(self, booking: Booking) -> T:
        if "name" not in self.cards.fields:
            return T("staff.day.withheld")
        return T("staff.day.who", name=booking.details.patient_name, born=booking.details.born.year)


def _may_be_judged(one: Listed, now: datetime) -> bool:
    return one.booking is not None and may_have_outcome(one.slot.start, now)


def _worth(one: Listed, now: datetime) -> tuple[int, float]:
    """Where a time stands among those that a long list shows, the first to be left out first."""
    starts = one.slot.start.timestamp()
    if _is_noted(one):
        return 0, starts
    return (1, starts) if one.slot.start <= now else (2, -starts)


def _asked_about(seen: Sequence[Listed]) -> list[Listed]:
    """Whose outcome has buttons, in order: the latest that nobody noted, then the latest that was."""
    latest = sorted(seen, key=lambda one: (not _is_noted(one), one.slot.start))[-ASKED_ABOUT.value :]
    return sorted(latest, key=lambda one: one.slot.start)


def _is_noted(one: Listed) -> bool:
    return one.booking is not None and one.booking.status in _STATES


def _outcomes(clinic: Clinic, one: Listed) -> list[Labelled]:
    """What can be said of a visit whose time has come; of one already judged, only the other thing."""
    booking, start = one.booking, clinic.local(one.slot.start)
    if booking is None:
        return []
    both = [
        (BookingStatus.CAME, T("staff.button.came", start=start), Verb.CAME),
        (BookingStatus.DID_NOT_COME, T("staff.button.missed", start=start), Verb.MISSED),
    ]
    return [(label, booking.press(verb)) for status, label, verb in both if status is not booking.status]


def _back(booking: Booking, verb: Verb) -> Labelled:
    return T("staff.button.back"), booking.press(verb)
