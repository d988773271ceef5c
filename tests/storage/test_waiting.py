"""The waiting list: a freed time is offered to one after another, never to two, never at night."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dialogs.facts import Wish
from rules.slots import Slot
from storage import due, requests, slots, waiting
from storage.database import Database
from storage.requests import Changes
from storage.waiting import Offered
from tests.registry import NOW
from tests.storage.surgery import ANYBODY, FIRST, SECOND, booked, free, minutes, new_request, open_surgery

ZONE = ZoneInfo("Asia/Almaty")


@pytest.fixture(autouse=True)
async def _surgery(db: Database) -> None:
    await open_surgery(db)


async def waits(db: Database, slot: Slot | None, wish: Wish = FIRST, now: datetime = NOW) -> int:
    """Somebody booked at that time, or nowhere, who waits for an earlier one."""
    async with db.transaction() as tx:
        request_id = await new_request(tx, now)
        if slot is not None:
            assert await slots.book(tx, slot.id, request_id, request_id, now)
        assert await waiting.wait(tx, request_id, wish, now)
    return request_id


async def cancelled(db: Database, request_id: int, now: datetime = NOW) -> Slot:
    async with db.transaction() as tx:
        slot = await slots.give_up(tx, request_id)
        assert slot is not None
        waiting.freed(tx, slot, now, ZONE)
    return slot


async def ticked(db: Database, now: datetime) -> list[Offered]:
    """What the clock does with offers that are due."""
    made = []
    for one in await due.ripe(db.reader, now):
        if one.kind != waiting.OFFER:
            continue
        async with db.transaction() as tx:
            assert await due.take(tx, one.id, now)
            offered = await waiting.offer(tx, one.subject_id, now, ZONE)
        made += [] if offered is None else [offered]
    return made


async def accepted(db: Database, offered: Offered, now: datetime) -> bool:
    async with db.transaction() as tx:
        return await waiting.accept(tx, offered.request_id, offered.slot.id, now)


async def test_a_freed_time_is_offered_to_who_waits_longest(db: Database) -> None:
    early, *_, later, last = await free(db)
    holder = await booked(db, early)
    first, second = await waits(db, last), await waits(db, later)
    freed = await cancelled(db, holder or 0)
    (offered,) = await ticked(db, NOW)
    assert (offered.request_id, offered.slot, offered.until) == (first, freed, NOW + minutes(15))
    assert freed not in await free(db), "nobody else sees it meanwhile"
    place = await waiting.of_request(db.reader, first)
    assert place is not None
    assert (place.offered_slot, place.offered_until) == (freed.id, NOW + minutes(15))
    other = await waiting.of_request(db.reader, second)
    assert other is not None
    assert other.offered_slot is None


async def test_accepting_swaps_the_booking_and_ends_the_waiting(db: Database) -> None:
    early, *_, last = await free(db)
    holder = await booked(db, early)
    request_id = await waits(db, last)
    await cancelled(db, holder or 0)
    (offered,) = await ticked(db, NOW)
    assert await accepted(db, offered, NOW + minutes(14))
    assert await slots.of_request(db.reader, request_id) == early
    assert last in await free(db)
    assert await waiting.of_request(db.reader, request_id) is None
    assert not await accepted(db, offered, NOW + minutes(14)), "twice"


async def test_whoever_had_no_time_at_all_gets_the_one_offered(db: Database) -> None:
    early, *_ = await free(db)
    holder = await booked(db, early)
    request_id = await waits(db, None, ANYBODY)
    await cancelled(db, holder or 0)
    (offered,) = await ticked(db, NOW)
    assert await accepted(db, offered, NOW)
    assert await slots.of_request(db.reader, request_id) == early


async def test_after_a_quarter_of_an_hour_the_next_is_asked_and_the_first_comes_too_late(
    db: Database,
) -> None:
    early, *_, later, last = await free(db)
    holder = await booked(db, early)
    first, second = await waits(db, last), await waits(db, later)
    await cancelled(db, holder or 0)
    (offered,) = await ticked(db, NOW)
    assert await ticked(db, NOW + minutes(14)) == []
    (next_one,) = await ticked(db, NOW + minutes(15))
    assert (offered.request_id, next_one.request_id) == (first, second)
    assert not await accepted(db, offered, NOW + minutes(15))
    assert await slots.of_request(db.reader, first) == last, "the old time stays"
    assert await ticked(db, NOW + minutes(30)) == [], "each is asked once about a time"
    assert early in await free(db, now=NOW + minutes(30))


async def test_declining_passes_it_on_at_once_and_keeps_the_place(db: Database) -> None:
    early, *_, later, last = await free(db)
    holder = await booked(db, early)
    first, second = await waits(db, last), await waits(db, later)
    await cancelled(db, holder or 0)
    (offered,) = await ticked(db, NOW)
    async with db.transaction() as tx:
        assert await waiting.decline(tx, first, offered.slot.id, NOW + minutes(1))
        assert not await waiting.decline(tx, first, offered.slot.id, NOW + minutes(1)), "twice"
    (next_one,) = await ticked(db, NOW + minutes(1))
    assert next_one.request_id == second
    assert await waiting.of_request(db.reader, first) is not None


async def test_nobody_is_offered_a_later_time_or_another_doctor_than_wished(db: Database) -> None:
    early, second_time, *_ = await free(db)
    holder = await booked(db, second_time)
    await waits(db, early)
    await waits(db, None, SECOND)
    freed = await cancelled(db, holder or 0)
    assert await ticked(db, NOW) == []
    assert freed in await free(db)


async def test_a_time_freed_at_night_is_offered_in_the_morning(db: Database) -> None:
    monday = [slot for slot in await free(db) if slot.day.weekday() == 0]
    holder = await booked(db, monday[0])
    request_id = await waits(db, monday[3])
    night = NOW + timedelta(hours=13)
    freed = await cancelled(db, holder or 0, night)
    assert await ticked(db, night) == []
    assert freed in await free(db, now=night), "at night it is there for whoever is awake"
    morning = datetime(2026, 11, 21, 3, 0, tzinfo=NOW.tzinfo)
    assert await ticked(db, morning - minutes(1)) == []
    (offered,) = await ticked(db, morning)
    assert offered.request_id == request_id


async def test_a_time_that_begins_too_soon_is_not_offered(db: Database) -> None:
    early, *_, last = await free(db)
    holder = await booked(db, early)
    await waits(db, last)
    await cancelled(db, holder or 0, early.start - minutes(60))
    assert await ticked(db, early.start - minutes(60)) == []


async def test_a_time_that_somebody_signs_for_is_offered_after_their_hold(db: Database) -> None:
    early, *_, last = await free(db)
    holder = await booked(db, early)
    request_id = await waits(db, last)
    freed = await cancelled(db, holder or 0)
    async with db.transaction() as tx:
        assert await slots.hold(tx, freed.id, 99, NOW)
    assert await ticked(db, NOW) == []
    (offered,) = await ticked(db, NOW + minutes(10))
    assert offered.request_id == request_id


async def test_whoever_is_being_asked_about_one_time_is_asked_about_the_next_afterwards(db: Database) -> None:
    early, second_time, *_, last = await free(db)
    holders = [await booked(db, early), await booked(db, second_time)]
    request_id = await waits(db, last)
    for holder in holders:
        await cancelled(db, holder or 0)
    (offered,) = await ticked(db, NOW)
    asked_again = await ticked(db, NOW + minutes(15))
    assert [one.request_id for one in (offered, *asked_again)] == [request_id, request_id]
    assert {offered.slot, *(one.slot for one in asked_again)} == {early, second_time}


async def test_whoever_leaves_the_list_or_has_closed_is_not_asked(db: Database) -> None:
    early, *_, later, last = await free(db)
    holder = await booked(db, early)
    gone, closed = await waits(db, last), await waits(db, later)
    async with db.transaction() as tx:
        assert await waiting.leave(tx, gone, NOW)
        assert not await waiting.leave(tx, gone, NOW), "twice"
        await requests.move(tx, closed, 1, "cancelled", "citizen", NOW, Changes(closed_at=NOW))
    await cancelled(db, holder or 0)
    assert await ticked(db, NOW) == []


async def test_leaving_frees_what_was_offered(db: Database) -> None:
    early, *_, last = await free(db)
    holder = await booked(db, early)
    request_id = await waits(db, last)
    await cancelled(db, holder or 0)
    await ticked(db, NOW)
    async with db.transaction() as tx:
        await waiting.leave(tx, request_id, NOW)
    assert early in await free(db)


async def test_waiting_twice_keeps_the_first_place(db: Database) -> None:
    *_, last = await free(db)
    request_id = await waits(db, last)
    async with db.transaction() as tx:
        assert not await waiting.wait(tx, request_id, ANYBODY, NOW + minutes(5))
    place = await waiting.of_request(db.reader, request_id)
    assert place is not None
    assert (place.since, place.wish) == (NOW, FIRST)


async def test_an_offered_time_that_the_clinic_closes_cannot_be_accepted(db: Database) -> None:
    early, *_, last = await free(db)
    holder = await booked(db, early)
    request_id = await waits(db, last)
    await cancelled(db, holder or 0)
    (offered,) = await ticked(db, NOW)
    async with db.transaction() as tx:
        await slots.close(tx, [early.id], NOW)
    assert not await accepted(db, offered, NOW)
    assert await slots.of_request(db.reader, request_id) == last
    assert await ticked(db, NOW + minutes(15)) == []
