"""When a citizen wants to come, as people type it: a day, a part of the day, a time, in either language.

The words of both languages are language data and come in as `WhenWords`; nothing here knows a letter of them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

_MOST_UNKNOWN: Final = 3
_HALF_A_YEAR: Final = timedelta(days=183)
_CLOCK: Final = re.compile(r"(?<![0-9.])([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?![0-9.])", re.ASCII)
_YEAR_FIRST: Final = re.compile(r"(?<![0-9])([0-9]{4})[./-]([0-9]{1,2})[./-]([0-9]{1,2})(?![0-9])", re.ASCII)
_DAY_FIRST: Final = re.compile(
    r"(?<![0-9])([0-9]{1,2})[./-]([0-9]{1,2})(?:[./-]([0-9]{4}|[0-9]{2}))?\.?(?![0-9])", re.ASCII
)
_NUMBERED: Final = re.compile(r"([0-9]{1,2})[-\u2010-\u2015]?([^\W\d]*)")
_AFTERNOON: Final = 12
_EVENING: Final = 17
_LAST_HOUR: Final = 23
# No clinic opens before: "at 3" is three in the afternoon.
_NIGHT_ENDS: Final = 7


class PartOfDay(StrEnum):
    """A part of the clinic's day, local time: until noon, until five, and after."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"

    @classmethod
    def of(cls, at: time) -> "PartOfDay":
        """The part that this time of day belongs to."""
        if at.hour < _AFTERNOON:
            return cls.MORNING
        return cls.AFTERNOON if at.hour < _EVENING else cls.EVENING


class WhenFault(StrEnum):
    """Why a text says no day that can be booked; the words for each live in the catalogues."""

    NOT_UNDERSTOOD = "not_understood"
    PAST = "past"
    NO_SUCH_DAY = "no_such_day"
    TOO_FAR = "too_far"


class BadWhen(ValueError):
    """The text says no day that can be booked; says only why, never the text."""

    def __init__(self, fault: WhenFault) -> None:
        super().__init__(f"not a day to come: {fault}")
        self.fault = fault

    @property
    def code(self) -> WhenFault:
        """The fault, under the name that every typed error of the house has."""
        return self.fault


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: any of it may be missing, but never all. `at` is the time, if one was said."""

    day: date | None = None
    part: PartOfDay | None = None
    at: time | None = None


class Saying(StrEnum):
    """What a word or a run of words can mean; weekdays and months have a number besides."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    AFTER_TOMORROW = "after_tomorrow"
    PAST = "past"
    IN_A_WEEK = "in_a_week"
    IN_DAYS = "in_days"
    IN_WEEKS = "in_weeks"
    NEXT = "next"
    WEEK = "week"
    WEEKDAY = "weekday"
    MONTH = "month"
    HOUR = "hour"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NOT = "not"
    NOISE = "noise"


NUMBER: Final = "0"
"""The word that stands in a spelling for whatever number was typed: "in 0 days"."""

Meaning: TypeAlias = tuple[Saying, int]
Fold: TypeAlias = Callable[[str], str]


class WhenWords:
    """How people say days, in all languages at once. Immutable.

    `spellings` gives each meaning its spellings: one or more words, `*` at the end of the last one standing
    for any ending. `fold` is how two spellings are compared.
    """

    __slots__ = ("_exact", "_longest", "_stems", "fold")

    def __init__(self, spellings: Mapping[Meaning, Sequence[str]], fold: Fold) -> None:
        self.fold: Final = fold
        # A number alone is told by its figures; its word only keeps its neighbours apart.
        self._exact: Final[dict[tuple[str, ...], Meaning]] = {(NUMBER,): (Saying.NOISE, 0)}
        self._stems: Final[dict[tuple[str, ...], Meaning]] = {}
        for meaning, many in spellings.items():
            for spelling in many:
                words = tuple(fold(spelling).split())
                (self._stems if spelling.endswith("*") else self._exact)[words] = meaning
        self._longest: Final = max((len(words) for words in (*self._exact, *self._stems)), default=0)

    def meanings(self, words: Sequence[str]) -> Iterator[Meaning | None]:
        """What each run of these folded words means, the longest runs first; None for an unknown word."""
        at = 0
        while at < len(words):
            length, meaning = self._run(words[at:])
            yield meaning
            at += length

    def _run(self, words: Sequence[str]) -> tuple[int, Meaning | None]:
        for length in range(min(self._longest, len(words)), 0, -1):
            meaning = self._meaning(tuple(words[:length]))
            if meaning is not None:
                return length, meaning
        return 1, None

    def _meaning(self, run: tuple[str, ...]) -> Meaning | None:
        if run in self._exact:
            return self._exact[run]
        fitting = [
            stem for stem in self._stems
            if stem[:-1] == run[:-1] and len(stem) == len(run) and run[-1].startswith(stem[-1])
        ]  # fmt: skip
        return self._stems[max(fitting, key=lambda stem: len(stem[-1]))] if fitting else None


