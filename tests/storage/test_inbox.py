"""The inbox keeps what was received, once, in order per address."""

from datetime import timedelta

from storage import inbox
from storage.addresses import Address
from storage.database import Database
from storage.inbox import Arrival
from tests.registry import NOW, HandClock

LEASE = NOW + timedelta(seconds=60)
ANN, BOB = Address("telegram", "1001"), Address("telegram", "5000000002")
PHONE = Address("sms", "+77011234567")


def said(external_id: int, address: Address = ANN, body: str = "hello") -> Arrival:
    return Arrival(address.channel, str(external_id), address, body, NOW)


async def test_S14_an_update_received_three_times_is_one_row(db: Database) -> None:
    async with db.transaction() as tx:
        first = await inbox.add(tx, [said(7), said(8)], 1, LEASE)
    async with db.transaction() as tx:
        again = await inbox.add(tx, [said(8), said(7), said(9)], 1, LEASE)
    assert [row.external_id for row in first] == ["7", "8"]
    assert [row.external_id for row in again] == ["9"]
    assert await inbox.waiting(db.reader) == 3


async def test_a_batch_with_the_same_update_twice_gives_one_row(db: Database) -> None:
    async with db.transaction() as tx:
        new = await inbox.add(tx, [said(7), said(7)], 1, LEASE)
    assert len(new) == 1


async def test_a_row_comes_back_with_its_words_and_its_phone(db: Database, clock: HandClock) -> None:
    async with db.transaction() as tx:
        await inbox.add(tx, [Arrival("sms", "SM1", PHONE, "иә\nжарайды", NOW)], 1, LEASE)
    later = clock.forward(120)
    async with db.transaction() as tx:
        (row,) = await inbox.claim(tx, 2, later, later + timedelta(seconds=60))
    assert (row.address, row.body, row.received_at) == (PHONE, "иә\nжарайды", NOW)
    assert row.attempts == 2
    assert "+7701" not in row.address_key


async def test_a_row_is_not_claimed_while_another_worker_holds_it(db: Database) -> None:
    async with db.transaction() as tx:
        await inbox.add(tx, [said(1), said(2, BOB)], 1, LEASE)
    async with db.transaction() as tx:
        assert await inbox.claim(tx, 2, NOW, LEASE) == ()


async def test_a_later_message_waits_while_an_earlier_one_is_in_other_hands(db: Database) -> None:
    async with db.transaction() as tx:
        (first,) = await inbox.add(tx, [said(1)], 1, LEASE)
    async with db.transaction() as tx:
        (second,) = await inbox.add(tx, [said(2)], 2, LEASE)
        (other,) = await inbox.add(tx, [said(3, BOB)], 2, LEASE)
    assert not second.leased
    assert other.leased
    async with db.transaction() as tx:
        assert await inbox.claim(tx, 2, NOW, LEASE) == ()
        assert await inbox.done(tx, first.id, "answered", NOW)
        assert [row.external_id for row in await inbox.claim(tx, 2, NOW, LEASE)] == ["2"]


async def test_S13_after_a_crash_undone_rows_are_taken_up_in_order(db: Database, clock: HandClock) -> None:
    async with db.transaction() as tx:
        await inbox.add(tx, [said(1), said(2, BOB), said(3), said(4)], 1, LEASE)
    later = clock.forward(61)
    async with db.transaction() as tx:
        taken = await inbox.claim(tx, 2, later, later + timedelta(seconds=60), limit=3)
        rest = await inbox.claim(tx, 3, later, later + timedelta(seconds=60))
    assert [row.external_id for row in taken] == ["1", "2", "3"]
    assert rest == (), "the fourth waits behind the first"


async def test_a_row_is_done_once(db: Database) -> None:
    async with db.transaction() as tx:
        (row,) = await inbox.add(tx, [said(1)], 1, LEASE)
        assert await inbox.done(tx, row.id, "answered", NOW)
        assert not await inbox.done(tx, row.id, "answered", NOW)
        assert not await inbox.set_aside(tx, row.id, "unreadable", NOW)
    assert await inbox.outcome(db.reader, row.id) == "answered"


async def test_S45_a_poisoned_row_is_set_aside_and_the_next_goes_on(db: Database) -> None:
    async with db.transaction() as tx:
        bad, _ = await inbox.add(tx, [said(1, body="{"), said(2)], 1, LEASE)
        await inbox.set_aside(tx, bad.id, "unreadable", NOW)
        await inbox.release(tx, 1)
        assert [row.external_id for row in await inbox.claim(tx, 1, NOW, LEASE)] == ["2"]
    assert await inbox.outcome(db.reader, bad.id) == "poisoned:unreadable"


async def test_the_oldest_row_that_is_undone_is_known(db: Database) -> None:
    assert await inbox.oldest_waiting(db.reader) is None
    async with db.transaction() as tx:
        await inbox.add(tx, [said(41), said(42), Arrival("sms", "SM1", PHONE, "x", NOW)], 1, LEASE)
    assert await inbox.oldest_waiting(db.reader) == NOW
