"""The pages of the college: its piles, one request with what can be done about it, what is typed.

Nothing here does I/O. A list shows number, what is asked for, stage and term: no name and no IIN.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.channels.painting import in_base36
from bot.channels.screens import Screen
from bot.college.dossier import Dossier
from bot.college.entering import has_paper_of
from bot.college.forms import PICTURES, Form
from bot.college.lines import (
    collector_lines,
    entered_lines,
    lacking_lines,
    list_line,
    official_lines,
    standing_lines,
)
from bot.college.office import Entry, may_enter
from bot.staff.cards import Cards, Labelled, Tongue, turned
from bot.staff.press import NO_REQUEST, Press, Verb
from bot.work.colleagues import Colleagues
from dialogs.engine import T
from dialogs.training import TITLE_ON_A_BUTTON
from rules.clinics import Clinic
from rules.iin import Iin
from rules.law import rule
from rules.people import Language
from rules.training import Asked, Graduation, may_be_cancelled, papers_of
from rules.training_stages import Missing
from storage.training import TrainingMark

SHOWN: Final = 8
"""Requests on a page of a pile."""
_COLUMNS: Final = 2
ANEW: Final = "anew"
"""On a button whose own message is to stay."""
TAKE: Final = "take"
GIVE: Final = "give"
CLEAR: Final = "clear"
WHO: Final = "who"
WITHDRAW: Final = "withdraw"
WITHDRAWN: Final = "withdrawn"
RECEIPT: Final = "receipt"
DUPLICATE: Final = "duplicate"


class Pile(StrEnum):
    """Which requests of the college somebody looks through."""

    NEW = "new"
    MINE = "mine"
    LATE = "late"
    READY = "ready"
    ALL = "all"


_SUPPLIED: Final[dict[Missing, tuple[str, ...]]] = {
    Missing.IDENTITY_CARD: (Entry.IDENTITY_CARD.value,),
    Missing.NO_DEBT_PROOF: (Entry.NO_DEBT_PROOF.value,),
    Missing.LOSS_NOTICE: (Form.NOTICE.value,),
    Missing.PAYMENT: (Form.PAYMENT.value,),
    Missing.RESOLUTION: (Form.RESOLUTION.value,),
    Missing.SIGNATURE: (Form.SIGNED_HEAD.value, Form.SIGNED_DEPUTY.value),
    Missing.BOTH_SIGNATURES: (Form.SIGNED_BOTH.value,),
    Missing.DOCUMENT_NUMBER: (Form.NUMBER.value,),
    Missing.FORM: (Entry.FORM.value,),
    Missing.SEAL: (Entry.SEAL.value,),
    Missing.STAMP: (Entry.STAMP.value,),
    Missing.COLLECTOR: (Form.IN_PERSON.value, Form.ATTORNEY.value),
}
"""What is ticked or typed for each thing that is missing; who draws it up and who decides, is pressed."""

_ANY_TIME: Final = (
    (Form.NOTICE, Entry.NOTICE),
    (Form.PAYMENT, Entry.PAYMENT),
    (Form.SCAN, Entry.SCAN),
    (Form.ATTORNEY_SCAN, Entry.ATTORNEY_SCAN),
)
_OPENED: Final = ((Form.SCAN, Entry.SCAN), (Form.ATTORNEY_SCAN, Entry.ATTORNEY_SCAN))
"""Pictures that were kept, and can be looked at."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at a request: their Telegram id, their language, and whether they decide."""

    id: int
    locale: Language
    decides: bool


