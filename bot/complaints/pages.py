"""The pages of the complaints' office: its piles, one complaint with what can be done, and what is asked.

Nothing here does I/O. A list shows number, service, status and term; the words of a complaint and who wrote
them open one by one, and each opening is on record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from bot.channels.screens import Screen
from bot.complaints.office import service_words
from bot.complaints.typing import DECISIONS, Asked, Wanted
from bot.staff.cards import Cards, Labelled, turned
from bot.staff.press import NO_REQUEST, Press, Verb
from dialogs.engine import T
from dialogs.engine.words import Value
from rules.clinics import Clinic
from rules.complaint_terms import LONGEST_REASONS, Delivery
from rules.complaints import Body, ComplaintStatus
from rules.people import Language
from rules.phone import shown
from storage.complaint_office import Office
from storage.complaints import Complaint

SHOWN: Final = 8
"""Complaints on a page of a pile."""

ANEW: Final = "anew"
"""On a button whose own message is to stay."""

BODY_CODES: Final = {"h": Body.HEALTH, "q": Body.QUALITY}


class Pile(StrEnum):
    """What the office has to do next."""

    FORWARD = "forward"
    NUMBER = "number"
    EXAMINED = "examined"
    DELIVER = "deliver"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Case:
    """A complaint with its office's side; ``files`` is how many photos and documents came with it.

    ``about`` is the number of the request complained of, "" without one.
    """

    complaint: Complaint
    office: Office
    clinic: Clinic
    files: int = 0
    about: str = ""

    @property
    def pile(self) -> Pile:
        """Where it stands for the office."""
        if self.complaint.status.is_final:
            return Pile.DELIVER if self.office.delivered_on is None else Pile.OVER
        if self.office.forwarded_at is None:
            return Pile.FORWARD
        return Pile.NUMBER if self.complaint.status is ComplaintStatus.DELIVERED else Pile.EXAMINED

    @property
    def due_on(self) -> date | None:
        """The day by which the next thing is to be done, None where no term runs."""
        return {Pile.FORWARD: self.office.forward_due, Pile.EXAMINED: self.office.answer_due}.get(self.pile)

    def press(self, verb: Verb, *args: str) -> str:
        """The data of a button bound to this complaint as it stands."""
        return str(Press(self.complaint.id, self.complaint.version, verb, args))


@dataclass(frozen=True, slots=True)
class ComplaintPages:
    """Draws what the office sees in private."""

    cards: Cards

    def clinics(self, clinics: Iterable[tuple[int, str]], tongue: Language) -> Screen:
        """Asks of which clinic, whoever works at several: numbers and short names."""
        rows = [[(T("staff.button.queue_clinic", clinic=name), _home_press(no))] for no, name in clinics]
        return self.cards.page([T("complaint_office.clinics")], tongue, rows)

    def home(self, clinic: Clinic, cases: Sequence[Case], tongue: Language) -> Screen:
        """The piles with their counts, the words without a name, and a complaint on paper to be entered."""
        counts = {pile: sum(case.pile is pile for case in cases) for pile in Pile}
        rows: list[list[Labelled]] = [
            [(T(f"staff.button.complaints_{pile}", count=counts[pile]), _pile_press(clinic.no, pile, 0))]
            for pile in Pile
        ]
        rows.append([(T("staff.button.feedback"), str(Press(NO_REQUEST, clinic.no, Verb.COMPLAINT_WORDS)))])
        rows.append(
            [(T("staff.button.complaint_paper"), str(Press(NO_REQUEST, clinic.no, Verb.COMPLAINT_ENTER)))]
        )
        return self.cards.page([T("complaint_office.head", clinic=clinic.short(tongue))], tongue, rows)

    def pile(
        self, clinic: Clinic, pile: Pile, cases: Sequence[Case], place: int, today: date, tongue: Language
    ) -> Screen:
        """One page of a pile, from ``place`` on, the most urgent first; past its end, the last page."""
        place = min(place, max(len(cases) - 1, 0) // SHOWN * SHOWN)
        shown_ = cases[place : place + SHOWN]
        lines = [T(f"complaint_office.pile_{pile}", count=len(cases))]
        lines += [_line(case, today) for case in shown_] or [T("queue.empty")]
        rows: list[list[Labelled]] = [
            [(T("staff.button.complaint_open", number=case.complaint.number), case.press(Verb.COMPLAINT))]
            for case in shown_
        ]
        return self.cards.page(lines, tongue, [*rows, *_turning(clinic.no, pile, place, len(cases))])

    def one(self, case: Case, today: date, tongue: Language, *more: T) -> Screen:
        """One complaint as it stands: nothing of who wrote it, and what can be done next."""
        return self.cards.page([*more, *_standing(case, today)], tongue, self._rows(case))

    def read(self, case: Case, tongue: Language) -> tuple[Screen, ...]:
        """Who complains and of what, but what may not go abroad; the words stand by themselves."""
        complaint, fields = case.complaint, self.cards.fields
        shown_ = {
            "name": T("complaint_office.name", name=complaint.full_name),
            "address": T("complaint_office.address", address=complaint.postal_address),
            "phone": T("complaint_office.phone", phone=shown(complaint.phone)),
        }
        lines = [T("complaint_office.details", number=complaint.number)]
        lines += [line for name, line in shown_.items() if name in fields]
        if not {*shown_, "reason"} <= fields:
            lines.append(T("complaint_office.withheld"))
        lines.append(T("staff.details.logged"))
        screens = [self.cards.page(lines, tongue, [])]
        if "reason" in fields:
            screens.append(self.cards.page([T("complaint_office.words", words=complaint.words)], tongue, []))
        return tuple(screens)

    def feedback(self, clinic: Clinic, words: Sequence[T], tongue: Language) -> Screen:
        """What people wrote without a name, the newest first (G-60)."""
        lines = [T("complaint_office.feedback_head"), *(words or (T("queue.empty"),))]
        return self.cards.page(lines, tongue, [[_home(clinic.no)]])

    def bodies(self, case: Case, tongue: Language) -> Screen:
        """Asks whose number it is, where the complaint went to both."""
        codes = {body: code for code, body in BODY_CODES.items()}
        rows: list[list[Labelled]] = [
            [(T(f"complaint_office.body.{body}"), case.press(Verb.COMPLAINT_NUMBER, codes[body]))]
            for body in case.complaint.addressee.bodies
        ]
        lines = [T("complaint_office.ask_body", number=case.complaint.number)]
        return self.cards.page(lines, tongue, [*rows, [self._back(case)]])

    def words_asked(self, case: Case, asked: Asked, tongue: Language) -> Screen:
        """Asks to type a number, an answer, a ground, how the answer left, or one's own name."""
        number = case.complaint.number
        lines = [T(_question(case, asked), number=number, most=LONGEST_REASONS.value)]
        if asked.wanted is Wanted.NUMBER:
            lines.append(T(f"complaint_office.body.{BODY_CODES[asked.more['body']]}"))
        stop: Labelled = (T("staff.button.stop_typing"), case.press(Verb.COMPLAINT_STOP))
        return self.cards.page(lines, tongue, [[stop]])

    def decision(self, case: Case, asked: Asked, official: str, tongue: Language) -> Screen:
        """What will be answered, before it is: it cannot be taken back."""
        lines = [
            T(f"complaint_office.sure_{asked.wanted}", number=case.complaint.number),
            T("complaint_office.quoted", words=asked.more["words"]),
            T("complaint_office.signed_by", official=official),
            T("complaint_office.court_added"),
        ]
        again = Verb.COMPLAINT_ANSWER if asked.wanted is Wanted.ANSWER else Verb.COMPLAINT_REFUSE
        rows: list[list[Labelled]] = [
            [(T("staff.button.complaint_sure"), case.press(Verb.COMPLAINT_SURE, draft_key(asked)))],
            [(T("staff.button.complaint_reword"), case.press(again))],
            [(T("staff.button.stop_typing"), case.press(Verb.COMPLAINT_STOP))],
        ]
        return self.cards.page(lines, tongue, rows)

    def _rows(self, case: Case) -> list[list[Labelled]]:
        pile, office = case.pile, case.office
        every = office.forwarded_at is not None and all(
            office.body(one) is not None for one in case.complaint.addressee.bodies
        )
        offered = [
            [(True, "complaint_read", Verb.COMPLAINT_READ), (True, "complaint_file", Verb.COMPLAINT_FILE)],
            [(True, "complaint_slip", Verb.COMPLAINT_SLIP)],
            [(pile is Pile.FORWARD, "complaint_forward", Verb.COMPLAINT_SENT)],
            [(pile is Pile.NUMBER, "complaint_number", Verb.COMPLAINT_NUMBER)],
            [
                (
                    pile is Pile.EXAMINED,
                    "complaint_number_mend" if every else "complaint_number_more",
                    Verb.COMPLAINT_NUMBER,
                )
            ],
            [
                (
                    case.complaint.status is ComplaintStatus.REGISTERED,
                    "complaint_in_work",
                    Verb.COMPLAINT_WORK,
                )
            ],
            [(pile is Pile.EXAMINED, "complaint_answer", Verb.COMPLAINT_ANSWER)],
            [(pile is Pile.EXAMINED, "complaint_refuse", Verb.COMPLAINT_REFUSE)],
            [
                (
                    pile is Pile.DELIVER,
                    f"complaint_gone_{case.complaint.answer_way}",
                    Verb.COMPLAINT_GONE,
                )
            ],
            [(not case.complaint.status.is_final, "complaint_mine", Verb.COMPLAINT_MINE)],
        ]
        rows: list[list[Labelled]] = [
            [(T(f"staff.button.{name}"), case.press(verb)) for allowed, name, verb in row if allowed]
            for row in offered
        ]
        return [*(row for row in rows if row), [_home(case.clinic.no)]]

    def _back(self, case: Case) -> Labelled:
        return T("staff.button.back"), case.press(Verb.COMPLAINT)


