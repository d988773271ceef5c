"""The pages on which staff change a schedule: what, which day, whose, and the last look before it counts.

Nothing here does I/O. Everything that was chosen so far stands on the buttons, so no page is remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Final

from bot.channels.painting import in_base36
from bot.channels.screens import Screen
from bot.staff.cards import Cards, Labelled, Tongue
from bot.staff.press import NO_REQUEST, BadPress, Press, Verb, doctor_key
from dialogs.engine import T
from rules.clinics import Clinic
from rules.doctors import Doctor
from rules.slots import ChangeKind, ScheduleChange
from storage.schedules import Changed, KeptChange

_IN_A_ROW: Final = 2
_DOCTORS_SHOWN: Final = 30
_CHANGES_SHOWN: Final = 20


class Kind(StrEnum):
    """What is asked for, as a button carries it."""

    LIST = "list"
    OFF = "off"
    CLOSE = "close"
    EXTRA = "extra"
    STAND_IN = "stand"


CHANGES: Final = {
    Kind.OFF: ChangeKind.DAY_OFF,
    Kind.CLOSE: ChangeKind.CLOSED_DAY,
    Kind.EXTRA: ChangeKind.EXTRA_HOURS,
    Kind.STAND_IN: ChangeKind.SUBSTITUTION,
}


def kind_of(text: str) -> Kind:
    """Read what a button carries. Raises BadPress."""
    try:
        return Kind(text)
    except ValueError:
        raise BadPress from None


def day_key(on: date) -> str:
    """A day as a button carries it."""
    return f"{on:%Y%m%d}"


def day_of(key: str) -> date:
    """The day under that key. Raises BadPress."""
    try:
        return date.fromisoformat(f"{key[:4]}-{key[4:6]}-{key[6:]}")
    except ValueError:
        raise BadPress from None


def hours_key(start: time, end: time) -> str:
    """Hours as a button carries them."""
    return f"{start:%H%M}_{end:%H%M}"


def hours_of(key: str) -> tuple[time, time]:
    """The hours under that key. Raises BadPress."""
    start, _, end = key.partition("_")
    try:
        return time(int(start[:2]), int(start[2:])), time(int(end[:2]), int(end[2:]))
    except ValueError:
        raise BadPress from None


@dataclass(frozen=True, slots=True)
class SchedulePages:
    """Draws the pages of one clinic."""

    cards: Cards

    def menu(self, clinic: Clinic, tongue: Tongue, kept: Sequence[KeptChange], names: Names) -> Screen:
        """What can be done, and the changes in force, each of which can be taken back."""
        rows = [[(T(f"staff.button.sched_{kind}"), _press(clinic, Verb.KIND, kind))] for kind in Kind]
        lines = [T("staff.sched.menu", clinic=clinic.short("kk" if tongue == "both" else tongue))]
        for one in kept[:_CHANGES_SHOWN]:
            lines.append(described(one.change, names))
            label = T("staff.button.take_back", day=one.change.day)
            rows.append([(label, _press(clinic, Verb.TAKE_BACK, in_base36(one.id)))])
        return self.cards.page(lines, tongue, rows)

    def days(self, clinic: Clinic, tongue: Tongue, kind: Kind, days: Iterable[date]) -> Screen:
        """Asks for the day."""
        labelled = [
            (T("staff.button.day", day=on), _press(clinic, Verb.DAY, kind, day_key(on))) for on in days
        ]
        return self.cards.page([T("staff.sched.ask_day")], tongue, [*_in_rows(labelled), [_start(clinic)]])

    def doctors(
        self,
        clinic: Clinic,
        tongue: Tongue,
        ask: T,
        doctors: Sequence[Doctor],
        verb: Verb,
        before: tuple[str, ...],
        after: tuple[str, ...] = (),
    ) -> Screen:
        """Asks for a doctor; ``before`` and ``after`` stand beside the doctor on the button."""
        rows = [
            [
                (
                    T("staff.button.doctor", doctor=doctor.full_name),
                    _press(clinic, verb, *before, doctor_key(doctor.doctor_no), *after),
                )
            ]
            for doctor in doctors[:_DOCTORS_SHOWN]
        ]
        return self.cards.page([ask], tongue, [*rows, [_start(clinic)]])

    def begins(self, clinic: Clinic, tongue: Tongue, on: date, doctor: Doctor, hours: range) -> Screen:
        """Asks from which hour the doctor takes patients beside the week's hours."""
        key = doctor_key(doctor.doctor_no)
        labelled = [
            (
                T("staff.button.hour", hour=f"{hour:02d}:00"),
                _press(clinic, Verb.FROM, day_key(on), key, str(hour)),
            )
            for hour in hours
        ]
        asked = T("staff.sched.ask_from", day=on, doctor=doctor.full_name)
        return self.cards.page([asked], tongue, [*_in_rows(labelled), [_start(clinic)]])

    def ends(
        self, clinic: Clinic, tongue: Tongue, on: date, doctor: Doctor, start: int, hours: range
    ) -> Screen:
        """Asks until which hour."""
        key = doctor_key(doctor.doctor_no)
        labelled = [
            (
                T("staff.button.hours", first=f"{start:02d}:00", last=f"{hour:02d}:00"),
                _press(clinic, Verb.TILL, day_key(on), key, hours_key(time(start), time(hour))),
            )
            for hour in hours
        ]
        asked = T("staff.sched.ask_till", day=on, doctor=doctor.full_name)
        return self.cards.page([asked], tongue, [*_in_rows(labelled), [_start(clinic)]])

    def confirm(self, clinic: Clinic, tongue: Tongue, change: ScheduleChange, names: Names) -> Screen:
        """The last look: what will stand, and what becomes of whoever is booked."""
        rows = [[(T("staff.button.enter"), _entering(clinic, change))], [_start(clinic)]]
        return self.cards.page([described(change, names), T("staff.sched.ask_enter")], tongue, rows)

    def done(
        self,
        clinic: Clinic,
        tongue: Tongue,
        change: ScheduleChange,
        changed: Changed,
        names: Names,
        head: str,
    ) -> Screen:
        """What the change did."""
        counts = T(
            "staff.sched.counts",
            added=changed.added,
            closed=changed.closed,
            told=len(changed.lost) + len(changed.substituted),
        )
        return self.cards.page([T(head), described(change, names), counts], tongue, [[_start(clinic)]])

    def said(self, clinic: Clinic, tongue: Tongue, words: T) -> Screen:
        """Why a change cannot be entered, and the way back."""
        return self.cards.page([words], tongue, [[_start(clinic)]])