@dataclass(frozen=True, slots=True)
class CollegePages:
    """Draws what one of the college's people sees in private."""

    cards: Cards

    def home(self, clinic: Clinic, piles: dict[Pile, int], tongue: Language) -> Screen:
        """The piles with their counts, and the way to take somebody's papers in."""
        rows: list[list[Labelled]] = [
            [(T(f"staff.button.college_{pile}", count=count), _pile_press(clinic.no, pile, 0))]
            for pile, count in piles.items()
        ]
        new = str(Press(NO_REQUEST, clinic.no, Verb.COLLEGE_NEW))
        rows.append([(T("staff.button.college_intake"), new)])
        return self.cards.page([T("college.home", clinic=clinic.short(tongue))], tongue, rows)

    def pile(
        self,
        clinic: Clinic,
        pile: Pile,
        found: Sequence[Dossier],
        place: int,
        tongue: Language,
        now: datetime,
    ) -> Screen:
        """One page of a pile, from ``place`` on; past its end, the last page."""
        place = min(place, max(len(found) - 1, 0) // SHOWN * SHOWN)
        shown = found[place : place + SHOWN]
        lines = [T(f"college.pile_{pile}", count=len(found))]
        lines += [list_line(one, now) for one in shown] or [T("queue.empty")]
        opened = [
            (T("staff.button.queue_open", number=one.number), _press(one, Verb.COLLEGE_SEE)) for one in shown
        ]
        rows = [opened[at : at + _COLUMNS] for at in range(0, len(opened), _COLUMNS)]
        return self.cards.page(lines, tongue, [*rows, *_turning(clinic.no, pile, place, len(found))])

    @rule("TR-18")
    def request(
        self, dossier: Dossier, marks: Sequence[TrainingMark], executor: T, reader: Reader, now: datetime
    ) -> Screen:
        """The request as it stands: its stage and since when, its term, what was entered, what is missing."""
        lines = [
            T(f"college.head_{dossier.request.asked}", number=dossier.number),
            *standing_lines(dossier, marks, now),
            T("college.executor", who=executor),
            *entered_lines(dossier),
            *lacking_lines(dossier),
        ]
        return self.cards.page(lines, reader.locale, self._rows(dossier, reader))

    def details(
        self,
        dossier: Dossier,
        iin: Iin | None,
        marks: Sequence[tuple[TrainingMark, T]],
        tongue: Language,
    ) -> Screen:
        """Whose document it is, and every stage with who and when; for one of them, in private, logged."""
        record, lines = dossier.record, [T("college.details", number=dossier.number)]
        if record is None:
            lines.append(T("college.erased"))
        else:
            lines += self._personal(dossier, record, iin)
            lines.append(programme_line(record))
            if record.original_no:
                lines.append(T("college.original", original=record.original_no))
        for mark, who in marks:
            at = dossier.clinic.local(mark.at)
            lines.append(T("college.mark", stage=T(f"training.stage.{mark.step}"), at=at, who=who))
        lines.append(T("staff.details.logged"))
        return self.cards.page(lines, tongue, [[_back_to(dossier)]])

    def _personal(self, dossier: Dossier, record: Graduation, iin: Iin | None) -> Iterable[T]:
        """What CARD_FIELDS_ABROAD lets abroad of it."""
        entered = dossier.office.entered
        if "name" in self.cards.fields:
            yield T("college.name", name=record.full_name)
            if iin is not None:
                yield T("college.iin", last=iin.last_four)
            if entered.collector is not None:
                yield from collector_lines(dossier)
            yield from official_lines(dossier)
        if "reason" in self.cards.fields and dossier.request.story:
            yield T("college.story", words=dossier.request.story)

    def colleagues(self, dossier: Dossier, everyone: Colleagues, tongue: Language) -> Screen:
        """Asks who is to draw the document up."""
        rows = [
            [
                (
                    T("staff.button.colleague", who=one.named),
                    _press(dossier, Verb.COLLEGE_DO, GIVE, in_base36(one.id)),
                )
            ]
            for one in everyone.others(dossier.office.executor)
        ]
        ask = T("college.ask_whom", number=dossier.number)
        return self.cards.page([ask], tongue, [*rows, [_back_to(dossier)]])

    def sure(self, dossier: Dossier, tongue: Language) -> Screen:
        """Asks whether a request of the desk is to be taken back."""
        sure = (T("staff.button.college_withdrawn"), _press(dossier, Verb.COLLEGE_DO, WITHDRAWN))
        ask = T("college.ask_withdrawn", number=dossier.number)
        return self.cards.page([ask], tongue, [[sure], [_back_to(dossier)]])

    def field_asked(
        self, clinic_no: int, number: str, form: Form, field: str, tongue: Language, *before: T
    ) -> Screen:
        """Asks for one field of a form; ``before`` is what was wrong with the last answer."""
        stop = str(Press(NO_REQUEST, clinic_no, Verb.COLLEGE_STOP))
        asked = T(f"college.ask.{form}.{field}", number=number)
        return self.cards.page([*before, asked], tongue, [[(T("staff.button.stop_typing"), stop)]])

    def told(self, dossier: Dossier, words: T, tongue: Tongue) -> Screen:
        """Words about a request, with the way to it."""
        way = T("staff.button.queue_open", number=dossier.number), _press(dossier, Verb.COLLEGE_SEE, ANEW)
        return self.cards.page([words], tongue, [[way]])

    @rule("TR-02", "X-14")
    def graduate(
        self, clinic_no: int, records: Sequence[Graduation], offered: Sequence[tuple[Graduation, Asked]],
        tongue: Language,
    ) -> Screen:  # fmt: skip
        """What somebody who came has finished, and what they can ask for."""
        lines = [T("college.intake_found")]
        for one in records:
            name = [T("college.name", name=one.full_name)] if "name" in self.cards.fields else []
            lines += [*name, programme_line(one)]
        rows = [
            [
                (
                    T(f"staff.button.college_take_{asked}", title=_title(one), year=one.decided_on.year),
                    str(Press(NO_REQUEST, clinic_no, Verb.COLLEGE_NEW, (asked.value, in_base36(one.id)))),
                )
            ]
            for one, asked in offered
        ]
        if not offered:
            lines.append(T("college.intake_nothing"))
        return self.cards.page(lines, tongue, [*rows, [college_lead(clinic_no)]])

    @rule("TR-09", "TR-17")
    def registered(self, dossier: Dossier, tongue: Language) -> Screen:
        """That the papers are in: the number and the day, what is still to be brought, and the receipt."""
        lines = [
            T(
                "college.registered",
                number=dossier.number,
                day=dossier.clinic.local(dossier.request.filed_at),
            ),
            *(T(f"training.paper.{paper}") for paper in papers_of(dossier.request.asked)),
        ]
        rows: list[list[Labelled]] = [
            [(T("staff.button.college_receipt"), _press(dossier, Verb.COLLEGE_FILE, RECEIPT))],
            [(T("staff.button.queue_open", number=dossier.number), _press(dossier, Verb.COLLEGE_SEE, ANEW))],
        ]
        return self.cards.page(lines, tongue, rows)

    # Buttons

    def _rows(self, dossier: Dossier, reader: Reader) -> list[list[Labelled]]:
        rows: list[list[Labelled]] = []
        if dossier.is_open and dossier.record is not None:
            rows += _forward(dossier, reader)
            rows.append(_debt(dossier))
            if may_enter(Entry.NAME_CHANGE, dossier.request.asked, dossier.stage):
                rows.append([_enter(dossier, Form.NAME_CHANGE.value)])
            if dossier.is_of_the_desk and may_be_cancelled(dossier.stage):
                rows.append(
                    [(T("staff.button.college_withdraw"), _press(dossier, Verb.COLLEGE_DO, WITHDRAW))]
                )
        if dossier.is_duplicate and dossier.office.has(Entry.DECISION):
            paper = _press(dossier, Verb.COLLEGE_FILE, DUPLICATE)
            rows.append([(T("staff.button.college_duplicate"), paper)])
        rows += [
            [(T(f"staff.button.college_see_{form}"), _press(dossier, Verb.COLLEGE_FILE, form.value))]
            for form, entry in _OPENED
            if dossier.office.has(entry)
        ]
        rows.append(
            [
                (T("staff.button.details"), _press(dossier, Verb.COLLEGE_SEE, WHO)),
                (T("staff.button.college_receipt"), _press(dossier, Verb.COLLEGE_FILE, RECEIPT)),
            ]
        )
        return [*(row for row in rows if row), [college_lead(dossier.clinic.no)]]


def programme_line(record: Graduation) -> T:
    """What was finished and when it was decided on; some courses have no name of their own."""
    kind, day = T(f"training.programme.{record.programme}"), record.decided_on
    if not record.title:
        return T("college.programme_untitled", kind=kind, day=day)
    return T("college.programme", kind=kind, title=record.title, day=day)


def _title(record: Graduation) -> str | T:
    return record.title[:TITLE_ON_A_BUTTON] or T(f"training.programme.{record.programme}")


def _forward(dossier: Dossier, reader: Reader) -> list[list[Labelled]]:
    """What takes the request further; nothing while a debt stands."""
    take = (T("staff.button.take"), _press(dossier, Verb.COLLEGE_DO, TAKE))
    give = (T("staff.button.give"), _press(dossier, Verb.COLLEGE_SEE, GIVE))
    rows = [[give] if dossier.office.executor == reader.id else [take, give]]
    if dossier.is_suspended:
        return rows
    supplied = [name for one in dossier.missing for name in _SUPPLIED.get(one, ())]
    supplied += [
        form.value
        for form, entry in _ANY_TIME
        if form.value not in supplied and _is_worth_a_button(dossier, form, entry)
    ]
    rows += [[_enter(dossier, name)] for name in supplied]
    if reader.decides and may_enter(Entry.DECISION, dossier.request.asked, dossier.stage):
        rows += [[_decide(dossier, form)] for form in (Form.DECISION_HEAD, Form.DECISION_ACTING)]
    if dossier.next is not None and not dossier.missing:
        step = _press(dossier, Verb.COLLEGE_DO, dossier.next.value)
        rows.append([(T(f"staff.button.college_to_{dossier.next}"), step)])
    return rows


def _is_worth_a_button(dossier: Dossier, form: Form, entry: Entry) -> bool:
    if form in PICTURES and not has_paper_of(dossier, form):
        return False
    return may_enter(entry, dossier.request.asked, dossier.stage)


def _decide(dossier: Dossier, form: Form) -> Labelled:
    return T(f"staff.button.college_{form}"), _press(dossier, Verb.COLLEGE_DECIDE, form.value)


@rule("TR-11")
def _debt(dossier: Dossier) -> list[Labelled]:
    if dossier.is_suspended:
        return [(T("staff.button.college_clear"), _press(dossier, Verb.COLLEGE_DO, CLEAR))]
    return [_enter(dossier, Form.DEBT.value)]


def _enter(dossier: Dossier, name: str) -> Labelled:
    return T(f"staff.button.college_{name}"), _press(dossier, Verb.COLLEGE_ENTER, name)


def college_lead(clinic_no: int) -> Labelled:
    """A button that leads to the piles."""
    return T("staff.button.college"), str(Press(NO_REQUEST, clinic_no, Verb.COLLEGE))


def _turning(clinic_no: int, pile: Pile, place: int, count: int) -> list[list[Labelled]]:
    turning = turned(place, count, SHOWN, lambda to: _pile_press(clinic_no, pile, to))
    return [*turning, [college_lead(clinic_no)]]


def _pile_press(clinic_no: int, pile: Pile, place: int) -> str:
    return str(Press(NO_REQUEST, clinic_no, Verb.COLLEGE, (pile.value, str(place))))


def _press(dossier: Dossier, verb: Verb, *args: str) -> str:
    return str(Press(dossier.id, dossier.request.version, verb, args))


def _back_to(dossier: Dossier) -> Labelled:
    return T("staff.button.back"), _press(dossier, Verb.COLLEGE_SEE)