def _standing(case: Case, today: date) -> Iterable[T]:
    complaint = case.complaint
    filed = case.clinic.local(complaint.filed_at)
    yield T(
        "complaint_office.one",
        number=complaint.number,
        status=T(f"complaint_office.status.{complaint.status}"),
    )
    yield T("complaint_office.filed", at=filed, way=T(f"complaint_office.way.{complaint.way}"))
    yield T("complaint_office.service", service=service_words(complaint))
    if case.about:
        yield T("complaint_paper.about", number=case.about)
    yield T("complaint_office.to", to=T(f"complaint_office.to.{complaint.addressee}"))
    yield T("complaint_office.answer_by", way=T(f"complaint_office.by.{complaint.answer_way}"))
    if case.files:
        yield T("complaint_office.files", count=case.files)
    if complaint.official:
        yield T("complaint_office.accepted", official=complaint.official)
    yield from _progress(case, today)


def _progress(case: Case, today: date) -> Iterable[T]:
    office, is_final = case.office, case.complaint.status.is_final
    if office.forwarded_on is None:
        late = "_late" if today > office.forward_due else ""
        yield T(f"complaint_office.forward_by{late}", day=office.forward_due)
    else:
        yield T("complaint_office.forwarded", day=office.forwarded_on)
    for body, said in office.bodies:
        yield T(
            "complaint_mark.body",
            body=T(f"complaint_office.body.{body}"),
            number=said.number,
            day=said.day,
        )
    if office.answer_due is not None and not is_final:
        late = "_late" if today > office.answer_due else ""
        yield T(f"complaint_office.answer_due{late}", day=office.answer_due)
    if office.decision is not None:
        yield T("complaint_office.decided", day=office.decision.day, official=office.decision.official)
    if office.delivered_on is not None:
        yield _left(case.complaint, office.delivered_on, office.delivery)


