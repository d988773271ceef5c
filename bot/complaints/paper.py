"""A complaint on paper, entered by the office: its fields in order, each read as it is typed (CO-03, CO-04).

Nothing here does I/O. What must be on the paper by law is asked for by name; nothing of it can be left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from bot.channels.screens import Screen
from bot.complaints.typing import Asked, Wanted
from bot.staff.cards import Cards, Labelled
from bot.staff.press import NO_REQUEST, Press, Verb
from dialogs.engine import T
from dialogs.engine.words import Value
from rules.complaint_terms import BadEntry, EntryFault, read_day
from rules.complaints import (
    LONGEST_ADDRESS,
    LONGEST_WORDS,
    SHORTEST_ADDRESS,
    SHORTEST_WORDS,
    Addressee,
    AnswerWay,
    Field,
    FilingWay,
    missing_fields,
)
from rules.iin import BadIin, Iin
from rules.law import rule
from rules.people import Language
from rules.phone import shown
from rules.request_number import BadNumber, RequestNumber

NONE: Final = "none"
"""On the button by which a complaint is about no particular request."""

BACK: Final = "back"
DONE: Final = "done"

_PAPER_DAYS: Final = 366
"""How old a paper may be that is entered today; our judgement."""
_NAME: Final = re.compile(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){1,4}")
_LONGEST_NAME: Final = 120
_PHONE_DIGITS: Final = (10, 11)


class Step(StrEnum):
    """One field of the paper, in the order in which they are asked."""

    WAY = "way"
    RECEIVED = "received"
    IIN = "iin"
    NAME = "name"
    ADDRESS = "address"
    PHONE = "phone"
    TO = "to"
    ANSWER = "answer"
    REQUEST = "request"
    WORDS = "words"


_CHOICES: Final[Mapping[Step, tuple[str, ...]]] = {
    Step.WAY: (FilingWay.BY_HAND.value, FilingWay.POST.value),
    Step.TO: tuple(Addressee),
    Step.ANSWER: tuple(AnswerWay),
    Step.REQUEST: (NONE,),
}
_LAW: Final = {
    Field.ADDRESSEE: Step.TO,
    Field.NAME: Step.NAME,
    Field.IIN: Step.IIN,
    Field.POSTAL_ADDRESS: Step.ADDRESS,
    Field.PHONE: Step.PHONE,
    Field.WORDS: Step.WORDS,
}


class BadField(ValueError):
    """What was typed into a field cannot be kept; ``why`` ends the key of the words for it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def next_step(asked: Asked) -> Step | None:
    """The field that is asked for now, None once the paper is whole."""
    return next((step for step in Step if step not in asked.more), None)


@rule("CO-03", "CO-04", "X-34")
def filled(asked: Asked, step: Step, text: str, today: date) -> Asked:
    """The paper with this field as it was typed. Raises BadField, which says what is wrong with it."""
    reading = _READ.get(step)
    if reading is None:
        raise BadField("choose")
    return asked.adding(**{step.value: reading(text, today)})


def chosen(asked: Asked, step: Step, choice: str) -> Asked:
    """The paper with this field as it was pressed. Raises BadField for what was never offered."""
    if choice not in _CHOICES.get(step, ()):
        raise BadField("choose")
    return asked.adding(**{step.value: choice})


def stepped_back(asked: Asked) -> Asked:
    """The paper without the field that was filled in last."""
    last = next((step for step in reversed(Step) if step in asked.more), None)
    return asked if last is None else asked.without(last.value)


@rule("CO-04")
def first_missing(asked: Asked) -> Step | None:
    """The first field of the law that is empty, None if nothing bars registration."""
    kept = {field: asked.more.get(step.value, "") for field, step in _LAW.items()}
    missing = missing_fields(kept)
    return _LAW[missing[0]] if missing else None


