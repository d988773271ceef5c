"""Requests: numbered per clinic and year, one open per patient, every step marked, one winner per version."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from storage import Clash, requests
from storage.addresses import Address
from storage.database import Database, Tx
from storage.requests import AlreadyOpen, Changes, NewRequest, RegisteredRequest, open_slot
from tests.registry import NOW, add_clinic, add_person

CHAT = Address("telegram", "1001")


def new(patient_id: int | None = None, clinic_no: int = 5) -> NewRequest:
    return NewRequest(
        clinic_no=clinic_no,
        service="home_call",
        address=CHAT,
        locale="kk",
        for_whom="self",
        status="registered",
        details={"reason": "fever", "street": "Абай, 1"},
        patient_id=patient_id,
        caller_id=patient_id,
        answer_due=NOW + timedelta(minutes=30),
        visit_day=date(2026, 11, 20),
        open_slot=None if patient_id is None else open_slot("home_call", patient_id),
        consent_id=9,
        signed_digest="abc",
        signed_text="Мен дәрігер шақырамын",
        signed_at=NOW,
        signed_message="tg:5",
    )


async def registered(db: Database, wanted: NewRequest) -> RegisteredRequest:
    async with db.transaction() as tx:
        return await requests.register(tx, wanted, NOW)


async def moved(db: Database, request: RegisteredRequest, to: str, changes: Changes, version: int) -> bool:
    async with db.transaction() as tx:
        return await requests.move(tx, request.id, version, to, "staff:1", NOW, changes)


async def test_a_registered_request_is_found_as_it_was_signed(db: Database) -> None:
    person_id, _ = await add_person(db)
    request = await registered(db, new(person_id))
    assert request.number == "05-000001"
    assert await requests.by_id(db.reader, request.id) == request
    assert await requests.by_number(db.reader, "05-000001") == request
    assert await requests.open_of_clinic(db.reader, 5) == (request,)
    assert await requests.of_people(db.reader, [person_id]) == (request,)
    (mark,) = await requests.marks(db.reader, request.id)
    assert (mark.status, mark.actor) == ("registered", "citizen")


async def test_a_request_of_a_phone_keeps_the_phone_sealed(db: Database) -> None:
    request = await registered(db, replace(new(), address=Address("sms", "+77011234567")))
    found = await requests.by_id(db.reader, request.id)
    assert found is not None
    assert found.address == Address("sms", "+77011234567")


async def test_G_68_numbers_run_per_clinic_and_begin_anew_each_year(db: Database) -> None:
    await add_clinic(db, 12)
    numbers = [(await registered(db, new(clinic_no=no))).number for no in (5, 5, 12)]
    assert numbers == ["05-000001", "05-000002", "12-000001"]
    # Half past one on 1 January in Almaty is still December in UTC.
    async with db.transaction() as tx:
        january = await requests.register(tx, new(), NOW.replace(month=12, day=31, hour=20, minute=30))
    assert january.number == "05-000001"
    assert await requests.by_number(db.reader, "05-000001") == january


async def test_a_second_open_request_of_a_patient_is_refused_and_spends_no_number(db: Database) -> None:
    person_id, _ = await add_person(db)
    first = await registered(db, new(person_id))
    with pytest.raises(AlreadyOpen) as held:
        await registered(db, new(person_id))
    assert held.value.request == first
    assert (await registered(db, new())).number == "05-000002"


async def test_S15_of_forty_at_once_for_one_patient_one_is_registered(db: Database) -> None:
    person_id, _ = await add_person(db)

    async def one() -> str:
        async def work(tx: Tx) -> str:
            try:
                return (await requests.register(tx, new(person_id), NOW)).number
            except AlreadyOpen:
                return "merged"

        return await db.decide(work)

    results = await asyncio.gather(*(one() for _ in range(40)))
    assert min(results).startswith("05-")
    assert results.count("merged") == 39


async def test_S33_of_two_who_press_at_once_one_wins(db: Database) -> None:
    request = await registered(db, new())
    results = await asyncio.gather(
        *(moved(db, request, "confirmed", Changes(answered_at=NOW), 1) for _ in range(5))
    )
    assert sorted(results) == [False] * 4 + [True]
    assert len(await requests.marks(db.reader, request.id)) == 2


async def test_a_confirmation_sets_doctor_and_window_and_an_undo_takes_them_back(db: Database) -> None:
    request = await registered(db, new())
    changes = Changes(
        answered_at=NOW,
        doctor_no="501",
        doctor_name="Бейсенова Г.",
        doctor_role="therapist",
        window_start=NOW + timedelta(hours=1),
        window_end=NOW + timedelta(hours=3),
        undo_until=NOW + timedelta(minutes=2),
    )
    assert await moved(db, request, "confirmed", changes, 1)
    confirmed = await requests.by_id(db.reader, request.id)
    assert confirmed is not None
    assert (confirmed.doctor_name, confirmed.window_end) == ("Бейсенова Г.", NOW + timedelta(hours=3))
    assert await moved(db, request, "registered", Changes(undo=True), 2)
    undone = await requests.by_id(db.reader, request.id)
    assert undone == replace(request, version=3)
    assert [mark.status for mark in await requests.marks(db.reader, request.id)] == [
        "registered", "confirmed", "registered",
    ]  # fmt: skip


async def test_HC_15_a_refusal_without_a_ground_cannot_be_saved(db: Database) -> None:
    request = await registered(db, new())
    with pytest.raises(Clash):
        await moved(db, request, "refused", Changes(answered_at=NOW, closed_at=NOW), 1)
    assert await moved(db, request, "refused", Changes(closed_at=NOW, ground="not_attached"), 1)


async def test_a_closed_request_frees_its_slot_and_an_undo_claims_it_again(db: Database) -> None:
    person_id, _ = await add_person(db)
    slot = open_slot("home_call", person_id)
    request = await registered(db, new(person_id))
    assert await moved(db, request, "refused", Changes(closed_at=NOW, ground="not_attached"), 1)
    assert await requests.open_in(db.reader, slot) is None
    assert await moved(db, request, "registered", Changes(undo=True, open_slot=slot), 2)
    assert await moved(db, request, "refused", Changes(closed_at=NOW, ground="not_attached"), 3)
    second = await registered(db, new(person_id))
    assert not await moved(db, request, "registered", Changes(undo=True, open_slot=slot), 4), (
        "taken meanwhile"
    )
    assert await requests.open_in(db.reader, slot) == second


async def test_a_note_is_marked_and_leaves_the_version(db: Database) -> None:
    request = await registered(db, new())
    async with db.transaction() as tx:
        requests.note(tx, request.id, "clock", NOW, "overdue")
    assert (await requests.by_id(db.reader, request.id)) == request
    assert [mark.note_code for mark in await requests.marks(db.reader, request.id)] == [None, "overdue"]
