"""Times of doctors: shown while free, held while signed, booked once, moved in one step."""

import asyncio
from datetime import timedelta

import pytest

from rules.appointment import HOLD
from rules.doctors import DoctorRole
from storage import Clash, requests, slots
from storage.database import Database
from storage.requests import AlreadyOpen, Changes
from tests.registry import NOW, add_person
from tests.storage.surgery import (
    ANYBODY,
    CHILDRENS,
    FIRST,
    FRIDAY,
    MONDAY,
    SECOND,
    booked,
    free,
    minutes,
    new_request,
    open_surgery,
)

AMINA, DANIYAR = 11, 12


@pytest.fixture(autouse=True)
async def _surgery(db: Database) -> None:
    await open_surgery(db)


async def held(db: Database, slot_id: int, holder: int, after: timedelta = timedelta()) -> bool:
    async with db.transaction() as tx:
        return await slots.hold(tx, slot_id, holder, NOW + after)


async def test_AP_01_free_times_are_shown_in_order_and_only_that_doctors(db: Database) -> None:
    shown = await free(db)
    assert [slot.start for slot in shown] == sorted(slot.start for slot in shown)
    assert {slot.doctor_no for slot in shown} == {"501"}
    assert {slot.doctor_no for slot in await free(db, ANYBODY)} == {"501", "502"}
    assert {slot.role for slot in await free(db, CHILDRENS)} == {DoctorRole.PAEDIATRICIAN}


async def test_the_nearest_time_of_all_is_one_look(db: Database) -> None:
    nearest = await slots.nearest(db.reader, ANYBODY, NOW)
    assert nearest is not None
    assert (nearest.doctor_no, nearest.day, nearest.room) == ("501", FRIDAY, "204")
    assert await slots.nearest(db.reader, FIRST, NOW + timedelta(days=30)) is None


async def test_a_day_is_shown_with_how_many_times_are_free(db: Database) -> None:
    days = await slots.free_days(db.reader, FIRST, NOW, NOW + timedelta(days=5))
    assert [(one.day, one.count) for one in days] == [(FRIDAY, 4), (MONDAY, 4)]
    await booked(db, (await free(db))[0])
    assert (await slots.free_days(db.reader, FIRST, NOW))[0].count == 3
    assert (await slots.free_days(db.reader, ANYBODY, NOW))[0].count == 7


async def test_only_what_begins_within_the_bounds_is_shown(db: Database) -> None:
    everything = await free(db)
    some = await slots.free(
        db.reader, FIRST, NOW, after=everything[1].start, before=everything[3].start, limit=5
    )
    assert some == everything[1:3]
    late = await slots.free(db.reader, FIRST, everything[1].start)
    assert late[: len(everything) - 2] == everything[2:], "what begins now is past"


async def test_G_49_a_day_that_has_not_appeared_yet_is_shown_to_nobody(db: Database) -> None:
    last = NOW.replace(hour=2) + timedelta(days=14)
    before_eight, at_noon = NOW.replace(hour=2), NOW.replace(hour=7)
    assert all(slot.start < last for slot in await free(db, ANYBODY, before_eight))
    assert any(slot.start > last for slot in await free(db, ANYBODY, at_noon))


async def test_a_booked_time_is_shown_to_nobody_and_found_by_its_request(db: Database) -> None:
    slot = (await free(db))[0]
    request_id = await booked(db, slot)
    assert request_id is not None
    assert slot not in await free(db)
    assert await slots.of_request(db.reader, request_id) == slot
    assert await slots.by_id(db.reader, slot.id) == slot
    assert not await slots.is_free(db.reader, slot.id, None, NOW)
    assert await booked(db, slot) is None


async def test_a_request_has_one_time_only(db: Database) -> None:
    first, second, *_ = await free(db)
    request_id = await booked(db, first)
    assert request_id is not None
    with pytest.raises(Clash):
        async with db.transaction() as tx:
            await slots.book(tx, second.id, request_id, request_id, NOW)
    assert second in await free(db)


async def test_G_51_a_patient_has_one_open_booking_per_doctor_type(db: Database) -> None:
    patient, _ = await add_person(db)
    therapist = slots.open_booking(DoctorRole.THERAPIST, patient)
    async with db.transaction() as tx:
        await new_request(tx, open_slot=therapist)
        await new_request(tx, open_slot=slots.open_booking(DoctorRole.GENERAL_PRACTITIONER, patient))
    with pytest.raises(AlreadyOpen):
        async with db.transaction() as tx:
            await new_request(tx, open_slot=therapist)


async def test_G_53_a_held_time_is_shown_only_to_who_holds_it(db: Database) -> None:
    slot = (await free(db))[0]
    assert await held(db, slot.id, AMINA)
    assert slot not in await free(db)
    assert slot in await slots.free(db.reader, FIRST, NOW, holder=AMINA)
    assert await slots.is_free(db.reader, slot.id, AMINA, NOW)
    assert not await held(db, slot.id, DANIYAR)
    assert await booked(db, slot) is None


async def test_G_53_a_hold_ends_by_itself_after_ten_minutes(db: Database) -> None:
    slot = (await free(db))[0]
    await held(db, slot.id, AMINA)
    assert slot not in await free(db, now=NOW + minutes(10) - timedelta(seconds=1))
    assert slot in await free(db, now=NOW + HOLD.delta)
    assert await held(db, slot.id, DANIYAR, HOLD.delta)


async def test_G_53_choosing_the_same_time_again_does_not_prolong_its_hold(db: Database) -> None:
    slot = (await free(db))[0]
    await held(db, slot.id, AMINA)
    assert await held(db, slot.id, AMINA, minutes(9))
    assert await held(db, slot.id, DANIYAR, minutes(10))
    assert not await held(db, slot.id, AMINA, minutes(11))


