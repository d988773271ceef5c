"""Attachments: where each person was in care and since when, with no gap and no overlap, and how many are.

The database itself forbids two active attachments of one person, one that ends without the next beginning at
that instant, and a history written anew; what is here only never asks it to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from rules.attachment import Cause, Effect, MonthDay, Period, Terms, counts_as_choice
from rules.law import rule
from storage import people
from storage.database import Reader, Row, Tx
from storage.instants import day, day_text, instant, micros


@dataclass(frozen=True, slots=True)
class Stay:
    """One attachment from beginning to end; `ended_at` is None while it stands.

    `began_at` is None for what stood before beginnings were kept, `cause` where a register that was loaded
    does not say; `chosen_on` is the day of the decision where it took effect later.
    """

    id: int
    clinic_no: int
    attached_on: date
    began_at: datetime | None
    ended_at: datetime | None
    origin: str
    cause: Cause | None
    chosen_on: date | None
    request_id: int | None


@rule("AT-09", "AT-15", "G-23")
async def switch(
    tx: Tx,
    person_id: int,
    clinic_no: int,
    cause: Cause,
    request_id: int,
    now: datetime,
    day: date,
    *,
    chosen_on: date | None = None,
) -> int | None:
    """Attach the person to that clinic from `day` on, ending the old attachment at the same instant.

    The clinic they came from, None if they were attached nowhere; the clinic itself if they are there
    already, and then nothing changes. What if it runs twice: the same answer for the same request, and
    nothing changes. Raises Clash.
    """
    await tx.rows("attachment_lock", person_id=person_id)
    done, active = await tx.together(
        ("attachment_by_request", {"request_id": request_id}),
        ("attachment_active", {"person_id": person_id}),
    )
    if done:
        return _clinic(done[0][0])
    before = active[0][1] if active else None
    if before == clinic_no:
        return clinic_no
    if active:
        tx.later("attachment_end", id=active[0][0], now=micros(now))
    tx.later(
        "attachment_begin",
        id=tx.ids.new(),
        person_id=person_id,
        clinic_no=clinic_no,
        attached_on=day_text(day),
        now=micros(now),
        cause=cause.value,
        chosen_on=day_text(chosen_on),
        request_id=request_id,
    )
    _count(tx, {clinic_no: 1} if before is None else {clinic_no: 1, before: -1})
    return _clinic(before)


def _count(tx: Tx, changes: dict[int, int]) -> None:
    # Always in the order of numbers: two switches in opposite directions must not wait for each other.
    for clinic_no in sorted(changes):
        tx.later("attached_begin", clinic_no=clinic_no)
        tx.later("attached_change", clinic_no=clinic_no, change=changes[clinic_no])


def _clinic(no: int | None) -> int | None:
    return None if no is None else int(no)


async def history(reader: Reader, person_id: int) -> tuple[Stay, ...]:
    """Every attachment of the person that is kept, the first first; the last one stands."""
    rows = await reader.rows("attachment_history", person_id=person_id)
    return tuple(_stay(row) for row in rows)


@rule("AT-07", "E-09", "G-20")
async def choices_made(reader: Reader, person_id: int) -> tuple[date, ...]:
    """The days on which the person chose a clinic freely, the first first."""
    person = await people.by_id(reader, person_id)
    if person is None:
        return ()
    chosen = (
        (stay.chosen_on or stay.attached_on)
        for stay in _changes(await history(reader, person_id))
        if counts_as_choice(stay.cause, stay.attached_on, person.birth_date)
    )
    return tuple(sorted(chosen))


def _changes(stays: tuple[Stay, ...]) -> Iterator[Stay]:
    # A register that is loaded repeats what was decided here, a day later: that is no second choice.
    before: int | None = None
    for stay in stays:
        if stay.clinic_no != before:
            yield stay
        before = stay.clinic_no


@rule("AT-08", "G-21")
async def attached_count(reader: Reader, clinic_no: int) -> int:
    """How many people are attached to the clinic now: one row, however many they are."""
    row = await reader.row("attached_count", clinic_no=clinic_no)
    return 0 if row is None else int(row[0])


async def promised_count(reader: Reader, clinic_no: int) -> int:
    """How many were accepted by the clinic and are not attached yet: they hold a place."""
    return int((await reader.rows("attached_promised", clinic_no=clinic_no))[0][0])


@rule("AT-08", "G-21")
async def hold_count(tx: Tx, clinic_no: int) -> int:
    """How many are attached or accepted, until the end of the transaction: a second decision waits for it.

    Two of the last place cannot both be accepted. Twice: the same number.
    """
    tx.later("attached_begin", clinic_no=clinic_no)
    held = await tx.rows("attached_hold", clinic_no=clinic_no)
    return int(held[0][0]) + await promised_count(tx, clinic_no)


@rule("G-20", "G-22")
async def terms(reader: Reader) -> tuple[Terms, ...]:
    """All terms of free choice that were loaded, the oldest first; empty if none were."""
    return tuple(_terms(row) for row in await reader.rows("free_choice_terms"))


def _stay(row: Row) -> Stay:
    return Stay(
        id=row[0],
        clinic_no=row[1],
        attached_on=day(row[2]),
        began_at=instant(row[3]),
        ended_at=instant(row[4]),
        origin=row[5],
        cause=None if row[6] is None else Cause(row[6]),
        chosen_on=day(row[7]),
        request_id=row[8],
    )


def _terms(row: Row) -> Terms:
    since, choices, period, first, last, effect = row
    campaign = None if first is None else (MonthDay.parse(first), MonthDay.parse(last))
    return Terms(day(since), choices, Period(period), campaign, effect_of(effect))


def effect_of(text: str) -> Effect | MonthDay:
    """Read "at_once", "next_month" or "01-01". Raises BadMonthDay."""
    return Effect(text) if text in set(Effect) else MonthDay.parse(text)
