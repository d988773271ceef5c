"""The page of a doctor's day: visits in order, one of them whole, and the patients of the surgery.

Nothing here does I/O. The page is for one linked doctor in private; what may not go abroad is not on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.bookings.cards import BookingCards
from bot.channels.screens import Button, Screen
from bot.channels.telegram import LONGEST_TEXT
from bot.rounds.book import Day
from bot.rounds.maps import map_link
from bot.staff.cards import Call, Cards, Labelled
from bot.staff.press import NO_REQUEST, Press, Verb
from dialogs.engine import T
from dialogs.engine.words import Value
from rules.call_status import CallStatus, is_open
from rules.law import rule
from rules.people import Language

_SHOWN: Final = 16
_AROUND: Final = 300
"""Characters for what stands around the patients of the surgery."""
_LONGEST_STREET: Final = 80
"""In the list of visits; whole it stands with the visit that is chosen."""
_A_ROW: Final = 3
_STEPS: Final[dict[CallStatus, tuple[tuple[tuple[str, Verb], ...], ...]]] = {
    CallStatus.CONFIRMED: ((("on_way", Verb.ROUNDS_WAY), ("done", Verb.ROUNDS_DONE)),),
    CallStatus.ON_WAY: ((("done", Verb.ROUNDS_DONE), ("not_home", Verb.ROUNDS_SHUT)),),
    CallStatus.NOT_HOME: (
        (("on_way", Verb.ROUNDS_WAY), ("done", Verb.ROUNDS_DONE)),
        (("not_home", Verb.ROUNDS_SHUT),),
    ),
}
_STREET_ALONE: Final = frozenset({"street"})


@dataclass(frozen=True, slots=True)
class RoundsCards:
    """Draws the page."""

    cards: Cards
    bookings: BookingCards

    @rule("HC-17", "AP-18")
    def page(self, day: Day, language: Language, now: datetime) -> Screen:
        """The day as it stands, with the buttons of the chosen visit."""
        above = [list(self._visit_lines(day)), list(self._chosen_lines(day))]
        logged = [T("staff.details.logged")] if day.chosen is not None or day.patients else []
        sections = [*above, self._patient_lines(day, above, language), logged]
        rows = [
            *_steps(day.chosen),
            *_undoing(day, now),
            *_others(day),
            *self.bookings.outcome_rows(day.clinic, day.patients, now),
            [(T("staff.button.rounds_again"), _page_of(day.clinic.no))],
        ]
        buttons = self.cards.page((), language, rows).rows
        link = self._map(day.chosen, language)
        text = "\n\n".join(self._section(lines, language) for lines in sections if lines)
        return Screen(text, buttons if link is None else ((link,), *buttons))

    def _section(self, lines: Sequence[T], language: Language) -> str:
        return "\n".join(self.cards.say(line, language) for line in lines)

    def told_of(self, call: Call, key: str, language: Language) -> str:
        """One line about a visit that came or went: ``key`` is its words."""
        return self.cards.say(T(key, **self._line_values(call)), language)

    def _visit_lines(self, day: Day) -> Iterable[T]:
        yield T("staff.rounds.head", day=day.on, doctor=day.doctor.full_name)
        if not day.visits:
            yield T("staff.rounds.none")
            return
        left = sum(is_open(one.status) for one in day.visits)
        yield T("staff.rounds.left", left=left, count=len(day.visits))
        listed = _listed(day)
        for place, call in listed:
            status = T(f"staff.status.{call.status}")
            key = "staff.rounds.visit" if call.visit_day == day.on else "staff.rounds.visit_left"
            yield T(key, place=place, status=status, **self._line_values(call))
        if len(listed) < len(day.visits):
            yield T("staff.rounds.more", count=len(day.visits) - len(listed))

    def _line_values(self, call: Call) -> dict[str, Value]:
        if call.window is None:
            raise LookupError("a visit of the day without a window")
        address = call.details.street_and_house if "street" in self.cards.fields else ""
        if len(address) > _LONGEST_STREET:
            address = f"{address[: _LONGEST_STREET - 1]}…"
        return {
            "number": call.number,
            "day": call.visit_day,
            "start": call.local(call.window.start),
            "end": call.local(call.window.end),
            "address": address or T("staff.rounds.no_address"),
        }

    def _chosen_lines(self, day: Day) -> Iterable[T]:
        call = day.chosen
        if call is None:
            return
        yield T("staff.rounds.chosen", place=day.visits.index(call) + 1, number=call.number)
        if call.for_other:
            yield T("staff.line.other_adult")
        if call.details.newborn:
            yield T("staff.line.newborn")
        if call.details.without_iin:
            yield T("staff.line.without_iin")
        yield from self.cards.details_of(call.details, ring="staff.rounds.ring")
        if call.status is CallStatus.NOT_HOME:
            yield T("staff.rounds.repeat")

    def _patient_lines(self, day: Day, above: Sequence[Sequence[T]], language: Language) -> list[T]:
        """The patients of the surgery, as many as fit into the message."""
        if not day.patients:
            return []
        room = LONGEST_TEXT - _AROUND - sum(len(self._section(lines, language)) for lines in above)
        lines: list[T] = [T("staff.rounds.surgery", count=len(day.patients))]
        for left, one in zip(range(len(day.patients), 0, -1), day.patients, strict=True):
            own = list(self.bookings.patient_lines(day.clinic, one))
            room -= sum(len(self.cards.say(line, language)) + 1 for line in own)
            if room < 0:
                return [*lines, T("staff.day.left_out", count=left)]
            lines += own
        return lines

    def _map(self, call: Call | None, language: Language) -> Button | None:
        if call is None or not self.cards.fields >= _STREET_ALONE:
            return None
        link = map_link(call.details.address, call.details.street_and_house)
        return Button(self.cards.say(T("staff.button.rounds_map"), language), "", link) if link else None


def _steps(call: Call | None) -> list[list[Labelled]]:
    if call is None:
        return []
    return [
        [(T(f"staff.button.{name}"), call.press(verb)) for name, verb in row]
        for row in _STEPS.get(call.status, ())
    ]


def _undoing(day: Day, now: datetime) -> list[list[Labelled]]:
    """The visits whose last press can still be taken back, be they closed already."""
    return [
        [(T("staff.button.rounds_undo", place=place), one.press(Verb.ROUNDS_UNDO))]
        for place, one in enumerate(day.visits, 1)
        if one.status is not CallStatus.CONFIRMED and one.undo_until is not None and now < one.undo_until
    ]


def _listed(day: Day) -> Sequence[tuple[int, Call]]:
    """The visits that the page has room for, with their places: those over give way to those to be made."""
    placed = list(enumerate(day.visits, 1))
    to_make = [one for one in placed if is_open(one[1].status)][:_SHOWN]
    room = _SHOWN - len(to_make)
    over = [one for one in placed if not is_open(one[1].status)][-room:] if room else []
    return sorted([*to_make, *over], key=lambda one: one[0])


def _others(day: Day) -> list[list[Labelled]]:
    """The other visits, to be shown whole in turn."""
    buttons = [
        (T("staff.button.rounds_visit", place=place, start=one.local(one.window.start)), _whole(one))
        for place, one in _listed(day)
        if one != day.chosen and one.window is not None
    ]
    return [buttons[at : at + _A_ROW] for at in range(0, len(buttons), _A_ROW)]


def _whole(call: Call) -> str:
    return call.press(Verb.ROUNDS_SEE)


def _page_of(clinic_no: int) -> str:
    return str(Press(NO_REQUEST, clinic_no, Verb.ROUNDS))