def read_when(
    text: str, today: date, words: WhenWords, latest: date | None = None, earliest: date | None = None
) -> Wanted:
    """Read "tomorrow after noon", "Wednesday", "25.11", "25 November 14:30" in any language of `words`.

    `today` is the clinic's date; a day after `latest` is too far, one before `earliest`, which is today if
    nothing else is said, is past. A weekday is the next one that comes,
    today not counted; a date without a year is the nearest. Raises BadWhen.
    """
    reading = _Reading(today, words)
    reading.read(text)
    wanted = reading.wanted()
    if wanted.day is not None and wanted.day < (earliest or today):
        raise BadWhen(WhenFault.PAST)
    if wanted.day is not None and latest is not None and wanted.day > latest:
        raise BadWhen(WhenFault.TOO_FAR)
    return wanted


class _Reading:
    """One text being read: what it has said so far."""

    def __init__(self, today: date, words: WhenWords) -> None:
        self.today: Final = today
        self.words: Final = words
        self.days: set[date] = set()
        self.parts: set[PartOfDay] = set()
        self.times: set[time] = set()
        self.numbers: list[int] = []
        self.months: list[int] = []
        self.weekdays: list[int] = []
        self.said: set[Saying] = set()
        self.unknown = 0

    def read(self, text: str) -> None:
        rest = self._take_dates(self._take_times(text))
        names: list[str] = []
        for token in rest.split():
            numbered = _NUMBERED.fullmatch(token.strip(".,;!?()"))
            if numbered is None:
                names.append(token)
                continue
            self.numbers.append(int(numbered[1]))
            names.append(NUMBER)
            # "25-го" says no more than "25", while "25ноября" says the month.
            names.extend(name for name in [numbered[2]] if self._is_known(name))
        for meaning in self.words.meanings(self.words.fold(" ".join(names)).split()):
            self._note(meaning)

    def wanted(self) -> Wanted:
        self._judge()
        self._count_days()
        if len(self.days) > 1 or len(self.parts) > 1 or len(self.times) > 1:
            raise BadWhen(WhenFault.NOT_UNDERSTOOD)
        at = next(iter(self.times), None)
        part = next(iter(self.parts), None) or (None if at is None else PartOfDay.of(at))
        wanted = Wanted(next(iter(self.days), None), part, at)
        if wanted == Wanted():
            raise BadWhen(WhenFault.NOT_UNDERSTOOD)
        return wanted

    def _take_times(self, text: str) -> str:
        def take(found: re.Match[str]) -> str:
            hour, minute = int(found[1]), int(found[2])
            # "10.11" is a day; "14.30" cannot be one.
            if ":" not in found[0] and 1 <= minute <= 12 and hour >= 1:
                return found[0]
            self.times.add(time(hour, minute))
            return " "

        return _CLOCK.sub(take, _YEAR_FIRST.sub(self._take_year_first, text))

    def _take_year_first(self, found: re.Match[str]) -> str:
        self.days.add(_date(int(found[1]), int(found[2]), int(found[3])))
        return " "

    def _take_dates(self, text: str) -> str:
        def take(found: re.Match[str]) -> str:
            day_of_month, month = int(found[1]), int(found[2])
            if found[3] is None:
                self.days.add(self._nearest(month, day_of_month))
            else:
                self.days.add(_date(int(found[3]) % 100 + 2000, month, day_of_month))
            return " "

        return _DAY_FIRST.sub(take, text)

    def _is_known(self, name: str) -> bool:
        return bool(name) and any(self.words.meanings(self.words.fold(name).split()))

    def _note(self, meaning: Meaning | None) -> None:
        match meaning:
            case None:
                self.unknown += 1
            case Saying.WEEKDAY, weekday:
                self.weekdays.append(weekday)
            case Saying.MONTH, month:
                self.months.append(month)
            case (Saying.MORNING | Saying.AFTERNOON | Saying.EVENING) as part, _:
                self.parts.add(PartOfDay(part))
            case said, _:
                self.said.add(said)

    def _judge(self) -> None:
        if Saying.PAST in self.said:
            raise BadWhen(WhenFault.PAST)
        too_much = len(self.numbers) > 1 or len(self.months) > 1 or len(self.weekdays) > 1
        # A sentence that says more than a day may say "not on that day": better asked again than guessed.
        if too_much or Saying.NOT in self.said or self.unknown > _MOST_UNKNOWN:
            raise BadWhen(WhenFault.NOT_UNDERSTOOD)

    def _count_days(self) -> None:
        ahead = {days for said, days in _DAYS_AHEAD.items() if said in self.said}
        if self.weekdays and Saying.IN_A_WEEK in self.said:
            # "In a week, on Wednesday" is the Wednesday of next week.
            ahead.remove(_DAYS_AHEAD[Saying.IN_A_WEEK])
            self.said.add(Saying.NEXT)
        self.days |= {self.today + timedelta(days=days) for days in ahead}
        counted = next((said for said in _COUNTED if said in self.said), None)
        if counted is not None:
            self.days.add(self.today + timedelta(days=_COUNTED[counted] * self.numbers[0]))
        elif self.numbers:
            self._count_number(self.numbers[0])
        elif self.months:
            raise BadWhen(WhenFault.NOT_UNDERSTOOD)
        if self.weekdays:
            self._count_weekday(self.weekdays[0])
        elif Saying.WEEK in self.said and Saying.NEXT in self.said:
            self.days.add(self._monday + timedelta(days=7))

    @property
    def _monday(self) -> date:
        return self.today - timedelta(days=self.today.weekday())

    def _count_number(self, number: int) -> None:
        """A number beside a day, or beside the word for an hour, is a time; else a day of the month."""
        is_hour = Saying.HOUR in self.said or bool(self.days or self.weekdays)
        if is_hour and number <= _LAST_HOUR and not self.months:
            self._refuse_two_meanings(number)
            early = number < _NIGHT_ENDS or bool(self.parts - {PartOfDay.MORNING})
            self.times.add(time(number + 12 if early and number < _AFTERNOON else number))
        else:
            self.days.add(self._by_number(number))

    def _refuse_two_meanings(self, number: int) -> None:
        """ "Wednesday 2" may be two o'clock and may be the second, if that is a Wednesday: asked again."""
        if Saying.HOUR in self.said or self.parts or self.days or number == 0:
            return
        try:
            by_number = self._by_number(number)
        except BadWhen:
            return
        if by_number.isoweekday() in self.weekdays:
            raise BadWhen(WhenFault.NOT_UNDERSTOOD)

    def _count_weekday(self, weekday: int) -> None:
        """A weekday beside a date only repeats it: people write "Wednesday 25.11"."""
        if self.days:
            if {day.isoweekday() for day in self.days} != {weekday}:
                raise BadWhen(WhenFault.NOT_UNDERSTOOD)
            return
        if Saying.NEXT in self.said:
            self.days.add(self._monday + timedelta(days=6 + weekday))
            return
        ahead = (weekday - self.today.isoweekday()) % 7 or 7
        self.days.add(self.today + timedelta(days=ahead))

    def _by_number(self, number: int) -> date:
        if self.months:
            return self._nearest(self.months[0], number)
        month = self.today.replace(day=1)
        if number < self.today.day:
            month = (month + timedelta(days=31)).replace(day=1)
        return _date(month.year, month.month, number)

    def _nearest(self, month: int, day_of_month: int) -> date:
        """That date of this year or, if it is long past, of the next: in December January is to come."""
        day = _date(self.today.year, month, day_of_month)
        if self.today - day > _HALF_A_YEAR:
            return _date(self.today.year + 1, month, day_of_month)
        return day


_DAYS_AHEAD: Final[Mapping[Saying, int]] = {
    Saying.TODAY: 0,
    Saying.TOMORROW: 1,
    Saying.AFTER_TOMORROW: 2,
    Saying.IN_A_WEEK: 7,
}
_COUNTED: Final[Mapping[Saying, int]] = {Saying.IN_DAYS: 1, Saying.IN_WEEKS: 7}


def _date(year: int, month: int, day_of_month: int) -> date:
    try:
        return date(year, month, day_of_month)
    except ValueError:
        raise BadWhen(WhenFault.NO_SUCH_DAY) from None
