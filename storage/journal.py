"""The official journals: every step of a request entered under a number, never changed, never left out.

A number is taken in the transaction of the step it is for, so what is rolled back gives its number back, and
whoever enters at the same time waits: on SQLite for the one writer, on PostgreSQL for the counter's row.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from rules.days import COUNTRY_ZONE
from rules.law import rule
from storage.database import Reader, Row, Tx
from storage.instants import day, instant, micros
from storage.keys import KeyRing
from storage.people import Card, opened_card

PAGE: Final = 500
"""How many entries are read at once: what an export holds in memory."""


class Register(StrEnum):
    """The four journals of a clinic (Almaty decree № 3/561 of 2013, home call cl. 1, 8; appointment cl. 8;
    attachment cl. 1).
    """

    HOME_CALLS = "home_calls"
    APPOINTMENTS = "appointments"
    ATTACHMENTS = "attachments"
    CONTACTS = "contacts"


@dataclass(frozen=True, slots=True)
class Period:
    """From one instant (aware) up to another, which is outside; of one clinic's one journal."""

    clinic_no: int
    register: Register
    since: datetime
    until: datetime

    @classmethod
    def of_days(cls, clinic_no: int, register: Register, first: date, last: date, zone: ZoneInfo) -> "Period":
        """Whole days of the clinic's zone, both within. Raises OverflowError for the end of time."""
        since = datetime.combine(first, datetime.min.time(), zone)
        until = datetime.combine(date.fromordinal(last.toordinal() + 1), datetime.min.time(), zone)
        return cls(clinic_no, register, since, until)

    @property
    def named(self) -> dict[str, object]:
        """The period as statements take it."""
        return {
            "clinic_no": self.clinic_no,
            "register": self.register.value,
            "since": micros(self.since),
            "until": micros(self.until),
        }


@dataclass(frozen=True, slots=True)
class Span:
    """The numbers of one year that a period has: `count` is less only if others lie between them."""

    year: int
    first: int
    last: int
    count: int


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """One line of a journal, opened: what the step led to, and what it left of the request, as it was then.

    `details` and `card` are the request's own and its patient's; empty and None once they were erased. A case
    of the desk that came to no request has no `request_id`: its outcome is the `status`.
    """

    year: int
    no: int
    at: datetime
    request_id: int | None
    status: str
    actor: str
    note_code: str | None
    number: str
    service: str
    channel: str
    details: Mapping[str, Any]
    card: Card | None
    visit_day: date | None
    ground: str | None
    doctor_no: str | None
    doctor_role: str | None
    doctor: str
    window_start: datetime | None
    window_end: datetime | None

    def __repr__(self) -> str:
        return f"Entry({self.year}, {self.no}, request {self.request_id})"


def take_number(tx: Tx, request_id: int, at: datetime) -> None:
    """Take the next number for a step that is about to be marked, and entered by `enter`.

    It goes before the mark: on PostgreSQL its lock also keeps two steps of a request apart.
    """
    tx.later("journal_number", request_id=request_id, year=year_of(at))


@rule("PI-06", "SEC-02")
def enter(tx: Tx, request_id: int, at: datetime) -> None:
    """Enter the step that was marked last under the number taken for it, in the journal of its service.

    What if it runs twice: the second breaks a UNIQUE, and the transaction is rolled back.
    """
    tx.later("journal_enter", id=tx.ids.new(), request_id=request_id, year=year_of(at), at=micros(at))


@rule("GEN-09", "AT-14")
def enter_first(tx: Tx, request_id: int, clinic_no: int, at: datetime) -> None:
    """Enter a request just registered, with its first mark: in its service's journal and among the contacts.

    What if it runs twice: as `enter`.
    """
    take_number(tx, request_id, at)
    enter(tx, request_id, at)
    year = year_of(at)
    tx.later("journal_number_contact", clinic_no=clinic_no, year=year)
    tx.later(
        "journal_enter_contact",
        id=tx.ids.new(),
        request_id=request_id,
        clinic_no=clinic_no,
        year=year,
        at=micros(at),
    )


@rule("GEN-09")
def enter_case(tx: Tx, case_id: int, clinic_no: int, ground: str | None, at: datetime) -> None:
    """Enter a case of the desk that came to no request among the contacts, with the ground of its refusal.

    What if it runs twice: as `enter`.
    """
    year = year_of(at)
    tx.later("journal_number_contact", clinic_no=clinic_no, year=year)
    named: dict[str, object] = {"case_id": case_id, "clinic_no": clinic_no, "ground": ground}
    tx.later("journal_enter_case", id=tx.ids.new(), year=year, at=micros(at), **named)


def year_of(at: datetime) -> int:
    """The year whose numbers are given then, as the country counts it: they begin anew each year (G-68)."""
    return at.astimezone(COUNTRY_ZONE).year


async def spans(reader: Reader, period: Period) -> tuple[Span, ...]:
    """The numbers the period has, a span for each year, the oldest first."""
    return tuple(Span(*row) for row in await reader.rows("journal_spans", **period.named))


async def page(
    reader: Reader, period: Period, year: int, after: int, last: int, most: int = PAGE
) -> tuple[Entry, ...]:
    """The next entries of that year after a number, up to `last`. Raises CannotOpen."""
    rows = await reader.rows("journal_page", **period.named, year=year, after=after, last=last, most=most)
    return tuple(_entry(reader.keys, row) for row in rows)


async def entries(reader: Reader, period: Period, of: Sequence[Span]) -> AsyncIterator[tuple[Entry, ...]]:
    """Every entry of these spans, by pages, in order of their numbers. Raises CannotOpen.

    What is entered meanwhile is left out: the spans say where it ends.
    """
    for span in of:
        after = span.first - 1
        while found := await page(reader, period, span.year, after, span.last):
            yield found
            after = found[-1].no


def _entry(keys: KeyRing, row: Row) -> Entry:
    request_id, sealed, person_id, card = row[3], row[10], row[11], row[12]
    details = None if sealed is None else keys.open("requests.details", request_id, sealed)
    return Entry(
        year=row[0],
        no=row[1],
        at=instant(row[2]),
        request_id=request_id,
        status=row[4],
        actor=row[5],
        note_code=row[6],
        number=row[7],
        service=row[8],
        channel=row[9],
        details={} if details is None else json.loads(details),
        card=None if card is None else opened_card(keys, person_id, card),
        visit_day=day(row[13]),
        ground=row[14],
        doctor_no=row[15],
        doctor_role=row[16],
        doctor=_doctor(keys, row),
        window_start=instant(row[19]),
        window_end=instant(row[20]),
    )


def _doctor(keys: KeyRing, row: Row) -> str:
    """The name as it was written down with the step; else the one that the clinic's list has."""
    if row[17] is not None:
        return keys.open("requests.doctor_name", row[3], row[17])
    return "" if row[18] is None else keys.open("doctors.full_name", row[15], row[18])
