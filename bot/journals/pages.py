"""The pages of a journal in the chat: which one, why, its entries, and the way to a file.

Nothing here does I/O. Everything that was chosen so far stands on the buttons, so no page is remembered.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from bot.channels.screens import Screen
from bot.journals.columns import Lines
from bot.journals.sheet import Form, Why
from bot.staff.cards import Cards, Labelled
from bot.staff.press import NO_REQUEST, BadPress, Press, Verb
from dialogs.engine import T
from rules.clinics import Clinic
from rules.people import Language
from storage.journal import Entry, Register, Span

SHOWN: Final = 8
"""Entries on a page."""

_KEYS: Final = {
    Register.HOME_CALLS: "calls",
    Register.APPOINTMENTS: "visits",
    Register.ATTACHMENTS: "people",
    Register.CONTACTS: "all",
}
_REASONS: Final = {Why.INSPECTION: "check", Why.ANSWER: "answer", Why.WORK: "work"}
_DAY_DIGITS: Final = 8
_OLDEST, _NEWEST = 2000, 2999


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which journal somebody reads, and why: a day, or the month that ``first`` begins.

    ``after`` is the number after which the page begins, of ``year``; both 0 for the beginning.
    """

    clinic_no: int
    register: Register
    why: Why
    first: date
    is_month: bool = False
    year: int = 0
    after: int = 0

    @property
    def last(self) -> date:
        """The last day, which is within."""
        if not self.is_month:
            return self.first
        return self.first.replace(day=calendar.monthrange(self.first.year, self.first.month)[1])

    def press(self, verb: Verb, *more: str) -> str:
        """The data of a button that leads from here."""
        chosen = f"{_KEYS[self.register]}_{_REASONS[self.why]}"
        period = f"{self.first:%Y%m}" if self.is_month else f"{self.first:%Y%m%d}"
        return str(Press(NO_REQUEST, self.clinic_no, verb, (chosen, period, *more)))

    def at(self, year: int, after: int) -> str:
        """The data of a button that turns to the page after that number."""
        return self.press(Verb.JOURNAL_PAGE, f"{year}_{after}")

    @classmethod
    def of(cls, press: Press) -> Place:
        """Where a button leads. Raises BadPress."""
        if len(press.args) < 2:
            raise BadPress
        register, why = _chosen(press.args[0])
        first, is_month = _period(press.args[1])
        place = cls(press.version, register, why, first, is_month)
        return _turned(place, press.args[2]) if press.verb is Verb.JOURNAL_PAGE and press.args[2:] else place


def _chosen(text: str) -> tuple[Register, Why]:
    register_key, _, why_key = text.partition("_")
    register = next((one for one, key in _KEYS.items() if key == register_key), None)
    why = next((one for one, key in _REASONS.items() if key == why_key), None)
    if register is None or why is None:
        raise BadPress
    return register, why


def _period(text: str) -> tuple[date, bool]:
    is_month = len(text) == _DAY_DIGITS - 2
    whole = f"{text}01" if is_month else text
    try:
        first = date.fromisoformat(f"{whole[:4]}-{whole[4:6]}-{whole[6:]}")
    except ValueError:
        raise BadPress from None
    if not _OLDEST <= first.year <= _NEWEST:
        raise BadPress
    return first, is_month


def _turned(place: Place, text: str) -> Place:
    year, _, after = text.partition("_")
    if not (year.isdigit() and after.isdigit()):
        raise BadPress
    return replace(place, year=int(year), after=int(after))


