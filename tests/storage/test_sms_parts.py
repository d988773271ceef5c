"""Parts of a long SMS wait for each other, sealed; and a parcel remembers which gateway has it."""

import asyncio
from datetime import timedelta

from storage import inbox, outbox, retention, sms_parts
from storage.addresses import Address
from storage.database import Database
from storage.inbox import Arrival
from storage.outbox import Holder, Parcel
from storage.sealed import SEALED, first_blob
from storage.sms_parts import Part
from tests.registry import NOW, HandClock

PHONE = Address("sms", "+77011234567")
LEASE = NOW + timedelta(seconds=60)


async def keep(
    db: Database, number: int, text: str, message: str = "a|b|1", minutes: float = 0
) -> str | None:
    async with db.transaction() as tx:
        return await sms_parts.keep(tx, Part(message, number, 2, text), NOW + timedelta(minutes=minutes))


async def test_a_message_is_whole_once_its_last_part_is_here(db: Database) -> None:
    assert await keep(db, 2, "екінші") is None
    assert await keep(db, 1, "бірінші ") == "бірінші екінші"


async def test_a_part_that_comes_twice_is_kept_once_and_the_newest_counts(db: Database) -> None:
    assert await keep(db, 1, "ескі ") is None
    assert await keep(db, 1, "жаңа ") is None
    assert await keep(db, 2, "сөз") == "жаңа сөз"
    # As long as nobody has forgotten it, the whole is there again.
    assert await keep(db, 2, "сөз") == "жаңа сөз"


async def test_two_parts_that_come_to_two_processes_at_once_are_one_message(db: Database) -> None:
    for message in map(str, range(10)):
        both = await asyncio.gather(keep(db, 1, "бір ", message), keep(db, 2, "екі", message))
        assert sorted(both, key=str) == [None, "бір екі"]


async def test_messages_are_told_apart_and_an_old_part_joins_nothing(db: Database) -> None:
    assert await keep(db, 1, "x") is None
    assert await keep(db, 2, "y", "a|b|2") is None
    assert await keep(db, 2, "y", minutes=11) is None
    assert await keep(db, 1, "z", minutes=11) == "zy"


async def test_what_was_joined_is_forgotten_and_what_never_was_goes_with_the_codes(db: Database) -> None:
    await keep(db, 1, "one ")
    await keep(db, 2, "two")
    async with db.transaction() as tx:
        sms_parts.forget(tx, "a|b|1")
    await keep(db, 1, "alone", "a|b|2")
    async with db.transaction() as tx:
        assert await retention.prune_step(tx, "prune_sms_parts", NOW + timedelta(hours=23)) == 0
        assert await retention.prune_step(tx, "prune_sms_parts", NOW + timedelta(hours=25)) == 1


async def test_S22_a_part_is_sealed_and_can_be_sealed_anew(db: Database) -> None:
    await keep(db, 1, "кеудем ауырады")
    field = next(one for one in SEALED if one.table == "sms_parts")
    found = await first_blob(db.reader, field)
    assert found is not None
    assert db.reader.keys.open(field.place, found.row, found.blob) == "кеудем ауырады"
    async with db.transaction() as tx:
        tx.later(field.write, key=found.key, blob=tx.keys.seal(field.place, found.row, "басқа "))
    assert await keep(db, 2, "сөз") == "басқа сөз"


async def test_a_parcel_remembers_which_gateway_may_have_it(db: Database, clock: HandClock) -> None:
    async with db.transaction() as tx:
        (owed,) = await outbox.put(tx, [Parcel(PHONE, "notice", {"text": "x"})], 1, LEASE, NOW)
    assert await outbox.held_by(db.reader, owed.id) is None
    async with db.transaction() as tx:
        outbox.hand_to(tx, owed.id, "smpp", NOW)
    async with db.transaction() as tx:
        outbox.hand_to(tx, owed.id, "smpp", LEASE)
    # Since when is of the first attempt.
    assert await outbox.held_by(db.reader, owed.id) == Holder("smpp", NOW)
    async with db.transaction() as tx:
        outbox.hand_to(tx, owed.id, "twilio", LEASE)
    assert await outbox.held_by(db.reader, owed.id) == Holder("twilio", LEASE)
    async with db.transaction() as tx:
        outbox.hand_to(tx, owed.id, None, NOW)
    assert await outbox.held_by(db.reader, owed.id) is None
    async with db.transaction() as tx:
        await outbox.dead(tx, owed.id, "x", NOW)
        outbox.hand_to(tx, owed.id, "twilio", NOW)
    assert await outbox.held_by(db.reader, owed.id) is None


async def test_external_ids_are_found_by_their_order(db: Database) -> None:
    ids = ("smpp:0001:a", "smpp:0003:b", "smpp:0002:c", "SM123")
    arrivals = [Arrival("sms", one, PHONE, "x", NOW) for one in ids]
    async with db.transaction() as tx:
        await inbox.add(tx, arrivals, 1, LEASE)
    assert await inbox.last_id(db.reader, "sms", "smpp:0002:", "smpp:g") == "smpp:0003:b"
    assert await inbox.last_id(db.reader, "sms", "smpp:0004:", "smpp:g") is None
    found = await inbox.ids_between(db.reader, "sms", "smpp:0002:", "smpp:g")
    assert found == ("smpp:0002:c", "smpp:0003:b")