@dataclass(frozen=True, slots=True)
class Names:
    """The doctors of a clinic by number, for the words about a change."""

    doctors: Sequence[Doctor]

    def of(self, doctor_no: str | None) -> str:
        """The doctor's name, or the number itself if the list no longer has it."""
        found = next((one.full_name for one in self.doctors if one.doctor_no == doctor_no), None)
        return found or doctor_no or ""


def described(change: ScheduleChange, names: Names) -> T:
    """A change in one sentence."""
    return T(
        f"staff.sched.{change.kind}",
        day=change.day,
        doctor=names.of(change.doctor_no),
        substitute=names.of(change.substitute_no),
        start=f"{change.start:%H:%M}" if change.start else "",
        end=f"{change.end:%H:%M}" if change.end else "",
    )


def _entering(clinic: Clinic, change: ScheduleChange) -> str:
    kind = next(kind for kind, kept in CHANGES.items() if kept is change.kind)
    who = "" if change.doctor_no is None else doctor_key(change.doctor_no)
    more = ""
    if change.start is not None and change.end is not None:
        more = hours_key(change.start, change.end)
    if change.substitute_no is not None:
        more = doctor_key(change.substitute_no)
    rest = "_".join(part for part in (who, more) if part)
    return _press(clinic, Verb.ENTER, kind, day_key(change.day), *([rest] if rest else []))


def _press(clinic: Clinic, verb: Verb, *args: str) -> str:
    return str(Press(NO_REQUEST, clinic.no, verb, args))


def _start(clinic: Clinic) -> Labelled:
    return T("staff.button.sched_menu"), _press(clinic, Verb.SCHEDULE)


def _in_rows(labelled: Sequence[Labelled]) -> list[list[Labelled]]:
    return [list(labelled[at : at + _IN_A_ROW]) for at in range(0, len(labelled), _IN_A_ROW)]