async def test_whoever_chooses_another_time_lets_the_first_go(db: Database) -> None:
    first, second, *_ = await free(db)
    await held(db, first.id, AMINA)
    assert await held(db, second.id, AMINA)
    assert first in await free(db)
    async with db.transaction() as tx:
        slots.release(tx, AMINA)
    assert second in await free(db)


async def test_whoever_fails_to_get_another_time_keeps_the_first(db: Database) -> None:
    first, second, *_ = await free(db)
    await held(db, first.id, AMINA)
    await booked(db, second)
    assert not await held(db, second.id, AMINA)
    assert not await held(db, first.id, DANIYAR)


async def test_the_holder_books_what_they_hold(db: Database) -> None:
    slot = (await free(db))[0]
    await held(db, slot.id, AMINA)
    async with db.transaction() as tx:
        request_id = await new_request(tx)
        assert await slots.book(tx, slot.id, request_id, AMINA, NOW)
        assert not await slots.book(tx, slot.id, request_id, AMINA, NOW), "twice"
    assert await slots.of_request(db.reader, request_id) == slot


async def test_a_move_gives_the_old_time_up_for_the_new_one(db: Database) -> None:
    first, second, *_ = await free(db)
    request_id = await booked(db, first)
    assert request_id is not None
    async with db.transaction() as tx:
        assert await slots.move(tx, request_id, second.id, AMINA, NOW)
    assert await slots.of_request(db.reader, request_id) == second
    assert first in await free(db)


async def test_a_move_to_a_time_that_is_lost_keeps_the_old_one(db: Database) -> None:
    first, second, third, *_ = await free(db)
    request_id = await booked(db, first)
    await booked(db, second)
    await held(db, third.id, DANIYAR)
    assert request_id is not None
    async with db.transaction() as tx:
        assert not await slots.move(tx, request_id, second.id, AMINA, NOW)
        assert not await slots.move(tx, request_id, third.id, AMINA, NOW)
        assert not await slots.move(tx, request_id, first.id, AMINA, NOW), "where one is already"
    assert await slots.of_request(db.reader, request_id) == first


async def test_S16_a_move_that_is_rolled_back_moves_nothing(db: Database) -> None:
    first, second, *_ = await free(db)
    request_id = await booked(db, first)
    assert request_id is not None

    async def crash() -> None:
        async with db.transaction() as tx:
            await slots.move(tx, request_id, second.id, AMINA, NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await crash()
    assert await slots.of_request(db.reader, request_id) == first
    assert second in await free(db)


async def test_a_time_that_is_given_up_is_named_and_free(db: Database) -> None:
    slot = (await free(db))[0]
    request_id = await booked(db, slot)
    assert request_id is not None
    async with db.transaction() as tx:
        assert await slots.give_up(tx, request_id) == slot
        assert await slots.give_up(tx, request_id) is None
    assert slot in await free(db)


async def test_a_past_or_closed_time_is_not_to_be_had(db: Database) -> None:
    first, second, *_ = await free(db)
    assert await booked(db, first, first.start) is None
    async with db.transaction() as tx:
        assert await slots.close(tx, [second.id], NOW) == {}
    assert await booked(db, second) is None
    assert not await held(db, second.id, AMINA)


async def test_closing_says_whose_booking_is_lost(db: Database) -> None:
    first, second, *_ = await free(db)
    request_id = await booked(db, first)
    async with db.transaction() as tx:
        assert await slots.close(tx, [first.id, second.id], NOW) == {first.id: request_id}
        assert await slots.close(tx, [first.id, second.id], NOW) == {}
    assert request_id is not None
    assert await slots.of_request(db.reader, request_id) is None


async def test_S15_of_forty_at_once_one_is_booked(db: Database) -> None:
    slot = (await free(db))[0]
    results = await asyncio.gather(*(booked(db, slot) for _ in range(40)))
    assert sum(result is not None for result in results) == 1


async def test_S15_of_forty_moves_to_one_time_one_succeeds_and_no_old_time_is_lost(db: Database) -> None:
    target, *others = await free(db)
    owners = [await booked(db, slot) for slot in others]

    async def move(request_id: int) -> bool:
        async with db.transaction() as tx:
            return await slots.move(tx, request_id, target.id, request_id, NOW)

    moved = await asyncio.gather(*(move(owner) for owner in owners if owner is not None))
    assert moved.count(True) == 1
    have = [await slots.of_request(db.reader, owner) for owner in owners if owner is not None]
    assert None not in have
    assert len({slot.id for slot in have if slot}) == len(owners)


async def test_G_52_the_days_a_patient_did_not_come_are_counted_from_the_journal(db: Database) -> None:
    patient, _ = await add_person(db)
    async with db.transaction() as tx:
        for status, on in (("did_not_come", FRIDAY), ("came", FRIDAY), ("did_not_come", MONDAY)):
            request_id = await new_request(tx, patient_id=patient)
            await requests.move(
                tx, request_id, 1, status, "staff:1", NOW, Changes(visit_day=on, closed_at=NOW)
            )
    assert await slots.no_show_days(db.reader, patient, FRIDAY) == (FRIDAY, MONDAY)
    assert await slots.no_show_days(db.reader, patient, MONDAY) == (MONDAY,)


async def test_the_doctors_list_of_a_day_shows_every_time_and_who_has_it(db: Database) -> None:
    first, second, *_ = await free(db, SECOND)
    request_id = await booked(db, second)
    listed = await slots.between(db.reader, "502", first.start, first.start + timedelta(hours=2))
    assert [(one.slot.start, one.request_id) for one in listed][:2] == [
        (first.start, None), (second.start, request_id),
    ]  # fmt: skip
    assert len(listed) == 4