@dataclass(frozen=True, slots=True)
class PaperPages:
    """Draws the form as it is filled in."""

    cards: Cards

    def asked(self, asked: Asked, tongue: Language, *first: T) -> Screen:
        """The next field, or the whole paper with the button that registers it."""
        step = next_step(asked)
        if step is None:
            return self._whole(asked, tongue, first)
        values: dict[str, Value] = {"least": SHORTEST_WORDS.value, "most": LONGEST_WORDS.value}
        rows: list[list[Labelled]] = [
            [(T(f"complaint_paper.{step}_{choice}"), _press(asked, step.value, choice))]
            for choice in _CHOICES.get(step, ())
        ]
        lines = [*first, T(f"complaint_paper.ask_{step}", **values)]
        return self.cards.page(lines, tongue, [*rows, *_ways_out(asked)])

    def _whole(self, asked: Asked, tongue: Language, first: tuple[T, ...]) -> Screen:
        """What will be registered, but what may not go abroad; the words of it were typed just above."""
        more, fields = asked.more, self.cards.fields
        lines = [*first, T("complaint_paper.check")]
        lines.append(T(f"complaint_paper.way_{more['way']}"))
        lines.append(T("complaint_paper.received", day=date.fromisoformat(more["received"])))
        if "name" in fields:
            lines.append(T("complaint_office.name", name=more["name"]))
        if "address" in fields:
            lines.append(T("complaint_office.address", address=more["address"]))
        if "phone" in fields:
            lines.append(T("complaint_office.phone", phone=shown(more["phone"])))
        lines.append(T("complaint_office.to", to=T(f"complaint_office.to.{more['to']}")))
        lines.append(T("complaint_office.answer_by", way=T(f"complaint_office.by.{more['answer']}")))
        if more["request"] != NONE:
            lines.append(T("complaint_paper.about", number=more["request"]))
        lines.append(T("complaint_paper.letters", count=len(more["words"])))
        done: Labelled = (T("staff.button.complaint_register"), _press(asked, DONE))
        return self.cards.page(lines, tongue, [[done], *_ways_out(asked)])


def begun(clinic_no: int) -> Asked:
    """An empty paper."""
    return Asked(Wanted.PAPER, clinic_no=clinic_no)


def _ways_out(asked: Asked) -> list[list[Labelled]]:
    back: Labelled = (T("staff.button.back"), _press(asked, BACK))
    stop: Labelled = (
        T("staff.button.complaint_leave"),
        str(Press(NO_REQUEST, asked.clinic_no, Verb.COMPLAINT_STOP)),
    )
    return [[back, stop]] if asked.more else [[stop]]


def _press(asked: Asked, *args: str) -> str:
    return str(Press(NO_REQUEST, asked.clinic_no, Verb.COMPLAINT_FIELD, args))


# How each field is read.


def _received(text: str, today: date) -> str:
    try:
        day = read_day(text, date.fromordinal(today.toordinal() - _PAPER_DAYS), today)
    except BadEntry as bad:
        raise BadField("future" if bad.fault is EntryFault.FUTURE else "received") from bad
    return day.isoformat()


def _iin(text: str, today: date) -> str:
    del today
    try:
        return Iin.parse(text).digits
    except BadIin as bad:
        raise BadField("iin") from bad


def _name(text: str, today: date) -> str:
    del today
    name = " ".join(text.split())
    if len(name) > _LONGEST_NAME or _NAME.fullmatch(name) is None:
        raise BadField("name")
    return name


def _address(text: str, today: date) -> str:
    del today
    address = " ".join(text.split())
    if not SHORTEST_ADDRESS.value <= len(address) <= LONGEST_ADDRESS.value:
        raise BadField("address")
    return address


def _phone(text: str, today: date) -> str:
    """A contact phone may be a landline: nothing secret goes there."""
    del today
    digits = "".join(one for one in text if one.isdecimal())
    if len(digits) not in _PHONE_DIGITS or (len(digits) == _PHONE_DIGITS[1] and digits[0] not in "78"):
        raise BadField("phone")
    return f"+7{digits[-10:]}"


def _request(text: str, today: date) -> str:
    del today
    try:
        return str(RequestNumber.parse(text))
    except BadNumber as bad:
        raise BadField("request") from bad


def _words(text: str, today: date) -> str:
    del today
    words = text.strip()
    if sum(one.isalnum() for one in words) < SHORTEST_WORDS.value:
        raise BadField("words_short")
    if len(words) > LONGEST_WORDS.value:
        raise BadField("words_long")
    return words


_READ: Final[Mapping[Step, Callable[[str, date], str]]] = {
    Step.RECEIVED: _received,
    Step.IIN: _iin,
    Step.NAME: _name,
    Step.ADDRESS: _address,
    Step.PHONE: _phone,
    Step.REQUEST: _request,
    Step.WORDS: _words,
}
