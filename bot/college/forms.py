"""What the college's staff are asked to type: each form with its fields in order, and how each is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Final

from rules.days import BadDay, DayFault, read_birth_date
from rules.iin import BadIin, Iin
from rules.training import STORY_LEAST, STORY_MOST

LONGEST: Final = 120
"""Characters of a name, a number or an issuer; our judgement."""
LONGEST_DEBT: Final = 500
_MOST_TENGE: Final = 10_000_000
"""More than any price list of a college asks for one sheet of paper; our judgement."""

_AMOUNT: Final = re.compile(r"([0-9][0-9 \u00a0]{0,12})(?:[.,]00?)?\s*(?:\D{1,6})?", re.ASCII)
_LETTER: Final = re.compile(r"[^\W\d_]")


class Form(StrEnum):
    """What is typed about a request; the name is that of its words."""

    NOTICE = "notice"
    SCAN = "scan"
    PAYMENT = "payment"
    DECISION_HEAD = "decision_head"
    DECISION_ACTING = "decision_acting"
    RESOLUTION = "resolution"
    SIGNED_HEAD = "signed_head"
    SIGNED_DEPUTY = "signed_deputy"
    SIGNED_BOTH = "signed_both"
    NUMBER = "number"
    IN_PERSON = "in_person"
    ATTORNEY = "attorney"
    ATTORNEY_SCAN = "attorney_scan"
    DEBT = "debt"
    NAME_CHANGE = "name_change"
    INTAKE = "intake"
    STORY = "story"


PICTURES: Final = frozenset({Form.SCAN, Form.ATTORNEY_SCAN})
"""What is answered with a photo or a document, and not with words."""


class FieldFault(StrEnum):
    """Why what was typed cannot be read; the words are in the catalogues."""

    EMPTY = "empty"
    NO_NUMBER = "no_number"
    TOO_LONG = "too_long"
    NO_NAME = "no_name"
    NO_DAY = "no_day"
    IN_THE_FUTURE = "in_the_future"
    NO_AMOUNT = "no_amount"
    NO_IIN = "no_iin"
    STORY_SHORT = "story_short"
    STORY_LONG = "story_long"


class BadField(ValueError):
    """A field cannot be read; says only why, never the text."""

    def __init__(self, code: FieldFault) -> None:
        super().__init__(code.value)
        self.code = code


def fields_of(form: Form) -> tuple[str, ...]:
    """The fields in the order in which they are asked for."""
    return _FIELDS[form]


def read(field: str, text: str, today: date) -> str:
    """The value of a field as it is kept, whatever the form. Raises BadField."""
    return _READ[field](text.strip(), today)


def _words(text: str, today: date) -> str:
    del today
    words = " ".join(text.split())
    if not any(letter.isalnum() for letter in words):
        raise BadField(FieldFault.EMPTY)
    if len(words) > LONGEST:
        raise BadField(FieldFault.TOO_LONG)
    return words


def _name(text: str, today: date) -> str:
    words = _words(text, today)
    if len(_LETTER.findall(words)) < 2 or any(letter.isdigit() for letter in words):
        raise BadField(FieldFault.NO_NAME)
    return words


def _number(text: str, today: date) -> str:
    words = _words(text, today)
    if not any(letter.isdigit() for letter in words):
        raise BadField(FieldFault.NO_NUMBER)
    return words


def _day(text: str, today: date) -> str:
    try:
        return read_birth_date(text, today).isoformat()
    except BadDay as bad:
        future = bad.fault is DayFault.FUTURE
        raise BadField(FieldFault.IN_THE_FUTURE if future else FieldFault.NO_DAY) from bad


def _amount(text: str, today: date) -> str:
    del today
    found = _AMOUNT.fullmatch(text)
    tenge = 0 if found is None else int(re.sub(r"\D", "", found[1]))
    if not 0 < tenge <= _MOST_TENGE:
        raise BadField(FieldFault.NO_AMOUNT)
    return str(tenge)


def _iin(text: str, today: date) -> str:
    del today
    try:
        return Iin.parse(text).digits
    except BadIin as bad:
        raise BadField(FieldFault.NO_IIN) from bad


def _debt(text: str, today: date) -> str:
    del today
    words = " ".join(text.split())
    if not any(letter.isalnum() for letter in words):
        raise BadField(FieldFault.EMPTY)
    if len(words) > LONGEST_DEBT:
        raise BadField(FieldFault.TOO_LONG)
    return words


def _story(text: str, today: date) -> str:
    del today
    words = text.strip()
    if sum(letter.isalnum() for letter in words) < STORY_LEAST.value:
        raise BadField(FieldFault.STORY_SHORT)
    if len(words) > STORY_MOST.value:
        raise BadField(FieldFault.STORY_LONG)
    return words


_READ: Final[Mapping[str, Callable[[str, date], str]]] = {
    "periodical": _words,
    "number": _number,
    "on": _day,
    "amount": _amount,
    "name": _name,
    "head": _name,
    "deputy": _name,
    "document": _number,
    "attorney": _number,
    "issuer": _words,
    "words": _debt,
    "certificate": _number,
    "iin": _iin,
    "story": _story,
}

_FIELDS: Final[Mapping[Form, tuple[str, ...]]] = {
    Form.NOTICE: ("periodical", "number", "on"),
    Form.SCAN: (),
    Form.PAYMENT: ("amount", "on"),
    Form.DECISION_HEAD: ("on",),
    Form.DECISION_ACTING: ("on",),
    Form.RESOLUTION: ("name",),
    Form.SIGNED_HEAD: ("head",),
    Form.SIGNED_DEPUTY: ("deputy",),
    Form.SIGNED_BOTH: ("head", "deputy"),
    Form.NUMBER: ("number",),
    Form.IN_PERSON: ("document",),
    Form.ATTORNEY: ("name", "document", "attorney", "on", "issuer"),
    Form.ATTORNEY_SCAN: (),
    Form.DEBT: ("words",),
    Form.NAME_CHANGE: ("certificate",),
    Form.INTAKE: ("iin",),
    Form.STORY: ("story",),
}
