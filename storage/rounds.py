"""A doctor's rounds: the visits of a day, and whether those noted as made took place."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from storage.database import Reader, Tx
from storage.instants import day, day_text, instant, micros

_COMPLAINT: Final = "visit_checks.complaint"
_LEFT_OVER_FOR: Final = timedelta(days=30)
"""How old a visit that was never made may be to stand on its doctor's page: older ones are the head's."""


@dataclass(frozen=True, slots=True, repr=False)
class VisitCheck:
    """The question whether the doctor came, and what was answered; `took_place` is None while nothing was.

    `complaint` is the citizen's own text, None where there is none, or where it was erased.
    """

    request_id: int
    asked_at: datetime
    took_place: bool | None
    answered_by: str | None
    complaint: str | None
    complained_at: datetime | None

    def __repr__(self) -> str:
        return f"VisitCheck({self.request_id}, {self.took_place})"


async def of_doctor(
    reader: Reader, clinic_no: int, doctor_no: str, on: date, begins: datetime
) -> tuple[int, ...]:
    """The ids of that day's visits, made and to be made, in order of their windows.

    What was left over from earlier days comes first; ``begins`` is the first instant of the day.
    """
    asked = {"clinic_no": clinic_no, "doctor_no": doctor_no, "day": day_text(on), "begins": micros(begins)}
    found = await reader.rows("rounds_of_doctor", **asked, oldest=day_text(on - _LEFT_OVER_FOR))
    return tuple(row[0] for row in found)


async def are_left_over(reader: Reader, clinic_no: int, doctor_no: str, on: date) -> bool:
    """True if visits of days before ``on`` are still to be made by that doctor."""
    asked = {"clinic_no": clinic_no, "doctor_no": doctor_no, "day": day_text(on)}
    return bool(await reader.rows("rounds_left_over", **asked, oldest=day_text(on - _LEFT_OVER_FOR)))


async def days_to_visit(
    reader: Reader, clinic_no: int, doctor_no: str, since: date, most: int
) -> tuple[date, ...]:
    """The first days from `since` on which visits of that doctor are still to be made."""
    asked = {"clinic_no": clinic_no, "doctor_no": doctor_no, "day": day_text(since), "most": most}
    return tuple(day(row[0]) for row in await reader.rows("rounds_days", **asked))


async def visits_of_day(reader: Reader, clinic_no: int, on: date) -> dict[str, int]:
    """How many home calls of that day each doctor of the clinic has; who has none is left out."""
    found = await reader.rows("rounds_visits", clinic_no=clinic_no, day=day_text(on))
    return {str(row[0]): int(row[1]) for row in found}


async def ask(tx: Tx, request_id: int, now: datetime) -> bool:
    """Note that the citizen is asked. What if it runs twice: False, and nothing changes."""
    return bool(await tx.rows("visit_check_ask", request_id=request_id, now=micros(now)))


async def answer(tx: Tx, request_id: int, took_place: bool, actor: str, now: datetime) -> bool:
    """Keep the answer. What if it runs twice: False, the first answer stands; False too if nobody asked."""
    kept = {"request_id": request_id, "took_place": int(took_place), "actor": actor, "now": micros(now)}
    return bool(await tx.rows("visit_check_answer", **kept))


async def complain(tx: Tx, request_id: int, now: datetime) -> bool:
    """Note that a visit which did not take place was complained of. Twice: False; False if it was not denied.

    The complaint itself is kept among the complaints.
    """
    return bool(await tx.rows("visit_check_complain", request_id=request_id, now=micros(now)))


async def check(reader: Reader, request_id: int) -> VisitCheck | None:
    """What the citizen was asked and said, None if nobody asked."""
    row = await reader.row("visit_check", request_id=request_id)
    if row is None:
        return None
    text = None if row[3] is None else reader.keys.open(_COMPLAINT, request_id, row[3])
    took_place = None if row[1] is None else bool(row[1])
    return VisitCheck(request_id, instant(row[0]), took_place, row[2], text, instant(row[4]))
