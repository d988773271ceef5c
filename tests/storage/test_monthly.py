"""What a month's figures are counted from: every request once, as it stood then, page by page."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import date, timedelta

import pytest

from rules.days import COUNTRY_ZONE
from storage import monthly, requests
from storage.database import Database
from storage.journal import Period, Register
from storage.monthly import Asked
from storage.requests import Changes, NewRequest
from tests.registry import NOW, HandClock, add_clinic
from tests.storage.test_requests import CHAT, moved, new, registered

DAY = NOW.date()
PERIOD = Period.of_days(5, Register.CONTACTS, date(2026, 11, 1), date(2026, 11, 30), COUNTRY_ZONE)


async def read(db: Database, period: Period = PERIOD, after: timedelta = timedelta(days=1)) -> list[Asked]:
    return [asked async for asked in monthly.requests_of(db.reader, period, NOW + after)]


async def test_every_request_of_the_month_comes_once_with_all_its_steps(db: Database) -> None:
    request = await registered(db, new())
    await moved(db, request, "refused", Changes(answered_at=NOW, ground="false_data"), 1)
    (asked,) = await read(db)
    assert (asked.service, asked.registered_at, asked.ground) == ("home_call", NOW, "false_data")
    assert [step.status for step in asked.steps] == ["registered", "refused"]


async def test_more_requests_than_a_page_holds_are_all_counted(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monthly, "PAGE", 3)
    for _ in range(8):
        await moved(db, await registered(db, new()), "confirmed", Changes(answered_at=NOW), 1)
    found = await read(db)
    assert [len(asked.steps) for asked in found] == [2] * 8


async def test_others_are_answered_while_a_long_month_is_counted(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monthly, "PAGE", 1)
    for _ in range(5):
        await registered(db, new())
    turns = 0

    async def another() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    meanwhile = asyncio.create_task(another())
    await read(db)
    meanwhile.cancel()
    assert turns >= 5


async def test_another_clinic_another_month_and_what_comes_later_are_not_in_it(db: Database) -> None:
    await add_clinic(db, 6)
    await registered(db, new(clinic_no=6))
    await registered(db, new())
    assert len(await read(db)) == 1
    december = Period.of_days(5, Register.CONTACTS, date(2026, 12, 1), date(2026, 12, 31), COUNTRY_ZONE)
    assert await read(db, december) == []
    assert await read(db, after=timedelta(seconds=-1)) == []


async def test_a_step_taken_later_is_not_seen_from_before(db: Database, clock: HandClock) -> None:
    request = await registered(db, new())
    async with db.transaction() as tx:
        await requests.move(tx, request.id, 1, "confirmed", "staff:1", NOW + timedelta(minutes=9))
    (asked,) = await read(db, after=timedelta(minutes=5))
    assert [step.status for step in asked.steps] == ["registered"]


async def test_AP_18_a_visit_counts_once_however_often_its_outcome_is_put_right(db: Database) -> None:
    booked = NewRequest(5, "appointment", CHAT, "ru", "self", "confirmed", {}, visit_day=DAY)
    other_day = dataclasses.replace(booked, visit_day=date(2026, 12, 1))
    for wanted in (booked, booked, other_day):
        await moved(db, await registered(db, wanted), "came", Changes(closed_at=NOW), 1)
    first = await registered(db, booked)
    await moved(db, first, "did_not_come", Changes(closed_at=NOW), 1)
    await moved(db, first, "came", Changes(), 2)
    await moved(db, first, "did_not_come", Changes(), 3)
    found = await monthly.appointments_of(db.reader, 5, PERIOD.since.date(), date(2026, 11, 30), COUNTRY_ZONE)
    assert found == {"came": 2, "did_not_come": 1}
