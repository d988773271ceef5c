"""The survey: who is asked about what has ended, and how many gave which grade.

An answer only adds one to two sums, in the transaction that closes the question: no row says who gave it.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from rules.days import COUNTRY_ZONE
from rules.people import Language
from rules.public_services import PublicService
from rules.survey import (
    ASKED_AFTER,
    ASKED_WITHIN,
    OPEN_FOR,
    Grade,
    Shares,
    SurveyMonth,
    SurveyQuestion,
    month_of,
    open_until,
    visits_left_until,
)
from storage.addresses import Address, stored_key
from storage.database import Reader, Row, Tx
from storage.instants import instant, micros
from storage.keys import CannotOpen

Matter: TypeAlias = Literal["request", "centre", "training"]
State: TypeAlias = Literal["asked", "later", "answered", "declined"]

MOST_AT_ONCE: Final = 50

INVITATION: Final = "survey"
"""The kind of what asks, in the chat and by SMS: it leaves by day, and never at the cost of a code."""

_ADDRESS: Final = "requests.address"
_REMEMBERED: Final = OPEN_FOR.delta + timedelta(days=23)
"""How long a reply by SMS is still told that it comes too late; afterwards it is not understood."""


@dataclass(frozen=True, slots=True, repr=False)
class Ended:
    """What has ended and was not asked about yet; `told_at` is where its asker is told."""

    matter: Matter
    matter_id: int
    person_id: int | None
    number: str
    service: PublicService
    clinic_no: int
    told_at: Address
    locale: Language
    status: str
    ended_at: datetime

    def __repr__(self) -> str:
        return f"Ended({self.matter}, {self.matter_id}, {self.status})"


@dataclass(frozen=True, slots=True)
class Survey:
    """One invitation; `chat` is None where it went by SMS, `clinic_no` is `NO_CLINIC` where no clinic is.

    `month` is the one its answers are counted in.
    """

    id: int
    matter: Matter
    matter_id: int
    number: str
    service: PublicService
    clinic_no: int
    month: str
    chat: str | None
    locale: Language
    state: State
    asked_at: datetime
    open_until: datetime
    wrote_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """True while an answer counts."""
        return self.state != "answered" and now < self.open_until


async def ended(reader: Reader, now: datetime, most: int = MOST_AT_ONCE) -> tuple[Ended, ...]:
    """What ended an hour ago or more, and not so long ago that nobody remembers; the first first.

    A row that no key of the ring opens is left out: it stops no other (S45).
    """
    until = now - ASKED_AFTER.delta
    bound = {
        "since": micros(until - ASKED_WITHIN.delta),
        "until": micros(until),
        "visits_until": micros(visits_left_until(now, COUNTRY_ZONE)),
        "most": most,
    }
    found = []
    for row in await reader.rows("surveys_ended", **bound):
        with suppress(CannotOpen):
            found.append(_ended(reader, row))
    return tuple(found)


async def ask(tx: Tx, over: Ended, now: datetime) -> Survey | None:
    """Note that this is asked about. What if it runs twice: None, and nothing changes."""
    month = month_of(over.ended_at)
    made = await tx.rows(
        "survey_ask",
        id=tx.ids.new(),
        matter=over.matter,
        matter_id=over.matter_id,
        person_id=over.person_id,
        number=over.number,
        service=over.service.value,
        clinic_no=over.clinic_no,
        month=month,
        chat=over.told_at.key if over.told_at.channel == "telegram" else None,
        locale=over.locale,
        now=micros(now),
        open_until=micros(open_until(now, month)),
    )
    return await by_id(tx, made[0][0]) if made else None


async def by_id(reader: Reader, survey_id: int) -> Survey | None:
    """The invitation under that id; None for one that was kept long enough, or erased."""
    row = await reader.row("survey_by_id", id=survey_id)
    return None if row is None else _survey(row)


async def asked_by_sms(reader: Reader, phone: Address, now: datetime) -> tuple[Survey, ...]:
    """What that phone was asked by SMS, closed ones too, the newest first."""
    bound = {"address_key": stored_key(reader.keys, phone), "since": micros(now - _REMEMBERED)}
    return tuple(_survey(row) for row in await reader.rows("surveys_by_sms", **bound))


def sms_key(survey_id: int) -> str:
    """The one place in the outbox of the SMS that asks."""
    return f"survey:{survey_id}"


async def count(tx: Tx, survey: Survey, grades: Mapping[SurveyQuestion, Grade], now: datetime) -> bool:
    """Count the answer to every question. False if there was one before, or it is closed."""
    if not await tx.rows("survey_end", id=survey.id, state="answered", now=micros(now)):
        return False
    add(tx, survey.month, survey.service, survey.clinic_no, grades)
    return True


def add(
    tx: Tx, month: str, service: PublicService, clinic_no: int, grades: Mapping[SurveyQuestion, Grade]
) -> None:
    """Add one answer to the sums of that month. Twice: it counts twice, so whoever calls sees to that."""
    place = {"month": month, "service": service.value, "clinic_no": clinic_no}
    for question, grade in grades.items():
        tx.later("survey_count", **place, question=question.value, grade=grade.value)


async def decline(tx: Tx, survey_id: int, now: datetime) -> bool:
    """Note that they will not answer. Twice, or answered, or closed: False."""
    return bool(await tx.rows("survey_end", id=survey_id, state="declined", now=micros(now)))


async def put_off(tx: Tx, survey_id: int, now: datetime) -> bool:
    """Note that they want to be asked once more. False for the second time, or once it is closed."""
    return bool(await tx.rows("survey_later", id=survey_id, now=micros(now)))


async def wrote(tx: Tx, survey_id: int, now: datetime) -> bool:
    """Note that they wrote a word beside their answer. What if it runs twice: False."""
    return bool(await tx.rows("survey_wrote", id=survey_id, now=micros(now)))


async def month(reader: Reader, name: str) -> SurveyMonth:
    """All answers of that month ("2026-11")."""
    cells: dict[tuple[PublicService, int], dict[tuple[SurveyQuestion, Grade], int]] = {}
    for service, clinic_no, question, grade, answers in await reader.rows("survey_counts_of", month=name):
        counts = cells.setdefault((PublicService(service), clinic_no), {})
        counts[SurveyQuestion(question), Grade(grade)] = answers
    return SurveyMonth(name, {place: Shares(counts) for place, counts in cells.items()})


async def months(reader: Reader) -> tuple[str, ...]:
    """Every month in which anything was answered, the newest first."""
    return tuple(row[0] for row in await reader.rows("survey_months"))


def _ended(reader: Reader, row: Row) -> Ended:
    matter, row_id, person_id, number, service, clinic_no, channel, key, sealed, locale, status, at = row
    address = key if sealed is None else reader.keys.open(_ADDRESS, row_id, sealed)
    return Ended(
        matter=matter,
        matter_id=row_id,
        person_id=person_id,
        number=number,
        service=PublicService(service),
        clinic_no=clinic_no,
        told_at=Address(channel, address),
        locale="ru" if locale == "ru" else "kk",
        status=status,
        ended_at=instant(at),
    )


def _survey(row: Row) -> Survey:
    fields = list(row)
    fields[4] = PublicService(fields[4])
    fields[8] = "ru" if fields[8] == "ru" else "kk"
    fields[10:] = (instant(at) for at in fields[10:])
    return Survey(*fields)
