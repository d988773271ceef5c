"""The terms of a complaint: passed on within a working day, examined within fifteen, answered with reasons.

The clock of the law runs from the body's own registration, which only the body can prove (rules cl. 11, 12);
our number is the receipt of the office that took the complaint in. A longer examination is not provided for.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from rules.calendar import WorkingCalendar, add_working_days, is_office_day
from rules.complaints import AnswerWay
from rules.days import BadDay, DayFault, read_birth_date
from rules.law import Limit, rule
from rules.sources import centre_rules, house_default

EXAMINED_WITHIN: Final = Limit(15, "working_days", centre_rules("rules cl. 12"))
FORWARDED_WITHIN: Final = Limit(
    1, "working_days", house_default("X-33", "COMPLAINT_FORWARD_DAYS sets another")
)
ALARM_BEFORE: Final = Limit(3, "working_days", house_default("CO-06", "staff are told before the term ends"))
NUMBER_AWAITED: Final = Limit(3, "working_days", house_default("X-33", "the body's number is asked after"))
MOST_ASKED_AFTER: Final = Limit(3, "count", house_default("X-33", "how often it is asked after"))
ESCALATES_AFTER: Final = Limit(1, "working_days", house_default("CO-06", "after the head was told: the city"))

SENT_WITHIN: Final = Limit(1, "working_days", house_default("CO-07", "then an answer by post is asked after"))

SHORTEST_REASONS: Final = Limit(40, "count", house_default("CO-07", "letters of reasons that say something"))
FEWEST_WORDS: Final = Limit(6, "count", house_default("CO-07", "different words of such reasons"))
LONGEST_REASONS: Final = Limit(3000, "count", house_default("CO-07", "one message of Telegram holds them"))
LONGEST_NUMBER: Final = Limit(40, "count", house_default("X-33", "letters of a body's incoming number"))
LONGEST_RECIPIENT: Final = Limit(120, "count", house_default("CO-07", "to whom, or a tracking number"))

_WORD: Final = re.compile(r"[^\W\d_]+")
_DAY: Final = r"(?P<day>[0-9]{1,2}[.,/-][0-9]{1,2}[.,/-][0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2})"
_NUMBER_THEN_DAY: Final = re.compile(
    rf"(?:№\s*|N\s+)?(?P<number>\S.*?)(?:[\s,;]+от)?[\s,;]+{_DAY}\s*(?:г|ж|года|жылы|жылғы)?\.{{0,1}}",
    re.DOTALL | re.IGNORECASE,
)
_DAY_THEN_REST: Final = re.compile(rf"{_DAY}(?:[\s,;]+(?P<rest>.+))?", re.DOTALL)
_NUMBER: Final = re.compile(r"[^\W_](?:[\w./ №-]*[^\W_])?")


# The terms


@rule("X-33")
def forward_due(filed_on: date, calendar: WorkingCalendar, days: int = FORWARDED_WITHIN.value) -> date:
    """The last day on which the office may pass a complaint on; ``days`` is COMPLAINT_FORWARD_DAYS."""
    return add_working_days(filed_on, days, calendar)


@rule("CO-06", "E-13", "G-59")
def answer_due(registered_on: date, calendar: WorkingCalendar) -> date:
    """The last day of the examination: the day after the body's registration is the first of fifteen."""
    return add_working_days(registered_on, EXAMINED_WITHIN.value, calendar)


@rule("CO-06")
def alarm_day(due: date, calendar: WorkingCalendar, days: int = ALARM_BEFORE.value) -> date:
    """The working day after which just so many working days, the last one included, are left."""
    return working_days_before(due, days, calendar)


def working_days_before(day: date, count: int, calendar: WorkingCalendar) -> date:
    """The day from which ``add_working_days`` leads to ``day`` in so many steps, itself a working one."""
    left = count
    while left > 0:
        day -= timedelta(days=1)
        left -= is_office_day(day, calendar)
    return day


# The body's registration


class EntryFault(StrEnum):
    """Why what was typed cannot be kept; the words of each are in the catalogues."""

    FORM = "form"
    NUMBER = "number"
    NO_SUCH_DAY = "no_such_day"
    BEFORE = "before"
    FUTURE = "future"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"


