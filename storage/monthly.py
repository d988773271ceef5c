"""What the figures of a month are counted from: the requests of a clinic with their steps, page by page.

Only codes and instants are read: nothing personal, nothing sealed.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from storage.database import Reader, Row
from storage.instants import day_text, instant, micros
from storage.journal import Period, Register

PAGE: Final = 100
"""How many requests are read at once: what counting holds in memory."""

NOTED_WITHIN: Final = timedelta(days=14)
"""By then every visit has an outcome: by staff, or by the clock on the day after it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One mark of a request: the status it led to, when (aware), and a code that says more."""

    status: str
    at: datetime
    note: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it is counted; its first step is its registration. Instants are aware."""

    service: str
    registered_at: datetime
    answer_due: datetime | None
    ground: str | None
    steps: tuple[Step, ...]


async def requests_of(reader: Reader, period: Period, now: datetime) -> AsyncIterator[Asked]:
    """Every request that was registered in the period of a clinic's contacts, as it stood at ``now``."""
    after = (micros(period.since), 0, 0)
    # What comes later is not of this moment, so that the same file is made however often it is tried.
    until = min(micros(period.until), micros(now) + 1)
    while rows := await reader.rows(
        "monthly_page",
        clinic_no=period.clinic_no,
        until=until,
        now=micros(now),
        after_at=after[0],
        after_year=after[1],
        after_no=after[2],
        most=PAGE,
    ):
        for _, of_request in groupby(rows, key=lambda row: row[3]):
            yield _asked(list(of_request))
        after = (rows[-1][0], rows[-1][1], rows[-1][2])
        # A short statement runs on the loop itself: between two pages whoever writes to us is answered.
        await asyncio.sleep(0)


async def appointments_of(
    reader: Reader, clinic_no: int, first: date, last: date, zone: ZoneInfo
) -> Mapping[str, int]:
    """How many visits of these days (both within) stand at each status that says who came."""
    period = Period.of_days(clinic_no, Register.APPOINTMENTS, first, last, zone)
    rows = await reader.rows(
        "monthly_appointments",
        clinic_no=clinic_no,
        since=micros(period.since),
        noted_until=micros(period.until + NOTED_WITHIN),
        first=day_text(first),
        last=day_text(last),
    )
    return {row[0]: row[1] for row in rows}


def _asked(rows: Sequence[Row]) -> Asked:
    first = rows[0]
    return Asked(
        service=first[4],
        registered_at=instant(first[0]),
        answer_due=instant(first[5]),
        ground=first[6],
        steps=tuple(Step(row[7], instant(row[8]), row[9]) for row in rows),
    )