def _left(complaint: Complaint, on: date, delivery: Delivery | None) -> T:
    """How the answer left; its note is empty where there was none, or once it was kept long enough."""
    if delivery is None or not delivery.note:
        return T("complaint_office.left_unnoted", day=on)
    return T(f"complaint_office.left_{complaint.answer_way}", day=on, note=delivery.note)


def _line(case: Case, today: date) -> T:
    values: dict[str, Value] = {"number": case.complaint.number, "service": service_words(case.complaint)}
    if case.due_on is None:
        return T("complaint_office.line", **values)
    key = "complaint_office.line_late" if today > case.due_on else "complaint_office.line_due"
    return T(key, **values, day=case.due_on)


def _question(case: Case, asked: Asked) -> str:
    if asked.wanted is Wanted.NAME and asked.more:
        return "complaint_office.ask_name_first"
    if asked.wanted is Wanted.DELIVERY:
        return f"complaint_office.ask_delivery_{case.complaint.answer_way}"
    return f"complaint_office.ask_{asked.wanted}"


def _turning(clinic_no: int, pile: Pile, place: int, count: int) -> list[list[Labelled]]:
    turning = turned(place, count, SHOWN, lambda to: _pile_press(clinic_no, pile, to))
    return [*turning, [_home(clinic_no)]]


def _home(clinic_no: int) -> Labelled:
    return T("staff.button.complaints"), _home_press(clinic_no)


def _home_press(clinic_no: int) -> str:
    return str(Press(NO_REQUEST, clinic_no, Verb.COMPLAINTS))


def _pile_press(clinic_no: int, pile: Pile, place: int) -> str:
    return str(Press(NO_REQUEST, clinic_no, Verb.COMPLAINT_PILE, (pile.value, str(place))))


def draft_key(asked: Asked) -> str:
    """What ties a button to the words that were shown over it, and to no others."""
    return hashlib.sha256(f"{asked.wanted}:{asked.more['words']}".encode()).hexdigest()[:10]


def is_a_decision(asked: Asked) -> bool:
    """True if what was typed is the draft of an answer or of a refusal to examine."""
    return asked.wanted in DECISIONS and "words" in asked.more
