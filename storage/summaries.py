"""How a clinic's day stands, in numbers: what is counted is not opened."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from storage.database import Reader
from storage.instants import day, micros

DUE: Final = "feed_summary"
"""Due kind, subject a clinic: its group is told how the day stands."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many open requests of a service stand so; ``late`` of them are past the term of their answer."""

    service: str
    status: str
    visit_day: date | None
    count: int
    late: int


async def counted(reader: Reader, clinic_no: int, now: datetime) -> tuple[Counted, ...]:
    """The clinic's open requests by service, status and day of the visit."""
    rows = await reader.rows("summary_counts", clinic_no=clinic_no, now=micros(now))
    return tuple(Counted(row[0], row[1], day(row[2]), row[3], int(row[4] or 0)) for row in rows)
