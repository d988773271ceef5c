"""The outbox hands out what is owed, once, in order per address, and never what has expired."""

from datetime import timedelta

from storage import outbox
from storage.addresses import Address
from storage.database import Database
from storage.outbox import Owed, Parcel
from tests.registry import NOW, HandClock

LEASE = NOW + timedelta(seconds=60)
ANN, BOB = Address("telegram", "1001"), Address("telegram", "5000000002")
PHONE = Address("sms", "+77011234567")


async def put(db: Database, *parcels: Parcel, worker: int = 1) -> tuple[Owed, ...]:
    async with db.transaction() as tx:
        return await outbox.put(tx, parcels, worker, LEASE, NOW)


async def claimed(db: Database, clock: HandClock, worker: int = 2) -> list[str]:
    now = clock.now()
    async with db.transaction() as tx:
        rows = await outbox.claim(tx, worker, now, now + timedelta(seconds=60))
    return [row.body["text"] for row in rows]


def words(text: str, address: Address = ANN, kind: str = "say", **more: object) -> Parcel:
    return Parcel(address, kind, {"text": text}, **more)  # type: ignore[arg-type]  # each test names its own


async def status(db: Database) -> set[str]:
    return {state for _, state in await outbox.counts(db.reader)}


async def test_S16_a_parcel_goes_down_with_its_transaction_or_not_at_all(db: Database) -> None:
    try:
        async with db.transaction() as tx:
            await outbox.put(tx, [words("one")], 1, LEASE, NOW)
            raise RuntimeError("crash")
    except RuntimeError:
        pass
    assert await outbox.counts(db.reader) == {}


async def test_a_parcel_with_the_same_dedupe_is_put_down_once(db: Database) -> None:
    first = await put(db, words("card", dedupe="card:1"), words("other", dedupe="card:1"))
    again = await put(db, words("card", dedupe="card:1"))
    assert (len(first), again) == (1, ())


async def test_parcels_of_a_dead_courier_come_back_in_order(db: Database, clock: HandClock) -> None:
    owed = await put(db, words("one"), words("two"), words("to bob", BOB), words("sms", PHONE))
    assert all(one.leased for one in owed)
    assert await claimed(db, clock) == []
    clock.forward(61)
    assert await claimed(db, clock) == ["one", "two", "to bob", "sms"]


async def test_a_claimed_sms_still_knows_its_phone(db: Database, clock: HandClock) -> None:
    await put(db, words("sms", PHONE))
    now = clock.forward(61)
    async with db.transaction() as tx:
        (row,) = await outbox.claim(tx, 2, now, now + timedelta(seconds=60))
    assert row.address == PHONE
    assert "7701" not in row.address_key


async def test_a_retry_holds_back_later_parcels_of_its_address_only(db: Database, clock: HandClock) -> None:
    one, *_ = await put(db, words("one"), words("two"), words("to bob", BOB))
    async with db.transaction() as tx:
        assert await outbox.failed(tx, one.id, "30003", NOW + timedelta(minutes=5), NOW)
        await outbox.release(tx, 1)
    assert await claimed(db, clock) == ["to bob"]
    clock.forward(301)
    assert await claimed(db, clock) == ["one", "two", "to bob"]


async def test_a_parcel_for_later_does_not_hold_back_what_is_due(db: Database, clock: HandClock) -> None:
    later, now = await put(db, words("tomorrow", not_before=NOW + timedelta(days=1)), words("now"))
    assert (later.leased, now.leased) == (False, True)
    clock.forward(61)
    assert await claimed(db, clock) == ["now"]
    clock.forward(86_400)
    assert await claimed(db, clock) == ["tomorrow", "now"]


async def test_a_code_that_expired_never_leaves_and_is_erased(db: Database, clock: HandClock) -> None:
    (code,) = await put(db, words("123456", PHONE, outbox.CODE, expires_at=NOW + timedelta(seconds=300)))
    assert await outbox.still_due(db.reader, code.id, NOW + timedelta(seconds=299))
    now = clock.forward(300)
    assert not await outbox.still_due(db.reader, code.id, now)
    assert await claimed(db, clock) == []
    async with db.transaction() as tx:
        assert await outbox.expire(tx, now) == (code.id,)
        assert await outbox.expire(tx, now) == ()
    assert await db.reader.rows("sealed_outbox_body", after=0, most=9) == []


async def test_a_sent_code_is_erased_and_a_sent_notice_kept(db: Database) -> None:
    code, notice = await put(db, words("123456", PHONE, outbox.CODE), words("notice"))
    async with db.transaction() as tx:
        assert await outbox.sent_many(tx, [(code.id, "SM1"), (notice.id, "77")], NOW) == 2
        assert await outbox.sent_many(tx, [(code.id, "SM2")], NOW) == 0
    kept = await db.reader.rows("sealed_outbox_body", after=0, most=9)
    assert [row[0] for row in kept] == [notice.id]


async def test_S34_a_delivery_report_never_goes_backwards(db: Database) -> None:
    (sms,) = await put(db, words("hello", PHONE, request_id=5))
    async with db.transaction() as tx:
        assert await outbox.delivery(tx, "SM1", "delivered", None, NOW) is None, "not sent yet"
        await outbox.sent_many(tx, [(sms.id, "SM1")], NOW)
        told = await outbox.delivery(tx, "SM1", "delivered", None, NOW)
        assert told is not None
        assert (told.outbox_id, told.request_id) == (sms.id, 5)
        assert await outbox.delivery(tx, "SM1", "undelivered", "30003", NOW) is None
        assert await outbox.sent_many(tx, [(sms.id, "SM9")], NOW) == 0
    assert await status(db) == {"delivered"}


async def test_a_dead_letter_is_not_sent_again(db: Database, clock: HandClock) -> None:
    (one,) = await put(db, words("one"))
    async with db.transaction() as tx:
        assert await outbox.dead(tx, one.id, "21610", NOW)
        assert not await outbox.dead(tx, one.id, "21610", NOW)
        assert not await outbox.failed(tx, one.id, "x", NOW, NOW)
    clock.forward(100)
    assert await claimed(db, clock) == []
    assert await status(db) == {"dead"}


async def test_sms_are_counted_by_the_day_of_almaty(db: Database) -> None:
    one, two, _ = await put(db, words("a", PHONE), words("b", PHONE), words("c", ANN))
    # 19:30 UTC is half past midnight in Almaty.
    night = NOW.replace(hour=19, minute=30)
    async with db.transaction() as tx:
        await outbox.sent_many(tx, [(one.id, "SM1")], NOW)
        await outbox.sent_many(tx, [(two.id, "SM2")], night)
    assert await outbox.sms_spent_today(db.reader, NOW.date()) == 1
    assert await outbox.sms_spent_today(db.reader, NOW.date() + timedelta(days=1)) == 1
    assert await outbox.oldest_waiting(db.reader, NOW) == NOW
