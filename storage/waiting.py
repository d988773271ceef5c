"""The waiting list: a freed time is offered to one citizen after another, fifteen minutes each, not at night.

What is offered is held for that request, so nobody else sees it meanwhile. The line is in order of joining.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from dialogs.facts import Wish
from rules.appointment import OFFER as OFFER_LASTS
from rules.appointment import changeable_from, is_worth_offering, offer_at
from rules.doctors import DoctorRole
from rules.slots import Slot
from storage import due, slots
from storage.database import Reader, Tx
from storage.instants import instant, micros
from storage.slots import slot_of

OFFER: Final = "offer_slot"
"""Due kind: the freed time (the subject) is to be offered to the next in the line."""

_LOOKED_AT: Final = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request on the waiting list, since when, and what is offered to it at the moment."""

    request_id: int
    wish: Wish
    since: datetime
    offered_slot: int | None
    offered_until: datetime | None


@dataclass(frozen=True, slots=True)
class Offered:
    """A time now held for a request until that instant: its citizen is to be asked."""

    request_id: int
    slot: Slot
    until: datetime


async def wait(tx: Tx, request_id: int, wish: Wish, now: datetime) -> bool:
    """Put the request on the list. Twice: False, and its place stays."""
    return bool(
        await tx.rows(
            "waiting_add",
            id=tx.ids.new(),
            request_id=request_id,
            clinic_no=wish.clinic_no,
            role=wish.role.value,
            doctor_no=wish.doctor_no,
            since=micros(now),
        )
    )


async def leave(tx: Tx, request_id: int, now: datetime) -> bool:
    """Take the request off the list; what was offered to it is free again. Twice: False."""
    if not await tx.rows("waiting_end", request_id=request_id, now=micros(now)):
        return False
    slots.release(tx, request_id)
    return True


async def of_request(reader: Reader, request_id: int) -> Waiting | None:
    """The place of that request on the list."""
    row = await reader.row("waiting_of_request", request_id=request_id)
    if row is None:
        return None
    wish = Wish(row[2], DoctorRole(row[3]), row[4])
    return Waiting(row[1], wish, instant(row[5]), row[6], instant(row[7]))


async def of_people(reader: Reader, person_ids: Iterable[int]) -> frozenset[int]:
    """The requests of these people, theirs or made by them, that are on the list."""
    found = [await reader.rows("waiting_of_person", person_id=one) for one in dict.fromkeys(person_ids)]
    return frozenset(row[0] for rows in found for row in rows)


def freed(tx: Tx, slot: Slot, now: datetime, zone: ZoneInfo) -> None:
    """A time became free: it is due to be offered, at once or in the morning. Twice: offered once."""
    if is_worth_offering(slot.start, offer_at(now, zone)):
        due.set_due(tx, OFFER, slot.id, offer_at(now, zone))


async def opened(tx: Tx, times: Sequence[tuple[Slot, datetime]], now: datetime, zone: ZoneInfo) -> None:
    """New times, each beside the instant from which it can be booked: due to be offered to whoever waits.

    Everybody in the line is thought of once, with the earliest that would do: the rest are simply free, so
    that nobody is asked all afternoon. What if it runs twice: each is offered once.
    """
    for clinic_no, role in sorted({(slot.clinic_no, slot.role) for slot, _ in times}):
        left = sorted(
            (one for one in times if (one[0].clinic_no, one[0].role) == (clinic_no, role)),
            key=lambda one: one[0].start,
        )
        line = await tx.rows("waiting_all", clinic_no=clinic_no, role=role.value, most=_LOOKED_AT)
        for doctor_no, booked in line:
            found = next((one for one in left if _would_do(one[0], doctor_no, booked)), None)
            if found is not None:
                left.remove(found)
                freed(tx, found[0], max(now, found[1]), zone)


def _would_do(slot: Slot, doctor_no: str | None, booked: int | None) -> bool:
    return doctor_no in (None, slot.doctor_no) and (booked is None or micros(slot.start) < booked)


