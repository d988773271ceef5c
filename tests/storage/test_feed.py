"""Where cards and notices stand, as the registry knows."""

from datetime import timedelta

from storage import feed, outbox
from storage.addresses import Address
from storage.database import Database
from storage.outbox import Parcel
from tests.registry import HandClock

CHAT = Address("telegram", "-1005")


async def test_a_card_is_found_by_request_and_chat_with_telegrams_number_once_sent(
    db: Database, clock: HandClock
) -> None:
    now = clock.now()
    card = Parcel(CHAT, "card", {"text": "1"}, dedupe=feed.card_key(7, -1005), request_id=7)
    async with db.transaction() as tx:
        (owed,) = await outbox.put(tx, [card], 1, now + timedelta(minutes=1), now)
        assert await feed.card(tx, 7, -1005) == feed.PostedCard("waiting", None)
        await outbox.sent_many(tx, [(owed.id, "4321")], now)
    assert await feed.card(db.reader, 7, -1005) == feed.PostedCard("sent", 4321)
    assert await feed.card(db.reader, 7, -1006) is None


async def test_only_notices_to_a_chat_are_looked_at_again(db: Database, clock: HandClock) -> None:
    now = clock.now()
    parcels = [
        Parcel(Address("telegram", "5"), "notice.confirmed", {}, request_id=7),
        Parcel(Address("telegram", "5"), "card_edit", {}, request_id=7),
        Parcel(Address("sms", "+77011234567"), "notice.confirmed", {}, request_id=7),
        Parcel(Address("telegram", "5"), "notice.confirmed", {}, request_id=8),
    ]
    async with db.transaction() as tx:
        owed = await outbox.put(tx, parcels, 1, now, now)
    found = await feed.notices(db.reader, 7)
    assert found == (feed.PostedNotice(owed[0].id, "notice.confirmed", "waiting", now),)