@dataclass(frozen=True, slots=True)
class JournalPages:
    """Draws what one of the staff reads of journals, in private."""

    cards: Cards

    def clinics(self, clinics: Iterable[int], language: Language) -> Screen:
        """Asks whose journal, somebody who works at several clinics."""
        rows = [
            [(T("staff.button.journal_clinic", no=no), _press(no, Verb.JOURNAL))] for no in sorted(clinics)
        ]
        return self.cards.page([T("journal.ask.clinic")], language, rows)

    def registers(self, clinic: Clinic, language: Language, day: date) -> Screen:
        """Asks which journal."""
        rows = [
            [
                (
                    T(f"staff.button.journal_{register}"),
                    _press(clinic.no, Verb.JOURNAL_WHY, key, f"{day:%Y%m%d}"),
                )
            ]
            for register, key in _KEYS.items()
        ]
        return self.cards.page([T("journal.ask.register", clinic=clinic.short(language))], language, rows)

    def reasons(self, press: Press, language: Language) -> Screen:
        """Asks why; nothing of a journal is shown before. Raises BadPress."""
        if len(press.args) != 2 or press.args[0] not in _KEYS.values():
            raise BadPress
        register = next(one for one, key in _KEYS.items() if key == press.args[0])
        first, _ = _period(press.args[1])
        rows = [
            [
                (
                    T(f"staff.button.journal_{why}"),
                    Place(press.version, register, why, first).press(Verb.JOURNAL_PAGE),
                )
            ]
            for why in Why
        ]
        lines = [T(f"journal.title.{register}"), T("journal.ask.why")]
        return self.cards.page(lines, language, [*rows, [_other(press.version)]])

    def entries(self, place: Place, spans: Sequence[Span], shown: Sequence[Entry], lines: Lines) -> Screen:
        """One page of entries, with the ways from there."""
        language, clinic = lines.language, lines.clinic
        head = "journal.page.month" if place.is_month else "journal.page.day"
        words = [
            T(f"journal.title.{place.register}"),
            T(head, clinic=clinic.short(language), first=place.first, last=place.last),
            *_numbers(spans),
        ]
        for entry in shown:
            words += self._entry(entry, lines)
        words.append(T("journal.page.logged", why=T(f"journal.why.{place.why}")))
        return self.cards.page(words, language, _ways(place, spans, shown))

    def too_many(self, place: Place, count: int, most: int, language: Language) -> Screen:
        """Says how a journal of so many entries is exported."""
        command = (
            f"python -m bot journal --clinic {place.clinic_no} --register {place.register} "
            f"--from {place.first} --to {place.last} --as xlsx --why {place.why} FILE"
        )
        words = T("journal.too_many", count=count, most=most, command=command)
        return self.cards.page([words], language, [[_other(place.clinic_no)]])

    def _entry(self, entry: Entry, lines: Lines) -> Iterable[T]:
        yield T(
            "journal.page.entry",
            no=entry.no,
            at=lines.cell("at", entry),
            number=entry.number,
            event=lines.event(entry),
        )
        patient = lines.cell("patient", entry)
        if patient:
            yield T("journal.page.patient", patient=patient)


def _numbers(spans: Sequence[Span]) -> Iterable[T]:
    if not spans:
        yield T("journal.head.empty")
    for span in spans:
        yield T("journal.head.numbers", year=span.year, first=span.first, last=span.last, count=span.count)


def _ways(place: Place, spans: Sequence[Span], shown: Sequence[Entry]) -> Sequence[Sequence[Labelled]]:
    turning = [
        (T(f"staff.button.journal_{label}"), place.at(year, after))
        for label, year, after in _turning(spans, shown)
    ]
    files = [
        (T("staff.button.journal_file", form=form.upper()), place.press(Verb.JOURNAL_FILE, form))
        for form in Form
    ]
    rows = [turning, *_other_periods(place), files if spans else [], [_other(place.clinic_no)]]
    return [row for row in rows if row]


def _turning(spans: Sequence[Span], shown: Sequence[Entry]) -> Iterable[tuple[str, int, int]]:
    """Which pages are before and behind: what the label says, and the year and number they begin after."""
    if not shown:
        return
    at = next(number for number, span in enumerate(spans) if span.year == shown[0].year)
    span = spans[at]
    if shown[0].no > span.first:
        yield "earlier", span.year, max(span.first - 1, shown[0].no - 1 - SHOWN)
    elif at > 0:
        before = spans[at - 1]
        yield "earlier", before.year, max(before.first - 1, before.last - SHOWN)
    if shown[-1].no < span.last:
        yield "later", span.year, shown[-1].no
    elif at + 1 < len(spans):
        yield "later", spans[at + 1].year, spans[at + 1].first - 1


def _other_periods(place: Place) -> Sequence[Sequence[Labelled]]:
    before, after = _beside(place)
    page = Verb.JOURNAL_PAGE
    if place.is_month:
        length = T("staff.button.journal_day"), replace(place, is_month=False).press(page)
    else:
        length = (
            T("staff.button.journal_month"),
            replace(place, first=place.first.replace(day=1), is_month=True).press(page),
        )
    return [
        [
            (T("staff.button.journal_before"), before.press(page)),
            (T("staff.button.journal_after"), after.press(page)),
        ],
        [length],
    ]


def _beside(place: Place) -> tuple[Place, Place]:
    """The day or the month before, and the one behind."""
    before = place.first - timedelta(days=1)
    if place.is_month:
        before = before.replace(day=1)
    return replace(place, first=before), replace(place, first=place.last + timedelta(days=1))


def _other(clinic_no: int) -> Labelled:
    return T("staff.button.journal_registers"), _press(clinic_no, Verb.JOURNAL)


def _press(clinic_no: int, verb: Verb, *args: str) -> str:
    return str(Press(NO_REQUEST, clinic_no, verb, args))