_FAULTS: Final = {
    DayFault.NOT_A_DAY: EntryFault.FORM,
    DayFault.NO_SUCH_DAY: EntryFault.NO_SUCH_DAY,
    DayFault.FUTURE: EntryFault.FUTURE,
    DayFault.TOO_LONG_AGO: EntryFault.BEFORE,
}


class BadEntry(ValueError):
    """What was typed cannot be kept; says only why, never the text."""

    def __init__(self, fault: EntryFault) -> None:
        super().__init__(f"cannot be kept: {fault}")
        self.fault = fault

    @property
    def code(self) -> EntryFault:
        """The fault, under the name that every typed error of the house has."""
        return self.fault


@dataclass(frozen=True, slots=True)
class Registration:
    """The proof of cl. 11: the body's incoming number and its date."""

    number: str
    day: date


@rule("X-33", "CO-05")
def read_registration(text: str, filed_on: date, today: date) -> Registration:
    """Read "ЖТ-1234/26 23.11.2026", or "... от 23.11.2026 г.": the number, then the day. Raises BadEntry.

    No body registers what has not been filed yet, nor tomorrow. It may have registered what the office noted
    only later as passed on: the day of the stamp is the law's.
    """
    found = _NUMBER_THEN_DAY.fullmatch(text.strip())
    if found is None:
        raise BadEntry(EntryFault.FORM)
    number = " ".join(found["number"].split())
    if len(number) > LONGEST_NUMBER.value or not _NUMBER.fullmatch(number) or not _has_digit(number):
        raise BadEntry(EntryFault.NUMBER)
    return Registration(number, read_day(found["day"], filed_on, today))


def read_day(text: str, earliest: date, today: date) -> date:
    """Read a day between two, both included. Raises BadEntry."""
    try:
        day = read_birth_date(text, today)
    except BadDay as bad:
        raise BadEntry(_FAULTS[bad.fault]) from bad
    if day < earliest:
        raise BadEntry(EntryFault.BEFORE)
    return day


# The answer


@rule("CO-07", "G-63")
def read_reasons(text: str) -> str:
    """The reasons of an answer, or the ground on which examination is refused. Raises BadEntry.

    "Жоқ", "рассмотрено" or a row of dots is no reasoned answer: it has a length and different words.
    """
    words = "\n".join(" ".join(line.split()) for line in text.strip().splitlines()).strip()
    if len(words) > LONGEST_REASONS.value:
        raise BadEntry(EntryFault.TOO_LONG)
    found = _WORD.findall(words)
    letters = sum(map(len, found))
    different = len({word.casefold() for word in found})
    if letters < SHORTEST_REASONS.value or different < FEWEST_WORDS.value:
        raise BadEntry(EntryFault.TOO_SHORT)
    return words


@rule("G-63")
@dataclass(frozen=True, slots=True, repr=False)
class Decision:
    """An answer on the merits, or a refusal to examine: reasons or ground, day, official.

    The right to go to court stands in the words around it (CO-09). Raises BadEntry where one is missing.
    """

    words: str
    day: date
    official: str

    def __post_init__(self) -> None:
        if not self.official.strip() or read_reasons(self.words) != self.words:
            raise BadEntry(EntryFault.FORM)

    def __repr__(self) -> str:
        # A repr ends up in logs and tracebacks: nothing of what was answered.
        return f"Decision({self.day})"


@dataclass(frozen=True, slots=True, repr=False)
class Delivery:
    """How an answer left: the day, and a tracking number ("" without one) or who took it."""

    day: date
    note: str

    def __repr__(self) -> str:
        return f"Delivery({self.day})"


@rule("CO-07")
def read_delivery(text: str, way: AnswerWay, answered_on: date, today: date) -> Delivery:
    """Read "11.12.2026 RR123456789KZ" (post, the number optional) or "11.12.2026 Name" (by hand).

    Raises BadEntry.
    """
    found = _DAY_THEN_REST.fullmatch(text.strip())
    if found is None:
        raise BadEntry(EntryFault.FORM)
    note = " ".join((found["rest"] or "").split())
    if len(note) > LONGEST_RECIPIENT.value:
        raise BadEntry(EntryFault.TOO_LONG)
    if way is AnswerWay.HAND and len(_WORD.findall(note)) < 2:
        raise BadEntry(EntryFault.FORM)
    return Delivery(read_day(found["day"], answered_on, today), note)


def _has_digit(text: str) -> bool:
    return any(letter.isdecimal() for letter in text)