async def offer(tx: Tx, slot_id: int, now: datetime, zone: ZoneInfo) -> Offered | None:
    """Offer the time to the next in the line, and set when the one after is due. None if nobody is asked.

    For the tick of an `OFFER`: an offer that ran out is over, whoever it was made to. What if it runs twice:
    the second finds the time held, and asks again when that ends.
    """
    tx.later("waiting_offer_over", slot_id=slot_id, now=micros(now))
    row = await tx.row("slot_state", id=slot_id, now=micros(now))
    if row is None or not is_worth_offering(instant(row[5]), now):
        return None
    waits_until = _waits_until(row[9], now, zone)
    if waits_until is not None:
        due.set_due(tx, OFFER, slot_id, waits_until)
        return None
    return await _offer_to_next(tx, slot_of(row), now)


async def lapsed(reader: Reader, slot_id: int, now: datetime) -> tuple[int, ...]:
    """The requests whose citizens let an offer of that time run out; to be asked before `offer` ends it."""
    return tuple(row[0] for row in await reader.rows("waiting_lapsed", slot_id=slot_id, now=micros(now)))


async def accept(tx: Tx, request_id: int, slot_id: int, now: datetime) -> bool:
    """Swap the booking for the time offered, and leave the list. False if the offer is over or lost.

    The time the request had before is free then: the caller reads it first and calls `freed`.
    """
    offered = await tx.rows("waiting_is_offered", request_id=request_id, slot_id=slot_id, now=micros(now))
    if not offered or not await slots.move(tx, request_id, slot_id, request_id, now):
        return False
    return bool(await tx.rows("waiting_end", request_id=request_id, now=micros(now)))


async def decline(tx: Tx, request_id: int, slot_id: int, now: datetime) -> bool:
    """The citizen does not want that time: it is due to be offered on, and the place in the line stays.

    False if it was not offered to them any more.
    """
    if not await tx.rows("waiting_decline", request_id=request_id, slot_id=slot_id):
        return False
    slots.release(tx, request_id)
    due.set_due(tx, OFFER, slot_id, now)
    return True


def _waits_until(held_until: int | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    if held_until is not None and held_until > micros(now):
        return instant(held_until)
    at = offer_at(now, zone)
    return at if at > now else None


async def _offer_to_next(tx: Tx, slot: Slot, now: datetime) -> Offered | None:
    until = now + OFFER_LASTS.delta
    line = await tx.rows(
        "waiting_line",
        clinic_no=slot.clinic_no,
        role=slot.role.value,
        doctor_no=slot.doctor_no,
        starts=micros(slot.start),
        slot_id=slot.id,
        changeable=micros(changeable_from(until)),
        most=_LOOKED_AT,
    )
    for waiting_id, request_id, offered_until in line:
        if offered_until is not None and offered_until > micros(now):
            continue
        if await _offered(tx, slot.id, waiting_id, request_id, now, until):
            due.set_due(tx, OFFER, slot.id, until)
            return Offered(request_id, slot, until)
    busy = [row[2] for row in line if row[2] is not None and row[2] > micros(now)]
    if busy:
        # Everybody who waits is being asked about another time: they are asked about this one afterwards.
        due.set_due(tx, OFFER, slot.id, instant(min(busy)))
    return None


async def _offered(
    tx: Tx, slot_id: int, waiting_id: int, request_id: int, now: datetime, until: datetime
) -> bool:
    asked = {"id": waiting_id, "slot_id": slot_id, "now": micros(now), "until": micros(until)}
    if not await tx.rows("waiting_offer", **asked):
        return False
    held = await tx.rows(
        "slot_offer", id=slot_id, request_id=request_id, now=micros(now), until=micros(until)
    )
    if not held:
        tx.later("waiting_decline", request_id=request_id, slot_id=slot_id)
        return False
    tx.later("offer_add", slot_id=slot_id, waiting_id=waiting_id, now=micros(now))
    return True
