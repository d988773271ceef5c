"""The times of doctors: shown while free, held while somebody signs, booked once, moved in one step.

A `holder` is the conversation that signs, or the request of the waiting list that a time is offered to. A
hold ends by itself: nobody has to run for it, its end is compared with now. Whether a time is still to be had
is decided by one conditional UPDATE each, never by looking first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from dialogs.facts import FreeDay, Wish
from rules.appointment import HOLD
from rules.doctors import DoctorRole
from rules.law import Service
from rules.slots import Slot
from storage import requests
from storage.database import Reader, Row, Tx
from storage.instants import day, day_text, instant, micros

LOST: Final = "booking_lost"
"""Due kind: the clinic could not keep the time of this request (the subject); its citizen is to be told."""

SUBSTITUTED: Final = "booking_substituted"
"""Due kind: another doctor sees the patient of this request (the subject) at the same time."""

MOST: Final = 200
"""More times than any screen shows at once."""

DAY_MADE: Final = "doctor_day_made"
"""Due kind: the doctor's day that this time (the subject) is of was made anew."""

_LONGEST: Final = timedelta(days=1)
"""No time lasts longer."""

_FAR: Final = datetime(9999, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Booked:
    """A time and the request that has it; `request_id` is None while nobody has.

    `held_until` is when somebody's hold on it ends, which may be past.
    """

    slot: Slot
    request_id: int | None
    held_until: datetime | None = None


def open_booking(role: DoctorRole, patient_id: int | str) -> str:
    """What one open booking of that type holds for that patient: the `open_slot` of a request (G-51)."""
    return requests.open_slot(f"{Service.APPOINTMENT}:{role}", patient_id)


async def hold(tx: Tx, slot_id: int, holder: int, now: datetime) -> bool:
    """Keep the time for this holder for ten minutes (G-53), and let go of any other they kept.

    False if it is not to be had: then what they kept before stays theirs. What if it runs twice: true, and
    the first end stands.
    """
    got = await tx.rows(
        "slot_hold", id=slot_id, holder=holder, now=micros(now), until=micros(now + HOLD.delta)
    )
    if got:
        tx.later("slot_let_go_others", holder=holder, id=slot_id)
    return bool(got)


def release(tx: Tx, holder: int) -> None:
    """Let go of whatever this holder keeps. Twice: nothing more."""
    tx.later("slot_let_go", holder=holder)


async def book(tx: Tx, slot_id: int, request_id: int, holder: int, now: datetime) -> bool:
    """Give the time to the request. False if another has or keeps it, or it is closed, past or not yet open.

    What if it runs twice: false, and the first stands. Raises Clash if the request has another time: then
    `move` is meant.
    """
    found = await tx.rows("slot_book", id=slot_id, request_id=request_id, holder=holder, now=micros(now))
    return bool(found)


async def move(tx: Tx, request_id: int, slot_id: int, holder: int, now: datetime) -> bool:
    """Give the request another time; the one it had, if any, is given up only if the new one is got.

    False as for `book`, and the old time stays. Both in the caller's transaction.
    """
    until = micros(now + HOLD.delta)
    claim = {"id": slot_id, "request_id": request_id, "holder": holder, "now": micros(now), "until": until}
    if not await tx.rows("slot_claim", **claim):
        return False
    tx.later("slot_give_up_other", request_id=request_id, id=slot_id)
    return bool(await tx.rows("slot_move", id=slot_id, request_id=request_id))


async def give_up(tx: Tx, request_id: int) -> Slot | None:
    """Free the time of the request, and say which it was. Twice: None."""
    row = await tx.row("slot_give_up", request_id=request_id)
    return None if row is None else slot_of(row)


async def close(tx: Tx, slot_ids: Sequence[int], now: datetime) -> dict[int, int]:
    """Take these times away; by slot, the requests whose bookings are lost. Twice: nothing more is lost."""
    closed = await tx.each("slot_close", [{"id": slot_id, "now": micros(now)} for slot_id in slot_ids])
    return {
        slot_id: int(rows[0][0])
        for slot_id, rows in zip(slot_ids, closed, strict=True)
        if rows and rows[0][0] is not None
    }


async def by_id(reader: Reader, slot_id: int) -> Slot | None:
    """The time under that id, free or not."""
    row = await reader.row("slot_by_id", id=slot_id)
    return None if row is None else slot_of(row)


async def of_request(reader: Reader, request_id: int) -> Slot | None:
    """The time that the request has."""
    row = await reader.row("slot_of_request", request_id=request_id)
    return None if row is None else slot_of(row)


async def of_people(reader: Reader, person_ids: Iterable[int]) -> dict[int, Slot]:
    """The times of these people's requests, theirs or made by them, by the ids of the requests."""
    found = [await reader.rows("slots_of_person", person_id=one) for one in dict.fromkeys(person_ids)]
    return {row[8]: slot_of(row) for rows in found for row in rows}


async def is_free(reader: Reader, slot_id: int, holder: int | None, now: datetime) -> bool:
    """True if this holder could book that time now."""
    row = await reader.row("slot_state", id=slot_id, now=micros(now))
    if row is None:
        return False
    held_by, held_until = row[8], row[9]
    return held_until is None or held_until <= micros(now) or held_by == holder


async def free(
    reader: Reader,
    wish: Wish,
    now: datetime,
    *,
    after: datetime | None = None,
    before: datetime | None = None,
    limit: int = MOST,
    holder: int | None = None,
) -> tuple[Slot, ...]:
    """The times that this holder could book now, the earliest first, from `after` on and before `before`.

    The cost does not grow with the times there are, only with those handed back: an index over free times.
    """
    statement = "slots_free_of_role" if wish.doctor_no is None else "slots_free_of_doctor"
    bounds = _bounds(wish, now, after, before, holder)
    rows = await reader.rows(statement, **bounds, most=limit)
    return tuple(slot_of(row) for row in rows)


async def nearest(reader: Reader, wish: Wish, now: datetime, holder: int | None = None) -> Slot | None:
    """The earliest time that this holder could book now."""
    found = await free(reader, wish, now, limit=1, holder=holder)
    return found[0] if found else None


async def free_days(
    reader: Reader, wish: Wish, now: datetime, until: datetime | None = None, holder: int | None = None
) -> tuple[FreeDay, ...]:
    """The days on which something is free, and how much, in order."""
    statement = "slot_days_of_role" if wish.doctor_no is None else "slot_days_of_doctor"
    bounds = _bounds(wish, now, None, until, holder)
    rows = await reader.rows(statement, **bounds)
    return tuple(FreeDay(day(row[0]), row[1]) for row in rows)


async def between(reader: Reader, doctor_no: str, since: datetime, before: datetime) -> tuple[Booked, ...]:
    """Every time of that doctor from `since` on and before `before` that is not closed: the list of a day."""
    rows = await reader.rows(
        "slots_of_doctor_day", doctor_no=doctor_no, since=micros(since), before=micros(before)
    )
    return tuple(Booked(slot_of(row), row[8], None if row[9] is None else instant(row[9])) for row in rows)


async def days_to_work(
    reader: Reader, doctor_no: str, clinic_no: int, now: datetime, most: int
) -> tuple[tuple[date, datetime], ...]:
    """The doctor's next days at that clinic, today first while it lasts, and when each begins or goes on."""
    asked = {
        "doctor_no": doctor_no,
        "clinic_no": clinic_no,
        "since": micros(now - _LONGEST),
        "now": micros(now),
        "most": most,
    }
    return tuple((day(row[0]), instant(row[1])) for row in await reader.rows("slot_days_to_work", **asked))


async def one_between(reader: Reader, doctor_no: str, since: datetime, before: datetime) -> Slot | None:
    """One time of that doctor, closed or not, to name a day by; None if there never was any."""
    row = await reader.row("slot_of_day", doctor_no=doctor_no, since=micros(since), before=micros(before))
    return None if row is None else slot_of(row)


async def no_show_days(reader: Reader, patient_id: int, since: date) -> tuple[date, ...]:
    """The days from `since` on for which that patient was booked and did not come, in order."""
    rows = await reader.rows("no_show_days", patient_id=patient_id, since=day_text(since))
    return tuple(day(row[0]) for row in rows)


def slot_of(row: Row) -> Slot:
    """The time that a row begins with: id, doctor, clinic, role, day, start, end, room."""
    return Slot(
        row[0], row[1], row[2], DoctorRole(row[3]), day(row[4]), instant(row[5]), instant(row[6]), row[7]
    )


def _bounds(
    wish: Wish, now: datetime, after: datetime | None, before: datetime | None, holder: int | None
) -> dict[str, object]:
    # A time that begins this very second is past: nobody is there for it.
    since = now + _SECOND if after is None else max(after, now + _SECOND)
    bounds: dict[str, object] = {
        "clinic_no": wish.clinic_no,
        "role": wish.role.value,
        "since": micros(since),
        "before": micros(before or _FAR),
        "now": micros(now),
        "holder": holder,
    }
    return bounds if wish.doctor_no is None else bounds | {"doctor_no": wish.doctor_no}
