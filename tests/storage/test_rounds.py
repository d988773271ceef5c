"""The registry of rounds: what was asked once is answered once, and a complaint is sealed and erased."""

from datetime import UTC, datetime, timedelta

import pytest

from storage import requests, retention, rounds
from storage.addresses import Address
from storage.database import Database
from storage.requests import Changes, NewRequest
from tests.registry import add_clinic, add_person

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
DAY = NOW.date()
MIDNIGHT = datetime(2026, 11, 19, 19, 0, tzinfo=UTC)


async def made(db: Database, starts: datetime = NOW, *, doctor: str = "501", close: bool = True) -> int:
    """A call promised to that doctor, and noted as made."""
    person, _ = await add_person(db)
    new = NewRequest(
        5, "home_call", Address("nowhere", ""), "kk", "self", "registered", {}, person, person, visit_day=DAY
    )
    promise = Changes(
        doctor_no=doctor, window_start=starts, window_end=starts + timedelta(hours=2), answered_at=NOW
    )
    async with db.transaction() as tx:
        request = await requests.register(tx, new, NOW)
        assert await requests.move(tx, request.id, 1, "confirmed", "staff:1", NOW, promise)
        if close:
            await requests.move(tx, request.id, 2, "done", "staff:1", NOW, Changes(closed_at=NOW))
    return request.id


@pytest.fixture
async def clinic(db: Database) -> Database:
    await add_clinic(db)
    return db


async def test_the_visits_of_a_day_stand_in_order_of_their_windows_and_are_one_doctors(
    clinic: Database,
) -> None:
    later = await made(clinic, NOW + timedelta(hours=2), close=False)
    sooner = await made(clinic)
    await made(clinic, doctor="502")
    assert await rounds.of_doctor(clinic.reader, 5, "501", DAY, MIDNIGHT) == (sooner, later)
    assert await rounds.of_doctor(clinic.reader, 6, "501", DAY, MIDNIGHT) == ()
    assert await rounds.days_to_visit(clinic.reader, 5, "501", DAY, 2) == (DAY,)
    assert await rounds.days_to_visit(clinic.reader, 5, "501", DAY + timedelta(days=1), 2) == ()


async def test_G_72_what_was_left_over_comes_first_until_it_is_made(
    clinic: Database,
) -> None:
    left, tomorrow = await made(clinic, close=False), DAY + timedelta(days=1)
    begins = MIDNIGHT + timedelta(days=1)
    assert await rounds.of_doctor(clinic.reader, 5, "501", tomorrow, begins) == (left,)
    assert await rounds.are_left_over(clinic.reader, 5, "501", tomorrow)
    assert not await rounds.are_left_over(clinic.reader, 5, "501", DAY)
    assert not await rounds.are_left_over(clinic.reader, 6, "501", tomorrow)
    assert not await rounds.are_left_over(clinic.reader, 5, "501", DAY + timedelta(days=31))
    async with clinic.transaction() as tx:
        closed = begins + timedelta(hours=4)
        assert await requests.move(tx, left, 2, "done", "staff:1", closed, Changes(closed_at=closed))
    assert await rounds.of_doctor(clinic.reader, 5, "501", tomorrow, begins) == (left,)
    assert not await rounds.are_left_over(clinic.reader, 5, "501", tomorrow)
    after = tomorrow + timedelta(days=1)
    assert await rounds.of_doctor(clinic.reader, 5, "501", after, begins + timedelta(days=1)) == ()


async def test_it_is_asked_once_and_the_first_answer_stands(clinic: Database) -> None:
    call = await made(clinic)
    async with clinic.transaction() as tx:
        assert not await rounds.answer(tx, call, took_place=True, actor="chat", now=NOW)
        assert await rounds.ask(tx, call, NOW)
        assert not await rounds.ask(tx, call, NOW + timedelta(hours=1))
        assert await rounds.answer(tx, call, took_place=False, actor="chat", now=NOW)
        assert not await rounds.answer(tx, call, took_place=True, actor="phone", now=NOW)
    kept = await rounds.check(clinic.reader, call)
    assert kept is not None
    assert (kept.asked_at, kept.took_place, kept.answered_by) == (NOW, False, "chat")


async def test_a_complaint_is_taken_once_and_only_where_the_visit_was_denied(clinic: Database) -> None:
    call, other = await made(clinic), await made(clinic)
    async with clinic.transaction() as tx:
        for request_id, took_place in ((call, False), (other, True)):
            await rounds.ask(tx, request_id, NOW)
            await rounds.answer(tx, request_id, took_place, "chat", NOW)
        assert not await rounds.complain(tx, other, NOW)
        assert await rounds.complain(tx, call, NOW)
        assert not await rounds.complain(tx, call, NOW)
    kept = await rounds.check(clinic.reader, call)
    assert kept is not None
    assert kept.complained_at == NOW


async def test_S40_words_kept_with_a_visit_go_with_their_person_or_in_five_years(clinic: Database) -> None:
    calls = [await made(clinic), await made(clinic)]
    async with clinic.transaction() as tx:
        for call in calls:
            await rounds.ask(tx, call, NOW)
            await rounds.answer(tx, call, took_place=False, actor="chat", now=NOW)
            await rounds.complain(tx, call, NOW)
            # As complaints lay here before they had a table of their own.
            sealed = tx.keys.seal("visit_checks.complaint", call, "шағым")
            tx.later("reseal_visit_checks_complaint", key=call, blob=sealed)
    first = await requests.by_id(clinic.reader, calls[0])
    assert first is not None
    assert first.patient_id is not None
    async with clinic.transaction() as tx:
        assert await retention.erase(tx, first.patient_id, "operator", NOW)
    texts = [await rounds.check(clinic.reader, call) for call in calls]
    assert [one.complaint if one else "" for one in texts] == [None, "шағым"]
    pruned = await retention.prune(clinic, NOW + retention.RECORDS + timedelta(days=1))
    assert pruned.rows["visit_checks"] == 1
    assert pruned.rows["visit_checks"] + (await retention.prune(clinic, NOW)).rows["visit_checks"] == 1


async def test_a_place_that_was_never_asked_about_has_no_answer(clinic: Database) -> None:
    assert await rounds.check(clinic.reader, 1) is None
