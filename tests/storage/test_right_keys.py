"""A registry is worked in under its own key only; under another nobody would be found in it."""

from datetime import timedelta

from storage import inbox, outbox
from storage.addresses import Address
from storage.database import Database, open_database
from storage.inbox import Arrival, add
from storage.keys import KeyRing
from storage.outbox import Parcel
from storage.right_keys import KeyTrouble, WrongKeys, demand_right_keys
from storage.rotation import rotate
from tests.registry import KEYS, NOW, HandClock
from tests.storage.test_safekeeping import ROTATED, lived_in

ANN, BOB = Address("telegram", "1001"), Address("telegram", "1002")
LATER = NOW + timedelta(hours=1)


async def trouble(url: str, keys: str, clock: HandClock) -> KeyTrouble | None:
    db = await open_database(url, KeyRing.parse(keys), clock)
    try:
        await demand_right_keys(db.reader)
    except WrongKeys as wrong:
        return wrong.trouble
    finally:
        await db.close()
    return None


async def test_a_registry_that_holds_nothing_yet_takes_any_key(
    db: Database, url: str, clock: HandClock
) -> None:
    assert await trouble(url, f"7:{KeyRing.new_key()}", clock) is None


async def test_a_wrong_key_is_told_before_anything_is_written(
    db: Database, url: str, clock: HandClock
) -> None:
    await lived_in(db, clock)
    assert await trouble(url, KEYS, clock) is None
    assert await trouble(url, f"1:{KeyRing.new_key()}", clock) is KeyTrouble.NOT_THE_KEY
    assert await trouble(url, ROTATED.split(",", maxsplit=1)[0], clock) is KeyTrouble.NOT_THE_KEY


async def test_a_wrong_key_is_told_by_one_message_alone(db: Database, url: str, clock: HandClock) -> None:
    async with db.transaction() as tx:
        await add(tx, [Arrival("telegram", "1", ANN, "hello", NOW)], 1, NOW)
    assert await trouble(url, KEYS, clock) is None
    assert await trouble(url, f"1:{KeyRing.new_key()}", clock) is KeyTrouble.NOT_THE_KEY
    assert await trouble(url, ROTATED, clock) is KeyTrouble.NOT_ROTATED


async def test_a_new_key_is_worked_with_only_once_the_registry_is_under_it(
    db: Database, url: str, clock: HandClock
) -> None:
    await lived_in(db, clock)
    assert await trouble(url, ROTATED, clock) is KeyTrouble.NOT_ROTATED
    rotating = await open_database(url, KeyRing.parse(ROTATED), clock)
    await rotate(rotating, NOW)
    await rotating.close()
    assert await trouble(url, ROTATED, clock) is None
    assert await trouble(url, ROTATED.split(",", maxsplit=1)[0], clock) is None
    assert await trouble(url, KEYS, clock) is KeyTrouble.NOT_THE_KEY


async def test_a_chain_that_was_tampered_with_is_not_taken_for_a_wrong_key(
    db: Database, url: str, clock: HandClock
) -> None:
    await lived_in(db, clock)
    async with db.transaction() as tx:
        tx.later("audit_head_set", hash=b"x" * 32, seal=b"\0\1" + b"y" * 32)
    assert await trouble(url, KEYS, clock) is None


async def test_S45_a_row_that_no_key_opens_stops_no_other(db: Database, clock: HandClock) -> None:
    async with db.transaction() as tx:
        shut, _ = await add(
            tx,
            [Arrival("telegram", "1", ANN, "hello", NOW), Arrival("telegram", "2", BOB, "hello", NOW)],
            1,
            NOW,
        )
        owed, _ = await outbox.put(tx, [Parcel(ANN, "say", {}), Parcel(BOB, "say", {})], 1, NOW, NOW)
        tx.later("reseal_inbox_body", key=shut.id, blob=tx.keys.seal("inbox.body", 0, "moved"))
        tx.later("reseal_outbox_body", key=owed.id, blob=tx.keys.seal("outbox.body", 0, "moved"))
    told: list[int] = []
    async with db.transaction() as tx:
        rows = await inbox.claim(tx, 1, LATER, LATER, shut=told.append)
        parcels = await outbox.claim(tx, 1, LATER, LATER, shut=told.append)
    assert [row.address for row in rows] == [BOB]
    assert [parcel.address for parcel in parcels] == [BOB]
    assert told == [shut.id, owed.id]
    assert await inbox.outcome(db.reader, shut.id) == "poisoned:cannot_open"
    assert (await outbox.counts(db.reader))["telegram", "dead"] == 1
